"""The index as one reader sees it in one moment: the segments of the parts that are shown.

What is read of a part is kept for its stamp, so that nobody reads anew because another unit has
imported, and readers share what is everybody's.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from corpus.index.stored import remembered, segments
from corpus.index.stored.dictionary import locate
from corpus.index.stored.segments import U2, U4, Ints, Segment
from corpus.store import parts, sight
from drafting.language.likeness import segment
from drafting.language.likeness.segment import Codes
from storage.engine import Connection

_SURE = 32
_SAMPLE = 4
_KEPT_PARTS = 128
_KEPT_MOMENTS = 3
"""Of one part: a reader may still be in a former one."""

Mask = npt.NDArray[np.bool_]
Key = tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One part of the index in one moment. ``dead`` are the removed, by segment; ``mixed`` are the
    places of segments in which there may be what another part should have.

    ``characters`` are those that occur, with ``counts`` in how many sections.
    """

    segments: tuple[Segment, ...]
    dead: tuple[U2, ...]
    mixed: frozenset[int]
    total: int
    sections: int
    length: float
    characters: U4
    counts: npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """The index as it stands in one moment, as far as it is shown.

    ``dead`` are the removed, by segment; ``veils`` tell of the segments in which there is also what
    is not shown which sections that is, ``None`` of all others. ``key`` tells the parts' moments.
    """

    key: Key
    parts: tuple[Part, ...]
    segments: tuple[Segment, ...]
    dead: tuple[U2, ...]
    veils: tuple[Mask | None, ...]
    total: int
    average_length: float

    def frequencies(self, terms: Codes) -> Ints:
        """Return in how many sections each of the sorted ``terms`` occurs.

        Of a large archive a term that is common enough for it is counted in a sample only, as by
        :meth:`usual_frequencies`; one that is rare always in full.
        """
        return by_sample(self.count, range(len(self.segments)), *self._sampled(), terms)

    def usual_frequencies(self, terms: Codes) -> Ints:
        """Return about how many sections hold each of the sorted ``terms``.

        Of an archive with more than :data:`_SAMPLE` largest segments only so many are asked: a
        hundred thousand sections tell how rare a word is.
        """
        chosen, share = self._sampled()
        return np.asarray(np.rint(self.count(chosen, terms) / share), np.int64)

    def sample(self) -> Sequence[int]:
        """Return the places of the segments to be asked how often a term is used."""
        largest = [n for n, part in enumerate(self.segments) if part.is_largest]
        if len(largest) <= _SAMPLE:
            return range(len(self.segments))
        return [largest[n * len(largest) // _SAMPLE] for n in range(_SAMPLE)]

    def _sampled(self) -> tuple[Sequence[int], float]:
        """Return the places of the segments to be asked how often a term is used, and what share
        they are."""
        places = self.sample()
        if len(places) == len(self.segments):
            return places, 1.0
        asked = sum(len(self.segments[place].sections) for place in places)
        return places, asked / max(1, self.total)

    def count(self, places: Sequence[int], terms: Codes, *, rare: bool = False) -> Ints:
        """Return in how many sections of the segments at ``places``, in order, each of the sorted
        ``terms`` occurs.

        What was counted of everybody's part is remembered for all readers, that of the others for
        who sees the same; of terms that are ``rare`` nothing is.
        """
        if rare:
            return remembered.counted([self.segments[place] for place in places], terms)
        everybodys = len(self.parts[0].segments) if self.parts else 0
        split = bisect_left(places, everybodys)
        return sum(
            (
                remembered.frequencies([self.segments[place] for place in some], terms)
                for some in (places[:split], places[split:])
                if some
            ),
            np.zeros(len(terms), np.int64),
        )

    def character_frequencies(self, characters: Ints) -> Ints:
        """Return in how many sections each of ``characters`` occurs."""
        found = np.zeros(len(characters), np.int64)
        wanted = characters.astype(np.uint32)
        for part in self.parts:
            at, hit = locate(part.characters, wanted)
            found[hit] += part.counts[at[hit]]
        return found


class Count(Protocol):
    """Counts terms in the segments at some places; see :meth:`Snapshot.count`."""

    def __call__(self, places: Sequence[int], terms: Codes, *, rare: bool = False) -> Ints:
        """Return in how many sections each occurs."""
        ...


def by_sample(
    count: Count, every: Sequence[int], chosen: Sequence[int], share: float, terms: Codes
) -> Ints:
    """Return what ``count`` says of ``every`` segment, by that share of them which is ``chosen``;
    of a term that is too rare there to tell, in full."""
    if share == 1:
        return count(every, terms)
    sampled = count(chosen, terms)
    rare = sampled < _SURE
    found = np.asarray(np.rint(sampled / share), np.int64)
    found[rare] = count(every, terms[rare], rare=True)
    return found


# ------------------------------------------------------------------ reading


@dataclass(slots=True)
class _Memory:
    """The parts that this process has read, bounded; and what is not shown of mixed segments."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    parts: OrderedDict[tuple[int, str], Part] = field(default_factory=OrderedDict)
    veils: OrderedDict[Key, tuple[Mask | None, ...]] = field(default_factory=OrderedDict)
    names: OrderedDict[Key, dict[int, str]] = field(default_factory=OrderedDict)


_memory = _Memory()


def snapshot(db: Connection) -> Snapshot:
    """Return the index as this connection sees it; call inside one read transaction.

    A connection for writing sees all of it, with what is mixed.
    """
    key = parts.stamps(db)
    found = tuple(_part(db, number, stamp) for number, stamp in key)
    total = sum(part.total for part in found)
    every = tuple(one for part in found for one in part.segments)
    return Snapshot(
        key,
        found,
        every,
        tuple(dead for part in found for dead in part.dead),
        _veils(db, key, found) if any(part.mixed for part in found) else (None,) * len(every),
        total,
        sum(part.length for part in found) / max(1, sum(part.sections for part in found)),
    )


def names(key: Key) -> dict[int, str]:
    """Return what is known of what the numbers of filters' values say in that moment, to be added
    to."""
    with _memory.lock:
        found = _memory.names.setdefault(key, {})
        _memory.names.move_to_end(key)
        while len(_memory.names) > _KEPT_PARTS:
            _memory.names.popitem(last=False)
    return found


def _part(db: Connection, number: int, stamp: str) -> Part:
    with _memory.lock:
        kept = _memory.parts.get((number, stamp))
        if kept is not None:
            _memory.parts.move_to_end((number, stamp))
            return kept
    made = _read_part(db, number)
    with _memory.lock:
        _memory.parts[number, stamp] = made
        former = [key for key in _memory.parts if key[0] == number]
        for key in former[:-_KEPT_MOMENTS]:
            del _memory.parts[key]
        while len(_memory.parts) > _KEPT_PARTS:
            _memory.parts.popitem(last=False)
        used = {one.id for part in _memory.parts.values() for one in part.segments}
    segments.let_go(used)
    return made


def _read_part(db: Connection, number: int) -> Part:
    rows = db.execute(
        "SELECT s.id, s.dead, p.mixed FROM parted p JOIN segments s ON s.id = p.segment"
        " WHERE p.part = ? ORDER BY s.first, s.id",
        (number,),
    ).fetchall()
    found = [segments.load(db, row["id"]) for row in rows]
    dead = [np.frombuffer(row["dead"], "<u2") for row in rows]
    fresh = db.execute(
        "SELECT * FROM fresh_sections WHERE part = ? ORDER BY section", (number,)
    ).fetchall()
    if fresh:
        found.append(segments.of_fresh(fresh))
        dead.append(np.zeros(0, np.uint16))
    counts = _characters(found)
    characters = counts.nonzero()[0]
    return Part(
        tuple(found),
        tuple(dead),
        frozenset(place for place, row in enumerate(rows) if row["mixed"]),
        sum(len(part.sections) - len(gone) for part, gone in zip(found, dead, strict=True)),
        sum(len(part.sections) for part in found),
        sum(float(part.lengths.sum(dtype=np.float64)) for part in found),
        characters.astype(np.uint32),
        counts[characters],
    )


def _characters(found: Sequence[Segment]) -> npt.NDArray[np.int32]:
    """Return of each character in how many sections of all of ``found`` it occurs."""
    counts = np.zeros(1 << segment.BITS, np.int32)
    for part in found:
        counts[part.characters] += part.character_counts.astype(np.int32)
    return counts


def _veils(db: Connection, key: Key, found: Sequence[Part]) -> tuple[Mask | None, ...]:
    """Return for each segment what is not shown of it."""
    with _memory.lock:
        kept = _memory.veils.get(key)
    if kept is not None:
        return kept
    wanted = np.array(sorted(sight.hidden(db)), np.uint32)
    made: list[Mask | None] = []
    for part in found:
        for place, one in enumerate(part.segments):
            mask = np.isin(one.documents, wanted) if place in part.mixed else None
            made.append(mask if mask is not None and mask.any() else None)
    with _memory.lock:
        _memory.veils[key] = tuple(made)
        while len(_memory.veils) > _KEPT_MOMENTS:
            _memory.veils.popitem(last=False)
    return tuple(made)
