"""附件 of a reply: texts and files are added, changed, put in order, removed; each a version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from casework import Matter, jobs
from casework.matters.materials import Material
from desk.prints import attaching
from drafting.errors import UserError
from drafting.language.file_names import safe_file_name
from drafting.model import Attached, attached
from web import forms, stores, undoing
from web.downloads import attachment

blueprint = Blueprint("attaching", __name__)


@dataclass(frozen=True, slots=True)
class Line:
    """One attachment as the page lists it; ``material`` is how its file is kept."""

    number: int
    attached: Attached
    material: Material | None = None

    @property
    def waits(self) -> bool:
        """Whether its file is still looked at for a 密级."""
        return self.material is not None and self.material.state == "正在识别"


@blueprint.get("/matters/<id:matter_id>/attachments")
def show(matter_id: int) -> str:
    """List the attachments, with the forms that add more."""
    return _page(stores.matter_or_404(matter_id), {})


@blueprint.post("/matters/<id:matter_id>/attachments")
def add(matter_id: int) -> BaseResponse | tuple[str, int]:
    """Add a text, or the files that were sent; of several each is taken or refused by itself."""
    matter = stores.matter_or_404(matter_id)
    try:
        sent = forms.files()
        if not sent and request.form.get("kind") == "file":
            raise UserError("请选择文件。", field="file")
    except UserError as error:
        return _page(matter, forms.at_place(error)), 400
    if not sent:
        try:
            attaching.add_text(stores.context(), matter, _seen(), _typed())
        except UserError as error:
            return _page(matter, forms.at_place(error, "text")), 400
        return _done(matter, "已添加附件。")
    refused, notes, seen = [], [], _seen()
    for one in sent:
        try:
            name, content = forms.uploaded(one, too_big=f"：{one.filename}")
            said = attaching.add_file(stores.context(), matter, seen, name, content)
        except UserError as error:
            refused.append(error.message)
            continue
        notes += [said] if said else []
        matter = stores.matter_or_404(matter_id)
        seen = matter.version
    _look_at_what_waits(matter)
    for note in notes:
        flash(note, "warn")
    if len(refused) < len(sent):
        flash(f"已添加 {len(sent) - len(refused)} 个附件。", "done")
    if refused:
        return _page(matter, {"file": "".join(refused)}), 400
    return redirect(url_for("attaching.show", matter_id=matter_id))


@blueprint.post("/matters/<id:matter_id>/attachments/<id:number>")
def change(matter_id: int, number: int) -> BaseResponse | tuple[str, int]:
    """Save, move or remove one attachment, as the pressed button says (``do``)."""
    matter = stores.matter_or_404(matter_id)
    context, seen, place = stores.context(), _seen(), number - 1
    if not 0 <= place < len(matter.draft.attachments):
        abort(404, "没有这个附件，或者它已被删除。")
    done = request.form.get("do", "save")
    try:
        if done in ("up", "down"):
            attaching.move(context, matter, seen, place, -1 if done == "up" else 1)
            return _done(matter, "次序已调整。")
        if done == "remove":
            title = attaching.remove(context, matter, seen, place)
            return _done(matter, f"已删除附件“{title}”。")
        attaching.change(context, matter, seen, place, _typed())
    except UserError as error:
        return _page(matter, forms.at_place(error, "version"), number), 400
    return _done(matter, "已保存。")


@blueprint.get("/matters/<id:matter_id>/attachments/<id:number>/file")
def file(matter_id: int, number: int) -> Response:
    """Give the file of an attachment as it came."""
    matter = stores.matter_or_404(matter_id)
    all = attached(matter.draft)
    one = all[number - 1] if 0 < number <= len(all) else None
    if one is None or not one.file:
        abort(404, "没有这个附件，或者它不是文件。")
    try:
        content = attaching.load(stores.context(), matter, one)
    except UserError as error:
        abort(404, error.message)
    return attachment(content, safe_file_name(one.file))


def _seen() -> int:
    return forms.number("version")


def _typed() -> Attached:
    return Attached(
        forms.line("title"), request.form.get("text", ""), public=request.form.get("public") == "1"
    )


def _done(matter: Matter, said: str) -> BaseResponse:
    """Say what was done, with a button that restores the version before it."""
    back = url_for("history.restore", matter_id=matter.id, number=matter.version)
    if stores.matter_or_404(matter.id).version == matter.version:
        flash("没有改动。", "note")
    else:
        undoing.offer(said, back)
    return redirect(url_for("attaching.show", matter_id=matter.id))


def _look_at_what_waits(matter: Matter) -> None:
    """Have a thread look at what was uploaded, as the materials are looked at."""
    if any(line.waits for line in _lines(matter)):
        stores.work_on(jobs.MATERIAL)


def _lines(matter: Matter) -> list[Line]:
    return [
        Line(number, one, attaching.state_of(stores.context(), matter, one) if one.file else None)
        for number, one in enumerate(attached(matter.draft), start=1)
    ]


def _page(matter: Matter, errors: dict[str, str], wrong: int = 0) -> str:
    """The page; ``wrong`` is the attachment that was refused, 0 for one that was to be added."""
    kind: Literal["file", "text"] = "file" if "file" in errors else "text"
    _look_at_what_waits(matter)
    return render_template(
        "attachments.html",
        matter=matter,
        lines=_lines(matter),
        endings=attaching.ENDINGS,
        title_most=attaching.TITLE_MOST,
        errors=errors,
        wrong=wrong,
        kind=kind,
        typed=request.form,
    )
