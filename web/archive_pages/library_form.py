"""The form that corrects a document's fields: values ⇄ the texts of the inputs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from werkzeug.datastructures import MultiDict

from drafting.errors import UserError
from drafting.language.cleaning import typed_line, typed_text
from drafting.model import Commitment, Contact, Document, Kind, Measure, Suggestion, Target
from web import forms
from web.filters import KIND_NAMES
from web.texts import parse_date, split_names


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the form. ``options`` make it a choice, ``rows`` a field of several lines."""

    name: str
    label: str
    rows: int = 0
    options: tuple[tuple[str, str], ...] = ()
    hint: str = ""


_NONE = ("", "（无）")
FIELDS = (
    Field("title", "标题", rows=2),
    Field("kind", "类别", options=tuple((kind.value, name) for kind, name in KIND_NAMES.items())),
    Field("date", "成文日期", hint="如 2026-03-15"),
    Field("doc_no", "发文字号"),
    Field("index_no", "索引号"),
    Field("issuers", "发文机关", rows=2, hint="一行一个，主办单位在前"),
    Field("recipients", "主送", rows=2, hint="一行一个"),
    Field("matter", "提案/建议", options=(_NONE, ("提案", "提案"), ("建议", "建议"))),
    Field("session", "届次", hint="如 区政协十届三次会议"),
    Field("item_no", "案号", hint="只写数字"),
    Field("subject", "案由", rows=2),
    Field("role", "承办角色", options=(_NONE, ("主办", "主办"), ("会办", "会办"))),
    Field("result_class", "办理结果类别"),
    Field("disclosure", "公开属性"),
    Field("signer", "签发人"),
    Field("contacts", "联系人", rows=2, hint="一行一个：姓名 电话"),
    Field("copies_to", "抄送", rows=2, hint="一行一个"),
    Field("suggestions", "提案中的建议", rows=4, hint="一行一条"),
    Field(
        "measures",
        "措施",
        rows=5,
        hint="一行一条：序号 名称｜牵头：甲局｜责任：乙局、丙局｜配合：丁局｜2026年：目标",
    ),
    Field("commitments", "承诺", rows=4, hint="一行一条：事项｜单位｜时限"),
    Field("text", "正文", rows=28, hint="改后按新的正文检索，层次、措施、承诺随之重读"),
)
COLUMN_KEYS = (
    ("", "（不导入）"),
    ("text", "正文"),
    ("title", "标题或案由"),
    ("kind", "类型"),
    ("issuer", "发文机关或承办单位"),
    ("date", "成文日期"),
    ("doc_no", "发文字号"),
    ("item_no", "案号"),
    ("session", "届次"),
    ("result_class", "办理结果类别"),
    ("secrecy", "密级"),
    ("source", "来源（每行不同）"),
)
"""What a ledger's column may hold, and how the form calls it."""
_LISTS = ("issuers", "recipients", "copies_to")


def to_fields(document: Document) -> dict[str, str]:
    """Return what stands in the fields of the form."""
    return {field.name: as_text(field.name, getattr(document, field.name)) for field in FIELDS}


def as_text(name: str, value: Any) -> str:
    """Return the value of one field as text."""
    if value is None:
        return ""
    if name in _LISTS:
        return "\n".join(value)
    if name == "contacts":
        return "\n".join(" ".join(filter(None, (one.name, one.phone))) for one in value)
    if name == "suggestions":
        return "\n".join(_line(one) for one in value)
    if name == "measures":
        return "\n".join(_measure_line(one) for one in value)
    if name == "commitments":
        return "\n".join(_commitment_line(one) for one in value)
    return value.value if isinstance(value, Kind) else str(value)


