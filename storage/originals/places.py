"""Which rows name files of the store: the one list that backup, clean-up and moving go by.

A test holds that no column of the schemas that looks like a digest is missing here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from storage.connection import connect_reading, transaction
from storage.engine import Connection, Row
from storage.originals.nouns import Originals
from storage.tables import catalog

_HEX = re.compile(rb"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Place:
    """A table whose rows name files by ``digest``, those ``where`` alone.

    ``content`` is the column in which a former program kept the bytes themselves; it is ``empty``
    where the digest names them. ``key`` tells the rows apart, ``label`` says which it is to people.
    """

    table: str
    digest: str
    where: str = ""
    content: str = ""
    key: str = ""
    empty: bytes | None = None
    label: str = "''"


PLACES: Mapping[str, tuple[Place, ...]] = {
    "casework.db": (
        Place(
            *("originals", "digest", "digest <> ''", "content", "matter", b""),
            label="'提案 ' || matter || ' 的原件 ' || name",
        ),
        Place(
            *("opinions", "digest", "digest <> ''", "content", "id"),
            label="'提案 ' || matter || ' 的会办意见 ' || name",
        ),
        Place(
            *("checks", "digest", "digest <> ''", "content", "id"),
            label="'校对的文稿 ' || name",
        ),
        # Those that were read; of a batch that is done with, matters name them.
        Place(
            *("batch_files", "sha256"),
            "state = 'read' AND sha256 IN"
            " (SELECT sha256 FROM batch_contents WHERE length(content) = 0)",
            label="'批量登记的文件 ' || name",
        ),
        Place(
            *("materials", "digest", "state = ''"),
            label="'提案 ' || matter || ' 的材料 ' || name",
        ),
        # Those that came wait below.
        Place(
            *("exchange_packages", "file", "file <> '' AND way = '出'"),
            label="'交换包 ' || number",
        ),
        Place(
            *("own_templates", "digest", "digest <> ''"),
            label="'模板 ' || file_name",
        ),
    ),
    "archive.db": (
        Place(
            *("documents", "original_digest", "original_digest <> ''", "original", "id"),
            label="'档案 ' || source",
        ),
        Place(
            *("trash", "original_digest", "original_digest <> ''", "original", "id"),
            label="'已删除的档案 ' || source",
        ),
    ),
}
"""By the database's name. Those whose digest names a file that waits are not among them."""

_WAITS = (
    ("materials", "digest", "state = '正在识别'"),
    ("exchange_packages", "file", "file <> '' AND way = '入'"),
    (
        *("batch_files", "sha256"),
        "state = 'waiting' AND batch IN"
        " (SELECT id FROM batches WHERE state NOT IN ('made', 'undone', 'dropped'))",
    ),
)
"""Rows of the matters whose files wait until they were looked at."""

HISTORIES: Mapping[str, tuple[tuple[str, str], ...]] = {"casework.db": (("undo_steps", "changes"),)}
"""Where rows are kept as they were, packed: what looks like a digest there is one."""


def referenced(db: Connection, name: str) -> frozenset[str]:
    """Return the digests that the rows of the database called ``name`` need.

    One statement sees one moment: a row that goes from one table into another is not missed in
    between. What is kept for an undo is looked through before and after it, for that goes both
    ways.
    """
    found = {*_in_histories(db, name)}
    found.update(str(row[0]) for row in db.execute(_all(name)))
    found.update(_in_histories(db, name))
    return frozenset(found)


def _all(name: str) -> str:
    return " UNION ".join(
        f"SELECT {one.digest} FROM {one.table} WHERE {one.where}"  # noqa: S608
        for one in PLACES[name]
    )


def waiting(db: Connection) -> frozenset[str]:
    """Return the digests of the files that wait to be looked at, of the open ``casework.db``."""
    query = " UNION ".join(
        f"SELECT {digest} FROM {table} WHERE {where}"  # noqa: S608
        for table, digest, where in _WAITS
    )
    return frozenset(str(row[0]) for row in db.execute(query))


