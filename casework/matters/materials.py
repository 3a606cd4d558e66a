"""办理材料 of a matter: scans, photographs, letters, kept as files by their SHA-256.

They are no part of the paper (its 附件 are another thing); what is removed can be brought back.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import dataclass

from drafting.errors import UserError
from drafting.language.limits import megabytes

KINDS = ("来件扫描件", "照片", "来往函件", "面商记录", "其他")
MOST, MOST_BYTES = 100, 200 * 1024 * 1024
"""Of one matter: how many materials, and how large all of them together."""


@dataclass(frozen=True, slots=True)
class Material:
    """One file of a matter: what it is, its size, its digest, who brought it and when."""

    id: int
    matter: int
    name: str
    kind: str
    digest: str
    size: int
    added: dt.datetime
    author: str = ""
    removed: bool = False


def install(db: sqlite3.Connection) -> None:
    """Make the table; a step of the schema."""
    db.execute("""
        CREATE TABLE materials (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            matter INTEGER NOT NULL REFERENCES matters (id),
            name TEXT NOT NULL,
            kind TEXT NOT NULL,
            digest TEXT NOT NULL,
            size INTEGER NOT NULL,
            added TEXT NOT NULL,
            author TEXT NOT NULL DEFAULT '',
            removed TEXT,
            removed_by TEXT NOT NULL DEFAULT ''
        )""")
    # The same file stands once in a matter, whatever it is called.
    db.execute(
        "CREATE UNIQUE INDEX materials_one ON materials (matter, digest) WHERE removed IS NULL"
    )


def listed(db: sqlite3.Connection, matter: int) -> list[Material]:
    """Return the materials of a matter, in the order in which they came."""
    query = "SELECT * FROM materials WHERE matter = ? AND removed IS NULL ORDER BY id"
    return [_material(row) for row in db.execute(query, (matter,))]


def one(db: sqlite3.Connection, matter: int, number: int) -> Material | None:
    """Return a material, removed or not, where it belongs to the matter."""
    query = "SELECT * FROM materials WHERE matter = ? AND id = ?"
    row = db.execute(query, (matter, number)).fetchone()
    return _material(row) if row else None


def add(db: sqlite3.Connection, material: Material) -> int:
    """Keep a material and return its id; raises :class:`UserError` past the limits or twice."""
    if material.kind not in KINDS:
        raise UserError(f"材料种类请选{'、'.join(KINDS)}之一。", field="kind")
    kept = listed(db, material.matter)
    same = next((one.name for one in kept if one.digest == material.digest), None)
    if same is not None:
        raise UserError(
            f"“{material.name}”与已有的“{same}”是同一个文件，没有重复存放。", field="file"
        )
    if len(kept) >= MOST:
        raise UserError(f"一件提案最多存{MOST}份材料，请先移除不要的。", field="file")
    if sum(one.size for one in kept) + material.size > MOST_BYTES:
        most = megabytes(MOST_BYTES)
        raise UserError(f"一件提案的材料合计不能超过 {most} MB，请先移除不要的。", field="file")
    made = db.execute(
        "INSERT INTO materials (matter, name, kind, digest, size, added, author)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            material.matter,
            material.name,
            material.kind,
            material.digest,
            material.size,
            material.added.isoformat(timespec="seconds"),
            material.author,
        ),
    )
    return int(made.lastrowid or 0)


def remove(db: sqlite3.Connection, matter: int, number: int, at: dt.datetime, by: str) -> bool:
    """Take a material off the matter; nothing is destroyed. Return whether it was there."""
    done = db.execute(
        "UPDATE materials SET removed = ?, removed_by = ?"
        " WHERE matter = ? AND id = ? AND removed IS NULL",
        (at.isoformat(timespec="seconds"), by, matter, number),
    )
    return bool(done.rowcount)


def restore(db: sqlite3.Connection, matter: int, number: int) -> bool:
    """Undo :func:`remove`; raises :class:`UserError` where the same file was added since."""
    try:
        done = db.execute(
            "UPDATE materials SET removed = NULL, removed_by = ''"
            " WHERE matter = ? AND id = ? AND removed IS NOT NULL",
            (matter, number),
        )
    except sqlite3.IntegrityError as error:
        raise UserError("同一个文件已经重新存放，不需恢复。") from error
    return bool(done.rowcount)


def digests(db: sqlite3.Connection) -> list[str]:
    """Return the digests of all files that a material names, removed ones too."""
    rows = db.execute("SELECT DISTINCT digest FROM materials ORDER BY digest")
    return [str(row[0]) for row in rows]


def _material(row: sqlite3.Row) -> Material:
    return Material(
        *(row["id"], row["matter"], row["name"], row["kind"], row["digest"], row["size"]),
        dt.datetime.fromisoformat(row["added"]),
        row["author"],
        row["removed"] is not None,
    )
