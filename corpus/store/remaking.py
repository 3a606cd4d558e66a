"""Recomputes derived data of documents that another version of the program computed."""

from __future__ import annotations

from collections.abc import Callable

from corpus.store import packing
from drafting.model import Document
from storage import transaction
from storage.engine import Connection
from storage.statements import upsert


def remake(
    db: Connection,
    setting: str,
    version: int,
    *,
    clear: Callable[[Connection], None],
    keep: Callable[[Connection, int, Document], None],
) -> None:
    """Make anew what is kept of all documents unless ``setting`` says that ``version`` made it.

    ``clear`` forgets all of it, ``keep`` makes it of one document, the first stored first; both
    are called inside one transaction, so that all of it is of one version, or none.
    """
    if _version(db, setting) == version:
        return
    with transaction(db):
        # Another process may have done it while this one waited.
        if _version(db, setting) == version:
            return
        clear(db)
        for (number,) in map(tuple, db.execute("SELECT id FROM documents ORDER BY id").fetchall()):
            row = db.execute("SELECT record FROM documents WHERE id = ?", (number,)).fetchone()
            keep(db, number, packing.read_record(row[0]))
        db.execute(upsert("settings", ("name", "value"), key=("name",)), (setting, str(version)))


def _version(db: Connection, setting: str) -> int:
    row = db.execute("SELECT value FROM settings WHERE name = ?", (setting,)).fetchone()
    return int(row[0]) if row else 0
