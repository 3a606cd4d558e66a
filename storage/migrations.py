"""Numbered migrations: a list of small functions, applied once each, in order.

The state is SQLite's own ``user_version``, written in the same transaction as the step.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

from drafting.errors import UserError
from storage.connection import transaction

Migration = Callable[[sqlite3.Connection], None]


def migrate(db: sqlite3.Connection, steps: Sequence[Migration]) -> int:
    """Bring ``db`` to the newest schema and return its version.

    Raises :class:`UserError` if a newer program has already written the database.
    """
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version > len(steps):
        raise UserError("数据是由更新版本的程序写入的，请先升级程序，再打开这个数据目录。")
    for number, step in enumerate(steps[version:], start=version + 1):
        with transaction(db):
            # Two processes may start at once: whoever comes second finds the step done.
            if int(db.execute("PRAGMA user_version").fetchone()[0]) >= number:
                continue
            step(db)
            db.execute(f"PRAGMA user_version = {number:d}")
    return len(steps)
