"""When things are due, by the unit's profile and the working days, and the light that says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Literal

from casework.calendar.workdays import Workdays
from drafting.model import Role
from drafting.profile import Profile, add_months, due_date

Light = Literal["逾期", "将到期", "正常", "未定", "已办"]
LIGHTS: Mapping[Light, str] = {"逾期": "▲", "将到期": "◆", "正常": "●", "未定": "○", "已办": "✓"}
"""Each light with its shape: nobody need tell colours apart."""


def reply_due(profile: Profile, days: Workdays, assigned: dt.date, role: Role) -> dt.date:
    """Return the last day for the reply (主办) or the opinion (会办), counted from 交办."""
    return days.settled(due_date(profile, assigned, role=role), profile.deadlines.on_holiday)


def opinion_due(
    profile: Profile, days: Workdays, asked: dt.date, answer_by: dt.date | None
) -> dt.date | None:
    """Return until when a 会办 unit that is asked on ``asked`` is to answer.

    The term of the profile from the asking, but its working days before ``answer_by``, when our
    own reply is due; where that has passed, the last working day before our reply. ``None`` where
    no day is left.
    """
    term = reply_due(profile, days, asked, "会办")
    if answer_by is None:
        return term
    before = (days.before(answer_by, n) for n in (profile.deadlines.opinion_days_before, 1))
    return next((min(term, day) for day in before if day > asked), None)


def second_reply_due(profile: Profile, days: Workdays, objected: dt.date) -> dt.date:
    """Return the last day for the second reply, counted from the day of the objection."""
    due = add_months(objected, profile.deadlines.second_reply_months)
    return days.settled(due, profile.deadlines.on_holiday)


def return_due(profile: Profile, days: Workdays, assigned: dt.date) -> dt.date:
    """Return the last day on which the item may be sent back (退办)."""
    return days.add(assigned, profile.deadlines.return_days)


def feedback_due(profile: Profile, days: Workdays, sent: dt.date) -> dt.date:
    """Return the last day for the 征询意见表 to come back."""
    return days.add(sent, profile.deadlines.feedback_days)


def light(due: dt.date | None, today: dt.date, days: Workdays, soon: int) -> Light:
    """Return the light of something that is due on ``due`` and not done.

    It is 将到期 from ``soon`` working days before the last working day on which it can be done.
    """
    if due is None:
        return "未定"
    if due < today:
        return "逾期"
    return "将到期" if days.between(today, due) <= soon else "正常"


def left(due: dt.date | None, today: dt.date, days: Workdays) -> str:
    """Say how long there is: 还有 18 天（13 个工作日）, 今天到期, 已超 3 天."""
    if due is None:
        return "未定期限"
    if due < today:
        return f"已超 {(today - due).days} 天"
    if due == today:
        return "今天到期"
    return f"还有 {(due - today).days} 天（{days.between(today, due)} 个工作日）"
