"""接入系统: the other systems that come in by a token; a token is shown once, when it is made."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework.people import clock
from casework.systems import SCOPES, Scope, scopes, tokens
from drafting.errors import UserError
from web import forms, stores
from web.texts import parse_number

blueprint = Blueprint("systems", __name__, url_prefix="/systems")

OVERLAPS = {"24": "24 小时", "168": "7 天", "0": "旧凭证立即失效"}
"""For how long a rotated token is good yet, in hours."""


@blueprint.get("")
def show() -> str:
    """List the systems with their tokens, or show one (``name``) to be changed."""
    return _page({}, {})


@blueprint.post("")
def add() -> Response | tuple[str, int]:
    """Make a system and show its token, once."""
    form = forms.lines(("name", "unit", "days"))
    networks = forms.text("networks")
    try:
        made, token = stores.casework().run(
            tokens.add,
            form["name"],
            form["unit"],
            _scopes(),
            networks=networks.split("\n"),
            days=_days(form["days"]),
            actor=stores.casework().actor,
        )
    except UserError as error:
        return _page({**form, "networks": networks}, forms.at_place(error, "name")), 400
    return _with_token(made.name, token, "")


@blueprint.post("/change")
def change() -> Response | tuple[str, int]:
    """Keep what a system may do, and whence it may come."""
    name, networks = forms.line("name"), forms.text("networks")
    try:
        stores.casework().run(
            tokens.change,
            name,
            _scopes(),
            networks.split("\n"),
            actor=stores.casework().actor,
        )
    except UserError as error:
        return _page({"networks": networks}, forms.at_place(error, "name"), name), 400
    flash(f"已保存“{name}”的权限和来源地址，下一次调用起算。", "done")
    return redirect(url_for("systems.show", name=name))


@blueprint.post("/rotate")
def rotate() -> Response | tuple[str, int]:
    """Make another token and show it, once; the former one is good for a while yet."""
    name, hours, days = (forms.line(one) for one in ("name", "overlap", "days"))
    hours = hours if hours in OVERLAPS else "24"
    try:
        token = stores.casework().run(
            tokens.rotate,
            name,
            overlap=dt.timedelta(hours=int(hours)),
            days=_days(days),
            actor=stores.casework().actor,
        )
    except UserError as error:
        return _page({"days": days}, forms.at_place(error, "name"), name), 400
    said = "旧凭证已失效。" if hours == "0" else f"旧凭证还可用 {OVERLAPS[hours]}，请在这之前换上。"
    return _with_token(name, token, said)


@blueprint.post("/withdraw")
def withdraw() -> Response | tuple[str, int]:
    """Withdraw one token (``token``) or all of a system: the next call is refused."""
    name, token = forms.line("name"), forms.line("token")
    number = parse_number(token) if token else None
    try:
        gone = stores.casework().run(tokens.withdraw, name, number, actor=stores.casework().actor)
    except UserError as error:
        return _page({}, forms.at_place(error, "name"), name), 400
    flash(
        f"已作废“{name}”的 {gone} 个凭证，下一次调用起拒绝。" if gone else "没有可用的凭证。",
        "done",
    )
    return redirect(url_for("systems.show", name=name))


def _days(text: str) -> int | None:
    if not text:
        return None
    # What is no number is refused as 0 days are.
    return parse_number(text)


def _scopes() -> list[Scope]:
    chosen = request.form.getlist("scope")
    return [one for one in SCOPES if one in chosen]


def _with_token(name: str, token: str, said: str) -> Response:
    response = make_response(
        render_template("system_token.html", name=name, token=token, said=said)
    )
    # "Back" shows it no more than anything else does.
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(form: dict[str, str], errors: dict[str, str], name: str = "") -> str:
    casework = stores.casework()
    systems = casework.run(tokens.listed)
    wanted = name or request.args.get("name", "")
    return render_template(
        "systems.html",
        systems=[(one, casework.run(tokens.tokens, one.id)) for one in systems],
        chosen=next((one for one in systems if one.name == wanted), None),
        now=casework.run(clock.CLOCK.now),
        units=casework.people.units(),
        scopes=scopes.TITLES,
        form=form,
        form_scopes=_scopes(),
        overlaps=OVERLAPS,
        errors=errors,
    )
