"""A segment of the index as it is read: its sections, its dictionary, and its postings.

What is in memory of it is a file that all processes of the machine map
(:mod:`corpus.index.stored.shared_arrays`), in the data folder, made from the database by whoever
reads the segment first; where that cannot be written, the process holds it alone. A segment is
never changed but for the list of its dead, so a file is good as long as there is its segment. The
postings themselves stay in the database.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.index.stored import shared_arrays
from corpus.index.stored.dictionary import Dictionary
from storage.connection import place_of
from storage.engine import Connection, Row
from storage.statements import among

FRESH = 128
FAN = 4
LARGEST = 1 << 15
"""Sections of the largest segment; the number of a section in its segment fits in 16 bits."""

FACETS = ("kind", "matter", "result", "unit", "field")
"""What sections are counted and narrowed by; their values are numbers of ``facet_values``."""

FOLDER = "index"
"""Where the files are, in the data folder: what may be deleted at any time, and is made anew."""
_SUFFIX = ".segment"
_LEFT_SECONDS = 60.0
"""So old is a file that may be cleared away: a newer one may be of a segment not yet seen here."""

Ints = npt.NDArray[np.int64]
U4 = npt.NDArray[np.uint32]
U2 = npt.NDArray[np.uint16]
U1 = npt.NDArray[np.uint8]
Chunks = Mapping[int, bytes]
"""Postings as they stand in the database, by the place of each chunk in its segment."""

MOST_RECENT = 8 << 20
"""Bytes of postings that are kept from one question to the next."""

_AHEAD = 512
"""Chunks that are held at a time: of all segments of a million documents they would be ten
megabytes."""


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """One part of the index as it is looked up.

    ``bounds`` are the first postings of the chunks. ``held`` are the postings themselves, where
    they are in memory (the fresh sections).
    """

    id: int
    sections: U4
    documents: U4
    lengths: U2
    dates: U4
    facets: U2
    dictionary: Dictionary
    bounds: U4
    characters: U4
    character_counts: U2
    held: tuple[U2, U1] | None = None
    is_largest: bool = False


def of_row(row: Row) -> Segment:
    """Return the segment that stands in a row of the database, in this process's own memory."""
    return Segment(
        id=row["id"],
        sections=np.frombuffer(row["sections"], "<u4"),
        documents=np.frombuffer(row["documents"], "<u4"),
        lengths=np.frombuffer(row["lengths"], "<u2"),
        dates=np.frombuffer(row["dates"], "<u4"),
        facets=np.frombuffer(row["facets"], "<u2").reshape(-1, len(FACETS)),
        dictionary=Dictionary.of(
            np.frombuffer(row["terms"], "<i8"), np.frombuffer(row["sizes"], "<u2")
        ),
        bounds=np.frombuffer(row["bounds"], "<u4"),
        characters=np.frombuffer(row["characters"], "<u4"),
        character_counts=np.frombuffer(row["character_counts"], "<u2"),
        is_largest=FRESH * FAN ** int(row["tier"]) >= LARGEST,
    )


def of_fresh(rows: Sequence[Row]) -> Segment:
    """Return fresh sections, at least one, as a segment with its postings in memory."""
    bags = [np.frombuffer(row["terms"], "<i8") for row in rows]
    keys = np.concatenate(bags)
    order = np.argsort(keys, kind="stable")
    places = np.repeat(np.arange(len(rows), dtype=np.uint16), [len(bag) for bag in bags])[order]
    counts = np.concatenate([np.frombuffer(row["counts"], np.uint8) for row in rows])[order]
    terms, sizes = np.unique(keys[order], return_counts=True)
    characters, character_counts = np.unique(
        np.concatenate([np.frombuffer(row["characters"], "<u4") for row in rows]),
        return_counts=True,
    )
    return Segment(
        id=0,
        sections=np.array([row["section"] for row in rows], np.uint32),
        documents=np.array([row["document"] for row in rows], np.uint32),
        lengths=np.array([row["length"] for row in rows], np.uint16),
        dates=np.array([row["date"] for row in rows], np.uint32),
        facets=np.stack([np.frombuffer(row["facets"], "<u2") for row in rows]),
        dictionary=Dictionary.of(terms, sizes),
        bounds=np.zeros(1, np.uint32),
        characters=characters,
        character_counts=character_counts.astype(np.uint16),
        held=(places, counts),
    )


