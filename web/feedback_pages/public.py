"""What a proposer sees who comes by a link: one quiet page, without an account.

It shows number and subject of the matter and whose reply it is, nothing else of it; of a link that
is good no more, number and subject; of one that never was, nothing.
"""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, render_template, request

from casework import Matter
from casework.procedure.ratings import WORDS_MAX_CHARS
from desk.opinions import rating
from desk.opinions.rating import Arrival
from drafting.errors import UserError
from web import forms, profiles, stores

blueprint = Blueprint("rating", __name__)

SAID = {
    "unknown": ("没有这个链接", "请核对网址，或者重新扫描征询意见表上的二维码。"),
    "used": ("已经收到您的评价", "这个链接只能用一次。需要补充的，请与承办单位联系。"),
    "ended": ("链接已经失效", "已过期或由承办单位作废。仍要评价的，请与承办单位联系。"),
    "early": ("答复还没有印送", "收到答复以后，再用这个链接评价。"),
}
"""Of a link that is not good: the heading, and what to do."""
CODES = {"unknown": 404, "used": 410, "ended": 410, "early": 403}


@blueprint.get("/r/<token>")
def show(token: str) -> tuple[str, int]:
    """Show the form, or what became of the link."""
    return _page(rating.arrive(stores.casework(), token), {})


@blueprint.post("/r/<token>")
def send(token: str) -> tuple[str, int]:
    """Keep the rating; what is wrong is said at its field, and what was typed stays."""
    casework = stores.casework()
    values = (forms.line("satisfaction"), forms.line("attitude"), forms.text("words"))
    try:
        found = rating.rate(casework, token, *values, dt.date.today())
    except UserError as error:
        return _page(rating.arrive(casework, token), forms.at_place(error, "satisfaction"), 400)
    if found.state != "open":
        # Said and logged as for whoever opens it.
        return _page(rating.arrive(casework, token), {})
    return render_template("rating.html", matter=found.matter, done=True, errors={}), 200


def _page(found: Arrival, errors: dict[str, str], code: int = 200) -> tuple[str, int]:
    said = SAID.get(found.state)
    page = render_template(
        "rating.html",
        matter=found.matter,
        said=said,
        unit=_unit(found.matter) if found.matter and not said else "",
        choices=profiles.verdicts(found.matter.draft.profile) if found.matter else {},
        errors=errors,
        typed=request.form,
        words_max=WORDS_MAX_CHARS,
    )
    return page, CODES.get(found.state, code)


def _unit(matter: Matter) -> str:
    """Return whose reply it is; nothing where the unit's profile cannot be read."""
    try:
        return profiles.habits(matter.draft.profile).unit.name
    except UserError:
        return ""
