"""A second factor: codes of six figures that change every 30 seconds (TOTP, RFC 6238), and recovery
codes for when the telephone is lost.

A code is good once: the time step of the last one is kept. The secret has to be read again, for
codes are computed of it: it is kept sealed (:mod:`casework.people.sealing`); recovery codes are
kept as hashes. A secret counts only once its owner has typed a code of it.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import re
import secrets
import unicodedata
from contextlib import suppress
from urllib.parse import quote

from casework.people import sealing
from drafting.errors import UserError
from storage import transaction
from storage.engine import Connection

STEP_SECONDS, DIGITS = 30, 6
WINDOW = 1
"""Steps by which a telephone's clock may be off, either way."""
RECOVERY_CODES = 8
RECOVERY_CHARS = 16
"""79 bits: kept as plain hashes, ten characters were found by trying within days."""
ISSUER = "提案答复助手"
_SECRET_BYTES = 20
_RECOVERY_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def install(db: Connection) -> None:
    """Make the tables; a step of the schema."""
    db.execute("""
        CREATE TABLE second_factors (
            person TEXT PRIMARY KEY REFERENCES people (name) ON DELETE CASCADE,
            secret TEXT NOT NULL,
            made TEXT NOT NULL,
            confirmed INTEGER NOT NULL DEFAULT 0,
            last_step INTEGER NOT NULL DEFAULT 0
        ) WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE recovery_codes (
            digest TEXT PRIMARY KEY,
            person TEXT NOT NULL REFERENCES people (name) ON DELETE CASCADE
        ) WITHOUT ROWID""")


def seal_all(db: Connection) -> None:
    """Seal the secrets that a former program kept as they were; a step of the schema.

    Their pages are overwritten with zeros, lest the free ones of the file go on showing them.
    """
    rows = db.execute("SELECT person, secret FROM second_factors").fetchall()
    plain = [(row[0], row[1]) for row in rows if not sealing.is_sealed(row[1])]
    if not plain:
        return
    db.execute("PRAGMA secure_delete = ON")
    db.executemany(
        "UPDATE second_factors SET secret = ? WHERE person = ?",
        [(sealing.seal(db, secret, _whose(name)), name) for name, secret in plain],
    )


