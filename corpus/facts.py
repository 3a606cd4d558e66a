"""The archive as the proofreader queries it: who issued a number, and whether it is in force.

Implements :class:`drafting.checking.engine.office.FactLibrary`. Built for one reading of one text;
results are cached.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection

from corpus.view import ArchiveView
from drafting.checking.engine.office import Archived
from drafting.model import Kind, Passage


class ArchiveFacts:
    """Citations held against ``archive``, as things stand on ``today``."""

    def __init__(self, archive: ArchiveView, today: dt.date | None = None) -> None:
        self._archive = archive
        self._today = today or dt.date.today()
        self._found: dict[tuple[str, str], list[Archived]] = {}
        self._issuers: dict[str, frozenset[str]] = {}

    def passages(
        self,
        query: str,
        *,
        title: str = "",
        kinds: Collection[Kind] = (),
        limit: int = 10,
        exclude: Collection[str] = (),
    ) -> list[Passage]:
        """Return the passages that answer ``query``, best first, as the archive does."""
        return self._archive.passages(query, title=title, kinds=kinds, limit=limit, exclude=exclude)

    def by_title(self, title: str) -> list[Archived]:
        """Return the documents of that title, or that issue what is so titled."""
        return self._remembered(("title", title), self._archive.titled)

    def by_number(self, number: str) -> list[Archived]:
        """Return the documents of that number; brackets, spaces and zeros do not matter."""
        return self._remembered(("number", number), self._archive.numbered)

    def issuers_of(self, code: str) -> frozenset[str]:
        """Return who issues under a 代字, as far as the archive shows."""
        if code not in self._issuers:
            self._issuers[code] = self._archive.issuers_of(code)
        return self._issuers[code]

    def written(self, words: str, most: int) -> int:
        """Return in how many documents ``words`` stand, counted up to ``most``."""
        return self._archive.written(words, most)

    def _remembered(
        self, asked: tuple[str, str], ask: Callable[[str, dt.date], list[Archived]]
    ) -> list[Archived]:
        if asked not in self._found:
            self._found[asked] = ask(asked[1], self._today)
        return self._found[asked]
