"""How far a source goes and under which condition: neither is said further than it does.

Words stand on ladders (鼓励 below 要求, 开展 below 完成): what a source says of a thing may be said
on the same rung or lower, never higher. What it says under a condition (在符合规划的前提下) is not
said without. The words are data, in ``senses.toml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from drafting.answering.local_model.clauses import (
    ENOUGH,
    Beside,
    Token,
    clauses,
    content,
    most_said,
    says_word,
    tokens,
)
from drafting.answering.local_model.tables import table
from drafting.language.late import late

_HAN = late(r"[\u4e00-\u9fff]+")
_FIGURE = late(r"\d")
_BOUND = late(
    r"(?P<figure>\d[\d.]*)[\u4e00-\u9fff]{0,3}(?:及?以上|及?以下|以内)(?=[\u4e00-\u9fff])"
)
_CONDITION = late(
    r"在[^，。；]{2,24}?(?:前提|条件|情况)下|待[^，。；]{2,16}?后(?!续)"
    r"|(?:报|经)[^，。；]{0,12}?(?:批准|同意|审定|审核|审批|论证|评估|认定|核定|验收|考核)后"
    r"|在?(?:认定|核定|验收|考核)(?:合格)?后"
    r"|(?:如|若)(?!何|期|实|需|有关)[^，。；]{2,20}?的?(?=，)"
)


class _Ladder(NamedTuple):
    rungs: tuple[frozenset[str], ...]
    work: bool

    def rung(self, word: str) -> int:
        """Return how high a word stands, -1 where it is none of these."""
        return next((place for place, words in enumerate(self.rungs) if word in words), -1)


class _Said(NamedTuple):
    """A word of a ladder in a text: how high, the word that it governs, and those after that up to
    the next word of the ladder or the end of the clause."""

    word: str
    rung: int
    of: str
    reach: tuple[str, ...]


@lru_cache(maxsize=1)
def _ladders() -> tuple[_Ladder, ...]:
    return tuple(
        _Ladder(
            tuple(frozenset(line.split()) for line in one["rungs"]), bool(one.get("work", False))
        )
        for one in table("senses")["ladders"]
    )


@lru_cache(maxsize=2)
def _words(name: str) -> frozenset[str]:
    return frozenset(table("senses")["ladder_words"][name].split())


def strengthened(found: Iterable[Beside], *, aims: bool = False) -> tuple[str, str]:
    """Return a word of the source and the higher one that the sentence says of the same thing; two
    "" where none is higher.

    How far work has come is compared here for ``aims`` alone; of work done every such word must
    stand in its source (:func:`.senses.turned`).
    """
    for one in found:
        for ladder in _ladders():
            if ladder.work and (not aims or _FIGURE.search(one.text)):
                continue  # a target in figures says itself how far it is to come
            if change := _raised(ladder, one):
                return change
    return "", ""


def _raised(ladder: _Ladder, one: Beside) -> tuple[str, str] | None:
    mine, theirs = _said(ladder, one.text), _said(ladder, one.context)
    for said in mine:
        same = [other for other in theirs if said.of in (other.of, *other.reach)]
        # How far it has come is said of the whole clause, wherever the word stands.
        told = same or (theirs if ladder.work else [])
        highest = max(told, key=lambda other: other.rung, default=None)
        if highest is not None and highest.rung < said.rung:
            return highest.word, said.word
    return None


def _said(ladder: _Ladder, text: str) -> list[_Said]:
    words = tokens(text)
    found = []
    for place, one in enumerate(words):
        rung = ladder.rung(one.text)
        if rung < 0 or (place and words[place - 1].text in _words("before")):
            continue
        if of := _governed(ladder, words[place + 1 :]):
            found.append(_Said(one.text, rung, of, tuple(_reached(ladder, words[place + 1 :]))))
    return found


def _reached(ladder: _Ladder, words: Sequence[Token]) -> Iterator[str]:
    for one in words:
        if one.text in "，；。：" or ladder.rung(one.text) >= 0:
            return
        if len(one.text) > 1:
            yield one.text


def _governed(ladder: _Ladder, words: Sequence[Token]) -> str:
    """Return the word that is pushed, required or done, other words of the ladder beside it and
    adverbs and words of one letter skipped; "" where none follows, as after a noun."""
    for one in words:
        if one.text in _words("skipped") or ladder.rung(one.text) >= 0:
            continue
        if not _HAN.fullmatch(one.text):
            return ""
        if len(one.text) > 1:
            return one.text
    return ""


def unbounded(found: Iterable[Beside], text: str) -> str:
    """Return a bound (30户以上) that a source puts before what ``text`` names without it, "" where
    none is."""
    for one in found:
        for bound in _BOUND.finditer(one.context):
            words = tokens(one.context[bound.end() :])
            of = next((word.text for word in words if word.text != "的"), "")
            named = len(of) > 1 and of in one.text and of not in one.context[: bound.start()]
            if named and bound["figure"] not in text:
                return bound[0] + of
    return ""


def unconditional(found: Iterable[Beside], text: str) -> str:
    """Return a condition under which a source says what ``text`` says without it, "" where none
    is: in the clause of the source that has most of it, or the one before that."""
    for one in found:
        near = _near(one)
        for condition in _CONDITION.finditer(near):
            words = content(condition[0])
            kept = sum(says_word(word, text) for word in words)
            if words and kept < ENOUGH * len(words):
                return condition[0]
    return ""


def _near(one: Beside) -> str:
    parts = [one.source[start:end] for start, end in clauses(one.source)]
    place = most_said(content(one.text), parts)
    return "，".join(parts[max(place - 1, 0) : place + 1])
