"""A passage of a text, found again after the text was edited: by its words and those around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile

from drafting.language.likeness.matching import Work, ratio

AROUND = 16
"""So many characters are kept before and behind a passage."""

_TELLING = 6
"""A passage of so many characters is known by itself; a shorter one needs its surroundings."""

_HELD = 4
"""So many characters on each side tell where a passage stood whose own words are gone."""

_ALIKE = 0.6
_GROWN = 3


@dataclass(frozen=True, slots=True)
class Anchor:
    """The words of a passage, and the words before and behind it in its line."""

    quoted: str
    before: str = ""
    behind: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage stands: the line's number, start and end; ``changed``: its words are
    others now."""

    line: int
    start: int
    end: int
    changed: bool = False


def anchored(text: str, start: int, end: int) -> Anchor:
    """Return the anchor of ``text[start:end]``."""
    return Anchor(text[start:end], text[max(0, start - AROUND) : start], text[end : end + AROUND])


def find(anchor: Anchor, lines: Mapping[int, str]) -> Place | None:
    """Return where the passage stands in ``lines``, by their numbers; ``None`` where it is gone.

    Where its words occur several times, that place is meant whose surroundings are most alike.
    Where they do not, it is the place between the words that stood around them; a whole line is
    the one that is most like it.
    """
    if not anchor.quoted:
        return None
    exact = [
        (_score(anchor, text, at), number, at)
        for number, text in lines.items()
        for at in _occurrences(anchor.quoted, text)
    ]
    if exact:
        score, number, at = max(exact, key=lambda one: one[0])
        least = min(_HELD, len(anchor.before) + len(anchor.behind))
        if len(anchor.quoted) >= _TELLING or score >= least:
            return Place(number, at, at + len(anchor.quoted))
    return _between(anchor, lines)


def _occurrences(words: str, text: str) -> Iterator[int]:
    at = text.find(words)
    while at >= 0:
        yield at
        at = text.find(words, at + 1)


def _score(anchor: Anchor, text: str, at: int) -> int:
    """How much of the surroundings is as it was."""
    before, behind = text[:at][::-1], text[at + len(anchor.quoted) :]
    return _alike(anchor.before[::-1], before) + _alike(anchor.behind, behind)


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return sum(1 for _ in takewhile(lambda two: two[0] == two[1], zip(one, other, strict=False)))


def _between(anchor: Anchor, lines: Mapping[int, str]) -> Place | None:
    if not anchor.before and not anchor.behind:
        return _most_like(anchor.quoted, lines)
    tail, head = anchor.before[-_HELD:], anchor.behind[:_HELD]
    longest = len(anchor.quoted) * _GROWN + AROUND
    for number, text in lines.items():
        for at in _occurrences(tail, text) if tail else [0]:
            start = at + len(tail)
            end = text.find(head, start) if head else len(text)
            if 0 <= end - start <= longest and len(tail) + len(head) >= _HELD:
                return Place(number, start, end, changed=True)
    return None


def _most_like(words: str, lines: Mapping[int, str]) -> Place | None:
    work = Work()
    likeness = [(ratio(words, text, work), -number) for number, text in lines.items()]
    best, number = max(likeness, default=(0.0, 0))
    return Place(-number, 0, len(lines[-number]), changed=True) if best >= _ALIKE else None
