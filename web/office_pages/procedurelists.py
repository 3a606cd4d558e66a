"""The lists that the procedure keeps: 承诺 still open, and 发文登记 with the numbers."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework.calendar.deadlines import LIGHTS, Light, light
from casework.calendar.workdays import Workdays
from casework.calendar.workdays import load as load_days
from casework.nouns import Summary
from casework.overview.waiting import visible
from casework.procedure import numbers, promises
from drafting.errors import UserError
from web import forms, paging, profiles, stores
from web.texts import parse_number

blueprint = Blueprint("lists", __name__)

SOON_WORKING_DAYS = 20


@blueprint.get("/promises")
def owed() -> str:
    """Show the open promises, or (``settled``) those that were answered again."""
    return _page({}, 0)


@blueprint.post("/matters/<id:matter_id>/promises/<id:promise_id>/keep")
def keep(matter_id: int, promise_id: int) -> Response | tuple[str, int]:
    """Record that a promise was kept, when and how."""
    _promise_or_404(matter_id, promise_id)
    casework = stores.casework()
    note = forms.text("note")
    try:
        day = forms.day("day", "落实日期") or dt.date.today()
        if day > dt.date.today():
            raise UserError("落实日期晚于今天，请核对。", field="day")
        with stores.action("办理承诺", f"提案 {matter_id}", "已落实"):
            casework.run(promises.keep, promise_id, day, note, stores.author())
    except UserError as error:
        return _page(forms.at_place(error), promise_id), 400
    flash("已登记落实情况，可以在办理流程里续办答复。", "done")
    return redirect(url_for("lists.owed"))


@blueprint.post("/matters/<id:matter_id>/promises/<id:promise_id>/due")
def redate(matter_id: int, promise_id: int) -> Response | tuple[str, int]:
    """Set the day by which a promise is due."""
    _promise_or_404(matter_id, promise_id)
    try:
        due = forms.day("due", "时限")
    except UserError as error:
        return _page({"due": error.message}, promise_id), 400
    with stores.action("办理承诺", f"提案 {matter_id}", f"时限 {due or '未定'}"):
        stores.casework().run(promises.redate, promise_id, due)
    flash("已改时限。", "done")
    return redirect(url_for("lists.owed"))


@blueprint.get("/numbers")
def book() -> str:
    """Show the book of numbers of a year: given, void and why; of one's own series, and of the
    matters that one sees."""
    seen, own = _seen(), {one.name for one in profiles.own()}
    mine = [
        one
        for one in stores.casework().run(numbers.every)
        if one.matter in seen or one.profile in own or stores.sees_all()
    ]
    known = sorted({one.year for one in mine}, reverse=True)
    year = parse_number(request.args.get("year")) or next(iter(known), dt.date.today().year)
    shown = [one for one in mine if one.year == year]
    page = paging.cut(shown, parse_number(request.args.get("page")), paging.wanted())
    return render_template("numbers.html", page=page, year=year, years=known, seen=seen)


def _promise_or_404(matter_id: int, promise_id: int) -> promises.Promise:
    stores.matter_or_404(matter_id)
    found = {one.id: one for one in stores.casework().run(promises.of_matter, matter_id)}
    if promise_id not in found:
        abort(404, "没有这项承诺。")
    return found[promise_id]


def _seen() -> dict[int, Summary]:
    return {one.id: one for one in visible(stores.casework(), stores.viewer())}


def _page(errors: dict[str, str], wrong: int) -> str:
    casework, seen, day = stores.casework(), _seen(), dt.date.today()
    settled = bool(request.args.get("settled"))
    days = casework.run(load_days)
    found = [one for one in casework.run(promises.listed, settled=settled) if one.matter in seen]
    places = {one.id: place for place, one in enumerate(found)}
    # What was typed wrongly is shown again, on whatever page it stands.
    asked = parse_number(request.args.get("page"))
    shown = paging.wanted()
    page = paging.cut(found, asked, shown)
    if wrong in places:
        page = paging.page_of(found, places[wrong])
    return render_template(
        "promises.html",
        page=page,
        lines=[(one, seen[one.matter], _light(one, day, days)) for one in page.items],
        settled=settled,
        lights=LIGHTS,
        today=day,
        errors=errors,
        wrong=wrong,
        typed=request.form,
    )


def _light(one: promises.Promise, day: dt.date, days: Workdays) -> Light:
    return "已办" if one.kept else light(one.due, day, days, SOON_WORKING_DAYS)
