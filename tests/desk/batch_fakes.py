"""A batch worked through here and now, as the service does behind the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from bench.ledger_files import Item, table, workbook
from casework import ROLES, Casework, Person
from casework.batches import Batches
from casework.matters.batch_rows import Batch
from desk.batch.nouns import Choices, Plan, PlannedLine
from desk.batch.planning import plan_of
from desk.batch.work import BatchWork

ALONE = Person("", "", dt.datetime.min, roles=frozenset(ROLES))
NAMES = ("青岚区城市管理局", "区城管局")
TODAY = dt.date(2026, 4, 1)
HEAD = ["案号", "案由", "提案者", "主办单位", "办理期限"]
SESSION = "区政协十届五次会议"


def ledger(*rows: Sequence[object], head: Sequence[object] = HEAD, title: str = SESSION) -> bytes:
    """A ledger of one sheet with a title above its head."""
    return workbook([[f"{title}提案交办表"], list(head), *rows], ())


def items_ledger(items: Sequence[Item]) -> bytes:
    return workbook(table(items))


def work_on(folder: Path, number: int) -> None:
    """Do what is to be done next with a batch, to the end."""
    work = BatchWork(folder)
    while work.step_of(number):
        pass
    work.close()


def batch_of(casework: Casework, number: int) -> Batch:
    found = Batches(casework).batch(number)
    assert found is not None
    return found


def begun(casework: Casework, folder: Path, *files: tuple[str, bytes]) -> int:
    """Begin a batch and have its files read; return its number."""
    number = Batches(casework).begin("", "", "default", files)
    work_on(folder, number)
    return number


def planned(casework: Casework, number: int, choices: Choices | None = None) -> Plan:
    return plan_of(
        casework,
        Batches(casework),
        batch_of(casework, number),
        ALONE,
        NAMES,
        TODAY,
        choices,
    )


def said(plan: Plan) -> dict[str, tuple[str, list[str]]]:
    """Status and codes of doubt of each line, by where it comes from."""
    return {line.name: (line.status, [one.code for one in line.reasons]) for line in plan.lines}


def line_of(plan: Plan, name: str) -> PlannedLine:
    (found,) = [line for line in plan.lines if line.name == name]
    return found
