"""花脸稿: where the lines of a paper differ from those that it had when it was last read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from drafting.assembly.text import is_mark
from drafting.language.likeness.matching import Matcher, Work, ratio
from drafting.language.likeness.redline import Change, compare

_ALIKE = 0.45
# A stretch of more pairs of lines is told by its order alone: a text made to keep us busy.
_MOST_PAIRS = 20_000


@dataclass(frozen=True, slots=True)
class Spot:
    """One line that differs, as the runs that lead from the former words to those of now.

    ``line`` counts in the lines of now; of one that is ``gone`` it is the line before which it
    stood.
    """

    line: int
    runs: tuple[tuple[Change, str], ...]
    gone: bool = False


def redlined(old: Sequence[str], new: Sequence[str]) -> tuple[Spot, ...]:
    """Return the lines in which ``new`` differs from ``old``, in reading order."""
    return tuple(_spots(old, new))


def spans(spot: Spot) -> Iterator[tuple[Change, int, int, str]]:
    """Yield what came and what went within the line of now: kind, start, end and words.

    What went has no length there: it stands where it was taken out.
    """
    at = 0
    for kind, words in spot.runs:
        end = at if kind == "deleted" else at + len(words)
        if kind != "same":
            yield kind, at, end, words
        at = end


def _spots(old: Sequence[str], new: Sequence[str]) -> Iterator[Spot]:
    work = Work()
    for tag, a, b, c, d in Matcher(old, new, work).get_opcodes():
        if tag == "equal":
            continue
        place = c
        for at, stood, other in paired(old, new, (a, b, c, d), work):
            before = old[at] if stood else ""
            if other is None:
                yield Spot(place, tuple(compare(before, "")), gone=True)
                continue
            place = other + 1
            # Two lines that changed places are the same one: nothing of it is new.
            if before != new[other]:
                yield Spot(other, tuple(compare(before, new[other], work)))


def paired(
    ours: Sequence[str], theirs: Sequence[str], span: tuple[int, int, int, int], work: Work
) -> Iterator[tuple[int, bool, int | None]]:
    """Yield ``(at, ours?, theirs)``: our line ``at`` and what became of it, or a new line before
    it. ``span`` is a stretch of both that differs, as :mod:`difflib` tells it."""
    a, b, c, d = span
    at = c
    if (b - a) * (d - c) > _MOST_PAIRS:
        yield from _in_order(span)
        return
    for one in range(a, b):
        likeness = [
            (_line_likeness(ours[one], theirs[other], work), -other) for other in range(at, d)
        ]
        best, where = max(likeness, default=(0.0, 0))
        if best < _ALIKE:
            yield one, True, None
            continue
        yield from ((one, False, other) for other in range(at, -where))
        yield one, True, -where
        at = -where + 1
    yield from ((b, False, other) for other in range(at, d))


def _in_order(span: tuple[int, int, int, int]) -> Iterator[tuple[int, bool, int | None]]:
    """Each line and the one at its place; what is over of either has gone, or is new."""
    a, b, c, d = span
    both = min(b - a, d - c)
    yield from ((a + n, True, c + n) for n in range(both))
    yield from ((one, True, None) for one in range(a + both, b))
    yield from ((b, False, other) for other in range(c + both, d))


def _line_likeness(one: str, other: str, work: Work) -> float:
    alike = ratio(one, other, work)
    # What was written where a mark kept the place need not resemble the mark.
    return max(alike, _ALIKE) if is_mark(one) else alike
