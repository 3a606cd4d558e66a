"""今日: what is overdue, due, waiting; and 工作日历, the holidays by which days are counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework.calendar import workdays
from casework.calendar.deadlines import LIGHTS
from casework.overview.digest import PROMISE_DAYS, SOON_DAYS, digest
from casework.procedure.states import SAID
from desk import urging
from desk.reviewing.deciding import DECIDED
from drafting.errors import UserError
from web import forms, profiles, stores
from web.texts import parse_date, parse_number

blueprint = Blueprint("due", __name__)

NOTICE_MONTH = 11
SHOWN = 30
"""Lines of one list; the others stand on the work list."""
_FIELDS = ("first", "last", "kind", "name")


@blueprint.get("/today")
def today() -> str:
    """Show what the viewer has to look at today."""
    return _today({})


@blueprint.post("/today/urge")
def urge() -> Response | tuple[str, int]:
    """Remind of the matters that are ticked (``m``), without leaving the page."""
    chosen = {parse_number(one) for one in request.form.getlist("m")} - {0}
    try:
        count = urging.urge(stores.context(), stores.viewer(), chosen, forms.text("words"))
    except UserError as error:
        return _today(forms.at_place(error, "urge"), chosen), 400
    flash(f"已催办 {count} 件，承办单位的“今日”和通知里都有。", "done")
    return redirect(url_for("due.today"))


def _today(errors: Mapping[str, str], chosen: Collection[int] = ()) -> str:
    day = dt.date.today()
    known = stores.casework().run(workdays.load).years
    # The next year's holidays are announced in November; until then terms beyond it are guesses.
    wanted = {day.year, day.year + 1} if day.month >= NOTICE_MONTH else {day.year}
    return render_template(
        "today.html",
        unknown_years=sorted(wanted - known),
        found=digest(stores.casework(), stores.viewer(), day, profiles.habits),
        soon_days=SOON_DAYS,
        promise_days=PROMISE_DAYS,
        shown=SHOWN,
        lights=LIGHTS,
        said=SAID,
        decided=DECIDED,
        errors=errors,
        chosen=chosen,
        typed=request.form,
    )


@blueprint.get("/holidays")
def holidays() -> str:
    """Show the table of a year (``year``)."""
    return _page({}, {})


@blueprint.post("/holidays")
def enter() -> Response | tuple[str, int]:
    """Enter the office's own days; a later entry of a day replaces the earlier one."""
    typed = forms.lines(_FIELDS)
    casework = stores.casework()
    try:
        first = parse_date(typed["first"], "开始日期", "first")
        if first is None:
            raise UserError("请填写开始日期。", field="first")
        last = parse_date(typed["last"], "结束日期", "last") or first
        with stores.action("维护节假日", f"{first}—{last}", f"{typed['kind']} {typed['name']}"):
            count = casework.run(
                workdays.enter, first, last, typed["kind"], typed["name"], author=stores.author()
            )
    except UserError as error:
        return _page(typed, forms.at_place(error)), 400
    flash(f"已记下 {count} 天。", "done")
    return redirect(url_for("due.holidays", year=first.year))


@blueprint.post("/holidays/remove")
def remove() -> Response:
    """Remove an entry of the office's own; the shipped entry applies again."""
    day = forms.day("day", "日期")
    if day is None:
        abort(404)
    with stores.action("维护节假日", str(day), "取消"):
        stores.casework().run(workdays.remove, day)
    flash("已取消这一天的设置。", "done")
    return redirect(url_for("due.holidays", year=day.year))


def _page(typed: dict[str, str], errors: dict[str, str]) -> str:
    found = stores.casework().run(workdays.listed)
    this = dt.date.today().year
    year = parse_number(request.values.get("year")) or this
    years = sorted({this, this + 1, year, *(one.day.year for one in found)})
    return render_template(
        "holidays.html",
        days=[one for one in found if one.day.year == year],
        year=year,
        years=years,
        kinds=workdays.KIND_NAMES,
        weekdays="一二三四五六日",
        typed=typed,
        errors=errors,
    )
