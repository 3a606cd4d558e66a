"""A cache of recent questions and their results.

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


class Recall:
    """The passages of the latest questions; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[Lexicon, list[Passage]]] = OrderedDict()

    def passages(
        self, asked: Hashable, words: Lexicon, find: Callable[[], list[Passage]]
    ) -> list[Passage]:
        """Return what was found for ``asked`` with the same search ``words``, or ``find`` it."""
        with self._lock:
            kept = self._kept.get(asked)
            if kept is not None and kept[0] is words:
                self._kept.move_to_end(asked)
                return list(kept[1])
        found = find()
        with self._lock:
            self._kept[asked] = (words, found)
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return list(found)
