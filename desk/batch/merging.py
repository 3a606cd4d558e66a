"""A ledger's line and its paper → one card; a difference is reported and one value chosen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from desk.batch.nouns import Difference, Side
from drafting.intake.ledger import LedgerItem
from drafting.intake.ledger.values import (
    number_key,
    session_key,
    subject_key,
    without_more,
)
from drafting.intake.nouns import FieldReading, Intake
from drafting.language.naming.offices import same_office
from drafting.model import Proposal, Proposer

FROM_LEDGER = FieldReading("读出", None, "见交办台账")

_LABELS = {
    "item_no": "案号",
    "session": "届次",
    "subject": "案由",
    "proposers": "提案者",
    "handling_unit": "主办单位",
    "co_units": "会办单位",
    "assigned": "交办日期",
    "due": "办理期限",
}


def merged(item: LedgerItem, paper: Intake | None, sides: Mapping[str, Side]) -> Intake:
    """Return the intake of a line: the paper's, with what the ledger says of its card.

    ``sides`` names the fields of which the paper's value counts although the ledger's differs.
    """
    if paper is None:
        return Intake(item.proposal, dict.fromkeys(item.told, FROM_LEDGER))
    values: dict[str, Any] = {}
    fields = dict(paper.fields)
    for name in item.told:
        if sides.get(name) == "paper" and getattr(paper.proposal, name):
            continue
        value = _joined(name, item.proposal, paper.proposal)
        values[name] = value
        if value != getattr(paper.proposal, name) or name not in fields:
            fields[name] = FROM_LEDGER
    return replace(paper, proposal=replace(paper.proposal, **values), fields=fields)


def differences(
    item: LedgerItem, paper: Proposal, sides: Mapping[str, Side]
) -> tuple[Difference, ...]:
    """Return the fields of which the paper says otherwise than the ledger."""
    return tuple(
        Difference(
            name,
            label,
            shown(getattr(item.proposal, name)),
            shown(getattr(paper, name)),
            sides.get(name, "ledger"),
        )
        for name, label in _LABELS.items()
        if name in item.told and getattr(paper, name) and not _AGREE[name](item.proposal, paper)
    )


def shown(value: object) -> str:
    """Return a field's value as a page shows it."""
    if isinstance(value, tuple):
        return "、".join(one.name if isinstance(one, Proposer) else str(one) for one in value)
    if isinstance(value, dt.date):
        return f"{value.year}年{value.month}月{value.day}日"
    return str(value or "")


def _joined(name: str, ledger: Proposal, paper: Proposal) -> Any:
    """Return the value that counts of a field which the ledger tells; the fuller of two alike."""
    mine, theirs = getattr(ledger, name), getattr(paper, name)
    if not theirs or not _AGREE.get(name, _differ)(ledger, paper):
        return mine
    if name == "proposers":
        return _fuller(ledger.proposers, paper.proposers)
    if name == "subject":
        return max((mine, theirs), key=len)
    # As the paper prints it: a ledger shortens names, and pads numbers.
    return theirs if name in ("session", "item_no") else mine


def _fuller(ledger: tuple[Proposer, ...], paper: tuple[Proposer, ...]) -> tuple[Proposer, ...]:
    """Return the longer of two lists of the same people, with what either says of each."""
    told = {without_more(one.name): one for one in ledger}
    if len(paper) < len(ledger):
        return ledger
    found: list[Proposer] = []
    for one in paper:
        other = told.get(without_more(one.name), one)
        found.append(
            replace(
                one,
                part=one.part if one.part != "领衔" or not found else "联名",
                sector=one.sector or other.sector,
                delegation=one.delegation or other.delegation,
                phone=one.phone or other.phone,
                address=one.address or other.address,
            )
        )
    return tuple(found)


def _names(proposal: Proposal) -> set[str]:
    return {without_more(one.name) for one in proposal.proposers}


def _same_people(one: Proposal, other: Proposal) -> bool:
    mine, theirs = _names(one), _names(other)
    return mine <= theirs or theirs <= mine


def _same_subject(one: Proposal, other: Proposal) -> bool:
    return subject_key(one.subject) == subject_key(other.subject)


def _same_number(one: Proposal, other: Proposal) -> bool:
    return number_key(one.item_no or "") == number_key(other.item_no or "")


def _same_session(one: Proposal, other: Proposal) -> bool:
    mine, theirs = session_key(one.session), session_key(other.session)
    return mine == theirs if mine and theirs else one.session == other.session


def _same_lead(one: Proposal, other: Proposal) -> bool:
    return same_office(one.handling_unit or "", other.handling_unit or "")


def _same_others(one: Proposal, other: Proposal) -> bool:
    return all(any(same_office(unit, mine) for mine in one.co_units) for unit in other.co_units)


def _differ(_one: Proposal, _other: Proposal) -> bool:
    return False


_AGREE: Mapping[str, Callable[[Proposal, Proposal], bool]] = {
    "item_no": _same_number,
    "session": _same_session,
    "subject": _same_subject,
    "proposers": _same_people,
    "handling_unit": _same_lead,
    "co_units": _same_others,
    "assigned": lambda one, other: one.assigned == other.assigned,
    "due": lambda one, other: one.due == other.due,
}
