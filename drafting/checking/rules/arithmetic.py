"""Figures that do not agree with each other (rules N20, N21, N25, N28, N29)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from drafting.checking.engine.rule import Hit, Paragraph, Rule, pattern, where
from drafting.language.numerals import Quantity, quantity_of
from drafting.language.particulars import find_facts

_SUMS = "前后一致；分项之和应等于总数"
_TOTAL_AFTER = re.compile(r"(?:，|、)(?:总?共计?(?![享同建管治])|合计|总计)(?:[一-鿿]{0,8}?)$")
_SENTENCE = re.compile(r"[^。；！？\n]{1,600}")
_AMONG = re.compile("其中")
_BETWEEN_AFTER = re.compile(r"[、，]?[一-鿿（）“”]{0,16}")
_BETWEEN_BEFORE = re.compile(r"[、，：]?[一-鿿（）“”]{0,16}")


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure of a sentence: where it stands, and what it is worth."""

    start: int
    end: int
    worth: Quantity


def _figures(text: str) -> list[_Figure]:
    """The figures of a sentence that count something, in any writing; ranges have no sum."""
    found = []
    for fact in find_facts(text):
        worth = quantity_of(fact.text) if fact.kind == "figure" else None
        if worth and worth.unit and worth.upto is None:
            found.append(_Figure(fact.start, fact.end, worth))
    return found


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _in(unit: Quantity, value: Fraction) -> str:
    """``value`` in the unit as ``unit`` prints it."""
    number = value / unit.size
    return _plain(Decimal(number.numerator) / Decimal(number.denominator))


def _added(parts: Sequence[_Figure]) -> Fraction:
    return sum((part.worth.value for part in parts), Fraction(0))


def _sums(line: Paragraph) -> Iterator[Hit]:
    """A、B、C，共N: the parts must make the total. N，其中A、B: they must not exceed it."""
    for sentence in _SENTENCE.finditer(line.text):
        if not re.search(r"其中|共|计", sentence[0]):
            continue
        figures = _figures(sentence[0])
        if len(figures) >= 3:
            yield from _total_after(sentence, figures)
            yield from _total_before(sentence, figures)


def _total_after(sentence: re.Match[str], figures: list[_Figure]) -> Iterator[Hit]:
    """…12个、…8个、…5个，共25个, nothing but names between the parts."""
    for at, total in enumerate(figures):
        if not _TOTAL_AFTER.search(sentence[0][: total.start][-14:]):
            continue
        parts: list[_Figure] = []
        for part in reversed(figures[:at]):
            nearer = parts[-1] if parts else total
            between = sentence[0][part.end : nearer.start]
            if part.worth.unit != total.worth.unit or not _BETWEEN_AFTER.fullmatch(between):
                break
            parts.append(part)
        added, worth = _added(parts), total.worth
        if len(parts) >= 2 and added != worth.value:
            yield _at(
                sentence,
                total,
                f"前面各项合计{_in(worth, added)}，此处为{_in(worth, worth.value)}，请核对",
            )


def _total_before(sentence: re.Match[str], figures: list[_Figure]) -> Iterator[Hit]:
    for among in _AMONG.finditer(sentence[0]):
        before = [one for one in figures if one.end <= among.start()]
        after = [one for one in figures if one.start >= among.end()]
        if not before or among.start() - before[-1].end > 4:
            continue
        total = before[-1]
        parts: list[_Figure] = []
        for part in after:
            nearer = parts[-1].end if parts else among.end()
            between = sentence[0][nearer : part.start]
            if part.worth.unit != total.worth.unit or not _BETWEEN_BEFORE.fullmatch(between):
                break
            parts.append(part)
        added, worth = _added(parts), total.worth
        # 其中 need not name all parts: only more than the whole is certainly wrong; and one of them
        # may count something else (停车场41个、泊位6240个).
        stranger = any(added - part.worth.value == worth.value for part in parts)
        if len(parts) >= 2 and added > worth.value and worth.unit != "%" and not stranger:
            yield _at(
                sentence,
                total,
                f"“其中”各项合计{_in(worth, added)}，多于总数{_in(worth, worth.value)}，请核对",
            )


def _at(sentence: re.Match[str], total: _Figure, message: str) -> Hit:
    opens = sentence.start()
    return Hit(opens + total.start, opens + total.end, message=message)


