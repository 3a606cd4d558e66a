"""The protocol of an index that gives the candidates of a search.

The product's index is :class:`PostingsIndex`, in the archive's own file; ``bench/search_index.py``
puts tantivy behind the same protocol and measures both (``docs/decisions/search.md``).
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from corpus.index import gathering, spelling
from corpus.index.gathering import Gathered, Narrowing
from corpus.index.ranking import Question, Statistics
from corpus.index.stored import segments, snapshots
from corpus.index.stored.counting import Few, characters_of
from corpus.index.stored.dictionary import locate
from corpus.index.stored.segments import U2, Ints, Segment
from corpus.index.stored.snapshots import Key, Mask, Snapshot
from corpus.store import sight
from drafting.language.likeness.segment import Codes
from storage.engine import Connection

_MOST_SHOWN = 8
_MOST_KEPT = 64 << 20
"""Bytes of what is remembered of choices of segments."""

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


@dataclass(frozen=True, slots=True, eq=False)
class Withheld:
    """In how many of the sections taken off each term of a segment's dictionary occurs, and each of
    its characters."""

    terms: Few
    characters: Few

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return self.terms.size + self.characters.size


_kept: OrderedDict[tuple[int, bytes], Withheld] = OrderedDict()
_shown: OrderedDict[Key, Shown] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """The statistics of a snapshot without the sections of ``hides``, a mask for each segment.

    Weights, average lengths and totals are what they would be without what is not shown, whatever
    is asked: else the order of what is found would tell, probe by probe, the words of papers that a
    unit keeps to itself.
    """

    snapshot: Snapshot
    hides: tuple[Mask, ...]
    taken_off: tuple[Withheld | None, ...]
    total: int
    average_length: float

    @staticmethod
    def of(db: Connection, snapshot: Snapshot, hides: Sequence[Mask]) -> Shown:
        """Return the statistics of what is shown; call inside one read transaction."""
        pairs = list(zip(snapshot.segments, hides, strict=True))
        total = sum(int(np.count_nonzero(~mask)) for _, mask in pairs)
        length = sum(float(part.lengths[~mask].sum(dtype=np.float64)) for part, mask in pairs)
        return Shown(
            snapshot,
            tuple(hides),
            tuple(_withheld(db, part, mask) if mask.any() else None for part, mask in pairs),
            total,
            length / max(1, total),
        )

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The parts of the index, with the words of all documents."""
        return self.snapshot.segments

    def frequencies(self, terms: Codes) -> Ints:
        """Return in how many sections each of the sorted ``terms`` occurs.

        Of a large archive by a sample, as
        :meth:`corpus.index.stored.snapshots.Snapshot.frequencies`.
        """
        every = range(len(self.segments))
        return snapshots.by_sample(self._count, every, *self._sample(), terms)

    def usual_frequencies(self, terms: Codes) -> Ints:
        """Return about how many sections hold each of the sorted ``terms``."""
        chosen, share = self._sample()
        return np.asarray(np.rint(self._count(chosen, terms) / share), np.int64)

    def character_frequencies(self, characters: Ints) -> Ints:
        """Return in how many sections each of ``characters`` occurs."""
        found = self.snapshot.character_frequencies(characters)
        for part, off in zip(self.segments, self.taken_off, strict=True):
            if off is not None:
                at, hit = locate(part.characters, characters)
                found[hit] -= off.characters.at(at[hit])
        return found

    def _count(self, places: Sequence[int], terms: Codes, *, rare: bool = False) -> Ints:
        found = self.snapshot.count(places, terms, rare=rare)
        for number in places:
            off = self.taken_off[number]
            if off is not None:
                at, hit = self.segments[number].dictionary.find(terms)
                found[hit] -= off.terms.at(at[hit])
        return found

    def _sample(self) -> tuple[Sequence[int], float]:
        chosen = self.snapshot.sample()
        shown = sum(int(np.count_nonzero(~self.hides[number])) for number in chosen)
        if len(chosen) == len(self.segments) or not shown:
            return range(len(self.segments)), 1.0
        return chosen, shown / max(1, self.total)


def _withheld(db: Connection, part: Segment, mask: Mask) -> Withheld:
    # The fresh sections are few, and another choice at each import.
    if part.held is not None:
        return _counted(part, mask, part.held[0])
    key = part.id, hashlib.sha256(np.packbits(mask).tobytes()).digest()
    with _lock:
        kept = _kept.get(key)
        if kept is not None:
            _kept.move_to_end(key)
            return kept
    made = _counted(part, mask, segments.whole(db, part)[0])
    with _lock:
        _kept[key] = made
        while sum(one.size for one in _kept.values()) > _MOST_KEPT:
            _kept.popitem(last=False)
    return made


def _counted(part: Segment, mask: Mask, places: U2) -> Withheld:
    """Count in the sections of ``mask``; ``places`` are those of all postings, term by term."""
    sizes = part.dictionary.sizes.astype(np.int64)
    off = mask[places]
    starts = np.cumsum(sizes) - sizes
    # Each term has a posting: none of the sums is of nothing.
    often = np.add.reduceat(off, starts, dtype=np.int64) if len(starts) else sizes
    known, counts = characters_of(np.repeat(part.dictionary.terms(), often), places[off])
    characters = np.zeros(len(part.characters), np.int64)
    characters[np.searchsorted(part.characters, known)] = counts
    return Withheld(Few.of(often), Few.of(characters))


@dataclass(frozen=True, slots=True)
class PostingsIndex:
    """The postings in the archive's own file, as :class:`Index`."""

    db: Connection
    snapshot: Snapshot
    statistics: Snapshot | Shown

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
            self.statistics.average_length,
            questions,
            narrowing,
            most,
            hold=hold,
            newest=newest,
            counting=counting,
        )

    def gather_character(self, character: int, narrowing: Narrowing, most: int) -> Gathered:
        """Return the sections that hold one character most."""
        average = self.statistics.average_length
        return gathering.gather_character(
            self.db, self.snapshot, average, character, narrowing, most
        )

    def count(self, gathered: Gathered, narrowing: Narrowing) -> Counts:
        """Return the counts of documents and of the filters' values."""
        return gathering.count_facets(self.db, self.snapshot, gathered, narrowing)

    def correct(self, query: str) -> list[str]:
        """Return ``query`` with one character corrected."""
        return spelling.correct(self.statistics, query)


def own(db: Connection) -> Index:
    """Return the archive's own index; call inside one read transaction.

    Where units keep documents to themselves, words are weighed by what the reader is shown alone,
    and what was deleted counts no more.
    """
    snapshot = snapshots.snapshot(db)
    veiled = any(veil is not None for veil in snapshot.veils)
    apart = veiled or (any(map(len, snapshot.dead)) and sight.some_keep_apart(db))
    if not apart:
        return PostingsIndex(db, snapshot, snapshot)
    with _lock:
        shown = _shown.get(snapshot.key)
    if shown is None:
        shown = Shown.of(db, snapshot, _hides(snapshot))
        with _lock:
            _shown[snapshot.key] = shown
            while len(_shown) > _MOST_SHOWN:
                _shown.popitem(last=False)
    return PostingsIndex(db, snapshot, shown)


def _hides(snapshot: Snapshot) -> list[Mask]:
    hides = []
    for part, dead, veil in zip(snapshot.segments, snapshot.dead, snapshot.veils, strict=True):
        mask = np.zeros(len(part.sections), np.bool_) if veil is None else veil.copy()
        mask[dead] = True
        hides.append(mask)
    return hides
