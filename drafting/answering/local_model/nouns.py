"""The nouns of a task for the model: what it is shown, what it wrote, what became of that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from drafting.answering.passages.sources import Ours, SourceStatus
from drafting.model import ANSWER_TITLES, Passage, Proposal, Suggestion

Slot = Literal["done", "next_step"]
"""The field of an answer that a sentence is for."""

SLOTS: Mapping[str, Slot] = {ANSWER_TITLES["done"]: "done", ANSWER_TITLES["next_step"]: "next_step"}
"""What a model calls the fields: the page's own words."""

Use = Literal["done", "promise", "ground", "reference", "other"]
"""What a passage is to a suggestion: work done, a promise, the ground to go on from, something to
look at, or not about it."""

USES: Mapping[str, Use] = {
    "已做": "done",
    "承诺": "promise",
    "依据": "ground",
    "参考": "reference",
    "无关": "other",
}
"""What a model calls the uses."""

OUR_BUREAU = "我局"
"""How a unit speaks of itself whose name does not tell."""

Uses = Mapping[tuple[int, int], Use]
"""What passages, by document and seq, are to one suggestion."""

_Meant = TypeVar("_Meant", bound=str)


def meant(table: Mapping[str, _Meant], said: str) -> _Meant | None:
    """Return what a model's word stands for, be it the page's word or our own name of it."""
    return table.get(said) or next((one for one in table.values() if one == said), None)


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage under the id by which the model knows it; ``text`` is what it is shown, masked.

    ``status`` is ``None`` for a figure that a section of the house gave. ``slots`` are the fields
    whose sentences may rest on it.
    """

    id: str
    passage: Passage
    status: SourceStatus | None
    text: str
    slots: frozenset[Slot]


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that the model is shown for one suggestion, and what its words are compared with.

    ``left_out`` counts the passages that it was not shown or not wholly; ``names`` are those that
    nobody need prove; ``calls_itself`` is how the unit speaks of itself (我委).
    """

    proposal: Proposal
    suggestion: Suggestion
    shown: tuple[Shown, ...]
    ours: Ours
    today: dt.date
    names: frozenset[str] = frozenset()
    left_out: int = 0
    calls_itself: str = OUR_BUREAU

    @property
    def by_id(self) -> Mapping[str, Shown]:
        """The passages by their ids."""
        return {one.id: one for one in self.shown}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as the model wrote it: for which field, and the ids that it says it rests on."""

    slot: str
    text: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A sentence that passed every guard; ``text`` has old figures marked 待核实."""

    slot: Slot
    text: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A sentence that did not pass, as it came, and why, in words for the page."""

    text: str
    reason: str
    slot: str = ""
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """What the model says a passage is to the suggestion; ``span`` stands in it word for word."""

    id: str
    use: Use
    span: str = ""
