"""What a session has to itself: small tables that it sets whole, as who reads and what he is shown.

In SQLite they are temporary tables. In PostgreSQL a temporary table would take a transaction's
number each time it is filled, and leave dead rows in the catalogs: there they are views of settings
of the session, which a transaction that only reads may set too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from storage.engine import Connection, Parameters, dialect

if TYPE_CHECKING:
    from storage.postgres.connection import PostgresConnection


def make(db: Connection, name: str, columns: Mapping[str, str]) -> None:
    """Make the table ``temp.name`` without rows; ``columns`` are INTEGER or TEXT."""
    if dialect(db) == "sqlite":
        listed = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        db.execute(f"CREATE TEMP TABLE {name} ({listed})")
        return
    listed = ", ".join(
        f"{column} {kind.replace('INTEGER', 'BIGINT')}" for column, kind in columns.items()
    )
    _postgres(db).run(
        f"CREATE TEMP VIEW {name} AS SELECT * FROM json_to_recordset(coalesce("  # noqa: S608
        f"nullif(current_setting('drafting.{name}', true), ''), '[]')::json) AS t({listed})"
    )


def fill(db: Connection, name: str, query: str, parameters: Parameters = ()) -> None:
    """Have the table hold what ``query`` finds, whose columns are its own, and nothing else."""
    if dialect(db) == "sqlite":
        db.execute(f"DELETE FROM temp.{name}")  # noqa: S608
        db.execute(f"INSERT INTO temp.{name} {query}", parameters)
        return
    db.execute(
        f"SELECT set_config('drafting.{name}',"  # noqa: S608
        f" (SELECT coalesce(json_agg(t), '[]')::text FROM ({query}) AS t), false)",
        parameters,
    )


@contextmanager
def at_once(db: Connection) -> Iterator[None]:
    """Have what is made for the session in this block be one transaction; no writer waits for it.

    In PostgreSQL each statement that makes a view would else be written to the disk by itself.
    """
    if dialect(db) == "sqlite":
        yield
        return
    # Also where the server is told to read only: what is made goes with the session.
    _postgres(db).run("BEGIN READ WRITE")
    yield
    _postgres(db).run("COMMIT")


def keep_plans(db: Connection) -> None:
    """Have a statement that is sent again keep its plan whatever its values are: for a session
    that looks up by keys alone. SQLite keeps them always."""
    if dialect(db) == "postgresql":
        _postgres(db).run("SET plan_cache_mode = force_generic_plan")


def _postgres(db: Connection) -> PostgresConnection:
    return cast("PostgresConnection", db)
