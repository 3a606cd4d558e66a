"""The nouns of intake: a value read from a proposal, its position, and how certain it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from drafting.model import Proposal, Suggestion

FieldState = Literal["读出", "推测", "没有读到"]
"""Printed as a field of its own; taken from the title, a signature or the like; not found."""


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of ``Proposal.text``: ``start`` and ``end`` count characters, ``end`` excluded."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class FieldReading:
    """How one field of the card was come by; ``place`` is ``None`` where it stands nowhere.

    ``why`` says in a few Chinese words what a guess rests on (``见标题``), "" for what is printed.
    ``further`` are the places where a value of several parts goes on: co-signers on other lines.
    """

    state: FieldState = "没有读到"
    place: Place | None = None
    why: str = ""
    further: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """One way to read the list: its suggestions, the place of each, and how it was found.

    ``how`` is Chinese for the clerk (``“三、建议”下编号的4条``); ``weight`` compares the readings
    of one text only.
    """

    suggestions: tuple[Suggestion, ...] = ()
    places: tuple[Place, ...] = ()
    how: str = ""
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A sentence that seems to ask and stands in no suggestion of the list that was chosen."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class ListReading:
    """The list as chosen, with what speaks against it.

    ``others`` are readings that a fair reader might take, best first; ``doubts`` are whole Chinese
    sentences for the clerk, empty where the list is sure.
    """

    chosen: Listing = field(default_factory=Listing)
    others: tuple[Listing, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether nothing speaks against the list."""
        return not self.doubts


@dataclass(frozen=True, slots=True)
class Intake:
    """A proposal as read, with how each field (by the names of :class:`Proposal`) was come by.

    ``notes`` say what the reading of the file left out or guessed (see :class:`Document`).
    """

    proposal: Proposal
    fields: dict[str, FieldReading] = field(default_factory=dict)
    suggestions: ListReading = field(default_factory=ListReading)
    notes: tuple[str, ...] = ()
