"""A proposal of invented people, with a reading of it that is unsure where a reading may be."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from drafting.intake.nouns import FieldReading, Intake, LeftOut, Listing, ListReading, Place
from drafting.model import Proposal, Proposer, Suggestion

TEXT = """关于缓解老旧片区停车难的提案
区政协十届五次会议　第118号
提案者：路遥岑（经济界）　电话：13800001228
联名：井和平、蔺若溪
主办单位：青岚区城市管理局
一、基本情况
近年来，老旧片区车辆增长快，夜间停车尤其困难。
二、存在问题
（一）泊位总量不足。六个片区三辆车争一个泊位。
（二）单位泊位夜间空置。居民不知道能不能停。
三、建议
（一）开放机关大院。可以借鉴邻区做法，夜间向居民开放单位泊位。
（二）挖掘存量空间。建议在桥下、边角地施划限时泊位。
（三）清理私占泊位。对地锁、杂物逐一清理。
同时要加强巡查，防止清理后反弹。
希望区财政对开放泊位的单位给予补助。
（四）建设智慧停车平台。接入商场、医院的泊位数据。"""


def place(words: str, start: int = 0) -> Place:
    """Where ``words`` stand in the text."""
    at = TEXT.index(words, start)
    return Place(at, at + len(words))


def listing(how: str, *items: tuple[str, str, str]) -> Listing:
    suggestions, places, at = [], [], TEXT.index("二、存在")
    for label, head, detail in items:
        suggestions.append(Suggestion(label or None, head, detail))
        found = place(label + head + ("。" + detail if detail else ""), at)
        places.append(found)
    return Listing(tuple(suggestions), tuple(places), how)


FOUR = listing(
    "“三、建议”下编号的4条",
    ("（一）", "开放机关大院", "可以借鉴邻区做法，夜间向居民开放单位泊位。"),
    ("（二）", "挖掘存量空间", "建议在桥下、边角地施划限时泊位。"),
    ("（三）", "清理私占泊位", "对地锁、杂物逐一清理。"),
    ("（四）", "建设智慧停车平台", "接入商场、医院的泊位数据。"),
)
ASKING = listing(
    "按“建议、希望、要”分的句子",
    ("", "建议在桥下、边角地施划限时泊位", ""),
    ("", "同时要加强巡查，防止清理后反弹", ""),
    ("", "希望区财政对开放泊位的单位给予补助", ""),
)
LEFT = tuple(
    LeftOut(words, place(words))
    for words in ("同时要加强巡查，防止清理后反弹。", "希望区财政对开放泊位的单位给予补助。")
)
DOUBTS = ("第（三）条后面还有 2 句像是建议，没有编号。",)
PROPOSAL = Proposal(
    session="区政协十届五次会议",
    item_no="118",
    subject="关于缓解老旧片区停车难的提案",
    proposers=(
        Proposer("路遥岑", sector="经济界", phone="13800001228", address="青岚区文庙街9号"),
        Proposer("井和平", part="联名"),
        Proposer("蔺若溪", part="附议"),
    ),
    handling_unit="青岚区城市管理局",
    co_units=("区住建局",),
    assigned=dt.date(2026, 10, 26),
    suggestions=FOUR.suggestions,
    text=TEXT,
)
FIELDS = {
    "matter": FieldReading("推测", place("提案"), "见标题"),
    "session": FieldReading("读出", place("区政协十届五次会议")),
    "item_no": FieldReading("读出", place("第118号")),
    "subject": FieldReading("读出", place("关于缓解老旧片区停车难的提案")),
    "proposers": FieldReading("读出", place("路遥岑")),
    "handling_unit": FieldReading("读出", place("青岚区城市管理局")),
    "co_units": FieldReading("推测", None, "与往年同类提案相同"),
    "assigned": FieldReading("读出"),
    "due": FieldReading(),
}
UNSURE = Intake(PROPOSAL, FIELDS, ListReading(FOUR, (ASKING,), LEFT, DOUBTS))
SURE = Intake(PROPOSAL, FIELDS, ListReading(FOUR))
PROSE = Intake(
    replace(PROPOSAL, suggestions=()),
    FIELDS,
    ListReading(left_out=LEFT, doubts=("原文没有编号，也没有“建议”一节。",)),
)
"""Sentences that ask, but no list."""
