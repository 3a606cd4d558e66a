"""What the tables of a profile say of one matter: its class, and when it is due."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable

from drafting.model import Disposition, Role
from drafting.profile.nouns import Profile


def class_code(profile: Profile, dispositions: Iterable[Disposition | None]) -> str | None:
    """Propose the result class of a reply from what becomes of its suggestions.

    The first rule of the profile's table that fits gives the code. ``None`` while a disposition
    is still open, or where no rule fits: a class is never guessed.
    """
    found = tuple(dispositions)
    if not found or None in found:
        return None
    for rule in profile.classes.rules:
        fits = all if rule.when == "all" else any
        if fits(one in rule.among for one in found):
            return rule.code
    return None


def due_date(
    profile: Profile, assigned: dt.date, *, role: Role = "主办", extended: bool = False
) -> dt.date:
    """Return the last day for the reply (主办) or the opinion (会办), counted from 交办.

    Months run to the day of the same number, or to the month's last day where there is none.
    ``extended`` takes the longer term of a complex matter (main reply only).
    """
    terms = profile.deadlines
    if role == "会办":
        return add_months(assigned, terms.co_handling_months)
    return add_months(assigned, terms.extended_months if extended else terms.reply_months)


def add_months(start: dt.date, months: int) -> dt.date:
    """Return the day of the same number ``months`` later, or that month's last day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(start.day, last))
