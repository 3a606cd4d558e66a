"""历次版本: every save of a matter, to read, name, compare and restore."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework import Conflict, Version, aligned
from drafting.errors import UserError
from drafting.language.likeness.matching import Work
from drafting.language.likeness.redline import compare as runs
from drafting.model import ANSWER_TITLES, Answer, Draft, attached
from web import forms, stores
from web.texts import parse_number

blueprint = Blueprint("history", __name__)

NOTE_MAX_CHARS = 60
# Between two versions so many are read to tell who changed what; the rest are named together.
READ_MOST = 40
_ASKED = ("suggestion", "建议")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A text that differs: its runs, and the saves that changed it, oldest first."""

    title: str
    runs: list[tuple[str, str]]
    by: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """A suggestion whose answer differs; ``place`` is ``None`` where it has left the list."""

    place: int | None
    suggestion: str
    fields: tuple[FieldChange, ...]
    came: bool = False


@blueprint.get("/matters/<id:matter_id>/versions")
def show(matter_id: int) -> str:
    """List the versions, newest first."""
    matter = stores.matter_or_404(matter_id)
    versions = stores.casework().versions(matter_id)
    return render_template("versions.html", matter=matter, versions=versions)


@blueprint.post("/matters/<id:matter_id>/versions")
def name(matter_id: int) -> Response:
    """Name the current version: it is kept for good under that name."""
    matter = stores.matter_or_404(matter_id)
    note = forms.line("note")
    if not note:
        raise UserError("请给这一版取个名字，如“送局长看的稿”。")
    if len(note) > NOTE_MAX_CHARS:
        raise UserError(f"版本的名字不能超过{NOTE_MAX_CHARS}个字。")
    stores.casework().name_version(matter_id, matter.version, note)
    flash(f"第 {matter.version} 版已存为“{note}”。", "done")
    return redirect(url_for("history.show", matter_id=matter_id))


@blueprint.get("/matters/<id:matter_id>/versions/<id:number>")
def one(matter_id: int, number: int) -> str:
    """Show the answers as they were in one version."""
    matter = stores.matter_or_404(matter_id)
    draft = aligned(_version(matter_id, number))
    return render_template(
        "version.html",
        matter=matter,
        draft=draft,
        number=number,
        titles=ANSWER_TITLES,
        attachments=attached(draft),
    )


@blueprint.get("/matters/<id:matter_id>/compare")
def compare(matter_id: int) -> str:
    """Compare two versions (``from``, ``to``): inserted underlined, deleted struck through."""
    matter = stores.matter_or_404(matter_id)
    first, last = (parse_number(request.args.get(side)) for side in ("from", "to"))
    first, last = sorted((first, last))
    old, new = aligned(_version(matter_id, first)), aligned(_version(matter_id, last))
    versions = {one.number: one for one in stores.casework().versions(matter_id)}
    between = [versions[number] for number in sorted(versions) if first < number <= last]
    return render_template(
        "compare.html",
        matter=matter,
        first=versions[first],
        last=versions[last],
        between=between,
        changes=_changes(old, new, steps := _steps(matter_id, old, between)),
        enclosed=_enclosed(old, new, steps),
    )


@blueprint.post("/matters/<id:matter_id>/versions/<id:number>/restore")
def restore(matter_id: int, number: int) -> Response:
    """Make an old version the newest one; the one in between stays in the history."""
    matter = stores.matter_or_404(matter_id)
    try:
        stores.casework().save_draft(
            matter_id,
            _version(matter_id, number),
            matter.version,
            author=stores.author(),
            note=f"恢复第 {number} 版",
        )
    except Conflict:
        raise UserError("刚才有人保存了这件提案，请返回后再恢复一次。") from None
    flash(f"已恢复第 {number} 版；恢复前的内容仍在历次版本中。", "done")
    return redirect(url_for("workbench.show", matter_id=matter_id))


# ------------------------------------------------------------------ comparing


def _steps(
    matter_id: int, old: Draft, between: Sequence[Version]
) -> list[tuple[Version, Draft, Draft]]:
    """Return each save with what stood before and after it."""
    steps = []
    before = old
    for version in between[-READ_MOST:]:
        draft = stores.casework().version(matter_id, version.number)
        if draft is not None:
            after = aligned(draft)
            steps.append((version, before, after))
            before = after
    return steps


def _changes(
    old: Draft, new: Draft, steps: Sequence[tuple[Version, Draft, Draft]]
) -> list[AnswerChange]:
    left = {answer.suggestion.id: answer for answer in old.answers}
    found, work = [], Work()
    for place, answer in enumerate(new.answers):
        former = left.pop(answer.suggestion.id, None)
        change = _change(place, former or Answer(answer.suggestion), answer, steps, work)
        if change.fields or former is None:
            found.append(_came(change) if former is None else change)
    gone = [_change(None, one, Answer(one.suggestion), steps, work) for one in left.values()]
    return found + gone


def _came(change: AnswerChange) -> AnswerChange:
    return AnswerChange(change.place, change.suggestion, change.fields, came=True)


def _enclosed(
    old: Draft, new: Draft, steps: Sequence[tuple[Version, Draft, Draft]]
) -> FieldChange | None:
    """Return how the attachments differ, as one text."""
    was, now = _attachments(old), _attachments(new)
    if was == now:
        return None
    by = tuple(
        version for version, before, after in steps if before.attachments != after.attachments
    )
    return FieldChange("附件", list(runs(was, now)), by)


def _attachments(draft: Draft) -> str:
    told = []
    for number, one in enumerate(attached(draft), start=1):
        file = f"（文件 {one.file}）" if one.file else ""
        told.append(f"附件{number} {one.title}{file}{'' if one.public else '（不公开）'}")
        told += [one.text] if one.text else []
    return "\n".join(told)


def _change(
    place: int | None,
    former: Answer,
    answer: Answer,
    steps: Sequence[tuple[Version, Draft, Draft]],
    work: Work,
) -> AnswerChange:
    fields = []
    for field, title in (_ASKED, *ANSWER_TITLES.items()):
        was, now = _of(former, field), _of(answer, field)
        if was == now:
            continue
        by = tuple(
            version
            for version, before, after in steps
            if _text(before, answer, field) != _text(after, answer, field)
        )
        fields.append(FieldChange(title, list(runs(was, now, work)), by))
    return AnswerChange(place, answer.suggestion.text, tuple(fields))


def _text(draft: Draft, answer: Answer, field: str) -> str:
    same = (one for one in draft.answers if one.suggestion.id == answer.suggestion.id)
    found = next(same, None)
    return _of(found, field) if found is not None else ""


def _of(answer: Answer, field: str) -> str:
    return answer.suggestion.text if field == _ASKED[0] else getattr(answer, field) or ""


def _version(matter_id: int, number: int) -> Draft:
    draft = stores.casework().version(matter_id, number)
    if draft is None:
        abort(404, "没有这个版本，或者它是较早的自动保存，已按小时、按日合并。")
    return draft
