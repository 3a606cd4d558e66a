"""The systems that are told of what happens: where, of what, of whose matters, by which secret."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass, replace

from casework.notices.addresses import check_outward, opened
from casework.notices.trying import stamp
from casework.people import sealing
from casework.procedure.events import EVENTS, EventName
from casework.store import Casework
from casework.systems import tokens
from casework.webhooks.signing import new_secret
from drafting.errors import UserError
from storage.engine import Connection, Row
from storage.moments import moment
from storage.statements import new_id

KEY = "webhooks.allow"
"""What the list of what inside may be reached is called in the configuration."""
NAME_MAX_CHARS = 30
URL_MAX_CHARS = 500
ROTATING = dt.timedelta(days=7)
"""How long a former secret signs beside the new one."""
LOST = (
    f"本机没有解开签名密钥的文件（{sealing.FILE}），或者已换过。"
    "请从另存的副本放回，或者为各系统更换密钥。"
)


@dataclass(frozen=True, slots=True)
class Hook:
    """A system that is told. ``unit`` is empty for the matters of all units; ``system`` is the
    name under which it registers matters, empty where it registers none. ``stopped`` says why it
    is not told any more where the receiver itself said so; ``former_until`` is until when the
    secret before this one signs too."""

    id: int
    name: str
    url: str
    events: tuple[EventName, ...]
    unit: str = ""
    system: str = ""
    active: bool = True
    stopped: str = ""
    former_until: dt.datetime | None = None

    @property
    def host(self) -> str:
        """The address without what may be secret in it."""
        return self.url.partition("?")[0]


def listed(db: Connection) -> list[Hook]:
    """Return all systems, those that are told first."""
    rows = db.execute("SELECT * FROM webhooks ORDER BY active DESC, id")
    return [_hook(row) for row in rows]


def one(db: Connection, hook: int) -> Hook | None:
    """Return one, ``None`` where it is unknown."""
    row = db.execute("SELECT * FROM webhooks WHERE id = ?", (hook,)).fetchone()
    return _hook(row) if row else None


def named(db: Connection, name: str) -> Hook | None:
    """Return the one of that name."""
    row = db.execute("SELECT * FROM webhooks WHERE name = ?", (name,)).fetchone()
    return _hook(row) if row else None


def checked(hook: Hook, allow: str) -> Hook:
    """Return ``hook`` as it is kept. Raises :class:`UserError` at the field that is wrong."""
    if not hook.name or len(hook.name) > NAME_MAX_CHARS or not hook.name.isprintable():
        raise UserError(f"请填写系统名称，{NAME_MAX_CHARS} 个字以内。", field="name")
    if not hook.events:
        raise UserError("请至少选一种要通知的事。", field="events")
    if len(hook.url) > URL_MAX_CHARS:
        raise UserError(f"地址不能超过 {URL_MAX_CHARS} 个字符。", field="url")
    inside = opened(allow, KEY)
    try:
        check_outward(hook.url, inside)
    except UserError as error:
        raise UserError(error.message, field="url") from error
    return hook


def _of_its_unit(db: Connection, hook: Hook) -> Hook:
    """Return ``hook`` as its system may have it: that sees the matters of one unit only.

    Raises :class:`UserError` where no system of that name comes in by tokens.
    """
    if not hook.system:
        return hook
    found = tokens.one(db, hook.system)
    if found is None:
        raise UserError(f"没有名为“{hook.system}”的接入系统。", field="system")
    return replace(hook, unit=found.unit)


def add(casework: Casework, hook: Hook, now: dt.datetime) -> tuple[int, str]:
    """Keep a new system; return its id and its secret, which is shown this once.

    Raises :class:`UserError` for a name that is taken, and a system that is none of ours.
    """
    db, secret = casework.db, new_secret()
    hook = _of_its_unit(db, hook)
    try:
        with casework.transaction():
            made = new_id(
                db.execute(
                    "INSERT INTO webhooks (name, system, unit, url, events, secret, made)"
                    " VALUES (?, ?, ?, ?, ?, '', ?) RETURNING id",
                    (*_values(hook), stamp(now)),
                )
            )
            _keep(db, made, secret)
            casework.log("增加外部通知", hook.name, detail=_said(hook))
    except sqlite3.IntegrityError as error:
        raise UserError(f"已经有名为“{hook.name}”的系统。", field="name") from error
    return made, secret


def change(casework: Casework, hook: Hook) -> bool:
    """Keep ``hook`` as it is now; return whether there is one of its id.

    Raises :class:`UserError` for a name that is taken, and a system that is none of ours.
    """
    hook = _of_its_unit(casework.db, hook)
    try:
        with casework.transaction():
            done = casework.db.execute(
                "UPDATE webhooks SET name = ?, system = ?, unit = ?, url = ?, events = ?"
                " WHERE id = ?",
                (*_values(hook), hook.id),
            ).rowcount
            if done:
                casework.log("修改外部通知", hook.name, detail=_said(hook))
    except sqlite3.IntegrityError as error:
        raise UserError(f"已经有名为“{hook.name}”的系统。", field="name") from error
    return bool(done)


def switch(casework: Casework, hook: int, *, active: bool, why: str = "") -> bool:
    """Tell a system from now on, or no more; return whether that changed anything.

    What happens while it is not told is not made up for; what waited is sent once it is told again.
    """
    with casework.transaction():
        done = casework.db.execute(
            "UPDATE webhooks SET active = ?, stopped = ? WHERE id = ? AND active = ?",
            (int(active), why, hook, int(not active)),
        ).rowcount
        if done:
            known = one(casework.db, hook)
            action = "启用外部通知" if active else "停用外部通知"
            casework.log(action, known.name if known else "", detail=why)
    return bool(done)


def rotate(casework: Casework, hook: int, now: dt.datetime) -> str | None:
    """Make a new secret and return it, ``None`` where there is no such system.

    The one before signs too for :data:`ROTATING`; one before that ends at once. One that can be
    read no more, because its key is lost, ends at once too.
    """
    db, secret = casework.db, new_secret()
    with casework.transaction():
        row = db.execute("SELECT name, secret FROM webhooks WHERE id = ?", (hook,)).fetchone()
        if row is None:
            return None
        until = stamp(now + ROTATING)
        db.execute(
            "UPDATE webhooks SET former = secret, former_until = ? WHERE id = ?", (until, hook)
        )
        _keep(db, hook, secret)
        casework.log("更换外部通知密钥", row["name"], detail=f"旧密钥并用到 {until[:10]}")
    return secret


def secrets_of(db: Connection, hook: int, now: dt.datetime) -> list[str]:
    """Return the secrets that sign at ``now``, the present one first. Raises :class:`UserError`."""
    row = db.execute(
        "SELECT secret, former, former_until FROM webhooks WHERE id = ?", (hook,)
    ).fetchone()
    held = [sealing.opened(db, row["secret"], _whose(hook), LOST)]
    if row["former"] and row["former_until"] > stamp(now):
        try:
            held.append(sealing.opened(db, row["former"], _whose(hook), LOST))
        except UserError:
            # Its key is gone: nobody can sign by it, the new one holds alone.
            return held
    return held


def unreadable(db: Connection) -> list[str]:
    """Return the systems whose secret cannot be read with the key that is there."""
    rows = db.execute("SELECT id, name, secret FROM webhooks ORDER BY id").fetchall()
    return sealing.unreadable(db, ((row["name"], row["secret"], _whose(row["id"])) for row in rows))


def _keep(db: Connection, hook: int, secret: str) -> None:
    sealed = sealing.seal(db, secret, _whose(hook))
    db.execute("UPDATE webhooks SET secret = ? WHERE id = ?", (sealed, hook))


def _whose(hook: int) -> str:
    return f"webhook {hook}"


def _values(hook: Hook) -> tuple[str, str, str, str, str]:
    return hook.name, hook.system, hook.unit, hook.url, " ".join(hook.events)


def _said(hook: Hook) -> str:
    whose = hook.unit or "全部单位"
    return f"{hook.host}；{whose}；{len(hook.events)} 种事"


def chosen(names: Collection[str]) -> tuple[EventName, ...]:
    """Return those of ``names`` that are events, in their order."""
    return tuple(name for name in EVENTS if name in names)


def _hook(row: Row) -> Hook:
    until = row["former_until"]
    return Hook(
        row["id"],
        row["name"],
        row["url"],
        chosen(row["events"].split()),
        row["unit"],
        row["system"],
        bool(row["active"]),
        row["stopped"],
        moment(until),
    )
