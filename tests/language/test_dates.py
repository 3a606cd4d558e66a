"""Dates and periods of every writing: where they stand, and which days they mean."""

from __future__ import annotations

import pytest

from drafting.language.dates import Period, find_dates, find_years, period_of
from drafting.language.numerals import Quantity
from drafting.language.particulars import find_facts, value_of


def dates(text: str) -> list[str]:
    return [text[start:end] for start, end in find_dates(text)]


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2026年", (2026, 1, 1), (2026, 12, 31)),
        ("二〇二六年", (2026, 1, 1), (2026, 12, 31)),
        ("2026年度", (2026, 1, 1), (2026, 12, 31)),
        ("2026年6月", (2026, 6, 1), (2026, 6, 30)),
        ("2024年2月", (2024, 2, 1), (2024, 2, 29)),
        ("２０２６年６月３０日", (2026, 6, 30), (2026, 6, 30)),
        ("二〇二六年六月三十日", (2026, 6, 30), (2026, 6, 30)),
        ("2026-06-30", (2026, 6, 30), (2026, 6, 30)),
        ("2026年6月底", (2026, 6, 30), (2026, 6, 30)),
        ("2026年底", (2026, 12, 31), (2026, 12, 31)),
        ("2026年3月上旬", (2026, 3, 1), (2026, 3, 10)),
        ("2026年上半年", (2026, 1, 1), (2026, 6, 30)),
        ("2026年一季度", (2026, 1, 1), (2026, 3, 31)),
        ("2026年前三季度", (2026, 1, 1), (2026, 9, 30)),
        ("2026年6月—9月", (2026, 6, 1), (2026, 9, 30)),
        ("2026年6月1日至10日", (2026, 6, 1), (2026, 6, 10)),
        ("2025—2027年", (2025, 1, 1), (2027, 12, 31)),
        ("2021年到2023年上半年", (2021, 1, 1), (2023, 6, 30)),
        ("“十四五”期间", (2021, 1, 1), (2025, 12, 31)),
        ("“十五五”末", (2030, 1, 1), (2030, 12, 31)),
    ],
)
def test_the_days_that_a_date_means(
    written: str, first: tuple[int, int, int], last: tuple[int, int, int]
) -> None:
    assert period_of(written) == Period(first, last, "said")
    assert dates(f"我局{written}建成两所。") == [written]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("一季度", "1—3月", True),
        ("第一季度", "1月至3月", True),
        ("上半年", "1—6月", True),
        ("2026年一季度", "2026年1—3月", True),
        ("2026年底", "2026年12月31日", True),
        ("2026年一季度", "一季度", True),
        ("二〇二六年", "2026年", True),
        ("2月", "2024年2月", True),
        ("2026年一季度", "2025年一季度", False),
        ("一季度", "二季度", False),
        ("2026年6月", "2026年", False),
    ],
)
def test_dates_are_the_same_where_they_mean_the_same_days(one: str, other: str, same: bool) -> None:
    first, second = period_of(one), period_of(other)
    assert first is not None and second is not None
    assert first.same_as(second) is second.same_as(first) is same


def test_a_year_from_now_on_is_counted_from_the_year_of_writing() -> None:
    found = period_of("今年上半年"), period_of("去年底"), period_of("明年3月")
    assert [one.in_year(2026) if one else None for one in found] == [
        Period((2026, 1, 1), (2026, 6, 30), "said"),
        Period((2025, 12, 31), (2025, 12, 31), "said"),
        Period((2027, 3, 1), (2027, 3, 31), "said"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("今年上半年和明年一季度", ["今年上半年", "明年一季度"]),
        ("6月20日开会，9月启用，年底前完成，年内通水", ["6月20日", "9月", "年底", "年内"]),
        ("规划（2015—2030）", ["2015—2030"]),
        ("开放时间8:30—17:30，21时30分关闭", ["8:30—17:30", "21时30分"]),
        ("20世纪90年代建成，2026—2027学年招生", ["20世纪90年代", "2026—2027学年"]),
        ("2026\n年12月", ["2026\n年12月"]),
        ("配比为1:12", []),
        ("三年内、五年底子、两年、三个月、15日内", []),
        ("提出6点建议，二月河、七月流火", []),
        ("进一步、一年级、下半场、第一季", []),
    ],
)
def test_dates_in_running_text(text: str, found: list[str]) -> None:
    assert dates(text) == found


def test_the_number_and_the_date_of_the_paper_itself_are_no_facts() -> None:
    paper = (
        "青城管函〔2026〕31号\n关于第31号提案的答复\n成文日期：2026-06-19\n"
        "2026年5月20日实地查看，印发了青政发〔2025〕4号文件。\n"
        "青岚区城市管理局\n2026年6月19日\n青岚区城市管理局办公室  2026年6月20日印发"
    )
    assert [one.text for one in find_facts(paper)] == ["2026年5月20日", "青政发〔2025〕4号"]
    # A field that holds nothing else is no paper.
    assert [one.text for one in find_facts("2026年12月底")] == ["2026年12月底"]


def test_years_are_found_in_both_writings() -> None:
    assert list(find_years("2025年和二〇二六年，3年、两年")) == [(0, 2025), (6, 2026)]


def test_a_particular_is_worth_a_quantity_or_a_period() -> None:
    assert isinstance(value_of("二〇二六年六月"), Period)
    three, months = value_of("三年"), value_of("36个月")
    assert isinstance(three, Quantity) and isinstance(months, Quantity) and three.same_as(months)
    assert value_of("《青岚区停车管理办法》") is None
