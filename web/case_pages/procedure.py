"""办理流程 of one matter: its stage, its history, and the moves that are allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework import Matter, aligned, noticing
from casework.matters import handling, materials
from casework.moving import NotYours, Offer, Overtaken, Unanswered, offers, situation, take
from casework.procedure import numbers, ratings
from casework.procedure.filing import file_reply
from casework.procedure.given import FIELDS, Given, is_needed, read
from casework.procedure.guards import Situation, doer
from casework.procedure.states import (
    BY_ID,
    CLOSED,
    ONLINE_LINE,
    ONWARD,
    SAID,
    Move,
    State,
    main_line,
)
from casework.procedure.turns import awaited
from desk import papers
from desk.exchange.packages import heard
from desk.opinions import cohandling, rating
from drafting.answering.answerable import Claim
from drafting.answering.result_class import propose_class
from drafting.errors import UserError
from drafting.language.cleaning import typed_line
from drafting.model import Draft
from web import forms, profiles, stores
from web.texts import parse_date

if TYPE_CHECKING:
    from casework.procedure.stage import Stage

blueprint = Blueprint("procedure", __name__)

AGAIN = "dissatisfied"
TELLING = ("satisfied", "feedback-late", AGAIN)
"""The moves that put on record what the proposers said."""


@blueprint.get("/matters/<id:matter_id>/procedure")
def show(matter_id: int) -> str:
    """Show where the matter stands, and the moves that can be made."""
    return _page(stores.matter_or_404(matter_id), {})


@blueprint.post("/matters/<id:matter_id>/procedure/<move_id>")
def make(matter_id: int, move_id: str) -> Response | tuple[str, int]:
    """Make a move; what is missing is said at its form, with all that was typed."""
    if move_id not in BY_ID:
        abort(404, "没有这一步。")
    matter = stores.matter_or_404(matter_id)
    try:
        given = given_of(BY_ID[move_id])
        go(situation_of(matter), BY_ID[move_id], given)
    except UserError as error:
        code = 409 if isinstance(error, Overtaken) else 403 if isinstance(error, NotYours) else 400
        stated = error.particulars if isinstance(error, Unanswered) else ()
        return _page(matter, errors_of(error), move_id, stated), code
    flash(f"已办：{BY_ID[move_id].name}。", "done")
    return redirect(url_for("procedure.show", matter_id=matter_id))


# ------------------------------------------------------------------ for the other pages


def situation_of(matter: Matter) -> Situation:
    """Return all that matters for the moves of ``matter`` by the viewer."""
    context = stores.context()
    profile, viewer = context.habits(matter.draft.profile), doer(stores.viewer())
    # As on the page 校对: what must be fixed there must not pass here.
    read = partial(papers.judged, context, matter)
    return situation(stores.casework(), matter, profile, viewer, context.today, read)


def go(now: Situation, move: Move, given: Given) -> Stage:
    """Make ``move`` as the form of the page has it; errors as :func:`casework.moving.take`."""
    return take(
        stores.casework(),
        move.id,
        given,
        now,
        expected=forms.number("moves"),
        file=partial(_file, now.matter.id) if "入档案" in move.effects else None,
        hand=partial(cohandling.handed, stores.context()),
    )


def given_of(move: Move, more: Mapping[str, str] | None = None) -> Given:
    """Read what was typed for ``move``, ``more`` in place of fields. Raises :class:`_Wrong`."""
    long = ("opinion", "override")
    values = {name: forms.text(name) for name in long}
    values |= {ask: typed_line(request.form.get(ask, "")) for ask in move.asks}
    ticked = [typed_line(one) for one in request.form.getlist("confirmed")]
    given, errors = read(move, {**values, **(more or {})}, parse_date, ticked)
    if errors:
        raise _Wrong(errors)
    return given


def classes_of(now: Situation) -> list[tuple[str, str]]:
    """Return what 办理结果类别 can be changed to, and first that it stays as it is."""
    draft, profile = now.matter.draft, now.profile
    proposed = propose_class(profile, aligned(draft).answers, draft.date or now.today).code
    stands = draft.class_code or proposed or "未定"
    codes = [(one.code, f"{one.code} {one.label}") for one in profile.classes.codes]
    return [("", f"不改（现为 {stands}）"), *codes]


def errors_of(error: UserError) -> dict[str, str]:
    """Return what is wrong with what was typed for a move, by field."""
    return error.errors if isinstance(error, _Wrong) else forms.at_place(error)


class _Wrong(UserError):
    """Several fields at once are wrong."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("；".join(errors.values()))
        self.errors = dict(errors)


