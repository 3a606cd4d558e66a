"""The clauses of a sentence, each beside the sentence of a source that says it.

A sentence may be true in most of its words and invent in one clause (经专家论证, 群众满意率提升).
So each clause that has content of its own must find at least half of it in one sentence of a
source; what the guards compare word for word (:mod:`drafting.answering.local_model.senses`) is
compared with that sentence, and within it with the clauses that speak of the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from drafting.answering.local_model.tables import table
from drafting.answering.passages.sentences import split_sentences
from drafting.language.late import late
from drafting.language.spans import Span

ENOUGH = 0.5
"""The share of a clause's content that one sentence of a source must have."""

_PHRASE = 4
"""Letters that are no chance."""

_HAN = late(r"[\u4e00-\u9fff]+")
_CUT = late(r"[，；：。！？,;:]")
_ITEMS = late(r"[，；：。！？,;:、（）()]")
# Titles and numbers are particulars, compared as such.
_TITLE = late(r"《[^《》]*》(?:[（(][^（）()]*[）)])?")
_HELD = late(r"《[^《》]*》|“[^“”]*”|（[^（）]*）|\d[\d,]*\d")
_QUOTED = late(r"《[^《》]*》|“[^“”]*”|（[^（）\d]*）|\d[\d,]*\d")
# Pronouns, prepositions, particles, numerals, measures: they say how, not what.
_NO_CONTENT = ("p", "c", "u", "r", "m", "q", "w", "y", "x", "e", "o")
# What repeats the question may have its words from it.
_INTRODUCES = late(
    r"(?:针对|关于|围绕|对于|就|结合|根据|按照|对)[^，。；]*(?:您|提案|建议|反映|提出|委员|代表)"
)


class Token(NamedTuple):
    """A word with its kind, as rjieba has it, and where it begins."""

    text: str
    kind: str
    start: int

    @property
    def end(self) -> int:
        """Where it is over."""
        return self.start + len(self.text)


@lru_cache(maxsize=1)
def _empty() -> frozenset[str]:
    return frozenset(table("office_words")["empty"].split())


@lru_cache(maxsize=1)
def _turning() -> frozenset[str]:
    """Words of which each side has its own guard: they do not tell what a clause speaks of."""
    axes = table("senses")["axes"]
    return frozenset(word for axis in axes for line in axis["poles"] for word in line.split())


@lru_cache(maxsize=4_096)
def tokens(text: str) -> tuple[Token, ...]:
    """Return the words of ``text``."""
    import rjieba  # loads a dictionary: only who asks a model pays for it

    found, place = [], 0
    for word, kind in rjieba.tag(text):
        found.append(Token(word, kind, place))
        place += len(word)
    return tuple(found)


@lru_cache(maxsize=4_096)
def content(text: str) -> tuple[str, ...]:
    """Return the words of ``text`` that say what it is about."""
    return tuple(
        one.text
        for one in tokens(text)
        if len(one.text) > 1
        and one.text not in _empty()
        and _HAN.fullmatch(one.text)
        and not (one.kind.startswith(_NO_CONTENT) and one.kind != "x")
    )


def says_word(word: str, source: str) -> bool:
    """Whether ``source`` has the word, or of a longer one at least half of its pairs."""
    if word in source:
        return True
    pairs = [word[n : n + 2] for n in range(len(word) - 1)]
    return len(pairs) > 1 and 2 * sum(pair in source for pair in pairs) >= len(pairs)


def most_said(words: Sequence[str], parts: Sequence[str]) -> int:
    """Return which of ``parts`` says most of ``words``, the first of several; -1 where none says
    any."""
    shares = [sum(says_word(word, part) for word in words) for part in parts]
    return shares.index(max(shares)) if any(shares) else -1


def _cut(text: str, marks: re.Pattern[str], held: re.Pattern[str]) -> tuple[Span, ...]:
    """Return the parts of ``text`` between marks; what is ``held`` together is one."""
    plain = held.sub(lambda found: "□" * len(found[0]), text)
    spans, place = [], 0
    for found in marks.finditer(plain):
        spans.append((place, found.start()))
        place = found.end()
    every = (*spans, (place, len(text)))
    return tuple((start, end) for start, end in every if text[start:end].strip())


@lru_cache(maxsize=4_096)
def clauses(text: str) -> tuple[Span, ...]:
    """Return where the clauses of ``text`` stand."""
    return _cut(text, _CUT, _HELD)


@lru_cache(maxsize=4_096)
def items(text: str) -> tuple[Span, ...]:
    """Return where the clauses of ``text`` stand, lists and brackets with figures cut into their
    parts."""
    return _cut(text, _ITEMS, _QUOTED)


