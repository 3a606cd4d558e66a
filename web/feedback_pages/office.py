"""征询意见 of one matter: links and QR codes to give out, and the ratings that came back."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from casework import Matter
from casework.procedure.ratings import Rating, objections
from casework.procedure.stage import stage_of
from casework.procedure.states import OUT
from desk.opinions import rating
from drafting.errors import UserError
from drafting.writing import qr
from storage.configuration import Server
from web import forms, stores, undoing
from web.downloads import attachment

blueprint = Blueprint("feedback", __name__)


def server() -> Server:
    """Return how the service is reached from outside, as configured."""
    found: Server = current_app.config["CONFIGURATION"].server
    return found


@blueprint.app_template_filter("qr")
def qr_code(address: str, label: str) -> Markup:
    """Return the QR code of an address as an element."""
    return Markup(qr.svg(address, label))


@blueprint.get("/matters/<id:matter_id>/feedback")
def show(matter_id: int) -> str:
    """Show each proposer with link and rating."""
    return _page(stores.matter_or_404(matter_id), {})


@blueprint.get("/matters/<id:matter_id>/feedback/forms.zip")
def sheets(matter_id: int) -> Response:
    """Give the 征询意见表 of each proposer who has a link, its QR code printed on it."""
    matter = stores.matter_or_404(matter_id)
    try:
        name, content = rating.sheets(stores.context(), matter, server())
    except UserError as error:
        flash(error.message, "warn")
        return _back(matter_id)
    return attachment(content, name, "application/zip")


@blueprint.post("/matters/<id:matter_id>/feedback/links")
def make(matter_id: int) -> Response | tuple[str, int]:
    """Make links: for the proposer named, anew, or for all who have none."""
    matter = stores.matter_or_404(matter_id)
    name = forms.line("proposer")
    try:
        made = rating.make_links(stores.context(), matter, server(), [name] if name else None)
    except UserError as error:
        return _page(matter, forms.at_place(error)), 400
    flash(f"已生成 {made} 个征询链接。" if made else "没有需要生成的链接。", "done")
    return _back(matter_id)


@blueprint.post("/matters/<id:matter_id>/feedback/withdraw")
def withdraw(matter_id: int) -> Response:
    """End the link of a proposer: it opens nothing any more."""
    matter = stores.matter_or_404(matter_id)
    if rating.withdraw(stores.context(), matter, forms.line("proposer")):
        flash("链接已作废；需要时可以重新生成。", "done")
    return _back(matter_id)


@blueprint.post("/matters/<id:matter_id>/feedback/ratings")
def record(matter_id: int) -> Response | tuple[str, int]:
    """Enter what came on the paper form."""
    matter = stores.matter_or_404(matter_id)
    try:
        day = forms.day("day", "日期")
        kept = Rating(
            *(0, matter.id, 0, forms.line("proposer"), forms.line("satisfaction")),
            *(forms.line("attitude"), forms.text("words")),
            *(day or stores.context().today, "表格"),
        )
        rating.record(stores.context(), matter, kept)
    except UserError as error:
        return _page(matter, forms.at_place(error)), 400
    flash("已登记。", "done")
    return _back(matter_id)


@blueprint.post("/matters/<id:matter_id>/feedback/ratings/<id:rating_id>/undo")
def undo(matter_id: int, rating_id: int) -> Response:
    """Take back what was entered from paper; the next page offers to bring it back."""
    matter = stores.matter_or_404(matter_id)
    if not rating.undo(stores.context(), matter, rating_id):
        abort(404, "没有这条登记的评价，或者它是提案者自己提交的。")
    back = url_for("feedback.redo", matter_id=matter_id, rating_id=rating_id)
    undoing.offer("已撤销登记。", back)
    return _back(matter_id)


@blueprint.post("/matters/<id:matter_id>/feedback/ratings/<id:rating_id>/redo")
def redo(matter_id: int, rating_id: int) -> Response | tuple[str, int]:
    """Bring back what was taken back."""
    matter = stores.matter_or_404(matter_id)
    try:
        done = rating.redo(stores.context(), matter, rating_id)
    except UserError as error:
        return _page(matter, forms.at_place(error)), 400
    if not done:
        abort(404, "没有可以恢复的评价。")
    flash("已恢复。", "done")
    return _back(matter_id)


def _back(matter_id: int) -> Response:
    return redirect(url_for("feedback.show", matter_id=matter_id))


def _page(matter: Matter, errors: dict[str, str]) -> str:
    stage = stores.casework().run(stage_of, matter.id)
    lines = rating.lines(stores.context(), matter, server())
    found = [one.rating for one in lines if one.rating]
    return render_template(
        "feedback.html",
        matter=matter,
        stage=stage,
        lines=lines,
        rated=len(found),
        objections=objections(found),
        off="" if server().public_url else rating.OFF,
        asked=stage.state in rating.ASKED_AT,
        open_ones=[one for one in lines if not one.rating and not one.url],
        out=stage.state in OUT,
        errors=errors,
        typed=request.form,
    )
