"""An office with something in each table, and what a database holds, row by row."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from casework import Casework
from casework.procedure import numbers
from drafting.model import Draft, Proposal
from drafting.profile import load_profile
from storage.connection import connect_file
from storage.engine import Connection
from storage.log import audit
from storage.originals.places import PLACES
from storage.tables import carrying, catalog

PACKED = {("trash", "record")}
"""Declared as text, and bytes: SQLite takes either."""
DIGESTS = {(one.table, one.digest) for places in PLACES.values() for one in places}

ACTOR = audit.Actor("林知远", "命令行")


def filled(folder: Path, fill: Callable[[Path], Path]) -> Path:
    """Fill ``folder``: the sample archive, matters with all they leave behind, and rows of
    invented values wherever there are none yet."""
    fill(folder)
    with Casework.open(folder, ACTOR) as casework:
        for number in range(4):
            subject = f"关于第{number}号老旧小区加装电梯的提案"
            matter = casework.create_matter(
                Proposal(subject=subject), original=(f"{number}.pdf", bytes(range(256)) * 40)
            )
            give(casework, matter)
        casework.add_phrase("感谢您对我市工作的关心和支持。", author="林知远")
        casework.delete(2)
        casework.people.add("林知远", "青岚2026城管")
    for name in ("archive.db", "casework.db"):
        with closing(connect_file(folder / name)) as db:
            if name == "archive.db":
                audit.write(db, "导入档案", who="林知远", where="命令行", detail="三十七件")
            for table in carrying.tables_of(db):
                if not db.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]:  # noqa: S608
                    _invent(db, table)
    return folder


def give(casework: Casework, matter: int) -> str:
    """Give a matter the next document number."""
    profile = load_profile("default")
    return numbers.give(casework.db, profile, Draft(Proposal()), matter=matter, round=1, year=2026)


def _invent(db: sqlite3.Connection, table: str) -> None:
    parents = {
        row[3]: (row[2], row[4]) for row in db.execute(f'PRAGMA foreign_key_list("{table}")')
    }
    columns = db.execute("SELECT * FROM pragma_table_info(?)", (table,)).fetchall()
    (sql,) = db.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    allowed = dict(re.findall(r"CHECK \((\w+) IN \('([^']+)'", sql))
    for number in range(1, 4):
        values: list[Any] = []
        for column in columns:
            parent = parents.get(column["name"])
            if parent is not None:
                row = db.execute(f'SELECT "{parent[1]}" FROM "{parent[0]}"').fetchone()  # noqa: S608
                values.append(row[0] if row else None)
            else:
                values.append(allowed.get(column["name"]) or _value(table, column, number))
        listed = ", ".join(f'"{one["name"]}"' for one in columns)
        marks = ", ".join("?" * len(columns))
        with suppress(sqlite3.IntegrityError):
            db.execute(f'INSERT INTO "{table}" ({listed}) VALUES ({marks})', values)  # noqa: S608


def _value(table: str, column: Any, number: int) -> Any:
    if (table, column["name"]) in DIGESTS:
        return hashlib.sha256(b"%d" % number).hexdigest()
    kind = "BLOB" if (table, column["name"]) in PACKED else str(column["type"]).upper()
    if kind.startswith("INT"):
        return number if column["pk"] or column["notnull"] else None
    if kind in ("REAL", "FLOAT"):
        return number + 0.1
    if kind == "BLOB":
        return bytes([0, 255, 10, number]) * 3
    return (
        f"值{number}：‘引号’\n第二行\t😀"
        if number < 3 or column["notnull"] or column["pk"]
        else None
    )


def content(db: Connection) -> dict[str, list[str]]:
    """Return all rows of all tables, with the types of their values, in an order of their own."""
    return {
        table: sorted(repr(tuple(row)) for row in _rows(db, table))
        for table in carrying.tables_of(db)
    }


def _rows(db: Connection, table: str) -> Iterator[Any]:
    listed = ", ".join(f'"{one}"' for one in sorted(catalog.columns(db, table)))
    return iter(db.execute(f'SELECT {listed} FROM "{table}"'))  # noqa: S608
