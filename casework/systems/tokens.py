"""Systems and their tokens: made, rotated, withdrawn, and let in.

A token is shown once, when it is made; the table holds its SHA-256, and four characters by which
people tell one from another. Whether it is good is looked up with every call, so that a token that
was withdrawn is refused by the next one, in whichever process.
"""

from __future__ import annotations

import datetime as dt
import hmac
import ipaddress
import secrets
import sqlite3
import string
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from casework.people import clock, sessions
from casework.systems.scopes import Scope, parse_scopes, print_scopes
from drafting.errors import UserError
from drafting.language.cleaning import typed_line
from storage import transaction
from storage.engine import Connection, Row
from storage.log import audit
from storage.moments import moment
from storage.statements import new_id

PREFIX = "dtk_"
"""What every token begins with, so that whoever scans for leaked ones finds it."""
NAME_MAX, UNIT_MAX, NETWORKS_MAX = 32, 40, 20
OVERLAP = dt.timedelta(hours=24)
"""For how long a rotated token is good beside the new one, where nothing else is said."""
LONGEST_DAYS = 3_650
LONGEST_OVERLAP_HOURS = 24 * 30
_LETTERS, _LENGTH = string.ascii_letters + string.digits, 43
"""256 bits, in what a double click marks whole and no shell takes for an option."""
_HINT = slice(len(PREFIX), len(PREFIX) + 4)
_NOTED = dt.timedelta(seconds=60)
"""Use is noted this often: a write for every call would wait for the disk each time."""

Fault = Literal["没有这个凭证", "凭证已作废", "凭证已过期", "来源地址不在允许之列"]


@dataclass(frozen=True, slots=True)
class System:
    """Another system: the unit whose matters it sees, its scopes, and whence it may come (CIDR;
    none: from anywhere)."""

    id: int
    name: str
    unit: str
    scopes: frozenset[Scope]
    networks: tuple[str, ...]
    made: dt.datetime
    author: str = ""

    @property
    def actor(self) -> str:
        """The name under which versions and log keep what it does: no account can bear it."""
        return actor_of(self.name)


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it can be shown: ``hint`` are its first characters."""

    id: int
    system: int
    hint: str
    made: dt.datetime
    author: str = ""
    expires: dt.datetime | None = None
    withdrawn: dt.datetime | None = None
    used: dt.datetime | None = None
    used_from: str = ""

    def good(self, now: dt.datetime) -> bool:
        """Whether it lets in at ``now``."""
        return self.withdrawn is None and (self.expires is None or now < self.expires)


@dataclass(frozen=True, slots=True)
class Admitted:
    """Whom a token lets in."""

    system: System
    token: Token


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a token lets nobody in; ``system`` is whose it is, where it is one of ours."""

    fault: Fault
    system: System | None = None
    token: Token | None = None


def actor_of(name: str) -> str:
    """Return under which name the log keeps what the system ``name`` does."""
    return f"{audit.OF_SYSTEMS}{name}"


# ------------------------------------------------------------------ made, changed, withdrawn


def add(
    db: Connection,
    name: str,
    unit: str,
    scopes: Collection[Scope],
    *,
    networks: Sequence[str] = (),
    days: int | None = None,
    actor: audit.Actor,
) -> tuple[System, str]:
    """Make a system and its first token, good for ``days`` (none: until it is withdrawn).

    Returns the system and the token, which is not shown again. Raises :class:`UserError` at
    ``name``, ``unit``, ``scopes``, ``networks`` or ``days``.
    """
    name, unit = _checked_name(name), typed_line(unit)
    if not unit or len(unit) > UNIT_MAX:
        raise UserError(f"请填写单位，不超过{UNIT_MAX}个字。", field="unit")
    if not scopes:
        raise UserError("请至少选一项权限。", field="scopes")
    where = checked_networks(networks)
    try:
        with transaction(db):
            _known_unit(db, unit)
            now = clock.CLOCK.now(db)
            number = new_id(
                db.execute(
                    "INSERT INTO systems (name, unit, scopes, networks, made, author)"
                    " VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
                    (
                        *(name, unit, print_scopes(scopes), " ".join(where)),
                        *(clock.text(now), actor.who),
                    ),
                )
            )
            token = _new_token(db, number, now, _ends(now, days), actor)
            detail = f"{unit}：{print_scopes(scopes)}"
            detail += f"；只许来自 {' '.join(where)}" if where else ""
            _log(db, actor, "增加接入系统", name, detail)
    except sqlite3.IntegrityError as error:
        raise UserError(f"已经有系统叫“{name}”。", field="name") from error
    found = one(db, name)
    assert found is not None
    return found, token


