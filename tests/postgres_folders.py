"""A database in a PostgreSQL server for each data folder that a test opens."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

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
        self._rows = _rows_laid(url)

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
            if _emptied(url, self._versions, self._rows):
                self._free.append(url)


# One order to the server: it is given after most tests. The numbers begin anew by setval; ALTER
# SEQUENCE … RESTART would write a new file for each.
_EMPTY = """
    DO $$ DECLARE one record; BEGIN
    PERFORM set_config('session_replication_role', 'replica', false);
    FOR one IN
        SELECT format('%I.%I', n.nspname, c.relname) AS name, s.seqstart AS start
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_sequence s ON s.seqrelid = c.oid
        WHERE n.nspname IN ('casework', 'archive') AND c.relkind IN ('r', 'S')
        AND c.relname <> 'schema_state'
    LOOP
        IF one.start IS NULL THEN EXECUTE 'DELETE FROM ' || one.name;
        ELSE PERFORM setval(one.name, one.start, false); END IF;
    END LOOP; END $$"""


_Rows = list[tuple[str, tuple[Any, ...]]]


def _rows_laid(url: str) -> _Rows:
    """What the steps themselves have written: each row with the order that writes it."""
    import psycopg

    with psycopg.connect(url) as db:
        names = db.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname"
            " IN ('casework', 'archive') AND tablename <> 'schema_state'"
        ).fetchall()
        found: _Rows = []
        for (name,) in names:
            rows = db.execute(f"SELECT * FROM {name}")
            places = ", ".join("%s" for _ in rows.description or ())
            found += [(f"INSERT INTO {name} VALUES ({places})", row) for row in rows.fetchall()]
        return found


def _emptied(url: str, versions: dict[str, int], rows: _Rows) -> bool:
    """Have a database as the steps left it, its numbers too: faster than a new one.

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
        db.execute(_EMPTY)
        for order, row in rows:
            db.execute(order, row)
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
