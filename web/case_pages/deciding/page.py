"""审阅: the desk of whoever reads and decides — the paper, what changed, 通过 or 退回, the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework import Matter, aligned
from casework.moving import NotYours, Offer, Overtaken, offers
from casework.procedure.given import FIELDS, is_needed
from casework.procedure.guards import Situation
from casework.procedure.stage import Step
from casework.procedure.states import BY_ID, SAID
from desk import deciding
from drafting.errors import UserError
from drafting.returning.redlined import Spot
from drafting.writing.preview import show_layout
from web import stores
from web.case_pages import procedure

blueprint = Blueprint("deciding", __name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """The paper as the page shows it: pages as HTML, what changed since ``since``, and why there
    is no paper."""

    preview: str = ""
    lines: Mapping[int, str] | None = None
    spots: tuple[Spot, ...] = ()
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
        procedure.go(now, move, procedure.given_of(move))
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


# ------------------------------------------------------------------ within


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
        hindrances=_in_the_way(on),
        sent=sent[-1] if sent else None,
        particulars=now.paper.particulars,
        findings=now.paper.findings,
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
        return Shown(problem=error.message)
    since = deciding.last_read(now.history, now.doer.name)
    spots = _spots(matter, sheet, since)
    preview = show_layout(sheet.reply, sheet.layout, deciding.marks(spots))
    return Shown(preview, sheet.lines, spots, since)


def _spots(matter: Matter, sheet: deciding.Sheet, since: Step | None) -> tuple[Spot, ...]:
    if since is None:
        return ()
    before = deciding.former(stores.context(), matter.id, since.version)
    return deciding.changes(sheet, before) if before is not None else ()
