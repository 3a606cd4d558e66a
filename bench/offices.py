"""A data folder with an archive of many documents, its tables in either engine.

PostgreSQL is started here, from Debian's programs, and ends with the block. Where ``BENCH_ARCHIVE``
names a folder, its server stays there with the archive as a template, which each run copies; an
archive is imported once, into SQLite, and carried over.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench.postgresql import Server, kept, missing
from bench.serving import fill_archive

ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
_RUN = "run"


@dataclass(frozen=True, slots=True)
class Office:
    """A data folder, and the process of the server that has its tables, 0 where none has."""

    engine: str
    data: Path
    server: int = 0

    @property
    def title(self) -> str:
        """Return what people call its engine."""
        return ENGINES[self.engine]


@contextmanager
def office(engine: str, folder: Path, count: int, configuration: str = "") -> Iterator[Office]:
    """Make an office with ``count`` documents below ``folder``; ``configuration`` is TOML."""
    data = folder / engine
    data.mkdir()
    if engine == "sqlite":
        fill_archive(data, count)
        (data / "config.toml").write_text(configuration, "utf-8")
        yield Office(engine, data)
        return
    if reason := missing():
        raise SystemExit(reason)
    place = Path(os.environ.get("BENCH_ARCHIVE") or folder) / "postgresql"
    with kept(place) as server:
        url = _copy(server, template(server, count))
        database = f'[database]\nurl = "{url}"\n'
        (data / "config.toml").write_text(configuration + database, "utf-8")
        try:
            yield Office(engine, data, server.process)
        finally:
            server.run(f"DROP DATABASE IF EXISTS {_RUN} WITH (FORCE)")


def template(server: Server, count: int) -> str:
    """Return the name of the database with ``count`` documents, made where it is not there."""
    from casework import Casework
    from service.steps import STEPS
    from storage import moving_house
    from storage.log import audit
    from storage.postgres.connection import close_pool

    name = f"documents_{count}"
    if server.has(name):
        return name
    with tempfile.TemporaryDirectory() as made:
        data = Path(made)
        fill_archive(data, count)
        Casework.open(data).close()
        url = server.fresh("unfinished")
        moving_house.move(data, url, STEPS, audit.Actor("bench", "bench"), lambda _: None)
        close_pool(url)
    server.run(f"ALTER DATABASE unfinished RENAME TO {name}")
    return name


def _copy(server: Server, name: str) -> str:
    server.run(
        f"DROP DATABASE IF EXISTS {_RUN} WITH (FORCE)",
        f"CREATE DATABASE {_RUN} TEMPLATE {name} STRATEGY FILE_COPY",
    )
    return server.url(_RUN)


def nanoseconds(*processes: int) -> int:
    """Return the processor time that these processes had, to the nanosecond; those that ended do
    not count: what is between two calls must be short."""
    total = 0
    for process in processes:
        with suppress(OSError):
            for thread in Path(f"/proc/{process}/task").iterdir():
                with suppress(OSError):
                    total += int((thread / "schedstat").read_text().split()[0])
    return total
