"""The form of 核对要素与建议: as typed, and as the nouns it means.

:mod:`web.case_pages.confirming.correcting` handles its buttons; nothing is saved before the clerk
confirms.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TypeVar, get_args

from werkzeug.datastructures import MultiDict

from drafting.intake.nouns import Place
from drafting.language.cleaning import typed_line, typed_text
from drafting.model import ItemKind, Proposal, Role, Suggestion
from drafting.model.identity import numbered
from web import forms
from web.case_pages.confirming import proposers, undoing
from web.case_pages.confirming.correcting import Sent, act
from web.case_pages.confirming.forms import IntakeForm, ProposerRow, Row
from web.texts import parse_date, parse_number, split_names

__all__ = [
    "IntakeForm",
    "ProposerRow",
    "Row",
    "Sent",
    "act",
    "of_proposal",
    "of_request",
    "sent_with",
    "to_proposal",
]

T = TypeVar("T")

SUGGESTIONS_MAX = 100
SUGGESTION_MAX_CHARS = 2_000
DETAIL_MAX_CHARS = 10_000
LINE_MAX_CHARS = {
    "session": 60,
    "item_no": 30,
    "subject": 200,
    "handling_unit": 60,
    "overseer": 60,
    "merged": 200,
}
NAMES = {
    "matter": "类别",
    "subject": "案由",
    "session": "届次",
    "item_no": "案号",
    "proposers": "提案者",
    "role": "本单位角色",
    "handling_unit": "主办单位",
    "co_units": "会办单位",
    "assigned": "交办日期",
    "due": "办理期限",
    "key": "重点提案",
    "overseer": "督办领导",
    "merged": "并案",
}
"""The fields by the names of the proposal's; the messages and the page use the same words."""
_LINES = (
    *("matter", "role", "session", "item_no", "subject", "handling_unit", "profile"),
    *("assigned", "due", "key", "overseer"),
)
_LISTS = ("co_units", "merged")
_ITEM_NO = re.compile(r"^第?\s*(.*?)\s*号?$")
_SUBJECT = re.compile(r"^《(.*)》$")
_ORIGIN = re.compile(r"\bs[0-9a-f]{10}(?:-[0-9]{1,4})?\b")
_PLACE = re.compile(r"([0-9]{1,7})-([0-9]{1,7})")


def of_proposal(proposal: Proposal) -> IntakeForm:
    """Return the form that shows ``proposal``."""
    fields = {
        "matter": proposal.matter,
        "role": proposal.role,
        "session": proposal.session or "",
        "item_no": proposal.item_no or "",
        "subject": proposal.subject or "",
        "handling_unit": proposal.handling_unit or "",
        "co_units": "、".join(proposal.co_units),
        "assigned": proposal.assigned.isoformat() if proposal.assigned else "",
        "due": proposal.due.isoformat() if proposal.due else "",
        "key": "1" if proposal.key else "",
        "overseer": proposal.overseer or "",
        "merged": "、".join(proposal.merged),
    }
    rows = tuple(
        Row(item.text, item.detail, item.label or "", (item.key,), id=place)
        for place, item in enumerate(numbered(proposal.suggestions))
    )
    return IntakeForm(fields, rows, proposers.of_proposers(proposal.proposers))


def of_request(form: MultiDict[str, str]) -> IntakeForm:
    """Return the form as it was sent. Missing parts count as left empty."""
    fields = {name: typed_line(form.get(name, "")) for name in _LINES}
    # Lists may be pasted one name a line.
    fields |= {name: "、".join(split_names(form.get(name, ""))) for name in _LISTS}
    texts = form.getlist("s_text")[: SUGGESTIONS_MAX * 2]

    def column(name: str) -> list[str]:
        values = form.getlist(name)[: len(texts)]
        return values + [""] * (len(texts) - len(values))

    columns = (column(name) for name in ("s_detail", "s_label", "s_origin", "s_place", "s_id"))
    rows = tuple(
        Row(
            typed_text(text),
            typed_text(detail),
            typed_line(label),
            tuple(_ORIGIN.findall(origin)),
            place_of(place),
            parse_number(id) if id else -1,
        )
        for text, detail, label, origin, place, id in zip(texts, *columns, strict=True)
    )
    return IntakeForm(
        fields,
        rows,
        proposers.of_request(form),
        settled=_numbers(form.get("settled", "")),
        listing=parse_number(form.get("listing")),
        steps=undoing.unpacked(form.get("steps", "")),
    )


def sent_with(form: MultiDict[str, str], sent: Sent) -> Sent:
    """Return ``sent`` with what the form carries for one action only."""
    return replace(
        sent,
        words=typed_text(form.get("q_text", ""))[:DETAIL_MAX_CHARS],
        place=place_of(form.get("q_place", "")),
        names=form.get("proposers", ""),
        ticked=tuple(parse_number(one) for one in form.getlist("tick")),
    )


def place_of(text: str) -> Place | None:
    """Return the place that the page wrote as ``12-80``."""
    found = _PLACE.fullmatch(text)
    return Place(int(found[1]), int(found[2])) if found else None


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"[0-9]{1,4}", text))


# ------------------------------------------------------------------ what the form means


def to_proposal(form: IntakeForm, base: Proposal, names: str = "") -> tuple[Proposal, IntakeForm]:
    """Return the proposal that the form means, and the form with its errors.

    The proposal is to be used only where there are no errors. Blank rows are dropped; ``base``
    gives what the form does not show. ``names`` are those of a list that was pasted and not yet
    made rows.
    """
    values = form.fields
    errors = forms.too_long(values, LINE_MAX_CHARS, NAMES)
    assigned, due = (
        forms.checked(errors, name, partial(parse_date, values[name], NAMES[name], name))
        for name in ("assigned", "due")
    )
    if assigned and due and due < assigned:
        errors["due"] = "办理期限早于交办日期，请核对。"
    people = proposers.with_names(form.proposers, names, values["matter"])
    errors |= proposers.mistakes(people)
    rows = tuple(row for row in form.rows if not row.blank)
    errors |= _row_errors(rows)
    proposal = replace(
        base,
        matter=_one_of(values["matter"], get_args(ItemKind), base.matter),
        role=_one_of(values["role"], get_args(Role), base.role),
        session=values["session"] or None,
        item_no=_inner(_ITEM_NO, values["item_no"]),
        subject=_inner(_SUBJECT, values["subject"]),
        proposers=proposers.to_proposers(people, values["matter"]),
        handling_unit=values["handling_unit"] or None,
        co_units=_co_units(values, errors),
        assigned=assigned,
        due=due,
        # A suggestion becomes a heading of the reply: one line.
        suggestions=tuple(
            Suggestion(row.label or None, row.text.replace("\n", ""), row.detail) for row in rows
        ),
        key=bool(values["key"]),
        overseer=values["overseer"] or None,
        merged=tuple(
            number for one in split_names(values["merged"]) if (number := _inner(_ITEM_NO, one))
        ),
    )
    return proposal, replace(form, rows=rows, proposers=people, errors=errors)


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


def _co_units(values: Mapping[str, str], errors: dict[str, str]) -> tuple[str, ...]:
    units = split_names(values["co_units"])
    if said := forms.too_many_units(units, "会办"):
        errors["co_units"] = said
    return units


def _inner(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.match(text)
    return (found.group(1) if found else text) or None


def _one_of(value: str, choices: tuple[T, ...], default: T) -> T:
    return next((choice for choice in choices if choice == value), default)
