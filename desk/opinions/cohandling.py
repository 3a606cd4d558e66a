"""在线会办: asks a unit with accounts for its opinion, and what both units do about it then.

The unit asked gets a matter of its own (:mod:`casework.matters.cohandling`): the proposal and the
suggestions put before it, drafted from its own archive. The lead unit sees how far it is and, once
it is handed in, what it says; never the draft.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from casework import Casework, CoOpinion, Matter, Person, aligned, noticing
from casework.matters import cohandling
from casework.matters.cohandling import Handed, Link
from casework.moving import situation, take
from casework.procedure.given import OPINION_MAX_CHARS, Given
from casework.procedure.guards import doer
from casework.procedure.stage import Step, history, is_sent
from casework.procedure.states import BY_ID
from casework.units import owners
from desk import papers
from desk.context import Context
from desk.drafts.composing import Shelves, compose
from desk.opinions import asking
from desk.unit_profiles import all_owned, of_unit, told
from drafting.assembly import assemble
from drafting.assembly.handing import said_to_each
from drafting.errors import UserError
from drafting.language.naming.offices import same_office
from drafting.model import Draft, Proposal
from drafting.writing import write_docx
from drafting.writing.bundle import file_name

Shelf = Callable[[str], Shelves]
"""Returns the archive as a unit sees it: what is drafted for a unit is drafted from its own."""

ACTS = ("urge-opinion", "send-opinion-back", "put-opinion-back", "stop-asking", "ask-again")
"""What the lead unit does about an opinion that it asked for on line, as moves."""

_BETWEEN = (*ACTS, "submit-opinion", "return-opinion", "hand-in", "decline", "take-opinion-back")


@dataclass(frozen=True, slots=True)
class Online:
    """How far an asking on line is: where the unit stands, and what went between the two."""

    link: Link
    steps: Sequence[Step]

    @property
    def last(self) -> Step | None:
        """The last of what went between the units."""
        return self.steps[-1] if self.steps else None

    @property
    def offers(self) -> tuple[str, ...]:
        """The moves that the lead unit may make now."""
        link = self.link
        if link.state in ("办结", "归档"):
            return ("send-opinion-back",)
        if link.state == "已退":
            return ("ask-again",)
        undo = self.last is not None and self.last.move.id == "send-opinion-back"
        return ("urge-opinion", *(("put-opinion-back",) if undo else ()), "stop-asking")


# ------------------------------------------------------------------ asking


def units(context: Context, matter: Matter) -> list[str]:
    """Return the units with accounts that can be asked on line: all but those that handle it."""
    casework = _casework(context)
    own = casework.units_of(matter.id)
    return [unit for unit in casework.people.units() if unit not in own]


def named(context: Context, name: str, known: Sequence[str]) -> str:
    """Return the unit of ``known`` that a proposal calls ``name``, by its own name or by those of
    its settings; "" where none is, or several are."""
    every, owned = all_owned(context.folder), _casework(context).run(owners)
    found = []
    for unit in known:
        own = of_unit(every, unit, owned)[:1]
        names = [unit, *(word for one in own for word in (one.unit, one.short) if word)]
        if any(name == one or same_office(one, name) for one in names):
            found.append(unit)
    return found[0] if len(found) == 1 else ""


def ask(
    context: Context,
    matter: Matter,
    line: CoOpinion,
    unit: str,
    due: dt.date | None,
    shelf: Shelf,
) -> int:
    """Put the matter before ``unit`` on line, to be answered by ``due``; return its own matter.

    Raises :class:`UserError` with the field ``online`` (or ``due``) where that cannot be.
    """
    casework = _casework(context)
    if unit not in units(context, matter):
        raise UserError(f"没有“{unit}”这个单位的账号，不能在线征求。", field="online")
    if line.id in casework.run(cohandling.of_lead, matter.id):
        raise UserError(f"{line.unit}已经在线征求过，请在下面催办或者再次征求。", field="online")
    if line.received:
        raise UserError(f"{line.unit}的意见已经收到。", field="online")
    if casework.run(is_sent, matter.id):
        raise UserError("答复已经印送，不能再征求。", field="online")
    if due is None:
        raise UserError("离答复期限太近，推算不出反馈期限，请填写。", field="due")
    if not matter.confirmed:
        raise UserError("请先核对建议，再在线征求。", field="online")
    profile = context.profile(matter.draft.profile)
    proposal = _put_before(context, matter, line, due)
    lead_unit = profile.unit.name
    theirs = _profile_of(context, unit, matter.draft.profile)
    draft = _first_draft(context, replace(proposal, handling_unit=lead_unit), theirs, shelf(unit))
    with casework.transaction():
        # Both records are kept, or neither.
        asking.record(casework, [line], context.today, due, today=context.today, by=context.author)
        made = casework.create_matter(
            draft.proposal, theirs, casework.original_as_kept(matter.id), unit=unit
        )
        casework.confirm_suggestions(made, draft, 1)
        casework.run(cohandling.add, line.id, matter.id, made, unit, lead_unit)
        casework.log("在线征求会办意见", f"会办意见 {line.id}", detail=f"{unit}：提案 {made}")
        people = casework.people.listed()
        casework.run(noticing.of_units, people, {unit}, made, context.author)
    return made


def _put_before(context: Context, matter: Matter, line: CoOpinion, due: dt.date | None) -> Proposal:
    """The proposal as the unit sees it: its suggestions alone, nobody's address or telephone."""
    draft = aligned(matter.draft)
    proposal = draft.proposal
    (places,) = asking.shares(draft, [line]).values()
    return replace(
        proposal,
        role="会办",
        proposers=tuple(replace(one, phone="", address="") for one in proposal.proposers),
        suggestions=tuple(proposal.suggestions[place] for place in places),
        assigned=context.today,
        due=due,
    )


