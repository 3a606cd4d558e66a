"""A sheet of an invented matter, as a model is shown it."""

from __future__ import annotations

import datetime as dt

from drafting.answering.local_model.nouns import Sheet, Shown, Slot
from drafting.answering.local_model.sheet import masked
from drafting.answering.passages.sources import SourceStatus, who_we_are
from drafting.model import Kind, Passage, Proposal, Suggestion

TODAY = dt.date(2026, 11, 28)
UNIT = "青岚区城市管理局"
REPLY = Passage(
    1,
    "答复-2026-31",
    Kind.REPLY,
    "关于缓解停车难提案的答复",
    "今年，我局在南屏街道光明村和平路新建停车泊位120个，总投资860万元，由副局长苏明远牵头。"
    "会同区住房和城乡建设局推动机关大院夜间开放，部分单位已启动，完成12处。"
    "下一步将建设智慧停车平台。",
    issuer=UNIT,
    date=dt.date(2026, 6, 1),
)
POLICY = Passage(
    2,
    "政策-2026-8",
    Kind.POLICY,
    "青岚区停车设施建设三年行动计划",
    "到2028年，新增公共停车泊位3000个，推动商业停车场错时共享，建立停车信息平台。",
    issuer="青岚区人民政府",
    doc_no="青政发〔2026〕8号",
    date=dt.date(2026, 3, 1),
)
ELSEWHERE = Passage(
    3,
    "外地-1",
    Kind.REPLY,
    "关于停车问题的答复",
    "我局新建停车楼3座，新增泊位900个。",
    issuer="云岭市城市管理局",
    date=dt.date(2026, 2, 1),
)
_DONE: frozenset[Slot] = frozenset({"done"})
_NEXT: frozenset[Slot] = frozenset({"next_step"})


def sheet_of(*shown: Shown) -> Sheet:
    """Return the sheet of the matter, with these passages or with the usual three."""
    asked = Suggestion("1", "挖掘存量泊位，推动共享停车", "建议商业停车场夜间开放")
    proposal = Proposal(subject="关于缓解停车难的提案", suggestions=(asked,), handling_unit=UNIT)
    usual = (
        shown_as("P1", REPLY, SourceStatus.OWN, _DONE),
        shown_as("P2", POLICY, SourceStatus.OUR_POLICY, _NEXT),
        shown_as("P3", ELSEWHERE, SourceStatus.ELSEWHERE, frozenset()),
    )
    ours = who_we_are(proposal)
    return Sheet(proposal, asked, shown or usual, ours, TODAY, frozenset({UNIT}))


def shown_as(
    id: str, passage: Passage, status: SourceStatus | None, slots: frozenset[Slot]
) -> Shown:
    """Return a passage as a model is shown it."""
    return Shown(id, passage, status, masked(passage.text), slots)
