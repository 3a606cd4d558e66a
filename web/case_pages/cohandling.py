"""在线会办: the lead unit asks units with accounts on line, and acts on what comes of it."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from casework import CoOpinion, Matter
from casework.procedure.states import BY_ID
from desk.opinions import cohandling
from drafting.answering.particulars import OPINION
from drafting.errors import UserError
from web import forms, stores
from web.case_pages import coopinions
from web.texts import parse_date, parse_number

blueprint = Blueprint("cohandling", __name__)


@blueprint.post("/matters/<id:matter_id>/opinions/online")
def ask(matter_id: int) -> Response | tuple[str, int]:
    """Put the matter before the units chosen, each under the name of its accounts."""
    matter = stores.matter_or_404(matter_id)
    coopinions.keep_units(matter_id, matter.draft)
    try:
        asked = _chosen(matter)
        due = parse_date(request.form.get("due", ""), "反馈期限", "online_due")
        due = due or coopinions.term(matter.draft, dt.date.today())
        with stores.casework().transaction():
            for line, unit in asked:
                cohandling.ask(stores.context(), matter, line, unit, due, stores.archive_of)
    except UserError as error:
        field = {"due": "online_due"}.get(error.field or "", error.field or "online")
        return coopinions.page(matter, {field: error.message}, online=request.form), 400
    units = "、".join(unit for _, unit in asked)
    flash(f"已向{units}在线征求意见，对方的待办里已有这一件。", "done")
    return redirect(url_for("coopinions.show", matter_id=matter_id, _anchor=f"o{asked[0][0].id}"))


@blueprint.post("/matters/<id:matter_id>/opinions/<id:opinion_id>/online/<move_id>")
def act(matter_id: int, opinion_id: int, move_id: str) -> Response | tuple[str, int]:
    """Remind the unit, send its opinion back, take that back, stop asking, or ask again."""
    matter = stores.matter_or_404(matter_id)
    found = cohandling.online(stores.context(), matter_id).get(opinion_id)
    if found is None or move_id not in cohandling.ACTS:
        abort(404, "没有这一步，或者这家单位没有在线征求。")
    said = forms.text("opinion")
    try:
        cohandling.act(stores.context(), stores.viewer(), found.link, move_id, said)
    except UserError as error:
        wrong = {f"{error.field or move_id}{opinion_id}": error.message}
        return coopinions.page(matter, wrong, typed={opinion_id: said}, tried=move_id), 400
    flash(f"已办：{BY_ID[move_id].name}（{found.link.name}）。", "done")
    if move_id == "send-opinion-back" and _inserted(matter, opinion_id):
        flash("已插入答复的会办意见没有改动，请看是否要移除。", "note")
    return redirect(url_for("coopinions.show", matter_id=matter_id, _anchor=f"o{opinion_id}"))


def _chosen(matter: Matter) -> list[tuple[CoOpinion, str]]:
    """The lines that are ticked, each with the unit of accounts chosen for it."""
    wanted = {parse_number(one) for one in request.form.getlist("u")}
    found = [
        (line, forms.line(f"unit{line.id}"))
        for line in stores.casework().co_opinions(matter.id)
        if line.id in wanted and line.unit in matter.draft.proposal.co_units
    ]
    if not found:
        raise UserError("请至少勾选一家会办单位。", field="online")
    for line, unit in found:
        if not unit:
            raise UserError(f"请选定{line.unit}是哪个单位的账号。", field="online")
    return found


def _inserted(matter: Matter, opinion_id: int) -> bool:
    source = f"{OPINION}{opinion_id}"
    return any(
        one.passage.source == source for answer in matter.draft.answers for one in answer.evidence
    )
