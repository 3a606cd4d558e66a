"""用户: accounts, their units, roles, locks, one-time links and sessions."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework import ROLES, units
from casework.people.roles import UserRole
from drafting.errors import UserError
from web import forms, stores
from web.access import entry

blueprint = Blueprint("people", __name__, url_prefix="/people")


@blueprint.get("")
def show() -> str:
    """List the accounts, or show one (``name``) to be changed."""
    return _page({}, {})


@blueprint.post("")
def add() -> str | tuple[str, int]:
    """Make an account and show the link with which its owner chooses a password."""
    form, people = _form(), stores.casework().people
    try:
        name = people.add(form["name"], unit=form["unit"], section=form["section"], roles=_roles())
    except UserError as error:
        return _page(form, forms.at_place(error, "name")), 400
    return _with_link(name)


@blueprint.post("/change")
def change() -> Response | tuple[str, int]:
    """Keep where a person works and what they may do."""
    form = _form()
    try:
        stores.casework().people.change(
            form["name"],
            unit=form["unit"],
            section=form["section"],
            roles=_roles(),
            active="active" in request.form,
        )
    except UserError as error:
        return _page({}, forms.at_place(error, "name"), form["name"]), 400
    flash(f"已保存“{form['name']}”的单位和角色。", "done")
    return redirect(url_for("people.show"))


@blueprint.post("/invite")
def invite() -> str:
    """Show a new one-time link, for who has forgotten the password."""
    return _with_link(_form()["name"])


@blueprint.post("/unlock")
def unlock() -> Response:
    """Let an account try again."""
    name = _form()["name"]
    stores.casework().people.unlock(name)
    flash(f"已解除“{name}”的锁定。", "done")
    return redirect(url_for("people.show"))


@blueprint.post("/factor/drop")
def drop_factor() -> Response:
    """Take somebody's second factor away, who has lost the telephone; the sessions end."""
    name = _form()["name"]
    if not stores.casework().people.forget_factor(name, of_another=True):
        abort(404, "这个用户没有启用验证码。")
    flash(f"已取消“{name}”的验证码，本人登录后可以重新启用。", "done")
    return redirect(url_for("people.show"))


@blueprint.post("/remove")
def remove() -> Response | tuple[str, int]:
    """Delete an account; what it did stays under its name."""
    name = _form()["name"]
    try:
        stores.casework().people.remove(name)
    except UserError as error:
        return _page({}, {"name": error.message}, name), 400
    flash(f"已删除用户“{name}”；以往的办理记录仍保留姓名。", "done")
    return redirect(url_for("people.show"))


@blueprint.post("/sessions/<session_id>/end")
def end_session(session_id: str) -> Response:
    """End anybody's session."""
    if not stores.casework().people.end_session(session_id):
        abort(404, "这次登录已经结束。")
    flash("已结束这次登录。", "done")
    return redirect(url_for("people.show"))


@blueprint.post("/hand-over")
def hand_over() -> Response:
    """Give the matters from before there were units to one."""
    unit = forms.line("unit")
    count = stores.casework().hand_over(unit) if unit else 0
    flash(f"已把 {count} 件提案归到“{unit}”。" if unit else "请先选择单位。", "done")
    return redirect(url_for("people.show"))


@blueprint.post("/rename-unit")
def rename_unit() -> Response | tuple[str, int]:
    """Have a unit be called otherwise: what is its stays its, its profile and numbers too."""
    former, name = forms.line("former"), forms.line("unit")
    try:
        with stores.action("单位改名", former, f"改为“{name}”"):
            name = stores.casework().run(units.rename, former, name)
            # Done twice it does no harm: where the first comes to nothing after this, it is asked
            # for once more.
            stores.every_archive().rename_unit(former, name)
    except UserError as error:
        return _page({"former": former, "unit_name": name}, {"rename": error.message}), 400
    flash(f"“{former}”已改名为“{name}”，它的提案、档案、单位设置和发文字号都随着改。", "done")
    return redirect(url_for("people.show"))


def _form() -> dict[str, str]:
    return forms.lines(("name", "unit", "section"))


def _roles() -> list[UserRole]:
    chosen = request.form.getlist("role")
    return [role for role in ROLES if role in chosen]


def _with_link(name: str) -> str:
    token = stores.casework().people.invite(name)
    return render_template(
        "people_link.html",
        name=name,
        link=url_for("login.invited", token=token, _external=True),
    )


def _page(form: dict[str, str], errors: dict[str, str], name: str = "") -> str:
    casework = stores.casework()
    people = casework.people
    return render_template(
        "people.html",
        people=people.listed(),
        chosen=people.one(name or request.args.get("name", "")),
        locked=people.locked(),
        unset=people.unset() if entry.passwords_are_usual() else frozenset(),
        factors=people.factors(),
        units=people.units(),
        sessions=people.sessions(),
        roles=ROLES,
        form=form,
        form_roles=_roles() or ["经办"],
        errors=errors,
        homeless=casework.count_without_unit(),
    )
