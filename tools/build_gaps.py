"""Make ``gaps.tsv`` of the spelling checker: what is missing where others stand together.

    python -m tools.build_gaps FOLDER

``FOLDER`` is that of ``tools.build_runs``, whose texts and weights are used. Kept are fives of
characters that are frequent, and of their three inner ones those without which the other four are
hardly found. What is no Chinese character counts as one mark at either end.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from drafting.checking.spelling.gaps import EDGE, WIDTH
from drafting.checking.spelling.runs import level_of
from drafting.checking.spelling.tries import FIRST
from tools.build_runs import TARGET as RUNS
from tools.build_runs import official_lines

TARGET = RUNS.with_name("gaps.tsv")
LEAST = 20
"""Fives that are rarer are left out."""
OFTENER = 30
"""So many times as frequent as the four without it are the five."""
_BITS = 12
_HAN = re.compile("[一-鿿]+")


def main(folder: str) -> None:
    """Write the table; ``git diff --stat`` tells how much changed."""
    places, weights, characters = _text(folder)
    fives, often = _counted(places, weights, WIDTH, LEAST)
    fours, seen = _counted(places, weights, WIDTH - 1, 1)
    digits = [(fives >> (_BITS * (WIDTH - 1 - n))) & ((1 << _BITS) - 1) for n in range(WIDTH)]
    bits = np.zeros(len(fives), np.int64)
    for place in (1, 2, 3):
        rest = [digits[n] for n in range(WIDTH) if n != place]
        without = _seen(rest, fours, seen)
        gap = (often >= OFTENER * (without + 0.2)) & (digits[place] > 0)
        gap &= (digits[place] != digits[place - 1]) & (digits[place] != digits[place + 1])
        bits |= gap.astype(np.int64) << (place - 1)
    TARGET.write_text("".join(_table(digits, often, bits, characters)), encoding="utf-8")


def _text(folder: str) -> tuple[Any, Any, str]:
    """All texts as places in a list of their characters, 0 for an edge, and their weights."""
    runs, weights = [], []
    for line, weight in official_lines(Path(folder)):
        for run in _HAN.findall(line):
            runs.append(run)
            weights.append(weight)
    codes = np.frombuffer("\n".join([*runs, ""]).encode("utf-32-le"), "<u4").astype(np.int64)
    codes = np.where(codes > FIRST, codes - FIRST, 0)
    used = np.flatnonzero(np.bincount(codes))
    common = used[np.argsort(-np.bincount(codes)[used])][: 1 << _BITS]
    place = np.zeros(codes.max() + 1, np.int64)
    common = common[common > 0]
    place[common] = np.arange(1, len(common) + 1)
    lengths = np.array([len(run) + 1 for run in runs])
    letters = EDGE + "".join(chr(code + FIRST) for code in common.tolist())
    return place[codes], np.repeat(np.array(weights), lengths), letters


def _counted(places: Any, weights: Any, size: int, least: int) -> tuple[Any, Any]:
    """The runs of ``size`` with no edge within, as sorted numbers, and how often they stand."""
    last = len(places) - size + 1
    key, whole = np.zeros(last, np.int64), np.ones(last, np.bool_)
    for shift in range(size):
        key = (key << _BITS) | places[shift : last + shift]
        if 0 < shift < size - 1:
            whole &= places[shift : last + shift] > 0
    key, weights = key[whole], weights[:last][whole]
    order = np.argsort(key)
    key, weights = key[order], weights[order]
    starts = np.flatnonzero(np.diff(key, prepend=-1))
    often = np.add.reduceat(weights, starts)
    return key[starts][often >= least], often[often >= least]


def _seen(rest: Any, fours: Any, seen: Any) -> Any:
    key = np.zeros(len(rest[0]), np.int64)
    for digit in rest:
        key = (key << _BITS) | digit
    at = np.minimum(np.searchsorted(fours, key), len(fours) - 1)
    return np.where(fours[at] == key, seen[at], 0)


def _table(digits: Any, often: Any, bits: Any, letters: str) -> Iterator[str]:
    followers: dict[str, list[str]] = defaultdict(list)
    for number in np.flatnonzero(bits).tolist():
        five = "".join(letters[digit[number]] for digit in digits)
        followers[five[:3]].append(f"{five[3:]}{level_of(int(often[number]))}{bits[number]}")
    return (f"{start}\t{''.join(sorted(found))}\n" for start, found in sorted(followers.items()))


if __name__ == "__main__":
    main(sys.argv[1])
