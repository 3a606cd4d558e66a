"""外部通知: which systems are told of what happens, and how that fares."""

from __future__ import annotations

import datetime as dt

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response

from casework.procedure.events import EVENTS, TITLES
from casework.systems import tokens
from casework.webhooks import deliveries, hooks
from casework.webhooks.hooks import Hook
from desk.exchange import sending
from drafting.errors import UserError
from storage.configuration import Webhooks
from web import forms, stores
from web.office_pages import outgoing
from web.texts import parse_number

blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks")
_LATELY = 30


@blueprint.get("")
def show() -> str:
    """Show the systems, what waits or was given up, and what went lately."""
    chosen = parse_number(request.args.get("hook"))
    return _page(stores.casework().run(hooks.one, chosen) if chosen else None)


@blueprint.post("")
def add() -> str | tuple[str, int]:
    """Take a system; its secret is shown this once."""
    typed = _typed(0)
    try:
        hook = hooks.checked(typed, _chosen().allow)
        made, secret = hooks.add(stores.casework(), hook, _now())
    except UserError as error:
        return _page(typed, forms.at_place(error, "name")), 400
    return _page(None, told=(made, hook.name, secret))


@blueprint.post("/<id:hook_id>")
def change(hook_id: int) -> Response | tuple[str, int]:
    """Keep a system as it is now."""
    _one(hook_id)
    typed = _typed(hook_id)
    try:
        hooks.change(stores.casework(), hooks.checked(typed, _chosen().allow))
    except UserError as error:
        return _page(typed, forms.at_place(error, "name")), 400
    flash(f"已保存“{typed.name}”。", "done")
    return redirect(url_for("webhooks.show"))


@blueprint.post("/<id:hook_id>/switch")
def switch(hook_id: int) -> Response:
    """Tell a system no more, or again."""
    hook = _one(hook_id)
    hooks.switch(stores.casework(), hook_id, active=not hook.active)
    said = "已停用；停用期间的事不补发" if hook.active else "已启用"
    flash(f"{said}：{hook.name}。", "done")
    return redirect(url_for("webhooks.show"))


@blueprint.post("/<id:hook_id>/secret")
def rotate(hook_id: int) -> str:
    """Make a new secret; it is shown this once."""
    hook = _one(hook_id)
    secret = hooks.rotate(stores.casework(), hook_id, _now())
    return _page(None, told=(hook_id, hook.name, secret or ""))


@blueprint.post("/<id:hook_id>/try")
def try_out(hook_id: int) -> Response:
    """Send one message at once that says only that it came."""
    hook = _one(hook_id)
    reason = sending.try_out(stores.context(), _chosen(), hook, _now())
    if reason:
        flash(f"没有发成：{reason}", "error")
    else:
        flash(f"已发出，“{hook.name}”已收下。", "done")
    return redirect(url_for("webhooks.show"))


@blueprint.post("/<id:hook_id>/again")
def all_again(hook_id: int) -> Response:
    """Have all tried anew that was given up for a system."""
    hook = _one(hook_id)
    many = deliveries.send_all_again(stores.casework(), hook_id, _now())
    flash(f"重新发给“{hook.name}”：{many} 条，片刻后刷新本页看结果。", "done")
    return redirect(url_for("webhooks.show"))


@blueprint.post("/messages/<delivery_id>/again")
def again(delivery_id: str) -> Response:
    """Have one tried anew that was given up."""
    done = deliveries.send_again(stores.casework(), delivery_id, _now())
    return outgoing.tried_again(done, "通知", "webhooks.show")


@blueprint.post("/messages/<delivery_id>/drop")
def drop(delivery_id: str) -> Response:
    """Give one up; it stays on the page and can be sent again."""
    done = deliveries.drop(stores.casework(), delivery_id, _now())
    return outgoing.given_up(done, "通知", "webhooks.show")


def _page(
    hook: Hook | None,
    errors: dict[str, str] | None = None,
    told: tuple[int, str, str] | None = None,
) -> str:
    run = stores.casework().run
    return render_template(
        "webhooks.html",
        hooks=run(hooks.listed),
        counts=run(deliveries.counts_of_hooks),
        open=run(deliveries.listed, ("失败", "等待")),
        ended=run(deliveries.listed, ("已发", "作罢"), _LATELY),
        form=hook or Hook(0, "", "", EVENTS),
        errors=errors or {},
        told=told,
        events=TITLES,
        units=[one for one in stores.casework().people.units() if one],
        systems=[("", "没有接入"), *(one.name for one in run(tokens.listed))],
        most=deliveries.MOST_TRIES,
        days=hooks.ROTATING.days,
    )


def _typed(hook_id: int) -> Hook:
    return Hook(
        hook_id,
        forms.line("name"),
        forms.line("url"),
        hooks.chosen(request.form.getlist("event")),
        forms.line("unit"),
        forms.line("system"),
    )


def _one(hook_id: int) -> Hook:
    found = stores.casework().run(hooks.one, hook_id)
    if found is None:
        abort(404, "没有这个系统。")
    return found


def _chosen() -> Webhooks:
    found: Webhooks = current_app.config["CONFIGURATION"].webhooks
    return found


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
