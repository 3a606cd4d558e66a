"""What the others who exchange packages with us last said of a matter, for its page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TypeVar

import msgspec

from casework import Casework
from casework.systems import packages
from desk.exchange.nouns import MatterState, ReplyText
from drafting.language.cleaning import typed_line
from drafting.model.serial import learned

_LINE_MAX = 120
_Said = TypeVar("_Said")
learned(MatterState, ReplyText)


@dataclass(frozen=True, slots=True)
class Heard:
    """Where the matter stands with another office, ``at`` when that came; the reply that it sent,
    "" where none did. ``since`` is when it came to stand so."""

    system: str
    at: dt.datetime
    stands: str = ""
    since: dt.datetime | None = None
    due: dt.date | None = None
    title: str = ""
    doc_no: str = ""
    text: str = ""


def of_matter(casework: Casework, matter: int) -> tuple[Heard, ...]:
    """Return the last word of each; what a later program said otherwise is passed over."""
    found: dict[str, Heard] = {}
    for told in casework.run(packages.told_of, matter):
        one = found.get(told.system, Heard(told.system, told.at))
        one = replace(one, at=max(one.at, told.at))
        if told.kind == "state" and (state := _read(told.said, MatterState)):
            one = replace(
                one,
                stands=_line(state.stage.said),
                since=state.stage.entered,
                due=state.deadlines.reply,
            )
        if told.kind == "reply" and (reply := _read(told.said, ReplyText)):
            title, number = _line(reply.title), _line(reply.doc_no or "")
            one = replace(one, title=title, doc_no=number, text=reply.text)
        found[told.system] = one
    return tuple(found.values())


def _read(said: str, kind: type[_Said]) -> _Said | None:
    try:
        return msgspec.json.decode(said, type=kind)
    except msgspec.DecodeError:
        return None


def _line(text: str) -> str:
    return typed_line(text)[:_LINE_MAX]
