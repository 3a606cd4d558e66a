"""The checkable particulars of a text, and the mark 【待核实：…】 for what is not known yet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import lru_cache

from drafting.language.dates import Period, find_dates, find_years, period_of
from drafting.language.doc_numbers import STANDARD, find_doc_nos
from drafting.language.naming.units import LISTED
from drafting.language.numerals import Quantity, find_figures, fold_digits, quantity_of
from drafting.language.spans import Span
from drafting.language.tables import serial_numbers
from drafting.model import Fact, FactKind

MARK = "【待核实[^【】]*】"
"""What is still to be found out, as this product writes it: 【待核实：数量】."""

REFERENCE = re.compile(r"〔(\d{1,2})〕")
"""The number that ties words of an answer to their source: 〔3〕."""

# …and 【】 as people leave it behind.
_PENDING = re.compile(rf"{MARK}|【\s*】")

_COMPARED = ("由", "从", "比", "较")
_BEGINNING = re.compile(r"(?:以来|起|开始|至今)")
# 30户以上自然村 says which villages are meant; 新增泊位500个以上 says how many there are.
_THRESHOLD = re.compile(r"(?:\s*[（(]含[^）)]{0,4}[）)])?及?以[上下内外](?=的?[\u4e00-\u9fff])")
_NEAR = 4
_REACHED = re.compile(r"(?:达到?|超过?|新增|增加|建成|完成|共有?)$")
_TITLE = re.compile(r"《[^《》]+(?:《[^《》]+》[^《》]*)*》")
_TAKEN = "\ue000"
"""Stands for each character of what is no date or figure any more: of a title, of a mark."""
# The paper's own date and number: alone on their line, behind their label, before 印发.
_OWN_BEFORE = re.compile(
    r"(?:(?:发布|生成|成文|印发|发文|更新|公开|上传|收文)(?:日期|时间)|文号|字号)[ \u3000:：|]*$"
    r"|(?:日期|时间|编号|分类)[ \u3000]*[:：][ \u3000|]*$"
    rf"|^[ \u3000|]*[\u4e00-\u9fff（）、]{{3,40}}(?:{LISTED})[ \u3000]+$"
    r"|\d{4}([-/.])\d\d?\1\d\d?[ \u3000]+$"
)
_OWN_BEHIND = re.compile(
    r"[ \u3000]*(?:[A-D]类|印发[ \u3000|]*(?:\n|$)|\d{1,2}:\d\d"
    r"|(?:阅读|浏览|来源|作者|编辑|点击|字体|字号))"
)
_BLANK = " \u3000\t|•·"
_NEAR_LINE = 48
_ALWAYS = Quantity(Fraction(24), "小时")
# Parts, ratios and multiples are rules and manners of speaking (按成本的一半收取, 配比1∶1.2, 处三倍
# 罚款), unless their clause tells what was reached with them (四分之三的学校已完成).
_PORTION = re.compile(
    r"一半|过?半数|[^百千万]+分之.+|\d+[/／]\d+|[\d.]+[:：∶比].+|翻了?.+番|.+[倍番折]半?"
)
_REACHED_WITH = re.compile(
    r"已|目前|现有|完成|达到?|[占增升降减]|翻|实现|建成|覆盖|同比|有了|(?<=[的率量额度数])为|共有"
)
_CLAUSE = re.compile(r"[，。；：！？\n]")


def find_facts(text: str) -> list[Fact]:
    """Return titles, document numbers, dates and figures of ``text`` in order, none overlapping.

    What stands in 【待核实：…】 is no fact; a year inside a title or number belongs to that.
    Neither are the number and the date that a paper carries of its own, on their own line.
    """
    left = _blanked(text, pending_spans(text))
    left = _blanked(left, serial_numbers(left))
    titles = [match.span() for match in _TITLE.finditer(left)]
    left = _blanked(left, titles)
    numbers = sorted((*find_doc_nos(left), *(one.span() for one in STANDARD.finditer(left))))
    left = _blanked(left, numbers)
    dates = list(find_dates(left))
    facts = _facts("title", text, titles) + _facts("doc_no", text, numbers)
    facts += _facts("date", text, dates)
    facts += _facts("figure", text, find_figures(_blanked(left, dates)))
    return sorted((one for one in facts if not _is_own(text, one)), key=lambda fact: fact.start)


def _facts(kind: FactKind, text: str, spans: Iterable[Span]) -> list[Fact]:
    return [Fact(kind, text[start:end], start, end) for start, end in spans]


def _blanked(text: str, spans: Iterable[Span]) -> str:
    """``text`` with the characters of ``spans`` taken, so that places stay and time is linear."""
    parts, place = [], 0
    for start, end in spans:
        parts += [text[place:start], _TAKEN * (end - start)]
        place = end
    return "".join([*parts, text[place:]])


def _is_own(text: str, fact: Fact) -> bool:
    """Whether a number or date is the paper's own: alone on its line, labelled, before 印发."""
    if fact.kind not in ("date", "doc_no"):
        return False
    before = text[max(fact.start - _NEAR_LINE, 0) : fact.start].rpartition("\n")
    behind = text[fact.end : fact.end + _NEAR_LINE].partition("\n")
    if _OWN_BEFORE.search(before[2]) or _OWN_BEHIND.match(text, fact.end):
        return True
    # A field that holds a date alone is no paper; a line of a longer text is one of its own.
    alone = not before[2].strip(_BLANK) and not behind[0].strip(_BLANK)
    return alone and bool(before[1] or behind[1])


