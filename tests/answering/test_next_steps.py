"""A policy's measure as our next step: orders to others stay out, a superior's place is named."""

import datetime as dt

import pytest

from drafting.answering.first_draft import first_draft
from drafting.answering.passages.next_steps import article_of, falls_to_us, still_to_do
from drafting.answering.passages.sources import SourceStatus
from drafting.model import Kind, Passage, Proposal, Suggestion
from tests.answering.test_laws import Shelf

CITY = Passage(1, "p.txt", Kind.POLICY, "云湖市停车三年计划", "", issuer="云湖市人民政府")
NATION = Passage(1, "p.txt", Kind.POLICY, "关于停车的意见", "", issuer="国务院办公厅")


@pytest.mark.parametrize(
    ("words", "ours"),
    [
        ("各地要积极扩建停车设施。", "积极扩建停车设施。"),
        (
            "积极扩建停车设施，地方各级财政可安排资金予以支持。",
            "积极扩建停车设施。",
        ),
        ("省级人民政府要制定经费保障办法。", ""),
        ("对改造成效明显的省给予奖励。", ""),
        ("中央财政给予补助。鼓励错时共享停车。", "鼓励错时共享停车。"),
    ],
)
def test_what_is_ordered_to_others_is_not_our_step(words, ours):
    assert falls_to_us(words, NATION, SourceStatus.SUPERIOR) == ours


def test_our_city_in_a_citys_plan_is_not_our_district():
    words = "对我市新建停车场给予奖补。"
    assert falls_to_us(words, CITY, SourceStatus.SUPERIOR) == "对云湖市新建停车场给予奖补。"
    assert falls_to_us(words, CITY, SourceStatus.OUR_POLICY) == words
    assert falls_to_us(words, NATION, SourceStatus.SUPERIOR) == ""


def test_an_article_is_named_and_leaves_the_text():
    rule = Passage(1, "p.txt", Kind.POLICY, "停车条例", "第二十一条 公共停车场应当免费开放。")
    assert article_of(rule) == "第二十一条"
    assert still_to_do(rule, 2026) == "公共停车场应当免费开放。"


@pytest.mark.parametrize(
    ("issuer", "unit", "expected"),
    [
        ("青岚区人民政府", "云湖市青岚区城市管理局", "区城管局、区住建局"),
        (
            "云湖市人民政府",
            "云湖市青岚区城市管理局",
            "【待核实：责任单位（文件中为区城管局、区住建局）】",
        ),
    ],
)
def test_only_our_own_plan_names_our_units(issuer, unit, expected):
    plan = Passage(
        2,
        "p.txt",
        Kind.POLICY,
        "关于印发《停车三年行动计划》的通知",
        "1.建设口袋停车场。利用零星土地建设口袋停车场。2028年，建成10个。\n牵头单位：区城管局、区住建局",
        issuer=issuer,
    )
    proposal = Proposal(
        subject="关于停车的提案",
        handling_unit=unit,
        suggestions=(Suggestion(None, "利用零星土地建设口袋停车场"),),
    )
    (answer,) = first_draft(proposal, Shelf(plan), today=dt.date(2026, 11, 27)).answers
    assert answer.next_step.startswith(
        "按照《关于印发〈停车三年行动计划〉的通知》“建设口袋停车场”的要求，利用零星土地"
    )
    assert answer.next_unit == expected
    assert answer.next_date == "【待核实：完成时限（文件要求2028年）】"
    assert answer.notes[0].startswith("下一步工作：取自《关于印发")
