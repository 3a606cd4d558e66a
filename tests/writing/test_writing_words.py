"""Titles, lines, signatures and cleaned text, without an office program."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from writing_samples import ISSUERS

from drafting.language.cleaning import line_on_paper, lines_on_paper
from drafting.writing import gbt9704 as gb
from drafting.writing.typesetting.lines import break_lines
from drafting.writing.typesetting.titles import title_lines
from drafting.writing.typesetting.words import (
    body_width_pt,
    held_hyphens,
    split_held,
    split_pending,
    width_pt,
)
from drafting.writing.word.signature import name_width_pt, place

chinese = st.text(
    st.sampled_from("云湖市青岚区城市管理局关于对政协的建议答复提案停车，。、“”（）《》12号aB %—…"),
    max_size=120,
)


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("", ()),
        ("关于区政协十届三次会议第12号提案的答复", ("关于区政协十届三次会议第12号提案的答复",)),
        (
            "青岚区城市管理局关于区政协十届三次会议第12号提案答复的函",
            ("青岚区城市管理局关于区政协十届三次会议", "第12号提案答复的函"),
        ),
        (
            "云湖市青岚区城市管理局关于对区政协十届三次会议第12号提案的答复",
            ("云湖市青岚区城市管理局", "关于对区政协十届三次会议第12号提案的答复"),
        ),
        (
            "云湖市青岚区城市管理局 云湖市青岚区交通运输局关于对区政协十届三次会议第31号提案的答复",
            (
                "云湖市青岚区城市管理局",
                "云湖市青岚区交通运输局",
                "关于对区政协十届三次会议第31号提案的答复",
            ),
        ),
    ],
)
def test_a_title_breaks_between_words(title: str, lines: tuple[str, ...]) -> None:
    assert title_lines(title) == lines


@pytest.mark.parametrize(
    ("subject", "number"),
    [
        ("关于加强停车管理", "第31号"),
        ("关于推进老旧小区加装电梯", "第20260031号"),
        ("关于优化中小学课后服务", "第19B15号"),
        ("关于加快医养结合", "第7号"),
    ],
)
def test_a_title_keeps_numbers_and_cited_titles_whole(subject: str, number: str) -> None:
    title = f"青岚区人民政府办公室关于区政协十届三次会议{number}《{subject}的提案》的答复"
    lines = title_lines(title)
    assert "".join(lines) == title
    assert any(number in line for line in lines)
    assert any(f"《{subject}的提案》" in line for line in lines)


@given(chinese)
def test_a_titles_lines_fit_and_lose_nothing(title: str) -> None:
    lines = title_lines(line_on_paper(title))
    assert "".join(lines).replace(" ", "") == line_on_paper(title).replace(" ", "")
    for line in lines:
        assert width_pt(line, gb.SIZE_2_PT) <= gb.TEXT_WIDTH_PT + 1e-6


def test_a_full_line_has_28_characters_and_a_first_line_26() -> None:
    lines = break_lines("字" * 100, first_pt=gb.INDENT_PT)
    assert [len(line) for line in lines] == [26, 28, 28, 18]


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("字" * 28 + "。", [27, 2]),
        ("字" * 28 + "）字", [27, 3]),
        ("字" * 27 + "《字》", [27, 3]),
        ("字" * 27 + "2026年", [27, 5]),
        ("字" * 27 + "——字", [27, 3]),
        ("字" * 26 + "12%。", [26, 4]),
        ("字" * 27 + "……字", [26, 4]),
        ("字" * 25 + "（2026）", [25, 6]),
        ("字" * 24 + "60km/h，字", [31, 1]),
        ("字" * 22 + "https://www.yunhu.invalid", [22, 25]),
        ("字" * 25 + "Wi-Fi、", [25, 6]),
        ("字" * 25 + "state-of-the-art", [31, 10]),
        ("字" * 26 + "0789-8213300", [26, 12]),
        ("字" * 24 + "0789-8213300", [24, 12]),
        ("字" * 24 + "2026-05-18", [24, 10]),
        ("字" * 22 + "https://ql-gov.invalid", [33, 11]),
        ("字" * 27 + "，2026年", [28, 5]),
        ("字" * 24 + "3×5=15m，字", [24, 9]),
        ("字" * 26 + "2026《条例》", [30, 4]),
    ],
)
def test_what_may_not_begin_or_end_a_line(text: str, lengths: list[int]) -> None:
    assert [len(line) for line in break_lines(text)] == lengths


@given(chinese)
def test_broken_lines_lose_nothing_but_spaces(text: str) -> None:
    assert "".join(break_lines(text)).replace(" ", "") == text.replace(" ", "")


@given(chinese)
def test_no_line_begins_with_a_closing_mark(text: str) -> None:
    # A run of marks longer than a line cannot be kept together; nobody writes one.
    if re.search(r"[，。、”）》…%“（《]{4}", text):
        return
    for line in break_lines(text)[1:]:
        assert line[0] not in "，。、”）》"


def test_a_sealed_name_is_centred_on_a_date_four_characters_from_the_right() -> None:
    date = "2026年5月18日"
    placed = place(("青岚区教育局",), date, sealed=True)
    ((name, middle),) = placed.rows[0]
    assert name == "青岚区教育局"
    right = placed.date_left + body_width_pt(date)
    assert gb.TEXT_WIDTH_PT - right == pytest.approx(4 * gb.CHAR_PT)
    assert middle == pytest.approx((placed.date_left + right) / 2)


def test_a_long_sealed_name_ends_at_the_edge_with_the_date_under_its_middle() -> None:
    name, date = "云湖市青岚区人民政府大数据服务管理与外事办公室", "2026年5月1日"
    placed = place((name,), date, sealed=True)
    ((_, middle),) = placed.rows[0]
    assert middle + body_width_pt(name) / 2 == pytest.approx(gb.TEXT_WIDTH_PT)
    assert placed.date_left + body_width_pt(date) / 2 == pytest.approx(middle)


@pytest.mark.parametrize(("count", "rows"), [(1, [1]), (2, [2]), (3, [2, 1])])
def test_joint_names_stand_in_order_the_last_over_the_date(count: int, rows: list[int]) -> None:
    placed = place(ISSUERS[:count], "2026年5月18日", sealed=True)
    assert [len(row) for row in placed.rows] == rows
    assert tuple(name for row in placed.rows for name, _ in row) == ISSUERS[:count]
    seal = gb.mm_to_pt(gb.SEAL_MM)
    for row in placed.rows:
        middles = [middle for _, middle in row]
        assert all(b - a > seal for a, b in pairwise(middles))


def test_an_unsealed_name_gives_way_to_a_longer_date() -> None:
    date = "2026年12月28日"
    placed = place(("教育局",), date, sealed=False)
    assert placed.rows[0][0][1] == pytest.approx(placed.date_left - 2 * gb.CHAR_PT)
    right = placed.date_left + body_width_pt(date)
    assert gb.TEXT_WIDTH_PT - right == pytest.approx(2 * gb.CHAR_PT)


def test_pasted_text_is_cleaned() -> None:
    assert line_on_paper("一\x00二\t三\u200b四\r\n五\ufeff") == "一二 三四 五"
    assert lines_on_paper("一\x0b二\x0c三\u2028四") == ["一", "二", "三", "四"]
    assert line_on_paper("\ud800𠮷㛃😀\uffff") == "𠮷㛃😀"


def test_pending_marks_are_found_where_they_close() -> None:
    assert split_pending("甲【待核实：数】乙【待核实") == [
        ("甲", False),
        ("【待核实：数】", True),
        ("乙【待核实", False),
    ]


def test_the_pitch_is_the_largest_that_fits_22_lines() -> None:
    height = gb.mm_to_pt(gb.TEXT_HEIGHT_MM)
    assert gb.LINES_PER_PAGE * gb.LINE_PT <= height < gb.LINES_PER_PAGE * (gb.LINE_PT + 0.05)
    assert gb.CHARS_PER_LINE * gb.CHAR_PT <= gb.TEXT_WIDTH_PT
    assert (gb.RIGHT_MM, gb.BOTTOM_MM) == (26, 35)


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("电话0789-8213306-12，", ["0789-8213306-12"]),
        ("2025-2027年、2026-05-18", ["2025-2027", "2026-05-18"]),
        ("GB/T9704-2012、QL-2026-0018号", ["T9704-2012", "QL-2026-0018"]),
        ("X-ray、Wi-Fi和state-of-the-art", ["X-ray", "Wi-Fi"]),
        ("www.ql-gov.invalid/2026-05/c-1.html", []),
        ("ql-2026@yunhu.invalid", []),
        ("-5、5-、--8、3--4", []),
        ("1234-5678-9012-3456-7890", []),
    ],
)
def test_what_stays_whole_at_its_hyphens(text: str, held: list[str]) -> None:
    places = [at for one in held for at in range(text.index(one), text.index(one) + len(one))]
    assert held_hyphens(text) == {at for at in places if text[at] == "-"}
    assert "".join(piece for piece, _ in split_held(text)) == text
    assert sum(one for _, one in split_held(text)) == len(held_hyphens(text))


LONG_NAMES = ("云湖市青岚区人力资源和社会保障局", "云湖市青岚区政务服务和大数据管理局")


def test_long_joint_names_are_set_narrower_before_each_takes_a_row() -> None:
    date = "2026年5月18日"
    placed = place((LONG_NAMES[0], "云湖市青岚区住房和城乡建设局"), date, sealed=True)
    assert (placed.squeeze, [len(row) for row in placed.rows]) == (90, [2])
    placed = place((*LONG_NAMES, *LONG_NAMES), date, sealed=True)
    assert (placed.squeeze, [len(row) for row in placed.rows]) == (80, [2, 2])
    for row in placed.rows:
        edges = [
            middle + side * name_width_pt(name, placed.squeeze) / 2
            for name, middle in row
            for side in (-1, 1)
        ]
        assert edges == sorted(edges)
        assert edges[0] > -0.1
        assert edges[-1] < gb.TEXT_WIDTH_PT + 0.1
    longer = tuple(f"{name}综合服务中心" for name in LONG_NAMES)
    placed = place(longer, date, sealed=True)
    assert (placed.squeeze, len(placed.rows)) == (100, 2)
    short = ("区财政局", "区民政局", "区教育局", "区水利局")
    assert place(short, date, sealed=True).squeeze == 100