_RISE = re.compile(
    r"[从由](?:\d{4}年的?)?(?:[一-鿿]{0,8}?)(?P<old>\d{1,9}(?:\.\d{1,4})?)(?P<unit>万?[一-鿿]{1,3}?)"
    r"(?:，)?(?P<way>增加|增长|提高|提升|上升|扩大|减少|下降|降低|缩短|压缩)(?:到|至)了?(?:\d{4}年的?)?(?:[一-鿿]{0,4}?)"
    r"(?P<new>\d{1,9}(?:\.\d{1,4})?)(?P=unit)，(?:同比|年均)?"
    r"(?:增长|增幅达?|增加|提高|提升|上升|减少|下降|降低|降幅达?|缩短|压缩)了?"
    r"(?P<rate>\d{1,4}(?:\.\d{1,3})?)[%％]"
)


def _rates(line: Paragraph) -> Iterator[Hit]:
    """从A增加到B，增长R%: R must be what A and B give, to the digits it shows."""
    for found in _RISE.finditer(line.text):
        old, new, rate = (Decimal(found[name]) for name in ("old", "new", "rate"))
        if not old or "年均" in found[0]:
            continue
        true = abs(new - old) / old * 100
        digits = len(found["rate"].partition(".")[2])
        if abs(true - rate) > Decimal(10) ** -digits:
            right = _plain(true.quantize(Decimal(10) ** -digits))
            yield Hit(
                *found.span("rate"),
                message=f"由{found['old']}到{found['new']}应为{right}%，请核对",
            )  # fmt: skip


_WHOLE = 100


def _shares(line: Paragraph) -> Iterator[Hit]:
    """分别占A%、B%和C%: together no more than the whole."""
    for found in re.finditer(
        r"分别占(?:[一-鿿]{0,8}?的?)((?:\d{1,3}(?:\.\d{1,3})?[%％][、和，]?){2,12})", line.text
    ):
        added = sum(map(Decimal, re.findall(r"\d{1,3}(?:\.\d{1,3})?", found[1])), Decimal(0))
        # Rounding may add a little.
        if added > _WHOLE + 1:
            yield Hit(*found.span(1), message=f"各项占比合计{_plain(added)}%，超过100%，请核对")


RULES: tuple[Rule, ...] = (
    Rule(
        "N20", "分项与总数不符", "warn", "notice", _SUMS,
        "分项与总数不符，请核对",
        example="新建泊位75个、改建泊位17个、共享泊位28个，共130个。",
        counter="新建泊位75个、改建泊位17个、共享泊位28个，共120个。新增300个，其中路内120个。",
        find=_sums, ignores=frozenset(("number",)),
    ),
    Rule(
        "N21", "增幅与前后数值不符", "warn", "notice", "前后一致",
        "增幅与前后数值不符，请核对",
        example="泊位由1000个增加到1200个，增长25%。",
        counter="泊位由1000个增加到1200个，增长20%；由3家增加到4家，增长33.3%。",
        find=where("[%％]")(_rates), ignores=frozenset(("number",)),
    ),
    Rule(
        "N28", "占比合计超过100%", "warn", "notice", _SUMS,
        "占比合计超过100%，请核对",
        example="新建、改建、共享泊位分别占60%、30%和20%。",
        counter="新建、改建、共享泊位分别占60%、30%和10%。",
        find=where("分别占")(_shares), ignores=frozenset(("number",)),
    ),
    Rule(
        "N29", "并列金额缺“分别”", "hint", "confirm", "语义完整",
        "并列的金额前宜加“分别”",
        example="考核优秀、良好的每人给予3万元、1万元的补助。",
        counter="考核优秀、良好的每人分别给予3万元、1万元的补助。",
        find=pattern(
            r"(?<!分别)(?<!分别一次性)(?<!分别最高)(给予)(?=(?:[一-鿿]{1,4})?\d{1,6}(?:\.\d{1,2})?万?元、\d{1,6}(?:\.\d{1,2})?万?元)",
            "分别给予", group=1,
        ),
    ),
    Rule(
        "N25", "电话号码中用长横线", "warn", "confirm", "GB/T 15834-2011 4.13（连接号）",
        "区号与号码之间用短横线：“{right}”",
        example="联系电话：0789—8213306。",
        counter="联系电话：0789-8213306。",
        find=pattern(r"(?<!\d)(0\d{2,3})[—－–](?=\d{7,8}(?!\d))", r"\1-"),
        scope=frozenset(("body", "table", "tail")),
    ),
)  # fmt: skip
