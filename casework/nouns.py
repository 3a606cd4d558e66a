"""What this room adds to the nouns of :mod:`drafting.model`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from casework.people.roles import UserRole
from drafting.answering.opinions import parts
from drafting.answering.progress import Progress
from drafting.model import Answer, Draft, ItemKind, Role


@dataclass(frozen=True, slots=True)
class Matter:
    """A proposal in hand. ``version`` counts its saves; ``confirmed``: the list of suggestions
    has been checked by the clerk and is the contract of the reply."""

    id: int
    draft: Draft
    version: int
    confirmed: bool
    created: dt.datetime
    updated: dt.datetime
    underway: Underway | None = field(default=None, compare=False)
    """What is recorded beside the draft, where one matter was read by itself."""


@dataclass(frozen=True, slots=True)
class Underway:
    """Where a matter stands, and what it waits for, for the bar above its pages.

    ``state`` is empty where it has made no move; ``reviewed`` is the version that was last sent to
    核稿; ``opinions`` are the days by which opinions that were asked and have not come are due,
    ``figures`` likewise. ``lead_unit`` is the unit that asked on line for this opinion, if one did.
    """

    state: str
    reviewed: int | None
    opinions: tuple[dt.date, ...]
    figures: tuple[dt.date, ...]
    lead_unit: str = ""


@dataclass(frozen=True, slots=True)
class CoOpinion:
    """What is asked of one 会办 unit and what it answered; ``name`` is that of the file.

    ``about`` are the suggestions put before it, by their ids (none: not chosen); ``printed`` as
    in :class:`drafting.model.OpinionState`. ``parts`` are the paragraphs of an opinion that was
    handed in on line, each with the id of the suggestion that it answers.
    """

    id: int
    matter: int
    unit: str
    asked: dt.date | None = None
    due: dt.date | None = None
    received: dt.date | None = None
    name: str = ""
    text: str = ""
    asked_by: str = ""
    about: tuple[str, ...] = ()
    printed: bool = False
    parts: tuple[tuple[str, str], ...] = ()

    @property
    def said(self) -> tuple[str, ...]:
        """The parts of what was answered, in their order."""
        return tuple(text for _, text in self.parts) or tuple(parts(self.text))

    def late(self, today: dt.date) -> bool:
        """Whether the answer was asked and is overdue on ``today``."""
        waits = self.asked is not None and self.received is None
        return waits and self.due is not None and self.due < today


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase or paragraph that the unit keeps to use again."""

    id: int
    text: str
    author: str
    saved: dt.datetime


@dataclass(frozen=True, slots=True)
class Typed:
    """When a particular came into a draft, and under whose name it was saved."""

    at: dt.datetime
    author: str


@dataclass(frozen=True, slots=True)
class Summary:
    """A line of the work list."""

    id: int
    matter: ItemKind
    session: str | None
    item_no: str | None
    subject: str | None
    proposers: tuple[str, ...]
    role: Role
    due: dt.date | None
    progress: Progress
    confirmed: bool
    updated: dt.datetime
    profile: str = "default"
    sectors: tuple[str, ...] = ()
    """The 界别 or 代表团 of the proposers."""
    key: bool = False
    overseer: str = ""
    merged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """One save in the history of a matter. ``note`` says what it was for, where known."""

    number: int
    saved: dt.datetime
    author: str
    note: str


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who may log in. ``stamp`` changes with the password: it ends older sessions.

    ``unit`` and ``section`` are where the person works (单位, 科室); an account that is not
    ``active`` stays for the names in the history, and lets nobody in.
    """

    name: str
    stamp: str
    created: dt.datetime
    unit: str = ""
    section: str = ""
    roles: frozenset[UserRole] = frozenset()
    active: bool = True


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of saving an answer: the version, the place and the answer that stands now, and
    the matter as it is after it."""

    version: int
    place: int
    answer: Answer
    matter: Matter | None = field(default=None, compare=False)


class Conflict(Exception):
    """Someone saved in between. ``current`` is what stands, ``mine`` what was to be saved."""

    def __init__(self, current: Matter, mine: Draft) -> None:
        super().__init__("这件提案已被他人修改。")
        self.current = current
        self.mine = mine
