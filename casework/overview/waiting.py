"""The matters on somebody's desk: where each stands, whom it waits for, and its light."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

from casework import figures
from casework.calendar import workdays
from casework.calendar.deadlines import Light, feedback_due, left, light
from casework.calendar.workdays import Workdays
from casework.figures import NOTHING, Waiting
from casework.nouns import Person, Summary
from casework.people.access import may, sees
from casework.people.roles import UserRole
from casework.procedure import ratings
from casework.procedure.guards import doer
from casework.procedure.stage import Stage, all_stages, reminders
from casework.procedure.states import CLOSED, OUT, START
from casework.procedure.turns import awaited, waits_for
from casework.store import Casework
from drafting.errors import UserError
from drafting.profile import Profile
from storage.engine import Connection

ProfileLoader = Callable[[str], Profile]
"""Gives the profile of a name; raises UserError for one that has been taken away."""

_SOON_WITHOUT_PROFILE = 7


@dataclass(frozen=True, slots=True)
class MatterLine:
    """A matter with where it stands. ``due`` is what is due next: the reply, or the feedback.

    ``urged`` is the last reminder since it stands there, ``objections`` are the proposers who are
    not satisfied with the reply, ``units`` those that handle it.
    """

    summary: Summary
    stage: Stage
    due: dt.date | None
    light: Light
    left: str
    waits: tuple[UserRole, ...]
    mine: bool
    late_opinions: int = 0
    figures: Waiting = NOTHING
    urged: str = ""
    objections: tuple[str, ...] = ()
    units: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.stage.state not in CLOSED


@dataclass(frozen=True, slots=True)
class Counts:
    """How many matters wait for somebody, how many are under way, how many are done."""

    mine: int = 0
    open: int = 0
    done: int = 0


def counts(db: Connection, person: Person) -> Counts:
    """Count the matters that ``person`` may see as :func:`lines` shows them, in one look."""
    rows = db.execute(
        "SELECT coalesce(s.state, :start) AS state, coalesce(s.handler, '') AS handler,"
        " count(*) AS found FROM matters m LEFT JOIN stages s ON s.matter = m.id"
        " WHERE m.deleted IS NULL AND (:every = 1 OR EXISTS (SELECT 1 FROM handling h"
        " WHERE h.matter = m.id AND h.unit = :unit)) GROUP BY 1, 2",
        {
            "start": START,
            "every": not person.name or "督办" in person.roles,
            "unit": person.unit,
        },
    ).fetchall()
    if person.name and not may(person, "查看提案"):
        return Counts()
    who, mine, done = doer(person), 0, 0
    for row in rows:
        if row["state"] in CLOSED:
            done += row["found"]
        elif waits_for(Stage(0, row["state"], handler=row["handler"]), who):
            mine += row["found"]
    return Counts(mine, sum(row["found"] for row in rows) - done, done)


def lines(
    casework: Casework, person: Person, today: dt.date, load: ProfileLoader
) -> list[MatterLine]:
    """Return the matters that ``person`` may see, what is due first on top, what is done last."""
    stages = all_stages(casework.db)
    late, urged = casework.late_opinions(today), reminders(casework.db)
    asked, objecting = figures.waiting(casework.db, today), ratings.objecting(casework.db)
    days, whose = workdays.load(casework.db), _units(casework.db)
    profiles: dict[str, Profile | None] = {}
    found = []
    for summary in visible(casework, person):
        if summary.profile not in profiles:
            profiles[summary.profile] = profile_or_none(load, summary.profile)
        now = stages.get(summary.id, Stage(summary.id))
        line = _line(summary, now, profiles[summary.profile], person, today, days, late)
        waits = NOTHING if now.state in (*OUT, *CLOSED) else asked.get(summary.id, NOTHING)
        told = urged.get(summary.id, "") if line.is_open else ""
        against = objecting.get(summary.id, ())
        units = whose.get(summary.id, ())
        line = replace(line, urged=told, figures=waits, objections=against, units=units)
        found.append(line)
    return sorted(found, key=lambda line: (not line.is_open, line.due or dt.date.max))


def visible(casework: Casework, person: Person, *, deleted: bool = False) -> list[Summary]:
    """Return the matters that ``person`` may see; the single user sees all."""
    found = casework.matters(deleted=deleted)
    if not person.name:
        return found
    units = _units(casework.db)
    return [one for one in found if sees(person, units.get(one.id, ()))]


def _units(db: Connection) -> dict[int, tuple[str, ...]]:
    units: dict[int, tuple[str, ...]] = {}
    for row in db.execute("SELECT matter, unit FROM handling ORDER BY unit"):
        units[row["matter"]] = (*units.get(row["matter"], ()), row["unit"])
    return units


def profile_or_none(load: ProfileLoader, name: str) -> Profile | None:
    """Return the profile, ``None`` where it was taken away since: a list must still be shown."""
    try:
        return load(name)
    except UserError:
        return None


def _line(
    summary: Summary,
    now: Stage,
    profile: Profile | None,
    person: Person,
    today: dt.date,
    days: Workdays,
    late: dict[int, int],
) -> MatterLine:
    due = summary.due
    if now.state == "征询" and now.sent:
        due = feedback_due(profile, days, now.sent) if profile else None
    closed = now.state in CLOSED
    soon = profile.deadlines.soon_days if profile else _SOON_WITHOUT_PROFILE
    return MatterLine(
        summary,
        now,
        due,
        "已办" if closed else light(due, today, days, soon),
        "" if closed else left(due, today, days),
        awaited(now.state),
        not closed and waits_for(now, doer(person)),
        0 if closed else late.get(summary.id, 0),
    )
