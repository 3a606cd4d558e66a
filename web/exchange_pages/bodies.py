"""What other systems may send, field by field; a field that is not here is refused."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import msgspec
from msgspec import Meta

from casework.procedure.ratings import WORDS_MAX_CHARS
from desk.opinions.receiving import TEXT_MAX_CHARS
from drafting.language.limits import PAPER_MAX_CHARS
from drafting.model import ItemKind, ProposerKind, ProposerPart, Role, Verdict

NAME_MOST, LINE_MOST, UNITS_MOST, PROPOSERS_MOST = 60, 200, 100, 300

ExternalNo = Annotated[str, Meta(min_length=1, max_length=64)]
Name = Annotated[str, Meta(min_length=1, max_length=NAME_MOST)]
Line = Annotated[str, Meta(min_length=1, max_length=LINE_MOST)]
Short = Annotated[str, Meta(max_length=NAME_MOST)]


class FileSent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file within JSON: its name, and its bytes in base64."""

    name: Line
    content: bytes


class ProposerSent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who proposes. Telephone and address are for the 征询意见表 only and are not told again."""

    name: Name
    kind: ProposerKind | None = None
    part: ProposerPart | None = None
    sector: Short = ""
    delegation: Short = ""
    phone: Short = ""
    address: Annotated[str, Meta(max_length=LINE_MOST)] = ""


class Registration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An item with its paper, as ``text`` or as ``file``; what is known of it besides wins over
    what is read from the paper."""

    external_no: ExternalNo
    text: Annotated[str, Meta(min_length=1, max_length=PAPER_MAX_CHARS)] | None = None
    file: FileSent | None = None
    matter: ItemKind | None = None
    session: Line | None = None
    item_no: Name | None = None
    subject: Line | None = None
    proposers: (
        Annotated[tuple[ProposerSent, ...], Meta(min_length=1, max_length=PROPOSERS_MOST)] | None
    ) = None
    role: Role | None = None
    handling_unit: Name | None = None
    co_units: Annotated[tuple[Name, ...], Meta(max_length=UNITS_MOST)] | None = None
    assigned: dt.date | None = None
    due: dt.date | None = None
    key: bool | None = None
    overseer: Name | None = None


class OpinionSent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The opinion of a 会办 unit, as ``text`` or as ``file``; ``received`` absent is today."""

    unit: Name
    text: Annotated[str, Meta(min_length=1, max_length=TEXT_MAX_CHARS)] | None = None
    file: FileSent | None = None
    received: dt.date | None = None


class FeedbackSent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a proposer says of the reply; ``day`` is today where absent."""

    proposer: Name
    satisfaction: Verdict
    attitude: Verdict | None = None
    words: Annotated[str, Meta(max_length=WORDS_MAX_CHARS)] = ""
    day: dt.date | None = None
