"""A form that was sent after the session had ended: kept through the login, then sent again.

The response to such a form is the login form, which carries what was typed. After the login a page
shows it again, with a button that sends it to its destination under the new token.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from flask import render_template, request
from werkzeug.datastructures import MultiDict

from web.texts import safe_path

HIDDEN = frozenset({"csrf", "password", "again", "former", "resume"})
"""Not shown back and not sent on: tokens, and what was typed into a password field."""
LONG = 12
"""Texts from this length on are shown, so that they can be copied out."""


@dataclass(frozen=True, slots=True)
class Held:
    """A form that waits: where it goes, its fields, and whether it had files, which are lost."""

    path: str
    fields: tuple[tuple[str, str], ...]
    files: bool = False

    @property
    def texts(self) -> list[str]:
        """The longer texts of it."""
        return long_texts(MultiDict(self.fields))


def long_texts(form: MultiDict[str, str]) -> list[str]:
    """Return the longer texts of a form."""
    return [
        text
        for name, values in form.lists()
        if name not in HIDDEN
        for text in values
        if len(text) >= LONG
    ]


def login_page(message: str) -> str:
    """Return the login's form, holding the form that was just refused."""
    held = Held(
        request.full_path.rstrip("?"),
        tuple((k, v) for k, v in request.form.items(multi=True) if k not in HIDDEN),
        any(file.filename for file in request.files.values()),
    )
    return render_template("login.html", **for_login(dump(held), error=message))


def for_login(text: str, *, name: str = "", error: str = "") -> dict[str, object]:
    """Return what the login's template is to know of a form held as ``text``."""
    return {
        "target": "/",
        "name": name,
        "error": error,
        "signs_on": False,
        "resume": text,
        "held": load(text),
    }


def dump(held: Held) -> str:
    """Return a held form as the text of a hidden field."""
    return json.dumps([held.path, held.fields, held.files], ensure_ascii=False)


def load(text: str) -> Held | None:
    """Return the held form, ``None`` where there is none or somebody wrote nonsense."""
    try:
        path, fields, files = json.loads(text)
        pairs = tuple((str(name), str(value)) for name, value in fields)
    except (ValueError, TypeError, RecursionError):
        return None
    return Held(safe_path(str(path)), pairs, bool(files))


def page(held: Held) -> str:
    """Return the page that sends the form on."""
    return render_template("resume.html", held=held)
