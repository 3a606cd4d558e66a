"""A database in a PostgreSQL server for each data folder that a test opens."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import postgres_server

from storage import database

_TEMPLATE = "laid"


class Folders:
    """The databases that this process has made, by their folders."""

    def __init__(self, server: postgres_server.Server) -> None:
        """Make them in ``server``, as copies of one that has all tables."""
        self._server = server
        self._made: dict[Path, str] = {}
        self._free: list[str] = []
        self._template = f"{_TEMPLATE}_{os.getpid()}"
        self._lay()

    def _lay(self) -> None:
        from casework.migrations import STEPS as CASEWORK
        from corpus.store.migrations import STEPS as ARCHIVE
        from storage.migrations import migrate
        from storage.postgres.connection import PostgresConnection, close_pool

        url = self._server.fresh(self._template)
        self._versions = {"casework": len(CASEWORK), "archive": len(ARCHIVE)}
        for name, steps in (("casework", CASEWORK), ("archive", ARCHIVE)):
            db = PostgresConnection(url, Path(f"{name}.db"))
            migrate(db, steps)
            db.close()
        close_pool(url)

    def url_of(self, folder: Path) -> str:
        """Return the address of a folder's database, made when it is asked for first."""
        whole = folder.resolve()
        if whole not in self._made and self._free:
            self._made[whole] = self._free.pop()
        if whole not in self._made:
            name = postgres_server.name_of(whole)
            self._made[whole] = self._server.fresh(name, self._template)
        return self._made[whole]

    def drop_below(self, folder: Path) -> None:
        """Have the databases of ``folder`` and of those below it for other folders, empty."""
        from storage.postgres.connection import close_pool

        top = folder.resolve()
        for whole in [one for one in self._made if one == top or top in one.parents]:
            url = self._made.pop(whole)
            close_pool(url)
            if _emptied(url, self._versions):
                self._free.append(url)


_TABLES = """
    SELECT format('%I.%I', n.nspname, c.relname), c.relkind = 'S' FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('casework', 'archive') AND c.relkind IN ('r', 'S')
    AND c.relname NOT IN ('schema_state')"""


def _emptied(url: str, versions: dict[str, int]) -> bool:
    """Empty a database's tables and have their numbers begin anew: faster than a new one.

    Returns whether that went well; one whose tables a test has changed is left to the server.
    """
    import psycopg

    with psycopg.connect(url) as db:
        for name in ("casework", "archive"):
            if not db.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", (name,)).fetchone():
                return False
            # As another program, older or newer, would have left it.
            found = db.execute(f"SELECT user_version FROM {name}.schema_state").fetchone()
            if found != (versions[name],):
                return False
        others = db.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN"
            " ('casework', 'archive', 'public', 'information_schema')"
        )
        for (name,) in others.fetchall():
            db.execute(f'DROP SCHEMA "{name}" CASCADE')
        db.execute("SET session_replication_role = replica")
        for name, is_sequence in db.execute(_TABLES).fetchall():
            if is_sequence:
                db.execute(f"ALTER SEQUENCE {name} RESTART")
            else:
                db.execute(f"DELETE FROM {name}")
        for name in ("casework", "archive"):
            db.execute(f"INSERT INTO {name}.sqlite_sequence VALUES ('log', 0)")
    return True


@contextmanager
def installed(server: postgres_server.Server) -> Iterator[Folders]:
    """Have every data folder's tables in ``server`` while the block runs."""
    before, folders = database.url_of, Folders(server)
    database.url_of = folders.url_of
    try:
        yield folders
    finally:
        database.url_of = before
        with suppress(Exception):
            server.run(f'DROP DATABASE IF EXISTS "{folders._template}" WITH (FORCE)')
