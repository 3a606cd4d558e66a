"""征求会办意见: letters that ask the 会办 units for their opinions, and the record of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace

from casework import Casework, CoOpinion, Matter, aligned
from casework.calendar.deadlines import opinion_due
from casework.calendar.workdays import load as load_days
from casework.matters.opinions import check_asking
from drafting.assembly import assemble
from drafting.assembly.requesting import concerned
from drafting.errors import UserError
from drafting.model import Draft, OpinionState
from drafting.profile import Profile
from drafting.writing import write_docx
from drafting.writing.bundle import file_name, make_letters


def term(
    casework: Casework, profile: Profile, draft: Draft, asked: dt.date | None
) -> dt.date | None:
    """Return until when a unit asked on ``asked`` is to answer, by profile and working days."""
    if asked is None:
        return None
    return opinion_due(profile, casework.run(load_days), asked, draft.proposal.due)


def record(
    casework: Casework,
    lines: Sequence[CoOpinion],
    asked: dt.date | None,
    due: dt.date | None,
    *,
    today: dt.date,
    by: str = "",
) -> None:
    """Record that the units of ``lines`` were asked: all of them, or none.

    Raises :class:`UserError` as :func:`casework.matters.opinions.check_asking`, naming the unit.
    """
    for line in lines:
        try:
            check_asking(asked, due, line.received, today)
        except UserError as error:
            raise UserError(f"{line.unit}：{error.message}", field=error.field) from error
    for line in lines:
        casework.ask_opinion(line, asked, due, by)


def share(casework: Casework, line: CoOpinion, draft: Draft, places: Collection[int]) -> None:
    """Record which suggestions (by place) the unit is asked about.

    The obvious choice is not stored, so that it follows the draft.
    """
    draft = aligned(draft)
    usual = concerned(_with(draft, [OpinionState(line.unit)]), line.unit)
    chosen = [n for n in range(len(draft.proposal.suggestions)) if n in places]
    kept = [] if tuple(chosen) == usual else chosen
    casework.share_opinion(line.id, [draft.proposal.suggestions[n].id for n in kept])


def shares(draft: Draft, lines: Sequence[CoOpinion]) -> dict[int, tuple[int, ...]]:
    """Return for each line (by id) the places of the suggestions that are put before its unit."""
    draft = aligned(draft)
    return {line.id: concerned(draft, line.unit) for line in lines}


def letters(
    matter: Matter,
    profile: Profile,
    lines: Sequence[CoOpinion],
    asked: dt.date | None = None,
    due: dt.date | None = None,
    *,
    together: bool = False,
) -> tuple[str, bytes]:
    """Return name and bytes of the letter to the units of ``lines``, or of a zip of their letters.

    ``together``: one letter to all. ``asked`` and ``due`` go before what is recorded.
    Raises :class:`UserError` where a letter cannot be made.
    """
    draft = aligned(matter.draft)
    known = {one.unit: one for one in draft.co_opinions}
    draft = _with(
        draft,
        [
            replace(state, asked=asked or state.asked, due=due or state.due)
            for line in lines
            for state in (known.get(line.unit, OpinionState(line.unit)),)
        ],
    )
    units = [line.unit for line in lines]
    if together or len(units) == 1:
        reply = assemble(draft, profile, form="opinion-request", to=units)
        return file_name(reply), write_docx(reply)
    return make_letters(draft, profile, units)


def _with(draft: Draft, states: Sequence[OpinionState]) -> Draft:
    """Return ``draft`` with ``states`` in place of what is recorded of their units."""
    units = {one.unit for one in states}
    others = (one for one in draft.co_opinions if one.unit not in units)
    return replace(draft, co_opinions=(*others, *states))
