"""What a text must hold for an expression to match: never more than the truth."""

from __future__ import annotations

import re

import pytest
from checking_cases import text_of
from hypothesis import given
from hypothesis import strategies as st
from laws import tried

from drafting.checking import RULES
from drafting.checking.engine.rule import (
    EitherFinder,
    Find,
    PatternFinder,
    ScreenedFinder,
    may_find,
)
from drafting.checking.engine.screening import needed, screen
from drafting.checking.engine.sheet import sheet_of_text

LINES = [
    line
    for rule in RULES
    for example in (rule.example, rule.counter)
    for line in text_of(example).split("\n")
]


@pytest.mark.parametrize(
    ("regex", "words"),
    [
        ("布署", ("布署",)),
        ("布署|贯撤|统畴", ("布署", "贯撤", "统畴")),
        ("(?<!大)部份(?!的)", ("部份",)),
        (r"\d{4}年(?:底|内)前?", ("年",)),
        ("占(?:全[国省]|总)[一-鿿]{2,14}[%％]", ("占",)),
        (r"(?<=多达)\d{1,4}", ("多达",)),
        ("甲(?:乙丙|丁戊)?己", ("甲",)),
        (r"\.{3,12}", ("...",)),
        ("甲{0,3}乙", ("乙",)),
        ("[，、]{1,4}", ("，", "、")),
        ("(?=报告)[一-鿿]{1,4}", ("报告",)),
        (r"\d{1,3}", None),
        ("[一-鿿]{2,8}", None),
        ("[^，]", None),
        ("甲|", None),
        (r"甲|\d", None),
        ("(?i)km", None),
        ("", None),
    ],
)
def test_the_longest_words_that_must_stand_there_are_told(
    regex: str, words: tuple[str, ...] | None
) -> None:
    assert needed(regex) == words


def finders(find: Find | None) -> list[PatternFinder]:
    if isinstance(find, EitherFinder):
        return [one for part in find.finders for one in finders(part)]
    return [find] if isinstance(find, PatternFinder) else []


PATTERNS = [(rule.id, finder) for rule in RULES for finder in finders(rule.find)]
SCREENED = [rule for rule in RULES if isinstance(rule.find, ScreenedFinder)]
ODD = st.text(alphabet="年月〔〕（）1-9.,、。是第", max_size=12)
TEXTS = st.lists(st.sampled_from(LINES) | ODD, min_size=1, max_size=4)


@given(TEXTS)
@tried(150)
def test_no_screen_hides_what_an_expression_finds_in_a_line(lines: list[str]) -> None:
    whole = "\n".join(lines)
    for name, finder in PATTERNS:
        if finder.screen is not None and any(re.search(finder.regex, line) for line in lines):
            assert finder.screen.may_match(whole, frozenset(whole)), name


@given(TEXTS)
@tried(150)
def test_no_screen_hides_what_a_function_finds(lines: list[str]) -> None:
    sheet = sheet_of_text("\n".join(lines))
    for rule in SCREENED:
        assert isinstance(rule.find, ScreenedFinder)
        if any(list(rule.find.find(line)) for line in sheet.lines):
            assert may_find(rule.find, sheet), rule.id


def test_a_screen_holds_line_ends_apart_where_the_expression_sees_them() -> None:
    ends = screen("甲$")
    assert ends.may_match("乙甲\n丙", frozenset("乙甲\n丙"))
    assert not ends.may_match("甲乙\n丙", frozenset("甲乙\n丙"))
