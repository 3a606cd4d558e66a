"""The extra fields of further forms: 紧急程度, 退办, 延期, 原答复, opinions of a sign-off.

A field that the page did not show is not in the request and keeps its value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import get_args

from werkzeug.datastructures import MultiDict

from drafting.assembly.suits import read_doc_no
from drafting.errors import UserError
from drafting.language.cleaning import typed_line, typed_text
from drafting.language.numbering import int_to_han
from drafting.model import (
    AT_END,
    Draft,
    Extension,
    FormerReply,
    HeadMarks,
    Opinion,
    Return,
    Section,
    SignStep,
)
from drafting.model.identity import aligned
from web import forms
from web.texts import parse_date

STEPS: tuple[SignStep, ...] = get_args(SignStep)
EMPTY_OPINIONS = 2
LINE_MAX_CHARS, TEXT_MAX_CHARS, OPINIONS_AT_MOST = 60, 5_000, 60
_LONG = ("opening", "return_reason", "extension_reason", "former_objection")
_DOC_NOS = ("return_doc_no", "extension_doc_no", "former_doc_no")
_DATES = {"extension_until": "延期到的日期", "former_date": "原答复日期"}
_NAMES = {
    "opening": "开头",
    "urgency": "紧急程度",
    "copy_no": "份号",
    "return_reason": "退办理由",
    "return_unit": "建议承办单位",
    "return_doc_no": "退办说明的文号",
    "extension_reason": "延期理由",
    "extension_doc_no": "延期申请的文号",
    "former_doc_no": "原答复文号",
    "former_objection": "对方的意见",
    **_DATES,
}
_OPINION_KEYS = ("step", "unit", "name", "text", "date")


def fields_of(draft: Draft) -> dict[str, str]:
    """The fields as the page shows them."""
    back, more = draft.returning or Return(), draft.extension or Extension()
    former = draft.former or FormerReply()
    added = {
        name: text
        for at, one in enumerate(draft.sections)
        for name, text in ((f"added-{at}", one.text), (f"behind-{at}", one.behind))
    }
    return {
        **added,
        "opening": draft.opening,
        "urgency": draft.marks.urgency,
        "copy_no": draft.marks.copy_no,
        "return_reason": back.reason,
        "return_unit": back.unit,
        "return_doc_no": back.doc_no,
        "extension_reason": more.reason,
        "extension_until": more.until.isoformat() if more.until else "",
        "extension_doc_no": more.doc_no,
        "former_doc_no": former.doc_no,
        "former_date": former.date.isoformat() if former.date else "",
        "former_objection": former.objection,
    }


def section_rows(draft: Draft, values: Mapping[str, str]) -> list[dict[str, object]]:
    """The added texts as the page shows them: name, text, and the places that they may have."""
    answers = aligned(draft).answers
    places = [
        ("", "开头之后"),
        *(
            (one.suggestion.id, f"第{int_to_han(number)}条答复之后")
            for number, one in enumerate(answers, start=1)
        ),
        (AT_END, "结束语之后"),
    ]
    return [
        {
            "name": f"added-{at}",
            "text": values.get(f"added-{at}", ""),
            "place": f"behind-{at}",
            "behind": values.get(f"behind-{at}", ""),
            "places": places,
        }
        for at in range(len(draft.sections))
    ]


def _sections(values: Mapping[str, str]) -> tuple[Section, ...]:
    numbers = [name.removeprefix("added-") for name in values if name.startswith("added-")]
    rows = ((values[f"added-{at}"], values.get(f"behind-{at}", "")) for at in numbers)
    return tuple(Section(text, behind) for text, behind in rows if text.strip())


def opinions_of(draft: Draft) -> list[dict[str, str]]:
    """The rows of the opinions as the page shows them, with empty ones to fill in."""
    rows = [
        {
            "step": one.step,
            "unit": one.unit,
            "name": one.name,
            "text": one.text,
            "date": one.date.isoformat() if one.date else "",
        }
        for one in draft.opinions
    ]
    return rows + [dict.fromkeys(_OPINION_KEYS, "")] * EMPTY_OPINIONS


def read_fields(form: MultiDict[str, str], base: Draft) -> tuple[dict[str, str], dict[str, str]]:
    """The fields as typed, over those of ``base``; and what is wrong with them, by field."""
    values = fields_of(base)
    sent = values.keys() & form.keys()
    for name in sent:
        values[name] = (typed_text if _is_long(name) else typed_line)(form[name])
    limits = {name: TEXT_MAX_CHARS if _is_long(name) else LINE_MAX_CHARS for name in sent}
    names = _NAMES | {name: "另加的内容" for name in sent if name.startswith("added-")}
    errors = forms.too_long(values, limits, names)
    for name, said in _DATES.items():
        forms.checked(errors, name, partial(parse_date, values[name], said, name))
    before = fields_of(base)
    for name in _DOC_NOS:
        if values[name] == before[name] or name in errors:
            continue
        read = partial(read_doc_no, values[name], _NAMES[name], name)
        values[name] = forms.checked(errors, name, read) or values[name]
    if values["copy_no"] and not values["copy_no"].isdecimal():
        errors["copy_no"] = "份号用阿拉伯数字，一般6位，如“000001”。"
    return values, errors


def _is_long(name: str) -> bool:
    return name in _LONG or name.startswith("added-")


def with_fields(draft: Draft, values: dict[str, str]) -> Draft:
    """``draft`` with the fields of :func:`read_fields`, which has found nothing wrong."""
    marks = replace(draft.marks, urgency=values["urgency"], copy_no=values["copy_no"])
    back = Return(values["return_reason"], values["return_unit"], values["return_doc_no"])
    until = parse_date(values["extension_until"], "", "")
    more = Extension(values["extension_reason"], until, values["extension_doc_no"])
    before = parse_date(values["former_date"], "", "")
    kept = draft.former.kept if draft.former else False
    former = FormerReply(values["former_doc_no"], before, values["former_objection"], kept)
    return replace(
        draft,
        opening=values["opening"],
        sections=_sections(values),
        marks=marks if marks != HeadMarks() else HeadMarks(),
        returning=back if back != Return() else None,
        extension=more if more != Extension() else None,
        former=former if former != FormerReply() else None,
    )


def read_opinions(form: MultiDict[str, str], base: Draft) -> tuple[tuple[Opinion, ...], str]:
    """The opinions as typed, where the page showed them; and what is wrong with them."""
    if "opinion_step" not in form:
        return base.opinions, ""
    columns = [form.getlist(f"opinion_{key}") for key in _OPINION_KEYS]
    found, problem = [], ""
    for step, unit, name, text, date in list(zip(*columns, strict=False))[:OPINIONS_AT_MOST]:
        known = next((one for one in STEPS if one == step), None)
        if known is None or not (typed_line(name) or typed_line(text)):
            continue
        try:
            day = parse_date(date, f"{known}日期", "opinions")
        except UserError as error:
            day, problem = None, error.message
        said = typed_line(text)[:TEXT_MAX_CHARS]
        found.append(
            Opinion(known, typed_line(name)[:LINE_MAX_CHARS], said, day, typed_line(unit)[:60])
        )
    return tuple(found), problem
