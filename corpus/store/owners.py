"""Which unit owns a document, and whether other units can find it: 各单位可查, or 只限本单位.

A document belongs to the unit whose clerk imported it or whose reply it is; what was imported on
the command line has no owner and is visible to all. A unit makes this setting for all its
documents.

Only the owning unit changes or deletes a document. If two units import files of the same name, the
second document's name is prefixed with its unit, so that neither replaces the other.
"""

from __future__ import annotations

from itertools import count

from corpus.store import sight
from storage.engine import Connection
from storage.statements import upsert

SAMPLES = "样例/"
"""What the sources of the sample documents begin with; no unit's document is called so."""

_NO_UNIT = "未定单位"
"""Stands before the names of those whose account has no unit."""


def of(db: Connection, source: str) -> str | None:
    """Return the unit whose the document of ``source`` is, ``None`` for nobody's."""
    row = db.execute("SELECT unit FROM owners WHERE source = ?", (source,)).fetchone()
    return str(row["unit"]) if row else None


def note(db: Connection, source: str, unit: str) -> None:
    """Note that the document of ``source`` is ``unit``'s."""
    db.execute(upsert("owners", ("source", "unit"), key=("source",)), (source, unit))


def hides(db: Connection, source: str, unit: str) -> bool:
    """Return whether another unit keeps the document of ``source`` from ``unit``."""
    row = db.execute(
        "SELECT 1 FROM owners o JOIN reserved r ON r.unit = o.unit"
        " WHERE o.source = ? AND o.unit != ?",
        (source, unit),
    ).fetchone()
    return row is not None


def is_reserved(db: Connection, unit: str) -> bool:
    """Return whether ``unit`` keeps its documents to itself."""
    return db.execute("SELECT 1 FROM reserved WHERE unit = ?", (unit,)).fetchone() is not None


def reserve(db: Connection, unit: str, *, reserved: bool) -> None:
    """Keep the documents of ``unit`` to itself, or let all units find them."""
    db.execute("DELETE FROM reserved WHERE unit = ?", (unit,))
    if reserved:
        db.execute("INSERT INTO reserved (unit) VALUES (?)", (unit,))
    sight.touch(db)


def rename(db: Connection, former: str, name: str) -> None:
    """Have what is of the unit ``former`` be of ``name``, which it is called now."""
    if is_reserved(db, name):
        reserve(db, former, reserved=False)
    for table in ("owners", "reserved", "jobs", "failures"):
        db.execute(f"UPDATE {table} SET unit = ? WHERE unit = ?", (name, former))  # noqa: S608
    sight.touch(db)


def source_for(db: Connection, source: str, unit: str) -> str:
    """Return under which source ``unit`` puts in what comes as ``source``.

    Another one than that where it would replace a document of another unit, or, from a unit that
    keeps its own to itself, one that is everybody's. The name that comes may begin with another
    unit's name too: whatever is made of it is asked again.
    """
    if _is_free(db, source, unit):
        return source
    for number in count(1):
        prefix = unit or _NO_UNIT
        name = f"{prefix}/{source}" if number == 1 else f"{prefix}（{number}）/{source}"
        if of(db, name) == (unit or None) or not _is_known(db, name):
            return name
    raise AssertionError("numbers do not end")


def _is_free(db: Connection, source: str, unit: str) -> bool:
    if source.startswith(SAMPLES):
        return False
    owner = of(db, source)
    if owner is None and unit and is_reserved(db, unit):
        return not is_there(db, source)
    return owner in (None, unit)


def _is_known(db: Connection, source: str) -> bool:
    """Whether there is, or was, a document of that name."""
    return (
        of(db, source) is not None
        or is_there(db, source)
        or db.execute("SELECT 1 FROM trash WHERE source = ?", (source,)).fetchone() is not None
    )


def is_there(db: Connection, source: str) -> bool:
    """Return whether there is a document of ``source``."""
    return db.execute("SELECT 1 FROM documents WHERE source = ?", (source,)).fetchone() is not None
