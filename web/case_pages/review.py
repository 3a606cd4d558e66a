"""送核稿: what still prevents it, and the record of who sent the draft on, when and why."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework import Matter, aligned, confirming, shortfalls
from casework.moving import Hindered
from casework.procedure.given import OVERRIDE_MAX_CHARS, Given
from casework.procedure.guards import Situation
from casework.procedure.obstacles import Obstacle
from casework.procedure.stage import is_sent
from casework.procedure.states import BY_ID, Move
from desk.drafts import particulars
from desk.drafts.particulars import Which
from desk.prints import own_templates
from drafting.answering.answerable import BESIDE, LETTERS, SESSION, Claim
from drafting.answering.particulars import FIELDS
from drafting.errors import UserError
from drafting.model import ANSWER_TITLES
from web import forms, stores
from web.case_pages import procedure
from web.texts import parse_number

blueprint = Blueprint("review", __name__)

NEAR = 80
"""Characters of a particular's sentence that are shown on either side of it."""

_LEFT = {"无待核实": "待核实的内容", "校对无须改": "须改的问题"}
_SHOWN = (
    "submit",
    "withdraw",
    "return-review",
    "return-approve",
    "return-countersign",
    "return-supervised",
    "submit-opinion",
    "return-opinion",
    "send-opinion-back",
)


@blueprint.get("/matters/<id:matter_id>/review")
def show(matter_id: int) -> str:
    """Show what stands in the way, or the button."""
    return _page(procedure.situation_of(stores.matter_or_404(matter_id)), {})


@blueprint.post("/matters/<id:matter_id>/review")
def send(matter_id: int) -> Response | tuple[str, int]:
    """Send the draft on; while a 待核实 stands this needs a reason, which is kept.

    What has no source and was confirmed by nobody stops it, whatever the reason.
    """
    now = procedure.situation_of(stores.matter_or_404(matter_id))
    reason = forms.text("reason")
    if len(reason) > OVERRIDE_MAX_CHARS:
        return _page(now, {"reason": f"理由不能超过{OVERRIDE_MAX_CHARS}个字。"}), 400
    try:
        procedure.go(now, _sending(now), Given(override=reason))
    except Hindered as error:
        # Nothing has moved: the paper read for this is used again.
        return _page(now, _in_the_way(now, error)), 400
    except UserError as error:
        return _overtaken(now.matter, error), 409
    flash(f"已{_sending(now).name}。", "done")
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


@blueprint.post("/matters/<id:matter_id>/review/confirm")
def confirm(matter_id: int) -> Response | tuple[str, int]:
    """Keep that whoever presses answers for one particular, and go on to the next."""
    matter = stores.matter_or_404(matter_id)
    form = request.form
    name = stores.author() or forms.line("name")
    suggestion, field, start, text = (form.get("which", "").split("|", 3) + [""] * 4)[:4]
    which = Which(suggestion, field, text, parse_number(start))
    try:
        done = particulars.confirm(stores.context(), matter, which, name)
    except UserError as error:
        code = 400 if error.field == "name" else 409
        return _page(procedure.situation_of(matter), {error.field or "": error.message}), code
    flash(f"已确认：{done.text}。", "done")
    of_letter = done.field in LETTERS
    all_of = particulars.of_letters if of_letter else particulars.of_matter
    left = _waiting(all_of(stores.context(), matter))
    behind = [one for one in left if _order(one) > _order(done)] or left
    anchor = _anchor(behind[0]) if behind else "letters" if of_letter else "send"
    return redirect(url_for("review.show", matter_id=matter_id, _anchor=anchor))


@blueprint.post("/matters/<id:matter_id>/review/unconfirm")
def unconfirm(matter_id: int) -> Response | tuple[str, int]:
    """Take a confirmation back."""
    matter = stores.matter_or_404(matter_id)
    try:
        done = confirming.undo(stores.casework(), matter.id, forms.number("confirmation"))
    except UserError as error:
        return _page(procedure.situation_of(matter), {"": error.message}), 409
    flash(f"已撤销对“{done.text}”的确认。" if done else "这一处的确认已经撤销。", "done")
    return redirect(url_for("review.show", matter_id=matter_id, _anchor="particulars"))


def _sending(now: Situation) -> Move:
    """The move that sends the draft on: an opinion asked for on line goes to the own leader."""
    return BY_ID["submit-opinion" if now.link else "submit"]


def _in_the_way(now: Situation, error: Hindered) -> dict[str, str]:
    """What is said where the press did not send: at the reason, or above where none helps."""
    names = {one.name for one in error.hindrances}
    if not names <= {*_LEFT, "内容有出处"}:
        return {"": error.message}
    left, send = [words for name, words in _LEFT.items() if name in names], _sending(now).name
    if "内容有出处" not in names:
        reason = f"还有{'和'.join(left)}，不能{send}。确需先送的，请写明理由。"
        return {"reason": reason}
    left.append(f"{len(now.unanswered)}处没有出处、没有人确认的内容")
    return {"": f"还有{'、'.join(left)}，不能{send}。没有出处的请在下面逐处确认，或者改写。"}


def _waiting(found: Sequence[Claim]) -> list[Claim]:
    return [one for one in found if not one.settled]


def _order(one: Claim) -> tuple[int, int, int]:
    place = -1 if one.place is None else one.place
    return place, FIELDS.index(one.field) if one.field in FIELDS else -1, one.start


def _anchor(one: Claim) -> str:
    return "p-session" if one.kind == SESSION else f"p{_order(one)[0] + 1}-{one.field}-{one.start}"


def _overtaken(matter: Matter, error: UserError) -> str:
    return _page(procedure.situation_of(matter), {"": error.message})


def _name(now: Situation) -> str:
    """The name that the single user confirms under: as typed, or as he did last."""
    typed = forms.line("name")
    known = stores.casework().run(confirming.listed, now.matter.id)
    return typed or (known[0].name if known else now.stage.handler)


def _page(now: Situation, errors: dict[str, str]) -> str:
    matter = now.matter
    answers, role = aligned(matter.draft).answers, matter.draft.proposal.role
    groups: dict[int | None, list[Obstacle]] = {}
    for one in now.obstacles:
        groups.setdefault(one.place, []).append(one)
    lacking = [
        (place, words)
        for place, answer in enumerate(answers)
        if (
            words := [
                one
                for one in shortfalls(answer, role=role)
                if not one.startswith(("待核实", "未答"))
            ]
        )
    ]
    letters = particulars.of_letters(stores.context(), matter)
    return render_template(
        "review.html",
        matter=matter,
        stage=now.stage,
        send=_sending(now),
        obstacles=now.obstacles,
        blocks=now.blocks,
        waiting=_waiting(now.paper.particulars),
        confirmed=[one for one in now.paper.particulars if one.why and one.confirmation],
        given=[one for one in now.paper.particulars if not one.why],
        stops=now.profile.particulars.unproven == "block",
        open=not stores.casework().run(is_sent, matter.id),
        name=_name(now),
        anchor=_anchor,
        near=NEAR,
        titles={**ANSWER_TITLES, **BESIDE},
        letters=_waiting(letters),
        letters_confirmed=[one for one in letters if one.confirmation],
        letter_forms=LETTERS,
        proofread=(now.paper.problem or now.paper.told).splitlines(),
        in_template=own_templates.told(stores.context(), matter),
        groups=groups,
        lacking=lacking,
        steps=[step for step in reversed(now.history) if step.move.id in _SHOWN],
        errors=errors,
        reason=request.form.get("reason", ""),
    )
