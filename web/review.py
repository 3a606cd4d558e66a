"""送核稿: what still stands in the way, and the record of who sent it on, when and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework import Matter, aligned, pending_marks, shortfalls
from drafting.model import UserError
from web import checkview, profiles, stores
from web.texts import clean

blueprint = Blueprint("review", __name__)

REASON_MAX_CHARS = 500
# The number is given when the letter is signed: it cannot be known before.
_LATER = ("【待核实：编号】", "【待核实：发文字号】")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something not verified or not said; ``place`` counts suggestions from 0."""

    text: str
    place: int | None = None


@blueprint.get("/matters/<id:matter_id>/review")
def show(matter_id: int) -> str:
    """Show what stands in the way, or the button."""
    return _page(stores.matter_or_404(matter_id), {})


@blueprint.post("/matters/<id:matter_id>/review")
def send(matter_id: int) -> Response | tuple[str, int]:
    """Send the draft on; while a 待核实 stands this needs a reason, which is kept."""
    matter = stores.matter_or_404(matter_id)
    reason = clean(request.form.get("reason", ""))
    if len(reason) > REASON_MAX_CHARS:
        return _page(matter, {"reason": f"理由不能超过{REASON_MAX_CHARS}个字。"}), 400
    if obstacles(matter) and not reason:
        message = "还有待核实的内容，不能送核稿。确需先送的，请写明理由。"
        return _page(matter, {"reason": message}), 400
    stores.casework().enter_stage(matter_id, "送核稿", author=stores.author(), reason=reason)
    stores.casework().name_version(matter_id, matter.version, "送核稿")
    flash("已送核稿。", "done")
    return redirect(url_for("review.show", matter_id=matter_id))


@blueprint.post("/matters/<id:matter_id>/review/withdraw")
def withdraw(matter_id: int) -> Response:
    """Take the draft back to be written on."""
    stores.matter_or_404(matter_id)
    stores.casework().enter_stage(matter_id, "拟稿", author=stores.author())
    flash("已撤回，可以继续修改。", "done")
    return redirect(url_for("workbench.show", matter_id=matter_id))


def obstacles(matter: Matter) -> list[Obstacle]:
    """Return what is marked 待核实, in the answers and elsewhere on the paper.

    A suggestion without an answer is such a mark too: the paper prints one in its place.
    """
    answers = aligned(matter.draft).answers
    found = [
        Obstacle(mark, place)
        for place, answer in enumerate(answers)
        for mark in pending_marks(answer)
    ]
    found += [
        Obstacle("尚未答复", place)
        for place, answer in enumerate(answers)
        if shortfalls(answer) == ("未答",)
    ]
    left = Counter(_on_paper(matter)) - Counter(one.text for one in found)
    unanswered = "【待核实：本条建议尚未答复】"
    return found + [Obstacle(mark) for mark in left if mark not in (*_LATER, unanswered)]


def _on_paper(matter: Matter) -> list[str]:
    from drafting.assembly import assemble, default_form
    from drafting.facts import pending
    from drafting.writing import write_text

    draft = aligned(matter.draft)
    form = default_form(draft.proposal)
    try:
        reply = assemble(draft, profiles.load(draft.profile), form=form)
    except UserError as error:
        return [error.message]
    return pending(write_text(reply))


def _proofread(matter: Matter) -> list[str]:
    """What the proofreader finds in the paper, as the sign-off sheet says it."""
    try:
        return checkview.summary(matter).split("\n")
    except UserError as error:
        return [error.message]


def _page(matter: Matter, errors: dict[str, str]) -> str:
    answers = aligned(matter.draft).answers
    standing = obstacles(matter)
    groups: dict[int | None, list[Obstacle]] = {}
    for one in standing:
        groups.setdefault(one.place, []).append(one)
    lacking = [
        (place, words)
        for place, answer in enumerate(answers)
        if (words := [one for one in shortfalls(answer) if not one.startswith(("待核实", "未答"))])
    ]
    return render_template(
        "review.html",
        matter=matter,
        obstacles=standing,
        proofread=_proofread(matter),
        groups=groups,
        lacking=lacking,
        stages=stores.casework().stages(matter.id),
        errors=errors,
        reason=request.form.get("reason", ""),
    )
