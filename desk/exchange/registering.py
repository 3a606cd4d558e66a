"""登记 by another system: its card is laid over what the paper says, and what differs is said.

The list of suggestions is never taken as checked: it is the contract of the reply, and a clerk
confirms it, as with a paper handed in at the browser.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from casework import Casework, Matter, noticing
from casework.matters import rows
from casework.systems import System, numbers
from desk.batch import known
from desk.context import Context
from desk.exchange.nouns import (
    Duplicate,
    FieldSaid,
    ReadingSaid,
    Registered,
    SuggestionSaid,
)
from desk.exchange.state import state
from desk.registering import register
from drafting.intake.nouns import FieldReading, Intake
from drafting.language.cleaning import typed_line
from drafting.model import ItemKind, Proposer, Role

TITLES: Mapping[str, str] = {
    "matter": "类别",
    "session": "届次",
    "item_no": "案号",
    "subject": "案由",
    "proposers": "提案者",
    "role": "本单位角色",
    "handling_unit": "主办单位",
    "co_units": "会办单位",
    "assigned": "交办日期",
    "due": "答复期限",
    "key": "重点提案",
    "overseer": "督办领导",
}
_HOW = {
    "same": "已经登记过这件",
    "number": "同一案号登记过，案由不同",
    "subject": "登记过案由相同的一件，案号不同",
}


@dataclass(frozen=True, slots=True)
class Card:
    """What the other system knows of the item itself; ``None``: as the paper says."""

    matter: ItemKind | None = None
    session: str | None = None
    item_no: str | None = None
    subject: str | None = None
    proposers: tuple[Proposer, ...] | None = None
    role: Role | None = None
    handling_unit: str | None = None
    co_units: tuple[str, ...] | None = None
    assigned: dt.date | None = None
    due: dt.date | None = None
    key: bool | None = None
    overseer: str | None = None

    @property
    def given(self) -> dict[str, Any]:
        """What it says, by the names of :class:`Proposal`."""
        said = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value for name, value in said.items() if value is not None}


def overlaid(intake: Intake, card: Card, system: str) -> Intake:
    """Return ``intake`` with the card laid over it: where the paper says otherwise, a note does."""
    notes, readings = [], dict(intake.fields)
    for name, value in card.given.items():
        was, read = getattr(intake.proposal, name), readings.get(name, FieldReading())
        other = read.state == "读出" and _said(was) != _said(value)
        if other:
            notes.append(
                f"{TITLES[name]}：正文里读出的是“{_said(was)}”，与{system}给出的“{_said(value)}”"
                "不同，已按后者登记，请核对。"
            )
        readings[name] = (
            FieldReading("推测", None, f"{system}给出，与正文不同")
            if other
            else (FieldReading("读出", None, f"{system}给出"))
        )
    proposal = replace(intake.proposal, **card.given)
    return replace(intake, proposal=proposal, fields=readings, notes=(*intake.notes, *notes))


def alike(context: Context, system: System, intake: Intake, card: Card) -> tuple[Duplicate, ...]:
    """Return the matter of the system's unit that this is, or may be, once more."""
    own = _casework(context).run(rows.of_unit, system.unit)
    proposal = overlaid(intake, card, system.name).proposal
    found = known.registered(own).find(known.item_of(proposal))
    if found is None:
        return ()
    matter, how = found
    return (Duplicate(matter, f"{_HOW[how]}（提案 {matter}），请核对。"),)


def take(
    context: Context,
    system: System,
    external_no: str,
    intake: Intake,
    card: Card,
    *,
    profile: str,
    unit_names: Sequence[str],
    original: tuple[str, bytes],
    alike: tuple[Duplicate, ...] = (),
) -> Registered:
    """Register what was read, under the number ``external_no`` of ``system``; say how it was read.

    To be called within a transaction, so that matter, number and answer are kept together. Raises
    :class:`casework.systems.numbers.NumberTaken`.
    """
    casework = _casework(context)
    taken = overlaid(intake, card, system.name)
    number = register(
        casework,
        taken,
        profile=profile,
        # A system that says which role the unit has is not second-guessed.
        unit_names=() if card.role else unit_names,
        original=original,
        author=system.actor,
        unit=system.unit,
    )
    casework.run(numbers.keep, system.id, external_no, number)
    people = casework.people.listed()
    casework.run(noticing.of_units, people, {system.unit}, number, system.actor)
    matter = casework.matter(number)
    assert matter is not None
    return Registered(state(context, matter, external_no), _reading(taken, matter), alike)


def _reading(intake: Intake, matter: Matter) -> ReadingSaid:
    proposal, listing = matter.draft.proposal, intake.suggestions
    return ReadingSaid(
        fields={
            name: FieldSaid(read.state, _said(getattr(proposal, name)), read.why)
            for name in TITLES
            if (read := intake.fields.get(name)) is not None
        },
        suggestions=tuple(
            SuggestionSaid(one.key, one.label or "", one.text, one.detail)
            for one in proposal.suggestions
        ),
        how=listing.chosen.how,
        doubts=listing.doubts,
        left_out=tuple(one.text for one in listing.left_out),
        others=len(listing.others),
        notes=intake.notes,
    )


def _said(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return "、".join(one.name if isinstance(one, Proposer) else str(one) for one in value)
    return typed_line(str(value))


def _casework(context: Context) -> Casework:
    if context.casework is None:
        raise LookupError("casework")
    return context.casework
