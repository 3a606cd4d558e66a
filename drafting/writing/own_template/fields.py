"""The fields of a paper that a template can have placeholders for, and their values.

One table, ``FIELDS``: what a clerk calls each field, the other names by which it is known without
being asked, and what its value is on a given paper.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from drafting.language.cleaning import line_on_paper
from drafting.model import Draft, Proposal, Reply
from drafting.writing import gbt9704 as gb
from drafting.writing.typesetting.flow import (
    Item,
    copies_line,
    flow,
    head_left,
    issuer_names,
    recipients_line,
    signer_names,
)
from drafting.writing.typesetting.words import han_date

Need = Literal["must", "should", "may"]
"""Without it a template is refused, it is asked about, or nothing is amiss."""

PATTERNS: Mapping[str, int] = {
    "段落": 0,
    "一级标题": 1,
    "二级标题": 2,
    "三级标题": 3,
    "四级标题": 4,
}
"""What ``{{ 正文.一级标题 }}`` shows the looks of; 表格 is that of a table's cells."""
TABLE_PATTERN = "表格"
PARTS: Mapping[str, tuple[str, ...]] = {"contacts": ("姓名", "电话")}
"""What a line of a field consists of, where it is more than one thing."""


@dataclass(frozen=True, slots=True)
class Value:
    """What a field is on a paper: ``lines`` of text, or ``blocks`` of the flow.

    ``parts`` are what a line consists of (姓名, 电话), for loops; ``joint`` stands between lines
    that go into one.
    """

    lines: tuple[str, ...] = ()
    blocks: tuple[Item, ...] = ()
    parts: tuple[Mapping[str, str], ...] = ()
    joint: str = "、"

    @property
    def text(self) -> str:
        """The value in one line."""
        return self.joint.join(self.lines or tuple(block.full_text for block in self.blocks))

    def each(self) -> tuple[Value, ...]:
        """Return what a loop goes through."""
        if self.blocks:
            return tuple(Value(blocks=(one,)) for one in self.blocks)
        parts = self.parts or ({},) * len(self.lines)
        return tuple(
            Value((line,), parts=(of,)) for line, of in zip(self.lines, parts, strict=True)
        )

    def __bool__(self) -> bool:
        return any(self.lines) or bool(self.blocks)


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its key, its name, further names, and how much a template needs it.

    ``blocks``: paragraphs and tables, so that its placeholder stands alone in a paragraph.
    ``opens`` and ``closes`` are printed around the value where the template does not.
    ``always``: its line stays, though empty, where a paper has none.
    """

    key: str
    title: str
    names: tuple[str, ...]
    value: Callable[[Reply, Draft | None], Value]
    need: Need = "may"
    blocks: bool = False
    opens: str = ""
    closes: str = ""
    always: bool = False


def find_field(name: str) -> Field | None:
    """Return the field that is called so, by any of its names."""
    return _by_name().get(plain_name(name))


def plain_name(name: str) -> str:
    """Return a name as names are compared: without blanks, brackets' width and case."""
    return re.sub(r"[\s_\-：:]", "", name).translate(_WIDTHS).lower()


def values_of(reply: Reply, draft: Draft | None = None) -> dict[str, Value]:
    """Return the value of each field on ``reply``, by key; ``draft`` knows of the item answered."""
    return {field.key: field.value(reply, draft) for field in FIELDS}


_WIDTHS = str.maketrans("（）", "()")


@cache
def _by_name() -> Mapping[str, Field]:
    named = {plain_name(name): one for one in FIELDS for name in one.names}
    return named | {plain_name(one.title): one for one in FIELDS}


# ------------------------------------------------------------------ values


def _line(text: str | None) -> Value:
    cleaned = line_on_paper(text or "")
    return Value((cleaned,)) if cleaned else Value()


def _lines(texts: tuple[str, ...] | list[str], joint: str = "、") -> Value:
    found = tuple(filter(None, (line_on_paper(text) for text in texts)))
    return Value(found, joint=joint)


def _after_label(text: str | None) -> Value:
    """``办理结果类别：A`` without its label, which a template prints itself."""
    line = line_on_paper(text or "")
    return _line(re.split("[：:]", line, maxsplit=1)[-1])


def _items(reply: Reply) -> tuple[Item, ...]:
    return flow(reply, salutation=False)


_TEXT = ("heading", "paragraph", "table-name", "table-unit", "table", "table-remark")


def _body(reply: Reply, _draft: Draft | None) -> Value:
    found: list[Item] = []
    for item in _items(reply):
        if item.role == "attachment-label":
            break
        if item.role in _TEXT:
            found.append(item)
    return Value(blocks=tuple(found), joint="\n")


def _attachments(reply: Reply, _draft: Draft | None) -> Value:
    items = _items(reply)
    labels = [index for index, item in enumerate(items) if item.role == "attachment-label"]
    kept = (*_TEXT, "attachment-label", "attachment-title")
    behind = items[labels[0] :] if labels else ()
    return Value(blocks=tuple(item for item in behind if item.role in kept), joint="\n")


def _attachment_notes(reply: Reply, _draft: Draft | None) -> Value:
    notes = [item for item in _items(reply) if item.role == "attachment-note"]
    return Value(tuple(f"{item.lead}{item.text}" for item in notes))


def _contacts(reply: Reply, draft: Draft | None) -> Value:
    people = [] if draft is None else [one for one in draft.contacts if one.name or one.phone]
    parts = [
        {"姓名": line_on_paper(one.name or ""), "电话": line_on_paper(one.phone or "")}
        for one in people
    ]
    return Value(tuple(one["姓名"] for one in parts), parts=tuple(parts))


