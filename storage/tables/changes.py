"""What a piece of work changes in some tables, row by row, so that it can be taken back.

Temporary triggers note the rows; they are of this connection alone, so that what others do in the
meantime is never counted in. What is taken back must still stand as the work left it; then the
rows are changed back one by one in the opposite order.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from storage.connection import transaction
from storage.engine import Connection, dialect
from storage.tables import catalog

if TYPE_CHECKING:
    from storage.postgres.connection import PostgresConnection

Row = Mapping[str, Any]
_EVENTS = ("INSERT", "DELETE", "UPDATE")


@dataclass(frozen=True, slots=True)
class RowChange:
    """One change of one row, from what to what; ``None`` where there was, or is, none."""

    table: str
    before: Row | None
    after: Row | None


class Overtaken(Exception):
    """The rows do not stand any more as the work left them."""


@contextmanager
def watched(db: Connection, tables: Iterable[str]) -> Iterator[list[RowChange]]:
    """Yield a list that holds, after the block, what the block changed in ``tables``, in order.

    It stays empty where all rows are in the end as they were.
    """
    if dialect(db) == "postgresql":
        with _noted_in_postgres(cast("PostgresConnection", db), tuple(tables)) as changes:
            yield changes
        return
    found: list[RowChange] = []
    names = tuple(tables)
    (recursive,) = db.execute("PRAGMA recursive_triggers").fetchone()
    # Else INSERT OR REPLACE would throw a row out without a word.
    db.execute("PRAGMA recursive_triggers = ON")
    try:
        db.execute("CREATE TEMP TABLE noted_order (id INTEGER PRIMARY KEY)")
        for name in names:
            _watch(db, name)
        yield found
        noted = sorted((note for name in names for note in _noted(db, name)), key=lambda n: n[0])
        changes = [change for _, change in noted]
        if any(before != after for before, after in _ends(db, changes).values()):
            found += changes
    finally:
        for name in names:
            _forget(db, name)
        db.execute("DROP TABLE IF EXISTS temp.noted_order")
        db.execute(f"PRAGMA recursive_triggers = {int(recursive)}")


def reverse(db: Connection, changes: Sequence[RowChange]) -> list[RowChange]:
    """Put the rows back as they were; return what puts them forward again.

    Raises :class:`Overtaken` where a row is another one by now, or what has come since needs it;
    then nothing is changed.
    """
    try:
        with transaction(db):
            # A row may come back before the one that it belongs to.
            db.execute("PRAGMA defer_foreign_keys = ON")
            _check_ends(db, changes)
            for one in reversed(changes):
                _change_back(db, one)
            _check_references(db, {one.table for one in changes})
    except sqlite3.IntegrityError as error:
        raise Overtaken from error
    return [RowChange(one.table, one.after, one.before) for one in reversed(changes)]


def _check_ends(db: Connection, changes: Sequence[RowChange]) -> None:
    for (table, place), (_, after) in _ends(db, changes).items():
        if after is not None and set(after) != set(catalog.columns(db, table)):
            raise Overtaken
        where = " AND ".join(f"{_name(part)} IS ?" for part in catalog.key(db, table))
        now = db.execute(f"SELECT * FROM {_name(table)} WHERE {where}", place).fetchone()  # noqa: S608
        if (dict(now) if now else None) != (dict(after) if after is not None else None):
            raise Overtaken


def _change_back(db: Connection, one: RowChange) -> None:
    table, key = _name(one.table), catalog.key(db, one.table)
    where = " AND ".join(f"{_name(part)} IS ?" for part in key)
    place = [one.after[part] for part in key] if one.after is not None else []
    if one.before is None:
        db.execute(f"DELETE FROM {table} WHERE {where}", place)  # noqa: S608
        return
    if set(one.before) != set(catalog.columns(db, one.table)):
        raise Overtaken
    values = list(one.before.values())
    if one.after is None:
        names, marks = ", ".join(map(_name, one.before)), ", ".join("?" * len(values))
        db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)  # noqa: S608
    else:
        sets = ", ".join(f"{_name(column)} = ?" for column in one.before)
        db.execute(f"UPDATE {table} SET {sets} WHERE {where}", [*values, *place])  # noqa: S608


def _ends(
    db: Connection, changes: Iterable[RowChange]
) -> dict[tuple[str, tuple[Any, ...]], tuple[Row | None, Row | None]]:
    """Return each row that was touched, by table and key: as it was first, and as it is last."""
    found: dict[tuple[str, tuple[Any, ...]], tuple[Row | None, Row | None]] = {}
    for one in changes:
        key = catalog.key(db, one.table)
        # A row whose key changes goes at its old place and comes at its new one.
        for row, came in ((one.before, False), (one.after, True)):
            if row is None:
                continue
            place = (one.table, tuple(row[part] for part in key))
            first = found[place][0] if place in found else None if came else row
            found[place] = (first, row if came else None)
    return found


def _check_references(db: Connection, tables: set[str]) -> None:
    """Raise :class:`Overtaken` where a row refers to one that is not there."""
    if dialect(db) == "postgresql":
        db.execute("SET CONSTRAINTS ALL IMMEDIATE")
        return
    for table in catalog.referring(db, tables):
        if db.execute(f"PRAGMA foreign_key_check({_name(table)})").fetchone():
            raise Overtaken


# ------------------------------------------------------------------ noting


@contextmanager
def _noted_in_postgres(db: PostgresConnection, names: Sequence[str]) -> Iterator[list[RowChange]]:
    from storage.postgres import noting  # Only where it is used.

    found: list[RowChange] = []
    noting.begin(db, names)
    try:
        yield found
        changes = [RowChange(*one) for one in noting.noted(db)]
        if any(before != after for before, after in _ends(db, changes).values()):
            found += changes
    finally:
        if not db.in_transaction or not db.has_failed:
            noting.end(db)


def _watch(db: Connection, table: str) -> None:
    columns = catalog.columns(db, table)
    notes = _name(f"noted_{table}")
    sides = [f"{_name(f'{side}_{one}')}" for side in ("old", "new") for one in columns]
    db.execute(f"CREATE TEMP TABLE {notes} (noted, event, {', '.join(sides)})")
    for event in _EVENTS:
        old = ["NULL" if event == "INSERT" else f"OLD.{_name(one)}" for one in columns]
        new = ["NULL" if event == "DELETE" else f"NEW.{_name(one)}" for one in columns]
        db.execute(
            f"CREATE TEMP TRIGGER {_name(f'note_{event}_{table}')} AFTER {event}"  # noqa: S608
            f" ON main.{_name(table)} BEGIN INSERT INTO noted_order (id) VALUES (NULL);"
            f" INSERT INTO {notes} SELECT max(id), '{event}', {', '.join([*old, *new])}"
            " FROM noted_order; END"
        )


def _noted(db: Connection, table: str) -> Iterator[tuple[int, RowChange]]:
    columns = catalog.columns(db, table)
    for note in db.execute(f"SELECT * FROM temp.{_name(f'noted_{table}')}"):  # noqa: S608
        old, new = ({one: note[f"{side}_{one}"] for one in columns} for side in ("old", "new"))
        before, after = (
            None if note["event"] == "INSERT" else old,
            None if note["event"] == "DELETE" else new,
        )
        yield note["noted"], RowChange(table, before, after)


def _forget(db: Connection, table: str) -> None:
    for event in _EVENTS:
        db.execute(f"DROP TRIGGER IF EXISTS temp.{_name(f'note_{event}_{table}')}")
    db.execute(f"DROP TABLE IF EXISTS temp.{_name(f'noted_{table}')}")


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
