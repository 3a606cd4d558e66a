"""Carries the rows of one database into another, of whichever engines the two are.

Table after table in the order of references, each in the order of its key, in batches of bounded
size. With each batch, in the same transaction, the target notes how far it has come, so that what
was cut off goes on there. The tables themselves are made before, by the one list of migrations.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, cast

from drafting.errors import UserError
from storage.connection import stream, transaction
from storage.engine import Connection, dialect
from storage.log import chain
from storage.tables import catalog

_LOG = "log"
"""Its texts keep a sign where NUL was: the chain is of what was there."""
NOTES = "moving_house"
"""The target's table of how far it has come; it goes at the end."""
BATCH_ROWS = 2_000
BATCH_BYTES = 8 << 20
_FITS: dict[str, tuple[type, ...]] = {
    "bigint": (int,),
    "double precision": (int, float),
    "text": (str,),
    "bytea": (bytes,),
}
Tell = Callable[[str, int, int], None]
"""Is told a table, how many of its rows are carried, and how many there are."""


@dataclass(frozen=True, slots=True)
class Sum:
    """What a table holds: how many rows, and a digest of them that knows no order."""

    rows: int
    digest: str


def silent(table: str, done: int, whole: int) -> None:
    """Tell nobody."""


def tables_of(db: Connection) -> list[str]:
    """Return the tables that are carried, each behind those that its rows refer to."""
    return [one for one in catalog.in_order(db) if one != NOTES]


def check_alike(source: Connection, target: Connection) -> list[str]:
    """Return the tables of ``source`` that are not the program's, which stay behind.

    Raises :class:`UserError` where its tables have not the columns that ``target`` has.
    """
    wanted, there = tables_of(target), catalog.table_names(source)
    if missing := [one for one in wanted if one not in there]:
        raise UserError(f"来源里缺少表 {'、'.join(missing)}，请先运行 drafting doctor 检查。")
    for table in wanted:
        have, due = catalog.columns(source, table), catalog.columns(target, table)
        if odd := sorted({*have} ^ {*due}):
            raise UserError(
                f"来源里表 {table} 的列 {'、'.join(odd)} 与程序的不一致，"
                "请先运行 drafting doctor 检查。"
            )
    return [one for one in there if one not in (NOTES, *catalog.HELPING, *wanted)]


# ------------------------------------------------------------------ what was noted


def begin(db: Connection, said: dict[str, Any]) -> None:
    """Make the table of notes; to be called in the transaction that makes the tables."""
    db.execute(f"CREATE TABLE {NOTES} (name TEXT PRIMARY KEY, state TEXT NOT NULL)")
    note(db, "from", said)


def note(db: Connection, name: str, state: dict[str, Any]) -> None:
    """Note ``state`` under ``name``, in place of what was noted there before."""
    db.execute(f"DELETE FROM {NOTES} WHERE name = ?", (name,))  # noqa: S608
    text = json.dumps(state, ensure_ascii=False, sort_keys=True)
    db.execute(f"INSERT INTO {NOTES} (name, state) VALUES (?, ?)", (name, text))  # noqa: S608


def noted(db: Connection, name: str) -> dict[str, Any] | None:
    """Return what was noted under ``name``, if anything."""
    if NOTES not in catalog.table_names(db):
        return None
    row = db.execute(f"SELECT state FROM {NOTES} WHERE name = ?", (name,)).fetchone()  # noqa: S608
    return None if row is None else cast("dict[str, Any]", json.loads(row[0]))


# ------------------------------------------------------------------ carrying


def carry(source: Connection, target: Connection, tell: Tell = silent) -> int:
    """Carry all rows that ``target`` has not yet; return from how many texts NUL was left out.

    Raises :class:`UserError` for a value that its column cannot hold, and the errors of
    ``sqlite3`` where one of the two fails.
    """
    cut = sum(_carry(source, target, table, tell) for table in tables_of(target))
    with transaction(target):
        for table, number in numbers(source).items():
            _set_number(target, table, number)
    return cut


