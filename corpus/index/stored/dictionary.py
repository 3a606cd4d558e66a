"""The terms of one segment with how often each occurs, as held in memory: six bytes a term.

In the database a term takes eight bytes. Of a Chinese one only the last 16 bits are kept here and,
in 16 more, the place of what comes before them among those that occur; of a Latin word its 32 bits.
Where the postings of a term begin is told by sums over the terms before it, one for each
:data:`_BLOCK` terms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from drafting.language.likeness.segment import LATIN, Codes

_LOW = 16
_LOW_MASK = (1 << _LOW) - 1
_LATIN_MASK = LATIN - 1
_BLOCK = 64

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Dictionary:
    """``heads`` are the distinct beginnings of Chinese terms, ``chinese`` and ``latin`` the terms,
    all sorted; ``sizes`` in how many sections each term occurs, the Latin ones last; ``sums`` the
    postings before each block."""

    heads: Ints
    chinese: npt.NDArray[np.integer[Any]]
    latin: npt.NDArray[np.uint32]
    sizes: npt.NDArray[np.uint16]
    sums: Ints

    @staticmethod
    def of(terms: Codes, sizes: npt.NDArray[np.integer[Any]]) -> Dictionary:
        """Return the dictionary of sorted ``terms`` that occur in so many sections each."""
        split = int(np.searchsorted(terms, LATIN))
        first = np.flatnonzero(np.diff(terms[:split] >> _LOW, prepend=-1))
        heads = terms[first] >> _LOW
        # More beginnings than 16 bits can number have been seen in no segment of real texts.
        exact = np.uint32 if len(heads) <= 1 << _LOW else np.int64
        places = np.repeat(np.arange(len(heads)), np.diff(first, append=split))
        sums = np.add.reduceat(sizes, np.arange(0, len(sizes), _BLOCK), dtype=np.int64)
        return Dictionary(
            heads,
            (places << _LOW | terms[:split] & _LOW_MASK).astype(exact),
            (terms[split:] & _LATIN_MASK).astype(np.uint32),
            sizes.astype(np.uint16),
            np.concatenate(([0], np.cumsum(sums)))[: len(sums)],
        )

    def find(self, wanted: Codes) -> tuple[Ints, Mask]:
        """Return where each of the sorted ``wanted`` stands, and whether it does."""
        split = int(np.searchsorted(wanted, LATIN))
        heads, known = locate(self.heads, wanted[:split] >> _LOW)
        keys = heads << _LOW | wanted[:split] & _LOW_MASK
        at, hit = locate(self.chinese, keys.astype(self.chinese.dtype))
        hit &= known
        if split == len(wanted):
            return at, hit
        words, held = locate(self.latin, (wanted[split:] & _LATIN_MASK).astype(np.uint32))
        return np.concatenate((at, words + len(self.chinese))), np.concatenate((hit, held))

    def starts(self, at: Ints) -> Ints:
        """Return the first posting of the terms at the places ``at``."""
        block = at // _BLOCK
        before = np.arange(_BLOCK) < (at % _BLOCK)[:, None]
        places = np.minimum(block[:, None] * _BLOCK + np.arange(_BLOCK), len(self.sizes) - 1)
        inside = np.where(before, self.sizes[places], 0).sum(1, dtype=np.int64)
        return np.asarray(self.sums[block] + inside, np.int64)

    def between(self, low: int, high: int) -> slice:
        """Return the places of the Chinese terms from ``low`` to before ``high``, two beginnings of
        terms."""
        first, last = np.searchsorted(self.heads, [low >> _LOW, high >> _LOW]) << _LOW
        return slice(*np.searchsorted(self.chinese, [first, last]).tolist())

    def terms(self, places: slice = slice(None)) -> Codes:
        """Return the terms at ``places``, of all those that are Chinese, or all."""
        kept = self.chinese[places].astype(np.int64)
        found = self.heads[kept >> _LOW] << _LOW | kept & _LOW_MASK
        if places != slice(None):
            return np.asarray(found, np.int64)
        return np.concatenate((found, self.latin.astype(np.int64) | LATIN))


def locate(
    held: npt.NDArray[np.integer[Any]], wanted: npt.NDArray[np.integer[Any]]
) -> tuple[Ints, Mask]:
    """Return where each of ``wanted`` would stand in sorted ``held``, and whether it does."""
    at = np.searchsorted(held, wanted)
    at[at == len(held)] = 0
    return at, held[at] == wanted if len(held) else np.zeros(len(wanted), np.bool_)
