"""办理清单: the matters in hand, what is due first on top. Deleting and its undo."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from web import stores

blueprint = Blueprint("worklist", __name__)


@blueprint.get("/")
def show() -> str:
    """Show the list, or where it is empty what to do first."""
    casework = stores.casework()
    return render_template(
        "worklist.html",
        matters=casework.matters(),
        deleted=len(casework.matters(deleted=True)),
        late=casework.late_opinions(dt.date.today()),
        in_review=casework.in_review(),
    )


@blueprint.get("/deleted")
def deleted() -> str:
    """Show what was deleted and can be restored."""
    return render_template("deleted.html", matters=stores.casework().matters(deleted=True))


@blueprint.post("/matters/<id:matter_id>/delete")
def delete(matter_id: int) -> BaseResponse:
    """Take a matter off the list; the next page offers the undo."""
    if not stores.casework().delete(matter_id):
        abort(404)
    flash(str(matter_id), "deleted")
    return redirect(url_for("worklist.show"))


@blueprint.post("/matters/<id:matter_id>/restore")
def restore(matter_id: int) -> BaseResponse:
    """Put a deleted matter back on the list."""
    if not stores.casework().restore(matter_id):
        abort(404)
    flash("已恢复。", "done")
    return redirect(url_for("worklist.show"))


@blueprint.get("/matters/<id:matter_id>/original")
def original(matter_id: int) -> Response:
    """Give back the file that the matter was registered from, as it came."""
    from web.downloads import attachment

    stores.matter_or_404(matter_id)
    found = stores.casework().original(matter_id)
    if found is None:
        abort(404, "这件提案登记时没有上传文件。")
    return attachment(found[1], found[0])
