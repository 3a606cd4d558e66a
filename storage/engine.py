"""What the program asks of a database, whichever engine it is.

The statements are SQL that SQLite and PostgreSQL both understand; where one text cannot serve
both, it is written as SQLite has it and :mod:`storage.postgres.dialect` says it for PostgreSQL.
``sqlite3``'s own connection is one of these; PostgreSQL's is
:class:`storage.postgres.connection.PostgresConnection`. Both raise the errors of ``sqlite3``, which
are those of DB-API 2 (PEP 249).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, Protocol

Parameters = Sequence[Any] | Mapping[str, Any]


class Row(Protocol):
    """A row: values by place and by name."""

    def __getitem__(self, key: int | str, /) -> Any:
        """Return a value."""
        ...

    def __iter__(self) -> Iterator[Any]:
        """Yield the values."""
        ...

    def __len__(self) -> int:
        """Return how many values there are."""
        ...

    def keys(self) -> Iterable[str]:
        """Return the columns' names."""
        ...


class Cursor(Protocol):
    """What a statement found or did."""

    @property
    def rowcount(self) -> int:
        """How many rows an INSERT, UPDATE or DELETE touched."""
        ...

    def fetchone(self) -> Any:
        """Return the next row, ``None`` behind the last."""
        ...

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""
        ...

    def __iter__(self) -> Iterator[Any]:
        """Yield the rows that are left."""
        ...


class Connection(Protocol):
    """A connection in autocommit mode; :func:`storage.transaction` makes several writes one."""

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is under way."""
        ...

    @property
    def total_changes(self) -> int:
        """How many rows were inserted, updated or deleted by it so far."""
        ...

    def execute(self, sql: str, parameters: Parameters = ..., /) -> Cursor:
        """Run one statement; ``?`` stands for a value by place, ``:name`` for one by name."""
        ...

    def executemany(self, sql: str, parameters: Iterable[Parameters], /) -> Cursor:
        """Run one statement for each of ``parameters``."""
        ...

    def close(self) -> None:
        """Close it; what a transaction under way has written is given up."""
        ...


def dialect(db: Connection) -> Literal["sqlite", "postgresql"]:
    """Return which engine a connection is of."""
    return "sqlite" if isinstance(db, sqlite3.Connection) else "postgresql"
