"""What each person chooses: which kinds are sent, when it is quiet, one by one or once a day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass

from casework.noticing import NOTICE_KINDS, NoticeKind
from drafting.errors import UserError
from storage.engine import Connection

_HOURS = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-—~至到]+\s*(\d{1,2})[:：](\d{2})")


@dataclass(frozen=True, slots=True)
class Choice:
    """``quiet`` is like 21:30-07:30, empty for none, ``None`` where the office's hours hold."""

    muted: frozenset[NoticeKind] = frozenset()
    quiet: str | None = None
    digest: bool = False


def choice_of(db: Connection, person: str) -> Choice:
    """Return what ``person`` chose, the usual where nothing was chosen."""
    row = db.execute(
        "SELECT muted, quiet, digest FROM notice_choices WHERE person = ?", (person,)
    ).fetchone()
    if row is None:
        return Choice()
    named = row["muted"].split()
    muted = frozenset(kind for kind in NOTICE_KINDS if kind in named)
    return Choice(muted, row["quiet"], bool(row["digest"]))


def choose(db: Connection, person: str, choice: Choice) -> None:
    """Keep what ``person`` chose; to be called within a transaction."""
    muted = " ".join(kind for kind in NOTICE_KINDS if kind in choice.muted)
    db.execute(
        "INSERT INTO notice_choices (person, muted, quiet, digest) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (person) DO UPDATE SET muted = excluded.muted, quiet = excluded.quiet,"
        " digest = excluded.digest",
        (person, muted, choice.quiet, choice.digest),
    )


def chosen(kinds: Collection[str], quiet: str, *, digest: bool) -> Choice:
    """Return what a form says; ``quiet`` is as typed. Raises :class:`UserError` at ``quiet``."""
    muted = frozenset(kind for kind in NOTICE_KINDS if kind not in kinds)
    return Choice(muted, hours(quiet), digest)


def hours(text: str) -> str:
    """Return quiet hours as they are kept, "" for none. Raises :class:`UserError` at ``quiet``."""
    if not text:
        return ""
    found = _HOURS.fullmatch(text)
    if found is None:
        raise UserError("免打扰时段请写成 21:30-07:30 这样，不设的留空。", field="quiet")
    start, end = (f"{int(found[one]):02}:{found[one + 1]}" for one in (1, 3))
    if any(one > "23:59" or one[3:] > "59" for one in (start, end)):
        raise UserError("免打扰时段里没有这个时刻，请核对。", field="quiet")
    if start == end:
        raise UserError("免打扰时段起止相同，等于整天不发；不想收的种类请取消勾选。", field="quiet")
    return f"{start}-{end}"


def quiet_until(now: dt.datetime, quiet: str) -> dt.datetime | None:
    """Return when the quiet hours end that ``now`` falls into, ``None`` where it is in none.

    Both are local times; hours like 21:30-07:30 go over midnight. The end is no longer quiet.
    """
    if not quiet:
        return None
    start, end = (dt.time.fromisoformat(one) for one in quiet.split("-"))
    time = now.time()
    inside = start <= time < end if start <= end else time >= start or time < end
    if not inside:
        return None
    ends = dt.datetime.combine(now.date(), end)
    return ends if time < end else ends + dt.timedelta(days=1)


def last_digest(now: dt.datetime, at: dt.time) -> dt.datetime:
    """Return the last moment of ``at`` that is not after ``now``, both local."""
    today = dt.datetime.combine(now.date(), at)
    return today if today <= now else today - dt.timedelta(days=1)
