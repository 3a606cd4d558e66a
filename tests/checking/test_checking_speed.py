"""Cost grows with length and nothing else: processor time against processor time, no clock."""

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
        start = time.process_time()
        check_text(text)
        best = min(best, time.process_time() - start)
    return best


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
    assert seconds(text) < 250 * seconds(text[: MILLION // 100]) + 0.5


def test_brackets_a_thousand_deep_and_many_short_lines() -> None:
    deep = "（" * 1000 + "深" + "）" * 1000 + "(" * 1000 + "深" + ")" * 1000
    assert {finding.rule for finding in check_text(deep)} <= {"P04"}
    assert seconds("甲\n" * 5_000) < 20 * seconds("甲\n" * 500) + 0.05
