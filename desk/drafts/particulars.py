"""送核稿: what each particular of a draft rests on, and confirming one of them by name.

The one place for the pages, the guards of the procedure and the sign-off sheet.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from casework import Casework, Matter, aligned, confirming
from casework import figures as house
from casework.moving import is_letter
from casework.procedure.stage import history
from corpus import ArchiveView
from desk.context import Context
from desk.drafts.inserting import opinion_passages
from drafting.answering import answerable
from drafting.answering.answerable import Claim
from drafting.answering.particulars import Particular, ledger
from drafting.checking.engine.office import NAMES_FILE, load_names
from drafting.errors import UserError
from drafting.model import Draft, Form, GivenFigure, Passage

MOVED = "这一处刚刚有改动，请看过现在的文字再确认。"


@dataclass(frozen=True, slots=True)
class _Archive:
    """The archive as it was seen: what is kept of it is kept by its state and who sees it."""

    state: tuple[str, ...]
    view: ArchiveView | None = field(compare=False)


@dataclass(frozen=True, slots=True)
class Which:
    """Which particular is meant: the key of its suggestion, its field, its words and place."""

    suggestion: str
    field: str
    text: str
    start: int


def of_matter(context: Context, matter: Matter) -> tuple[Claim, ...]:
    """Return the particulars of a matter's paper with what they rest on, in its order.

    What had passed 送核稿 before particulars were asked for counts as it did then. Raises
    :class:`UserError` for a profile that is wrong.
    """
    draft, profile = aligned(matter.draft), context.habits(matter.draft.profile)
    casework = context.casework
    if casework is None:
        return ()
    found = answerable.answerable(
        draft,
        _entries(context, casework, matter.id, draft),
        profile,
        casework.run(confirming.listed, matter.id),
    )
    before = casework.run(confirming.passed_before, matter.id)
    if before is None:
        return found
    passed = answerable.written(aligned(before), profile)
    return tuple(
        one for one in found if one.settled or not any(answerable.same(one, two) for two in passed)
    )


def of_letters(context: Context, matter: Matter) -> tuple[Claim, ...]:
    """Return the particulars of the texts that 退办说明 and 延期申请 print, which no 送核稿 passes.

    What a move was made with was answered for there. Raises :class:`UserError` for a profile that
    is wrong.
    """
    draft, profile = matter.draft, context.habits(matter.draft.profile)
    found = [one for form in answerable.LETTERS for one in answerable.letter(draft, profile, form)]
    casework = context.casework
    if casework is None or not found:
        return tuple(found)
    sent = {_plain(step.opinion) for step in casework.run(history, matter.id) if is_letter(step)}
    texts = answerable.beside(draft)
    left = [one for one in found if _plain(texts[one.field]) not in sent]
    return answerable.confirmed(left, casework.run(confirming.listed, matter.id))


def as_it_leaves(context: Context, matter: Matter) -> Draft:
    """Return the aligned draft of ``matter`` with what nobody answers for in its letters marked
    (【待核实：12处】), unless the profile only warns of it."""
    draft = aligned(matter.draft)
    if context.habits(draft.profile).particulars.unproven != "block":
        return draft
    return answerable.held_back(draft, of_letters(context, matter))


def names_known(context: Context, profile: str) -> frozenset[str]:
    """Return the names that an office knows to be right: its own, and those of its leaders' list.

    Raises :class:`UserError` for a profile or a list of names that is wrong.
    """
    leaders = load_names(context.folder / NAMES_FILE).leaders
    return frozenset((*context.unit_names(profile), *leaders))


def left_open(context: Context, source: Matter | Draft, form: Form) -> tuple[Claim, ...]:
    """Return what a paper says that nobody answers for; the forms to be filled in say nothing.

    Of a draft alone nobody keeps who confirmed what, nor which sessions are the unit's: there only
    its evidence counts.
    """
    letters = form in answerable.LETTERS
    if not letters and form not in answerable.STATING:
        return ()
    if isinstance(source, Matter):
        found = of_letters(context, source) if letters else of_matter(context, source)
        found = tuple(one for one in found if not letters or one.field == form)
    else:
        draft, profile = aligned(source), context.profile(source.profile)
        if letters:
            found = answerable.letter(draft, profile, form)
        else:
            found = answerable.answerable(draft, ledger(draft, today=context.today), profile)
            found = tuple(one for one in found if one.kind != answerable.SESSION)
    return tuple(one for one in found if not one.settled)


def confirm(context: Context, matter: Matter, which: Which, name: str) -> Claim:
    """Have ``name`` answer for one particular of the paper as it stands; return that one.

    Raises :class:`UserError` where the text has changed meanwhile, without a name, and once the
    reply is out.
    """
    if context.casework is None:
        raise LookupError(matter.id)
    found = _find((*of_matter(context, matter), *of_letters(context, matter)), which)
    confirming.confirm(context.casework, matter.id, found, name)
    return found


def told(context: Context, matter: Matter) -> str:
    """Say in a few lines what the particulars rest on, for the sign-off sheet."""
    return answerable.told(of_matter(context, matter))


def _plain(text: str) -> str:
    return "".join(text.split())


def _find(particulars: Sequence[Claim], which: Which) -> Claim:
    meant = [
        one
        for one in particulars
        if (one.suggestion, one.field, one.text) == (which.suggestion, which.field, which.text)
        and one.why
    ]
    if not meant:
        raise UserError(MOVED)
    return min(meant, key=lambda one: abs(one.start - which.start))


def _entries(
    context: Context, casework: Casework, matter_id: int, draft: Draft
) -> tuple[Particular, ...]:
    archive = context.archive
    state = () if archive is None else archive.state()
    return _ledger(
        draft,
        tuple(opinion_passages(casework, matter_id)),
        casework.run(house.given, matter_id),
        names_known(context, draft.profile),
        context.today,
        _Archive(state, archive),
    )


@lru_cache(maxsize=64)
def _ledger(
    draft: Draft,
    opinions: tuple[Passage, ...],
    given: tuple[GivenFigure, ...],
    units: frozenset[str],
    today: dt.date,
    archive: _Archive,
) -> tuple[Particular, ...]:
    """Kept by all that goes in: 核稿, 办理流程 and the sign-off sheet ask one after the other."""
    return tuple(
        ledger(
            draft,
            opinions=opinions,
            given=given,
            library=archive.view,
            units=units,
            today=today,
        )
    )
