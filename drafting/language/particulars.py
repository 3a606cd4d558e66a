"""The checkable particulars of a text, and the mark 【待核实：…】 for what is not known yet."""

from __future__ import annotations

import re
from collections.abc import Iterator

from drafting.language.doc_numbers import DOC_NO
from drafting.model import Fact, FactKind

MARK = "【待核实[^【】]*】"
"""What is still to be found out, as this product writes it: 【待核实：数量】."""

REFERENCE = re.compile(r"〔(\d{1,2})〕")
"""The number that ties words of an answer to their source: 〔3〕."""

# …and 【】 as people leave it behind.
_PENDING = re.compile(rf"{MARK}|【\s*】")

_UNIT_WORDS = (
    "万平方米 平方公里 平方米 立方米 公顷 亩 公里 千米 米 万元 亿元 元 万人次 "
    "人次 万人 人 名 户 家次 家 个月 个百分点 个 项 件 场次 场 车次 次 辆 "
    "台（套） 台 套 处 座 所 张 条 批 周年 周岁 天 日 月 年 岁 吨 公斤 "
    "千瓦时 千瓦 小时 分钟 倍 类 期 份 册 支 只 株 头 口 间 层 栋 幢 部 "
    "班次 班 趟 平方 片 级 块 棵 盏 节 篇 本 枚 对 组 排 列 轮 百分点 折"
).split()
# Longest first: 36个月 is no 36个, 1.2个百分点 no 1.2个.
_UNITS = "|".join(sorted(_UNIT_WORDS, key=len, reverse=True))
_FIGURE = re.compile(
    rf"(?<![\dA-Za-z.〔第])\d+(?:,\d{{3}})*(?:\.\d+)?\s*(?:[—～~至到-]\s*\d+(?:\.\d+)?\s*)?"
    rf"(?:[多余]?[万亿]?[多余]?(?:{_UNITS})|%|％|‰|[万亿](?:多|余)?)"
)
_DATE = re.compile(
    r"(?:19|20)\d{2}年(?:\d{1,2}月(?:\d{1,2}日|上旬|中旬|下旬|底|末)?|(?:上|下)半年|[一二三四]季度|底|末)?"
    r"(?:[—～至](?:19|20)\d{2}年)?"
    r"|(?<!\d)\d{1,2}月(?:\d{1,2}日|上旬|中旬|下旬|底|末|份)?|(?<!\d)\d{1,2}[时点](?:\d{1,2}分)?"
)
_YEAR = re.compile(r"(?:19|20)\d{2}")
_COMPARED = ("由", "从", "比", "较")
_BEGINNING = re.compile(r"(?:以来|起|开始|至今)")
_LASTING = re.compile(r"岁$|^24小时$")
# 30户以上自然村 says which villages are meant; 新增泊位500个以上 says how many there are.
_THRESHOLD = re.compile(r"(?:\s*[（(]含[^）)]{0,4}[）)])?及?以[上下内外](?=的?[\u4e00-\u9fff])")
_NEAR = 4
_REACHED = re.compile(r"(?:达到?|超过?|新增|增加|建成|完成|共有?)$")
_TITLE = re.compile(r"《[^《》]+(?:《[^《》]+》[^《》]*)*》")
_PATTERNS: tuple[tuple[FactKind, re.Pattern[str]], ...] = (
    ("title", _TITLE),
    ("doc_no", DOC_NO),
    ("date", _DATE),
    ("figure", _FIGURE),
)


def find_facts(text: str) -> list[Fact]:
    """Return titles, document numbers, dates and figures of ``text`` in order, none overlapping.

    What stands in 【待核实：…】 is no fact; a year inside a title or number belongs to that.
    """
    taken = bytearray(len(text))  # a mark for each character, so that long texts stay linear
    for start, end in pending_spans(text):
        taken[start:end] = b"\1" * (end - start)
    facts: list[Fact] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                facts.append(Fact(kind, match[0], start, end))
    return sorted(facts, key=lambda fact: fact.start)


def pending(text: str) -> list[str]:
    """Return what is marked 待核实 in ``text``, as marked, in order."""
    return [match[0] for match in _PENDING.finditer(text)]


def without_pending(text: str) -> str:
    """Return ``text`` without its 待核实 marks."""
    return _PENDING.sub("", text)


def pending_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the 待核实 marks stand."""
    for match in _PENDING.finditer(text):
        yield match.span()


def mark_pending(what: str) -> str:
    """Return the mark for ``what`` is still to be found out."""
    return f"【待核实：{re.sub(r'[【】]', '', what).strip()}】"


def mark_stale(passage: str, year: int | None) -> str:
    """Return ``passage`` with its figures set in 待核实 marks that keep the old wording.

    ``year`` is that of the source, for figures that have no year of their own before them:
    ``1200个`` becomes ``【待核实：原文为1200个（2024年）】``. Ages, hours of service and thresholds
    (30户以上自然村) say for whom and when, and do not age.
    """
    out, place = [], 0
    source = year
    once: int | None = None
    for fact in find_facts(passage):
        if "。" in passage[place : fact.start]:
            # The year of a figure is that of its sentence, else of the document.
            year = source
        if fact.kind == "date" and (stated := _YEAR.match(fact.text)):
            if _BEGINNING.match(passage, fact.end):
                continue
            before = year
            year = min(int(stated[0]), source) if source else int(stated[0])
            # 由2021年的27%升到55%: the earlier year is that of the first figure only.
            once = before if passage[: fact.start].endswith(_COMPARED) else None
        if fact.kind != "figure" or _LASTING.search(fact.text) or _is_threshold(passage, fact):
            continue
        out.append(passage[place : fact.start])
        out.append(mark_pending(f"原文为{fact.text}" + (f"（{year}年）" if year else "")))
        place = fact.end
        if once is not None:
            year, once = once, None
    return "".join([*out, passage[place:]])


def _is_threshold(passage: str, fact: Fact) -> bool:
    """Whether a figure tells which things are meant: 30户以上自然村, not 达到30户以上."""
    before = passage[max(0, fact.start - _NEAR) : fact.start]
    return bool(_THRESHOLD.match(passage, fact.end)) and not _REACHED.search(before)
