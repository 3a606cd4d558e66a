"""历次版本: every save of a matter, to read and to bring back."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from casework import aligned
from drafting.model import Draft
from web import stores

blueprint = Blueprint("history", __name__)


@blueprint.get("/matters/<id:matter_id>/versions")
def show(matter_id: int) -> str:
    """List the versions, newest first."""
    matter = stores.matter_or_404(matter_id)
    versions = stores.casework().versions(matter_id)
    return render_template("versions.html", matter=matter, versions=versions)


@blueprint.get("/matters/<id:matter_id>/versions/<id:number>")
def one(matter_id: int, number: int) -> str:
    """Show the answers as they were in one version."""
    matter = stores.matter_or_404(matter_id)
    draft = aligned(_version(matter_id, number))
    return render_template("version.html", matter=matter, draft=draft, number=number)


@blueprint.post("/matters/<id:matter_id>/versions/<id:number>/restore")
def restore(matter_id: int, number: int) -> Response:
    """Make an old version the newest one; the one in between stays in the history."""
    matter = stores.matter_or_404(matter_id)
    stores.casework().save_draft(
        matter_id,
        _version(matter_id, number),
        matter.version,
        author=stores.author(),
        note=f"恢复第 {number} 版",
    )
    flash(f"已恢复第 {number} 版；恢复前的内容仍在历次版本中。", "done")
    return redirect(url_for("workbench.show", matter_id=matter_id))


def _version(matter_id: int, number: int) -> Draft:
    draft = stores.casework().version(matter_id, number)
    if draft is None:
        abort(404, "没有这个版本。")
    return draft
