"""Why a document was found: the passage that shows it, the shared words, where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from corpus.index import loosening, ranking
from corpus.index.indexing import SectionText
from corpus.index.ranking import Question, Scores
from drafting.language.likeness import segment

SHORT = 16
"""Characters up to which a question is words to be held, not a text to be resembled."""

_EXCERPT = 120
_MOST_NAMED = 4

Where = Literal["name", "title", "text", "other", "alike"]

_SAID: dict[Where, str] = {
    "name": "标题或文号相符",
    "title": "标题含",
    "text": "正文含",
    "other": "近义",
    "alike": "内容相近，都有",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a document was found: it is what was named, or ``words`` of the question stand in its
    title or text, or other names for them (``other``), or it shares them with a whole text."""

    where: Where
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """What a hit shows of its document: an excerpt, the question's words in it, and the reasons."""

    excerpt: str
    words: tuple[str, ...]
    reasons: tuple[Reason, ...]


def say(reasons: Sequence[Reason]) -> str:
    """Return the reasons in an office's words: 标题含“停车”；正文含“泊位”."""
    return "；".join(
        _SAID[one.where] + "".join(f"“{word}”" for word in one.words[:_MOST_NAMED])
        for one in reasons
    )


def show(
    sections: Sequence[SectionText],
    query: str,
    questions: Sequence[Question],
    others: Sequence[str],
    named: Sequence[bool],
) -> list[Shown]:
    """Return what shows of each of ``sections`` that it answers ``query``.

    ``others`` are other names for what the question names; ``named`` documents were asked for by
    number or title.
    """
    texts = [[one.text for one in section.passages] or [section.head] for section in sections]
    # Of all at once: one by one, the calls cost more than the sums.
    held = ranking.held(questions[0], [text for own in texts for text in own])
    ends = np.cumsum([len(own) for own in texts])
    return [
        _shown(section, own, weights, query, questions, others, is_named)
        for section, own, weights, is_named in zip(
            sections, texts, np.split(held, ends[:-1]), named, strict=True
        )
    ]


def _shown(
    section: SectionText,
    texts: Sequence[str],
    weights: Scores,
    query: str,
    questions: Sequence[Question],
    others: Sequence[str],
    is_named: bool,
) -> Shown:
    reasons = (Reason("name"),) if is_named else _reasons(section, query, questions, others)
    exact = segment.fold(query).strip() if len(query) <= SHORT else ""
    if exact:
        for text in texts:
            place = segment.fold(text).find(exact)
            if place >= 0:
                return Shown(_around(text, place, len(exact)), (exact,), reasons)
    best = texts[int(weights.argmax())]
    words = ranking.shared_words(questions[0], best)
    for question in questions[1:]:
        if words:
            break
        best = texts[int(ranking.held(question, texts).argmax())]
        words = ranking.shared_words(question, best)
    place = min((best.find(word) for word in words), default=0)
    cut = _around(best, max(place, 0), len(words[0]) if words else 0)
    return Shown(cut, words, reasons)


def _reasons(
    section: SectionText, query: str, questions: Sequence[Question], others: Sequence[str]
) -> tuple[Reason, ...]:
    if len(query) > SHORT:
        shared = ranking.shared_words(questions[0], section.text)
        return (Reason("alike", shared),) if shared else ()
    # The title stands twice in what is indexed.
    title, *lines = section.text.split("\n")
    rest = "\n".join(line for line in lines if line != title)
    in_title = loosening.held(query, title)
    in_text = tuple(
        word for word in loosening.held(query, rest) if not any(word in one for one in in_title)
    )
    also = tuple(
        word
        for other in others
        if segment.fold(other).strip() not in segment.fold(query)
        for word in loosening.held(other, section.text)
        if segment.fold(word) == segment.fold(other)
    )
    stand = (Reason("title", in_title), Reason("text", in_text), Reason("other", also))
    found = [one for one in stand if one.words]
    if not found and (shared := ranking.shared_words(questions[0], section.text)):
        found.append(Reason("text", shared))
    return tuple(found)


def _around(text: str, place: int, length: int) -> str:
    """Cut about 120 characters around ``place``, from a clause's head where one is near."""
    start = max(0, place - _EXCERPT // 3)
    edge = max(text.rfind(mark, max(0, start - 20), place) for mark in "。；，：")
    if edge >= 0:
        start = edge + 1
    elif start < 20:
        start = 0
    end = min(len(text), max(start + _EXCERPT, place + length))
    cut = text[start:end].replace("\n", " ")
    return f"{'…' if start else ''}{cut}{'…' if end < len(text) else ''}"
