"""What a move is told: the opinion, the reason for an override, and the fields that it asks for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from casework.procedure.states import Ask, Move
from drafting.errors import UserError
from drafting.model import Verdict

OPINION_MAX_CHARS = 2_000
OVERRIDE_MAX_CHARS = 500
LINE_MAX_CHARS = 60
NUMBERED = "自动取号"
ATTITUDES: tuple[Verdict, ...] = get_args(Verdict)
SATISFIED = ATTITUDES[:2]

DayParser = Callable[[str, str, str], dt.date | None]
"""Reads a day as typed: the text, the field's Chinese name, the field; raises UserError."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a move's form. ``needed``: by the moves named, or by all that ask for it."""

    label: str
    kind: Literal["text", "day", "choice"] = "text"
    choices: tuple[str, ...] = ()
    needed: tuple[str, ...] | Literal["all"] = ()
    hint: str = ""


FIELDS: Mapping[Ask, Field] = {
    "section": Field("承办科室"),
    "handler": Field("承办人", needed="all"),
    "unit": Field("单位", needed=("countersign",), hint="会签单位；退办时为建议改由哪个单位承办"),
    "name": Field("姓名", needed=("countersign", "approve", "approve-supervised")),
    "until": Field("延期到", "day", needed=("ask-extension",)),
    "number": Field("发文字号", hint="留空自动取号；由别处编号的填在这里"),
    "letter": Field("申请函的文号", "choice", (NUMBERED,), hint="与答复同一个序列；不选则留待手填"),
    "day": Field("日期", "day", hint="不填则为今天"),
    "satisfaction": Field("对办理结果", "choice", SATISFIED, needed="all"),
    "attitude": Field("对办理态度", "choice", ATTITUDES),
    "class_code": Field("办理结果类别", hint="不填则不改；改动须在意见中写明理由"),
}


@dataclass(frozen=True, slots=True)
class Given:
    """What was said with a move, read and found right.

    ``confirmed`` are the figures, dates and titles of the opinion that were ticked as right.
    """

    opinion: str = ""
    override: str = ""
    texts: Mapping[Ask, str] = field(default_factory=dict)
    days: Mapping[Ask, dt.date] = field(default_factory=dict)
    confirmed: tuple[str, ...] = ()

    def text(self, ask: Ask) -> str:
        """Return what was typed into a field, or nothing."""
        return self.texts.get(ask, "")


def is_needed(move: Move, ask: Ask) -> bool:
    """Tell whether ``move`` cannot do without the field."""
    needed = FIELDS[ask].needed
    return needed == "all" or move.id in needed


def read(
    move: Move,
    values: Mapping[str, str],
    parse_day: DayParser,
    confirmed: Sequence[str] = (),
) -> tuple[Given, dict[str, str]]:
    """Return what ``values`` (cleaned, by field) say, and what is wrong with them, by field."""
    errors: dict[str, str] = {}
    opinion, override = values.get("opinion", ""), values.get("override", "")
    if move.opinion == "must" and not opinion:
        errors["opinion"] = f"请写明{move.label}。"
    if len(opinion) > OPINION_MAX_CHARS:
        errors["opinion"] = f"{move.label}不能超过{OPINION_MAX_CHARS}个字。"
    if len(override) > OVERRIDE_MAX_CHARS:
        errors["override"] = f"理由不能超过{OVERRIDE_MAX_CHARS}个字。"
    texts: dict[Ask, str] = {}
    days: dict[Ask, dt.date] = {}
    for ask in move.asks:
        try:
            _read_one(move, ask, values.get(ask, ""), parse_day, texts, days)
        except UserError as error:
            errors[ask] = error.message
    said = "" if move.opinion == "none" else opinion
    return Given(said, override, texts, days, tuple(confirmed)), errors


def _read_one(
    move: Move,
    ask: Ask,
    typed: str,
    parse_day: DayParser,
    texts: dict[Ask, str],
    days: dict[Ask, dt.date],
) -> None:
    asked = FIELDS[ask]
    if not typed:
        if is_needed(move, ask):
            raise UserError(f"请填写{asked.label}。", field=ask)
        return
    if asked.kind == "day":
        day = parse_day(typed, asked.label, ask)
        if day is not None:
            days[ask] = day
        return
    if asked.kind == "choice" and typed not in asked.choices:
        raise UserError(f"{asked.label}请选{'、'.join(asked.choices)}之一。", field=ask)
    if len(typed) > LINE_MAX_CHARS:
        raise UserError(f"{asked.label}不能超过{LINE_MAX_CHARS}个字。", field=ask)
    texts[ask] = typed
