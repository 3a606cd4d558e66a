"""Statements that are put together, for both engines alike."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from storage.engine import Connection, Cursor, dialect


def upsert(table: str, columns: Sequence[str], key: Sequence[str]) -> str:
    """Return the INSERT of a row of ``columns`` that takes the place of the one with its ``key``.

    ``key`` are columns that have a PRIMARY KEY or UNIQUE of their own; the values are by place.
    """
    marks = ", ".join("?" * len(columns))
    others = [one for one in columns if one not in key]
    told = ", ".join(f"{one} = excluded.{one}" for one in others)
    then = f"UPDATE SET {told}" if told else "NOTHING"
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608
        f" ON CONFLICT ({', '.join(key)}) DO {then}"
    )


def new_id(done: Cursor) -> int:
    """Return what an ``INSERT … RETURNING id`` of one row told.

    To the last row: SQLite commits nothing while a statement is under way.
    """
    (row,) = done.fetchall()
    return int(row[0])


def among(db: Connection, numbers: Collection[int]) -> tuple[str, Sequence[int | str]]:
    """Return the condition that a column is one of ``numbers``, behind its name, and the values.

    PostgreSQL takes all as one value, so that the statement's text is the same however many they
    are and its plan is kept; SQLite looks up a list of values the quickest.
    """
    if dialect(db) == "postgresql":
        return "= ANY(CAST(? AS _int8))", (f"{{{','.join(map(str, numbers))}}}",)
    return f"IN ({','.join('?' * len(numbers))})", tuple(numbers)


def claim(db: Connection, table: str, changes: str, which: str, order: str) -> str:
    """Return the UPDATE that makes ``changes`` to the first row of ``table`` for which ``which``
    holds, by ``order``, and returns that row.

    Of several who run it at once each gets another row: SQLite has one writer at a time,
    PostgreSQL passes over what somebody else is just taking.
    """
    passing = " FOR UPDATE SKIP LOCKED" if dialect(db) == "postgresql" else ""
    return (
        f"UPDATE {table} SET {changes} WHERE id = (SELECT id FROM {table}"  # noqa: S608
        f" WHERE {which} ORDER BY {order} LIMIT 1{passing}) RETURNING *"
    )
