"""Parts of the index: what all may find, and what each unit keeps to itself.

Part :data:`PUBLIC` is everybody's. A unit that has ever kept its documents to itself has a part of
its own. ``kept`` names each document that is kept, with its part; a section's postings stand with
those of its part (``fresh_sections``, ``parted``), so that a question looks at everybody's and at
the reader's own, and what others keep costs it nothing.

When a unit begins to keep its documents, they stand among everybody's still: such segments are
``mixed`` until :func:`corpus.index.stored.parting.settle` has parted them, and until then what is
not for the reader is left out section by section. When it lets all find them, its segments are
everybody's at once.
"""

from __future__ import annotations

import secrets

from corpus.store import owners
from storage.engine import Connection
from storage.statements import upsert

PUBLIC = 0
"""The part of what all may find."""

STAMP = "index_stamp"


def of_document(db: Connection, number: int) -> int:
    """Return the part in which a document is."""
    row = db.execute("SELECT part FROM kept WHERE document = ?", (number,)).fetchone()
    return int(row[0]) if row else PUBLIC


def place(db: Connection, number: int, source: str) -> None:
    """Note in which part the document of ``source`` is, which was just written."""
    unit = owners.of(db, source)
    if unit and owners.is_reserved(db, unit):
        kept = upsert("kept", ("document", "part"), key=("document",))
        db.execute(kept, (number, _of_unit(db, unit)))
    else:
        forget(db, number)


def forget(db: Connection, number: int) -> None:
    """Forget where a document was that is gone."""
    db.execute("DELETE FROM kept WHERE document = ?", (number,))


def arrange(db: Connection, unit: str) -> None:
    """Bring the parts in step with whether ``unit`` keeps its documents; inside a transaction."""
    if not unit:
        return
    part = _of_unit(db, unit)
    if not owners.is_reserved(db, unit):
        db.execute("DELETE FROM kept WHERE part = ?", (part,))
        for table in ("fresh_sections", "parted"):
            db.execute(f"UPDATE {table} SET part = ? WHERE part = ?", (PUBLIC, part))  # noqa: S608
    elif _some_are_elsewhere(db, unit, part):
        db.execute(
            "INSERT INTO kept (document, part) SELECT d.id, ? FROM owners o"
            " JOIN documents d ON d.source = o.source WHERE o.unit = ?"
            " ON CONFLICT (document) DO UPDATE SET part = excluded.part",
            (part, unit),
        )
        db.execute(
            "UPDATE fresh_sections SET part = ? WHERE document IN"
            " (SELECT document FROM kept WHERE part = ?)",
            (part, part),
        )
        db.execute("UPDATE parted SET mixed = 1 WHERE part = ?", (PUBLIC,))
    touch(db, PUBLIC, part)


def rename(db: Connection, former: str, name: str) -> None:
    """Have the part of the unit ``former`` be that of ``name``, which owns what was its."""
    taken = db.execute("SELECT 1 FROM parts WHERE unit = ?", (name,)).fetchone()
    if taken is None:
        db.execute("UPDATE parts SET unit = ? WHERE unit = ?", (name, former))
    else:
        arrange(db, former)
    if taken is not None or owners.is_reserved(db, name):
        arrange(db, name)


def _of_unit(db: Connection, unit: str) -> int:
    """Return the part of a unit's own, made where there was none."""
    row = db.execute("SELECT id FROM parts WHERE unit = ?", (unit,)).fetchone()
    if row is None:
        db.execute("INSERT INTO parts (unit, stamp) VALUES (?, ?)", (unit, _new_stamp()))
        row = db.execute("SELECT id FROM parts WHERE unit = ?", (unit,)).fetchone()
    return int(row[0])


def _some_are_elsewhere(db: Connection, unit: str, part: int) -> bool:
    row = db.execute(
        "SELECT 1 FROM owners o JOIN documents d ON d.source = o.source WHERE o.unit = ?"
        " AND NOT EXISTS (SELECT 1 FROM kept k WHERE k.document = d.id AND k.part = ?) LIMIT 1",
        (unit, part),
    ).fetchone()
    return row is not None


# ------------------------------------------------------------------ states


def touch(db: Connection, *parts: int) -> None:
    """Give the index and ``parts`` of it new stamps: what readers keep in memory holds for one
    stamp only.

    Random ones: after a rollback a counter would give the same number to another content.
    """
    made = _new_stamp()
    db.execute(upsert("settings", ("name", "value"), key=("name",)), (STAMP, made))
    for part in parts:
        if part == PUBLIC:
            stamped = upsert("parts", ("id", "unit", "stamp"), key=("id",))
            db.execute(stamped, (PUBLIC, "", made))
        else:
            db.execute("UPDATE parts SET stamp = ? WHERE id = ?", (made, part))


def touch_all(db: Connection) -> None:
    """Give the index and all its parts new stamps."""
    touch(db, PUBLIC, *(int(row[0]) for row in db.execute("SELECT id FROM parts").fetchall()))


def stamp(db: Connection) -> str:
    """Return what tells this state of the index from every other; "" of a new one."""
    row = db.execute("SELECT value FROM settings WHERE name = ?", (STAMP,)).fetchone()
    return str(row["value"]) if row else ""


def stamps(db: Connection) -> tuple[tuple[int, str], ...]:
    """Return the parts that this connection shows, with the stamp of each."""
    rows = db.execute("SELECT id, stamp FROM parts ORDER BY id").fetchall()
    return tuple((int(row["id"]), str(row["stamp"])) for row in rows)


def _new_stamp() -> str:
    return str(secrets.randbits(60))
