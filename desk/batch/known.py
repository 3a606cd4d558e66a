"""Whether an item is already registered, or occurs twice in the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from casework import Summary
from drafting.intake.ledger.matching import unlike
from drafting.intake.ledger.values import number_key, session_key, subject_key, without_more
from drafting.model import ItemKind, Proposal

Name = TypeVar("Name")
How = Literal["same", "number", "subject"]
"""The same item; another subject under the same number; another number with the same subject."""

_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Item:
    """The features by which an item is recognised."""

    matter: ItemKind
    session: str | None
    item_no: str | None
    subject: str | None
    proposers: frozenset[str]


@dataclass(slots=True)
class Known(Generic[Name]):
    """Items, each with a name of its own, found by number and by subject."""

    by_number: dict[tuple[ItemKind, str], list[tuple[Item, Name]]] = field(default_factory=dict)
    by_subject: dict[str, list[tuple[Item, Name]]] = field(default_factory=dict)

    def add(self, item: Item, name: Name) -> None:
        """Add an item."""
        if item.item_no:
            key = (item.matter, number_key(item.item_no))
            self.by_number.setdefault(key, []).append((item, name))
        subject = subject_key(item.subject)
        if len(subject) >= _SHORTEST:
            self.by_subject.setdefault(subject, []).append((item, name))

    def find(self, item: Item) -> tuple[Name, How] | None:
        """Return the name of the known item that ``item`` is or may be, and which of the two."""
        doubts: list[tuple[Name, How]] = []
        for name, how in self._near(item):
            if how == "same":
                return name, how
            doubts.append((name, how))
        return doubts[0] if doubts else None

    def _near(self, item: Item) -> Iterator[tuple[Name, How]]:
        number = number_key(item.item_no or "")
        for other, name in self.by_number.get((item.matter, number), ()) if number else ():
            if (how := _by_number(item, other)) is not None:
                yield name, how
        for other, name in self.by_subject.get(subject_key(item.subject), ()):
            if (how := _by_subject(item, other)) is not None:
                yield name, how


def item_of(proposal: Proposal) -> Item:
    """Return the features by which a proposal is recognised."""
    names = frozenset(without_more(one.name) for one in proposal.proposers)
    return Item(proposal.matter, proposal.session, proposal.item_no, proposal.subject, names)


def registered(summaries: Sequence[Summary]) -> Known[int]:
    """Return the matters of a work list as known items, each by its id."""
    known: Known[int] = Known()
    for one in summaries:
        names = frozenset(map(without_more, one.proposers))
        known.add(Item(one.matter, one.session, one.item_no, one.subject, names), one.id)
    return known


def _sessions(one: Item, other: Item) -> Literal["same", "other", "unknown"]:
    mine, theirs = session_key(one.session), session_key(other.session)
    if not mine or not theirs:
        return "unknown"
    return "same" if mine == theirs else "other"


def _by_number(one: Item, other: Item) -> How | None:
    sessions = _sessions(one, other)
    alike = subject_key(one.subject) == subject_key(other.subject)
    if sessions == "same":
        strange = unlike(Proposal(subject=one.subject), Proposal(subject=other.subject))
        return "number" if strange and not alike else "same"
    return "same" if sessions == "unknown" and alike and one.subject else None


def _by_subject(one: Item, other: Item) -> How | None:
    if one.matter != other.matter or _sessions(one, other) == "other":
        return None
    mine, theirs = number_key(one.item_no or ""), number_key(other.item_no or "")
    if mine and theirs and mine != theirs:
        return "subject" if one.proposers & other.proposers else None
    return "same" if one.proposers & other.proposers else "subject"
