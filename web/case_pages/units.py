"""承办单位: which units with accounts handle a matter, and so can see it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework import noticing
from drafting.errors import UserError
from drafting.language.cleaning import typed_line
from web import stores

blueprint = Blueprint("units", __name__)


@blueprint.app_template_global("units_of")
def units_of(matter_id: int) -> list[str]:
    """Return the units that handle a matter, by name."""
    return sorted(stores.casework().units_of(matter_id) - {""})


@blueprint.app_template_global("unreached_of")
def unreached_of(matter_id: int) -> list[str]:
    """Return the units that handle a matter and of which nobody can be told."""
    casework = stores.casework()
    return noticing.unreached(casework.people.listed(), casework.units_of(matter_id))


@blueprint.get("/matters/<id:matter_id>/units")
def show(matter_id: int) -> str:
    """Show the units to choose from."""
    return _page(matter_id, "")


@blueprint.post("/matters/<id:matter_id>/units")
def assign(matter_id: int) -> Response | tuple[str, int]:
    """Have the chosen units handle the matter."""
    stores.matter_or_404(matter_id)
    casework, viewer = stores.casework(), stores.viewer()
    known = {*casework.people.units(), *casework.units_of(matter_id)}
    chosen = {typed_line(unit) for unit in request.form.getlist("unit")} & known
    try:
        casework.assign_units(matter_id, chosen, viewer)
    except UserError as error:
        return _page(matter_id, error.message), 400
    flash(f"承办单位：{'、'.join(sorted(chosen))}。", "done")
    if alone := unreached_of(matter_id):
        flash(f"{'、'.join(alone)}还没有能登录的账号，收不到通知，请另行告知。", "error")
    return redirect(url_for("procedure.show", matter_id=matter_id))


def _page(matter_id: int, error: str) -> str:
    matter = stores.matter_or_404(matter_id)
    casework = stores.casework()
    held = casework.units_of(matter_id)
    return render_template(
        "units.html",
        matter=matter,
        held=held,
        units=sorted({*casework.people.units(), *held} - {""}),
        error=error,
    )
