"""What a matter is told apart by in lists and figures: whose it is, who proposes, whether 重点.

One table of facets for the work list, the statistics and whatever lists matters next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from casework.nouns import Summary
from casework.procedure.stage import Stage
from drafting.model import ItemKind, Proposal, Role

Item = TypeVar("Item")

NO_SECTION = "（未分科室）"
NOBODY = "（未定承办人）"


@dataclass(frozen=True, slots=True)
class Traits:
    """The traits of a matter; ``sectors`` are the 界别 or 代表团 of its proposers."""

    matter: ItemKind
    role: Role
    section: str = ""
    handler: str = ""
    sectors: tuple[str, ...] = ()
    key: bool = False
    overseer: str = ""
    merged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to tell matters apart. A matter may have several values of it, or none."""

    title: str
    values: Callable[[Traits], tuple[str, ...]]


def _any(*values: str) -> tuple[str, ...]:
    return tuple(one for one in values if one)


FACETS: Mapping[str, Facet] = {
    "section": Facet("科室", lambda one: (one.section or NO_SECTION,)),
    "handler": Facet("承办人", lambda one: (one.handler or NOBODY,)),
    "kind": Facet("类别", lambda one: (one.matter,)),
    "role": Facet("承办角色", lambda one: (one.role,)),
    "sector": Facet("界别、代表团", lambda one: one.sectors),
    "key": Facet("重点", lambda one: _any("重点" if one.key else "")),
    "overseer": Facet("督办领导", lambda one: _any(one.overseer)),
    "merged": Facet("并案", lambda one: _any("并案" if one.merged else "")),
}
"""The facets by the name that they have in an address, in the order of the page."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A facet with the values to choose from, each with how many matters have it."""

    name: str
    title: str
    values: tuple[tuple[str, int], ...]
    chosen: str = ""


def of_summary(one: Summary, stage: Stage) -> Traits:
    """Return the traits of a line of the work list."""
    return Traits(
        *(one.matter, one.role, stage.section, stage.handler),
        *(one.sectors, one.key, one.overseer, one.merged),
    )


def of_proposal(one: Proposal, stage: Stage) -> Traits:
    """Return the traits of a matter by its proposal."""
    return Traits(
        *(one.matter, one.role, stage.section, stage.handler),
        *(sectors(one), one.key, one.overseer or "", one.merged),
    )


def sectors(proposal: Proposal) -> tuple[str, ...]:
    """Return the 界别 or 代表团 of the proposers, each once, in their order."""
    named = (one.sector or one.delegation for one in proposal.proposers)
    return tuple(dict.fromkeys(name for name in named if name))


def narrow(
    items: Iterable[Item], traits: Callable[[Item], Traits], chosen: Mapping[str, str]
) -> list[Item]:
    """Return the items that have every value that was ``chosen``, by the name of its facet."""
    asked = [(FACETS[name], value) for name, value in chosen.items() if value and name in FACETS]
    return [
        item for item in items if all(value in facet.values(traits(item)) for facet, value in asked)
    ]


def choices(
    items: Sequence[Item], traits: Callable[[Item], Traits], chosen: Mapping[str, str]
) -> list[Choice]:
    """Return the facets by which ``items`` can be told apart, and those that were chosen.

    Counted is what would be left: each facet among the items that all others leave.
    """
    found = []
    for name, facet in FACETS.items():
        others = {other: value for other, value in chosen.items() if other != name}
        left = narrow(items, traits, others)
        counts = Counter(value for item in left for value in facet.values(traits(item)))
        telling = any(count < len(left) for count in counts.values())
        mine = chosen.get(name, "")
        if telling or mine:
            if mine:
                counts.setdefault(mine, 0)
            found.append(Choice(name, facet.title, tuple(sorted(counts.items())), mine))
    return found
