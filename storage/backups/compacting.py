"""Gives the room back to the disk that a database no longer needs within its files."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from drafting.errors import UserError
from storage.backups.backup import DATABASES
from storage.connection import connect, is_full
from storage.lock import exclusive


def compact(data_folder: Path) -> tuple[int, int]:
    """Write the databases of ``data_folder`` anew without their gaps; return the bytes of their
    files before and after.

    Raises :class:`UserError` while a service runs, and where the disk has no room for a copy.
    """
    there = [data_folder / name for name in DATABASES if (data_folder / name).exists()]
    before = sum(path.stat().st_size for path in there)
    with exclusive(data_folder, "压缩数据库"):
        for path in there:
            with closing(connect(path)) as db:
                try:
                    db.execute("VACUUM")
                    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                except sqlite3.OperationalError as error:
                    why = "磁盘空间不足" if is_full(error) else "另一个程序占用着它"
                    raise UserError(
                        f"{path.name} 没有压缩成：{why}。内容没有变，可以照常使用。"
                    ) from error
    return before, sum(path.stat().st_size for path in there)