def _profile_of(context: Context, unit: str, leads: str) -> str:
    """The profile that ``unit`` answers under; of the samples, the lead's."""
    # Strictly by its name: under a profile that is nobody's it would bear another unit's name.
    found = of_unit(all_owned(context.folder), unit, _casework(context).run(owners))
    if not found:
        if context.lends():
            return leads
        raise UserError(
            f"{unit}还没有完成单位设置，不能在线征求；请对方先设置，或者发征求会办意见函。",
            field="online",
        )
    if found[0].faults:
        raise UserError(f"{unit}的单位设置有误。{told(found[0].faults[0])}", field="online")
    return found[0].name


def _first_draft(context: Context, proposal: Proposal, profile: str, shelf: Shelves) -> Draft:
    names, now = context.unit_names(profile), dt.datetime.now(dt.UTC)
    draft = aligned(Draft(proposal=proposal, profile=profile))
    return compose(draft, shelf, names, now)


# ------------------------------------------------------------------ how far it is


def online(context: Context, matter_id: int) -> Mapping[int, Online]:
    """Return how far the askings on line of a matter are, by the id of the line."""
    casework = _casework(context)
    return {
        number: Online(link, _between(casework.run(history, link.matter)))
        for number, link in casework.run(cohandling.of_lead, matter_id).items()
    }


def of_matter(context: Context, matter_id: int) -> Link | None:
    """Return whose asking the matter answers, ``None`` where it is the unit's own affair."""
    return _casework(context).run(cohandling.of_matter, matter_id)


def _between(steps: Sequence[Step]) -> list[Step]:
    return [step for step in steps if step.move.id in _BETWEEN]


# ------------------------------------------------------------------ what is done about it


def act(context: Context, person: Person, link: Link, move_id: str, said: str) -> None:
    """Have the lead unit make one of :data:`ACTS` on the matter of the unit that it asked.

    Raises :class:`UserError`, with the field ``opinion`` where words are missing or too many, and
    as :func:`casework.moving.take`.
    """
    move = BY_ID[move_id]
    if move.opinion == "must" and not said:
        raise UserError(f"请写明{move.label}。", field="opinion")
    if len(said) > OPINION_MAX_CHARS:
        raise UserError(f"{move.label}不能超过{OPINION_MAX_CHARS}个字。", field="opinion")
    casework = _casework(context)
    matter = casework.matter(link.matter)
    if matter is None:
        raise UserError("对方的会办件已经删除，请发征求会办意见函。")
    profile = context.habits(matter.draft.profile)
    read = partial(papers.judged, context, matter)
    now = situation(casework, matter, profile, doer(person), context.today, read, for_lead=True)
    with casework.transaction():
        hand = partial(handed, context)
        take(casework, move_id, Given(said), now, expected=now.stage.moves, hand=hand)
        if move_id == "ask-again":
            casework.run(cohandling.asked_again, link.opinion, context.today, context.author)
        casework.log(move.name, f"会办意见 {link.opinion}", detail=said)


def handed(context: Context, draft: Draft) -> Handed:
    """Return what of the unit's draft goes to the lead: what it says to each suggestion, and the
    会办意见 as a file. Raises :class:`UserError` where it says nothing."""
    profile = context.profile(draft.profile)
    parts = said_to_each(aligned(draft), profile)
    if not parts:
        raise UserError("会办意见还没有写。")
    reply = assemble(aligned(draft), profile, form="co-handling")
    digest = _casework(context).originals.put(write_docx(reply))
    return Handed(parts, file_name(reply), digest)


def _casework(context: Context) -> Casework:
    if context.casework is None:
        raise LookupError("casework.db")
    return context.casework
