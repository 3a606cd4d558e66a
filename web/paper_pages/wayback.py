"""取回修改: takes the changes of a paper of ours that was edited in Word over into the draft.

The page keeps nothing on the server: the lines of the file travel in the form, and the changes are
computed again against the current draft when some of them are chosen.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from casework import Conflict, Matter, aligned
from desk.handing_in.handed_in import read_back
from drafting.errors import UserError
from drafting.language.file_names import plain_file_name
from drafting.language.limits import PAPER_MAX_CHARS
from drafting.model import Form, Skin
from drafting.model.serial import from_plain, to_plain
from drafting.reading.bounds import too_many_values
from drafting.returning.comparing import review, take_over
from drafting.returning.edited import Edited
from drafting.returning.redline_file import Hand, redlined_file
from web import forms, profiles, stores
from web.downloads import DOCX, attachment
from web.paper_pages.paper import asked_for

if TYPE_CHECKING:
    from drafting.returning.comparing import Review

blueprint = Blueprint("wayback", __name__)

LINES_MAX_CHARS = 2_000_000
_MOST_LINES = 20_000
_TOO_LONG = "文件过长，请核对是不是本件文稿。"


@blueprint.get("/matters/<id:matter_id>/edited")
def show(matter_id: int) -> BaseResponse:
    """Go back to the paper: the changes are shown to the one who sent the file."""
    stores.matter_or_404(matter_id)
    return redirect(url_for("paper.show", matter_id=matter_id) + "#edited")


@blueprint.post("/matters/<id:matter_id>/edited")
def receive(matter_id: int) -> str:
    """Read the uploaded file and show its changes."""
    matter = stores.matter_or_404(matter_id)
    file, name, data = request.files.get("file"), "", b""
    if file is not None:
        name, data = forms.uploaded(file, too_big="，请核对是不是本件文稿。")
    if not data:
        raise UserError("请先选择在 Word 或 WPS 里改过的文件。", field="file")
    return _page(matter, _bounded(read_back(data, name)), *asked_for(request.form, matter.draft))


@blueprint.post("/matters/<id:matter_id>/edited/redlined.docx")
def redlined(matter_id: int) -> Response:
    """Give the paper with the changes of the file as tracked changes (花脸稿)."""
    matter = stores.matter_or_404(matter_id)
    edited = _sent_along(request.form.get("edited", ""))
    found = _review(matter, edited, *asked_for(request.form, matter.draft))
    if found.work is None:
        raise UserError("没有可比对的内容，请重新上传改过的文件。")
    now = dt.datetime.now(dt.UTC).replace(microsecond=0, tzinfo=None)
    hand = Hand(stores.author() or "改稿人", f"{now.isoformat()}Z")
    name = plain_file_name("花脸稿", found.work.sheet.reply.title, ending=".docx")
    return attachment(redlined_file(found.work, hand), name, DOCX)


@blueprint.post("/matters/<id:matter_id>/edited/take")
def take(matter_id: int) -> BaseResponse | tuple[str, int]:
    """Take the chosen changes over, as one version of the draft."""
    matter = stores.matter_or_404(matter_id)
    edited = _sent_along(request.form.get("edited", ""))
    form, skin = asked_for(request.form, matter.draft)
    chosen = set(request.form.getlist("change"))
    changes = _review(matter, edited, form, skin).changes
    wanted = [one for one in changes if one.takes and ("all" in request.form or one.key in chosen)]
    if not wanted:
        flash("没有选定要取用的修改。", "error")
        return _page(matter, edited, form, skin), 400
    try:
        draft = take_over(aligned(matter.draft), wanted)
    except UserError as error:
        flash(error.message, "error")
        return _page(matter, edited, form, skin), 400
    expected = forms.number("version")
    note = f"取用 Word 文稿的修改 {len(wanted)} 处"
    # Changes are computed against the current draft, so later saves of others are not undone.
    expected = matter.version if expected else expected
    try:
        stores.casework().save_draft(matter_id, draft, expected, author=stores.author(), note=note)
    except Conflict as conflict:
        flash("这件提案刚被他人修改，请核对后再取用。", "error")
        return _page(conflict.current, edited, form, skin), 409
    flash(f"已取用 {len(wanted)} 处修改。", "done")
    return redirect(url_for("paper.show", matter_id=matter_id, form=form, skin=skin))


def _review(matter: Matter, edited: Edited, form: Form, skin: Skin | None) -> Review:
    profile = profiles.load(matter.draft.profile)
    return review(aligned(matter.draft), profile, edited, form=form, skin=skin)


def _sent_along(text: str) -> Edited:
    data = text.encode("utf-8", "replace")
    if len(text) > LINES_MAX_CHARS or too_many_values(data):
        raise UserError(_TOO_LONG)
    try:
        edited = from_plain(json.loads(data), Edited)
    except (ValueError, RecursionError) as error:
        raise UserError("页面内容不完整，请重新上传改过的文件。") from error
    return _bounded(edited)


def _bounded(edited: Edited) -> Edited:
    """Refuse what is longer than any paper: its lines are laid over ours one by one."""
    if len(edited.lines) > _MOST_LINES or sum(map(len, edited.lines)) > PAPER_MAX_CHARS:
        raise UserError(_TOO_LONG, field="file")
    return edited


def _page(matter: Matter, edited: Edited, form: Form, skin: Skin | None) -> str:
    found = _review(matter, edited, form, skin)
    return render_template(
        "wayback.html",
        matter=matter,
        changes=found.changes,
        extras=found.extras,
        later=found.later,
        marked=bool(edited.sent),
        tracked=edited.tracked,
        comments=edited.comments,
        takes=sum(one.takes for one in found.changes),
        edited=json.dumps(to_plain(edited), ensure_ascii=False),
        form_name=form,
        skin=skin or "",
    )
