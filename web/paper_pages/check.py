"""校对: proofreading of a pasted text or a Word file without a matter.

The findings are stored as found, each with its decision, so that every decision can be taken back.
The text stays unchanged until it is downloaded: a Word file with comments and tracked changes, a
pasted text with the fixes applied.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as BaseResponse

from casework import Permission, jobs
from casework.matters import proofing
from desk import papers
from desk.handing_in import long_texts
from desk.handing_in.handed_in import marked_word_file, read_word_text
from drafting.checking import apply_fixes
from drafting.checking.engine.sheet import lay_out
from drafting.errors import UserError
from drafting.language.cleaning import typed_line
from drafting.language.file_names import safe_file_name
from drafting.language.limits import PAPER_MAX_CHARS
from drafting.language.secrecy import secrecy_mark
from drafting.model import Finding, Ignored
from web import forms, profiles, stores
from web.access.security import allowed
from web.downloads import DOCX, attachment
from web.paper_pages import checkview
from web.texts import parse_number

if TYPE_CHECKING:
    from casework.matters.proofing import Check

blueprint = Blueprint("check", __name__, url_prefix="/check")

PASTED = "粘贴的文字"
KEEPS_LIST: Permission = "修改文稿"
"""Who may say that something is not to be reported again: the list holds for the whole unit."""
_GONE = "没有这份校对，或者它已被删除（只保留最近的）。"


@blueprint.get("")
def start() -> str:
    """Show where to paste or upload, and what was checked before."""
    return _start("", {})


@blueprint.post("")
def read() -> BaseResponse | tuple[str, int]:
    """Check what was sent."""
    profile = profiles.known(request.form.get("profile", ""))
    text = forms.text("text")
    try:
        made = _read(text, request.files.get("file"), profile)
    except UserError as error:
        return _start(text, forms.at_place(error, "text")), 400
    return redirect(url_for("check.show", check_id=made))


@blueprint.get("/<id:check_id>")
def show(check_id: int) -> str:
    """Show a checked text with its marks."""
    check = _check_or_404(check_id)
    if check.waits or check.failed:
        return _waiting(check)
    texts = check.text.split("\n")
    lines = list(zip(lay_out(texts), texts, strict=True))
    return render_template(
        "check_text.html",
        check=check,
        view=checkview.view(lines, _items(check)),
        keeps_list=allowed(KEEPS_LIST),
        action=url_for("check.decide", check_id=check_id),
    )


@blueprint.post("/<id:check_id>")
def decide(check_id: int) -> BaseResponse:
    """Do what the pressed button says with a finding, or with all that are safe."""
    check = _checked_or_404(check_id)
    form = request.form
    keys = {item.key: item for item in _items(check)}
    proofing = stores.casework().proofing
    if form.get("always") in keys:
        _check_keeps_list()
        what = _for_good(keys[form["always"]])
        unit = stores.viewer().unit
        proofing.ignore(check.profile, what, unit=unit, author=stores.author())
    elif "unignore" in form:
        _check_keeps_list()
        proofing.unignore(check.profile, parse_number(form["unignore"]), unit=stores.own_unit())
    else:
        proofing.decide(check_id, _decisions(keys))
    return redirect(url_for("check.show", check_id=check_id, _anchor=anchor()))


@blueprint.post("/<id:check_id>/again")
def again(check_id: int) -> BaseResponse:
    """Check the fixed text once more, as a text of its own; or one that could not be checked."""
    check = _checked_or_404(check_id)
    if check.failed:
        content = _word_file(check)
        numbers = read_word_text(content).numbers if content is not None else ()
        made = _keep(check.name, check.profile, check.text, content, numbers)
    else:
        made = _keep(check.name, check.profile, _fixed(check), None)
    return redirect(url_for("check.show", check_id=made))


@blueprint.get("/<id:check_id>/download")
def download(check_id: int) -> Response:
    """Give the Word file with comments and tracked changes, or the fixed text."""
    check = _checked_or_404(check_id)
    stem = safe_file_name(check.name.removesuffix(".docx"))
    content = _word_file(check)
    if content is None:
        fixed = _fixed(check).replace("\n", "\r\n")
        # With a byte order mark: Windows' editor takes a file without one for GBK.
        return attachment(fixed.encode("utf-8-sig"), f"{stem}（校对）.txt")
    items = _items(check)
    left = [item.finding for item in items if item.is_open]
    accepted = [item.finding for item in items if item.state == "accepted"]
    marked = marked_word_file(content, left, [*accepted, *left])
    return attachment(marked, f"{stem}（校对）.docx", DOCX)


@blueprint.post("/<id:check_id>/delete")
def delete(check_id: int) -> BaseResponse:
    """Delete a checked text at once."""
    if not stores.casework().proofing.forget_check(check_id, stores.author()):
        abort(404, _GONE)
    flash("已删除这份校对。", "done")
    return redirect(url_for("check.start"))


@blueprint.get("/ignored")
def ignored() -> str:
    """List the findings that the viewer's unit has chosen to ignore, by the profiles it uses."""
    context = stores.context()
    units = [(name, title, papers.ignored(context, name)) for name, title in profiles.choices()]
    return render_template("check_ignored.html", units=units, keeps_list=allowed(KEEPS_LIST))


@blueprint.post("/ignored/<id:line_id>/remove")
def unignore(line_id: int) -> BaseResponse:
    """Report a finding again that was ignored for good."""
    profile = profiles.known(request.form.get("profile", ""))
    found = stores.casework().proofing.unignore(profile, line_id, unit=stores.own_unit())
    if found is None:
        abort(404, "清单里没有这一条，可能已经恢复提示。")
    flash(f"今后仍会提示“{found.words}”（{found.rule}）。", "done")
    return redirect(url_for("check.ignored"))