def _in_histories(db: Connection, name: str) -> Iterator[str]:
    for table, column in HISTORIES.get(name, ()):
        for row in db.execute(f"SELECT {column} FROM {table}"):  # noqa: S608
            for digest in _HEX.findall(bytes(row[0])):
                yield digest.decode()


def whose(db: Connection, name: str, digests: Collection[str]) -> list[str]:
    """Say in Chinese which rows name any of ``digests``."""
    found = []
    for one in PLACES[name]:
        rows = db.execute(f"SELECT {one.digest}, {one.label} FROM {one.table} WHERE {one.where}")  # noqa: S608
        found += [str(row[1]) for row in rows if row[0] in digests]
    return found


def referenced_in(path: Path) -> frozenset[str]:
    """Return :func:`named` of the database at ``path``, which is only read.

    Raises :class:`sqlite3.DatabaseError`."""
    with closing(connect_reading(path)) as db:
        return named(db, path.name)


def named(db: Connection, name: str) -> frozenset[str]:
    """Return :func:`referenced`, of a database of a former program too, which named less."""
    return referenced(db, name) if _knows(db, name) else _former(db, name)


def whose_in(path: Path, digests: Collection[str]) -> list[str]:
    """Return :func:`whose` of the SQLite database at ``path``, which is only read."""
    with closing(connect_reading(path)) as db:
        return whose(db, path.name, digests) if _knows(db, path.name) else []


def _knows(db: Connection, name: str) -> bool:
    return all(one.digest in _columns(db, one.table) for one in PLACES[name])


def _former(db: Connection, name: str) -> frozenset[str]:
    """What a database names that was written before originals stood outside."""
    known = [
        one for one in PLACES[name] if not one.content and one.digest in _columns(db, one.table)
    ]
    found = (
        db.execute(f"SELECT {one.digest} FROM {one.table} WHERE {one.digest} <> ''")  # noqa: S608
        for one in known
    )
    return frozenset(str(row[0]) for rows in found for row in rows)


def _columns(db: Connection, table: str) -> set[str]:
    return {*catalog.columns(db, table)} if table in catalog.table_names(db) else set()


def still_inside(db: Connection, name: str) -> tuple[int, int]:
    """Return how many files a former program kept in rows, and how many bytes they have."""
    count = size = 0
    for one in _keeping(name):
        row = db.execute(
            f"SELECT count(*), coalesce(sum(length({one.content})), 0)"  # noqa: S608
            f" FROM {one.table} WHERE length({one.content}) > 0"
        ).fetchone()
        count, size = count + int(row[0]), size + int(row[1])
    return count, size


def move_out(db: Connection, name: str, store: Originals, most: int = 50) -> tuple[int, int]:
    """Bring up to ``most`` files of a former program from rows into the store.

    Returns how many and how many bytes; (0, 0) once there are none left. Each file is in the store
    before its row says so; a row that was changed in between is left to the next time.
    """
    moved = size = 0
    for one in _keeping(name):
        rows = db.execute(
            f"SELECT {one.key} AS place, {one.content} AS content FROM {one.table}"  # noqa: S608
            f" WHERE length({one.content}) > 0 ORDER BY {one.key} LIMIT ?",
            (most - moved,),
        ).fetchall()
        for row in rows:
            _move_row(db, one, row, store)
            moved, size = moved + 1, size + len(row["content"])
        if moved >= most:
            break
    return moved, size


def _move_row(db: Connection, one: Place, row: Row, store: Originals) -> None:
    content = bytes(row["content"])
    digest = store.put(content)
    with transaction(db):
        db.execute(
            f"UPDATE {one.table} SET {one.digest} = :digest, {one.content} = :empty"  # noqa: S608
            f" WHERE {one.key} = :place AND {one.content} = :content",
            {"digest": digest, "empty": one.empty, "place": row["place"], "content": content},
        )


def _keeping(name: str) -> tuple[Place, ...]:
    return tuple(one for one in PLACES[name] if one.content)
