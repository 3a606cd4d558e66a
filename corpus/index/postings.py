"""The inverted index: which sections hold a term, and how often; kept in SQLite, read by numpy.

FTS5 spends a microsecond on every row that matches, which is too slow for a whole proposal over a
hundred thousand documents. Here the postings of a term are two arrays of small numbers in a blob,
and scoring a term is a handful of array operations: some ten nanoseconds a row.

The index grows as Lucene's does. A new section first stands in ``fresh`` as it is (its terms and
their counts). When :data:`FRESH` of them have gathered, they become a segment: terms sorted, the
postings of neighbouring terms together in chunks. When :data:`FAN` segments of a tier have
gathered, they are merged into one of the next. A segment is never changed but for the list of its
dead; so what was read of it may be kept in memory until it is merged away. Everything is written
in the transaction of the document itself.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from corpus.index.dictionary import Dictionary
from drafting.language.likeness import segment
from drafting.language.likeness.segment import Codes
from storage.engine import Connection, Row
from storage.statements import upsert

FRESH = 128
FAN = 4
LARGEST = 1 << 15
"""Sections of the largest segment; the number of a section in its segment fits in 16 bits."""

FACETS = ("kind", "matter", "result", "unit", "field")
"""What sections are counted and narrowed by; their values are numbers of ``facet_values``."""

_CHUNK = 1_000
_RANGE = 400_000
STAMP = "index_stamp"
_KEPT_SNAPSHOTS = 4
_SAMPLE = 4
SURE = 32

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
_U2 = npt.NDArray[np.uint16]
_U1 = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Bag:
    """What is indexed of a section's text, as it stands in the database."""

    terms: bytes
    counts: bytes
    characters: bytes
    length: int


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """One part of the index as held in memory; the postings stay in the database.

    ``bounds`` are the first postings of the chunks.
    ``held`` are the postings themselves, where they are in memory (the fresh sections).
    """

    id: int
    sections: Ints
    documents: Ints
    lengths: Floats
    dates: Ints
    facets: _U2
    dictionary: Dictionary
    bounds: Ints
    characters: Ints
    character_counts: Ints
    held: tuple[_U2, _U1] | None = None
    is_largest: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """The whole index as it stands in one moment. ``dead`` are the removed, by segment;
    ``characters`` tells of each character in how many sections it occurs."""

    segments: tuple[Segment, ...]
    dead: tuple[_U2, ...]
    total: int
    average_length: float
    characters: npt.NDArray[np.int32]

    def frequencies(self, terms: Codes) -> Ints:
        """Return in how many sections each of the sorted ``terms`` occurs.

        Of a large archive a term that is common enough for it is counted in a sample only, as by
        :meth:`usual_frequencies`; one that is rare always in full.
        """
        chosen, share = self._sampled()
        if share == 1:
            return _frequencies(self.segments, terms)
        sampled = _frequencies(chosen, terms)
        rare = sampled < SURE
        found = np.asarray(np.rint(sampled / share), np.int64)
        found[rare] = _frequencies(self.segments, terms[rare])
        return found

    def usual_frequencies(self, terms: Codes) -> Ints:
        """Return about how many sections hold each of the sorted ``terms``.

        Of an archive with more than :data:`_SAMPLE` largest segments only so many are asked: a
        hundred thousand sections tell how rare a word is.
        """
        chosen, share = self._sampled()
        return np.asarray(np.rint(_frequencies(chosen, terms) / share), np.int64)

    def sample(self) -> Sequence[int]:
        """Return the places of the segments to be asked how often a term is used."""
        largest = [n for n, part in enumerate(self.segments) if part.is_largest]
        if len(largest) <= _SAMPLE:
            return range(len(self.segments))
        return [largest[n * len(largest) // _SAMPLE] for n in range(_SAMPLE)]

    def _sampled(self) -> tuple[Sequence[Segment], float]:
        """Return the segments to be asked how often a term is used, and what share they are."""
        places = self.sample()
        if len(places) == len(self.segments):
            return self.segments, 1.0
        chosen = [self.segments[place] for place in places]
        return chosen, sum(len(part.sections) for part in chosen) / max(1, self.total)

    def character_frequencies(self, characters: Ints) -> Ints:
        """Return in how many sections each of ``characters`` occurs."""
        return self.characters[characters].astype(np.int64)


def _frequencies(parts: Sequence[Segment], terms: Codes) -> Ints:
    found = np.zeros(len(terms), np.int64)
    for part in parts:
        at, hit = part.dictionary.find(terms)
        found[hit] += part.dictionary.sizes[at[hit]]
    return found


# ------------------------------------------------------------------ writing


def bag(text: str) -> Bag:
    """Return what is indexed of ``text``."""
    found = segment.points(text)
    terms, counts = _counted(segment.codes(found))
    characters, _ = _counted(segment.characters(found))
    return Bag(
        terms.astype("<i8").tobytes(),
        np.minimum(counts, 255).astype(np.uint8).tobytes(),
        characters.astype("<u4").tobytes(),
        min(len(found), 0xFFFF),
    )


def _counted(found: Codes) -> tuple[Codes, Ints]:
    """Return what is in ``found``, sorted, with how often; numpy's unique takes twice the time."""
    ordered = np.sort(found)
    new = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    first = new.nonzero()[0]
    counts = np.empty(len(first), np.int64)
    np.subtract(first[1:], first[:-1], out=counts[:-1])
    counts[-1:] = len(ordered) - first[-1:]
    return ordered[first], counts


def add(
    db: Connection,
    section: int,
    document: int,
    found: Bag,
    *,
    date: int = 0,
    facets: Sequence[int] = (0,) * len(FACETS),
) -> None:
    """Index one section; call inside a transaction.

    ``date`` is a proleptic ordinal, 0 where there is none; ``facets`` as in :data:`FACETS`.
    """
    db.execute(
        "INSERT INTO fresh (section, document, length, date, facets, terms, counts, characters)"
        " VALUES (?,?,?,?,?,?,?,?)",
        (
            section,
            document,
            found.length,
            date,
            np.array(facets, "<u2").tobytes(),
            found.terms,
            found.counts,
            found.characters,
        ),
    )
    touch(db)
    if int(db.execute("SELECT count(*) FROM fresh").fetchone()[0]) >= FRESH:
        _flush(db)


def remove(db: Connection, section: int) -> None:
    """Take one section out of the index; call inside a transaction."""
    touch(db)
    if db.execute("DELETE FROM fresh WHERE section = ?", (section,)).rowcount:
        return
    for row in db.execute(
        "SELECT id, sections, dead FROM segments WHERE first <= ? AND last >= ?", (section, section)
    ).fetchall():
        sections = np.frombuffer(row["sections"], "<u4")
        place = int(np.searchsorted(sections, section))
        if sections[place] == section:
            dead = np.union1d(np.frombuffer(row["dead"], "<u2"), np.array([place], "<u2"))
            db.execute(
                "UPDATE segments SET dead = ? WHERE id = ?",
                (dead.astype("<u2").tobytes(), row["id"]),
            )


def clear(db: Connection) -> None:
    """Empty the index; call inside a transaction."""
    touch(db)
    for table in ("fresh", "segments", "postings"):
        db.execute(f"DELETE FROM {table}")  # noqa: S608


def touch(db: Connection) -> None:
    """Give the index a new stamp: what readers keep in memory holds for one stamp only.

    A random one: after a rollback a counter would give the same number to another content.
    """
    db.execute(
        upsert("settings", ("name", "value"), key=("name",)),
        (STAMP, str(secrets.randbits(60))),
    )


def _flush(db: Connection) -> None:
    """Make a segment of the fresh sections, and merge where enough have gathered."""
    _write(db, 0, _fresh(db))
    db.execute("DELETE FROM fresh")
    tier, size = 0, FRESH
    while size * FAN <= LARGEST:
        gathered = db.execute("SELECT count(*) FROM segments WHERE tier = ?", (tier,)).fetchone()
        if gathered[0] < FAN:
            break
        rows = db.execute("SELECT * FROM segments WHERE tier = ? ORDER BY first", (tier,))
        _merge(db, tier + 1, rows.fetchall())
        tier, size = tier + 1, size * FAN


def _merge(db: Connection, tier: int, rows: Sequence[Row]) -> None:
    parts = [_segment(row) for row in rows]
    alive = []
    for part, row in zip(parts, rows, strict=True):
        kept = np.ones(len(part.sections), np.bool_)
        kept[np.frombuffer(row["dead"], "<u2")] = False
        alive.append(kept)
    characters, at = np.unique(
        np.concatenate([part.characters for part in parts]), return_inverse=True
    )
    merged = Segment(
        id=0,
        sections=np.concatenate([p.sections[k] for p, k in zip(parts, alive, strict=True)]),
        documents=np.concatenate([p.documents[k] for p, k in zip(parts, alive, strict=True)]),
        lengths=np.concatenate([p.lengths[k] for p, k in zip(parts, alive, strict=True)]),
        dates=np.concatenate([p.dates[k] for p, k in zip(parts, alive, strict=True)]),
        facets=np.concatenate([p.facets[k] for p, k in zip(parts, alive, strict=True)]),
        dictionary=Dictionary.of(np.zeros(0, np.int64), np.zeros(0, np.uint16)),
        bounds=np.zeros(0, np.int64),
        characters=characters,
        character_counts=np.bincount(
            at, np.concatenate([part.character_counts for part in parts]), len(characters)
        ).astype(np.int64),
    )
    if len(merged.sections):
        _write(db, tier, merged, _merged_ranges(db, parts, alive))
    for part in parts:
        db.execute("DELETE FROM segments WHERE id = ?", (part.id,))
        db.execute("DELETE FROM postings WHERE id BETWEEN ? AND ?", _chunk_range(part.id))


_Range = tuple[Codes, _U2, _U1]


def _merged_ranges(
    db: Connection, parts: Sequence[Segment], alive: Sequence[npt.NDArray[np.bool_]]
) -> Iterator[_Range]:
    """Yield ``(term of each posting, local section, count)``, sorted, a range of terms at a time.

    By ranges, because the postings of a large segment at once would take half a gigabyte.
    """
    held = [whole(db, part) for part in parts]
    renumbered = []
    base = 0
    for kept in alive:
        renumbered.append(np.cumsum(kept) - 1 + base)
        base += int(kept.sum())
    every = [part.dictionary.terms() for part in parts]
    often = [part.dictionary.sizes for part in parts]
    starts = [np.concatenate(([0], np.cumsum(sizes, dtype=np.int64))) for sizes in often]
    terms, at = np.unique(np.concatenate(every), return_inverse=True)
    sizes = np.bincount(at, np.concatenate(often), len(terms))
    if not len(terms):
        return
    ends = np.cumsum(sizes)
    cuts = [int(terms[np.searchsorted(ends, n)]) for n in range(0, int(ends[-1]), _RANGE)]
    edges = [*dict.fromkeys(cuts), 1 << 62]
    edges[0] = -1
    for low, high in pairwise(edges):
        pieces = []
        for own, ends_of, (places, counts), kept, numbers in zip(
            every, starts, held, alive, renumbered, strict=True
        ):
            first, last = np.searchsorted(own, [low, high])
            here = slice(ends_of[first], ends_of[last])
            keys = np.repeat(own[first:last], np.diff(ends_of[first : last + 1]))
            stay = kept[places[here]]
            pieces.append((keys[stay], numbers[places[here][stay]], counts[here][stay]))
        keys = np.concatenate([piece[0] for piece in pieces])
        # Stable: within a term the parts stay in order, and with them the sections.
        order = np.argsort(keys, kind="stable")
        yield (
            keys[order],
            np.concatenate([piece[1] for piece in pieces])[order].astype(np.uint16),
            np.concatenate([piece[2] for piece in pieces])[order],
        )


def _write(
    db: Connection, tier: int, part: Segment, ranges: Iterator[_Range] | None = None
) -> None:
    """Write a segment and its chunks of postings."""
    number = secrets.randbits(40)
    if ranges is None:
        assert part.held is not None
        ranges = iter([(np.repeat(part.dictionary.terms(), part.dictionary.sizes), *part.held)])
    all_terms, sizes, bounds = [], [], []
    chunk = done = 0
    for keys, places, counts in ranges:
        if not len(keys):
            continue
        first = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
        all_terms.append(keys[first])
        sizes.append(np.diff(np.append(first, len(keys))))
        # A chunk ends where a term ends: the postings of a term are never parted.
        group = first // _CHUNK
        cuts = first[np.concatenate(([True], group[1:] != group[:-1]))]
        for start, end in zip(cuts.tolist(), [*cuts[1:].tolist(), len(keys)], strict=True):
            db.execute(
                "INSERT INTO postings (id, data) VALUES (?, ?)",
                (
                    _chunk_range(number)[0] + chunk,
                    places[start:end].astype("<u2").tobytes() + counts[start:end].tobytes(),
                ),
            )
            bounds.append(done + start)
            chunk += 1
        done += len(keys)
    db.execute(
        "INSERT INTO segments (id, tier, first, last, sections, documents, lengths, dates, facets,"
        " dead, terms, sizes, bounds, characters, character_counts)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        (
            number,
            tier,
            int(part.sections[0]),
            int(part.sections[-1]),
            part.sections.astype("<u4").tobytes(),
            part.documents.astype("<u4").tobytes(),
            part.lengths.astype("<u2").tobytes(),
            part.dates.astype("<u4").tobytes(),
            part.facets.astype("<u2").tobytes(),
            b"",
            np.concatenate([*all_terms, np.zeros(0, np.int64)]).astype("<i8").tobytes(),
            np.concatenate([*sizes, np.zeros(0, np.int64)]).astype("<u2").tobytes(),
            np.array(bounds, "<u4").tobytes(),
            part.characters.astype("<u4").tobytes(),
            part.character_counts.astype("<u2").tobytes(),
        ),
    )


def _chunk_range(number: int) -> tuple[int, int]:
    """Return the first and the last possible id of a segment's chunks."""
    return number << 20, (number << 20) + (1 << 20) - 1


# ------------------------------------------------------------------ reading


@dataclass(slots=True)
class _Memory:
    """What the process keeps of the indexes it has read; bounded."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    segments: OrderedDict[int, Segment] = field(default_factory=OrderedDict)
    snapshots: OrderedDict[str, Snapshot] = field(default_factory=OrderedDict)


_memory = _Memory()


def stamp(db: Connection) -> str:
    """Return what tells this state of the index from every other; "" of a new one."""
    row = db.execute("SELECT value FROM settings WHERE name = ?", (STAMP,)).fetchone()
    return str(row["value"]) if row else ""


def snapshot(db: Connection) -> Snapshot:
    """Return the index as this connection sees it; call inside one read transaction."""
    known = stamp(db)
    with _memory.lock:
        kept = _memory.snapshots.get(known)
    if kept is not None and known:
        return kept
    rows = db.execute("SELECT id, dead FROM segments ORDER BY first").fetchall()
    parts = [_remembered(db, line["id"]) for line in rows]
    dead = [np.frombuffer(line["dead"], "<u2") for line in rows]
    if db.execute("SELECT 1 FROM fresh LIMIT 1").fetchone():
        parts.append(_fresh(db))
        dead.append(np.zeros(0, np.uint16))
    total = sum(len(part.sections) - len(gone) for part, gone in zip(parts, dead, strict=True))
    length = sum(float(part.lengths.sum(dtype=np.float64)) for part in parts)
    made = Snapshot(
        tuple(parts),
        tuple(dead),
        total,
        length / max(1, sum(len(part.sections) for part in parts)),
        _characters(parts),
    )
    with _memory.lock:
        _memory.snapshots[known] = made
        while len(_memory.snapshots) > _KEPT_SNAPSHOTS:
            _memory.snapshots.popitem(last=False)
        used = {part.id for one in _memory.snapshots.values() for part in one.segments}
        for number in [number for number in _memory.segments if number not in used]:
            del _memory.segments[number]
    return made


def fetch(
    db: Connection, part: Segment, terms: Ints, chunks: dict[tuple[int, int], bytes]
) -> list[tuple[_U2, _U1]]:
    """Return the postings of the terms at the places ``terms`` of a segment: sections and counts.

    ``chunks`` keeps what was read for one question: its wordings often share terms.
    """
    starts = part.dictionary.starts(terms)
    sizes = part.dictionary.sizes[terms].astype(np.int64)
    if part.held is not None:
        spans = zip(starts.tolist(), (starts + sizes).tolist(), strict=True)
        return [(part.held[0][first:last], part.held[1][first:last]) for first, last in spans]
    places = np.searchsorted(part.bounds, starts, "right") - 1
    _read(db, part, places, chunks)
    found = []
    for chunk, offset, size in zip(
        places.tolist(), (starts - part.bounds[places]).tolist(), sizes.tolist(), strict=True
    ):
        data = chunks[part.id, chunk]
        found.append(
            (
                np.frombuffer(data, "<u2", size, 2 * offset),
                np.frombuffer(data, np.uint8, size, 2 * (len(data) // 3) + offset),
            )
        )
    return found


def _read(
    db: Connection, part: Segment, places: Ints, chunks: dict[tuple[int, int], bytes]
) -> None:
    """Read chunks of a segment into ``chunks``, all that are not there at once."""
    wanted = [chunk for chunk in set(places.tolist()) if (part.id, chunk) not in chunks]
    first = _chunk_range(part.id)[0]
    marks = ",".join("?" * len(wanted))
    rows = db.execute(
        f"SELECT id, data FROM postings WHERE id IN ({marks})",  # noqa: S608
        [first + chunk for chunk in wanted],
    )
    for row in rows:
        chunks[part.id, row["id"] - first] = row["data"]


def _characters(parts: Sequence[Segment]) -> npt.NDArray[np.int32]:
    """Return of each character in how many sections of all ``parts`` it occurs."""
    counts = np.zeros(1 << segment.BITS, np.int32)
    for part in parts:
        counts[part.characters] += part.character_counts.astype(np.int32)
    return counts


def whole(db: Connection, part: Segment) -> tuple[_U2, _U1]:
    """Return all postings of a segment."""
    rows = db.execute(
        "SELECT data FROM postings WHERE id BETWEEN ? AND ? ORDER BY id", _chunk_range(part.id)
    )
    blobs = [row["data"] for row in rows]
    places = [np.frombuffer(data, "<u2", len(data) // 3) for data in blobs]
    counts = [np.frombuffer(data, np.uint8, offset=len(data) // 3 * 2) for data in blobs]
    # A segment of sections without any text has no chunks.
    return (
        np.concatenate([np.zeros(0, np.uint16), *places]),
        np.concatenate([np.zeros(0, np.uint8), *counts]),
    )


def _remembered(db: Connection, number: int) -> Segment:
    with _memory.lock:
        kept = _memory.segments.get(number)
    if kept is None:
        kept = _segment(db.execute("SELECT * FROM segments WHERE id = ?", (number,)).fetchone())
        with _memory.lock:
            _memory.segments[number] = kept
    return kept


def _segment(row: Row) -> Segment:
    return Segment(
        id=row["id"],
        sections=_wide(row["sections"]),
        documents=_wide(row["documents"]),
        lengths=np.frombuffer(row["lengths"], "<u2").astype(np.float32),
        dates=_wide(row["dates"]),
        facets=np.frombuffer(row["facets"], "<u2").reshape(-1, len(FACETS)),
        dictionary=Dictionary.of(
            np.frombuffer(row["terms"], "<i8"), np.frombuffer(row["sizes"], "<u2")
        ),
        bounds=_wide(row["bounds"]),
        characters=_wide(row["characters"]),
        character_counts=np.frombuffer(row["character_counts"], "<u2").astype(np.int64),
        is_largest=FRESH * FAN ** int(row["tier"]) >= LARGEST,
    )


def _fresh(db: Connection) -> Segment:
    """Return the fresh sections as a segment with its postings in memory."""
    rows = db.execute("SELECT * FROM fresh ORDER BY section").fetchall()
    bags = [np.frombuffer(row["terms"], "<i8") for row in rows]
    keys = np.concatenate(bags)
    order = np.argsort(keys, kind="stable")
    places = np.repeat(np.arange(len(rows), dtype=np.uint16), [len(bag) for bag in bags])[order]
    counts = np.concatenate([np.frombuffer(row["counts"], np.uint8) for row in rows])[order]
    terms, sizes = np.unique(keys[order], return_counts=True)
    characters, character_counts = np.unique(
        np.concatenate([_wide(row["characters"]) for row in rows]), return_counts=True
    )
    return Segment(
        id=0,
        sections=np.array([row["section"] for row in rows], np.int64),
        documents=np.array([row["document"] for row in rows], np.int64),
        lengths=np.array([row["length"] for row in rows], np.float32),
        dates=np.array([row["date"] for row in rows], np.int64),
        facets=np.stack([np.frombuffer(row["facets"], "<u2") for row in rows]),
        dictionary=Dictionary.of(terms, sizes),
        bounds=np.zeros(1, np.int64),
        characters=characters,
        character_counts=character_counts,
        held=(places, counts),
    )


def _wide(data: bytes) -> Ints:
    return np.frombuffer(data, "<u4").astype(np.int64)