def rotate(
    db: Connection,
    name: str,
    *,
    overlap: dt.timedelta = OVERLAP,
    days: int | None = None,
    actor: audit.Actor,
) -> str:
    """Make another token of the system; the ones before are good for ``overlap`` yet.

    Returns the token, which is not shown again. Raises :class:`UserError`.
    """
    if not dt.timedelta(0) <= overlap <= dt.timedelta(hours=LONGEST_OVERLAP_HOURS):
        raise UserError(f"新旧并用的时间请填 0 至 {LONGEST_OVERLAP_HOURS} 小时。", field="overlap")
    with transaction(db):
        system = _existing(db, name)
        now = clock.CLOCK.now(db)
        until = clock.text(now + overlap)
        db.execute(
            "UPDATE system_tokens SET expires = ? WHERE system = ? AND withdrawn IS NULL"
            " AND (expires IS NULL OR expires > ?)",
            (until, system.id, until),
        )
        token = _new_token(db, system.id, now, _ends(now, days), actor)
        hours = int(overlap.total_seconds() // 3600)
        _log(db, actor, "更换接口凭证", name, f"旧凭证还可用 {hours} 小时")
    return token


def withdraw(db: Connection, name: str, token: int | None = None, *, actor: audit.Actor) -> int:
    """Withdraw the tokens of the system, or the one of that id; return how many were good.

    Raises :class:`UserError` where there is no such system.
    """
    with transaction(db):
        system = _existing(db, name)
        now = clock.CLOCK.now(db)
        gone = [
            each
            for each in tokens(db, system.id)
            if each.good(now) and (token is None or each.id == token)
        ]
        db.executemany(
            "UPDATE system_tokens SET withdrawn = ? WHERE id = ?",
            [(clock.text(now), each.id) for each in gone],
        )
        if gone:
            _log(db, actor, "作废接口凭证", name, "、".join(f"{each.hint}…" for each in gone))
    return len(gone)


def withdraw_by_hint(db: Connection, name: str, hint: str, *, actor: audit.Actor) -> int:
    """Withdraw the tokens of the system that begin with ``hint`` (""; all); return how many.

    Raises :class:`UserError` where there is no such system, or no such token.
    """
    if not hint:
        return withdraw(db, name, actor=actor)
    with transaction(db):
        own = [one for one in tokens(db, _existing(db, name).id) if one.hint == hint]
        if not own:
            raise UserError(f"“{name}”没有以“{hint[:20]}”开头的凭证。", field="token")
        return sum(withdraw(db, name, one.id, actor=actor) for one in own)


def change(
    db: Connection,
    name: str,
    scopes: Collection[Scope],
    networks: Sequence[str],
    *,
    actor: audit.Actor,
) -> None:
    """Change what the system may do and whence it may come; its unit stays. Raises
    :class:`UserError`."""
    if not scopes:
        raise UserError("请至少选一项权限；不再接入的，请作废凭证。", field="scopes")
    where = checked_networks(networks)
    with transaction(db):
        system = _existing(db, name)
        db.execute(
            "UPDATE systems SET scopes = ?, networks = ? WHERE id = ?",
            (print_scopes(scopes), " ".join(where), system.id),
        )
        detail = f"{print_scopes(scopes)}；来源地址 {' '.join(where) or '不限'}"
        _log(db, actor, "修改接入系统", name, detail)


def checked_networks(networks: Sequence[str]) -> tuple[str, ...]:
    """Return the addresses and networks as they are kept (CIDR). Raises :class:`UserError`."""
    found = []
    for one in (part for text in networks for part in text.replace(",", " ").split()):
        try:
            found.append(str(ipaddress.ip_network(one, strict=False)))
        except ValueError:
            raise UserError(
                f"“{one[:60]}”不是地址或网段，请写成 10.1.2.3 或 10.1.2.0/24。", field="networks"
            ) from None
    if len(found) > NETWORKS_MAX:
        raise UserError(f"来源地址最多写{NETWORKS_MAX}个网段。", field="networks")
    return tuple(dict.fromkeys(found))


# ------------------------------------------------------------------ looked at


def listed(db: Connection) -> list[System]:
    """Return all systems by name."""
    return [_system(row) for row in db.execute("SELECT * FROM systems ORDER BY name")]


def one(db: Connection, name: str) -> System | None:
    """Return the system of that name, if any."""
    row = db.execute("SELECT * FROM systems WHERE name = ?", (name,)).fetchone()
    return _system(row) if row else None


def tokens(db: Connection, system: int) -> list[Token]:
    """Return the tokens of a system, the newest first."""
    rows = db.execute("SELECT * FROM system_tokens WHERE system = ? ORDER BY id DESC", (system,))
    return [_token(row) for row in rows]


# ------------------------------------------------------------------ let in


def admit(db: Connection, sent: str, address: str) -> Admitted | Refused:
    """Return whom the token that was ``sent`` from ``address`` lets in, or why nobody."""
    digest = sessions.digest(sent)
    row = db.execute("SELECT * FROM system_tokens WHERE digest = ?", (digest,)).fetchone()
    # Looked up by its digest, which nobody can aim at; compared again in a time that tells nothing.
    if row is None or not hmac.compare_digest(row["digest"].encode(), digest.encode()):
        return Refused("没有这个凭证")
    token = _token(row)
    found = db.execute("SELECT * FROM systems WHERE id = ?", (token.system,)).fetchone()
    system, now = _system(found), clock.CLOCK.now(db)
    if token.withdrawn is not None:
        return Refused("凭证已作废", system, token)
    if not token.good(now):
        return Refused("凭证已过期", system, token)
    if not _comes_from(system, address):
        return Refused("来源地址不在允许之列", system, token)
    return Admitted(system, token)


def note_use(db: Connection, token: Token, address: str) -> None:
    """Note when and whence the token was last used; at most once a minute from one address."""
    now = clock.CLOCK.now(db)
    if token.used is not None and now - token.used < _NOTED and token.used_from == address:
        return
    with transaction(db):
        db.execute(
            "UPDATE system_tokens SET used = ?, used_from = ? WHERE id = ?",
            (clock.text(now), address, token.id),
        )
        clock.remember(db, now)


def _comes_from(system: System, address: str) -> bool:
    if not system.networks:
        return True
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    own = getattr(found, "ipv4_mapped", None) or found
    return any(own in ipaddress.ip_network(one) for one in system.networks)


# ------------------------------------------------------------------ within


def _new_token(
    db: Connection,
    system: int,
    now: dt.datetime,
    expires: dt.datetime | None,
    actor: audit.Actor,
) -> str:
    token = PREFIX + "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    db.execute(
        "INSERT INTO system_tokens (system, digest, hint, made, author, expires)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            *(system, sessions.digest(token), token[_HINT], clock.text(now), actor.who),
            clock.text(expires) if expires else None,
        ),
    )
    return token


