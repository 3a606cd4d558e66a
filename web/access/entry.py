"""What all ways in share: the form of the login, who may use which way, and where one begins."""

from __future__ import annotations

from flask import current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response

from casework import Person, may
from casework.people.accounts import People
from desk.reviewing import deciding
from storage.configuration import Configuration, Oidc
from storage.log import audit
from web import stores
from web.access import resume, security

FIRST_PAGES: dict[deciding.Work, str] = {
    "write": "worklist.show",
    "decide": "deciding.start",
    "supervise": "due.today",
}
"""Where each begins: the list to write from, the papers to read, what is late."""
NO_PASSWORDS = "请点“{}”登录；本系统的密码{}不能用来登录。"


def oidc() -> Oidc:
    """Return how the office's own sign-on is configured; without an issuer there is none."""
    found: Configuration = current_app.config["CONFIGURATION"]
    return found.oidc


def passwords_are_usual() -> bool:
    """Tell whether everybody comes in by a password of this program's own."""
    chosen = oidc()
    return not chosen.issuer or chosen.passwords == "all"


def password_fault(person: Person) -> str:
    """Return why ``person``, whose password or link was right, does not come in by it: "" where
    nothing speaks against it."""
    chosen = oidc()
    if passwords_are_usual():
        return ""
    if chosen.passwords == "administrators" and may(person, "管理用户"):
        return ""
    whose = "" if chosen.passwords == "none" else "只有系统管理能用，您"
    actor = stores.casework().actor
    stores.casework().run(
        audit.write,
        "登录",
        who=person.name,
        where=actor.where,
        result="拒绝",
        detail="须用统一登录",
    )
    return NO_PASSWORDS.format(chosen.label, whose)


def go_on(token: str, target: str, waiting: str) -> Response | str:
    """Have the browser hold the session that has begun, and show where it leads."""
    security.enter(token)
    held = resume.load(waiting)
    return resume.page(held) if held else redirect(_first_page(token, target))


def page(target: str, name: str = "", error: str = "", waiting: str = "") -> str:
    """Return the login's form."""
    return render_template(
        "login.html", **resume.for_login(waiting, name=name, error=error) | {"target": target}
    )


def _first_page(token: str, target: str) -> str:
    """Where whoever came in begins: at what he asked for, else at the desk of his work."""
    people: People = stores.casework().people
    known = people.session(token)
    if target != "/" or known is None:
        return target
    return url_for(FIRST_PAGES[deciding.work_of(known[0])])
