"""送核稿: what still prevents it, and the record of who sent the draft on, when and why."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework import Matter, aligned, shortfalls
from casework.moving import Hindered
from casework.procedure.given import OVERRIDE_MAX_CHARS, Given
from casework.procedure.guards import Situation
from casework.procedure.obstacles import Obstacle
from casework.procedure.states import BY_ID
from drafting.errors import UserError
from web import forms, stores
from web.case_pages import procedure

blueprint = Blueprint("review", __name__)

_SHOWN = ("submit", "withdraw", "return-review", "return-approve", "return-countersign")


@blueprint.get("/matters/<id:matter_id>/review")
def show(matter_id: int) -> str:
    """Show what stands in the way, or the button."""
    return _page(procedure.situation_of(stores.matter_or_404(matter_id)), {})


@blueprint.post("/matters/<id:matter_id>/review")
def send(matter_id: int) -> Response | tuple[str, int]:
    """Send the draft on; while a 待核实 stands this needs a reason, which is kept."""
    now = procedure.situation_of(stores.matter_or_404(matter_id))
    reason = forms.text("reason")
    if len(reason) > OVERRIDE_MAX_CHARS:
        return _page(now, {"reason": f"理由不能超过{OVERRIDE_MAX_CHARS}个字。"}), 400
    try:
        procedure.go(now, BY_ID["submit"], Given(override=reason))
    except Hindered as error:
        yields = all(one.guard.yields for one in error.hindrances)
        message = "还有待核实的内容或须改的问题，不能送核稿。确需先送的，请写明理由。"
        # Nothing has moved: the paper read for this is used again.
        return _page(now, {"reason": message if yields else error.message}), 400
    except UserError as error:
        return _overtaken(now.matter, error), 409
    flash("已送核稿。", "done")
    return redirect(url_for("review.show", matter_id=matter_id))


@blueprint.post("/matters/<id:matter_id>/review/withdraw")
def withdraw(matter_id: int) -> Response | tuple[str, int]:
    """Take the draft back to be written on."""
    matter = stores.matter_or_404(matter_id)
    try:
        procedure.go(procedure.situation_of(matter), BY_ID["withdraw"], Given())
    except UserError as error:
        return _overtaken(matter, error), 409
    flash("已撤回，可以继续修改。", "done")
    return redirect(url_for("workbench.show", matter_id=matter_id))


def _overtaken(matter: Matter, error: UserError) -> str:
    return _page(procedure.situation_of(matter), {"": error.message})


def _page(now: Situation, errors: dict[str, str]) -> str:
    matter = now.matter
    answers = aligned(matter.draft).answers
    groups: dict[int | None, list[Obstacle]] = {}
    for one in now.obstacles:
        groups.setdefault(one.place, []).append(one)
    lacking = [
        (place, words)
        for place, answer in enumerate(answers)
        if (words := [one for one in shortfalls(answer) if not one.startswith(("待核实", "未答"))])
    ]
    return render_template(
        "review.html",
        matter=matter,
        stage=now.stage,
        obstacles=now.obstacles,
        blocks=now.blocks,
        proofread=(now.paper.problem or now.paper.told).splitlines(),
        groups=groups,
        lacking=lacking,
        steps=[step for step in reversed(now.history) if step.move.id in _SHOWN],
        errors=errors,
        reason=request.form.get("reason", ""),
    )
