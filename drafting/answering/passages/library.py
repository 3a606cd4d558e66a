"""The protocol that drafting needs of an archive; ``corpus.ArchiveView`` implements it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from drafting.model import Kind, Passage


class Library(Protocol):
    """What drafting needs of an archive."""

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
        ...
