"""How much of the processor each person has had lately, known to all processes of a service.

A table in memory that the processes share: each writes its own part, and reads all. What was had
counts half after :data:`HALF_LIFE` seconds, so that whoever ceases is soon as anybody else.
"""

from __future__ import annotations

import mmap
import struct
import threading
import time
from collections.abc import Callable
from hashlib import blake2b

HALF_LIFE = 10.0
"""Seconds after which half of what somebody has had is forgotten."""

MUCH = 3.0
"""Seconds of processor time, so weighed, from which on somebody has had much: a fifth of a core
without a pause. Two thousand everyday pages a minute come to less."""

_PLACE = struct.Struct("<Qdd")  # whose, seconds, when
_PLACES, _TRIED = 1024, 8


class Spent:
    """What is spent by everybody in ``processes`` processes; made before they are forked."""

    def __init__(self, processes: int, ticks: Callable[[], float] = time.monotonic) -> None:
        """``ticks`` must be the same for all processes, as the machine's monotonic clock is."""
        self._parts, self._ticks = processes, ticks
        self._table = mmap.mmap(-1, processes * _PLACES * _PLACE.size)
        self._lock = threading.Lock()

    def add(self, part: int, who: str, seconds: float) -> None:
        """Count what process ``part`` has spent on somebody."""
        key, now = _key(who), self._ticks()
        with self._lock:
            found = [(*self._at(part, place, now), place) for place in _tried(key)]
            mine = next((one for one in found if one[0] == key), None)
            # Where all its places are taken, whoever has had least is forgotten.
            _, had, place = mine or min(found, key=lambda one: one[1])
            total = (had if mine else 0.0) + seconds
            _PLACE.pack_into(self._table, self._offset(part, place), key, total, now)

    def of(self, who: str) -> float:
        """Return what all processes have lately spent on somebody, in seconds."""
        key, now = _key(who), self._ticks()
        # Without a lock: what another process writes at this moment may be missed.
        return sum(
            had
            for part in range(self._parts)
            for whose, had in (self._at(part, place, now) for place in _tried(key))
            if whose == key
        )

    def much(self, who: str) -> bool:
        """Whether somebody has had so much that others come first."""
        return self.of(who) > MUCH

    def _at(self, part: int, place: int, now: float) -> tuple[int, float]:
        key, seconds, when = _PLACE.unpack_from(self._table, self._offset(part, place))
        return key, seconds * 0.5 ** (max(0.0, now - when) / HALF_LIFE)

    def _offset(self, part: int, place: int) -> int:
        return (part * _PLACES + place) * _PLACE.size


def _key(who: str) -> int:
    # Never 0, which is an empty place.
    return int.from_bytes(blake2b(who.encode(), digest_size=8).digest(), "little") | 1


def _tried(key: int) -> range:
    first = (key >> 1) % (_PLACES - _TRIED)
    return range(first, first + _TRIED)
