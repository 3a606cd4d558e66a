"""The archive's connections: each thread has one to write with and one to read with."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from corpus.store import sight
from corpus.store.sight import Reader
from storage import connect
from storage.engine import Connection, dialect
from storage.originals import Originals, of


class Connections:
    """The connections to one archive, safe to share between threads.

    Each thread has its own, so that readers never wait for the writer (WAL).
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()

    @property
    def originals(self) -> Originals:
        """Where the originals are kept that rows name by their digest."""
        return of(self.path.parent)

    @property
    def db(self) -> Connection:
        """This thread's connection for writing, which sees everything."""
        if not hasattr(self._local, "db"):
            self._local.db = connect(self.path)
        db: Connection = self._local.db
        return db

    @contextmanager
    def seeing(self, reader: Reader) -> Iterator[Connection]:
        """Give a connection that shows ``reader`` what he sees, of one moment, and writes nothing.

        Asked for again by the same reader within the block, it is the same moment.
        """
        db = self._reading()
        if db.in_transaction:
            if self._local.shown[0] != reader:
                raise RuntimeError("a reader within another one's reading")
            yield db
            return
        db.execute("BEGIN")
        try:
            version = sight.moment(db)
            if self._local.shown[:2] != (reader, version):
                self._local.shown = (reader, None, "")
                sees = sight.let_read(db, reader)
                self._local.shown = (reader, version, sees)
            yield db
        except BaseException:
            # What went wrong tells more than that there is nothing left to end.
            with suppress(sqlite3.DatabaseError):
                db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")

    def state(self, reader: Reader) -> tuple[str, str]:
        """Return what tells what ``reader`` sees from every other state of it: that of the index,
        and which choice of documents he is shown."""
        shown = self.shown(reader)
        if shown is None or sight.moment(shown[0]) != shown[1]:
            with self.seeing(reader):
                return self._state()
        return self._state()

    def _state(self) -> tuple[str, str]:
        _, version, sees = self._local.shown
        return sight.of_index(version), sees

    def shown(self, reader: Reader) -> tuple[Connection, str] | None:
        """Return the connection as it last showed ``reader`` what he sees, and of which version of
        the data that was; ``None`` where it did not. What is asked in one statement needs no more,
        where the statement tells the same version."""
        db = self._reading()
        found: tuple[Reader | None, str | None, str] = self._local.shown
        if db.in_transaction or found[0] != reader or found[1] is None:
            return None
        return db, found[1]

    def _reading(self) -> Connection:
        if not hasattr(self._local, "reading"):
            self._local.reading = connect(self.path, self._prepare)
        found: Connection = self._local.reading
        return found

    def _prepare(self, db: Connection) -> None:
        """Make a reading connection of a new session, which has shown nobody anything yet."""
        sight.install(db)
        self._local.shown = (None, None, "")

    def rest(self) -> None:
        """Let others have this thread's connection for writing, where their number is bounded."""
        db: Connection | None = getattr(self._local, "db", None)
        if db is not None and dialect(db) == "postgresql" and not db.in_transaction:
            db.close()
            del self._local.db

    def close(self) -> None:
        """Close this thread's connections."""
        for name in ("db", "reading"):
            if hasattr(self._local, name):
                getattr(self._local, name).close()
                delattr(self._local, name)
