"""The protocol of an index that gives the candidates of a search.

The product's index is :class:`PostingsIndex`, in the archive's own file; ``bench/search_index.py``
puts tantivy behind the same protocol and measures both (``docs/decisions/search.md``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from corpus.index import gathering, postings, spelling
from corpus.index.gathering import Gathered, Narrowing
from corpus.index.postings import Ints, Segment, Snapshot
from corpus.index.ranking import Question, Statistics
from corpus.store import sight
from drafting.language.likeness.segment import Codes

EXACT_TERMS = 64
"""Of so many terms at once it is counted exactly in how many sections the reader sees each."""

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
class Seen:
    """A snapshot's statistics as far as the reader is shown what they are of.

    What units keep to themselves must not tell its words by what a short question finds or is
    corrected to: of up to :data:`EXACT_TERMS` terms only the sections shown are counted. Of a long
    question's the whole index is counted; there it weighs, and decides of nothing.
    """

    db: sqlite3.Connection
    snapshot: Snapshot
    hides: tuple[gathering.Mask, ...]

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The parts of the index, with the words of all documents."""
        return self.snapshot.segments

    @property
    def total(self) -> int:
        """How many sections the reader is shown."""
        gone = sum(
            int(hides.sum()) - int(hides[dead].sum())
            for hides, dead in zip(self.hides, self.snapshot.dead, strict=True)
        )
        return self.snapshot.total - gone

    @property
    def average_length(self) -> float:
        """How many characters a section has on average."""
        return self.snapshot.average_length

    def frequencies(self, terms: Codes) -> Ints:
        """Return in how many sections each of the sorted ``terms`` occurs."""
        found = self.snapshot.frequencies(terms)
        if len(terms) > EXACT_TERMS:
            return found
        for part, hides in zip(self.snapshot.segments, self.hides, strict=True):
            at, hit = part.dictionary.find(terms)
            if not hit.any() or not hides.any():
                continue
            lists = postings.fetch(self.db, part, at[hit], {})
            found[hit] -= np.array([int(hides[places].sum()) for places, _ in lists], np.int64)
        return found

    def usual_frequencies(self, terms: Codes) -> Ints:
        """Return the same, of more terms than are counted exactly by a sample of the index."""
        if len(terms) > EXACT_TERMS:
            return self.snapshot.usual_frequencies(terms)
        return self.frequencies(terms)

    def character_frequencies(self, characters: Ints) -> Ints:
        """Return in how many sections each of the sorted ``characters`` occurs."""
        return self.snapshot.character_frequencies(characters)


@dataclass(frozen=True, slots=True)
class PostingsIndex:
    """The postings in the archive's own file, as :class:`Index`."""

    db: sqlite3.Connection
    snapshot: Snapshot
    statistics: Snapshot | Seen

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
        return spelling.correct(self.statistics, query)


def own(db: sqlite3.Connection) -> Index:
    """Return the archive's own index; call inside one read transaction."""
    snapshot, hidden = postings.snapshot(db), sight.hidden(db)
    if not hidden:
        return PostingsIndex(db, snapshot, snapshot)
    wanted = np.array(sorted(hidden), np.int64)
    hides = tuple(np.isin(part.documents, wanted) for part in snapshot.segments)
    return PostingsIndex(db, snapshot, Seen(db, snapshot, hides))
