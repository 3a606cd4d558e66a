"""盖章件: takes the sealed PDF or OFD of a paper back, and shows where its text differs."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from casework.matters import sealed as kept
from desk.prints import sealed
from drafting.assembly import FORM_NAMES
from drafting.errors import UserError
from drafting.language.likeness.matching import Work
from drafting.returning.sealed import Difference, pieces
from web import forms, stores
from web.paper_pages.paper import asked_for

blueprint = Blueprint("sealed", __name__)


@blueprint.post("/matters/<id:matter_id>/sealed")
def receive(matter_id: int) -> BaseResponse:
    """File the sealed paper that was sent; then show how it compares."""
    matter = stores.matter_or_404(matter_id)
    file = request.files.get("file")
    if file is None or not file.filename:
        raise UserError("请先选择盖章后的 PDF 或 OFD 文件。", field="file")
    name, content = forms.uploaded(file, too_big="，请核对是不是本件的盖章件。")
    form, skin = asked_for(request.form, matter.draft)
    number = sealed.add(stores.context(), matter, form, skin, name, content)
    flash("盖章件已存放。", "done")
    return redirect(url_for("sealed.show", matter_id=matter_id, material_id=number))


@blueprint.get("/matters/<id:matter_id>/sealed/<id:material_id>")
def show(matter_id: int, material_id: int) -> str:
    """Show where the text of a sealed paper differs from the paper's."""
    matter = stores.matter_or_404(matter_id)
    papers = stores.casework().run(kept.of_matter, matter_id)
    found = next((one for one in papers if one.material.id == material_id), None)
    if found is None:
        abort(404, "没有这份盖章件，或者它已被移除。")
    work = Work()
    spots = [Difference(*one) for one in found.spots or ()]  # type: ignore[arg-type]
    return render_template(
        "sealed.html",
        matter=matter,
        one=found,
        told=sealed.told(found.spots),
        form_names=FORM_NAMES,
        spots=[(spot, pieces(spot, work)) for spot in spots],
    )