def _phones(reply: Reply, draft: Draft | None) -> Value:
    people = () if draft is None else draft.contacts
    return _lines(list(dict.fromkeys(one.phone for one in people if one.phone)))


def _remark(reply: Reply, _draft: Draft | None) -> Value:
    text = line_on_paper(reply.remark or "")
    wrapped = text.startswith("（") and text.endswith("）")
    return _line(text[1:-1] if wrapped else text)


def _salutation(reply: Reply, _draft: Draft | None) -> Value:
    return _line(recipients_line(reply).rstrip("："))


def _date(reply: Reply, _draft: Draft | None) -> Value:
    if reply.date is None:
        return Value((gb.OPEN_DATE,)) if reply.signatures else Value()
    return _line(han_date(reply.date))


def _printed_on(reply: Reply, _draft: Draft | None) -> Value:
    return _line(han_date(reply.printed_on)) if reply.printed_on else Value()


def _copy_no(reply: Reply, _draft: Draft | None) -> Value:
    return _line(head_left(reply)[0]) if line_on_paper(reply.copy_no or "") else Value()


def _copies(reply: Reply, _draft: Draft | None) -> Value:
    # 7.4.2: commas between, a full stop behind the last.
    units = tuple(filter(None, copies_line(reply).rstrip("。").split("，")))
    return Value(units, joint="，")


def _of_item(read: Callable[[Proposal], str | None]) -> Callable[[Reply, Draft | None], Value]:
    def value(_reply: Reply, draft: Draft | None) -> Value:
        return _line(read(draft.proposal)) if draft is not None else Value()

    return value


def _proposers(_reply: Reply, draft: Draft | None) -> Value:
    return _lines([one.name for one in draft.proposal.proposers]) if draft else Value()


def _co_units(_reply: Reply, draft: Draft | None) -> Value:
    return _lines(list(draft.proposal.co_units)) if draft else Value()


FIELDS: tuple[Field, ...] = (
    Field(
        *("issuer", "发文机关", ("发文机关标志", "发文单位", "机关名称", "单位名称", "issuer")),
        lambda reply, _: Value(issuer_names(reply)),
    ),
    Field(
        *("doc_no", "发文字号", ("文号", "字号", "公文文号", "docno")),
        lambda reply, _: _line(reply.doc_no),
        need="should",
        always=True,
    ),
    Field(
        *("title", "标题", ("公文标题", "题目", "文件标题", "title")),
        lambda reply, _: _line(reply.title),
        need="must",
        always=True,
    ),
    Field(
        *("salutation", "主送", ("主送机关", "主送单位", "称呼", "抬头", "salutation")),
        _salutation,
        need="should",
        closes="：",
        always=True,
    ),
    Field(
        *("body", "正文", ("正文内容", "答复内容", "答复正文", "内容", "body")),
        _body,
        need="must",
        blocks=True,
        always=True,
    ),
    Field("attachment_notes", "附件说明", ("附件目录", "附件名称"), _attachment_notes),
    Field(
        *("signature", "署名", ("落款", "发文机关署名", "落款单位", "署名单位", "signature")),
        lambda reply, _: _lines(list(reply.signatures)),
        need="should",
        always=True,
    ),
    Field(
        *("date", "成文日期", ("日期", "落款日期", "发文日期", "印发时间", "date")),
        _date,
        need="should",
        always=True,
    ),
    Field("remark", "附注", ("备注", "remark"), _remark, opens="（", closes="）"),
    Field("contacts", "联系人", ("联系人姓名", "经办人", "contact"), _contacts),
    Field("phones", "联系电话", ("电话", "联系方式", "phone", "tel"), _phones),
    Field("copies", "抄送", ("抄送机关", "抄送单位", "copies"), _copies, closes="。"),
    Field(
        *("result_class", "办理结果类别", ("类别", "办理类别", "结果类别", "答复类别")),
        lambda reply, _: _after_label(reply.result_label),
    ),
    Field(
        *("disclosure", "公开属性", ("公开类别", "公开方式", "信息公开属性", "disclosure")),
        lambda reply, _: _after_label(reply.disclosure_label),
    ),
    Field(
        "signer",
        "签发人",
        ("签发", "signer"),
        lambda reply, _: _line("　".join(signer_names(reply))),
    ),
    Field("secrecy", "密级", ("密级和保密期限", "秘密等级"), lambda reply, _: _line(reply.secrecy)),
    Field("urgency", "紧急程度", ("缓急", "缓急程度"), lambda reply, _: _line(reply.urgency)),
    Field("copy_no", "份号", ("份数序号",), _copy_no),
    Field("printer", "印发机关", ("印发单位",), lambda reply, _: _line(reply.printer)),
    Field("printed_on", "印发日期", (), _printed_on),
    Field("attachments", "附件", ("附件正文", "附件内容"), _attachments, blocks=True),
    Field("session", "届次", ("会议届次",), _of_item(lambda item: item.session)),
    Field("item_no", "案号", ("提案号", "提案编号", "建议号"), _of_item(lambda item: item.item_no)),
    Field("subject", "案由", ("提案案由", "提案题目"), _of_item(lambda item: item.subject)),
    Field("proposers", "提案者", ("提案人", "建议人", "委员姓名", "代表姓名"), _proposers),
    Field("lead_unit", "主办单位", ("承办单位",), _of_item(lambda item: item.handling_unit)),
    Field("co_units", "会办单位", ("协办单位",), _co_units),
)

BY_KEY: Mapping[str, Field] = {field.key: field for field in FIELDS}

OF_THE_ITEM = frozenset(
    ("session", "item_no", "subject", "proposers", "lead_unit", "co_units", "contacts", "phones")
)
"""What the paper says elsewhere already: a template that leaves it out loses nothing."""
