"""Search on both engines: the same hits, scores and order to the last one, and what each costs.

``BENCH_ENGINE=postgresql python -m bench search`` asks an archive in SQLite and the same in a
PostgreSQL that is started here every question of the search benchmark, as readers who see all, as
units that keep to themselves what they have, and as one that owns nothing. What a search costs is
processor time, the server's with it; beside it stands SQLite's. ``BENCH_DOCUMENTS`` sets the size
of the archive, ``BENCH_MESSAGES`` how many of the real messages are asked, of both halves alike.
"""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from operator import add
from pathlib import Path

from bench.offices import nanoseconds, office
from bench.serving import family, part
from bench.table import Row, show
from corpus import EVERYTHING, Archive, Reader
from corpus.store import owners
from storage import transaction
from storage.database import url_of
from storage.postgres.connection import close_pool

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
    """Milliseconds of processor time of a search, by kind of question and engine."""
    server: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """The same of the server's processes, by kind of question."""


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
    archives: dict[str, Archive],
    asked: dict[str, Sequence[Asked]],
    readers: Iterable[Reader],
    server: int = 0,
) -> Compared:
    """Ask both archives everything, as each of ``readers``; what they say must be equal: numbers,
    order, scores, excerpts, counts of the filters, passages. ``server`` is PostgreSQL's process.
    """
    found = Compared()
    for reader in readers:
        views = {engine: archive.reader(reader) for engine, archive in archives.items()}
        for kind, questions in asked.items():
            for text, title in questions:
                said = []
                for engine, view in views.items():
                    family_of = family(server) if server and engine == "postgresql" else []
                    theirs, start = nanoseconds(*family_of), time.process_time()
                    results = view.look(text, title=title, limit=MOST)
                    found.times[kind, engine].append((time.process_time() - start) * 1000)
                    if family_of:
                        found.server[kind].append((nanoseconds(*family_of) - theirs) / 1e6)
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
        found = compare(archives, asked, READERS, offices["postgresql"].server)
        for archive in archives.values():
            archive.close()
        close_pool(url_of(offices["postgresql"].data))
    rows = [
        Row("questions, of all readers", found.questions, ""),
        Row("hits and passages compared", found.hits, ""),
        Row("questions that are answered otherwise", len(found.unlike), "", mark="0"),
    ]
    for kind in asked:
        for percent in (50, 95):
            both = list(map(add, found.times[kind, "postgresql"], found.server[kind]))
            theirs = part(found.times[kind, "sqlite"], percent)
            rows.append(Row(f"{kind}, p{percent}", part(both, percent), "ms", "SQLite", theirs))
        rows.append(Row(f"{kind}, of that the server, p50", part(found.server[kind], 50), "ms"))
    show(f"search: {documents:,} documents, PostgreSQL beside SQLite", rows)
    for line in found.unlike[:10]:
        print(line)
