"""What is kept of sign-ons: who an account is to the provider, and which session came of which.

An account belongs to whom it was first used by: names change hands at a provider, ``sub`` does not
(OpenID Connect Core 1.0 5.7). The ID token is kept sealed, for the logout, as long as the session.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from casework.people import clock, sealing
from drafting.errors import UserError
from storage import transaction
from storage.engine import Connection

UNUSED = dt.timedelta(minutes=10)
"""After so long a sign-on that no session came of is forgotten."""


def install(db: Connection) -> None:
    """Make the tables; a step of the schema."""
    db.execute("""
        CREATE TABLE provider_accounts (
            person TEXT PRIMARY KEY REFERENCES people (name) ON DELETE CASCADE,
            issuer TEXT NOT NULL,
            subject TEXT NOT NULL,
            bound TEXT NOT NULL,
            UNIQUE (issuer, subject)
        ) WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE sign_ons (
            id TEXT PRIMARY KEY,
            person TEXT NOT NULL REFERENCES people (name) ON DELETE CASCADE,
            session TEXT REFERENCES sessions (token) ON DELETE CASCADE,
            issuer TEXT NOT NULL,
            subject TEXT NOT NULL,
            sid TEXT NOT NULL,
            id_token TEXT NOT NULL,
            at TEXT NOT NULL
        ) WITHOUT ROWID""")
    db.execute("CREATE INDEX sign_ons_by_session ON sign_ons (session)")
    db.execute("CREATE INDEX sign_ons_by_subject ON sign_ons (subject)")


@dataclass(frozen=True, slots=True)
class SignedOn:
    """Who has signed on at the provider's, as it says; ``sid`` is its session, where it has one."""

    subject: str
    claims: Mapping[str, Any]
    id_token: str
    sid: str = ""


@dataclass(frozen=True, slots=True)
class Bound:
    """Who an account is to the provider, since when."""

    person: str
    issuer: str
    subject: str
    since: dt.datetime


def bound(db: Connection) -> list[Bound]:
    """Return the accounts that have come by the provider."""
    rows = db.execute("SELECT * FROM provider_accounts ORDER BY person")
    return [
        Bound(one["person"], one["issuer"], one["subject"], dt.datetime.fromisoformat(one["bound"]))
        for one in rows
    ]


def bind(db: Connection, person: str, issuer: str, subject: str, now: dt.datetime) -> bool:
    """Have the account be the provider's ``subject``'s, and tell whether this is new.

    Raises :class:`UserError` where it is another's, or this one has another account.
    """
    row = db.execute(
        "SELECT person, subject FROM provider_accounts"
        " WHERE issuer = :issuer AND (person = :person OR subject = :subject)"
        " ORDER BY person = :person DESC",
        {"issuer": issuer, "person": person, "subject": subject},
    ).fetchone()
    if row is None:
        # Of a former provider's there is nothing to hold to.
        db.execute("DELETE FROM provider_accounts WHERE person = ?", (person,))
        db.execute(
            "INSERT INTO provider_accounts (person, issuer, subject, bound) VALUES (?, ?, ?, ?)",
            (person, issuer, subject, clock.text(now)),
        )
        return True
    if row["person"] != person:
        raise UserError(
            "您在统一身份认证平台上的账号已经对应本系统的另一个用户，请管理员先解除对应。"
        )
    if row["subject"] != subject:
        raise UserError(
            f"本系统的用户“{person}”原先对应的是平台上的另一个人，没有登录。"
            "确是同一人的，请管理员在“统一登录”里解除对应后再登录。"
        )
    return False


def unbind(db: Connection, person: str) -> bool:
    """Forget who the account is to the provider; tell whether that was known."""
    done = db.execute("DELETE FROM provider_accounts WHERE person = ?", (person,))
    db.execute("DELETE FROM sign_ons WHERE person = ? AND session IS NULL", (person,))
    return bool(done.rowcount)


def keep(db: Connection, person: str, issuer: str, signed_on: SignedOn, now: dt.datetime) -> str:
    """Keep a sign-on that a session is still to come of; return its id."""
    made = secrets.token_urlsafe(24)
    sealed = sealing.seal(db, signed_on.id_token, _whose(made))
    with transaction(db):
        db.execute(
            "DELETE FROM sign_ons WHERE session IS NULL AND at < ?", (clock.text(now - UNUSED),)
        )
        db.execute(
            "INSERT INTO sign_ons (id, person, issuer, subject, sid, id_token, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (made, person, issuer, signed_on.subject, signed_on.sid, sealed, clock.text(now)),
        )
    return made


def waits(db: Connection, made: str, person: str) -> bool:
    """Tell whether the sign-on still waits for its session: the provider has not ended it."""
    query = "SELECT 1 FROM sign_ons WHERE id = ? AND person = ? AND session IS NULL"
    return db.execute(query, (made, person)).fetchone() is not None


def attach(db: Connection, made: str, session_id: str) -> None:
    """Note which session came of a sign-on."""
    db.execute(
        "UPDATE sign_ons SET session = ? WHERE id = ? AND session IS NULL", (session_id, made)
    )


def id_token_of(db: Connection, session_id: str) -> str | None:
    """Return the ID token of which a session came, "" where it cannot be read any more, ``None``
    where it did not come of one."""
    row = db.execute(
        "SELECT id, id_token FROM sign_ons WHERE session = ?", (session_id,)
    ).fetchone()
    if row is None:
        return None
    try:
        return sealing.opened(db, row["id_token"], _whose(row["id"]))
    except UserError:
        return ""


def end(db: Connection, issuer: str, subject: str, sid: str, made_before: dt.datetime) -> list[str]:
    """Forget the sign-ons that the provider has ended; return the sessions that came of them.

    With ``sid`` those of that session of the provider's, else all of ``subject`` that were begun
    before the notice was: a notice that is sent again ends nothing that came after it.
    """
    rows = db.execute(
        "SELECT id, session FROM sign_ons WHERE issuer = :issuer"
        " AND (:subject = '' OR subject = :subject)"
        " AND CASE WHEN :sid != '' THEN sid = :sid ELSE at <= :before END",
        {"issuer": issuer, "subject": subject, "sid": sid, "before": clock.text(made_before)},
    ).fetchall()
    db.executemany("DELETE FROM sign_ons WHERE id = ?", [(row["id"],) for row in rows])
    return [str(row["session"]) for row in rows if row["session"]]


def _whose(made: str) -> str:
    return f"sign-on {made}"