def _ends(now: dt.datetime, days: int | None) -> dt.datetime | None:
    if days is None:
        return None
    if not 1 <= days <= LONGEST_DAYS:
        raise UserError(f"有效期请填 1 至 {LONGEST_DAYS} 天，不填的长期有效。", field="days")
    return now + dt.timedelta(days=days)


def _checked_name(name: str) -> str:
    name = typed_line(name)
    if not name or len(name) > NAME_MAX:
        raise UserError(f"请填写系统名称，不超过{NAME_MAX}个字。", field="name")
    if not all(char.isalnum() or char in " ._-·（）()" for char in name):
        raise UserError("系统名称只能用汉字、字母、数字、空格和 . _ - · （）。", field="name")
    return name


def _known_unit(db: Connection, unit: str) -> None:
    """A unit that no account has would see nothing, and nobody would see what it registers."""
    rows = db.execute("SELECT DISTINCT unit FROM people WHERE unit != '' ORDER BY unit")
    known = [row["unit"] for row in rows]
    if known and unit not in known:
        raise UserError(
            f"没有哪个用户的单位是“{unit}”；现有{'、'.join(known[:10])}。", field="unit"
        )


def _existing(db: Connection, name: str) -> System:
    found = one(db, name)
    if found is None:
        raise UserError(f"没有叫“{name}”的系统。", field="name")
    return found


def _log(db: Connection, actor: audit.Actor, action: str, name: str, detail: str) -> None:
    audit.write(db, action, who=actor.who, where=actor.where, what=actor_of(name), detail=detail)


def _system(row: Row) -> System:
    return System(
        row["id"],
        row["name"],
        row["unit"],
        parse_scopes(row["scopes"]),
        tuple(row["networks"].split()),
        dt.datetime.fromisoformat(row["made"]),
        row["author"],
    )


def _token(row: Row) -> Token:
    return Token(
        row["id"],
        row["system"],
        row["hint"],
        dt.datetime.fromisoformat(row["made"]),
        row["author"],
        moment(row["expires"]),
        moment(row["withdrawn"]),
        moment(row["used"]),
        row["used_from"],
    )
