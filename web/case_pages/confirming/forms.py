"""The form of 核对 as data: the fields as typed, the rows of its two lists, the steps to undo.

A row keeps its ``id`` while the page is open, so that an action can be undone without losing what
was typed elsewhere since; the id is not compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from drafting.intake.nouns import Place


@dataclass(frozen=True, slots=True)
class Row:
    """One suggestion as typed.

    ``origins`` are the ids of the suggestions of the stored list that it was made of, of which
    the first is its own; ``place`` is where it stands in the original.
    """

    text: str = ""
    detail: str = ""
    label: str = ""
    origins: tuple[str, ...] = ()
    place: Place | None = None
    id: int = field(default=-1, compare=False)

    @property
    def blank(self) -> bool:
        """Whether nothing was typed."""
        return not (self.text or self.detail)


@dataclass(frozen=True, slots=True)
class ProposerRow:
    """One proposer as typed; empty strings where nothing is known."""

    name: str = ""
    kind: str = ""
    part: str = ""
    sector: str = ""
    delegation: str = ""
    phone: str = ""
    address: str = ""
    id: int = field(default=-1, compare=False)

    @property
    def blank(self) -> bool:
        """Whether nothing was typed; the choices beside the name count as nothing."""
        return not (self.name or self.sector or self.delegation or self.phone or self.address)


@dataclass(frozen=True, slots=True)
class Step:
    """What stood in the lists before one action. An ``int`` is a row that the action left alone.

    ``made`` are the ids of the rows that the action brought. ``empty``: it brought an empty row,
    which stays where something has been typed into it.
    """

    what: str
    rows: tuple[int | Row, ...] = ()
    rows_made: tuple[int, ...] = ()
    proposers: tuple[int | ProposerRow, ...] = ()
    proposers_made: tuple[int, ...] = ()
    settled: tuple[int, ...] = ()
    listing: int = 0
    empty: bool = False


@dataclass(frozen=True, slots=True)
class IntakeForm:
    """The whole form as typed, with messages at the fields that are wrong.

    ``settled`` are the sentences left out that were decided on, by their places in the reading;
    ``listing`` is the reading of the list that is shown: 0 the one chosen, ``n`` the ``n``-th of
    the others. ``focus`` names the element to which the cursor goes.
    """

    fields: Mapping[str, str]
    rows: tuple[Row, ...]
    proposers: tuple[ProposerRow, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    focus: str = ""
    settled: tuple[int, ...] = ()
    listing: int = 0
    steps: tuple[Step, ...] = ()
