"""Taking back: what one press changed is kept, the next page offers to take it back.

Which routes are kept so says :data:`web.access.undoing.UNDO`; their views know nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from string import Formatter
from typing import Any

from flask import (
    Blueprint,
    Flask,
    abort,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response

from casework import may, undoing
from drafting.errors import UserError
from drafting.language.cleaning import typed_line
from web import stores
from web.access.rules import permission_of
from web.access.undoing import UNDO, Step

blueprint = Blueprint("undo", __name__, url_prefix="/undo")

SHOWN = 50
_NAME_MOST = 40


def install(app: Flask) -> None:
    """Have the routes that are steps keep what they change; after all routes are registered."""
    for endpoint, how in UNDO.items():
        if isinstance(how, Step) and endpoint in app.view_functions:
            app.view_functions[endpoint] = _kept(endpoint, how, app.view_functions[endpoint])


def offer(said: str, address: str) -> None:
    """Have the next page say what was done, with a button that posts to ``address``."""
    flash((said, address), "undoable")  # type: ignore[arg-type]


@blueprint.get("")
def show() -> str:
    """List what the viewer did of late that can be taken back or brought back."""
    steps = stores.casework().run(undoing.listed, stores.author(), SHOWN)
    return render_template("undo.html", steps=steps, days=undoing.KEPT_DAYS)


@blueprint.post("/<id:step_id>")
def take(step_id: int) -> Response:
    """Take a step back, or bring it back, where nothing has changed since."""
    casework = stores.casework()
    try:
        step = casework.run(undoing.one, step_id, stores.author())
    except UserError as error:
        flash(error.message, "error")
        return redirect(url_for("undo.show"))
    permission = permission_of(step.action)
    if permission is None or not may(stores.viewer(), permission):
        abort(403)
    if step.matter:
        stores.matter_or_404(step.matter)
    try:
        holds = undoing.take_back(casework, step)
    except UserError as error:
        flash(f"“{step.what}”没有撤销：{error.message}", "error")
        return redirect(url_for("undo.show"))
    said = "已重做" if holds else "已撤销"
    flash((f"{said}：{step.what}。", url_for("undo.take", step_id=step.id)), "redoable")  # type: ignore[arg-type]
    return redirect(step.place or url_for("undo.show"))


# ------------------------------------------------------------------ keeping


def _kept(endpoint: str, how: Step, view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def kept(**values: Any) -> Any:
        casework = stores.casework()
        with undoing.recorded(
            casework,
            how.tables,
            _said(how.what),
            action=endpoint,
            place=_place(),
            matter=values.get("matter_id", 0),
            author=stores.author(),
        ) as recording:
            answer = view(**values)
        if recording.id:
            _offer(recording.what, url_for("undo.take", step_id=recording.id))
        return answer

    return kept


def _said(what: str) -> str:
    names = [name for _, name, _, _ in Formatter().parse(what) if name]
    typed = {name: typed_line(request.form.get(name, ""))[:_NAME_MOST] for name in names}
    return what.format(**typed)


def _place() -> str:
    """Return the page that the press was made on: an address of this very server, or nothing."""
    before = request.referrer or ""
    inside = before.removeprefix(request.host_url.rstrip("/"))
    return inside if inside != before and inside.startswith("/") and inside[1:2] != "/" else ""


def _offer(what: str, address: str) -> None:
    """Put the button behind what the view itself says that it did."""
    said = session.get("_flashes") or []
    if said and said[-1][0] in ("done", "note"):
        session["_flashes"] = [*said[:-1], ("undoable", (said[-1][1], address))]
    elif request.accept_mimetypes.accept_html:
        flash((f"{what}。", address), "undoable")  # type: ignore[arg-type]