def code(secret: str, step: int, digits: int = DIGITS) -> str:
    """Return the code of a time step (RFC 4226 5.3, with HMAC-SHA-1 as all telephones have it)."""
    key = base64.b32decode(secret)
    mac = hmac.digest(key, step.to_bytes(8, "big"), "sha1")
    at = mac[-1] & 15
    number = int.from_bytes(mac[at : at + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def step_at(now: dt.datetime) -> int:
    """Return the time step of a moment."""
    return int(now.timestamp()) // STEP_SECONDS


def address(name: str, secret: str) -> str:
    """Return what the QR code says: whose account it is, and the secret."""
    label = quote(f"{ISSUER}:{name}", safe=":")
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(ISSUER)}"


def is_set(db: Connection, name: str) -> bool:
    """Return whether the account comes in with a code."""
    query = "SELECT 1 FROM second_factors WHERE person = ? AND confirmed = 1"
    return db.execute(query, (name,)).fetchone() is not None


def those_set(db: Connection) -> frozenset[str]:
    """Return the accounts that come in with a code."""
    rows = db.execute("SELECT person FROM second_factors WHERE confirmed = 1")
    return frozenset(row["person"] for row in rows)


def begin(db: Connection, name: str, now: dt.datetime) -> str:
    """Return the secret that waits to be confirmed, made where there is none that can be read."""
    row = db.execute(
        "SELECT secret FROM second_factors WHERE person = ? AND confirmed = 0", (name,)
    ).fetchone()
    if row:
        with suppress(UserError):
            return sealing.opened(db, row["secret"], _whose(name))
    made = base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode()
    db.execute(
        "INSERT INTO second_factors (person, secret, made) VALUES (?, ?, ?)"
        " ON CONFLICT (person) DO UPDATE SET secret = excluded.secret, made = excluded.made"
        " WHERE second_factors.confirmed = 0",
        (name, sealing.seal(db, made, _whose(name)), now.isoformat(timespec="seconds")),
    )
    return made


def secret_of(db: Connection, name: str) -> str:
    """Return the secret of an account, confirmed or not. Raises :class:`UserError` where there is
    none, or it cannot be read."""
    row = db.execute("SELECT secret FROM second_factors WHERE person = ?", (name,)).fetchone()
    if row is None:
        raise UserError("这个用户没有启用验证码。")
    return sealing.opened(db, row["secret"], _whose(name))


def unreadable(db: Connection) -> list[str]:
    """Return the accounts whose secrets cannot be read with the key that is there."""
    rows = db.execute("SELECT person, secret FROM second_factors WHERE confirmed = 1").fetchall()
    return sealing.unreadable(
        db, ((row["person"], row["secret"], _whose(row["person"])) for row in rows)
    )


def confirm(db: Connection, name: str, typed: str, now: dt.datetime) -> list[str]:
    """Have the waiting secret count, a code of it given; return the recovery codes, which are told
    this once. Nothing where the code is wrong."""
    with transaction(db):
        if not _is_right(db, name, typed, now, confirmed=False):
            return []
        db.execute("UPDATE second_factors SET confirmed = 1 WHERE person = ?", (name,))
        db.execute("DELETE FROM recovery_codes WHERE person = ?", (name,))
        codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
        db.executemany(
            "INSERT INTO recovery_codes (digest, person) VALUES (?, ?)",
            [(_digest(name, one), name) for one in codes],
        )
    return codes


def accepts(db: Connection, name: str, typed: str, now: dt.datetime) -> str:
    """Use a code up; return what it was, 验证码 or 恢复码, nothing where it is not good.

    Raises :class:`UserError` where it is no recovery code and nothing else can be verified.
    """
    with transaction(db):
        used = db.execute(
            "DELETE FROM recovery_codes WHERE digest = ? AND person = ?",
            (_digest(name, typed), name),
        )
        if used.rowcount:
            return "恢复码"
        return "验证码" if _is_right(db, name, typed, now, confirmed=True) else ""


def left(db: Connection, name: str) -> int:
    """Return how many recovery codes are left."""
    query = "SELECT count(*) FROM recovery_codes WHERE person = ?"
    return int(db.execute(query, (name,)).fetchone()[0])


def forget(db: Connection, name: str) -> bool:
    """Take the second factor away, with its recovery codes; return whether there was one."""
    with transaction(db):
        db.execute("DELETE FROM recovery_codes WHERE person = ?", (name,))
        return bool(db.execute("DELETE FROM second_factors WHERE person = ?", (name,)).rowcount)


def _is_right(db: Connection, name: str, typed: str, now: dt.datetime, *, confirmed: bool) -> bool:
    row = db.execute(
        "SELECT secret, last_step FROM second_factors WHERE person = ? AND confirmed = ?",
        (name, confirmed),
    ).fetchone()
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", typed))
    if row is None or not plain.isascii():
        return False
    present, secret = step_at(now), sealing.opened(db, row["secret"], _whose(name))
    for step in range(present - WINDOW, present + WINDOW + 1):
        if step > row["last_step"] and hmac.compare_digest(code(secret, step), plain):
            db.execute("UPDATE second_factors SET last_step = ? WHERE person = ?", (step, name))
            return True
    return False


def _whose(name: str) -> str:
    return f"second factor of {name}"


def _recovery_code() -> str:
    made = "".join(secrets.choice(_RECOVERY_ALPHABET) for _ in range(RECOVERY_CHARS))
    return "-".join(made[at : at + 4] for at in range(0, RECOVERY_CHARS, 4))


def _digest(name: str, typed: str) -> str:
    plain = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", typed)).casefold()
    return hashlib.sha256(f"{name}\0{plain}".encode()).hexdigest()
