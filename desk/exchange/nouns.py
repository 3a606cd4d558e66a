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
from casework.procedure.terms import State
from drafting.model import ItemKind, Role


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
