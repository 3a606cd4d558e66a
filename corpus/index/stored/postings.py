"""The inverted index as it is written: which sections hold a term, and how often.

FTS5 spends a microsecond on every row that matches, which is too slow for a whole proposal over a
hundred thousand documents. Here the postings of a term are two arrays of small numbers in a blob,
and scoring a term is a handful of array operations: some ten nanoseconds a row.

The index grows as Lucene's does, each of its parts (:mod:`corpus.store.parts`) by itself. A new
section first stands in ``fresh_sections`` as it is (its terms and their counts). When
:data:`corpus.index.stored.segments.FRESH` of a part have gathered, they become a segment: terms
sorted, the postings of neighbouring terms together in chunks. When ``FAN`` segments of a tier have
gathered, they are merged into one of the next. A segment is never changed but for the list of its
dead; so what was read of it may be kept in memory until it is merged away. Everything is written
in the transaction of the document itself.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from corpus.index.stored import segments
from corpus.index.stored.counting import Characters, Range
from corpus.index.stored.dictionary import Dictionary, Mask
from corpus.index.stored.segments import FACETS, Ints, Segment, chunk_range
from corpus.store import parts
from corpus.store.parts import PUBLIC
from drafting.language.likeness import segment
from drafting.language.likeness.segment import Codes
from storage.engine import Connection, Row

_CHUNK = 1_000
_RANGE = 400_000
_NOTHING = Dictionary.of(np.zeros(0, np.int64), np.zeros(0, np.uint16))


@dataclass(frozen=True, slots=True, eq=False)
class Bag:
    """What is indexed of a section's text, as it stands in the database."""

    terms: bytes
    counts: bytes
    characters: bytes
    length: int


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


# ------------------------------------------------------------------ sections


def add(
    db: Connection,
    section: int,
    document: int,
    found: Bag,
    *,
    part: int = PUBLIC,
    date: int = 0,
    facets: Sequence[int] = (0,) * len(FACETS),
) -> None:
    """Index one section; call inside a transaction.

    ``part`` is that of its document, ``date`` a proleptic ordinal, 0 where there is none;
    ``facets`` as in :data:`corpus.index.stored.segments.FACETS`.
    """
    db.execute(
        "INSERT INTO fresh_sections (section, part, document, length, date, facets, terms, counts,"
        " characters) VALUES (?,?,?,?,?,?,?,?,?)",
        (
            *(section, part, document, found.length, date),
            np.array(facets, "<u2").tobytes(),
            *(found.terms, found.counts, found.characters),
        ),
    )
    parts.touch(db, part)
    if _count_fresh(db, part) >= segments.FRESH:
        _flush(db, part)


def remove(db: Connection, section: int, part: int = PUBLIC) -> None:
    """Take one section, of a document in ``part``, out of the index; call inside a transaction."""
    parts.touch(db, part)
    if db.execute("DELETE FROM fresh_sections WHERE section = ?", (section,)).rowcount:
        return
    # Where somebody has just begun to keep it, it may stand in another part still.
    for row in db.execute(
        "SELECT s.id, s.sections, s.dead, p.part FROM parted p JOIN segments s ON s.id = p.segment"
        " WHERE (p.part = ? OR p.mixed = 1) AND s.first <= ? AND s.last >= ?",
        (part, section, section),
    ).fetchall():
        sections = np.frombuffer(row["sections"], "<u4")
        place = int(np.searchsorted(sections, section))
        if sections[place] == section:
            dead = np.union1d(np.frombuffer(row["dead"], "<u2"), np.array([place], "<u2"))
            db.execute(
                "UPDATE segments SET dead = ? WHERE id = ?",
                (dead.astype("<u2").tobytes(), row["id"]),
            )
            parts.touch(db, part, int(row["part"]))


def clear(db: Connection) -> None:
    """Empty the index; call inside a transaction."""
    parts.touch_all(db)
    for table in ("fresh_sections", "segments", "parted", "postings"):
        db.execute(f"DELETE FROM {table}")  # noqa: S608


