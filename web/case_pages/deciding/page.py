"""审阅: the desk of whoever reads and decides — the paper, what changed, 通过 or 退回, the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework import Matter, aligned
from casework import commenting as comments
from casework.moving import NotYours, Offer, Overtaken, offers
from casework.procedure.given import FIELDS, is_needed
from casework.procedure.guards import Situation
from casework.procedure.stage import Step, is_sent
from casework.procedure.states import BY_ID, SAID, Move
from desk.reviewing import commenting, deciding
from desk.reviewing.commenting import Placed
from drafting.errors import UserError
from drafting.returning.redlined import Spot
from drafting.writing.preview import show_layout
from web import forms, stores
from web.case_pages import procedure
from web.texts import parse_number

blueprint = Blueprint("deciding", __name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """The paper as the page shows it: pages as HTML, what changed since ``since``, and why there
    is no paper."""

    preview: str = ""
    lines: Mapping[int, str] | None = None
    spots: tuple[Spot, ...] = ()
    comments: Sequence[Placed] = ()
    since: Step | None = None
    problem: str = ""


@blueprint.get("/decide")
def start() -> Response | str:
    """Open the first paper that waits for the viewer, or say that none does."""
    waiting = deciding.queue(stores.context(), stores.viewer())
    if waiting.lines:
        return redirect(url_for("deciding.show", matter_id=waiting.lines[0].summary.id))
    return render_template("decided.html")


@blueprint.get("/matters/<id:matter_id>/decide")
def show(matter_id: int) -> str:
    """Show the paper with what has changed since the viewer decided of it last."""
    return _page(procedure.situation_of(stores.matter_or_404(matter_id)), {})


@blueprint.post("/matters/<id:matter_id>/decide/<move_id>")
def make(matter_id: int, move_id: str) -> Response | tuple[str, int]:
    """Pass the paper on or send it back; then open the next that waits."""
    if move_id not in BY_ID:
        abort(404, "没有这一步。")
    move = BY_ID[move_id]
    now = procedure.situation_of(stores.matter_or_404(matter_id))
    waiting = deciding.queue(stores.context(), stores.viewer(), matter_id)
    try:
        procedure.go(now, move, procedure.given_of(move, _said(now, move)))
    except UserError as error:
        code = 409 if isinstance(error, Overtaken) else 403 if isinstance(error, NotYours) else 400
        again = procedure.situation_of(stores.matter_or_404(matter_id))
        return _page(again, procedure.errors_of(error), move_id), code
    subject = now.matter.draft.proposal.subject or "这件提案"
    flash(f"已办：{move.name}（{subject}）。", "done")
    onward = deciding.following(waiting, matter_id)
    if onward is None:
        return redirect(url_for("deciding.start"))
    return redirect(url_for("deciding.show", matter_id=onward))


@blueprint.post("/matters/<id:matter_id>/comments")
def comment(matter_id: int) -> Response | tuple[str, int]:
    """Put a comment at the passage that was selected, or at a whole paragraph."""
    matter = stores.matter_or_404(matter_id)
    item, near = (parse_number(request.form.get(name)) for name in ("item", "near"))
    words, said = forms.text("words"), forms.text("said")
    try:
        made = commenting.add(stores.context(), matter, item, words, near, said)
    except UserError as error:
        return _page(procedure.situation_of(matter), forms.at_place(error)), 400
    return redirect(url_for("deciding.show", matter_id=matter_id, _anchor=f"c-{made}"))


@blueprint.post("/matters/<id:matter_id>/comments/change")
def change_comment(matter_id: int) -> Response | tuple[str, int]:
    """Take a comment back, or open one again (``withdraw``, ``reopen``: its id)."""
    matter = stores.matter_or_404(matter_id)
    try:
        if taken := parse_number(request.form.get("withdraw")):
            comments.withdraw(stores.casework(), matter.id, taken)
        else:
            opened = parse_number(request.form.get("reopen"))
            comments.reopen(stores.casework(), matter.id, opened)
    except UserError as error:
        return _page(procedure.situation_of(matter), {"said": error.message}), 409
    return redirect(url_for("deciding.show", matter_id=matter_id, _anchor="comments"))


# ------------------------------------------------------------------ within


def _said(now: Situation, move: Move) -> dict[str, str]:
    """Whoever has commented need not say again why the paper goes back."""
    if move.opinion != "must" or forms.text("opinion"):
        return {}
    found = stores.casework().run(comments.listed, now.matter.id)
    own = [one for one in found if one.is_open and one.author == stores.casework().actor.who]
    return {"opinion": f"请按批注修改（{len(own)} 处）。"} if own else {}


def _page(now: Situation, errors: Mapping[str, str], tried: str = "") -> str:
    matter = now.matter
    on, back = deciding.decisions(offers(now))
    sent = [step for step in now.history if step.move.step == "拟稿"]
    return render_template(
        "deciding.html",
        matter=matter,
        draft=aligned(matter.draft),
        now=now,
        stage=now.stage,
        said=SAID,
        shown=_shown(now),
        queue=deciding.queue(stores.context(), stores.viewer(), matter.id),
        on=on,
        back=back,
        asks=dict.fromkeys(ask for one in on for ask in one.move.asks),
        fields=FIELDS,
        is_needed=is_needed,
        classes=procedure.classes_of(now),
        hindrances=_in_the_way(on),
        sent=sent[-1] if sent else None,
        particulars=now.paper.particulars,
        findings=now.paper.findings,
        viewer_name=stores.casework().actor.who,
        may_comment=not stores.casework().run(is_sent, matter.id),
        places=[one.suggestion.key for one in aligned(matter.draft).answers],
        errors=errors,
        tried=tried,
        typed=request.form,
    )


def _in_the_way(on: list[Offer]) -> list[tuple[str, bool]]:
    """What stands in the way of passing it on, each once, and whether a reason helps."""
    found = {
        item: one.guard.yields for offer in on for one in offer.hindrances for item in one.items
    }
    return list(found.items())


def _shown(now: Situation) -> Shown:
    context, matter = stores.context(), now.matter
    try:
        sheet = deciding.sheet(context, matter)
    except UserError as error:
        # Without a paper no passage is found; what was said of it is still shown.
        return Shown(comments=commenting.placed(context, matter, {}), problem=error.message)
    since = deciding.last_read(now.history, now.doer.name)
    spots = _spots(matter, sheet, since)
    said = commenting.placed(context, matter, sheet.lines)
    marks = commenting.with_marks(deciding.marks(spots), said)
    preview = show_layout(sheet.reply, sheet.layout, marks)
    return Shown(preview, sheet.lines, spots, said, since)


def _spots(matter: Matter, sheet: deciding.Sheet, since: Step | None) -> tuple[Spot, ...]:
    if since is None:
        return ()
    before = deciding.former(stores.context(), matter.id, since.version)
    return deciding.changes(sheet, before) if before is not None else ()
