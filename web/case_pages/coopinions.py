"""会办: when each unit was asked, what it answered, and to which suggestion an answer belongs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.wrappers import Response as BaseResponse

from casework import CoOpinion, Matter, aligned
from casework.procedure.states import BY_ID, SAID
from desk.opinions import asking, cohandling, receiving
from drafting.answering.opinions import as_passages, match_parts
from drafting.errors import UserError
from drafting.language.file_names import safe_file_name
from drafting.model import Draft, Passage, Proposal
from web import forms, profiles, stores
from web.downloads import attachment
from web.texts import parse_date, parse_number

blueprint = Blueprint("coopinions", __name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the 会办 units say to one suggestion, and what could be told to belong to none."""

    own: tuple[Passage, ...] = ()
    loose: tuple[Passage, ...] = ()
    awaited: tuple[CoOpinion, ...] = ()


@blueprint.get("/matters/<id:matter_id>/opinions")
def show(matter_id: int) -> str:
    """List the units with dates, state and what they answered."""
    matter = stores.matter_or_404(matter_id)
    keep_units(matter_id, matter.draft)
    return page(matter, {})


@blueprint.post("/matters/<id:matter_id>/opinions/<id:opinion_id>/ask")
def ask(matter_id: int, opinion_id: int) -> BaseResponse | tuple[str, int]:
    """Record when the unit was asked, and until when it is to answer."""
    matter, line = _line_or_404(matter_id, opinion_id)
    typed = forms.lines(("asked", "due"))
    try:
        asked = parse_date(typed["asked"], "征求日期", "asked")
        due = parse_date(typed["due"], "反馈期限", "due")
        due = due or (term(matter.draft, asked) if asked else None)
        asking.record(
            stores.casework(), [line], asked, due, today=dt.date.today(), by=stores.author()
        )
    except UserError as error:
        wrong = {f"{error.field}{line.id}": error.message}
        return page(matter, wrong, dates={line.id: typed}), 400
    if "share" in request.form:
        places = {parse_number(one) - 1 for one in request.form.getlist("about")}
        asking.share(stores.casework(), line, matter.draft, places)
    said = f"已记下向{line.unit}征求意见。" if asked else f"已记下，{line.unit}还没有征求。"
    flash(said, "done")
    return redirect(url_for("coopinions.show", matter_id=matter_id, _anchor=f"o{line.id}"))


@blueprint.post("/matters/<id:matter_id>/opinions/<id:opinion_id>/receive")
def receive(matter_id: int, opinion_id: int) -> BaseResponse | tuple[str, int]:
    """Take in what the unit answered, as a file or pasted."""
    matter, line = _line_or_404(matter_id, opinion_id)
    text = request.form.get("text", "")
    try:
        name, data, words = _read(text, request.files.get("file"))
        day = _day_received(line)
        receiving.receive(stores.casework(), line, day, words, (name, data))
    except UserError as error:
        wrong = forms.at_place(error, f"text{opinion_id}")
        return page(matter, wrong, typed={opinion_id: text}), 400
    flash(f"已收下{line.unit}的会办意见，起草时列在相应建议的右边。", "done")
    return redirect(url_for("coopinions.show", matter_id=matter_id))


@blueprint.get("/matters/<id:matter_id>/opinions/<id:opinion_id>/file")
def original(matter_id: int, opinion_id: int) -> Response:
    """Give back the file as it was received."""
    _, line = _line_or_404(matter_id, opinion_id)
    found = stores.casework().co_opinion_file(line.id)
    if found is None:
        abort(404, "这份会办意见还没有收到。")
    return attachment(found[1], safe_file_name(found[0]))


# ------------------------------------------------------------------ for the other pages


def keep_units(matter_id: int, draft: Draft) -> None:
    """Have a line for each 会办 unit, where this office leads."""
    proposal = draft.proposal
    units = proposal.co_units if proposal.role == "主办" else ()
    stores.casework().keep_co_units(matter_id, units)


