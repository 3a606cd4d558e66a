"""Fills the tables of one database from another, in either engine, and proves that they are alike.

What moves house, a backup and a restore have in common.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drafting.errors import UserError
from storage.connection import connect_file, reason, transaction
from storage.engine import Connection, dialect
from storage.log import audit
from storage.migrations import Migration, in_memory, migrate
from storage.tables import carrying

if TYPE_CHECKING:
    from storage.postgres.connection import PostgresConnection

MOVED = "搬迁数据库"
Steps = Mapping[str, Sequence[Migration]]
"""The migrations of each database, by its name."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is common to all parts of a move: who does it, from where and to where, who is told."""

    steps: Steps
    actor: audit.Actor
    source: str
    target: str
    say: Callable[[str], None]
    tell: carrying.Tell = carrying.silent


def into_schema(plan: Plan, source: Connection, url: str, name: str, *, anew: bool) -> int:
    """Fill the schema aside of database ``name`` at ``url``; return how many rows.

    ``anew``: what an earlier run has left there is not gone on with. Raises :class:`UserError`.
    """
    from storage.postgres import staging

    steps = plan.steps[name]
    with closing(staging.staged(url, name)) as target:
        if target.schema in staging.schemas(target) and carrying.noted(target, "from") is None:
            raise UserError(
                f"目标数据库里名为 {target.schema} 的模式不是本程序的，请换一个数据库。"
            )
        return filled(
            plan,
            source,
            target,
            name,
            lambda said: staging.prepare(
                target,
                lambda: in_memory(steps),
                len(steps),
                lambda made: carrying.begin(emptied(made), said),
            ),
            anew=anew,
        )


def forget(db: PostgresConnection, names: Sequence[str]) -> None:
    """Drop the notes of how far it has come."""
    for name in names:
        db.run(f'DROP TABLE "{Path(name).stem}".{carrying.NOTES}')


def put_back_in_postgres(
    url: str,
    files: Mapping[str, Path],
    kept: str,
    steps: Steps,
    note: Callable[[Connection, str], None],
) -> list[str]:
    """Replace databases at ``url`` by ``files``, all at one moment; return what is put aside.

    ``note`` writes into the log of each what was done. Raises :class:`UserError`; nothing is
    changed then.
    """
    from storage.postgres import staging

    plan = Plan(steps, audit.Actor(), "备份", staging.called(url), lambda _: None)
    try:
        with closing(staging.place_of(url, next(iter(files)))) as db:
            staging.check_usable(db)
            staging.check_alone(db)
            for name, file in files.items():
                with closing(connect_file(file)) as source:
                    migrate(source, steps[name])
                    source.execute("BEGIN")
                    into_schema(plan, source, url, name, anew=True)
                with closing(staging.staged(url, name)) as target:
                    note(target, name)
            return staging.put_in_place(
                db, list(files), kept, lambda done: forget(done, list(files))
            )
    except sqlite3.DatabaseError as error:
        raise UserError(f"恢复不了：{reason(error)}，原有数据没有动。") from error


def copy_out(url: str, folder: Path, names: Sequence[str], steps: Steps) -> Iterator[Path]:
    """Yield each database at ``url`` as a file in ``folder``, all of one moment.

    Raises :class:`UserError`, and OSError where there is no room.
    """
    from storage.postgres import staging

    with staging.one_moment(url, names) as sources:
        for name in names:
            _check_version(sources[name], name, len(steps[name]))
            file = folder / name
            with closing(connect_file(file)) as made:
                made.execute("PRAGMA synchronous = OFF")
                migrate(made, steps[name])
                with transaction(made):
                    carrying.begin(emptied(made), {})
                carrying.check_alike(sources[name], made)
                carrying.carry(sources[name], made)
                made.execute(f"DROP TABLE {carrying.NOTES}")
            yield file


# ------------------------------------------------------------------ filling one database


def emptied(db: Any) -> Any:
    """Take out what the migrations themselves put in: it comes with the rest."""
    for table in reversed(carrying.tables_of(db)):
        db.execute(f'DELETE FROM "{table}"')  # noqa: S608
    return db


def filled(
    plan: Plan,
    source: Connection,
    target: Connection | Callable[[], Connection],
    name: str,
    prepare: Callable[[dict[str, Any]], None],
    *,
    anew: bool = False,
) -> int:
    """Fill a target until it is what the source is; return how many rows that are."""

    def at() -> Connection:
        return target() if callable(target) else target

    _check_version(source, name, len(plan.steps[name]))
    verdict = audit.verify(source)
    if verdict.faults:
        raise UserError(f"{name} 的日志校验不通过，没有搬：{'；'.join(verdict.faults[:3])}。")
    said = {"source": plan.source, "head": f"{verdict.last}:{verdict.hash}"}
    before = None if anew else carrying.noted(at(), "from")
    if before == said:
        plan.say(f"{name}：上次没有搬完，接着搬。")
    else:
        if before is not None:
            plan.say(f"{name}：来源在上次没有搬完后又有变化，重新搬。")
        prepare(said)
    for table in carrying.check_alike(source, at()):
        plan.say(f"{name}：表 {table} 不是本程序的，没有搬。")
    if carrying.noted(at(), "logged") is None:
        cut = carrying.carry(source, at(), plan.tell)
        if cut and dialect(at()) == "postgresql":
            plan.say(f"{name}：{cut} 处文字里有看不见的空字符（NUL），PostgreSQL 存不了，已去掉。")
        _verify(plan, source, at(), name, verdict)
    return sum(
        int((carrying.noted(at(), f"table {one}") or {"rows": 0})["rows"])
        for one in carrying.tables_of(at())
    )


def _verify(
    plan: Plan, source: Connection, target: Connection, name: str, verdict: audit.Verdict
) -> None:
    plan.say(f"{name}：逐表核对两边的行数和内容。")
    tables = carrying.tables_of(target)
    due, there = carrying.sums(source, tables), carrying.sums(target, tables)
    faults = carrying.unlike(due, there)
    kept = audit.Kept(verdict.last, verdict.hash)
    faults += [f"日志：{one}" for one in audit.verify(target, kept).faults]
    if faults:
        carrying.note(target, "from", {})  # The next run begins anew.
        raise UserError(
            f"{name} 搬过去的与来源不一致：{'；'.join(faults[:5])}。"
            "没有启用，来源没有动；再运行一次即重新搬。"
        )
    if plan.source == "备份":
        return
    detail = (
        f"从 {plan.source} 搬到 {plan.target}，{len(due)} 张表"
        f" {sum(one.rows for one in due.values())} 行，核对一致，"
        f"原日志到 {Path(name).stem}:{verdict.last}:{verdict.hash}"
    )
    with transaction(target):
        audit.write(
            target, MOVED, who=plan.actor.who, where=plan.actor.where, what=name, detail=detail
        )
        carrying.note(target, "logged", {"rows": sum(one.rows for one in due.values())})


def _check_version(db: Connection, name: str, newest: int) -> None:
    found = int(db.execute("PRAGMA user_version").fetchone()[0])
    if found > newest:
        raise UserError(f"{name} 是由更新版本的程序写入的，请先升级程序。")
    if found < newest:
        raise UserError(
            f"{name} 还是旧版本的（{found}，应为 {newest}），请先用本程序启动一次服务，再搬。"
        )
