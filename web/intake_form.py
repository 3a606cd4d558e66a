"""The form of 核对要素与建议: as typed, and as the nouns it means.

The list of suggestions is corrected by buttons whose names say what to do (``up:3``). The server
does it on what was typed and shows the form again, so that it works without script; nothing is
saved before the clerk confirms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar, get_args

from werkzeug.datastructures import MultiDict

from drafting.model import (
    Matter,
    Proposal,
    Proposer,
    ProposerKind,
    Role,
    Suggestion,
    UserError,
)
from web.texts import clean, clean_line, parse_date, split_names

T = TypeVar("T")

SUGGESTIONS_MAX = 100
SUGGESTION_MAX_CHARS = 2_000
DETAIL_MAX_CHARS = 10_000
LINE_MAX_CHARS = {"session": 60, "item_no": 30, "subject": 200, "handling_unit": 60}
NAMES = {
    "session": "届次",
    "item_no": "案号",
    "subject": "案由",
    "handling_unit": "主办单位",
    "proposers": "提案者",
    "co_units": "会办单位",
    "assigned": "交办日期",
    "due": "办理期限",
}
MIXED = "各不相同"
_ITEM_NO = re.compile(r"^第?\s*(.*?)\s*号?$")
_SUBJECT = re.compile(r"^《(.*)》$")
_SENTENCE_END = re.compile(r"(?<=[。；;！？])(?=.)")


@dataclass(frozen=True, slots=True)
class Row:
    """One suggestion as typed; ``origins`` are its places in the stored list."""

    text: str = ""
    detail: str = ""
    label: str = ""
    origins: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class IntakeForm:
    """The whole form as typed, with messages at the fields that are wrong."""

    fields: Mapping[str, str]
    rows: tuple[Row, ...]
    errors: Mapping[str, str] = field(default_factory=dict)
    focus: int | None = None


def of_proposal(proposal: Proposal) -> IntakeForm:
    """Return the form that shows ``proposal``."""
    kinds = {proposer.kind for proposer in proposal.proposers}
    default = "委员" if proposal.matter == "提案" else "代表"
    fields = {
        "matter": proposal.matter,
        "role": proposal.role,
        "session": proposal.session or "",
        "item_no": proposal.item_no or "",
        "subject": proposal.subject or "",
        "proposers": "\n".join(proposer.name for proposer in proposal.proposers),
        "proposer_kind": MIXED if len(kinds) > 1 else next(iter(kinds), default),
        "handling_unit": proposal.handling_unit or "",
        "co_units": "\n".join(proposal.co_units),
        "assigned": proposal.assigned.isoformat() if proposal.assigned else "",
        "due": proposal.due.isoformat() if proposal.due else "",
    }
    rows = tuple(
        Row(item.text, item.detail, item.label or "", (place,))
        for place, item in enumerate(proposal.suggestions)
    )
    return IntakeForm(fields, rows)


def of_request(form: MultiDict[str, str]) -> IntakeForm:
    """Return the form as it was sent. Missing parts count as left empty."""
    lines = ("matter", "role", "session", "item_no", "subject", "proposer_kind")
    fields = {name: clean_line(form.get(name, "")) for name in lines}
    fields |= {name: clean_line(form.get(name, "")) for name in ("handling_unit", "profile")}
    fields |= {name: clean(form.get(name, "")) for name in ("proposers", "co_units")}
    fields |= {name: clean_line(form.get(name, "")) for name in ("assigned", "due")}
    texts = form.getlist("s_text")[: SUGGESTIONS_MAX * 2]

    def column(name: str) -> list[str]:
        values = form.getlist(name)[: len(texts)]
        return values + [""] * (len(texts) - len(values))

    rows = tuple(
        Row(clean(text), clean(detail), clean_line(label), _origins(origin))
        for text, detail, label, origin in zip(
            texts, column("s_detail"), column("s_label"), column("s_origin"), strict=True
        )
    )
    return IntakeForm(fields, rows)


def _origins(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"[0-9]{1,4}", text))


# ------------------------------------------------------------------ correcting the list


def act(form: IntakeForm, action: str) -> IntakeForm:
    """Return the form after the button ``action`` (``add``, ``up:3`` …), nothing saved.

    An action or place that does not exist leaves the form as it is.
    """
    name, _, place_text = action.partition(":")
    if name == "add":
        rows = (*form.rows, Row())
        return replace(form, rows=rows, focus=len(rows) - 1)
    place = int(place_text) if place_text.isascii() and place_text.isdigit() else -1
    change = _CHANGES.get(name)
    if change is None or not 0 <= place < len(form.rows):
        return form
    return change(form, place)


def _delete(form: IntakeForm, place: int) -> IntakeForm:
    rows = form.rows[:place] + form.rows[place + 1 :]
    return replace(form, rows=rows, focus=min(place, len(rows) - 1))


def _up(form: IntakeForm, place: int) -> IntakeForm:
    return _swap(form, place, place - 1)


def _down(form: IntakeForm, place: int) -> IntakeForm:
    return _swap(form, place, place + 1)


def _swap(form: IntakeForm, place: int, other: int) -> IntakeForm:
    if not 0 <= other < len(form.rows):
        return form
    rows = list(form.rows)
    rows[place], rows[other] = rows[other], rows[place]
    return replace(form, rows=tuple(rows), focus=other)


def _merge(form: IntakeForm, place: int) -> IntakeForm:
    """Join the row with the one below it."""
    if place + 1 >= len(form.rows):
        return replace(form, errors={f"s{place}": "后面没有建议，无法合并。"}, focus=place)
    first, second = form.rows[place : place + 2]
    joined = Row(
        text="；".join(
            part for part in (first.text.rstrip("；;。"), second.text.rstrip("；;。")) if part
        ),
        detail="\n".join(part for part in (first.detail, second.detail) if part),
        label=first.label,
        origins=first.origins + second.origins,
    )
    rows = (*form.rows[:place], joined, *form.rows[place + 2 :])
    return replace(form, rows=rows, focus=place)


def _split(form: IntakeForm, place: int) -> IntakeForm:
    """Part the row at its line break, or else after its first sentence."""
    row = form.rows[place]
    parts = row.text.split("\n", 1)
    if len(parts) == 1:
        parts = _SENTENCE_END.split(row.text, maxsplit=1)
    pieces = [part.strip().rstrip("；;。") for part in parts]
    if len(pieces) == 1 or not all(pieces):
        message = "请先把光标放在要拆开的地方（或按回车键换行），再点“拆分”。"
        return replace(form, errors={f"s{place}": message}, focus=place)
    first = replace(row, text=pieces[0])
    rows = (*form.rows[:place], first, Row(text=pieces[1]), *form.rows[place + 1 :])
    return replace(form, rows=rows, focus=place + 1)


_CHANGES: dict[str, Callable[[IntakeForm, int], IntakeForm]] = {
    "delete": _delete,
    "up": _up,
    "down": _down,
    "merge": _merge,
    "split": _split,
}


# ------------------------------------------------------------------ what the form means


def to_proposal(form: IntakeForm, base: Proposal) -> tuple[Proposal, IntakeForm]:
    """Return the proposal that the form means, and the form with its errors.

    The proposal is to be used only where there are no errors. Blank rows are dropped; ``base``
    gives what the form does not show.
    """
    errors: dict[str, str] = {}
    values = form.fields
    for name, limit in LINE_MAX_CHARS.items():
        if len(values[name]) > limit:
            errors[name] = f"{NAMES[name]}不能超过{limit}个字。"
    dates = {}
    for name in ("assigned", "due"):
        try:
            dates[name] = parse_date(values[name], NAMES[name], name)
        except UserError as error:
            errors[name] = error.message
    assigned, due = dates.get("assigned"), dates.get("due")
    if assigned and due and due < assigned:
        errors["due"] = "办理期限早于交办日期，请核对。"
    rows = tuple(row for row in form.rows if row.text or row.detail)
    errors |= _row_errors(rows)
    proposal = replace(
        base,
        matter=_one_of(values["matter"], get_args(Matter), base.matter),
        role=_one_of(values["role"], get_args(Role), base.role),
        session=values["session"] or None,
        item_no=_inner(_ITEM_NO, values["item_no"]),
        subject=_inner(_SUBJECT, values["subject"]),
        proposers=_proposers(values, base, errors),
        handling_unit=values["handling_unit"] or None,
        co_units=_co_units(values, errors),
        assigned=assigned,
        due=due,
        # A suggestion becomes a heading of the reply: one line.
        suggestions=tuple(
            Suggestion(row.label or None, row.text.replace("\n", ""), row.detail) for row in rows
        ),
    )
    return proposal, replace(form, rows=rows, errors=errors)


def _row_errors(rows: tuple[Row, ...]) -> dict[str, str]:
    if not rows:
        return {"suggestions": "请至少填写一条建议：答复要逐条回应它们。"}
    if len(rows) > SUGGESTIONS_MAX:
        return {"suggestions": f"建议不能超过{SUGGESTIONS_MAX}条，请合并后再确认。"}
    errors = {}
    for place, row in enumerate(rows):
        if not row.text:
            errors[f"s{place}"] = "这条只有说明，请写出建议本身，或者删除这一条。"
        elif len(row.text) > SUGGESTION_MAX_CHARS:
            errors[f"s{place}"] = (
                f"一条建议不能超过{SUGGESTION_MAX_CHARS}字，请拆分，或把理由移到说明里。"
            )
        elif len(row.detail) > DETAIL_MAX_CHARS:
            errors[f"s{place}"] = f"说明不能超过{DETAIL_MAX_CHARS}字。"
    return errors


def _proposers(
    values: Mapping[str, str], base: Proposal, errors: dict[str, str]
) -> tuple[Proposer, ...]:
    names = split_names(values["proposers"])
    if any(len(name) > 60 for name in names) or len(names) > 200:
        errors["proposers"] = "提案者请每行写一位，每位不超过60个字。"
    former = {proposer.name: proposer.kind for proposer in base.proposers}
    default: ProposerKind = "委员" if values["matter"] != "建议" else "代表"
    kind = values["proposer_kind"]
    if kind == MIXED:
        return tuple(Proposer(name, former.get(name, default)) for name in names)
    chosen = _one_of(kind, get_args(ProposerKind), default)
    return tuple(Proposer(name, chosen) for name in names)


def _co_units(values: Mapping[str, str], errors: dict[str, str]) -> tuple[str, ...]:
    units = split_names(values["co_units"])
    if any(len(unit) > 60 for unit in units) or len(units) > 100:
        errors["co_units"] = "会办单位请每行写一个，每个不超过60个字。"
    return units


def _inner(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.match(text)
    return (found.group(1) if found else text) or None


def _one_of(value: str, choices: tuple[T, ...], default: T) -> T:
    return next((choice for choice in choices if choice == value), default)
