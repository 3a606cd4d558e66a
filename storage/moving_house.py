"""Moves a data folder's databases to the other engine: into PostgreSQL, or back into files.

The tables are carried aside (:mod:`storage.tables.carrying`), compared row by row by their sums,
the chain of the log verified against its old head; only then are they put in their place, all at
one moment. Cut off at any time, the next run goes on where it was. What is moved is only read, and
left as it is.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drafting.errors import UserError
from storage import database
from storage.backups.backup import DATABASES, sync
from storage.backups.restoring import finish_restore, rescue_folder, swap
from storage.configuration import switch_database
from storage.connection import connect_file, read_file, reason, transaction
from storage.engine import Connection
from storage.lock import exclusive
from storage.log import audit
from storage.migrations import migrate
from storage.tables import carrying
from storage.tables.filling import Plan, Steps, emptied, filled, forget, into_schema

STAGE = "moving-house"
_WHAT = "搬迁"
_DRIVER = "没有安装 PostgreSQL 的驱动（psycopg），请用完整的安装包安装。"


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved: how many rows of each database, and where the former files are, if any."""

    source: str
    target: str
    rows: dict[str, int]
    kept: str = ""


def move(
    data_folder: Path,
    url: str,
    steps: Steps,
    actor: audit.Actor,
    say: Callable[[str], None],
    tell: carrying.Tell = carrying.silent,
) -> Moved:
    """Move what the data folder has to PostgreSQL at ``url``, or with "" into files of its own.

    Raises :class:`UserError` where that cannot be, or the two were not alike behind it; what is
    configured stays as it is (:func:`switch`).
    """
    finish_restore(data_folder)
    with exclusive(data_folder, _WHAT):
        now = database.url_of(data_folder)
        if url and now:
            raise UserError(
                "现在用的已经是 PostgreSQL（database.url）。数据还在本目录的文件里没有搬的，"
                "先从配置里去掉 database.url，再搬。"
            )
        if not url and not now:
            raise UserError("现在用的已经是数据目录里的 SQLite，不用搬。")
        try:
            if url:
                where = database.address(data_folder, url)
                return _into_postgres(data_folder, where, steps, actor, say, tell)
            return _into_files(data_folder, now, steps, actor, say, tell)
        except sqlite3.DatabaseError as error:
            raise UserError(
                f"没有搬完：{reason(error)}。来源没有动；排除原因后再运行一次，从断处接着搬。"
            ) from error
        except ImportError as error:
            raise UserError(_DRIVER) from error


def switch(data_folder: Path, url: str) -> Path:
    """Have the folder's configuration name ``url`` ("": its own files); return that file.

    Raises :class:`UserError` where it cannot be written.
    """
    file = database.file_of(data_folder)
    switch_database(data_folder, file, url)
    return file


# ------------------------------------------------------------------ into PostgreSQL


def _into_postgres(
    data_folder: Path,
    url: str,
    steps: Steps,
    actor: audit.Actor,
    say: Callable[[str], None],
    tell: carrying.Tell,
) -> Moved:
    from storage.postgres import staging

    names = [name for name in DATABASES if (data_folder / name).exists()]
    if not names:
        raise UserError(f"数据目录“{data_folder}”里没有可搬的数据。")
    plan = Plan(steps, actor, f"SQLite {data_folder.resolve()}", staging.called(url), say, tell)
    with closing(staging.place_of(url, DATABASES[0])) as db:
        staging.check_usable(db)
        staging.check_alone(db)
        if there := sorted({Path(one).stem for one in DATABASES} & staging.schemas(db)):
            raise UserError(
                f"目标数据库里已经有数据（模式 {'、'.join(there)}），没有搬；请另建一个空的数据库。"
            )
        with ExitStack() as opened:
            sources: dict[str, Connection] = {}
            for name in names:
                sources[name] = opened.enter_context(closing(read_file(data_folder / name)))
                sources[name].execute("BEGIN")
            rows = {name: into_schema(plan, sources[name], url, name, anew=False) for name in names}
        staging.put_in_place(db, names, "", lambda done: forget(done, names))
    return Moved(plan.source, plan.target, rows)


# ------------------------------------------------------------------ into files


def _into_files(
    data_folder: Path,
    url: str,
    steps: Steps,
    actor: audit.Actor,
    say: Callable[[str], None],
    tell: carrying.Tell,
) -> Moved:
    from storage.postgres import staging

    plan = Plan(steps, actor, staging.called(url), f"SQLite {data_folder.resolve()}", say, tell)
    stage = data_folder / STAGE
    with closing(staging.place_of(url, DATABASES[0])) as db:
        there = staging.schemas(db)
        names = [name for name in DATABASES if Path(name).stem in there]
        if not names:
            raise UserError(f"{plan.source} 里没有可搬的数据。")
        staging.check_alone(db)
    _check_room(data_folder, staging.size(url, names))
    with staging.one_moment(url, names) as sources:
        rows = {name: _into_file(plan, sources[name], stage / name, name) for name in names}
    with closing(staging.place_of(url, DATABASES[0])) as db:
        staging.check_alone(db)  # What others wrote meanwhile would not be in the files.
    for name in names:
        with closing(connect_file(stage / name)) as made:
            made.execute(f"DROP TABLE IF EXISTS {carrying.NOTES}")
        sync(stage / name)
    kept = ""
    if any((data_folder / name).exists() for name in names):
        kept = rescue_folder(data_folder).name
    for name in names:
        swap(stage / name, data_folder / name, data_folder / (kept or STAGE) / name)
    sync(data_folder)
    shutil.rmtree(stage, ignore_errors=True)
    return Moved(plan.source, plan.target, rows, kept)


def _into_file(plan: Plan, source: Connection, file: Path, name: str) -> int:
    target = connect_file(file)

    def prepare(said: dict[str, Any]) -> None:
        nonlocal target
        target.close()
        for one in (file, *(file.with_name(file.name + ending) for ending in ("-wal", "-shm"))):
            one.unlink(missing_ok=True)
        target = connect_file(file)
        migrate(target, plan.steps[name])
        with transaction(target):
            carrying.begin(emptied(target), said)

    try:
        return filled(plan, source, lambda: target, name, prepare)
    finally:
        target.close()


def _check_room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise UserError(f"数据目录空间不足：剩 {free >> 20} MB，至少要 {(needed >> 20) + 1} MB。")
