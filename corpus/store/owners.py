"""Which unit owns a document, and whether other units can find it: 各单位可查, or 只限本单位.

A document belongs to the unit whose clerk imported it or whose reply it is; what was imported on
the command line has no owner and is visible to all. A unit makes this setting for all its
documents.

Only the owning unit changes or deletes a document. If two units import files of the same name, the
second document's name is prefixed with its unit, so that neither replaces the other.
"""

from __future__ import annotations

import sqlite3

_NO_UNIT = "未定单位"
"""Stands before the names of those whose account has no unit."""


def of(db: sqlite3.Connection, source: str) -> str | None:
    """Return the unit whose the document of ``source`` is, ``None`` for nobody's."""
    row = db.execute("SELECT unit FROM owners WHERE source = ?", (source,)).fetchone()
    return str(row["unit"]) if row else None


def note(db: sqlite3.Connection, source: str, unit: str) -> None:
    """Note that the document of ``source`` is ``unit``'s."""
    db.execute("INSERT OR REPLACE INTO owners (source, unit) VALUES (?, ?)", (source, unit))


def hides(db: sqlite3.Connection, source: str, unit: str) -> bool:
    """Return whether another unit keeps the document of ``source`` from ``unit``."""
    row = db.execute(
        "SELECT 1 FROM owners o JOIN reserved r ON r.unit = o.unit"
        " WHERE o.source = ? AND o.unit != ?",
        (source, unit),
    ).fetchone()
    return row is not None


def is_reserved(db: sqlite3.Connection, unit: str) -> bool:
    """Return whether ``unit`` keeps its documents to itself."""
    return db.execute("SELECT 1 FROM reserved WHERE unit = ?", (unit,)).fetchone() is not None


def reserve(db: sqlite3.Connection, unit: str, *, reserved: bool) -> None:
    """Keep the documents of ``unit`` to itself, or let all units find them."""
    db.execute("DELETE FROM reserved WHERE unit = ?", (unit,))
    if reserved:
        db.execute("INSERT INTO reserved (unit) VALUES (?)", (unit,))


def source_for(db: sqlite3.Connection, source: str, unit: str) -> str:
    """Return under which source ``unit`` puts in what comes as ``source``.

    Another one than that where it would replace a document of another unit, or, from a unit that
    keeps its own to itself, one that is everybody's.
    """
    owner = of(db, source)
    others = owner not in (None, unit)
    if owner is None and unit and is_reserved(db, unit):
        others = is_there(db, source)
    return f"{unit or _NO_UNIT}/{source}" if others else source


def is_there(db: sqlite3.Connection, source: str) -> bool:
    """Return whether there is a document of ``source``."""
    return db.execute("SELECT 1 FROM documents WHERE source = ?", (source,)).fetchone() is not None
