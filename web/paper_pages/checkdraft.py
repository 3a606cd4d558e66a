"""校对 of a matter's paper: findings are marked in the text, and fixes go into the draft.

A fix is saved like any other change: as a version, based on the version that was shown, so that
what others saved since is never overwritten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from casework import Conflict, Matter, aligned
from casework.matters import handling
from desk import papers
from drafting.checking.engine.ignoring import words_around
from drafting.checking.fixing import GENERATED, describe, fix_draft, undo_fix
from drafting.errors import UserError
from drafting.model import Draft, Form, Ignored, Skin
from web import stores
from web.paper_pages import checkview
from web.paper_pages.check import anchor, for_good
from web.paper_pages.paper import asked_for
from web.texts import parse_number

if TYPE_CHECKING:
    from desk.papers import Proofread
    from web.paper_pages.checkview import Item

blueprint = Blueprint("checkdraft", __name__)

_MOVED_ON = "文稿刚刚有了修改，已按现在的内容重新校对，请再看这一处。"


@blueprint.get("/matters/<id:matter_id>/check")
def show(matter_id: int) -> BaseResponse | str:
    """Show the paper with its marks."""
    matter = stores.matter_or_404(matter_id)
    if not matter.confirmed:
        return redirect(url_for("intake.show", matter_id=matter_id))
    return _page(matter)


@blueprint.post("/matters/<id:matter_id>/check")
def decide(matter_id: int) -> BaseResponse | tuple[str, int]:
    """Do what the pressed button says."""
    matter = stores.matter_or_404(matter_id)
    try:
        _decide(matter)
    except Conflict as conflict:
        flash(_MOVED_ON, "error")
        return _page(conflict.current), 409
    except UserError as error:
        flash(error.message, "error")
        return _page(stores.matter_or_404(matter_id)), 400
    return redirect(url_for("checkdraft.show", matter_id=matter_id, _anchor=anchor()))


def _decide(matter: Matter) -> None:
    form = request.form
    proofing = stores.casework().proofing
    if "unignore" in form:
        unit = stores.own_unit() if _keeps_list(matter) else ""
        proofing.unignore(
            matter.draft.profile, parse_number(form["unignore"]), matter=matter.id, unit=unit
        )
        return
    if parse_number(form.get("version")) != matter.version:
        raise Conflict(matter, matter.draft)
    if "undo" in form:
        _undo(matter, parse_number(form["undo"]))
        return
    read = _proofread(matter, *asked_for(request.values, matter.draft))
    items = {item.key: item for item in checkview.items_of(read)}
    key = form.get("accept") or form.get("once") or form.get("always") or ""
    if "safe" in form:
        _fix(matter, read, [i for i in items.values() if i.is_open and i.finding.fix == "safe"])
    elif key not in items:
        raise Conflict(matter, matter.draft)
    elif "accept" in form:
        _fix(matter, read, [items[key]])
    else:
        _ignore(matter, read, items[key])


def _proofread(matter: Matter, form: Form, skin: Skin | None) -> Proofread:
    context = stores.context()
    return papers.proofread(context, matter, papers.paper(context, matter, form, skin))


def _ignore(matter: Matter, read: Proofread, item: Item) -> None:
    form, proofing = request.form, stores.casework().proofing
    if "always" in form:
        if not _keeps_list(matter):
            raise UserError("“不再提示”由主办这件提案的单位增减；您可以只忽略这一处。")
        what = for_good(item, form.get("words", ""), form.get("reason", ""))
        unit = stores.viewer().unit
        proofing.ignore(matter.draft.profile, what, unit=unit, author=stores.author())
        return
    words = words_around(item.finding, read.texts[item.finding.paragraph])
    what = Ignored(item.finding.rule, words)
    proofing.ignore(matter.draft.profile, what, matter=matter.id, author=stores.author())


def _keeps_list(matter: Matter) -> bool:
    """Whether the viewer says what is not to be reported again: of a matter its owner does."""
    owners = stores.casework().run(handling.owners_of, matter.id)
    return stores.own_unit() is None or stores.viewer().unit in owners


def _fix(matter: Matter, read: Proofread, items: list[Item]) -> None:
    findings = [item.finding for item in items]
    changed, fixes, refused = fix_draft(aligned(matter.draft), read.texts, findings)
    if not fixes:
        raise UserError(GENERATED if findings else "没有可以直接改正的。")
    noted = [(one, describe(finding)) for one, finding in fixes]
    _save(matter, changed, noted[0][1] if len(noted) == 1 else f"校对：改正{len(noted)}处")
    stores.casework().proofing.note_fixes(matter.id, noted, author=stores.author())
    if refused:
        flash(f"已改正{len(fixes)}处；另有{len(refused)}处{GENERATED.removeprefix('这处')}", "done")


def _undo(matter: Matter, fix_id: int) -> None:
    proofing = stores.casework().proofing
    found = next((one for one in proofing.fixes(matter.id) if one.id == fix_id), None)
    if found is None:
        return
    _save(matter, undo_fix(aligned(matter.draft), found.fix), f"撤销{found.what}")
    proofing.forget_fix(matter.id, fix_id)


def _save(matter: Matter, draft: Draft, note: str) -> None:
    stores.casework().save_draft(
        matter.id, draft, matter.version, author=stores.author(), note=note[:200]
    )


def _page(matter: Matter) -> str:
    problem, view, form_name, skin = "", checkview.View([], [], []), "", None
    try:
        form_name, skin = asked_for(request.values, matter.draft)
        read = _proofread(matter, form_name, skin)
        view = checkview.view(read.lines, checkview.items_of(read))
    except UserError as error:
        problem = error.message
    return render_template(
        "check_draft.html",
        matter=matter,
        view=view,
        problem=problem,
        form_name=form_name,
        skin=skin or "",
        fixes=stores.casework().proofing.fixes(matter.id),
        action=url_for("checkdraft.decide", matter_id=matter.id),
        keeps_list=_keeps_list(matter),
    )
