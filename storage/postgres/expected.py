"""What tables ought to be like, by laying them aside: PostgreSQL writes definitions its own way."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from storage.postgres.connection import PostgresConnection

_Answer = TypeVar("_Answer")


def aside(
    db: PostgresConnection,
    make: Callable[[PostgresConnection], object],
    ask: Callable[[PostgresConnection], _Answer],
) -> _Answer:
    """Return what ``ask`` finds of the tables that ``make`` makes in a schema that goes at once."""
    name = f"drafting_aside_{secrets.token_hex(4)}"
    other = PostgresConnection(db.url, Path(name))
    try:
        other.run(f'BEGIN; CREATE SCHEMA "{name}"')
        make(other)
        return ask(other)
    finally:
        other.run("ROLLBACK")
        other.close()
