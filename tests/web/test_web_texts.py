from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.errors import UserError
from drafting.language.file_names import safe_file_name
from web.filters import highlight, highlight_alike, mark_pending
from web.texts import parse_date, parse_number, split_names


@pytest.mark.parametrize(
    ("typed", "date"),
    [
        ("2026-03-05", dt.date(2026, 3, 5)),
        ("2026年3月5日", dt.date(2026, 3, 5)),
        (" ２０２６．３．５ ", dt.date(2026, 3, 5)),
        ("2026/3/5", dt.date(2026, 3, 5)),
        ("", None),
    ],
)
def test_dates_are_read_as_offices_write_them(typed: str, date: dt.date | None) -> None:
    assert parse_date(typed, "交办日期", "assigned") == date


@pytest.mark.parametrize("typed", ["2026-02-30", "明天", "2026", "0000-01-01", "99999-1-1"])
def test_other_dates_are_refused_at_their_field(typed: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_date(typed, "交办日期", "assigned")
    assert caught.value.field == "assigned"
    assert caught.value.message == "交办日期请写成 2026-03-15 或 2026年3月15日。"


def test_names_are_split_at_breaks_and_commas_once_each() -> None:
    assert split_names("甲、乙，丙\n 甲 ;丁；\n\n") == ("甲", "乙", "丙", "丁")


@pytest.mark.parametrize("text", [None, "", "-1", "1.5", "１", "9" * 30, "x"])
def test_forged_numbers_are_zero(text: str | None) -> None:
    assert parse_number(text) == 0


def test_file_names_suit_every_system() -> None:
    assert safe_file_name('a/b\\c:d*e?"<>|\n.docx ') == "a b c d e.docx"
    assert safe_file_name("../../etc/passwd") == "etc passwd"
    assert safe_file_name("") == "答复"
    assert safe_file_name("长" * 500) == "长" * 80  # 240 bytes
    assert safe_file_name("a" * 500) == "a" * 120


def test_highlights_escape_and_do_not_overlap() -> None:
    assert highlight("<b>停车泊位", ["停车", "停车泊位", "位"]) == (
        "&lt;b&gt;<mark>停车泊位</mark>"
    )
    assert highlight_alike("新建停车泊位，停车", "增加停车泊位") == (
        "新建<mark>停车泊位</mark>，<mark>停车</mark>"
    )
    assert mark_pending("共【待核实：<数>】个") == (
        '共<mark class="pending">【待核实：&lt;数&gt;】</mark>个'
    )


@given(st.text(max_size=40), st.text(max_size=40))
def test_highlighting_never_changes_the_text(text: str, query: str) -> None:
    for marked in (highlight_alike(text, query), highlight(text, query.split())):
        assert marked.striptags().split() == marked.__class__.escape(text).striptags().split()
