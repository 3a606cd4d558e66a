"""Working days: weekends, the statutory holidays that are shipped, and what the office changes.

The shipped table (``holidays.csv``) holds the years that the State Council's office has announced;
a later year is entered by hand on the page 工作日历 when its notice comes. An entry of the office
goes before the shipped one of the same day.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from drafting.errors import UserError
from storage import transaction
from storage.engine import Connection
from storage.moments import utc_now
from storage.statements import upsert

DayKind = Literal["休", "班", "常"]
"""A day off, a working day, or a day like any other of its weekday."""

KIND_NAMES: Mapping[DayKind, str] = {"休": "放假", "班": "调休上班", "常": "照常（不作节假日）"}
SPAN_MAX_DAYS = 31
NAME_MAX_CHARS = 20
_SHIPPED = Path(__file__).with_name("holidays.csv")
_DAY = dt.timedelta(days=1)
_YEARS = (1990, 2100)


@dataclass(frozen=True, slots=True)
class Holiday:
    """One day that is not like its weekday; ``own``: entered by the office."""

    day: dt.date
    kind: DayKind
    name: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class Workdays:
    """The calendar. ``years`` are those for which holidays are known."""

    days: Mapping[dt.date, DayKind]
    years: frozenset[int] = frozenset()

    def works(self, day: dt.date) -> bool:
        """Tell whether ``day`` is a working day."""
        kind = self.days.get(day, "常")
        return day.weekday() < 5 if kind == "常" else kind == "班"

    def add(self, start: dt.date, count: int) -> dt.date:
        """Return the working day that is ``count`` working days after ``start``.

        The day of the start is not counted; of 0 the next working day from ``start`` on.
        """
        day = start
        while not self.works(day) and count == 0:
            day += _DAY
        while count > 0:
            day += _DAY
            count -= self.works(day)
        return day

    def before(self, end: dt.date, count: int) -> dt.date:
        """Return the working day that is ``count`` working days before ``end``, itself not counted.

        Of 0 the last working day up to ``end``.
        """
        day = end
        while not self.works(day) and count == 0:
            day -= _DAY
        while count > 0:
            day -= _DAY
            count -= self.works(day)
        return day

    def between(self, start: dt.date, end: dt.date) -> int:
        """Return how many working days lie after ``start`` up to ``end``; less than 0 backwards."""
        if end < start:
            return -self.between(end, start)
        span = (end - start).days
        return sum(self.works(start + n * _DAY) for n in range(1, span + 1))

    def settled(self, day: dt.date, rule: str) -> dt.date:
        """Return ``day``, or where it is a day off the working day ``previous`` or ``next``."""
        step = {"previous": -_DAY, "next": _DAY}.get(rule)
        while step is not None and not self.works(day):
            day += step
        return day


@lru_cache(maxsize=1)
def shipped() -> tuple[Holiday, ...]:
    """Return the shipped table, a day a line."""
    lines = [line for line in _SHIPPED.read_text("utf-8").splitlines() if line[:1] != "#"]
    return tuple(
        Holiday(day, "休" if row["kind"] == "休" else "班", row["name"])
        for row in csv.DictReader(lines)
        for day in _span(*(dt.date.fromisoformat(row[key]) for key in ("first", "last")))
    )


def load(db: Connection) -> Workdays:
    """Return the calendar with the office's own entries."""
    lines = listed(db)
    return Workdays({one.day: one.kind for one in lines}, frozenset(one.day.year for one in lines))


def listed(db: Connection) -> list[Holiday]:
    """Return all entries by day; of a day that the office has entered, the office's."""
    rows = db.execute("SELECT day, kind, name FROM holidays")
    own = [
        Holiday(dt.date.fromisoformat(row["day"]), row["kind"], row["name"], True) for row in rows
    ]
    days = {one.day: one for one in (*shipped(), *own)}
    return [days[day] for day in sorted(days)]


def enter(
    db: Connection,
    first: dt.date,
    last: dt.date,
    kind: str,
    name: str,
    *,
    author: str = "",
) -> int:
    """Have the days from ``first`` to ``last`` be of ``kind``; return how many days.

    Raises :class:`UserError` naming the field for an impossible span, kind or name.
    """
    if kind not in KIND_NAMES:
        raise UserError("请选择放假、调休上班或照常。", field="kind")
    if not name or len(name) > NAME_MAX_CHARS:
        raise UserError(f"请写明节日名称，不超过{NAME_MAX_CHARS}个字。", field="name")
    if last < first:
        raise UserError("结束的日期早于开始的日期。", field="last")
    if (last - first).days >= SPAN_MAX_DAYS:
        raise UserError(f"一次最多填{SPAN_MAX_DAYS}天。", field="last")
    if not _YEARS[0] <= first.year <= last.year <= _YEARS[1]:
        raise UserError("年份不对，请核对。", field="first")
    days = list(_span(first, last))
    saved = utc_now()
    with transaction(db):
        db.executemany(
            upsert("holidays", ("day", "kind", "name", "author", "saved"), key=("day",)),
            [(day.isoformat(), kind, name, author, saved) for day in days],
        )
    return len(days)


def remove(db: Connection, day: dt.date) -> bool:
    """Take the office's own entry of ``day`` away; the shipped one counts again."""
    with transaction(db):
        gone = db.execute("DELETE FROM holidays WHERE day = ?", (day.isoformat(),))
        return bool(gone.rowcount)


def _span(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    for number in range((last - first).days + 1):
        yield first + number * _DAY