# ------------------------------------------------------------------ memory


class _Recent:
    """The chunks of postings that were read last, by their ids: a suggestion is asked for twice,
    with its paper's subject and without, and many ask for the same words. What stands under an id
    never changes, for segments do not and their numbers are drawn at random."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[int, bytes] = OrderedDict()
        self._size = 0

    def of(self, numbers: Iterable[int]) -> dict[int, bytes]:
        """Return those of the chunks that are here."""
        found = {}
        with self._lock:
            for number in numbers:
                if (data := self._kept.get(number)) is not None:
                    self._kept.move_to_end(number)
                    found[number] = data
        return found

    def keep(self, read: Mapping[int, bytes]) -> None:
        """Keep what was read, and so much of what was read before as there is room for."""
        with self._lock:
            for number, data in read.items():
                self._size += len(data) - len(self._kept.get(number, b""))
                self._kept[number] = data
            while self._size > MOST_RECENT and self._kept:
                self._size -= len(self._kept.popitem(last=False)[1])


@dataclass(slots=True)
class _Memory:
    """The segments that this process has open, and what it read of them last."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    segments: OrderedDict[int, Segment] = field(default_factory=OrderedDict)
    recent: _Recent = field(default_factory=_Recent)


_memory = _Memory()


def load(db: Connection, number: int) -> Segment:
    """Return the segment ``number``: as this process has it, by its file, or from the database."""
    with _memory.lock:
        kept = _memory.segments.get(number)
    if kept is None:
        kept = _mapped(db, number)
        with _memory.lock:
            _memory.segments[number] = kept
    return kept


def let_go(used: Collection[int]) -> None:
    """Forget all segments but those ``used``."""
    with _memory.lock:
        for number in [number for number in _memory.segments if number not in used]:
            del _memory.segments[number]


def clear_away(db: Connection) -> int:
    """Remove the files of segments that are gone; return how many. ``db`` sees all segments."""
    folder = _folder(db)
    if folder is None or not folder.is_dir():
        return 0
    there = {f"{row[0]:010x}{_SUFFIX}" for row in db.execute("SELECT id FROM segments").fetchall()}
    before, gone = time.time() - _LEFT_SECONDS, 0
    for path in folder.iterdir():
        ours = path.name.endswith(_SUFFIX) or path.name.startswith(".")
        with suppress(OSError):
            if ours and path.name not in there and path.stat().st_mtime < before:
                path.unlink()
                gone += 1
    return gone


def _folder(db: Connection) -> Path | None:
    """Return where the files of a database's segments are; ``None`` of one in memory."""
    path = place_of(db)
    return path.parent / FOLDER if path.name else None


def _mapped(db: Connection, number: int) -> Segment:
    folder = _folder(db)
    path = folder / f"{number:010x}{_SUFFIX}" if folder else None
    if path and (held := shared_arrays.opened(path)):
        return _of_arrays(number, held)
    made = of_row(db.execute("SELECT * FROM segments WHERE id = ?", (number,)).fetchone())
    if path is None:
        return made
    try:
        shared_arrays.keep(path, _arrays(made))
    except OSError:
        # A full disk, a folder that is only read: then each process holds it by itself.
        return made
    held = shared_arrays.opened(path)
    return _of_arrays(number, held) if held else made


def _arrays(part: Segment) -> list[shared_arrays.Array]:
    words = part.dictionary
    return [
        *(part.sections, part.documents, part.lengths, part.dates, part.facets.ravel()),
        *(words.heads, words.chinese, words.latin, words.sizes, words.sums),
        *(part.bounds, part.characters, part.character_counts),
        np.array([part.is_largest], np.uint8),
    ]


