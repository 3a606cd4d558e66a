"""Between the password and the code: who has proven the one and is asked for the other.

It stands in the signed cookie, for five minutes, and holds for the password that was given: once
that is changed it is worth nothing.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from flask import current_app, session

from casework import Person, may
from web import stores

SECONDS = 300
_KEY = "half"


@dataclass(frozen=True, slots=True)
class Half:
    """Whose password was right."""

    name: str


def is_asked(person: Person) -> bool:
    """Return whether the person comes in with a code too, or has to set one up now."""
    return has_factor(person.name) or is_due(person)


def is_due(person: Person) -> bool:
    """Return whether the configuration wants a second factor of the person."""
    wanted = current_app.config["CONFIGURATION"].accounts.second_factor
    return wanted == "all" or (wanted == "administrators" and may(person, "管理用户"))


def has_factor(name: str) -> bool:
    """Return whether the account comes in with a code."""
    return name in stores.casework().people.factors()


def begin(person: Person) -> None:
    """Note in the cookie that the password was right; nothing of a former session stays."""
    csrf = session.get("csrf")
    session.clear()
    session["csrf"] = csrf
    session[_KEY] = [person.name, person.stamp, int(time.time())]


def present() -> Half | None:
    """Return whose password was right, as long as that holds."""
    kept = session.get(_KEY)
    if not isinstance(kept, list) or len(kept) != 3 or time.time() - kept[2] > SECONDS:
        return None
    person = stores.casework().people.one(str(kept[0]))
    if person is None or not person.active or person.stamp != kept[1]:
        return None
    return Half(person.name)


def offered(name: str) -> str:
    """Return the secret that is to be taken into the telephone."""
    return stores.casework().people.offer_factor(name)


def confirmed(name: str, code: str) -> list[str]:
    """Have the secret count; return the recovery codes. Raises :class:`UserError`."""
    return stores.casework().people.confirm_factor(name, code)
