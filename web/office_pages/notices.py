"""通知: what is new since the last look; and for administrators how the messages fare."""

from __future__ import annotations

import datetime as dt

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

from casework.notices import looking, outbox, spreading
from casework.notices.channels import channel_of, fault, form_name, names, reaches
from storage.configuration import Configuration
from web import stores
from web.office_pages import outgoing

blueprint = Blueprint("notices", __name__, url_prefix="/notices")


@blueprint.get("")
def show() -> str:
    """Show what the viewer was told, what is new on top; it is seen by that."""
    if g.single_user:
        abort(404, "目前是单用户模式，没有要通知的人；要办的事在“今日”。")
    told = looking.look(stores.casework(), stores.viewer())
    g.news = 0
    return render_template("notices.html", told=told, new=sum(one.new for one in told))


@blueprint.get("/messages")
def messages() -> str:
    """Show the channels, what waits or failed, and what went lately; no matter is named."""
    chosen, folder = _configuration(), current_app.config["DATA_FOLDER"]
    run = stores.casework().run
    return render_template(
        "messages.html",
        channels=[
            (one, form_name(one), fault(one, chosen, folder), names(one)) for one in chosen.channels
        ],
        open=run(outbox.listed, ("等待", "失败")),
        ended=run(outbox.listed, ("已发", "作罢"))[:50],
        counts=run(outbox.counts),
        shown=outbox.SHOWN,
        most=outbox.MOST_TRIES,
    )


@blueprint.post("/messages/try")
def try_out() -> Response:
    """Put a message into the outbox that says only that it came; no page waits for it."""
    channel = channel_of(_configuration().channels, request.form.get("channel", ""))
    if channel is None:
        abort(404, "配置里没有这个渠道。")
    person = request.form.get("person", "") or next(iter(names(channel)), g.user or "")
    if not reaches(channel, person):
        abort(404, "这个渠道不发给这个人。")
    with stores.action("试发消息", f"{channel.name}：{person}"):
        stores.casework().run(spreading.put_test, channel.name, person, _now())
    flash("已交付发送。片刻后刷新本页，看是否发成。", "done")
    return redirect(url_for("notices.messages"))


@blueprint.post("/messages/<message_id>/again")
def again(message_id: str) -> Response:
    """Have a message that was given up tried anew."""
    done = outbox.send_again(stores.casework(), message_id, _now())
    return outgoing.tried_again(done, "消息", "notices.messages")


@blueprint.post("/messages/<message_id>/drop")
def drop(message_id: str) -> Response:
    """Give up a message; it stays on the page and can be sent again."""
    done = outbox.drop(stores.casework(), message_id, _now())
    return outgoing.given_up(done, "消息", "notices.messages")


def _configuration() -> Configuration:
    found: Configuration = current_app.config["CONFIGURATION"]
    return found


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
