"""Cost grows with length and nothing else; bounds are wide, for machines differ."""

from __future__ import annotations

import time

import pytest
from checking_cases import text_of

from drafting.checking import RULES, check_text

PROSE = "".join(text_of(rule.example).replace("\n", "") for rule in RULES)
MILLION = 1_000_000


def seconds(text: str) -> float:
    best = float("inf")
    for _ in range(2):
        start = time.perf_counter()
        check_text(text)
        best = min(best, time.perf_counter() - start)
    return best


def test_ten_thousand_characters_within_a_tenth_of_a_second() -> None:
    line = PROSE[:250]
    text = "\n".join([line] * 40)
    check_text(text)
    assert seconds(text) < 0.1 * 3  # three times the mark, for a machine shared with others


@pytest.mark.parametrize(
    "unit",
    [*"《》“（）(, 1a的。、<【-\"", "汉,", "汉 ", "1.", "2018-", "a@a.", "http://", "一、",
     "甲乙、", "《<", "约1", "〔2018〕", "1、", "甲,乙、"],
)  # fmt: skip
def test_no_text_costs_more_than_its_length(unit: str) -> None:
    short = (unit * 10_000)[:10_000]
    assert seconds(short * 4) < 12 * seconds(short) + 0.05


def test_a_million_characters_in_one_paragraph() -> None:
    text = (PROSE * (MILLION // len(PROSE) + 1))[:MILLION]
    start = time.perf_counter()
    check_text(text)
    assert time.perf_counter() - start < 30


def test_brackets_a_thousand_deep_and_many_short_lines() -> None:
    deep = "（" * 1000 + "深" + "）" * 1000 + "(" * 1000 + "深" + ")" * 1000
    assert {finding.rule for finding in check_text(deep)} <= {"P04"}
    assert seconds("甲\n" * 5_000) < 5
