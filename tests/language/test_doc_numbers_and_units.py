"""Document numbers as typed, asked for and recognised; units as texts name them."""

import re

import pytest

from drafting.language.doc_numbers import (
    MET,
    PRINTED,
    SHORT_YEAR,
    asked_doc_no,
    corrected_scan,
    typed_doc_no,
)
from drafting.language.naming.bodies import ends_as_body, is_party, is_political_body
from drafting.language.naming.places import OURS, YOURS
from drafting.language.naming.units import (
    ends_alone,
    ends_as_unit,
    is_ourselves,
    is_section,
    is_territory,
    unit_names,
)
from drafting.language.sentences.counted import counted_items, counted_lists


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("青城管函[2026]１２号", "青城管函〔2026〕12号"),
        ("青城管 函（2026）12 号", "青城管函〔2026〕12号"),
        ("建字:〔2026〕第9号", "建字：〔2026〕第9号"),
        ("  ", ""),
        ("12号", None),
        ("青城管函〔26〕12号", None),
    ],
)
def test_a_typed_number_becomes_the_printed_one(typed, printed):
    assert typed_doc_no(typed) == printed


def test_a_number_asked_for_may_lack_its_brackets():
    assert asked_doc_no("青城管函 2026 12") == "青城管函〔2026〕12号"
    assert asked_doc_no("停车 12") == ""


def test_a_recognised_number_gets_its_brackets():
    assert corrected_scan("青城管函《2026】 12 号") == "青城管函〔2026〕12号"


def test_the_forms_that_are_met_are_wider_than_the_printed_one():
    assert re.fullmatch(MET, "[2026] 第12 号")
    assert not re.fullmatch(PRINTED, "[2026] 第12 号")
    assert re.fullmatch(SHORT_YEAR, "〔26〕12号")


def test_units():
    assert [
        name for name in ("我局", "本单位", "我部分", "我区", "他局") if is_ourselves(name)
    ] == [
        "我局",
        "本单位",
    ]
    assert ends_as_unit("青岚区城市管理局")
    assert ends_as_unit("区妇联会")
    assert not ends_as_unit("柳巷泊位")


def test_counted_lists_are_found_whether_counted_behind_or_before():
    text = "您提出增设泊位；错时开放2点建议。"
    ((start, end),) = counted_lists(text)
    assert text[start:end] == "增设泊位；错时开放"
    text = "提出了2条建议：增设泊位；错时开放。"
    found = [text[start:end] for start, end in counted_lists(text)]
    assert found[-1] == "增设泊位；错时开放"


@pytest.mark.parametrize(
    ("said", "items"),
    [
        ("您提出了增设泊位；错时开放2点建议。", ("增设泊位", "错时开放")),
        ("提出增设泊位；错时开放；加强执法等三条工作建议", ("增设泊位", "错时开放", "加强执法")),
        ("您提出了增设泊位；错时开放两点建议。", ("增设泊位", "错时开放")),
        ("提出了如下建议：增设泊位；错时开放两条建议。", ("增设泊位", "错时开放")),
        ("提出了意见，包括增设泊位；错时开放这2条建议。", ("增设泊位", "错时开放")),
        ("提出了建设包括充电桩的泊位；错时开放2条建议", ("建设包括充电桩的泊位", "错时开放")),
        ("提出了增设泊位1条建议。", ()),
        ("列入五个重点任务：增设泊位；错时开放。", ()),
    ],
)
def test_what_a_counted_list_lists(said, items):
    assert counted_items(said) == items


def test_a_line_of_units_and_what_only_ends_like_one():
    assert unit_names("青岚区水务局 青岚区财政局（盖章）") == ("青岚区水务局", "青岚区财政局")
    assert unit_names("贵州省教育厅") == ("贵州省教育厅",)
    assert unit_names("贵市教育局") == unit_names("新增泊位的好处") == ()
    assert ends_alone("区政府各委办局") and not ends_alone("新增泊位的好处")
    assert is_territory("白鹭镇") and not is_territory("我镇")
    assert is_section("提案科") and not is_section("苏明远")


def test_the_place_of_who_writes_and_of_who_is_written_to():
    assert [one for one in ("我区", "本县", "我盟", "全市") if re.fullmatch(OURS, one)] == [
        *("我区", "本县", "我盟"),
    ]
    assert [one for one in ("贵市", "你旗", "贵州", "你州") if re.fullmatch(YOURS, one)] == [
        *("贵市", "你旗", "你州"),
    ]


def test_bodies_that_propose_and_units_that_bear_their_names():
    assert is_party("致公党青岚区支部") and not is_party("区工商联")
    assert ends_as_body("青岚区工商联") and ends_as_body("农工党青岚区委")
    assert not ends_as_body("信息互联")
    assert is_political_body("民建青岚区总支") and not is_political_body("人民建设路街道")
