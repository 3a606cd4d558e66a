"""本人账号: the user's own password and sessions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response

from casework.notices import choices
from casework.notices.channels import reaches
from casework.noticing import NOTICE_KINDS
from casework.people import second_factor
from drafting.errors import UserError
from web import forms, stores
from web.access import halfway

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


@blueprint.get("/factor")
def factor() -> str | Response:
    """Show the QR code of a new second factor, to be confirmed with a code."""
    if g.single_user or halfway.has_factor(g.user):
        return redirect(url_for("account.show"))
    return _factor_page("")


@blueprint.post("/factor")
def confirm_factor() -> str | tuple[str, int]:
    """Have the account come in with codes from now on, and show the recovery codes once."""
    if g.single_user:
        abort(404, "目前是单用户模式，没有账号。")
    try:
        codes = halfway.confirmed(g.user, request.form.get("code", ""))
    except UserError as error:
        return _factor_page(error.message), 400
    return render_template("factor_codes.html", codes=codes, target=url_for("account.show"))


@blueprint.post("/factor/drop")
def drop_factor() -> Response | tuple[str, int]:
    """Come in by password alone again; the password is asked for."""
    people = stores.casework().people
    try:
        if halfway.is_due(g.person):
            raise UserError("本单位规定登录要用验证码，不能停用。", field="factor")
        people.prove_again(g.user, request.form.get("password", ""), field="factor")
        people.forget_factor(g.user)
    except UserError as error:
        return _page(forms.at_place(error, "factor")), 400
    flash("已停用验证码，登录只用密码。", "done")
    return redirect(url_for("account.show"))


def _factor_page(error: str) -> str:
    secret = halfway.offered(g.user)
    return render_template(
        "factor.html",
        secret=secret,
        address=second_factor.address(g.user, secret),
        error=error,
    )


@blueprint.post("/notices")
def choose_notices() -> Response | tuple[str, int]:
    """Keep which kinds are sent as messages, when it is quiet, and whether once a day."""
    kinds, quiet = request.form.getlist("kind"), forms.line("quiet")
    digest = bool(request.form.get("digest"))
    try:
        chosen = choices.chosen(kinds, quiet, digest=digest)
    except UserError as error:
        typed = {"wanted": kinds, "quiet": quiet, "digest": digest}
        return _page(forms.at_place(error, "quiet"), typed), 400
    said = f"不发：{'、'.join(sorted(chosen.muted)) or '无'}；免打扰：{chosen.quiet or '不设'}"
    with stores.action("修改消息设置", f"用户 {g.user}", said + ("；每日汇总" if digest else "")):
        stores.casework().run(choices.choose, g.user, chosen)
    flash("消息设置已保存。", "done")
    return redirect(url_for("account.show"))


@blueprint.post("/sessions/<session_id>/end")
def end_session(session_id: str) -> Response:
    """End one of one's own sessions."""
    if not stores.casework().people.end_session(session_id, of=g.user):
        abort(404, "这次登录已经结束。")
    flash("已结束这次登录。", "done")
    return redirect(url_for("account.show"))


def _page(errors: dict[str, str], typed: Mapping[str, Any] | None = None) -> str:
    if g.single_user:
        abort(404, "目前是单用户模式，没有账号。")
    sessions = stores.casework().people.sessions(g.user)
    return render_template(
        "account.html",
        person=g.person,
        sessions=sessions,
        errors=errors,
        has_factor=halfway.has_factor(g.user),
        factor_due=halfway.is_due(g.person),
        recovery_left=stores.casework().run(second_factor.left, g.user),
        kinds=NOTICE_KINDS,
        **(_chosen() | dict(typed or {})),
    )


def _chosen() -> dict[str, Any]:
    """What the person chose about messages, and by which channels they come."""
    configuration = current_app.config["CONFIGURATION"]
    chosen = stores.casework().run(choices.choice_of, g.user)
    return {
        "wanted": [kind for kind in NOTICE_KINDS if kind not in chosen.muted],
        "quiet": configuration.notices.quiet if chosen.quiet is None else chosen.quiet,
        "digest": chosen.digest,
        "digest_at": configuration.notices.digest_at,
        "reached": [one.name for one in configuration.channels if reaches(one, g.user)],
    }
