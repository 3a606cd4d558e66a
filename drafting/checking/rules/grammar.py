"""Frames left half open and lists joined in two ways: slips of the sentence (rules W42–W45, P24…).

Only frames of fixed words are looked for; what needs the sense of a sentence is left to readers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from drafting.checking.engine.rule import BODY, Hit, Paragraph, Rule, pattern
from drafting.language.naming.places import ALL_OF_OURS

_FRAME = "句式完整"
_LIST = "GB/T 15834-2011 4.6（分号）、4.1（句号）"
_HAN = "一二三四五六七八九十"
_ITEM = re.compile(rf"(?:^|(?<=[。；：，]))([{_HAN}]{{1,2}})是(?!否|非)")


def _items(line: Paragraph) -> list[tuple[int, int]]:
    """Where the items 一是…二是… of a line start and end."""
    starts = [found.start() for found in _ITEM.finditer(line.text)]
    return list(pairwise([*starts, len(line.text)])) if starts else []


def _stop_within(line: Paragraph) -> Iterator[Hit]:
    """A full stop inside an item that a semicolon ends."""
    for start, end in _items(line):
        inside = line.text[start : end - 1]
        if line.text[end - 1] == "；" and "。" in inside:
            at = start + inside.index("。")
            yield Hit(at, at + 1)


def _mixed_ends(line: Paragraph) -> Iterator[Hit]:
    """Items of one list of which some end in ； and some in 。, the last one apart."""
    items = _items(line)[:-1]
    ends = [line.text[end - 1] for _, end in items]
    if len(items) >= 2 and {"；", "。"} <= set(ends):
        rarer = min("；。", key=ends.count)
        for (_, end), mark in zip(items, ends, strict=True):
            if mark == rarer:
                yield Hit(end - 1, end)


RULES: tuple[Rule, ...] = (
    Rule(
        "P24", "分号并列的分项内用句号", "hint", "notice", _LIST,
        "分号连接的各项之内不宜用句号",
        example="一是摸清底数。逐街登记；二是规范收费。",
        counter="一是摸清底数，逐街登记；二是规范收费。",
        find=_stop_within, scope=BODY,
    ),
    Rule(
        "P25", "并列分项之间标点不一", "hint", "notice", _LIST,
        "同一组“一是”“二是”之间，分号、句号宜统一",
        example="一是摸清底数；二是新增泊位。三是规范收费；四是加强执法。",
        counter="一是摸清底数；二是新增泊位；三是规范收费。",
        find=_mixed_ends, scope=BODY,
    ),
    Rule(
        "W42", "“集……为一体”缺“集”", "warn", "notice", _FRAME,
        "“为一体”前宜有“集”：集……为一体",
        example="构建“苗圃、孵化器、加速器”为一体的服务链条。",
        counter="构建集苗圃、孵化器、加速器为一体的服务链条。",
        find=pattern(r"(?:构建|打造|形成|建成|建设)[^，。；：集融汇]{2,40}(为一体)", group=1),
    ),
    Rule(
        "W43", "“占……的”缺“的”", "warn", "confirm", _FRAME,
        "比例前宜加“的”：占……的{text}",
        example="占全省制造业创新中心71%。",
        counter="占全省制造业创新中心的71%，占比12%，占全区总量约30%。",
        find=pattern(
            rf"占(?:全国|{ALL_OF_OURS}|总)[一-鿿]{{2,14}}?(?<![的约达近超为比过至])(?<!左右)"
            r"(\d{1,3}(?:\.\d{1,2})?[%％])",
            lambda found: f"的{found[1]}", group=1,
        ),
        ignores=frozenset(("number",)),
    ),
    Rule(
        "W44", "“认定为”缺“被”", "hint", "confirm", _FRAME,
        "宜写作“{right}”",
        example="云湖机电公司等55家企业技术中心认定为市级中心。",
        counter="云湖机电公司等55家企业技术中心被认定为市级中心，已将其认定为示范点。",
        find=pattern(
            r"等\d{1,4}[家个名][一-鿿]{2,10}?(?<![被获经已])(认定为|评为|命名为|列为)",
            r"被\1", group=1,
        ),
    ),
    Rule(
        "W45", "“以……为……”缺“以”", "hint", "confirm", _FRAME,
        "后一分句宜补“以”：“{right}”",
        example="以助企纾困为目的，改善融资环境为目标，开展走访。",
        counter="以助企纾困为目的，以改善融资环境为目标，开展走访，成为重点。",
        find=pattern(
            r"以[^，。；以]{2,16}为(?:目标|目的|导向|重点|核心|抓手|主线|支撑|基础|牵引|引领)，"
            r"([^，。；以将作成]{2,14}为(?:目标|目的|导向|重点|核心|抓手|主线|支撑|基础|牵引|引领))",
            r"以\1", group=1,
        ),
    ),
    Rule(
        "W46", "“有包括”等杂糅", "warn", "confirm", "句式杂糅",
        "“{text}”宜作“{right}”",
        example="目前有包括信用贷等多种产品，涉及面宽多达10余种之多。",
        counter="目前有信用贷等多种产品，多达10余种。",
        find=pattern(
            r"(?<=[前已现])有包括|(?<=多达)(\d{1,4}余?[一-鿿]{1,2})之多",
            lambda found: found[1] or "有",
        ),
    ),
    Rule(
        "W47", "“通过……使……”缺主语", "hint", "notice", "句子应有主语",
        "“通过……，使……”没有主语，宜删去“通过”或“使”",
        example="通过加强巡查，使乱停车现象明显减少。",
        counter="通过加强巡查，乱停车现象明显减少。我局通过培训使用新系统。",
        find=pattern(r"(?:^|(?<=[。；]))(通过[^，。；]{2,30}，使)(?!用|命|得)", group=1),
    ),
)  # fmt: skip
