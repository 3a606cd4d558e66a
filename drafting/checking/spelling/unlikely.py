"""Characters and short words put in the place of what official texts hardly have there.

What makes another good word (等级 for 登记, 桂花 for 规划) gains nothing by the dictionary; only
its neighbours tell. So wherever a character is unlikely after those before it, what sounds or looks
like it is tried, and kept where it is much likelier.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from drafting.checking.spelling.lattice import Cut
from drafting.checking.spelling.runs import Logs
from drafting.checking.spelling.tables import Tables
from drafting.checking.spelling.tries import Codes, Whole, spread

UNLIKELY = -7.5
"""Log of the chance from which a character, or one of the two behind it, is worth a look."""
LIKELIER_BESIDE, LIKELIER = 2.0, 5.0
"""What the pairs with its neighbours must gain, as logs of counts, and what the text must."""
COMMON = 1250
"""A word of two that costs more is not looked for."""

Found = tuple[Whole, Whole, Whole]
"""Starts, ends, words."""


def substitutes(way: Cut, known: Tables) -> list[Found]:
    """Return characters, and words of two that sound alike, which fit better than what stands."""
    codes = np.concatenate([[0, 0], way.codes.astype(np.int64), [0, 0, 0]])
    stands = chances(codes, known)
    unlikely = np.flatnonzero((way.codes > 0) & (_least_of_three(stands) <= UNLIKELY))
    which, one = _confused(way.codes[unlikely], known)
    word = known.word_at[known.forward.first[one]]
    places, words = _sounding(way, unlikely, known)
    return [
        _fitting(codes, stands, unlikely[which], word, known, 1),
        _fitting(codes, stands, places, words, known, 2),
    ]


def _fitting(
    codes: Whole, stands: Logs, place: Whole, word: Any, known: Tables, length: int
) -> Found:
    """Of words put at places, those that fit their neighbours better by far."""
    kept = np.flatnonzero((word >= 0) & known.proposed[word])
    place, word = place[kept], word[kept].astype(np.int64)
    kept = np.flatnonzero(
        _beside(_with(codes, place, known.words[word], length), known)
        - _beside(_with(codes, place, None, length), known)
        >= LIKELIER_BESIDE
    )
    place, word = place[kept], word[kept]
    seen = _with(codes, place, known.words[word], length)
    likelier = np.zeros(len(place), np.float32)
    for at in range(2, len(seen)):
        likelier += known.runs.likelihood(seen[at - 2], seen[at - 1], seen[at])
        likelier -= np.where(seen[at] > 0, stands[np.minimum(place + at - 2, len(stands) - 1)], 0)
    kept = np.flatnonzero(likelier >= LIKELIER)
    return place[kept], place[kept] + length, word[kept]


def _with(codes: Whole, place: Whole, letters: Codes | None, length: int) -> list[Whole]:
    """Two characters, what is put at a place (or stands there), and the two behind it; 0 from
    where the piece is over."""
    seen = [codes[place + shift] for shift in range(length + 4)]
    seen[0] = np.where(seen[1] > 0, seen[0], 0)
    seen[-1] = np.where(seen[-2] > 0, seen[-1], 0)
    if letters is not None:
        seen[2 : 2 + length] = [letters[:, at].astype(np.int64) for at in range(length)]
    return seen


def _beside(seen: Sequence[Whole], known: Tables) -> Logs:
    """How often the pairs stand together that hold a character put in."""
    total = np.zeros(len(seen[0]), np.float32)
    for at in range(1, len(seen) - 2):
        total += known.runs.pair(seen[at], seen[at + 1])
    return total


def chances(codes: Whole, known: Tables) -> Logs:
    """How likely each character of a text, two places in, is after the two before it."""
    first = np.where(codes[1:-4] > 0, codes[:-5], 0)
    return known.runs.likelihood(first, codes[1:-4], codes[2:-3])


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


def _confused(codes: Codes, known: Tables) -> tuple[Whole, Whole]:
    """Characters that look or sound like each of ``codes``: which of them, and the character."""
    found: list[tuple[Whole, Whole]] = []
    for table in (known.shapes[codes], known.sounded[known.fold[codes]]):
        which, column = np.nonzero(table)
        found.append((which, table[which, column].astype(np.int64)))
    which, put_in = (np.concatenate(one) for one in zip(*found, strict=True))
    other = put_in != codes[which]
    return which[other], put_in[other]


def _sounding(way: Cut, places: Whole, known: Tables) -> tuple[Whole, Whole]:
    """Common words of two that sound like what stands at or before places: where, and the word."""
    places = np.unique(np.concatenate([places, places - 1]))
    places = places[(places >= 0) & (way.codes[places] > 0)]
    places = places[way.codes[places + 1] > 0]
    trie = known.sounding
    node = trie.step(trie.first[known.fold[way.codes[places]]], known.fold[way.codes[places + 1]])
    low, high = known.sound_from[node], known.sound_from[node + 1]
    which, at = spread(np.where(node > 0, low, 0), np.where(node > 0, high, 0))
    word = known.by_sound[at].astype(np.int64)
    start = places[which]
    differs = known.words[word, :2] != np.stack([way.codes[start], way.codes[start + 1]], axis=1)
    # Where one character alone differs it is found by itself.
    kept = np.flatnonzero((known.costs[word] <= COMMON) & differs.all(axis=1))
    return start[kept], word[kept]
