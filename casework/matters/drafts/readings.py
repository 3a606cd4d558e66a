"""How the fields and suggestions of a matter were come by when it was registered.

Kept as it was read, so that the page of 核对 can show it whenever it is opened; a matter that was
typed in, or registered by a former program, has none.
"""

from __future__ import annotations

import msgspec

from drafting.errors import UserError
from drafting.intake.nouns import Intake
from drafting.model.serial import dumps, from_plain, learned
from storage.engine import Connection


def install(db: Connection) -> None:
    """Make the table; a step of the schema."""
    db.execute("""
        CREATE TABLE readings (
            matter INTEGER PRIMARY KEY REFERENCES matters (id),
            intake TEXT NOT NULL
        )""")


def keep(db: Connection, matter_id: int, intake: Intake) -> None:
    """Keep how ``matter_id`` was read; within the transaction that registers it."""
    db.execute("INSERT INTO readings (matter, intake) VALUES (?, ?)", (matter_id, dumps(intake)))


def of_matter(db: Connection, matter_id: int) -> Intake | None:
    """Return how the matter was read, ``None`` where that was not kept.

    A reading that a newer program kept in another shape counts as none: it only helps to check
    what stands in the draft.
    """
    row = db.execute("SELECT intake FROM readings WHERE matter = ?", (matter_id,)).fetchone()
    if row is None:
        return None
    try:
        return from_plain(msgspec.json.decode(row["intake"]), Intake)
    except UserError:
        return None


learned(Intake)