def _carry(source: Connection, target: Connection, table: str, tell: Tell) -> int:
    state = noted(target, f"table {table}") or {"rows": 0, "after": None, "cut": 0}
    cut = int(state["cut"])
    if state.get("done"):
        return cut
    whole = int(source.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])  # noqa: S608
    columns, key = catalog.columns(target, table), catalog.key(target, table)
    places = [columns.index(one) for one in key]
    kinds = catalog.kinds(target, table)
    done = int(state["rows"])
    insert = _insert(table, columns)
    # Without a key there is no place to go on from: then all is one transaction.
    with _telling(source, table, columns, key), nullcontext() if key else transaction(target):
        for batch in _batches(_rows(source, table, columns, key, state["after"])):
            cut += _check(table, columns, kinds, key, batch)
            if table == _LOG:
                batch = [tuple(map(_seen, row)) for row in batch]
            with transaction(target):
                try:
                    target.executemany(insert, batch)
                except sqlite3.IntegrityError as error:
                    raise UserError(
                        f"表 {table} 里有不合规则的行（空值、重复或所指的行不在），没有搬；"
                        "请先运行 drafting doctor 检查来源。"
                    ) from error
                done += len(batch)
                after = [batch[-1][one] for one in places] or None
                note(target, f"table {table}", {"rows": done, "after": after, "cut": cut})
            tell(table, done, whole)
        note(target, f"table {table}", {"rows": done, "after": None, "cut": cut, "done": True})
    return cut


