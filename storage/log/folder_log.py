"""Backups and restores in the log: what is done to a whole data folder, with no database open."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from drafting.errors import UserError
from storage.connection import connect, is_there
from storage.log import audit

SYSTEM = audit.Actor("系统", "系统")
"""Does what the service does by itself."""


def record(
    path: Path,
    action: str,
    *,
    actor: audit.Actor,
    what: str,
    result: str = "成功",
    detail: str = "",
) -> bool:
    """Write an action into the log of the database at ``path``; return whether that could be done.

    The schema is left as it is: a backup put back for a former program must stay readable for it.
    A database that is not there, damaged, or older than its log takes no entry, and what was done
    with it stands all the same.
    """
    if not is_there(path):
        return False
    try:
        with closing(connect(path)) as db:
            audit.write(
                db,
                action,
                who=actor.who,
                where=actor.where,
                what=what,
                result=result,
                detail=detail,
            )
    except (UserError, sqlite3.DatabaseError):
        return False
    return True


def head(path: Path) -> str:
    """Return number and hash of the newest entry in the log at ``path``, as ``log verify`` prints
    them; nothing where it cannot be read.
    """
    if not is_there(path):
        return ""
    try:
        with closing(connect(path)) as db:
            number, newest = audit.head(db)
    except (UserError, sqlite3.DatabaseError):
        return ""
    return f"{number}:{newest}"