# ------------------------------------------------------------------ within


def _file(matter_id: int, draft: Draft) -> str:
    """Put the finished reply into the archive, where it is found at once, as the unit's that owns
    the matter."""
    profile = profiles.load(draft.profile)
    owners = stores.casework().run(handling.owners_of, matter_id)
    viewer = stores.own_unit()
    unit = viewer if viewer is None or viewer in owners else min(owners, default=viewer)
    with stores.archive_action("归档", draft.doc_no or "", unit) as archive:
        return file_reply(draft, profile, archive)


def _page(
    matter: Matter, errors: dict[str, str], tried: str = "", stated: Sequence[Claim] = ()
) -> str:
    now = situation_of(matter)
    found = offers(now)
    return render_template(
        "procedure.html",
        matter=matter,
        now=now,
        stage=now.stage,
        groups=_grouped([one for one in found if one.mine]),
        open_move=tried or _likely(found, now),
        materials=len(stores.casework().run(materials.listed, matter.id)),
        heard=heard.of_matter(stores.casework(), matter.id),
        asking=matter.draft.proposal.role == "主办" and now.stage.state in rating.ASKED_AT,
        ratings=now.ratings,
        objections=ratings.objections(now.ratings),
        told=_told(now),
        telling=TELLING,
        others=[one.move for one in found if not one.mine and one.move.target],
        awaited=awaited(now.stage.state),
        nobody=bool(g.user) and not _waiting(now),
        said=SAID,
        line=_line(now),
        passed={step.source for step in now.history},
        closed=now.stage.state in CLOSED,
        fields=FIELDS,
        is_needed=is_needed,
        next_number=_next_number(now),
        classes=classes_of(now),
        errors=errors,
        tried=tried,
        stated=stated,
        ticked=request.form.getlist("confirmed"),
        typed=request.form,
    )


def _waiting(now: Situation) -> list[str]:
    """Return those with accounts for whom the matter waits."""
    casework = stores.casework()
    people = [one for one in casework.people.listed() if one.active]
    return noticing.waiting(people, casework.units_of(now.matter.id), now.stage)


def _told(now: Situation) -> dict[str, str]:
    """Return what the proposers said, by field of the moves that put it on record."""
    told = ratings.together(now.ratings)
    # 满意 alone closes the matter: of the other choice the form has none.
    return {**told, "satisfaction": ""} if ratings.objections(now.ratings) else told


def _line(now: Situation) -> tuple[State, ...]:
    """The line of states that the matter goes, with 督审 where it is reviewed."""
    if now.link is not None:
        return ONLINE_LINE
    review = now.profile.procedure.supervisor_review
    lead = now.matter.draft.proposal.role == "主办"
    return main_line(review if lead else "none")


def _likely(found: list[Offer], now: Situation) -> str:
    """Return the move whose form stands open: the first on the way that nothing hinders.

    Where a proposer is not satisfied, that which handles the matter again. Else an opinion that is
    still to be taken down, else the first: it says what is in the way.
    """
    again = any(one.move.id == AGAIN and one.mine for one in found)
    if again and ratings.objections(now.ratings):
        return AGAIN
    mine = [one for one in found if one.mine and not one.move.back]
    clear = [one for one in mine if not one.hindrances]
    main = [one for one in mine if one.move.target in ONWARD]
    onward = [one for one in main if one in clear] or [one for one in clear if one.move.step]
    chosen = onward or main or [one for one in mine if one.move.target]
    return chosen[0].move.id if chosen else ""


def _grouped(found: list[Offer]) -> list[tuple[str, list[Offer]]]:
    """Return the moves in the order in which they are looked for: on, back, and what else."""
    return [
        ("下一步办理", [one for one in found if one.move.target and not one.move.back]),
        ("退回、重办", [one for one in found if one.move.back]),
        ("其他", [one for one in found if not one.move.target and not one.move.back]),
    ]


def _next_number(now: Situation) -> str:
    """Return which number would be given, so that the clerk sees it before it is."""
    if now.stage.state != "编号":
        return ""
    draft = now.matter.draft
    code, year = numbers.code_of(now.profile, draft), (draft.date or now.today).year
    if not code:
        return ""
    seq = stores.casework().run(numbers.next_seq, now.profile, code, year)
    return numbers.printed(now.profile, code, year, seq)
