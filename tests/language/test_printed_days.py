"""A day is told by one pattern, in figures and in Chinese numerals."""

import datetime as dt

import pytest

from drafting.language.days import day_of, is_arabic_day, is_day, is_han_day, parse_date


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("2026年3月5日", dt.date(2026, 3, 5)),
        ("二〇二六年三月五日", dt.date(2026, 3, 5)),
        ("二○二六年十二月三十一日", dt.date(2026, 12, 31)),
        ("二Ｏ二六年三月五日", dt.date(2026, 3, 5)),
        ("3026年3月5日", dt.date(3026, 3, 5)),
        ("2026年2月30日", None),
        ("2026年3月5日印发", None),
        ("2026-03-05", None),
    ],
)
def test_a_line_that_is_a_day(line, day):
    assert day_of(line) == day


def test_a_day_that_the_calendar_lacks_is_printed_all_the_same():
    assert is_day("2026年2月30日") and is_arabic_day("2026年2月30日")
    assert is_day("二〇二六年二月三十日") and is_han_day("二〇二六年二月三十日")
    assert not is_day("2026年2月")


def test_a_day_within_a_text():
    assert parse_date("定于2026 年 3 月 5 日召开") == dt.date(2026, 3, 5)
    assert parse_date("定于三月五日召开") is None
