"""The tables of a new data folder, laid once in a test process and copied into each folder after.

Most tests open a folder of their own; most of that time went into the same fifty steps of
migration, and into waiting for the disk. What is copied is what the steps have made in this
process, kept by the steps themselves, so that a test that has others gets theirs. A folder with a
database in it, of this version or another, is opened as ever; so is each that another process
opens first. ``tests/test_laid_once.py`` holds a copy against what the steps make.
"""

from __future__ import annotations

import functools
import itertools
import os
import secrets
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import casework.store
import corpus.archive
from casework import Casework
from corpus import Archive
from storage import database

# What the steps draw by lot for each database: whose the originals beside it are, which index.
_DRAWN = {
    "casework.db": "SELECT id FROM originals_owner",
    "archive.db": "SELECT value FROM settings WHERE name IN ('originals_owner', 'index_stamp')",
}
_kept: dict[tuple[object, ...], tuple[bytes, list[str]]] = {}
_number = itertools.count()


def install() -> None:
    """Have the stores of this process open new folders so."""
    for store, module in ((Casework, casework.store), (Archive, corpus.archive)):
        if not hasattr(store.open, "__wrapped__"):
            store.open = classmethod(_opener(store.open.__func__, module))  # type: ignore[method-assign, attr-defined]


def _opener(as_ever: Callable[..., Any], module: Any) -> Callable[..., Any]:
    @functools.wraps(as_ever)
    def opened(cls: type, data_folder: Path, *more: Any, **named: Any) -> Any:
        path = data_folder / module.FILE_NAME
        if not database.url_of(data_folder) and not any(data_folder.glob(f"{path.name}*")):
            key = (cls, *module.STEPS)
            if key not in _kept:
                _kept[key] = _made(functools.partial(as_ever, cls), path.name)
            with suppress(OSError):  # No folder, no room: the store itself says so.
                _copy(*_kept[key], path)
        return as_ever(cls, data_folder, *more, **named)

    return opened


def _made(opener: Callable[[Path], Any], name: str) -> tuple[bytes, list[str]]:
    with tempfile.TemporaryDirectory() as folder:
        opener(Path(folder)).close()
        path = Path(folder) / name
        with closing(sqlite3.connect(path)) as db:
            drawn = [str(value) for (value,) in db.execute(_DRAWN[name])]
        return path.read_bytes(), drawn


def _copy(content: bytes, drawn: list[str], path: Path) -> None:
    for one in drawn:
        content = content.replace(one.encode(), _another(one).encode())
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".laid-{os.getpid()}-{next(_number)}")
    try:
        beside.write_bytes(content)
        with suppress(FileExistsError):  # Of two that open it at once one was first.
            path.hardlink_to(beside)
    finally:
        beside.unlink(missing_ok=True)


def _another(drawn: str) -> str:
    """Draw another that is written as long."""
    if drawn.isdigit():
        least = 10 ** (len(drawn) - 1)
        return str(least + secrets.randbelow(int(drawn) - least + 1))
    return secrets.token_hex(len(drawn) // 2)
