"""A look at a whole text hides nothing that a line of it holds."""

from __future__ import annotations

import re

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
from drafting.checking.engine.screening import Screen
from drafting.checking.engine.sheet import sheet_of_text

LINES = [
    line
    for rule in RULES
    for example in (rule.example, rule.counter)
    for line in text_of(example).split("\n")
]


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
            assert finder.screen.may_match(whole), name


@given(TEXTS)
@tried(150)
def test_no_screen_hides_what_a_function_finds(lines: list[str]) -> None:
    sheet = sheet_of_text("\n".join(lines))
    for rule in SCREENED:
        assert isinstance(rule.find, ScreenedFinder)
        if any(list(rule.find.find(line)) for line in sheet.lines):
            assert may_find(rule.find, sheet), rule.id


def test_a_screen_holds_line_ends_apart_where_the_expression_sees_them() -> None:
    ends = Screen("甲$")
    assert ends.may_match("乙甲\n丙")
    assert not ends.may_match("甲乙\n丙")