def _of_arrays(number: int, held: Sequence[Any]) -> Segment:
    sections, documents, lengths, dates, facets = held[:5]
    bounds, characters, character_counts, largest = held[10:]
    return Segment(
        number,
        *(sections, documents, lengths, dates, facets.reshape(-1, len(FACETS))),
        Dictionary(*held[5:10]),
        *(bounds, characters, character_counts),
        is_largest=bool(largest[0]),
    )


# ------------------------------------------------------------------ postings


def chunk_range(number: int) -> tuple[int, int]:
    """Return the first and the last possible id of a segment's chunks."""
    return number << 20, (number << 20) + (1 << 20) - 1


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """Where in ``part`` the postings of some of its terms are: the first posting of each, how many
    there are, and in which chunk; a term's never lie in two."""

    part: Segment
    starts: Ints
    sizes: Ints
    chunks: Ints


def spans(part: Segment, terms: Ints) -> Spans:
    """Return where the postings of the terms at the places ``terms`` are."""
    starts = part.dictionary.starts(terms)
    chunks = np.searchsorted(part.bounds, starts.astype(np.uint32), "right") - 1
    return Spans(part, starts, part.dictionary.sizes[terms].astype(np.int64), chunks)


def read_ahead(db: Connection, wanted: Iterable[Sequence[Spans]]) -> Iterator[Chunks]:
    """Yield for each segment, of which the spans in one item of ``wanted`` are, their chunks.

    Those of several segments are read by one statement, up to :data:`_AHEAD` of them.
    """
    waiting: list[dict[int, int]] = []
    many = 0
    for some in wanted:
        # By the id in the database, which tells the segment too.
        numbers = {
            chunk_range(one.part.id)[0] + chunk: chunk
            for one in some
            if one.part.held is None
            for chunk in one.chunks.tolist()
        }
        if waiting and many + len(numbers) > _AHEAD:
            yield from _read(db, waiting)
            waiting, many = [], 0
        waiting.append(numbers)
        many += len(numbers)
    yield from _read(db, waiting)


def _read(db: Connection, wanted: Sequence[Mapping[int, int]]) -> Iterator[Chunks]:
    every = [number for numbers in wanted for number in numbers]
    found = _memory.recent.of(every)
    unknown = [number for number in every if number not in found]
    if unknown:
        asked, values = among(db, unknown)
        rows = db.execute(f"SELECT id, data FROM postings WHERE id {asked}", values)  # noqa: S608
        read = dict(map(tuple, rows))
        _memory.recent.keep(read)
        found |= read
    for numbers in wanted:
        yield {chunk: found.pop(number) for number, chunk in numbers.items()}


def fetch(where: Spans, chunks: Chunks) -> list[tuple[U2, U1]]:
    """Return the postings of each term: sections and counts.

    ``chunks`` are those that :func:`read_ahead` gave for these terms, and maybe others.
    """
    starts, held = where.starts, where.part.held
    if held is not None:
        pairs = zip(starts.tolist(), (starts + where.sizes).tolist(), strict=True)
        return [(held[0][first:last], held[1][first:last]) for first, last in pairs]
    found = []
    offsets = starts - where.part.bounds[where.chunks]
    for chunk, offset, size in zip(
        where.chunks.tolist(), offsets.tolist(), where.sizes.tolist(), strict=True
    ):
        data = chunks[chunk]
        found.append(
            (
                np.frombuffer(data, "<u2", size, 2 * offset),
                np.frombuffer(data, np.uint8, size, 2 * (len(data) // 3) + offset),
            )
        )
    return found


def whole(db: Connection, part: Segment) -> tuple[U2, U1]:
    """Return all postings of a segment."""
    rows = db.execute(
        "SELECT data FROM postings WHERE id BETWEEN ? AND ? ORDER BY id", chunk_range(part.id)
    )
    blobs = [row["data"] for row in rows]
    places = [np.frombuffer(data, "<u2", len(data) // 3) for data in blobs]
    counts = [np.frombuffer(data, np.uint8, offset=len(data) // 3 * 2) for data in blobs]
    # A segment of sections without any text has no chunks.
    return (
        np.concatenate([np.zeros(0, np.uint16), *places]),
        np.concatenate([np.zeros(0, np.uint8), *counts]),
    )