def _count_fresh(db: Connection, part: int) -> int:
    row = db.execute("SELECT count(*) FROM fresh_sections WHERE part = ?", (part,)).fetchone()
    return int(row[0])


# ------------------------------------------------------------------ segments


def _flush(db: Connection, part: int) -> None:
    """Make segments of the fresh sections of a part, and merge where enough have gathered."""
    while _count_fresh(db, part) >= segments.FRESH:
        rows = db.execute(
            "SELECT * FROM fresh_sections WHERE part = ? ORDER BY section LIMIT ?",
            (part, segments.FRESH),
        ).fetchall()
        made = segments.of_fresh(rows)
        assert made.held is not None
        keys = np.repeat(made.dictionary.terms(), made.dictionary.sizes)
        _write(db, part, 0, made, iter([(keys, *made.held)]))
        db.execute(
            "DELETE FROM fresh_sections WHERE part = ? AND section <= ?",
            (part, rows[-1]["section"]),
        )
    merge(db, part)


def merge(db: Connection, part: int) -> None:
    """Merge segments of a part of which enough have gathered, once in each tier."""
    tier, size = 0, segments.FRESH
    while size * segments.FAN <= segments.LARGEST:
        rows = db.execute(
            "SELECT s.*, p.mixed FROM parted p JOIN segments s ON s.id = p.segment"
            " WHERE p.part = ? AND s.tier = ? ORDER BY s.first LIMIT ?",
            (part, tier, segments.FAN),
        ).fetchall()
        if len(rows) < segments.FAN:
            break
        _merge(db, part, tier + 1, rows)
        tier, size = tier + 1, size * segments.FAN


def _merge(db: Connection, part: int, tier: int, rows: Sequence[Row]) -> None:
    found = [segments.of_row(row) for row in rows]
    alive = []
    for one, row in zip(found, rows, strict=True):
        kept = np.ones(len(one.sections), np.bool_)
        kept[np.frombuffer(row["dead"], "<u2")] = False
        alive.append(kept)
    gather(db, part, tier, found, alive, mixed=any(row["mixed"] for row in rows))
    for one in found:
        drop(db, one.id)


def drop(db: Connection, number: int) -> None:
    """Remove a segment and its postings; call inside a transaction."""
    db.execute("DELETE FROM segments WHERE id = ?", (number,))
    db.execute("DELETE FROM parted WHERE segment = ?", (number,))
    db.execute("DELETE FROM postings WHERE id BETWEEN ? AND ?", chunk_range(number))


def gather(
    db: Connection,
    part: int,
    tier: int,
    found: Sequence[Segment],
    alive: Sequence[Mask],
    *,
    mixed: bool = False,
) -> None:
    """Write the sections of ``found`` that are ``alive`` as one segment; inside a transaction."""
    sections = np.concatenate([one.sections[k] for one, k in zip(found, alive, strict=True)])
    if not len(sections):
        return
    order = np.argsort(sections, kind="stable")
    numbers = _numbers(order, alive)
    characters, counts = _added(found)
    merged = Segment(
        0,
        sections[order],
        np.concatenate([one.documents[k] for one, k in zip(found, alive, strict=True)])[order],
        np.concatenate([one.lengths[k] for one, k in zip(found, alive, strict=True)])[order],
        np.concatenate([one.dates[k] for one, k in zip(found, alive, strict=True)])[order],
        np.concatenate([one.facets[k] for one, k in zip(found, alive, strict=True)])[order],
        _NOTHING,
        np.zeros(0, np.uint32),
        characters,
        counts,
    )
    ranges = _merged_ranges(db, found, alive, numbers, sort=bool(np.any(np.diff(order) < 0)))
    counted = None if all(map(np.all, alive)) else Characters()
    _write(db, part, tier, merged, ranges, counted=counted, mixed=mixed)


