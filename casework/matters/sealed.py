"""What is known of a sealed paper besides its file: which form it is, and how it differs.

The file is a material of the kind 盖章件 (:mod:`.materials`), with its removal and undo.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from casework.matters.materials import SEALED, Material, listed
from storage.engine import Connection, Row

KIND = SEALED


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed paper: its file, its form, the version of the draft it was held against.

    ``spots`` are the differences (kind, ours, theirs); ``None`` where no text could be read.
    """

    material: Material
    form: str
    version: int
    spots: tuple[tuple[str, str, str], ...] | None


def install(db: Connection) -> None:
    """Make the table; a step of the schema."""
    db.execute("""
        CREATE TABLE sealed (
            material INTEGER PRIMARY KEY REFERENCES materials (id),
            form TEXT NOT NULL,
            version INTEGER NOT NULL,
            spots TEXT
        )""")


def note(
    db: Connection,
    material: int,
    form: str,
    version: int,
    spots: Sequence[tuple[str, str, str]] | None,
) -> None:
    """Keep how a sealed paper differs from the paper of ``version``."""
    told = None if spots is None else json.dumps(spots, ensure_ascii=False)
    db.execute("INSERT INTO sealed VALUES (?, ?, ?, ?)", (material, form, version, told))


def of_matter(db: Connection, matter: int) -> list[Sealed]:
    """Return the sealed papers of a matter that were not removed, the newest first."""
    query = (
        "SELECT s.* FROM sealed s JOIN materials m ON m.id = s.material"
        " WHERE m.matter = ? AND m.removed IS NULL"
    )
    rows = {row["material"]: row for row in db.execute(query, (matter,))}
    files = [one for one in listed(db, matter) if one.id in rows]
    return [_sealed(one, rows[one.id]) for one in reversed(files)]


def _sealed(material: Material, row: Row) -> Sealed:
    spots = None if row["spots"] is None else tuple(tuple(one) for one in json.loads(row["spots"]))
    return Sealed(material, row["form"], row["version"], spots)
