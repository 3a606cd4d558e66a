"""What two sequences have in common, within a bound of work: :mod:`difflib` has none.

It compares every element with all its likes in the other sequence, and again for each stretch that
it finds: two texts of the same 30,000 characters take it minutes. Here so much is looked at and no
more; what then is left counts as alike at its beginning and its end only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from itertools import accumulate
from typing import TypeVar

T = TypeVar("T")

MOST = 6_000_000
"""Pairs of likes that one comparison looks at, half a second: a real answer rewritten from end to
end (5,000 characters) takes a tenth of them."""


@dataclass(slots=True)
class Work:
    """How much may still be looked at; several comparisons of one page may share it."""

    left: int = MOST


class Matcher(SequenceMatcher[T]):
    """A :class:`difflib.SequenceMatcher` without junk that keeps within ``work``."""

    def __init__(self, old: Sequence[T], new: Sequence[T], work: Work | None = None) -> None:
        super().__init__(None, old, new, autojunk=False)
        self._old, self._new, self._work = old, new, work or Work()
        theirs = Counter(new)
        likes = (1 + theirs[one] for one in old)
        self._before = [0, *accumulate(likes)]

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> Match:
        """Return the longest stretch alike; once the work is done, the one at either end."""
        ahi = len(self._old) if ahi is None else ahi
        bhi = len(self._new) if bhi is None else bhi
        cost = self._before[ahi] - self._before[alo]
        if cost <= self._work.left:
            self._work.left -= cost
            return super().find_longest_match(alo, ahi, blo, bhi)
        most = min(ahi - alo, bhi - blo)
        size = 0
        while size < most and self._old[alo + size] == self._new[blo + size]:
            size += 1
        if size:
            return Match(alo, blo, size)
        while size < most and self._old[ahi - size - 1] == self._new[bhi - size - 1]:
            size += 1
        return Match(ahi - size, bhi - size, size)


def pairs(old: Sequence[T], new: Sequence[T]) -> int:
    """Return how many pairs of likes two sequences have: what a comparison looks at at least."""
    theirs = Counter(new)
    return sum(many * theirs[one] for one, many in Counter(old).items())


def ratio(one: Sequence[T], other: Sequence[T], work: Work | None = None) -> float:
    """Return 0–1: how much of two sequences is alike, in order (Ratcliff and Obershelp)."""
    return Matcher(one, other, work).ratio()
