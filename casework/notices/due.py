"""What time itself brings: a matter soon due, or overdue, told once for each day it is due by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from casework import noticing
from casework.calendar.deadlines import Light
from casework.noticing import NoticeKind
from casework.overview.mail import WHOLE_OFFICE
from casework.overview.waiting import MatterLine, ProfileLoader, lines
from casework.people.access import sees
from casework.procedure.guards import doer
from casework.procedure.turns import waits_for
from casework.store import Casework

_KINDS: Mapping[Light, NoticeKind] = {"将到期": "将到期", "逾期": "逾期"}


def tell_of_due(casework: Casework, now: dt.datetime, load: ProfileLoader) -> int:
    """Tell of all matters that are soon due or overdue on the day of ``now``; return how many
    notices were new.

    Told are the handler, those for whom the matter waits, and 督办, who urges.
    """
    today = now.astimezone().date()
    people = [one for one in casework.people.listed() if one.active]
    if not people:
        return 0
    pressing = [one for one in lines(casework, WHOLE_OFFICE, today, load) if one.light in _KINDS]
    told = 0
    with casework.transaction():
        for line in pressing:
            units = casework.units_of(line.summary.id)
            names = [
                one.name
                for one in people
                if sees(one, units)
                and (
                    one.name == line.stage.handler
                    or "督办" in one.roles
                    or waits_for(line.stage, doer(one))
                )
            ]
            told += noticing.tell(
                casework.db, names, _KINDS[line.light], line.summary.id, _mark(line), now
            )
    return told


def _mark(line: MatterLine) -> str:
    return line.due.isoformat() if line.due else ""
