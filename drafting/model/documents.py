"""A document as it was read: headings, blocks, measures of a policy, what was promised."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from drafting.model.proposals import Suggestion
from drafting.model.terms import Contact, ItemKind, Kind, Role


@dataclass(frozen=True, slots=True)
class Heading:
    """A numbered line that stands alone. ``level`` 1–4 after the ladder 一、（一）1.（1）."""

    level: int
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a body, in reading order.

    ``heading``: ``level`` 1–4, ``label`` as printed (``一、``), ``text`` without the label.
    ``paragraph``: running text; where it opens with a label, ``label`` and ``level`` say so, and
    ``lead`` holds the first sentence that is printed in the level's face (``（一）标题。正文``:
    lead ``标题。``, text ``正文``).
    ``table``: ``rows`` of cell texts, the first ``head`` of them being the head; ``text`` is its
    name, ``unit`` what it counts in (万元), ``remarks`` what stands below it (注：…). ``merged``
    are cells that are one: row and column of the first, and how many rows and columns it takes;
    the others are empty. ``doubts`` say what was guessed where it was read from text.
    """

    kind: Literal["heading", "paragraph", "table"]
    text: str = ""
    level: int = 0
    label: str = ""
    lead: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    head: int = 1
    merged: tuple[tuple[int, int, int, int], ...] = ()
    unit: str = ""
    remarks: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def full_text(self) -> str:
        """The whole line as printed: label, lead and text; of a table all that it says."""
        if self.kind == "table":
            named = [self.text] if self.text else []
            unit = [f"单位：{self.unit}"] if self.unit else []
            rows = ("\t".join(cell.replace("\n", " ") for cell in row) for row in self.rows)
            return "\n".join((*named, *unit, *rows, *self.remarks))
        return f"{self.label}{self.lead}{self.text}"


@dataclass(frozen=True, slots=True)
class Target:
    """What a measure is to reach in one year, in the document's own words."""

    year: int
    text: str


@dataclass(frozen=True, slots=True)
class Grant:
    """Money that a policy gives: who gets what, how much, on which condition.

    ``who`` and ``condition`` in the document's words, empty where it does not say them apart;
    ``what`` names the kind (奖补, 贷款贴息); ``amount_yuan`` is the sum, of a span its upper end;
    ``text`` the sum as printed; ``at_most`` says that it is a ceiling.
    """

    who: str
    what: str
    amount_yuan: float | None = None
    text: str = ""
    condition: str = ""
    at_most: bool = False


@dataclass(frozen=True, slots=True)
class Commitment:
    """What a reply promises, with unit and time as printed; ``None`` where it names none."""

    text: str
    unit: str | None = None
    due: str | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """One numbered measure of a policy, with the units that answer for it."""

    label: str
    title: str
    text: str = ""
    lead: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()
    supporting: tuple[str, ...] = ()
    targets: tuple[Target, ...] = ()
    grants: tuple[Grant, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A document as read: head, title, recipients, numbered tree and tail.

    ``session`` and ``disclosure`` are kept as printed; ``text`` is the whole text, cleaned of
    web-page furniture and with Chinese punctuation restored, one paragraph a line. ``notes`` says,
    in a user's words, what the reading left out, guessed or could not make out. ``validity`` is
    what a page prints of its policy's being in force, with its keys (``有效性：失效``).
    """

    kind: Kind
    text: str
    title: str | None = None
    doc_no: str | None = None
    index_no: str | None = None
    issuers: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    recipient_count: int | None = None
    session: str | None = None
    item_no: str | None = None
    subject: str | None = None
    matter: ItemKind | None = None
    role: Role | None = None
    date: dt.date | None = None
    result_class: str | None = None
    disclosure: str | None = None
    signer: str | None = None
    contacts: tuple[Contact, ...] = ()
    copies_to: tuple[str, ...] = ()
    body: tuple[Block, ...] = ()
    measures: tuple[Measure, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    notes: tuple[str, ...] = ()
    validity: str | None = None

    @property
    def headings(self) -> tuple[Heading, ...]:
        """The headings of the body, in order."""
        return tuple(
            Heading(block.level, block.label, block.text)
            for block in self.body
            if block.kind == "heading"
        )
