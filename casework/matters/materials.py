"""办理材料 of a matter: scans, photographs, letters, kept as files by their SHA-256.

They are no part of the paper (its 附件 are another thing); what is removed can be brought back.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import dataclass
from typing import Literal

from casework import jobs
from drafting.errors import UserError
from drafting.language.limits import megabytes
from storage.engine import Connection, Row
from storage.statements import new_id

KINDS = ("来件扫描件", "照片", "来往函件", "面商记录", "其他")
SEALED = "盖章件"
"""Comes by the paper's own page, which compares it; nobody chooses it."""
ATTACHMENT = "答复附件"
"""What goes with the reply: added where the attachments are (:mod:`desk.prints.attaching`)."""

MOST, MOST_BYTES = 100, 200 * 1024 * 1024
"""Of one matter: how many materials, and how large all of them together."""


State = Literal["", "正在识别", "没有收"]
"""Kept; looked at for a 密级, which takes a while; refused, its file gone."""


@dataclass(frozen=True, slots=True)
class Material:
    """One file of a matter: what it is, its size, its digest, who brought it and when.

    ``note`` is what is to be said of it: why it was refused, or that nothing could be read.
    """

    id: int
    matter: int
    name: str
    kind: str
    digest: str
    size: int
    added: dt.datetime
    author: str = ""
    removed: bool = False
    state: State = ""
    note: str = ""


def install(db: Connection) -> None:
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


def install_reading(db: Connection) -> None:
    """Have a material be looked at before it is kept; a step of the schema."""
    db.execute("ALTER TABLE materials ADD COLUMN state TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE materials ADD COLUMN note TEXT NOT NULL DEFAULT ''")
    db.execute("CREATE INDEX materials_waiting ON materials (id) WHERE state = '正在识别'")


def listed(db: Connection, matter: int) -> list[Material]:
    """Return the materials of a matter, in the order in which they came."""
    query = "SELECT * FROM materials WHERE matter = ? AND removed IS NULL ORDER BY id"
    return [_material(row) for row in db.execute(query, (matter,))]


def one(db: Connection, matter: int, number: int) -> Material | None:
    """Return a material, removed or not, where it belongs to the matter."""
    query = "SELECT * FROM materials WHERE matter = ? AND id = ?"
    row = db.execute(query, (matter, number)).fetchone()
    return _material(row) if row else None


def check(db: Connection, material: Material) -> None:
    """Raise :class:`UserError` where a matter does not take a material: past the limits, twice."""
    if material.kind not in (*KINDS, SEALED, ATTACHMENT):
        raise UserError(f"材料种类请选{'、'.join(KINDS)}之一。", field="kind")
    kept = listed(db, material.matter)
    same = next((one for one in kept if one.digest == material.digest), None)
    if same is not None and same.state == "没有收":
        raise UserError(f"“{material.name}”没有收：{same.note}", field="file")
    if same is not None:
        raise UserError(
            f"“{material.name}”与已有的“{same.name}”是同一个文件，没有重复存放。", field="file"
        )
    if len(kept) >= MOST:
        raise UserError(f"一件提案最多存{MOST}份材料，请先移除不要的。", field="file")
    if sum(one.size for one in kept) + material.size > MOST_BYTES:
        most = megabytes(MOST_BYTES)
        raise UserError(f"一件提案的材料合计不能超过 {most} MB，请先移除不要的。", field="file")


def add(db: Connection, material: Material) -> int:
    """Keep a material and return its id; raises as :func:`check`."""
    check(db, material)
    made = new_id(
        db.execute(
            "INSERT INTO materials (matter, name, kind, digest, size, added, author, state, note)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (
                material.matter,
                material.name,
                material.kind,
                material.digest,
                material.size,
                material.added.isoformat(timespec="seconds"),
                material.author,
                material.state,
                material.note,
            ),
        )
    )
    if material.state == "正在识别":
        jobs.enqueue(db, jobs.MATERIAL, str(made), material.author)
    return made


def remove(db: Connection, matter: int, number: int, at: dt.datetime, by: str) -> bool:
    """Take a material off the matter; nothing is destroyed. Return whether it was there."""
    done = db.execute(
        "UPDATE materials SET removed = ?, removed_by = ?"
        " WHERE matter = ? AND id = ? AND removed IS NULL",
        (at.isoformat(timespec="seconds"), by, matter, number),
    )
    return bool(done.rowcount)


def restore(db: Connection, matter: int, number: int) -> bool:
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


def waiting(db: Connection, number: int) -> Material | None:
    """Return a material that waits to be looked at, ``None`` where it does not."""
    query = "SELECT * FROM materials WHERE state = '正在识别' AND id = ?"
    row = db.execute(query, (number,)).fetchone()
    return _material(row) if row else None


def all_waiting(db: Connection) -> list[tuple[int, str]]:
    """Return the materials that wait to be looked at, each with whose it is, the oldest first."""
    rows = db.execute("SELECT id, author FROM materials WHERE state = '正在识别' ORDER BY id")
    return [(row["id"], row["author"]) for row in rows]


def settle(db: Connection, number: int, state: State, note: str) -> bool:
    """Say what became of a material that was looked at; return whether nobody else has."""
    done = db.execute(
        "UPDATE materials SET state = ?, note = ? WHERE id = ? AND state = '正在识别'",
        (state, note, number),
    )
    return bool(done.rowcount)


def digests(db: Connection) -> list[str]:
    """Return the digests of all files that a material names, removed ones too."""
    rows = db.execute("SELECT DISTINCT digest FROM materials WHERE state = '' ORDER BY digest")
    return [str(row[0]) for row in rows]


def _material(row: Row) -> Material:
    return Material(
        *(row["id"], row["matter"], row["name"], row["kind"], row["digest"], row["size"]),
        dt.datetime.fromisoformat(row["added"]),
        row["author"],
        row["removed"] is not None,
        row["state"],
        row["note"],
    )
