"""What stands between others in official texts, which without it hardly stand together.

人民代表大会 is frequent, 民代大会 is not found: 表 is missing there. Five characters that are
frequent tell it for each of the three within, and so does the end of a sentence among them (营商环
before a comma). ``tools/build_gaps.py`` makes the table, of counts alone. A text tells it of
itself, too: a name that is written in full elsewhere (:func:`missing_beside`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from drafting.checking.spelling.tries import FIRST, Table, Whole

EDGE = "-"
"""Stands for what is no Chinese character: a mark, a figure, the end of a line. Its code is 0."""
WIDTH = 5
BITS = 15
_PLACE, _LEVEL = 15, 17
_FIRST_LEVEL = ord("0")


@dataclass(frozen=True, slots=True)
class Missing:
    """Before which places of a text which codes may be missing: one for each place and code.

    ``level`` tells how often official texts have the five with it, as :mod:`runs` writes counts;
    ``windows`` in how many of the three possible fives it stands.
    """

    place: Whole
    code: Whole
    level: Whole
    windows: Whole


def missing(codes: Any, gaps: Table) -> Missing:
    """Look all fours of a text up; ``codes`` have a 0 wherever no character stands."""
    text = np.concatenate([[0], np.asarray(codes, np.int64)])
    four = [text[at : len(text) - 3 + at] for at in range(4)]
    held = np.flatnonzero((four[1] > 0) & (four[2] > 0))
    found = gaps.of(key_of([one[held] for one in four]))
    held, found = held[found > 0], found[found > 0].astype(np.int64)
    place = held + ((found >> _PLACE) & 3) - 1
    return _gathered(place, found & ((1 << _PLACE) - 1), found >> _LEVEL)


def missing_beside(codes: Any) -> Missing:
    """Tell what four characters of a text, which stand so once, lack where it has them again.

    ``level`` is how often it has the five.
    """
    text = np.concatenate([[0], np.asarray(codes, np.int64), [0]])
    pairs = (text[:-1] << BITS) | text[1:]
    _, which, counts = np.unique(pairs, return_inverse=True, return_counts=True)
    again = counts[which] > 1
    found = [_beside(text, again, at) for at in (1, 2, 3)]
    place, code, level = (np.concatenate(one) for one in zip(*found, strict=True))
    return _gathered(place, code, level)


# The pairs of a four on either side of its gap, and those of a five without its member: each
# stands in both.
_PAIRS_OF_FOUR = {1: (1, 2), 2: (0, 2), 3: (0, 1)}
_PAIRS_OF_FIVE = {1: (2, 3), 2: (0, 3), 3: (0, 1)}


def _beside(text: Whole, again: Any, at: int) -> tuple[Whole, Whole, Whole]:
    """Fours that lack the character at ``at`` of a five: places, codes, counts of the fives."""
    fours = _places(text, again, WIDTH - 1, _PAIRS_OF_FOUR[at])
    fives = _places(text, again, WIDTH, _PAIRS_OF_FIVE[at])
    member = text[fives + at]
    fives = fives[(member != text[fives + at - 1]) & (member != text[fives + at + 1])]
    short = key_of([text[fours + shift] for shift in range(WIDTH - 1)])
    rest = key_of([text[fives + shift] for shift in range(WIDTH) if shift != at])
    once, first, counts = np.unique(short, return_index=True, return_counts=True)
    once, first = once[counts == 1], first[counts == 1]
    _, begin, often = np.unique(rest, return_index=True, return_counts=True)
    keys, begin = rest[begin], fives[begin]
    slot = np.minimum(np.searchsorted(once, keys), max(0, len(once) - 1))
    hit = once[slot] == keys if len(once) else np.zeros(len(keys), np.bool_)
    return fours[first[slot[hit]]] + at - 1, text[begin[hit] + at], often[hit]


def _places(text: Whole, again: Any, size: int, pairs: tuple[int, int]) -> Whole:
    """Where ``size`` characters stand, the inner ones none an edge, whose pairs stand again."""
    last = len(text) - size + 1
    held = again[pairs[0] : pairs[0] + last] & again[pairs[1] : pairs[1] + last]
    for shift in range(1, size - 1):
        held = held & (text[shift : shift + last] > 0)
    return np.flatnonzero(held)


def _gathered(place: Whole, code: Whole, level: Whole) -> Missing:
    """Take what several windows tell of a place and a code together."""
    order = np.lexsort((-level, code, place))
    place, code, level = place[order], code[order], level[order]
    starts = np.flatnonzero((np.diff(place, prepend=-9) != 0) | (np.diff(code, prepend=-9) != 0))
    windows = np.diff(starts, append=len(place))
    return Missing(place[starts], code[starts], level[starts], windows)


def key_of(four: Any) -> Whole:
    """Return the number that four codes are known by."""
    key = np.zeros(len(four[0]), np.int64)
    for one in four:
        key = (key << BITS) | one
    return key


def load(text: str) -> Table:
    """Read a table: ``start followers`` a line, the start three characters, a follower two, their
    level, and which of the three in the middle make a gap, as bits of a digit."""
    marks = np.frombuffer(text.encode("utf-32-le"), "<i4")
    ends = np.flatnonzero(marks == ord("\n"))
    starts = np.concatenate([[0], ends[:-1] + 1])
    counts = (ends - starts - 4) // 4
    before = np.cumsum(counts) - counts
    at = np.repeat(starts + 4 - 4 * before, counts) + 4 * np.arange(int(counts.sum()))
    line = np.repeat(starts, counts)
    five = [_code(marks[one]) for one in (line, line + 1, line + 2, at, at + 1)]
    level, bits = marks[at + 2] - _FIRST_LEVEL, marks[at + 3] - ord("0")
    keys, values = [], []
    for place in (1, 2, 3):
        held = np.flatnonzero((bits >> (place - 1)) & 1)
        rest = [one[held] for number, one in enumerate(five) if number != place]
        keys.append(key_of(rest))
        values.append(five[place][held] | (place << _PLACE) | (level[held] << _LEVEL))
    return _likeliest(np.concatenate(keys), np.concatenate(values))


def _code(marks: Any) -> Whole:
    return np.where(marks == ord(EDGE), 0, marks - FIRST).astype(np.int64)


def _likeliest(keys: Whole, values: Whole) -> Table:
    """Of several that the same four may lack, the most frequent."""
    order = np.lexsort((-values, keys))
    keys, values = keys[order], values[order]
    fresh = np.diff(keys, prepend=-1) != 0
    return Table.of_keys(keys[fresh], values[fresh].astype(np.int32))
