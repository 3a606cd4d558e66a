"""sqlite-utils as the toolbox of the databases: introspection, changes of tables, upserts.

``toolbox(db)`` wraps a connection for whatever does not run on every page: a migration step
(``create_table``, ``add_column``, ``transform``), a small table (``upsert_all``, ``lookup``), the
schema. Each write introspects its table first, and the import costs 25 ms, so the statements of the
pages stay SQL on the connection, and sqlite-utils is loaded at its first use.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING

from storage.engine import Connection

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations


def toolbox(db: Connection) -> Database:
    """Give sqlite-utils' ``Database`` on ``db``; call its writes inside a transaction of ours.

    The connection stays as it is: no plugin is run on it, and triggers stay as they were (with
    ``recursive_triggers`` a REPLACE would ask the triggers on deletion).
    """
    from sqlite_utils import Database  # No start needs it, and it costs one 25 ms.

    assert isinstance(db, sqlite3.Connection)  # sqlite-utils knows no other engine.
    return Database(db, recursive_triggers=False, execute_plugins=False)


def migrations(name: str, steps: list[tuple[str, Callable[[Database], None]]]) -> Migrations:
    """Give sqlite-utils' ``Migrations`` of this name with the named ``steps`` in order."""
    from sqlite_utils import Migrations  # As above.

    known = Migrations(name)
    for called, step in steps:
        known(name=called)(step)
    return known
