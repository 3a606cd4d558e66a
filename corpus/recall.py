"""A cache of recent questions and their results, and of how many documents there are.

Held in memory for one state of the index: every change of the archive changes the index's stamp,
and results under the former stamp are not used.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from corpus.index.lexicon import Lexicon
from drafting.model import Passage

_MOST = 512
_MOST_COUNTS = 64


class Recall:
    """The passages of the latest questions; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[Lexicon, list[Passage]]] = OrderedDict()
        self._counts: OrderedDict[Hashable, int] = OrderedDict()

    def kept(self, asked: Hashable, words: Lexicon) -> list[Passage] | None:
        """Return what was found for ``asked`` with the same search ``words``, where it is known."""
        with self._lock:
            kept = self._kept.get(asked)
            if kept is None or kept[0] is not words:
                return None
            self._kept.move_to_end(asked)
            return list(kept[1])

    def passages(
        self, asked: Hashable, words: Lexicon, find: Callable[[], list[Passage]]
    ) -> list[Passage]:
        """Return what was found for ``asked`` with the same search ``words``, or ``find`` it."""
        kept = self.kept(asked, words)
        if kept is not None:
            return kept
        found = find()
        with self._lock:
            self._kept[asked] = (words, found)
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return list(found)

    def count(self, state: Hashable, ask: Callable[[], int]) -> int:
        """Return how many documents are seen in ``state``, as it was counted or as ``ask`` says."""
        with self._lock:
            kept = self._counts.get(state)
        if kept is None:
            kept = ask()
            with self._lock:
                self._counts[state] = kept
                while len(self._counts) > _MOST_COUNTS:
                    self._counts.popitem(last=False)
        return kept