def to_values(
    form: MultiDict[str, str], document: Document
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the values of the form's fields and what is wrong with them, both by name.

    A field that the form does not send, or sends as it was shown, is not among the values.
    """
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    shown = to_fields(document)
    for field in FIELDS:
        text = typed_text(form.get(field.name, shown[field.name]))
        if text == typed_text(shown[field.name]):
            continue
        read = partial(_READERS.get(field.name, _plain), text, document)
        value = forms.checked(errors, field.name, read)
        if field.name not in errors:
            values[field.name] = value
    return values, errors


def _line(suggestion: Suggestion) -> str:
    return f"{suggestion.label or ''}{suggestion.text}"


def _plain(text: str, _document: Document) -> str | None:
    return typed_line(text) or None


def _names(text: str, _document: Document) -> tuple[str, ...]:
    return split_names(text)


def _date(text: str, _document: Document) -> Any:
    return parse_date(text, "成文日期", "date")


def _kind(text: str, _document: Document) -> Kind:
    if text not in {kind.value for kind in Kind}:
        raise UserError("请选择一个类别。", field="kind")
    return Kind(text)


def _one_of(*known: str) -> Callable[[str, Document], str | None]:
    def read(text: str, _document: Document) -> str | None:
        if text and text not in known:
            raise UserError(f"请选择{'、'.join(known)}中的一项。")
        return text or None

    return read


def _contacts(text: str, _document: Document) -> tuple[Contact, ...]:
    found = []
    for line in filter(None, map(typed_line, text.split("\n"))):
        name, _, phone = line.partition(" ")
        # A line of digits only is a telephone whose owner is not named.
        alone = not phone and any(char.isdigit() for char in name)
        found.append(Contact(None, name) if alone else Contact(name, phone or None))
    return tuple(found)


def _suggestions(text: str, document: Document) -> tuple[Suggestion, ...]:
    """Read suggestions, one a line; a line left as it was keeps its label and its detail."""
    known = {_line(one): one for one in document.suggestions}
    lines = filter(None, map(typed_line, text.split("\n")))
    return tuple(known.get(line) or Suggestion(None, line) for line in lines)


_UNITS = (("lead", "牵头"), ("responsible", "责任"), ("supporting", "配合"))


def _measure_line(measure: Measure) -> str:
    units = [(name, getattr(measure, key)) for key, name in _UNITS]
    parts = [
        " ".join(filter(None, (measure.label, measure.title))),
        *(f"{name}：{'、'.join(names)}" for name, names in units if names),
        *(f"{target.year}年：{target.text}" for target in measure.targets),
    ]
    return typed_line("｜".join(parts))


def _measures(text: str, document: Document) -> tuple[Measure, ...]:
    """Read measures, one a line; one of the same number or name keeps its text and its sums."""
    known = {_measure_line(one): one for one in document.measures}
    alike = {key: one for one in document.measures for key in (one.title, one.label) if key}
    lines = filter(None, map(typed_line, text.split("\n")))
    return tuple(known.get(line) or _measure(line, alike) for line in lines)


def _measure(line: str, alike: Mapping[str, Measure]) -> Measure:
    head, *parts = (part.strip() for part in re.split(r"[｜|]", line))
    named = re.fullmatch(r"(?P<label>\S{1,6})\s+(?P<title>.+)", head)
    label, title = (named["label"], named["title"]) if named else ("", head)
    units: dict[str, tuple[str, ...]] = {}
    targets: list[Target] = []
    for part in filter(None, parts):
        name, _, value = part.replace(":", "：", 1).partition("：")
        key = next((key for key, shown in _UNITS if name.startswith(shown)), "")
        year = re.fullmatch(r"(20\d{2})年", name)
        if key:
            units[key] = split_names(value)
        elif year and value:
            targets.append(Target(int(year[1]), value.strip()))
        else:
            raise UserError(f"“{part}”看不懂：请写成“牵头：…”“责任：…”“配合：…”或“2026年：…”。")
    before = alike.get(title) or alike.get(label) or Measure(label, title)
    return replace(
        before,
        label=label,
        title=title,
        targets=tuple(targets),
        lead=units.get("lead", ()),
        responsible=units.get("responsible", ()),
        supporting=units.get("supporting", ()),
    )


def _commitment_line(commitment: Commitment) -> str:
    parts = (commitment.text, commitment.unit or "", commitment.due or "")
    return typed_line("｜".join(parts).rstrip("｜"))


def _commitments(text: str, document: Document) -> tuple[Commitment, ...]:
    known = {_commitment_line(one): one for one in document.commitments}
    lines = filter(None, map(typed_line, text.split("\n")))
    return tuple(known.get(line) or _commitment(line) for line in lines)


def _commitment(line: str) -> Commitment:
    parts = [part.strip() for part in re.split(r"[｜|]", line)]
    if len(parts) > 3 or not parts[0]:
        raise UserError(f"“{line}”看不懂：请写成“事项｜单位｜时限”。")
    unit, due = [*parts[1:], "", ""][:2]
    return Commitment(parts[0], unit or None, due or None)


def _whole_text(text: str, _document: Document) -> str:
    if not text.strip():
        raise UserError("正文不能为空；不要这份文件，请到文件页删除。")
    return text


_READERS: dict[str, Callable[[str, Document], Any]] = {
    **dict.fromkeys(_LISTS, _names),
    "date": _date,
    "kind": _kind,
    "matter": _one_of("提案", "建议"),
    "role": _one_of("主办", "会办"),
    "contacts": _contacts,
    "suggestions": _suggestions,
    "measures": _measures,
    "commitments": _commitments,
    "text": _whole_text,
}
