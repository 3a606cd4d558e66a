"""Search on both engines: the same hits, scores and order to the last one, and what each costs.

``BENCH_ENGINE=postgresql python -m bench search`` asks an archive in SQLite and the same in a
PostgreSQL that is started here every question of the search benchmark, as readers who see all, as
units that keep to themselves what they have, and as one that owns nothing; the times are ours and,
beside them, SQLite's. ``BENCH_DOCUMENTS`` sets the size of the archive.
"""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bench.offices import nanoseconds, office
from bench.serving import family, part
from bench.table import Row, show
from corpus import EVERYTHING, Archive, Reader
from corpus.store import owners
from storage import transaction

UNITS = ("青岚区教育局", "青岚区民政局", "青岚区城市管理局")
READERS = (EVERYTHING, *map(Reader, UNITS), Reader(""))
MOST = 50
Asked = tuple[str, str]
"""A question's text and its title, "" where it has none."""


@dataclass(slots=True)
class Compared:
    """What was asked, and where the two did not say the same."""

    questions: int = 0
    hits: int = 0
    unlike: list[str] = field(default_factory=list)
    times: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    """Milliseconds of a search, by kind of question and engine."""


def divide(archive: Archive) -> None:
    """Give three quarters of the documents to units, of which two keep theirs to themselves."""
    with transaction(archive.db) as db:
        sources = [row[0] for row in db.execute("SELECT source FROM documents ORDER BY id")]
        for number, source in enumerate(sources):
            if number % 4 < len(UNITS):
                owners.note(db, source, UNITS[number % 4])
    for unit in UNITS[:2]:
        archive.for_unit(unit).reserve(reserved=True)


def compare(
    archives: dict[str, Archive], asked: dict[str, Sequence[Asked]], readers: Iterable[Reader]
) -> Compared:
    """Ask both archives everything, as each of ``readers``; what they say must be equal: numbers,
    order, scores, excerpts, counts of the filters, passages."""
    found = Compared()
    for reader in readers:
        views = {engine: archive.reader(reader) for engine, archive in archives.items()}
        for kind, questions in asked.items():
            for text, title in questions:
                said = []
                for engine, view in views.items():
                    start = time.perf_counter()
                    results = view.look(text, title=title, limit=MOST)
                    found.times[kind, engine].append((time.perf_counter() - start) * 1000)
                    said.append((results, view.passages(text, title=title, limit=MOST)))
                found.questions += 1
                found.hits += len(said[0][0].hits) + len(said[0][1])
                if said[0] != said[1]:
                    found.unlike.append(f"{reader.unit}：{title}{text[:40]}")
    return found


def measure(documents: int, asked: dict[str, Sequence[Asked]]) -> None:
    """Print whether both say the same, and what each takes."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        offices = {
            engine: stack.enter_context(office(engine, folder, documents))
            for engine in ("sqlite", "postgresql")
        }
        archives = {engine: Archive.open(one.data) for engine, one in offices.items()}
        for archive in archives.values():
            divide(archive)
        server = offices["postgresql"].server
        before = nanoseconds(*family(server))
        found = compare(archives, asked, READERS)
        used = nanoseconds(*family(server)) - before
        for archive in archives.values():
            archive.close()
    rows = [
        Row("questions, of all readers", found.questions, ""),
        Row("hits and passages compared", found.hits, ""),
        Row("questions that are answered otherwise", len(found.unlike), "", mark="0"),
        Row("the server's processor time of a question", used / 1e6 / found.questions, "ms"),
    ]
    for kind in asked:
        for percent in (50, 95):
            ours, theirs = (
                part(found.times[kind, engine], percent) for engine in ("postgresql", "sqlite")
            )
            rows.append(Row(f"{kind}, p{percent}", ours, "ms", "SQLite", theirs))
    show(f"search: {documents:,} documents, PostgreSQL beside SQLite", rows)
    for line in found.unlike[:10]:
        print(line)
