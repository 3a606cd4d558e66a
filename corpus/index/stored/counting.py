"""Counting in postings: of a few terms of many, and of the characters that terms begin with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpus.index.stored.dictionary import locate
from corpus.index.stored.segments import U1, U2, U4, Ints
from drafting.language.likeness.segment import BITS, LATIN, Codes

Range = tuple[Codes, U2, U1]
"""The term of each posting, its section's place, its count; sorted by term, then by place."""

_PLACE_BITS = 16


@dataclass(frozen=True, slots=True, eq=False)
class Few:
    """Counts by place of which most are nothing: the others' places, with what they are."""

    places: U4
    counts: U2

    @staticmethod
    def of(counts: Ints) -> Few:
        """Keep those of ``counts`` that are not nothing."""
        places = counts.nonzero()[0]
        return Few(places.astype(np.uint32), counts[places].astype(np.uint16))

    def at(self, places: Ints) -> Ints:
        """Return the counts at ``places``."""
        at, hit = locate(self.places, places.astype(np.uint32))
        found = np.zeros(len(places), np.int64)
        found[hit] = self.counts[at[hit]]
        return found

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return self.places.nbytes + self.counts.nbytes


def characters_of(keys: Codes, places: U2) -> tuple[U4, Ints]:
    """Return the characters that occur in postings, and in how many sections each does.

    A character occurs in a section where a term begins with it.
    """
    chinese = int(np.searchsorted(keys, LATIN))
    pairs = (keys[:chinese] >> BITS) << _PLACE_BITS | places[:chinese]
    pairs.sort()
    new = np.flatnonzero(np.diff(pairs, prepend=-1))
    characters, counts = np.unique(pairs[new] >> _PLACE_BITS, return_counts=True)
    return characters.astype(np.uint32), counts.astype(np.int64)


class Characters:
    """Counts characters while ranges of postings pass, which end anywhere."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._counts: npt.NDArray[np.int64] = np.zeros(1 << BITS, np.int64)
        self._left: tuple[Codes, U2] = (np.zeros(0, np.int64), np.zeros(0, np.uint16))

    def passing(self, ranges: Iterable[Range]) -> Iterator[Range]:
        """Yield ``ranges`` as they are."""
        for keys, places, counts in ranges:
            chinese = int(np.searchsorted(keys, LATIN))
            whole = np.concatenate((self._left[0], keys[:chinese]))
            where = np.concatenate((self._left[1], places[:chinese]))
            # The last character may go on in the next range.
            last = int(whole[-1]) >> BITS << BITS if len(whole) else 0
            done = int(np.searchsorted(whole, last))
            self._add(whole[:done], where[:done])
            self._left = whole[done:], where[done:]
            yield keys, places, counts
        self._add(*self._left)

    def _add(self, keys: Codes, places: U2) -> None:
        characters, counts = characters_of(keys, places)
        self._counts[characters] += counts

    def found(self) -> tuple[U4, Ints]:
        """Return the characters and their counts, once all ranges have passed."""
        characters = self._counts.nonzero()[0]
        return characters.astype(np.uint32), self._counts[characters]
