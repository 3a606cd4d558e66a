"""What other systems are told of a matter. ``msgspec.json.encode`` of these is the JSON.

The fields are part of the interface (``docs/api.md``): they are added to, never renamed, and never
change their meaning. Days are ``YYYY-MM-DD``, times are RFC 3339 with their zone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from casework.procedure.events import EventName
from casework.procedure.ratings import Way
from casework.procedure.terms import State
from drafting.intake.nouns import FieldState
from drafting.model import Disposition, ItemKind, Role, Verdict


@dataclass(frozen=True, slots=True)
class ProposerSaid:
    """Who proposes: no telephone and no address leaves the office."""

    name: str
    kind: str
    part: str
    sector: str
    delegation: str


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the matter stands: ``state`` to compare by, ``said`` to be shown."""

    state: State
    said: str
    entered: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Deadlines:
    """When what is due. ``extension`` is 待批, 获准 or 未准, or empty."""

    assigned: dt.date | None
    reply: dt.date | None
    feedback: dt.date | None
    extension: str
    extension_until: dt.date | None


@dataclass(frozen=True, slots=True)
class ReplySaid:
    """Of the reply in hand: ``released`` once it is signed; then its text can be fetched."""

    released: bool
    doc_no: str | None
    date: dt.date | None
    sent: dt.date | None
    disclosure: str | None
    class_code: str | None


@dataclass(frozen=True, slots=True)
class OpinionSaid:
    """What is asked of a 会办 unit, and whether it has answered."""

    unit: str
    asked: dt.date | None
    due: dt.date | None
    received: dt.date | None


@dataclass(frozen=True, slots=True)
class FeedbackSaid:
    """What the proposers say of the reply in hand, together; empty where nothing came yet."""

    satisfaction: str
    attitude: str
    day: dt.date | None
    rated: int
    proposers: int


@dataclass(frozen=True, slots=True)
class MatterState:
    """A matter as other systems see it.

    ``external_no`` is the number by which the asking system registered it. ``confirmed``: the list
    of suggestions has been checked by the clerk. ``version`` counts saves of the draft, ``moves``
    those of the procedure, ``round`` the replies.
    """

    id: int
    external_no: str | None
    matter: ItemKind
    session: str | None
    item_no: str | None
    subject: str | None
    proposers: tuple[ProposerSaid, ...]
    role: Role
    handling_unit: str | None
    co_units: tuple[str, ...]
    units: tuple[str, ...]
    stage: Stage
    confirmed: bool
    suggestions: int
    version: int
    moves: int
    round: int
    deadlines: Deadlines
    reply: ReplySaid
    opinions: tuple[OpinionSaid, ...]
    feedback: FeedbackSaid
    finished: dt.date | None
    created: dt.datetime
    updated: dt.datetime


@dataclass(frozen=True, slots=True)
class Happened:
    """What an event says of its matter.

    ``change`` is what changed then: of a move its name, from where to where, and its number;
    of an opinion the unit. ``state`` is the matter as it stood when the event was put together for
    sending, never before it; ``None`` where the matter is on the list no more.
    """

    id: int
    external_no: str | None
    change: Mapping[str, Any]
    state: MatterState | None


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a matter, as Standard Webhooks writes it: ``type`` by points,
    ``timestamp`` of when it happened. ``id`` is never given twice: a receiver that knows it has
    had it already."""

    id: str
    type: EventName
    said: str
    timestamp: dt.datetime
    data: Happened


# ------------------------------------------------------------------ lists


@dataclass(frozen=True, slots=True)
class MatterPage:
    """A page of the list; ``next`` is asked for as ``after``, ``null`` behind the last."""

    matters: tuple[MatterState, ...]
    next: int | None


# ------------------------------------------------------------------ registering


@dataclass(frozen=True, slots=True)
class FieldSaid:
    """How one field was come by: 读出, 推测 or 没有读到; what it is; what a guess rests on."""

    state: FieldState
    value: str
    why: str


@dataclass(frozen=True, slots=True)
class SuggestionSaid:
    """One suggestion; answers are known by its ``id``, however it is worded later."""

    id: str
    label: str
    text: str
    detail: str


@dataclass(frozen=True, slots=True)
class ReadingSaid:
    """How the paper was read. ``how`` the list was found, ``doubts`` what speaks against it,
    ``left_out`` what seems to ask and is not in it, ``others`` how many other lists a fair reader
    might make of it; ``notes`` say what was guessed, left out or contradicted."""

    fields: dict[str, FieldSaid]
    suggestions: tuple[SuggestionSaid, ...]
    how: str
    doubts: tuple[str, ...]
    left_out: tuple[str, ...]
    others: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A matter of the unit that this one is, or may be, once more."""

    matter: int
    said: str


@dataclass(frozen=True, slots=True)
class Registered:
    """What came of registering; a clerk confirms the list of suggestions."""

    matter: MatterState
    reading: ReadingSaid
    duplicates: tuple[Duplicate, ...]


# ------------------------------------------------------------------ the reply


@dataclass(frozen=True, slots=True)
class SourceSaid:
    """What an answer cites: a document of the archive, and the words that were taken from it."""

    title: str
    doc_no: str | None
    issuer: str | None
    date: dt.date | None
    quoted: str


@dataclass(frozen=True, slots=True)
class PointSaid:
    """The answer to one suggestion."""

    suggestion: SuggestionSaid
    heading: str
    done: str
    next_step: str
    next_unit: str
    next_date: str
    disposition: Disposition | None
    reason: str
    sources: tuple[SourceSaid, ...]


@dataclass(frozen=True, slots=True)
class ContactSaid:
    """Whom to ask about the reply."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class AttachmentSaid:
    """An attachment; one with a ``size`` is a file that can be fetched by its ``number``."""

    number: int
    title: str
    file: str
    size: int
    public: bool


@dataclass(frozen=True, slots=True)
class ReplyText:
    """A reply point by point, and the whole text as the paper has it.

    ``form`` is the kind of paper (答复, 再次答复, 会办意见); ``released``: it is signed.
    """

    matter: int
    external_no: str | None
    form: str
    round: int
    version: int
    released: bool
    title: str
    doc_no: str | None
    date: dt.date | None
    issuers: tuple[str, ...]
    salutation: str | None
    signer: str | None
    disclosure: str | None
    class_code: str | None
    contacts: tuple[ContactSaid, ...]
    copies_to: tuple[str, ...]
    points: tuple[PointSaid, ...]
    attachments: tuple[AttachmentSaid, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Making:
    """A PDF that is being made: how many are before it, and what to do."""

    ahead: int
    said: str


# ------------------------------------------------------------------ opinions and feedback


@dataclass(frozen=True, slots=True)
class OpinionTaken:
    """An opinion that was handed in: what was read of it."""

    matter: int
    opinion: OpinionSaid
    text: str


@dataclass(frozen=True, slots=True)
class RatingSaid:
    """What one proposer says of the reply; ``way``: by a link (链接), on paper (表格), or handed in
    by another system (接口)."""

    proposer: str
    satisfaction: Verdict
    attitude: str
    words: str
    day: dt.date
    way: Way


@dataclass(frozen=True, slots=True)
class Feedback:
    """What the proposers say of the reply in hand: together, and each."""

    matter: int
    round: int
    together: FeedbackSaid
    ratings: tuple[RatingSaid, ...]
