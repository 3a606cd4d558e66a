"""登录 and 退出. Asked for only where accounts exist."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from web import security, stores
from web.texts import clean_line

blueprint = Blueprint("login", __name__)


@blueprint.get("/login")
def show() -> Response | str:
    """Show the form; who is in already goes on."""
    target = security.safe_target(request.args.get("next"))
    if g.single_user or g.user:
        return redirect(target)
    return render_template("login.html", target=target, name="", error="")


@blueprint.post("/login")
def enter() -> Response | tuple[str, int]:
    """Let in who gives name and password."""
    name = clean_line(request.form.get("name", ""))
    target = security.safe_target(request.form.get("next"))
    person = stores.casework().verify_user(name, request.form.get("password", ""))
    if person is None:
        error = "用户名或密码不对，请重新输入。"
        return render_template("login.html", target=target, name=name, error=error), 401
    # A fresh session: nothing that was in the old one, its token included, stays valid.
    session.clear()
    session["user"], session["stamp"] = person.name, person.stamp
    return redirect(target)


@blueprint.post("/logout")
def leave() -> Response:
    """End the session."""
    session.clear()
    return redirect(url_for("login.show"))
