"""The archive without the papers that are not for other eyes, for what leaves the house.

A 密级 is refused when a paper is imported; 内部资料 is not, and stands at its head alone, not in
the passage that answers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache

from corpus import ArchiveView
from drafting.language.secrecy import confined_mark
from drafting.model import Document, Kind, Passage

_HEAD, _FOOT = 25, 3
"""Lines."""


class OpenOnly:
    """An archive as a :class:`Library`, but for the passages of papers whose head or foot bears a
    mark."""

    def __init__(self, view: ArchiveView) -> None:
        """Look through ``view``; a paper that answers several suggestions is looked at once."""
        self._view = view
        self._is_open = lru_cache(maxsize=256)(self._looked)

    def passages(
        self,
        query: str,
        *,
        title: str = "",
        kinds: Collection[Kind] = (),
        limit: int = 10,
        exclude: Collection[str] = (),
    ) -> list[Passage]:
        """Return the passages that answer ``query``, best first."""
        found = self._view.passages(query, title=title, kinds=kinds, limit=limit, exclude=exclude)
        return [one for one in found if self._is_open(one.document)]

    def _looked(self, number: int) -> bool:
        found = self._view.document(number)
        return found is None or not confined_mark("\n".join(_ends(found.document)))


def _ends(document: Document) -> Iterator[str]:
    lines = [line for line in document.text.split("\n") if line.strip()]
    yield document.title or ""
    yield from lines[:_HEAD]
    yield from lines[-_FOOT:]
