"""Document numbers as typed, asked for and recognised; units as texts name them."""

import re

import pytest

from drafting.language.counted import counted_items, counted_lists
from drafting.language.doc_numbers import (
    MET,
    PRINTED,
    SHORT_YEAR,
    asked_doc_no,
    mended_scan,
    typed_doc_no,
)
from drafting.language.units import ends_as_unit, is_ourselves


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
    assert mended_scan("青城管函《2026】 12 号") == "青城管函〔2026〕12号"


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