def for_place(matter_id: int, draft: Draft, place: int) -> Parts:
    """Return what the 会办 units say to the suggestion at ``place``."""
    lines = stores.casework().co_opinions(matter_id)
    own: list[Passage] = []
    loose: list[Passage] = []
    for line in lines:
        if not line.received:
            continue
        found = as_passages(line.id, line.unit, line.received, line.said)
        places = _places(line, draft.proposal)
        own += [one for one, at in zip(found, places, strict=True) if at == place]
        loose += [one for one, at in zip(found, places, strict=True) if at is None]
    return Parts(tuple(own), tuple(loose), tuple(one for one in lines if not one.received))


def matched(line: CoOpinion, proposal: Proposal) -> list[tuple[int | None, str]]:
    """Return each part of an opinion with the place of the suggestion that it answers."""
    return list(zip(_places(line, proposal), line.said, strict=True))


def term(draft: Draft, asked: dt.date) -> dt.date | None:
    """Return until when a unit that is asked on ``asked`` is to answer, where it can be told."""
    try:
        profile = profiles.habits(draft.profile)
    except UserError:
        # The profile was taken away since; the clerk can type the day.
        return None
    return asking.term(stores.casework(), profile, draft, asked)


def page(
    matter: Matter,
    errors: Mapping[str, str],
    *,
    typed: Mapping[int, str] | None = None,
    dates: Mapping[int, Mapping[str, str]] | None = None,
    letter: MultiDict[str, str] | None = None,
    online: MultiDict[str, str] | None = None,
    tried: str = "",
) -> str:
    """Return the page; ``errors`` by field, and by line what was ``typed`` there.

    ``letter`` and ``online`` are the forms as they were sent, ``tried`` the move on line.
    """
    draft, today = aligned(matter.draft), dt.date.today()
    lines = stores.casework().co_opinions(matter.id)
    made = {parse_number(one) for one in request.args.getlist("made")}
    return render_template(
        "opinions.html",
        matter=matter,
        lines=lines,
        open_units=[one for one in lines if one.unit in draft.proposal.co_units],
        made=[one for one in lines if one.id in made],
        way="together" if request.args.get("way") == "together" else None,
        proposal=draft.proposal,
        shares=asking.shares(draft, lines),
        matched=matched,
        errors=errors,
        typed=typed or {},
        dates=dates or {},
        letter=letter,
        today=today,
        usual_due=term(draft, today),
        online=online,
        tried=tried,
        links=cohandling.online(stores.context(), matter.id),
        account_units=cohandling.units(stores.context(), matter),
        alike=partial(cohandling.named, stores.context()),
        moves=BY_ID,
        said_states=SAID,
    )


# ------------------------------------------------------------------ within


def _places(line: CoOpinion, proposal: Proposal) -> list[int | None]:
    """The place of the suggestion that each part answers: as handed in on line, else by words."""
    known = {one.key: place for place, one in enumerate(proposal.suggestions)}
    guessed = match_parts(line.said, proposal.suggestions)
    if not line.parts:
        return guessed
    named = [known.get(key) for key, _ in line.parts]
    return [one if one is not None else at for one, at in zip(named, guessed, strict=True)]


def _day_received(line: CoOpinion) -> dt.date:
    """Return the typed day, today where none is; raises :class:`UserError` naming the field."""
    field = f"received{line.id}"
    day = forms.day("received", "收到日期", field) or dt.date.today()
    receiving.check_day(line, day, field)
    return day


def _line_or_404(matter_id: int, opinion_id: int) -> tuple[Matter, CoOpinion]:
    matter = stores.matter_or_404(matter_id)
    line = stores.casework().co_opinion(matter_id, opinion_id)
    if line is None:
        abort(404, "没有这家会办单位，或者它已从清单中移出。")
    return matter, line


def _read(text: str, file: FileStorage | None) -> tuple[str, bytes, str]:
    """Return name, bytes and words of what was sent. Raises :class:`UserError`."""
    if file is not None and file.filename:
        name, data = forms.uploaded(file, too_big="。请去掉图片和附件后再传。", field="")
    else:
        name, data = receiving.as_file(text)
    return name, data, receiving.read_opinion(name, data)