def _numbers(order: Ints, alive: Sequence[Mask]) -> list[Ints]:
    """Return for each section of each segment its place in the merged one."""
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order))
    found, base = [], 0
    for kept in alive:
        numbers = np.zeros(len(kept), np.int64)
        many = int(np.count_nonzero(kept))
        numbers[kept] = ranks[base : base + many]
        found.append(numbers)
        base += many
    return found


def _added(found: Sequence[Segment]) -> tuple[segments.U4, segments.U2]:
    """Return the characters of segments and in how many sections of all each occurs."""
    characters, at = np.unique(
        np.concatenate([one.characters for one in found]), return_inverse=True
    )
    counts = np.bincount(
        at, np.concatenate([one.character_counts for one in found]), len(characters)
    )
    return characters, counts.astype(np.uint16)


def _merged_ranges(
    db: Connection,
    found: Sequence[Segment],
    alive: Sequence[Mask],
    numbers: Sequence[Ints],
    *,
    sort: bool,
) -> Iterator[Range]:
    """Yield ``(term of each posting, local section, count)``, sorted, a range of terms at a time.

    By ranges, because the postings of a large segment at once would take half a gigabyte. ``sort``
    says that the sections of one segment do not all come before those of the next.
    """
    held = [segments.whole(db, one) for one in found]
    every = [one.dictionary.terms() for one in found]
    often = [one.dictionary.sizes for one in found]
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
        for own, ends_of, (places, counts), kept, ranks in zip(
            every, starts, held, alive, numbers, strict=True
        ):
            first, last = np.searchsorted(own, [low, high])
            here = slice(ends_of[first], ends_of[last])
            keys = np.repeat(own[first:last], np.diff(ends_of[first : last + 1]))
            stay = kept[places[here]]
            pieces.append((keys[stay], ranks[places[here][stay]], counts[here][stay]))
        keys = np.concatenate([piece[0] for piece in pieces])
        where = np.concatenate([piece[1] for piece in pieces])
        # Stable: within a term the segments stay in order, and with them the sections.
        order = np.lexsort((where, keys)) if sort else np.argsort(keys, kind="stable")
        counts = np.concatenate([piece[2] for piece in pieces])
        yield keys[order], where[order].astype(np.uint16), counts[order]


def _write(
    db: Connection,
    part: int,
    tier: int,
    made: Segment,
    ranges: Iterator[Range],
    *,
    counted: Characters | None = None,
    mixed: bool = False,
) -> None:
    """Write a segment and its chunks of postings, its characters as ``counted`` where it is."""
    number = secrets.randbits(40)
    all_terms, sizes, bounds = [], [], []
    chunk = done = 0
    for keys, places, counts in counted.passing(ranges) if counted else ranges:
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
                    chunk_range(number)[0] + chunk,
                    places[start:end].astype("<u2").tobytes() + counts[start:end].tobytes(),
                ),
            )
            bounds.append(done + start)
            chunk += 1
        done += len(keys)
    if counted:
        characters, often = counted.found()
        made = replace(made, characters=characters, character_counts=often.astype(np.uint16))
    db.execute(
        "INSERT INTO segments (id, tier, first, last, sections, documents, lengths, dates, facets,"
        " dead, terms, sizes, bounds, characters, character_counts)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        (
            *(number, tier, int(made.sections[0]), int(made.sections[-1])),
            made.sections.astype("<u4").tobytes(),
            made.documents.astype("<u4").tobytes(),
            made.lengths.astype("<u2").tobytes(),
            made.dates.astype("<u4").tobytes(),
            made.facets.astype("<u2").tobytes(),
            b"",
            np.concatenate([*all_terms, np.zeros(0, np.int64)]).astype("<i8").tobytes(),
            np.concatenate([*sizes, np.zeros(0, np.int64)]).astype("<u2").tobytes(),
            np.array(bounds, "<u4").tobytes(),
            made.characters.astype("<u4").tobytes(),
            made.character_counts.astype("<u2").tobytes(),
        ),
    )
    db.execute(
        "INSERT INTO parted (segment, part, mixed) VALUES (?, ?, ?)", (number, part, int(mixed))
    )
