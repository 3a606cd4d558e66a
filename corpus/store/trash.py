"""Deleted documents: out of the index and the lists, kept until the trash is emptied."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from corpus.store.listing import PAGE
from drafting.model import Kind
from storage.engine import Connection, Row
from storage.moments import utc_now


@dataclass(frozen=True, slots=True)
class Deleted:
    """A deleted document, as the trash lists it."""

    id: int
    source: str
    title: str | None
    kind: Kind
    deleted: dt.datetime


def put(db: Connection, number: int) -> None:
    """Copy a document into the trash; taking it out of the archive is the caller's."""
    db.execute(
        "DELETE FROM trash WHERE source = (SELECT source FROM documents WHERE id = ?)", (number,)
    )
    db.execute(
        "INSERT INTO trash (id, source, kind, title, date, issuer, record, imported,"
        " deleted, original, original_digest) SELECT id, source, kind, title, date, issuer, record,"
        " imported, ?, original, original_digest FROM documents WHERE id = ?",
        (utc_now(), number),
    )


def source_of(db: Connection, number: int) -> str | None:
    """Return the source of a document in the trash, ``None`` where it is not there."""
    row = db.execute("SELECT source FROM trash WHERE id = ?", (number,)).fetchone()
    return str(row["source"]) if row else None


def take(db: Connection, number: int) -> Row:
    """Take a document that is in the trash out: its ``source``, ``record``, original."""
    row: Row = db.execute(
        "SELECT id, source, record, original, original_digest, imported FROM trash WHERE id = ?",
        (number,),
    ).fetchone()
    db.execute("DELETE FROM trash WHERE id = ?", (number,))
    return row


def listed(db: Connection, start: int = 0, most: int = PAGE) -> list[Deleted]:
    """Return deleted documents, the last one first: ``most`` of them from place ``start``."""
    rows = db.execute(
        "SELECT id, source, title, kind, deleted FROM trash"
        " ORDER BY deleted DESC, id DESC LIMIT ? OFFSET ?",
        (most, start),
    )
    return [
        Deleted(row[0], row[1], row[2], Kind(row[3]), dt.datetime.fromisoformat(row[4]))
        for row in rows
    ]


def count(db: Connection) -> int:
    """Return how many documents are in the trash."""
    return int(db.execute("SELECT count(*) FROM trash").fetchone()[0])


def empty(db: Connection, unit: str | None = None) -> int:
    """Forget what is in the trash, with its corrections; return how many documents there were.

    With a ``unit`` only what is its own, or nobody's: as it is listed to that unit.
    """
    mine = (
        "SELECT source FROM trash WHERE :unit IS NULL OR NOT EXISTS"
        " (SELECT 1 FROM owners o WHERE o.source = trash.source AND o.unit <> :unit)"
    )
    asked = {"unit": unit}
    db.execute(f"DELETE FROM corrections WHERE source IN ({mine})", asked)  # noqa: S608
    return db.execute(f"DELETE FROM trash WHERE source IN ({mine})", asked).rowcount  # noqa: S608