@lru_cache(maxsize=8_192)
def value_of(words: str) -> Quantity | Period | None:
    """Return what a figure is worth or which days a date means; ``None`` for all else."""
    if list(find_dates(words)) == [(0, len(words))]:
        return period_of(words)
    return quantity_of(words)


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
    ``1200个`` becomes ``【待核实：原文为1200个（2024年）】``; what does not age (:func:`ages`)
    stays.
    """
    out, place = [], 0
    source = year
    once: int | None = None
    for fact in find_facts(passage):
        if "。" in passage[place : fact.start]:
            # The year of a figure is that of its sentence, else of the document.
            year = source
        if fact.kind == "date" and (stated := next(find_years(fact.text), None)):
            if _BEGINNING.match(passage, fact.end):
                continue
            before = year
            year = min(stated[1], source) if source else stated[1]
            # 由2021年的27%升到55%: the earlier year is that of the first figure only.
            once = before if passage[: fact.start].endswith(_COMPARED) else None
        if fact.kind != "figure" or not ages(passage, fact):
            continue
        out.append(passage[place : fact.start])
        out.append(mark_pending(f"原文为{fact.text}" + (f"（{year}年）" if year else "")))
        place = fact.end
        if once is not None:
            year, once = once, None
    return "".join([*out, passage[place:]])


def ages(text: str, fact: Fact) -> bool:
    """Whether a figure of ``text`` was true of one time and may be another by now.

    Ages, hours of service and thresholds (30户以上自然村) say for whom and when; parts, ratios and
    multiples (压缩一半, 配比1∶1.2) are of no time where their clause does not say what was reached.
    """
    if _lasts(fact) or _is_threshold(text, fact):
        return False
    if not _PORTION.fullmatch(fold_digits(fact.text)):
        return True
    before = _CLAUSE.split(text[max(fact.start - _NEAR_LINE, 0) : fact.start])[-1]
    around = before + _CLAUSE.split(text[fact.end : fact.end + _NEAR_LINE], maxsplit=1)[0]
    return bool(_REACHED_WITH.search(around)) or "番" in fact.text


def _lasts(fact: Fact) -> bool:
    """Whether a figure says for whom or when, and does not age: an age, hours of service."""
    worth = quantity_of(fact.text)
    return worth is not None and (worth.unit == "岁" or worth.same_as(_ALWAYS))


def _is_threshold(passage: str, fact: Fact) -> bool:
    """Whether a figure tells which things are meant: 30户以上自然村, not 达到30户以上."""
    before = passage[max(0, fact.start - _NEAR) : fact.start]
    return bool(_THRESHOLD.match(passage, fact.end)) and not _REACHED.search(before)
