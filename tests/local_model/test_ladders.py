"""What a source says of a thing is not said higher, nor without its condition or its year."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sheets import TODAY, UNIT, sheet_of, shown_as

from drafting.answering.local_model.guards import check
from drafting.answering.local_model.nouns import Kept, Refused, Sentence, Sheet
from drafting.answering.passages.sources import SourceStatus
from drafting.model import Kind, Passage

MEASURES = (
    "鼓励、支持有条件的社区开设老年食堂。研究建立助餐补贴制度。开展适老化改造，到2027年改造困难老年人家庭600户。"
    "支持机关食堂在保障安全的前提下，向周边老年人开放。村级食堂经乡镇审核同意后，可享受运营补助。"
    "为80岁以上老年人发放助餐补贴。推进助餐点与养老服务站一体建设（其中南屏片区12个，北岭片区9个）。"
)
TOLD = (
    "2023年，我局在南屏片区开展助餐服务试点，组织志愿者为独居老年人送餐。"
    "全区现有助餐点21个（其中南屏片区12个，北岭片区9个）。会同云岭社区服务中心编印了《助餐服务指南（2022版）》。"
)


def _next(text: str) -> Kept | Refused:
    passage = Passage(
        3, "政策", Kind.POLICY, "青岚区养老服务行动方案", MEASURES, issuer="青岚区人民政府",
        date=dt.date(2026, 2, 1),
    )  # fmt: skip
    shown = shown_as("P1", passage, SourceStatus.OUR_POLICY, frozenset({"next_step"}))
    return check(Sentence("next_step", text, ("P1",)), sheet_of(shown))


def _told(written: dt.date = TODAY) -> Sheet:
    passage = Passage(7, "答复", Kind.REPLY, "关于提案的答复", TOLD, issuer=UNIT, date=written)
    return sheet_of(shown_as("P1", passage, SourceStatus.OWN, frozenset({"done"})))


@pytest.mark.parametrize(
    "text",
    [
        "我局将鼓励、支持有条件的社区开设老年食堂。",
        "我局将引导有条件的社区开设老年食堂。",
        "我局将推动有条件的社区开设老年食堂。",
        "我局将研究建立助餐补贴制度。",
        "我局将探索建立助餐补贴制度。",
        "我局将推进适老化改造，到2027年改造困难老年人家庭600户。",
        "我局将到2027年完成困难老年人家庭600户的改造。",
        "按照《青岚区养老服务行动方案》要求，我局将开展适老化改造。",
        "在保障安全的前提下，支持机关食堂向周边老年人开放。",
        "村级食堂经审核同意后，可享受运营补助。",
    ],
)
def test_the_same_rung_or_a_lower_one_stands(text: str) -> None:
    found = _next(text)
    assert isinstance(found, Kept), found


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("我局将要求、支持有条件的社区开设老年食堂。", "把材料里的“鼓励”改成了“要求”"),
        ("我局将督促有条件的社区开设老年食堂。", "把材料里的“鼓励”改成了“督促”"),
        ("我局将推动建立助餐补贴制度。", "把材料里的“研究”改成了“推动”"),
        ("我局将完成适老化改造。", "把材料里的“开展”改成了“完成”"),
        ("支持机关食堂向周边老年人开放。", "略去了材料里的“在保障安全的前提下”"),
        ("我局将每月开展适老化改造。", "“每月”在所引的材料里没有"),
        ("我局将为老年人发放助餐补贴。", "略去了材料里的“80岁以上老年人”"),
        ("村级食堂可享受运营补助。", "略去了材料里的“经乡镇审核同意后”"),
    ],
)
def test_a_higher_one_or_one_without_its_condition_is_refused(text: str, reason: str) -> None:
    found = _next(text)
    assert isinstance(found, Refused), found
    assert found.reason == reason


@pytest.mark.parametrize(
    "text",
    [
        "全区现有助餐点21个（其中南屏片区9个，北岭片区12个）。",
        "全区现有助餐点21个，其中南屏片区9个。",
        "全区现有助餐点12个（其中南屏片区12个，北岭片区9个）。",
        "全区现有助餐点21个（其中南屏片区12个，北岭片区8个）。",
    ],
)
def test_a_figure_in_brackets_is_held_to_what_it_counts(text: str) -> None:
    found = check(Sentence("done", text, ("P1",)), _told())
    assert isinstance(found, Refused), found


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("2023年，我局在南屏片区开展助餐服务试点。", "2023年，我局在南屏片区开展助餐服务试点。"),
        (
            "我局在南屏片区开展助餐服务试点。",
            "我局在南屏片区开展助餐服务试点【待核实：2023年的情况】。",
        ),
        (
            "我局组织志愿者为独居老年人送餐。",
            "我局组织志愿者为独居老年人送餐【待核实：2023年的情况】。",
        ),
        (
            "我局会同云岭社区服务中心编印了《助餐服务指南（2022版）》。",
            "我局会同云岭社区服务中心编印了《助餐服务指南（2022版）》。",
        ),
    ],
)
def test_work_whose_year_is_left_out_is_marked_with_it(text: str, stands: str) -> None:
    found = check(Sentence("done", text, ("P1",)), _told())
    assert isinstance(found, Kept), found
    assert found.text == stands


# ------------------------------------------------------------------ who speaks


def test_a_commission_speaks_of_itself_as_one() -> None:
    sheet = replace(sheet_of(), calls_itself="我委")
    found = check(Sentence("done", "我局在和平路新建停车泊位120个。", ("P1",)), sheet)
    assert isinstance(found, Kept), found
    assert found.text == "我委在和平路新建停车泊位120个。"


CO_UNIT = "青岚区教育局"
LIT = "我局在南屏小学门前新设护学岗6处。"


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("区教育局在南屏小学门前新设护学岗6处。", True),
        (f"{CO_UNIT}在南屏小学门前新设护学岗6处。", True),
        ("我局在南屏小学门前新设护学岗6处。", False),
        ("在南屏小学门前新设护学岗6处。", False),
    ],
)
def test_what_a_co_handling_unit_did_is_told_under_its_name(text: str, stands: bool) -> None:
    passage = Passage(8, "会办", Kind.REPLY, "会办意见", LIT, issuer=CO_UNIT, date=TODAY)
    sheet = sheet_of(shown_as("P1", passage, SourceStatus.CO_UNIT, frozenset({"done"})))
    sheet = replace(
        sheet, ours=replace(sheet.ours, co_units=(CO_UNIT,)), names=frozenset({UNIT, CO_UNIT})
    )
    found = check(Sentence("done", text, ("P1",)), sheet)
    assert isinstance(found, Kept) is stands, found
