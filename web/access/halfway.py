"""Between the password, or the office's own sign-on, and the code: who has proven the one and is
asked for the other.

It stands in the signed cookie, for five minutes, and holds for the password that was given: once
that is changed it is worth nothing. Nor is it once the provider has ended the sign-on.
"""

from __future__ import annotations

import time
from dataclasses import astuple, dataclass

from flask import current_app, session

from casework import Person, may
from casework.people import sign_ons
from web import stores

SECONDS = 300
_KEY = "half"


@dataclass(frozen=True, slots=True)
class Half:
    """Who has proven himself once and by which ``way``; ``came`` is the sign-on it was by.

    ``target`` is where it is to lead, ``held`` the form that was put aside until then.
    """

    name: str
    way: str = "密码"
    came: str = ""
    target: str = "/"
    held: str = ""


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


def begin(person: Person, half: Half | None = None) -> None:
    """Note in the cookie that the password was right, or what ``half`` says; nothing of a former
    session stays."""
    csrf, proven = session.get("csrf"), half or Half(person.name)
    session.clear()
    session["csrf"] = csrf
    session[_KEY] = [person.stamp, int(time.time()), *astuple(proven)]


def present() -> Half | None:
    """Return who has proven himself once, as long as that holds."""
    kept = session.get(_KEY)
    if not isinstance(kept, list) or len(kept) != 7 or time.time() - kept[1] > SECONDS:
        return None
    half = Half(*map(str, kept[2:]))
    casework = stores.casework()
    person = casework.people.one(half.name)
    if person is None or not person.active or person.stamp != kept[0]:
        return None
    ended = half.came and not casework.run(sign_ons.waits, half.came, half.name)
    return None if ended else half


def offered(name: str) -> str:
    """Return the secret that is to be taken into the telephone."""
    return stores.casework().people.offer_factor(name)


def confirmed(name: str, code: str) -> list[str]:
    """Have the secret count; return the recovery codes. Raises :class:`UserError`."""
    return stores.casework().people.confirm_factor(name, code)
