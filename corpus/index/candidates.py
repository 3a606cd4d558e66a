"""The protocol of an index that gives the candidates of a search.

The product's index is :class:`PostingsIndex`, in the archive's own file; ``bench/search_index.py``
puts tantivy behind the same protocol and measures both (``docs/decisions/search.md``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from corpus.index import gathering, postings, spelling
from corpus.index.gathering import Gathered, Narrowing
from corpus.index.postings import Snapshot
from corpus.index.ranking import Question, Statistics

Counts = tuple[int, dict[str, list[tuple[str, int]]]]


class Index(Protocol):
    """The sections of the archive in one moment, as the reader of a connection sees them."""

    @property
    def statistics(self) -> Statistics:
        """How often words are used, by which they are weighed."""
        ...

    def gather(
        self,
        questions: Sequence[Question],
        narrowing: Narrowing,
        most: int,
        *,
        hold: bool,
        newest: bool = False,
        counting: bool = True,
    ) -> Gathered:
        """Return the ``most`` best sections for the best-fitting of ``questions``.

        As :func:`corpus.index.gathering.gather` says it.
        """
        ...

    def gather_character(self, character: int, narrowing: Narrowing, most: int) -> Gathered:
        """Return the sections that hold one character most, for its length."""
        ...

    def count(self, gathered: Gathered, narrowing: Narrowing) -> Counts:
        """Return how many documents are found, and for each filter its values with counts."""
        ...

    def correct(self, query: str) -> list[str]:
        """Return ``query`` with one character corrected, the likeliest way first."""
        ...


@dataclass(frozen=True, slots=True)
class PostingsIndex:
    """The postings in the archive's own file, as :class:`Index`."""

    db: sqlite3.Connection
    snapshot: Snapshot

    @property
    def statistics(self) -> Statistics:
        """How often words are used."""
        return self.snapshot

    def gather(
        self,
        questions: Sequence[Question],
        narrowing: Narrowing,
        most: int,
        *,
        hold: bool,
        newest: bool = False,
        counting: bool = True,
    ) -> Gathered:
        """Return the best sections."""
        return gathering.gather(
            self.db,
            self.snapshot,
            questions,
            narrowing,
            most,
            hold=hold,
            newest=newest,
            counting=counting,
        )

    def gather_character(self, character: int, narrowing: Narrowing, most: int) -> Gathered:
        """Return the sections that hold one character most."""
        return gathering.gather_character(self.db, self.snapshot, character, narrowing, most)

    def count(self, gathered: Gathered, narrowing: Narrowing) -> Counts:
        """Return the counts of documents and of the filters' values."""
        return gathering.count_facets(self.db, self.snapshot, gathered, narrowing)

    def correct(self, query: str) -> list[str]:
        """Return ``query`` with one character corrected."""
        return spelling.correct(self.snapshot, query)


def own(db: sqlite3.Connection) -> Index:
    """Return the archive's own index; call inside one read transaction."""
    return PostingsIndex(db, postings.snapshot(db))
