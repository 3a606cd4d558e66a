"""Checks at each start that the databases are intact, before a page can write to them."""

from __future__ import annotations

from pathlib import Path

from drafting.errors import UserError
from storage import database
from storage.backups.backup import DATABASES, check_integrity
from storage.backups.daily import backups

_CALLED = {
    "casework.db": ("办件数据库 casework.db", "casework", "档案不受影响，不必重新导入。"),
    "archive.db": (
        "档案数据库 archive.db",
        "archive",
        "办件不受影响；没有备份时，可把 archive.db 移到别处再启动，重新导入往年文件。",
    ),
}


def check_databases(data_folder: Path, backup_folder: Path) -> None:
    """Raise :class:`UserError` where a database is damaged, with what to do about it."""
    found = backups(backup_folder)
    latest = str(found[-1][1]) if found else ""
    wrong = {}
    for name in DATABASES:
        said = what_is_wrong(data_folder / name, backed_up=bool(found))
        if said:
            wrong[name] = said
    if wrong:
        raise UserError("\n".join(_advice(name, said, latest) for name, said in wrong.items()))


def what_is_wrong(path: Path, *, backed_up: bool) -> str | None:
    """Return what is wrong with a database; ``None`` for a sound one and for one not yet made.

    An empty file is a new database to SQLite. Where backups exist there was something in it.
    """
    # PostgreSQL looks after its own pages: `data_checksums` of the server.
    if database.url_of(path.parent) or not path.exists():
        return None
    if path.stat().st_size == 0:
        return "文件是空的" if backed_up else None
    return check_integrity(path)


def _advice(name: str, said: str, latest: str) -> str:
    called, short, others = _CALLED[name]
    source = latest or "备份文件"
    none = "" if latest else "（没有找到每日备份，请查找另存的备份）"
    return (
        f"{called} 有问题：{said}，服务没有启动。"
        f"请运行 drafting restore {source} --only {short} 恢复{none}。{others}"
    )
