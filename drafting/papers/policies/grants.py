"""Sums of money in a policy: who gets what, up to how much, on which condition.

A sum counts where it is given: 给予、奖补、补助 … lead to it, or 最高、不超过 bound it. A threshold
(产值达100万元后), a price and a budget (安排专项资金1500万元) are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from drafting.language.dates import find_dates
from drafting.language.late import late
from drafting.language.numerals import find_figures, quantity_of
from drafting.model import Grant

_EACH = late(r"[/∕／每][\u4e00-\u9fff]{1,2}")
# The unit that the numbers of a list share: 50、20、10万元.
_SHARED = late(r"[亿千百万]*元")
_GIFT = r"奖励|奖补|补助|资助|补贴|补偿|贴息|扶持|支持|奖金"
_GIVES = rf"给予|予以|{_GIFT}|发给|发放|拨付|总额|奖(?=\d)|补(?=\d)"
_BOUND = r"最高|不超过|上限(?:为)?"
_LED_TO = late(
    rf"(?:{_GIVES}|{_BOUND})"
    r"(?:(?!达到?|超过|以上|低于|不少于|由|增加|规模|申请|争取)[^，。；]){0,24}?$"
)
_GIVEN_AFTER = late(rf"^(?:[/∕／][\u4e00-\u9fff]{{1,2}})?(?:的)?(?:标准)?(?:给予|予以)?(?:{_GIFT})")
_AT_MOST = late(rf"(?:{_BOUND})[^，。；]{{0,12}}$")
# Sums that stand in the same words and are given to nobody.
_NOT_GIVEN = late(
    r"(?:财政|资金|经费|预算)[^，。；]{0,10}安排[^，。；]{0,30}$|共安排[^，。；]{0,20}$|规模$"
    r"|(?:申请|争取|上级|省级|中央)[^，。；]{0,4}(?:补助|资金|奖补)$"
    r"|(?:票价|收费|服务费|价格|包月|押金|罚款)[^，。；]{0,20}$"
)
_THRESHOLD = late(r"^(?:及?以上|以下|后(?!补助)|[^，。；]{0,8}贷款(?!贴息))")
_WHAT = late(
    r"^(?:[/∕／][\u4e00-\u9fff]{1,2})?(?:以内)?(?:的)?(?P<what>[\u4e00-\u9fff]{0,12}?"
    r"(?:奖补|奖励|补助|资助|补贴|补偿|贴息|经费|资金|奖金|扶持))"
)
_KINDS = late(rf"生活补助|贷款贴息|风险补偿|{_GIFT}")
_GIVEN = late(
    r"(?:采取[^，。；]{2,10}方式|一次性|分别|连续[^，。；]{0,3}年|每年|当年|每月|按照?[^，。；]{1,24}?"
    r"|(?:单个|同一|每)[^，。；]{1,4})*"
    rf"(?:{_GIVES}|{_BOUND})|(?:按照?|每[^，。；]{{1,3}})[^，。；]*$"
)
_WHOM = late(r"^(?:[^，。；]{0,16}，)?(?:每年)?(?:对于?|给|向|为)(?P<who>[^。；]+)$")
_NOUN = (
    "企业|机构|单位|个人|农户|合作社|家庭农场|项目|平台|园区|孵化器|院校|高校|团队|博士|学校|医院|银行|"
    "投资者|主体|村集体|幼儿园|老年人|老人|人员|家庭|学生|居民|医生|人才|家庭照护者|对象|毕业生|产品|茶园"
)
_BENEFICIARY = late(rf"(?:单个)?(?:{_NOUN})")
_CONDITION = late(r"(?:后|的|起|时|合格|达标|以上|以后|之日)$|^(?:经|自|须|凡|当年)|验收|认定|承诺")
_LEVELS = late(
    r"(?P<levels>[^，。；、和]{1,12}(?:、[^，。；、和]{1,12})*(?:和|及|、)[^，。；、和]{1,12}?级)"
    r"(?P<noun>[^，。；]*)"
)
_BEFORE_SUM = late(
    rf"(?:(?:单个|同一|每)[\u4e00-\u9fff]{{1,4}}?(?:每年|每月)?)?(?:另?(?:给予|发给|{_GIFT}))?"
    r"(?:最高)?(?:不超过)?$"
)
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class _Sum:
    """A figure as printed, with what it is for each of (/亩); ``unit`` is "元", or "" in a list."""

    start: int
    end: int
    text: str
    unit: str


def find_grants(text: str) -> tuple[Grant, ...]:
    """Return the sums that ``text`` promises to give, in order."""
    if "元" not in text:
        return ()
    found: list[Grant] = []
    for sentence in re.split(r"[。；;\n]", text):
        if "元" in sentence and len(sentence) <= _LONGEST:
            found += _of_sentence(sentence)
    return tuple(found)


def _of_sentence(sentence: str) -> Iterator[Grant]:
    who, condition, start = "", "", 0
    for group in _groups(sentence):
        # Each sum may name its own taker; where it does not, the one before holds on.
        named, asked = _who(sentence[start : group[0].start])
        who, condition = named or who, asked or ("" if named else condition)
        start = group[-1].end
        before, after = sentence[: group[0].start], sentence[start:]
        at_most = bool(_AT_MOST.search(before)) or after.startswith("以内")
        kind = _kind(before, after)
        for place, (name, money) in enumerate(zip(_names(who, len(group)), group, strict=True)):
            yield Grant(
                name, kind, _yuan(money, group[place:]), _printed(money, group[place:], before),
                condition, at_most,
            )  # fmt: skip


def _sums(sentence: str) -> Iterator[_Sum]:
    """Yield the sums of money of a sentence, and the numbers without a unit that may be such.

    数十万元 says no sum.
    """
    dates = list(find_dates(sentence))
    for start, end in find_figures(sentence):
        worth = quantity_of(sentence[start:end])
        dated = any(first < end and start < last for first, last in dates)
        if worth is None or worth.unit not in ("元", "") or dated or sentence[start] in "数几":
            continue
        each = _EACH.match(sentence, end)
        last = each.end() if each and worth.unit else end
        yield _Sum(start, last, sentence[start:last], worth.unit)


def _groups(sentence: str) -> Iterator[list[_Sum]]:
    """Yield the lists of sums given together: ``50万元、20万元、10万元`` is one list."""
    group: list[_Sum] = []
    for money in _sums(sentence):
        if group and re.fullmatch(r"[、和及或]", sentence[group[-1].end : money.start]):
            group.append(money)
            continue
        if _is_given(sentence, group):
            yield group
        group = [money]
    if _is_given(sentence, group):
        yield group


def _is_given(sentence: str, group: list[_Sum]) -> bool:
    if not group or not group[-1].unit:
        return False
    before, after = sentence[: group[0].start], sentence[group[-1].end :]
    if _THRESHOLD.match(after) or _NOT_GIVEN.search(before):
        return False
    return bool(_LED_TO.search(before) or _GIVEN_AFTER.match(after))


def _who(before: str) -> tuple[str, str]:
    """Return ``(who, condition)`` from what stands before a sum."""
    # What leads to the sum stands behind the last condition: 支持……项目，获评……的，奖励
    given = _GIVEN.search(before, max(before.rfind("的，"), before.rfind("后，")) + 1)
    head = before[: given.start()] if given else before
    who, conditions = "", []
    for part in re.split(r"[，,：]", head):
        aimed = _WHOM.match(part)
        phrase = (aimed["who"] if aimed else part).strip()
        lead = _BENEFICIARY.match(phrase)
        if phrase.endswith("的"):
            conditions.append(phrase[:-1])
            who = who or (lead[0] if lead else "")
        elif aimed:
            who = who or phrase
        elif _CONDITION.search(phrase) and not lead:
            conditions.append(phrase)
        elif not who and _BENEFICIARY.search(phrase) and len(phrase) <= 40:
            who = phrase
    return who, "，".join(conditions)


def _names(who: str, count: int) -> list[str]:
    """Part ``国家级、省级和市级孵化器`` into three where three sums are given."""
    found = _LEVELS.search(who) if count > 1 else None
    levels = re.split(r"[、和及]", found["levels"]) if found else []
    if found is None or len(levels) != count:
        return [who] * count
    # 新认定的国家级、省级: the first level carries what is said of all.
    common, _, levels[0] = levels[0].rpartition("的")
    common = f"{who[: found.start()]}{common}{'的' if common else ''}"
    return [f"{common}{level}{found['noun']}" for level in levels]


def _kind(before: str, after: str) -> str:
    """Return what is given: 奖补, 生活补助, 贷款贴息 …, as the words around the sum name it."""
    behind = _WHAT.match(after)
    if behind:
        return re.sub(r"^(?:的|给予|予以|标准|进行)+", "", behind["what"])
    kinds = _KINDS.findall(before)
    return kinds[-1] if kinds else ""


def _yuan(money: _Sum, following: list[_Sum]) -> float:
    """Return the sum in yuan, of a span the upper end; a list may name its unit at its end."""
    worth = quantity_of(_EACH.sub("", money.text) + _unit_of(money, following))
    if worth is None:
        raise ValueError(money.text)
    return round(float(worth.value if worth.upto is None else worth.upto), 2)


def _unit_of(money: _Sum, following: list[_Sum]) -> str:
    """The unit that a number in a list shares with the sums behind it; "" where it has its own."""
    if money.unit:
        return ""
    shared = _SHARED.search(next(one.text for one in following if one.unit))
    return shared[0] if shared else ""


def _printed(money: _Sum, following: list[_Sum], before: str) -> str:
    lead = _BEFORE_SUM.search(before)
    return f"{lead[0] if lead else ''}{money.text}{_unit_of(money, following)}"
