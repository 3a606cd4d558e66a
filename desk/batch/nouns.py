"""The nouns of a batch: what was read of a file, and what each line will become."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from casework import Summary
from drafting.intake.ledger import LedgerItem, Table
from drafting.intake.nouns import Intake
from drafting.model import Kind, Proposal
from drafting.model.serial import learned

Status = Literal["新登记", "已登记", "不明确", "不能登记"]
STATUSES: tuple[Status, ...] = ("不明确", "新登记", "已登记", "不能登记")
"""In the order in which a page shows them: what is to be decided comes first."""
Side = Literal["ledger", "paper"]

GROUPS: Mapping[str, str] = {
    "no-paper": "没有找到正文的，只按台账登记",
    "other-unit": "不是本单位承办的，也登记",
    "other-session": "届次不是本届的，也登记",
    "other-year": "不是今年的，也登记",
    "not-in-ledger": "台账里没有的正文，各登记为一件",
    "not-proposal": "不像提案的文件，也登记",
    "hidden": "表中隐藏的行，也登记",
}
"""Doubts that one tick settles for all the lines that have them."""

NO_PAPER = 0
"""The choice that a line has no paper, although some are offered."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a plan depends on besides the batch: the unit's matters, its names, the day."""

    matters: Sequence[Summary]
    unit_names: Sequence[str]
    today: dt.date


@dataclass(frozen=True, slots=True)
class PaperReading:
    """What was read of a paper."""

    intake: Intake
    kind: Kind


@dataclass(frozen=True, slots=True)
class LedgerReading:
    """What was read of a ledger."""

    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a line is not simply new: a code of our own, and what a page says, with what to do."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of which the paper says otherwise than the ledger; ``side`` is whose value counts."""

    field: str
    label: str
    ledger: str
    paper: str
    side: Side = "ledger"


@dataclass(frozen=True, slots=True)
class LineOrder:
    """What a matter is made of, beside its paper: kept when the batch is confirmed."""

    item: LedgerItem | None = None
    sides: dict[str, Side] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choices:
    """What was chosen on the page. ``ticked`` is ``None`` before anybody chose.

    ``papers``: which paper a line has, :data:`NO_PAPER` for none. ``sides``: whose value counts,
    by ``key:field``. ``no_ledger``: the papers are registered without the ledger.
    """

    ticked: frozenset[str] | None = None
    papers: dict[str, int] = field(default_factory=dict)
    sides: dict[str, Side] = field(default_factory=dict)
    no_ledger: bool = False


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """A line of the page: what will be registered, or why not.

    ``key`` names it in the form, ``name`` says where it comes from. ``proposal`` is the card as it
    will be; ``paper`` its paper; ``offered`` are papers to choose from. ``matter`` is the one that
    is registered already, ``same_as`` the key of the line that is the same item.
    """

    key: str
    name: str
    status: Status
    proposal: Proposal
    order: LineOrder
    reasons: tuple[Reason, ...] = ()
    notes: tuple[str, ...] = ()
    differs: tuple[Difference, ...] = ()
    paper: int | None = None
    paper_name: str = ""
    offered: tuple[tuple[int, str], ...] = ()
    must_choose: bool = False
    matter: int | None = None
    same_as: str = ""
    category: str = ""
    ticked: bool = False

    @property
    def can_be_ticked(self) -> bool:
        """Whether it may be registered at all."""
        return self.status in ("新登记", "不明确")

    @property
    def only_doubt(self) -> str:
        """The code of the one thing that makes it unclear; "" where there is none, or several."""
        unclear = self.status == "不明确" and len(self.reasons) == 1
        return self.reasons[0].code if unclear else ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a batch will be; ``passed_over`` tells what of the ledgers is no item."""

    lines: tuple[PlannedLine, ...] = ()
    passed_over: tuple[str, ...] = ()
    has_ledger: bool = False

    def count(self, status: Status) -> int:
        """Return how many lines have a status."""
        return sum(line.status == status for line in self.lines)

    @property
    def ticked(self) -> int:
        """How many lines will be registered."""
        return sum(line.ticked for line in self.lines)

    def with_groups(self, codes: Collection[str]) -> Plan:
        """Return the plan with the lines ticked too whose one doubt is among ``codes``."""
        lines = tuple(
            replace(line, ticked=line.ticked or line.only_doubt in codes) for line in self.lines
        )
        return replace(self, lines=lines)

    def groups(self) -> dict[str, tuple[str, int]]:
        """Return the doubts that one tick settles, each with its words and how many have it."""
        found = {}
        for code, words in GROUPS.items():
            count = sum(line.only_doubt == code for line in self.lines)
            if count:
                found[code] = (words, count)
        return found


learned(PaperReading, LedgerReading, LineOrder, Choices)
