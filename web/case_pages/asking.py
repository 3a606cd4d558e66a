"""征求会办意见函: letters to one or several 会办 units, and the record that they were sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from casework import CoOpinion, Matter
from desk.opinions import asking
from drafting.errors import UserError
from web import forms, profiles, stores
from web.case_pages import coopinions
from web.downloads import DOCX, attachment
from web.texts import parse_date, parse_number

blueprint = Blueprint("asking", __name__)
ZIP = "application/zip"


@blueprint.post("/matters/<id:matter_id>/opinions/letters")
def make(matter_id: int) -> BaseResponse | tuple[str, int]:
    """Lead to the letters that were asked for; record the asking where they have gone out."""
    matter = stores.matter_or_404(matter_id)
    chosen = _chosen(matter, request.form)
    try:
        if not chosen:
            raise UserError("请至少勾选一家会办单位。", field="units")
        asked, due = _dates(matter, request.form)
        # A letter that cannot be made is reported here, where it was requested.
        profile = profiles.load(matter.draft.profile)
        together = request.form.get("way") == "together"
        asking.letters(matter, profile, chosen, asked, due, together=together)
        if request.form.get("sent"):
            asking.record(
                stores.casework(), chosen, asked, due, today=dt.date.today(), by=stores.author()
            )
    except UserError as error:
        wrong = forms.at_place(error, "units")
        return coopinions.page(matter, wrong, letter=request.form), 400
    ids = [line.id for line in chosen]
    way = "together" if together else None
    if not request.form.get("sent"):
        target = url_for(
            "asking.letters", matter_id=matter_id, u=ids, asked=asked, due=due, way=way
        )
        return redirect(target, 303)
    flash(f"已记下向 {len(chosen)} 家单位征求意见。", "done")
    return redirect(url_for("coopinions.show", matter_id=matter_id, made=ids, way=way), 303)


@blueprint.get("/matters/<id:matter_id>/opinions/letters")
def letters(matter_id: int) -> Response:
    """Give the letter to the units ``u``, or a zip of their letters; all units without ``u``."""
    matter = stores.matter_or_404(matter_id)
    chosen = _chosen(matter, request.args) if "u" in request.args else _lines(matter)
    if not chosen:
        abort(404, "本件没有可以征求意见的会办单位。")
    name, content = asking.letters(
        matter,
        profiles.load(matter.draft.profile),
        chosen,
        parse_date(request.args.get("asked", ""), "函的日期", "asked"),
        parse_date(request.args.get("due", ""), "反馈期限", "due"),
        together=request.args.get("way") == "together",
    )
    return attachment(content, name, ZIP if name.endswith(".zip") else DOCX)


def _lines(matter: Matter) -> Sequence[CoOpinion]:
    coopinions.keep_units(matter.id, matter.draft)
    units = matter.draft.proposal.co_units
    return [one for one in stores.casework().co_opinions(matter.id) if one.unit in units]


def _chosen(matter: Matter, values: MultiDict[str, str]) -> Sequence[CoOpinion]:
    wanted = {parse_number(one) for one in values.getlist("u")}
    return [line for line in _lines(matter) if line.id in wanted]


def _dates(matter: Matter, values: MultiDict[str, str]) -> tuple[dt.date | None, dt.date | None]:
    """Return the letters' date, today where none was typed, and the term; an empty one is reckoned.

    Raises :class:`UserError` (field ``asked`` or ``due``).
    """
    asked = parse_date(values.get("asked", ""), "函的日期", "asked") or dt.date.today()
    due = parse_date(values.get("due", ""), "反馈期限", "due")
    if due is None:
        due = coopinions.term(matter.draft, asked)
    if due is not None and due < asked:
        raise UserError("反馈期限早于函的日期，请核对。", field="due")
    return asked, due
