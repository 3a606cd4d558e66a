"""Characters put in the place of one that official texts hardly have there.

What makes another good word (等级 for 登记) gains nothing by the dictionary; only its neighbours
tell. So wherever a character is unlikely after those before it, those that sound or look like it
are tried, and kept where they are much likelier.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from drafting.checking.spelling.lattice import Cut
from drafting.checking.spelling.runs import Logs
from drafting.checking.spelling.tables import Tables
from drafting.checking.spelling.tries import Whole

UNLIKELY = -7.5
"""Log of the chance from which a character, or one of the two behind it, is worth a look."""
LIKELIER_BESIDE, LIKELIER = 2.0, 4.0
"""What the pairs with its neighbours must gain, as logs of counts, and what the text must."""


def substitutes(way: Cut, known: Tables) -> tuple[Whole, Whole, Whole]:
    """Return places, the places behind them and the words of one character that fit better."""
    codes = way.codes.astype(np.int64)
    stands = _chances(codes, known)
    place = np.flatnonzero((codes > 0) & (_least_of_three(stands) <= UNLIKELY))
    which, put_in = _confused(codes[place], known)
    place = place[which]
    around = _Around(np.concatenate([[0, 0], codes, [0, 0]]), place)
    runs = known.runs
    beside = (
        runs.pair(around.at(-1), put_in) + runs.pair(put_in, around.at(1))
        - runs.pair(around.at(-1), around.at(0)) - runs.pair(around.at(0), around.at(1))
    )  # fmt: skip
    kept = np.flatnonzero(beside >= LIKELIER_BESIDE)
    place, put_in = place[kept], put_in[kept]
    around = _Around(around.codes, place)
    likelier = (
        runs.likelihood(around.at(-2), around.at(-1), put_in)
        + runs.likelihood(around.at(-1), put_in, around.at(1))
        + runs.likelihood(put_in, around.at(1), around.at(2))
        - sum(stands[np.minimum(place + shift, len(stands) - 1)] * (around.at(shift) > 0)
              for shift in range(3))
    )  # fmt: skip
    # Behind the end of a piece the next one starts: it has no part in this.
    word = known.word_at[known.forward.first[put_in]]
    kept = np.flatnonzero((likelier >= LIKELIER) & (word >= 0))
    return place[kept], place[kept] + 1, word[kept].astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Around:
    """The codes around places; 0 beyond the end of a piece, as far as that is next to them."""

    codes: Whole
    place: Whole

    def at(self, shift: int) -> Whole:
        found = self.codes[self.place + 2 + shift]
        if abs(shift) == 2:
            found = np.where(self.codes[self.place + 2 + shift // 2] > 0, found, 0)
        return found


def _chances(codes: Whole, known: Tables) -> Logs:
    """How likely each character of a text is after the two before it."""
    padded = np.concatenate([[0, 0], codes])
    # A piece ends with one empty place: what stands two before it is of another piece.
    first = np.where(padded[1:-1] > 0, padded[:-2], 0)
    return known.runs.likelihood(first, padded[1:-1], codes)


def _least_of_three(chance: Logs) -> Logs:
    """The least likely of each character and, within its piece, the two behind it."""
    least = chance.copy()
    # 0 stands for the end of a piece.
    ended = np.zeros(len(chance), np.bool_)
    for shift in (1, 2):
        behind = np.append(chance[shift:], np.zeros(shift, np.float32))
        ended |= behind == 0
        least = np.where(ended, least, np.minimum(least, behind))
    return least


def _confused(codes: Whole, known: Tables) -> tuple[Whole, Whole]:
    """Characters that look or sound like each of ``codes``: which of them, and the character."""
    found: list[tuple[Whole, Whole]] = []
    for table in (known.shapes[codes], known.sounded[known.fold[codes]]):
        which, column = np.nonzero(table)
        found.append((which, table[which, column].astype(np.int64)))
    which, put_in = (np.concatenate(one) for one in zip(*found, strict=True))
    other = put_in != codes[which]
    return which[other], put_in[other]

