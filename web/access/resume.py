"""A form that was sent after the session had ended: kept through the login, then sent again.

The response to such a form is the login form, which carries what was typed
(:func:`web.forms.sent`). After the login a page shows it again, with a button that sends it to its
destination under the new token.
"""

from __future__ import annotations

import json

from flask import current_app, render_template

from drafting.reading.bounds import too_many_values
from web import forms
from web.forms import Sent
from web.texts import safe_path


def login_page(message: str) -> str:
    """Return the login's form, holding the form that was just refused."""
    return render_template("login.html", **for_login(dump(forms.sent()), error=message))


def for_login(text: str, *, name: str = "", error: str = "") -> dict[str, object]:
    """Return what the login's template is to know of a form held as ``text``."""
    configuration = current_app.config["CONFIGURATION"]
    return {
        "target": "/",
        "name": name,
        "error": error,
        "signs_on": bool(configuration.accounts.sign_on_header),
        "oidc": configuration.oidc,
        "resume": text,
        "held": load(text),
    }


def dump(held: Sent) -> str:
    """Return a held form as the text of a hidden field."""
    return json.dumps([held.path, held.fields, held.files, held.page], ensure_ascii=False)


def load(text: str) -> Sent | None:
    """Return the held form, ``None`` where there is none or somebody wrote nonsense."""
    if too_many_values(text.encode("utf-8", "replace")):
        return None
    try:
        path, fields, files, page = json.loads(text)
        pairs = tuple((str(name), str(value)) for name, value in fields)
        names = tuple(str(one) for one in files)
    except (ValueError, TypeError, RecursionError):
        return None
    return Sent(safe_path(str(path)), pairs, names, safe_path(str(page)) if page else "")


def page(held: Sent) -> str:
    """Return the page that sends the form on."""
    return render_template("resume.html", held=held)
