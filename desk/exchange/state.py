"""Says of a matter what other systems may know."""

from __future__ import annotations

import datetime as dt

from casework import Casework, Matter
from casework.calendar import workdays
from casework.calendar.deadlines import feedback_due
from casework.procedure import ratings, stage, terms
from casework.procedure.events import TITLES, EventName
from desk.context import Context
from desk.exchange.nouns import (
    Deadlines,
    Event,
    FeedbackSaid,
    Happened,
    MatterState,
    OpinionSaid,
    ProposerSaid,
    ReplySaid,
    Stage,
)
from drafting.errors import UserError

RELEASED: tuple[terms.State, ...] = ("编号", "印送", *terms.OUT)
"""The states in which the reply is signed: what was signed is not changed any more."""


def state(context: Context, matter: Matter, external_no: str | None = None) -> MatterState:
    """Return what is said of ``matter``; ``external_no`` is its number in the system that asks."""
    casework = _casework(context)
    now = casework.run(stage.stage_of, matter.id)
    draft, proposal = matter.draft, matter.draft.proposal
    return MatterState(
        id=matter.id,
        external_no=external_no,
        matter=proposal.matter,
        session=proposal.session,
        item_no=proposal.item_no,
        subject=proposal.subject,
        proposers=tuple(
            ProposerSaid(one.name, one.kind, one.part, one.sector, one.delegation)
            for one in proposal.proposers
        ),
        role=proposal.role,
        handling_unit=proposal.handling_unit,
        co_units=proposal.co_units,
        units=tuple(sorted(filter(None, casework.units_of(matter.id)))),
        stage=Stage(now.state, terms.SAID[now.state], now.entered),
        confirmed=matter.confirmed,
        suggestions=len(proposal.suggestions),
        version=matter.version,
        moves=now.moves,
        round=now.round,
        deadlines=_deadlines(context, matter, now),
        reply=ReplySaid(
            now.state in RELEASED,
            draft.doc_no,
            draft.date,
            now.sent,
            draft.disclosure,
            draft.class_code,
        ),
        opinions=tuple(
            OpinionSaid(one.unit, one.asked, one.due, one.received)
            for one in casework.co_opinions(matter.id)
        ),
        feedback=feedback(casework, matter, now),
        finished=now.finished,
        created=matter.created,
        updated=max(matter.updated, now.entered or matter.updated),
    )


def event(id: str, name: EventName, at: dt.datetime, of: Happened) -> Event:
    """Return an event as it is sent."""
    return Event(id, name, TITLES[name], at, of)


def _deadlines(context: Context, matter: Matter, now: stage.Stage) -> Deadlines:
    proposal = matter.draft.proposal
    until = None
    if now.sent is not None and now.state == "征询":
        until = _feedback_due(context, matter, now.sent)
    return Deadlines(proposal.assigned, proposal.due, until, now.extension, now.extension_until)


def _feedback_due(context: Context, matter: Matter, sent: dt.date) -> dt.date | None:
    try:
        profile = context.habits(matter.draft.profile)
    except UserError:
        # The profile was taken away since: what its terms are nobody knows.
        return None
    return feedback_due(profile, _casework(context).run(workdays.load), sent)


def feedback(casework: Casework, matter: Matter, now: stage.Stage) -> FeedbackSaid:
    """Return what the proposers say of the reply in hand, together."""
    found = casework.run(ratings.of_matter, matter.id, now.round)
    together = ratings.together(found)
    day = max((one.day for one in found), default=now.feedback)
    return FeedbackSaid(
        now.satisfaction or together.get("satisfaction", ""),
        now.attitude or together.get("attitude", ""),
        now.feedback or day,
        len(found),
        len(matter.draft.proposal.proposers),
    )


def _casework(context: Context) -> Casework:
    if context.casework is None:
        raise LookupError("casework")
    return context.casework
