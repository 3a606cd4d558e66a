"""本人账号: the user's own password and sessions."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from drafting.errors import UserError
from web import forms, stores

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("")
def show() -> str:
    """Show who one is here, the form for a new password, and the sessions."""
    return _page({})


@blueprint.post("/password")
def change_password() -> Response | tuple[str, int]:
    """Change the password; the other sessions end."""
    password = request.form.get("password", "")
    try:
        if password != request.form.get("again", ""):
            raise UserError("两次输入的新密码不一样。", field="again")
        stores.casework().people.change_own_password(
            g.user, request.form.get("former", ""), password, keep=g.session_id
        )
    except UserError as error:
        return _page(forms.at_place(error, "password")), 400
    flash("密码已修改；在其他地方的登录已结束。", "done")
    return redirect(url_for("account.show"))


@blueprint.post("/sessions/<session_id>/end")
def end_session(session_id: str) -> Response:
    """End one of one's own sessions."""
    if not stores.casework().people.end_session(session_id, of=g.user):
        abort(404, "这次登录已经结束。")
    flash("已结束这次登录。", "done")
    return redirect(url_for("account.show"))


def _page(errors: dict[str, str]) -> str:
    if g.single_user:
        abort(404, "目前是单用户模式，没有账号。")
    sessions = stores.casework().people.sessions(g.user)
    return render_template("account.html", person=g.person, sessions=sessions, errors=errors)
