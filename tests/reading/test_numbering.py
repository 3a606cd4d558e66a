"""The ladder of level numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.language.numbering import (
    Label,
    format_label,
    han_to_int,
    int_to_han,
    parse_label,
    relabel,
)


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


HAN = "一二三四五六七八九十"


@pytest.mark.parametrize(
    ("line", "label", "level"),
    [
        ("  一、 总体", Label("一、", "han", 1, 5), 1),
        ("二十三 ．总体", Label("二十三．", "han", 23, 5), 1),
        ("一百零五.总体", Label("一百零五.", "han", 105, 5), 1),
        ("两、总体", Label("两、", "han", 2, 2), 1),
        ("（ 三 ） 、总体", Label("（三）、", "han-paren", 3, 7), 2),
        ("(四).总体", Label("（四）.", "han-paren", 4, 4), 2),
        ("㈠总体", Label("㈠", "han-paren", 1, 1), 2),
        ("㈩、总体", Label("㈩、", "han-paren", 10, 2), 2),
        ("12 、总体", Label("12、", "arabic", 12, 4), 3),
        ("999．总体", Label("999．", "arabic", 999, 4), 3),
        ("3.总体", Label("3.", "arabic", 3, 2), 3),
        ("3.2025年总体", Label("3.", "arabic", 3, 2), 3),
        ("⒈总体", Label("⒈", "arabic", 1, 1), 3),
        ("⒛ 总体", Label("⒛", "arabic", 20, 2), 3),
        ("（ 5 ） .总体", Label("（5）.", "arabic-paren", 5, 7), 4),
        ("⑴总体", Label("⑴", "arabic-paren", 1, 1), 4),
        ("⒇、总体", Label("⒇、", "arabic-paren", 20, 2), 4),
        ("6)总体", Label("6）", "arabic-paren", 6, 2), 4),
        ("16）总体", Label("16）", "arabic-paren", 16, 3), 4),
        ("①总体", Label("①", "circled", 1, 1), 5),
        ("⑳总体", Label("⑳", "circled", 20, 1), 5),
        *((f"第三 {mark} 总体", Label(f"第三{mark}", "ordinal", 3, 5), 0) for mark in "，,、：:"),
        ("第一百、总体", Label("第一百、", "ordinal", 100, 4), 0),
        *((f"{one}是总体", Label(f"{one}是", "yishi", number, 2), 0)
          for number, one in enumerate(HAN, 1)),
        ("十一是总体", Label("十一是", "yishi", 11, 3), 0),
    ],
)  # fmt: skip
def test_every_form_of_a_label_is_read_whole(line: str, label: Label, level: int) -> None:
    assert parse_label(line) == label
    assert label.level == level


@pytest.mark.parametrize(
    "line",
    [
        "A、总体", "X．总体", "甲、总体", "一总体", "（A）总体", "（一总体", "12总体", "1234、总体",
        "3.2亿元", "3.20252年", "X)总体", "123）总体", "㈪总体", "⒜总体", "㉑总体", "零、总体",
        "0、总体", "第A，总体", "第一总体", "第一二三四，总体", "X是总体", "一是否可行", "百是总体",
        "一〇、总体", "一二三四五六、总体",
    ],
)  # fmt: skip
def test_what_is_no_numeral_is_no_label(line: str) -> None:
    assert parse_label(line) is None


@pytest.mark.parametrize(
    ("han", "number"),
    [
        ("", 0), ("零", 0), ("〇", 0), ("一", 1), ("两", 2), ("九", 9), ("十", 10), ("十一", 11),
        ("二十", 20), ("二十三", 23), ("百", 100), ("两百", 200), ("一百零五", 105),
        ("一百〇五", 105), ("一百一十", 110), ("九百九十九", 999), ("千", None), ("一A", None),
    ],
)  # fmt: skip
def test_a_chinese_numeral_is_read(han: str, number: int | None) -> None:
    assert han_to_int(han) == number


@pytest.mark.parametrize(
    ("number", "han"),
    [
        (1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (100, "一百"),
        (101, "一百零一"), (105, "一百零五"), (110, "一百一十"), (111, "一百一十一"),
        (120, "一百二十"), (200, "二百"), (999, "九百九十九"),
    ],
)  # fmt: skip
def test_a_number_is_written_as_level_numbers_do(number: int, han: str) -> None:
    assert int_to_han(number) == han


@pytest.mark.parametrize("number", [-1, 0, 1000])
def test_there_is_no_level_number_outside_the_ladder(number: int) -> None:
    with pytest.raises(ValueError, match=f"^no level number for {number}$"):
        int_to_han(number)


def test_the_standard_prints_four_rungs() -> None:
    assert [format_label(level, 12) for level in (1, 2, 3, 4)] == [
        "十二、", "（十二）", "12.", "（12）",
    ]  # fmt: skip
    for level in (-1, 0, 5):
        with pytest.raises(ValueError, match=rf"^no level {level} in GB/T 9704-2012, 7\.3\.3$"):
            format_label(level, 1)


@given(st.lists(st.integers(0, 4), max_size=30))
def test_a_rung_counts_from_one_under_the_last_rung_above_it(levels: list[int]) -> None:
    labels = relabel(levels)
    for place, (level, label) in enumerate(zip(levels, labels, strict=True)):
        if not level:
            assert label == ""
            continue
        above = max((n for n in range(place) if 0 < levels[n] < level), default=-1)
        assert label == format_label(level, levels[above + 1 : place + 1].count(level))