@dataclass(frozen=True, slots=True)
class Beside:
    """A clause of a model's sentence and what it is held against.

    ``source`` is the sentence that says most of it, ``context`` those clauses of that sentence
    which speak of the same; both "" where no source says any of it.
    """

    start: int
    text: str
    share: float
    source: str = ""
    context: str = ""


@lru_cache(maxsize=512)
def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of a source, a list by half-width semicolons cut as well."""
    return tuple(split_sentences(text.replace(";", "；")))


@lru_cache(maxsize=64)
def beside(text: str, sources: tuple[str, ...]) -> tuple[Beside, ...]:
    """Return the clauses of ``text``, each with the sentence of ``sources`` that says it.

    A clause of no content of its own goes with the one behind it, else with the one before. Every
    guard of a sentence asks for it.
    """
    said = [one for source in sources for one in sentences(source)]
    whole = content(text)
    found = [_beside(start, text[start:end], said, whole) for start, end in clauses(text)]
    return tuple(_with_neighbour(found, place) for place in range(len(found)))


def _beside(start: int, clause: str, said: Sequence[str], whole: Sequence[str]) -> Beside:
    words = content(clause)
    if not words:
        return Beside(start, clause, 1.0)
    own = content(_TITLE.sub("", clause))
    best, most = "", (0.0, 0.0)
    for one in said:
        share = sum(says_word(word, one) for word in own) / len(own) if own else 1.0
        if share < most[0]:
            continue
        # Of two that say it the one counts that says more of the whole sentence.
        worth = (share, sum(says_word(word, one) for word in whole) + _alike(clause, one))
        if worth > most:
            best, most = one, worth
    return Beside(start, clause, most[0], best, _context(words, best))


def _alike(one: str, other: str) -> float:
    """How much of a clause stands in a sentence as it is, figures and all: 0–1."""
    pairs = [one[n : n + 2] for n in range(len(one) - 1)]
    return sum(pair in other for pair in pairs) / max(len(pairs), 1)


def _context(words: Sequence[str], source: str) -> str:
    words = [word for word in words if word not in _turning()] or words
    parts = [source[start:end] for start, end in clauses(source)]
    counts = [sum(says_word(word, part) for word in words) for part in parts]
    most = max(counts, default=0)
    return "，".join(
        part for part, count in zip(parts, counts, strict=True) if count and 2 * count >= most
    )


def _with_neighbour(found: Sequence[Beside], place: int) -> Beside:
    one = found[place]
    if one.source or content(one.text):
        return one
    behind = (other for other in found[place + 1 :] if other.source)
    before = (other for other in reversed(found[:place]) if other.source)
    near = next(behind, None) or next(before, None)
    if near is None:
        return one
    return Beside(one.start, one.text, one.share, near.source, near.source)


def unsupported(found: Sequence[Beside], asked: str) -> str:
    """Return the first clause of which no source says enough, "" where each has its own.

    What leads up to the answer (针对您提出的…建议) may be said in the words of ``asked``.
    """
    told = [one.source for one in found]
    for one in found:
        words = content(_TITLE.sub("", one.text))
        # One word of it, or half, in a sentence that says nothing else of this is chance; so is
        # half where the other half is the question's.
        alone = len(found) > 1 and told.count(one.source) == 1
        asks = sum(not says_word(word, one.source) and says_word(word, asked) for word in words)
        chance = (alone and (len(words) == 1 or one.share == ENOUGH)) or (
            one.share <= ENOUGH and asks > 1
        )
        if not words or (one.share >= ENOUGH and not chance):
            continue
        if _INTRODUCES.match(one.text) and all(says_word(word, asked) for word in words):
            continue
        return one.text
    return ""


def of_the_question(text: str, asked: str, told: str) -> str:
    """Return words of ``text`` that stand together in ``asked`` and of which nothing that is cited
    says any, "" where none do: what was asked for, put into the place of what was done."""
    for start, end in clauses(text):
        if _INTRODUCES.match(text[start:end]):
            continue
        run = ""
        for one in (*tokens(text[start:end]), Token("。", "x", end)):
            together = run + one.text
            if together in asked and _HAN.fullmatch(one.text) and one.text not in told:
                run = together
            elif len(run) >= _PHRASE:
                return run
            else:
                run = ""
    return ""


def with_asked(found: Sequence[Beside], asked: str) -> list[Beside]:
    """Return the clauses as they are where the words of the question count, too, as they do in a
    next step; one that no source has any part of stays as it is."""
    return [_asked(one, asked) for one in found]


def _asked(one: Beside, asked: str) -> Beside:
    words = content(one.text)
    if not words or one.share >= ENOUGH:
        return one
    share = sum(says_word(word, one.source) or says_word(word, asked) for word in words)
    return Beside(one.start, one.text, share / len(words), one.source, one.context)
