"""办理清单: the matters in hand by state and light, what is due first on top. Deleting, undoing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from casework.deadlines import LIGHTS
from casework.desk import Line, lines, visible
from casework.states import SAID, WRITING
from web import profiles, stores

blueprint = Blueprint("worklist", __name__)

FILTERS: Mapping[str, Callable[[Line], bool]] = {
    "在办": lambda line: line.is_open,
    "待我办": lambda line: line.mine,
    "逾期": lambda line: line.light == "逾期",
    "将到期": lambda line: line.light == "将到期",
    "起草": lambda line: line.standing.state in WRITING,
    "核签": lambda line: line.standing.state in ("核稿", "会签", "签发"),
    "发文": lambda line: line.standing.state in ("编号", "印送"),
    "征询": lambda line: line.standing.state == "征询",
    "已办": lambda line: not line.is_open,
    "全部": lambda line: True,
}
"""The choices above the list, each with what it shows."""


@blueprint.get("/")
def show() -> str:
    """Show the list as filtered (``show``), or where it is empty what to do first."""
    casework, viewer = stores.casework(), stores.viewer()
    found = lines(casework, viewer, dt.date.today(), profiles.load)
    chosen = request.args.get("show", "")
    chosen = chosen if chosen in FILTERS else "在办"
    counts = {name: sum(map(shows, found)) for name, shows in FILTERS.items()}
    return render_template(
        "worklist.html",
        lines=[line for line in found if FILTERS[chosen](line)],
        total=len(found),
        counts={name: count for name, count in counts.items() if count or name == chosen},
        chosen=chosen,
        lights=LIGHTS,
        said=SAID,
        deleted=len(visible(casework, viewer, deleted=True)),
    )


@blueprint.get("/deleted")
def deleted() -> str:
    """Show what was deleted and can be restored."""
    found = visible(stores.casework(), stores.viewer(), deleted=True)
    return render_template("deleted.html", matters=found)


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
