"""Limits on how often an expensive page may be requested per minute, counted in memory.

A restart forgets the counts, which does no harm: wrong passwords are counted in the database
(:mod:`casework.people.attempts`). One process serves, so there is nothing to share.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

WINDOW_SECONDS = 60.0
_MOST_SUBJECTS = 10_000


class Limits:
    """When each subject asked for each page within the last minute."""

    def __init__(
        self, ticks: Callable[[], float] = time.monotonic, window: float = WINDOW_SECONDS
    ) -> None:
        """``window`` is for how many seconds a request counts."""
        self._ticks = ticks
        self._window = window
        self._lock = threading.Lock()
        self._asked: dict[tuple[str, str], deque[float]] = {}

    def wait(self, page: str, subject: str, most: int) -> int:
        """Count a request; return for how many seconds it is too early, 0 where it may be."""
        now = self._ticks()
        with self._lock:
            if len(self._asked) > _MOST_SUBJECTS:
                self._asked.clear()
            times = self._asked.setdefault((page, subject), deque())
            while times and times[0] <= now - self._window:
                times.popleft()
            if len(times) >= most:
                return int(times[0] + self._window - now) + 1
            times.append(now)
        return 0