def _check_keeps_list() -> None:
    if not allowed(KEEPS_LIST):
        raise UserError("“不再提示”由经办、核稿、签发的人增减；您可以只忽略这一处。")


def anchor() -> str | None:
    """Return the anchor of the finding that script wants to select next."""
    wanted = request.form.get("next", "")
    plain = wanted.replace("-", "").isalnum() and wanted.isascii() and len(wanted) < 80
    return f"f-{wanted}" if plain else None


# ------------------------------------------------------------------ reading


def _read(text: str, file: FileStorage | None, profile: str) -> int:
    if file is None or not file.filename:
        if not text.strip():
            raise UserError("请粘贴文字，或者选择 Word 文件。", field="text")
        return _keep(PASTED, profile, text, None)
    name, data = forms.uploaded(file, too_big="。")
    if not name.lower().endswith(".docx"):
        message = "只能校对 .docx 文件；旧版 .doc 或 WPS 文件请先另存为 .docx，或者粘贴文字。"
        raise UserError(message, field="file")
    try:
        read = read_word_text(data)
    except UserError as error:
        raise UserError(error.message, field="file") from error
    return _keep(name, profile, "\n".join(read.lines), data, read.numbers)


def _keep(
    name: str, profile: str, text: str, content: bytes | None, numbers: Sequence[str] = ()
) -> int:
    field = "text" if content is None else "file"
    if len(text) > PAPER_MAX_CHARS:
        raise UserError(checkview.TOO_LONG, field=field)
    mark = secrecy_mark(text.split("\n"))
    if mark is not None:
        raise UserError(f"文件标有密级“{mark}”，不得在本系统处理，没有保存。", field=field)
    # Stored as found: ignored findings are filtered when the page is shown.
    waits = None
    findings: list[Finding] = []
    if len(text) >= long_texts.LONG_CHARS:
        waits = (stores.reader().unit, numbers)
    else:
        findings = long_texts.check(stores.context(), text, profile, automatic=numbers)
    try:
        made = stores.casework().proofing.keep_check(
            *(name, profile, text, findings),
            content=content,
            author=stores.author(),
            waits=waits,
        )
    except UserError as error:
        raise UserError(error.message, field=field) from error
    if waits:
        stores.work_on(jobs.CHECK)
    return made


def _word_file(check: Check) -> bytes | None:
    return stores.casework().proofing.word_file(check.id, check.author)


# ------------------------------------------------------------------ deciding


def _items(check: Check) -> list[checkview.Item]:
    known = papers.ignored(stores.context(), check.profile)
    return checkview.decided_items(check.findings, check.text.split("\n"), check.decisions, known)


def _decisions(keys: Mapping[str, checkview.Item]) -> dict[str, checkview.Decided]:
    """Return what the buttons say; accepting what overlaps an accepted one is refused."""
    form = request.form
    if "safe" in form:
        wanted = [item for item in keys.values() if item.is_open and item.finding.fix == "safe"]
    else:
        wanted = [keys[key] for key in form.getlist("accept") if key in keys]
    accepted = [item for item in keys.values() if item.state == "accepted"]
    decided: dict[str, checkview.Decided] = {}
    for item in wanted:
        if item.finding.replacement is None:
            continue
        if any(checkview.overlap(item.finding, other.finding) for other in accepted):
            if "safe" not in form:
                flash("这一处与已改正的一处重叠，请先撤销那一处。", "error")
            continue
        accepted.append(item)
        decided[item.key] = "accepted"
    decided |= {key: "ignored" for key in form.getlist("once") if key in keys}
    return decided | {key: None for key in form.getlist("undo") if key in keys}


def _for_good(item: checkview.Item) -> Ignored:
    return for_good(item, request.form.get("words", ""), request.form.get("reason", ""))


def for_good(item: checkview.Item, words: str, reason: str) -> Ignored:
    """Return what 不再提示 asks to ignore; the words must be around what is marked.

    Raises :class:`UserError` where they are not.
    """
    words, reason = typed_line(words), typed_line(reason)
    if words and item.finding.text and item.finding.text.strip() not in words:
        raise UserError(f"不再提示的字句里应当有“{item.finding.text}”。", field="words")
    return Ignored(item.finding.rule, words, reason)


def _fixed(check: Check) -> str:
    accepted = [item.finding for item in _items(check) if item.state == "accepted"]
    return apply_fixes(check.text, accepted, everything=True)


# ------------------------------------------------------------------ showing


def _start(text: str, errors: dict[str, str]) -> str:
    return render_template(
        "check.html",
        text=text,
        errors=errors,
        profiles=profiles.choices(),
        profile=profiles.known(request.form.get("profile", "")),
        checks=stores.casework().proofing.checks(stores.author()),
    )


def _waiting(check: Check) -> str:
    """Show a long text that waits for its turn, and how many are before it; or why it failed."""
    ahead = 0
    if check.waits:
        stores.work_on(jobs.CHECK)
        ahead = stores.casework().run(proofing.ahead_of, check.id)
    return render_template("check_waiting.html", check=check, ahead=ahead)


def _checked_or_404(check_id: int) -> Check:
    found = _check_or_404(check_id)
    if found.waits:
        abort(409, "这份还没有校对完，请稍候。")
    return found


def _check_or_404(check_id: int) -> Check:
    found = stores.casework().proofing.check(check_id, stores.author())
    if found is None:
        abort(404, _GONE)
    return found
