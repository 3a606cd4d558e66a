"""办理材料 of one matter: scans, photographs and letters, kept, downloaded, removed, restored."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from casework import Matter, jobs
from casework.matters import materials as kept
from casework.matters.materials import KINDS
from desk.handing_in import materials
from drafting.errors import UserError
from web import forms, stores, undoing
from web.downloads import attachment

blueprint = Blueprint("materials", __name__)


@blueprint.get("/matters/<id:matter_id>/materials")
def show(matter_id: int) -> str:
    """Show the materials, and the form that takes more of them."""
    _look_at_what_waits()
    return _page(stores.matter_or_404(matter_id), {})


@blueprint.post("/matters/<id:matter_id>/materials")
def add(matter_id: int) -> BaseResponse | tuple[str, int]:
    """Keep the files that were sent; of several each is kept or refused by itself."""
    matter = stores.matter_or_404(matter_id)
    kind = forms.line("kind")
    try:
        sent = forms.files()
        if not sent:
            raise UserError("请选择文件。", field="file")
    except UserError as error:
        return _page(matter, forms.at_place(error)), 400
    refused = []
    for one in sent:
        try:
            name, content = forms.uploaded(one, too_big=f"：{one.filename}")
            note = materials.add(stores.context(), matter, name, content, kind)
        except UserError as error:
            if error.field == "kind":
                return _page(matter, forms.at_place(error)), 400
            refused.append(error.message)
            continue
        if note:
            flash(note, "warn")
    _look_at_what_waits()
    if len(refused) < len(sent):
        flash(f"已存放 {len(sent) - len(refused)} 份材料。", "done")
    if refused:
        return _page(matter, {"file": "".join(refused)}), 400
    return _back(matter_id)


@blueprint.get("/matters/<id:matter_id>/materials/<id:material_id>")
def file(matter_id: int, material_id: int) -> Response:
    """Give the file as it came."""
    stores.matter_or_404(matter_id)
    found = stores.casework().run(kept.one, matter_id, material_id)
    if found is None or found.removed:
        abort(404, "没有这份材料，或者它已被移除。")
    if found.state:
        abort(404, "还没有识别完有无密级，识别完再下载。" if not found.note else found.note)
    return attachment(materials.load(stores.context(), found), found.name)


@blueprint.post("/matters/<id:matter_id>/materials/<id:material_id>/remove")
def remove(matter_id: int, material_id: int) -> BaseResponse:
    """Take a material off the list; the next page offers the undo."""
    matter = stores.matter_or_404(matter_id)
    if not materials.remove(stores.context(), matter, material_id):
        abort(404, "没有这份材料，或者它已被移除。")
    back = url_for("materials.restore", matter_id=matter_id, material_id=material_id)
    undoing.offer("已移除。", back)
    return _back(matter_id)


@blueprint.post("/matters/<id:matter_id>/materials/<id:material_id>/restore")
def restore(matter_id: int, material_id: int) -> BaseResponse | tuple[str, int]:
    """Bring a removed material back."""
    matter = stores.matter_or_404(matter_id)
    try:
        done = materials.restore(stores.context(), matter, material_id)
    except UserError as error:
        return _page(matter, {"file": error.message}), 400
    if not done:
        abort(404, "没有可以恢复的材料。")
    flash("已恢复。", "done")
    return _back(matter_id)


def _look_at_what_waits() -> None:
    """Have a thread look; whatever waited when the service ended is taken up again so."""
    if stores.casework().run(kept.all_waiting):
        stores.work_on(jobs.MATERIAL)


def _back(matter_id: int) -> BaseResponse:
    return redirect(url_for("materials.show", matter_id=matter_id))


def _page(matter: Matter, errors: dict[str, str]) -> str:
    return render_template(
        "materials.html",
        matter=matter,
        materials=stores.casework().run(kept.listed, matter.id),
        original=stores.casework().original_name(matter.id),
        kinds=KINDS,
        endings=materials.ENDINGS,
        errors=errors,
        typed=request.form,
    )
