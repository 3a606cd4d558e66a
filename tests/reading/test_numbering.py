"""The ladder of level numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.language.numbering import format_label, han_to_int, int_to_han, parse_label, relabel


@given(st.integers(1, 999))
def test_chinese_numerals_read_back_to_their_number(number):
    assert han_to_int(int_to_han(number)) == number


@given(st.integers(1, 4), st.integers(1, 300))
def test_a_printed_label_parses_to_its_rung_and_number(level, number):
    label = parse_label(format_label(level, number) + "加强管理")
    assert (label.level, label.number) == (level, number)


@pytest.mark.parametrize(
    ("line", "text", "level", "number"),
    [
        ("一、 总体要求", "一、", 1, 1),
        ("(二)基本原则", "（二）", 2, 2),
        ("3、突出创新", "3、", 3, 3),
        ("4．建设", "4．", 3, 4),
        ("⑸鼓励", "⑸", 4, 5),
        ("㈥支持", "㈥", 2, 6),
        ("第七，完善", "第七，", 0, 7),
        ("八是推进", "八是", 0, 8),
    ],
)
def test_labels_met_in_the_field_are_understood(line, text, level, number):
    label = parse_label(line)
    assert (label.text, label.level, label.number) == (text, level, number)


@pytest.mark.parametrize(
    "line", ["2.5亿元", "9710，简称", "2023年", "一一对应", "三是否", "停车", ""]
)
def test_what_only_looks_like_a_label_is_none(line):
    assert parse_label(line) is None


def test_relabelling_starts_deeper_rungs_again():
    assert relabel([1, 2, 2, 3, 1, 2, 0, 4]) == [
        "一、",
        "（一）",
        "（二）",
        "1.",
        "二、",
        "（一）",
        "",
        "（1）",
    ]
