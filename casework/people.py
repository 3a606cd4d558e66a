"""Accounts: a name and a scrypt hash. Roles and units come with the procedure, later."""

from __future__ import annotations

import datetime as dt
import secrets
import sqlite3
import unicodedata

from werkzeug.security import check_password_hash, generate_password_hash

from casework import access
from casework.nouns import Person
from drafting.model import UserError
from storage import transaction

NAME_MAX = 32
PASSWORD_MIN = 8
PASSWORD_MAX = 128
METHOD = "scrypt:32768:8:1"
"""N=2^15, r=8, p=1: werkzeug's own default, written out so that an upgrade does not change it."""

# Checked where the name is unknown, so that the time taken does not tell which names exist.
_NOBODY = (
    "scrypt:32768:8:1$0000000000000000$"
    "00000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "000000000000000000000000000000000000000000000000"
)


def add(db: sqlite3.Connection, name: str, password: str) -> None:
    """Make an account. Raises :class:`UserError` for a bad or taken name or a weak password."""
    name = _checked_name(name)
    _check_password(name, password)
    hashed = generate_password_hash(password, METHOD)
    try:
        with transaction(db):
            db.execute(
                "INSERT INTO people (name, password, stamp, created) VALUES (?, ?, ?, ?)",
                (name, hashed, secrets.token_hex(8), _now()),
            )
    except sqlite3.IntegrityError as error:
        raise UserError(f"用户“{name}”已经存在。", field="name") from error


def set_password(db: sqlite3.Connection, name: str, password: str) -> None:
    """Change a password; open sessions of that name end. Raises :class:`UserError`."""
    name = name.strip()
    _check_password(name, password)
    hashed = generate_password_hash(password, METHOD)
    with transaction(db):
        changed = db.execute(
            "UPDATE people SET password = ?, stamp = ? WHERE name = ?",
            (hashed, secrets.token_hex(8), name),
        )
        if not changed.rowcount:
            raise UserError(f"没有名为“{name}”的用户。", field="name")


def remove(db: sqlite3.Connection, name: str) -> None:
    """Delete an account. Raises :class:`UserError` where there is none of that name."""
    with transaction(db):
        if not db.execute("DELETE FROM people WHERE name = ?", (name.strip(),)).rowcount:
            raise UserError(f"没有名为“{name.strip()}”的用户。", field="name")


def listed(db: sqlite3.Connection) -> list[Person]:
    """Return all accounts by unit, section and name."""
    rows = db.execute("SELECT * FROM people ORDER BY unit, section, name")
    return [_person(row) for row in rows]


def person(db: sqlite3.Connection, name: str) -> Person | None:
    """Return the account of that name, if any."""
    row = db.execute("SELECT * FROM people WHERE name = ?", (name,)).fetchone()
    return _person(row) if row else None


def any_people(db: sqlite3.Connection) -> bool:
    """Tell whether an account exists; without one the program runs for a single user."""
    return db.execute("SELECT 1 FROM people LIMIT 1").fetchone() is not None


def verify(db: sqlite3.Connection, name: str, password: str) -> Person | None:
    """Return the account where name and password belong together, else ``None``."""
    row = db.execute("SELECT * FROM people WHERE name = ?", (name.strip(),)).fetchone()
    fits = check_password_hash(row["password"] if row else _NOBODY, password[:PASSWORD_MAX])
    return _person(row) if row and fits else None


def _person(row: sqlite3.Row) -> Person:
    return Person(
        name=row["name"],
        stamp=row["stamp"],
        created=dt.datetime.fromisoformat(row["created"]),
        unit=row["unit"],
        section=row["section"],
        roles=access.parse_roles(row["roles"]),
        active=bool(row["active"]),
    )


def _checked_name(name: str) -> str:
    name = unicodedata.normalize("NFC", name.strip())
    if not name:
        raise UserError("请填写用户名。", field="name")
    if len(name) > NAME_MAX:
        raise UserError(f"用户名不能超过{NAME_MAX}个字。", field="name")
    if not all(char.isalnum() or char in "._-·@" for char in name):
        raise UserError("用户名只能用汉字、字母、数字和 . _ - · @。", field="name")
    return name


def _check_password(name: str, password: str) -> None:
    if len(password) < PASSWORD_MIN:
        raise UserError(f"密码至少{PASSWORD_MIN}个字符。", field="password")
    if len(password) > PASSWORD_MAX:
        raise UserError(f"密码不能超过{PASSWORD_MAX}个字符。", field="password")
    if len(set(password)) < 4 or password.casefold() == name.casefold():
        raise UserError("密码过于简单：不能与用户名相同，也不能只用两三个字符。", field="password")


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
