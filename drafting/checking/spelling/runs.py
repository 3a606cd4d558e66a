"""How often official texts have a character, and it after one and after two others.

From the counts comes how likely a character is where it stands (:meth:`Runs.likelihood`). The
table holds counts alone; ``tools/build_runs.py`` makes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from drafting.checking.spelling.tries import ALPHABET, FIRST, Codes, Table, Whole

Logs = npt.NDArray[np.float32]

_BITS = 12
_NO_CHARACTER = "-"
_FIRST_LEVEL = ord("0")
_EACH_LEVEL = 0.25
"""Counts are written as levels: a letter for each quarter of a natural logarithm."""
_BACKED_OFF = 1.0
"""What it costs to know a character by one character less before it (stupid backoff)."""


@dataclass(frozen=True, slots=True)
class Runs:
    """``place`` numbers the characters that the texts have, 0 is none of them; ``alone`` and
    ``pairs`` are the logarithms of the counts, 0 where there are none, of single characters and, at
    ``first << 12 | second``, of two; ``triples`` holds those of three, as levels."""

    place: Codes
    alone: Logs
    pairs: npt.NDArray[np.uint8]
    triples: Table
    total: float

    def pair(self, first: Any, second: Any) -> Logs:
        """Return the log of how often two codes stand one behind the other."""
        return self._pair(self.place[first], self.place[second])

    def triple(self, first: Any, second: Any, third: Any) -> Logs:
        """Return the log of how often three codes stand one behind the other."""
        return self._triple(self.place[first], self.place[second], self.place[third])

    def level(self, first: Any, second: Any) -> npt.NDArray[np.uint8]:
        """Return the level of how often two codes stand one behind the other."""
        return self._level(self.place[first], self.place[second])

    def likelihood(self, first: Any, second: Any, third: Any) -> Logs:
        """Return the log of the chance of the code ``third`` after the two before it.

        0 for ``second`` or ``first`` is no character there; 0 for ``third`` gives 0.
        """
        one, two, three = self.place[first], self.place[second], self.place[third]
        chance = self.alone[three] - self.total
        both = self._pair(two, three)
        after = np.where(both > 0, both - self.alone[two], chance - _BACKED_OFF)
        before = self._pair(one, two)
        every = np.zeros(after.shape, np.float32)
        # Three stand together only where their pairs do: most that are tried do not.
        held = np.nonzero((both > 0) & (before > 0))
        one, two, three = np.broadcast_arrays(one, two, three)
        every[held] = self._triple(one[held], two[held], three[held])
        after = np.where(every > 0, every - before, after - _BACKED_OFF)
        known: Logs = np.where(second > 0, after, chance)
        return np.where(third > 0, known, np.float32(0))

    def _pair(self, first: Any, second: Any) -> Logs:
        often: Logs = self._level(first, second) * np.float32(_EACH_LEVEL)
        return often

    def _level(self, first: Any, second: Any) -> npt.NDArray[np.uint8]:
        levels: npt.NDArray[np.uint8] = self.pairs[(first.astype(np.int32) << _BITS) | second]
        return levels

    def _triple(self, first: Any, second: Any, third: Any) -> Logs:
        key = _key(first, second, third)
        levels: Logs = self.triples.of(key.ravel()).reshape(key.shape) * np.float32(_EACH_LEVEL)
        return levels


def _key(first: Any, second: Any, third: Any) -> Whole:
    key: Whole = (first.astype(np.int64) << 2 * _BITS) | (second.astype(np.int64) << _BITS) | third
    return key


def level_of(count: int) -> str:
    """Return the letter of a count as :func:`load` reads it."""
    return chr(_FIRST_LEVEL + max(1, round(float(np.log(count)) / _EACH_LEVEL)))


def load(text: str) -> Runs:
    """Read a table: ``start followers`` a line, followers a character and a level each.

    The start is ``-`` (the characters by themselves, the first line), one character or two. The
    two pairs of three are in the table, too.
    """
    marks = np.frombuffer(text.encode("utf-32-le"), "<i4")
    ends = np.flatnonzero(marks == ord("\n"))
    starts = np.concatenate([[0], ends[:-1] + 1])
    tabs = np.flatnonzero(marks == ord("\t"))
    counts = (ends - tabs - 1) // 2
    before = np.cumsum(counts) - counts
    at = np.repeat((tabs + 1 - 2 * before).astype(np.int32), counts)
    at += 2 * np.arange(len(at), dtype=np.int32)
    level = marks[at + 1] - _FIRST_LEVEL
    follower = marks[at] - FIRST
    # Starts of no character, of one and of two stand one behind the other.
    length = tabs - starts
    singles, doubles = int(counts[0]), int(counts[: np.searchsorted(length[1:], 2) + 1].sum())
    place = np.zeros(ALPHABET, np.uint16)
    place[follower[:singles]] = np.arange(1, 1 + singles)
    alone = np.zeros(1 << _BITS, np.float32)
    alone[place[follower[:singles]]] = level[:singles] * _EACH_LEVEL
    first = place[np.where(length > 0, marks[starts] - FIRST, 0) * (np.arange(len(tabs)) > 0)]
    second = place[np.where(length > 1, marks[starts + 1] - FIRST, 0)]
    key = np.repeat(_key(first, second, np.uint16(0)), counts)
    followed = place[follower]
    pairs = np.zeros(1 << 2 * _BITS, np.uint8)
    two = slice(singles, doubles)
    pairs[(key[two] >> _BITS) | followed[two]] = level[two]
    triples = Table.of_keys(key[doubles:] | followed[doubles:], level[doubles:].astype(np.uint8))
    total = float(np.log(np.exp(alone[alone > 0].astype(np.float64)).sum()))
    return Runs(place, alone, pairs, triples, total)
