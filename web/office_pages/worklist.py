"""办理清单: the matters by state and urgency, the first due on top; deleting and undoing it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from casework.calendar.deadlines import LIGHTS
from casework.overview import traits
from casework.overview.waiting import MatterLine, lines, visible
from casework.procedure.states import SAID, WRITING
from desk.reviewing.deciding import DECIDED
from drafting.language.cleaning import typed_line
from web import paging, profiles, stores, undoing
from web.access.security import allowed
from web.downloads import attachment
from web.texts import parse_number

blueprint = Blueprint("worklist", __name__)

FILTERS: Mapping[str, Callable[[MatterLine], bool]] = {
    "待办": lambda line: line.mine,
    "在办": lambda line: line.is_open,
    "逾期": lambda line: line.light == "逾期",
    "将到期": lambda line: line.light == "将到期",
    "起草": lambda line: line.stage.state in WRITING,
    "核签": lambda line: line.stage.state in ("核稿", "会签", "签发", "督审", "审签"),
    "发文": lambda line: line.stage.state in ("编号", "印送"),
    "征询": lambda line: line.stage.state == "征询",
    "已办": lambda line: not line.is_open,
    "全部": lambda line: True,
}
"""The choices above the list, each with what it shows."""
FEW = 10
"""So many matters are found at a glance."""
QUERY_MAX_CHARS = 60


@blueprint.get("/")
def show() -> str | BaseResponse:
    """Show a page of the list as filtered (``show``, ``q``), or where it is empty what to do.

    Of an office that is not set up, the first page leads whoever may do that to it.
    """
    casework, viewer = stores.casework(), stores.viewer()
    every = lines(casework, viewer, dt.date.today(), profiles.habits)
    if not every and allowed("系统设置") and profiles.missing():
        return redirect(url_for("setup.show"))
    query = typed_line(request.args.get("q", ""))[:QUERY_MAX_CHARS]
    named = [line for line in every if _names(line, query)]
    facets = chosen_facets()
    found = traits.narrow(named, _traits, facets)
    chosen = request.args.get("show", "")
    # A search covers finished matters too.
    chosen = chosen if chosen in FILTERS else "全部" if query or facets else "在办"
    counts = {name: sum(map(shows, found)) for name, shows in FILTERS.items()}
    shown = [line for line in found if FILTERS[chosen](line)]
    page = paging.cut(shown, parse_number(request.args.get("page")), paging.wanted())
    return render_template(
        "worklist.html",
        page=page,
        total=len(every),
        query=query,
        facets=facets,
        choices=traits.choices(named, _traits, facets),
        searchable=len(every) > FEW,
        counts={name: count for name, count in counts.items() if count or name == chosen},
        chosen=chosen,
        lights=LIGHTS,
        said=SAID,
        decided=DECIDED,
        deleted=len(visible(casework, viewer, deleted=True)) if casework.count_deleted() else 0,
    )


def chosen_facets() -> dict[str, str]:
    """Return the facets that the address narrows the list by, each with its value."""
    asked = {name: typed_line(request.args.get(name, "")) for name in traits.FACETS}
    return {name: value[:QUERY_MAX_CHARS] for name, value in asked.items() if value}


def _traits(line: MatterLine) -> traits.Traits:
    return traits.of_summary(line.summary, line.stage)


def _names(line: MatterLine, query: str) -> bool:
    """Whether every word of ``query`` occurs in the matter's number, subject, session or names."""
    one = line.summary
    known = (one.item_no, one.subject, one.session, one.matter, *one.proposers)
    text = "\n".join(filter(None, known)).lower()
    return all(word in text for word in query.lower().split())


@blueprint.get("/deleted")
def deleted() -> str:
    """Show what was deleted and can be restored."""
    found = visible(stores.casework(), stores.viewer(), deleted=True)
    page = paging.cut(found, parse_number(request.args.get("page")))
    return render_template("deleted.html", page=page)


@blueprint.post("/matters/<id:matter_id>/delete")
def delete(matter_id: int) -> BaseResponse:
    """Take a matter off the list; the next page offers the undo."""
    if not stores.casework().delete(matter_id, stores.viewer()):
        abort(404)
    undoing.offer("已从清单中删除。", url_for("worklist.restore", matter_id=matter_id))
    return redirect(url_for("worklist.show"))


@blueprint.post("/matters/<id:matter_id>/restore")
def restore(matter_id: int) -> BaseResponse:
    """Put a deleted matter back on the list."""
    if not stores.casework().restore(matter_id, stores.viewer()):
        abort(404)
    flash("已恢复。", "done")
    return redirect(url_for("worklist.show"))


@blueprint.get("/matters/<id:matter_id>/original")
def original(matter_id: int) -> Response:
    """Return the file that the matter was registered from, unchanged."""
    stores.matter_or_404(matter_id)
    found = stores.casework().original(matter_id)
    if found is None:
        abort(404, "这件提案登记时没有上传文件。")
    return attachment(found[1], found[0])