@contextmanager
def _telling(
    source: Connection, table: str, columns: Sequence[str], key: Sequence[str]
) -> Iterator[None]:
    """Say where the block fails for a text that is none: SQLite keeps any bytes as one."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if not isinstance(source, sqlite3.Connection) or "decode to UTF-8" not in str(error):
            raise
        raise UserError(
            f"表 {table} {_no_text(source, table, columns, key)}，没有搬；请先在来源里改正。"
        ) from error


def _no_text(db: sqlite3.Connection, table: str, columns: Sequence[str], key: Sequence[str]) -> str:
    """Say of which row which column holds bytes that are no text."""
    told = " || '、' || ".join(f'quote("{one}")' for one in key) or "'?'"
    for name in columns:
        rows = db.execute(
            f'SELECT {told}, CAST("{name}" AS BLOB) FROM "{table}"'  # noqa: S608
            f" WHERE typeof(\"{name}\") = 'text'"
        )
        for row in rows:
            try:
                bytes(row[1]).decode()
            except UnicodeDecodeError:
                return f"的列 {name} 有一个值不是 UTF-8 文字（{row[0]}）"
    return "有一个值不是 UTF-8 文字"


def _insert(table: str, columns: Sequence[str]) -> str:
    listed, marks = ", ".join(f'"{one}"' for one in columns), ", ".join("?" * len(columns))
    return f'INSERT INTO "{table}" ({listed}) VALUES ({marks})'  # noqa: S608


def _rows(
    db: Connection,
    table: str,
    columns: Sequence[str],
    key: Sequence[str],
    after: Sequence[Any] | None,
) -> Iterator[tuple[Any, ...]]:
    listed, ordered = (", ".join(f'"{one}"' for one in names) for names in (columns, key))
    sql = f'SELECT {listed} FROM "{table}"'  # noqa: S608
    if key and after:
        sql += f" WHERE ({ordered}) > ({', '.join('?' * len(key))})"
    if key:
        sql += f" ORDER BY {ordered}"
    return map(tuple, stream(db, sql, tuple(after or ())))


def _batches(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    batch: list[tuple[Any, ...]] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += sum(len(one) for one in row if isinstance(one, (str, bytes)))
        if len(batch) >= BATCH_ROWS or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _check(
    table: str,
    columns: Sequence[str],
    kinds: dict[str, str],
    key: Sequence[str],
    batch: Iterable[tuple[Any, ...]],
) -> int:
    """Return how many texts have a NUL that PostgreSQL has no room for.

    Raises :class:`UserError` for a value of another kind than its column: SQLite takes any.
    """
    if not kinds:
        return 0
    cut = 0
    fits = [_FITS.get(kinds[one]) for one in columns]
    for row in batch:
        for name, fit, value in zip(columns, fits, row, strict=True):
            if value is None or fit is None:
                continue
            if not isinstance(value, fit):
                which = "、".join(str(row[columns.index(one)]) for one in key)
                raise UserError(
                    f"表 {table} 的列 {name} 有一个值不是应有的类型（{which}），没有搬；"
                    "请先在来源里改正。"
                )
            cut += isinstance(value, str) and "\0" in value
    return cut


# ------------------------------------------------------------------ the numbers given so far


def numbers(db: Connection) -> dict[str, int]:
    """Return the highest number ever given in each table that gives numbers of its own."""
    own = {str(row[0]): int(row[1]) for row in db.execute("SELECT name, seq FROM sqlite_sequence")}
    if dialect(db) == "postgresql":
        for table, _, sequence in catalog.identities(db):
            row = db.execute(f"SELECT last_value, is_called FROM {sequence}").fetchone()  # noqa: S608
            own[table] = max(own.get(table, 0), int(row[0]) if row[1] else 0)
    return own


def _set_number(db: Connection, table: str, number: int) -> None:
    if dialect(db) == "postgresql":
        for name, column, sequence in catalog.identities(db):
            if name == table:
                top = db.execute(f'SELECT coalesce(max("{column}"), 0) FROM "{table}"').fetchone()  # noqa: S608
                highest = max(number, int(top[0]))
                db.execute(
                    "SELECT setval(?::regclass, ?, ?::boolean)",
                    (sequence, max(1, highest), "true" if highest else "false"),
                )
        db.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = ?", (number, table))
    elif number and table in _numbering(db):
        db.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        db.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, number))


def _numbering(db: Connection) -> set[str]:
    rows = db.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'")
    return {str(row[0]) for row in rows}


# ------------------------------------------------------------------ verification


def sums(db: Connection, tables: Iterable[str]) -> dict[str, Sum]:
    """Return what each table holds, the same for the same rows in either engine."""
    return {table: _sum(db, table) for table in tables}


def _sum(db: Connection, table: str) -> Sum:
    listed = ", ".join(f'"{one}"' for one in sorted(catalog.columns(db, table)))
    whole, count = 0, 0
    for row in stream(db, f'SELECT {listed} FROM "{table}"'):  # noqa: S608
        row = map(_seen, row) if table == _LOG else row
        whole += int.from_bytes(hashlib.sha256(b"".join(map(_canonical, row))).digest())
        count += 1
    return Sum(count, f"{whole % (1 << 256):064x}")


def _seen(value: Any) -> Any:
    return value.replace("\0", chain.NO_CHARACTER) if isinstance(value, str) else value


def _canonical(value: Any) -> bytes:
    if value is None:
        return b"n"
    if isinstance(value, int):
        return b"i%d;" % value
    if isinstance(value, float):
        return b"f%s;" % repr(value + 0.0).encode()  # SQLite has no zero below zero.
    content = value.replace("\0", "").encode() if isinstance(value, str) else bytes(value)
    return (b"t" if isinstance(value, str) else b"b") + b"%d;" % len(content) + content


def unlike(source: dict[str, Sum], target: dict[str, Sum]) -> list[str]:
    """Say in Chinese where two databases hold other rows."""
    return [
        f"表 {table}：来源 {one.rows} 行，目标 {target[table].rows} 行"
        + ("，内容不同" if one.rows == target[table].rows else "")
        for table, one in source.items()
        if one != target[table]
    ]
