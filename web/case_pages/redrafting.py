"""重新生成: newly composed answers beside what the clerk typed, to choose from field by field."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework import Conflict, Matter, answer_mark
from desk.drafts import redrafting
from desk.drafts.composing import Change, changed, notes_for
from desk.drafts.redrafting import Choice, Pair, Redrafted
from drafting.answering import reasons
from drafting.answering.redraft import FIELDS, typed
from drafting.errors import UserError
from drafting.language.likeness.redline import compare
from drafting.model import ANSWER_TITLES, Draft
from web import forms, profiles, stores
from web.access import security
from web.case_pages import trials
from web.texts import parse_number

blueprint = Blueprint("redraft", __name__)

COMPARED_MOST = 4_000


@dataclass(frozen=True, slots=True)
class Offer:
    """What the workbench says of an answer: how it came about; why it cannot be composed anew, what
    has changed since, whether a new answer waits, and whether the clerk has typed."""

    notes: tuple[str, ...] = ()
    closed: str = ""
    change: Change | None = None
    waits: bool = False
    typed: bool = False


def offer(matter: Matter, draft: Draft, place: int) -> Offer:
    """Return what the workbench says of the answer at ``place``."""
    closed = redrafting.closed(stores.casework(), matter.id)
    answer = draft.answers[place]
    written = answer.composed is not None and bool(typed(answer))
    notes = notes_for(answer, _reader())
    if closed or not security.allowed("修改文稿"):
        return Offer(notes, closed, typed=written)
    waiting = redrafting.waiting(stores.casework(), matter, stores.author())
    waits = any(pair.place == place for pair in waiting)
    change = None if waits else changed(draft, place, stores.archive(), _names(draft))
    return Offer(notes, "", change, waits, written)


def run(matter_id: int, place: int | None) -> Response:
    """Compose the answer at ``place`` anew, or all, say what came of it, and lead on to it."""
    casework = stores.casework()
    draft = stores.matter_or_404(matter_id).draft
    try:
        came = redrafting.redraft(
            casework,
            stores.archive(),
            matter_id,
            _names(draft),
            now=dt.datetime.now(dt.UTC),
            place=place,
            author=stores.author(),
            reader=stores.own_unit() or "",
            verdicts=trials.verdicts(matter_id, draft),
        )
    except UserError as error:
        flash(error.message, "error")
        return redirect(_workbench(matter_id, place))
    except LookupError:
        abort(404, "这条建议已不在清单中，请从办理清单重新进入。")
    flash(_told(came, whole=place is None), "done")
    if came.differing:
        s = came.differing[0] + 1 if place is not None else None
        return redirect(url_for("redraft.show", matter_id=matter_id, s=s))
    return redirect(_workbench(matter_id, place))


@blueprint.get("/matters/<id:matter_id>/redraft")
def show(matter_id: int) -> str:
    """Show the new answers beside those that stand, all or that to one suggestion (``s``)."""
    return _page(stores.matter_or_404(matter_id), parse_number(request.args.get("s")))


@blueprint.post("/matters/<id:matter_id>/redraft/new")
def make(matter_id: int) -> Response:
    """Compose anew: all answers, or that to one suggestion (``s``)."""
    stores.matter_or_404(matter_id)
    number = forms.number("s")
    return run(matter_id, number - 1 if number else None)


@blueprint.post("/matters/<id:matter_id>/redraft")
def take(matter_id: int) -> Response | tuple[str, int]:
    """Take what was chosen of the answers on the page; what was left stays as it stands."""
    stores.matter_or_404(matter_id)
    only = forms.number("s")
    choices = _choices()
    expected = forms.number("version")
    try:
        version = redrafting.take(
            stores.casework(), matter_id, choices, expected, author=stores.author()
        )
    except Conflict as conflict:
        said = "有人刚刚改动了其中的答复，还没有保存。下面的“现有”是改动后的内容，请再选一次。"
        return _page(conflict.current, only, said), 409
    except UserError as error:
        return _page(stores.matter_or_404(matter_id), only, error.message), 409
    new = [str(one.place + 1) for one in choices if one.fields]
    done = f"第{'、'.join(new)}条已换用所选的新稿" if new else "已保留原稿"
    flash(f"{done}（第 {version} 版）；换下的内容都在“历次版本”中。", "done")
    first = choices[0].place if choices else 0
    return redirect(url_for("workbench.show", matter_id=matter_id, s=first + 1))


# ------------------------------------------------------------------ within


def _page(matter: Matter, only: int, error: str = "") -> str:
    waiting = redrafting.waiting(stores.casework(), matter, stores.author())
    return render_template(
        "redraft.html",
        matter=matter,
        pairs=[pair for pair in waiting if not only or pair.place == only - 1],
        others=len(waiting),
        only=only,
        titles=ANSWER_TITLES,
        chosen={(one.anew, name) for one in _choices() for name in one.fields},
        asked={one.anew for one in _choices()},
        mark=answer_mark,
        sides=_sides,
        closed=redrafting.closed(stores.casework(), matter.id),
        error=error,
    )


def _sides(pair: Pair, name: str) -> tuple[list[tuple[bool, str]], list[tuple[bool, str]]]:
    """Return the two texts as runs, each with whether it stands on this side only.

    Of texts that have little in common, or are long, nothing is distinguished.
    """
    old, new = getattr(pair.current, name), getattr(pair.anew, name)
    if len(old) + len(new) <= COMPARED_MOST:
        runs = compare(old, new)
        alike = sum(len(text) for kind, text in runs if kind == "same")
        if 2 * alike >= min(len(old), len(new)):
            left = [(kind == "deleted", text) for kind, text in runs if kind != "inserted"]
            right = [(kind == "inserted", text) for kind, text in runs if kind != "deleted"]
            return left, right
    return [(False, old)], [(False, new)]


def _choices() -> list[Choice]:
    """Return what the form says; ``act`` is the button: as chosen, all, or nothing of the new."""
    form = request.form
    act = form.get("act", "")
    found = []
    rows = zip(form.getlist("place"), form.getlist("base"), form.getlist("anew"), strict=False)
    for place, base, anew in rows:
        chosen = [
            name
            for name in FIELDS
            if act == "all" or (act != "none" and form.get(f"{place}-{name}") == "new")
        ]
        found.append(Choice(parse_number(place), base, anew, frozenset(chosen)))
    return found


def _told(came: Redrafted, *, whole: bool) -> str:
    """Return what came of composing anew, with the version that brings back what stood before."""
    back = f"换稿前为第 {came.former} 版，可在“历次版本”中比对、恢复。"
    if not whole:
        if came.taken:
            return f"已重新生成。{back}"
        if came.differing:
            return "新稿与您写的不同，没有替换；请在下面选择。"
        return "已重新生成，与现有内容相同。" if came.same else "这条建议已不在清单中。"
    total = sum(map(len, (came.taken, came.same, came.differing))) + came.gone
    parts = [
        f"{len(came.taken)} 条没有改动过，已换成新稿" if came.taken else "",
        f"{len(came.same)} 条没有新内容" if came.same else "",
        f"{len(came.differing)} 条与您写的不同，没有替换，请在下面选择" if came.differing else "",
        f"{came.gone} 条建议刚刚移出清单，没有写入" if came.gone else "",
    ]
    said = "；".join(part for part in parts if part)
    return f"已重新生成 {total} 条：{said}。{back if came.taken else ''}"


def _workbench(matter_id: int, place: int | None) -> str:
    return url_for("workbench.show", matter_id=matter_id, s=(place or 0) + 1)


def _reader() -> str | None:
    """Return the unit as which the viewer reads the archive, ``None`` for all of it."""
    return None if "督办" in stores.viewer().roles else stores.own_unit()


def _names(draft: Draft) -> tuple[str, ...]:
    try:
        return profiles.unit_names(draft.profile)
    except UserError:
        # The profile was taken away since; the matter may name the unit itself.
        return ()


blueprint.add_app_template_filter(reasons.searches, "searches")
