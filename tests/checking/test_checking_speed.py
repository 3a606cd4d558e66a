"""Cost grows with length and nothing else: work is counted, no clock is looked at.

What Python does is counted line by line; what expressions may do at one place is bounded by their
form. Work within one call of a built-in function is in neither count; ``bench/check.py`` shows it.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import FrameType
from typing import Any

import pytest
from checking_cases import text_of

import drafting.checking
from drafting.checking import RULES, check_text
from drafting.checking.engine.rule import EitherFinder, Find, PatternFinder, ScreenedFinder

PROSE = "".join(text_of(rule.example).replace("\n", "") for rule in RULES)
UNITS = [
    *"《》“”（）(, 1a的。、<【-\"", "汉,", "汉 ", "1.", "2018-", "a@a.", "http://", "一、",
    "甲乙、", "《<", "约1", "〔2018〕", "1、", "甲,乙、", "一是甲；", "2月3日", "停车才政",
]  # fmt: skip


def steps(text: str) -> int:
    """How many lines of Python are gone through in reading ``text``."""
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        count += event in ("line", "call")
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        check_text(text)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("unit", UNITS)
def test_no_text_takes_more_steps_than_its_length_says(unit: str) -> None:
    short, long = ((unit * size)[:size] for size in (1_500, 6_000))
    check_text(short)  # What is read and learnt once is so before.
    assert steps(long) <= 4.4 * steps(short)


def test_many_short_lines_take_no_more_steps_than_their_number_says() -> None:
    check_text("甲\n" * 500)
    assert steps("甲\n" * 2_000) <= 4.4 * steps("甲\n" * 500)


@pytest.mark.slow
def test_a_million_characters_in_one_paragraph_are_read() -> None:
    text = (PROSE * (1_000_000 // len(PROSE) + 1))[:1_000_000]
    assert {finding.paragraph for finding in check_text(text)} == {0}


def test_brackets_a_thousand_deep_are_read() -> None:
    deep = "（" * 1000 + "深" + "）" * 1000 + "(" * 1000 + "深" + ")" * 1000
    assert {finding.rule for finding in check_text(deep)} <= {"P04"}


# --------------------------------------------------------------------------- expressions


def is_bounded(items: Any) -> bool:
    """Whether every repeat has an upper bound, so that what is tried from one place has one."""
    for kind, value in items:
        parts: list[Any] = []
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            if value[1] > MOST:
                return False
            parts = [value[2]]
        elif kind is op.BRANCH:
            parts = value[1]
        elif kind in (op.SUBPATTERN, op.ASSERT, op.ASSERT_NOT):
            parts = [value[-1]]
        if not all(map(is_bounded, parts)):
            return False
    return True


def patterns(find: Find | None) -> list[str]:
    if isinstance(find, EitherFinder):
        return [one for part in find.finders for one in patterns(part)]
    return [find.regex] if isinstance(find, PatternFinder) else []


def module_patterns() -> list[tuple[str, str]]:
    """The expressions that the modules of the proofreader keep by name."""
    found = []
    for info in pkgutil.walk_packages(drafting.checking.__path__, "drafting.checking."):
        module = importlib.import_module(info.name)
        for name, value in vars(module).items():
            # This one reads expressions, not texts.
            if isinstance(value, re.Pattern) and name != "_SEES_BREAKS":
                found.append((f"{info.name}.{name}", value.pattern))
    return sorted(set(found))


OF_RULES = [(rule.id, one) for rule in RULES for one in patterns(rule.find)] + [
    (rule.id, rule.find.screen.regex) for rule in RULES if isinstance(rule.find, ScreenedFinder)
]
# A class repeated without end is linear where each match takes all that it has read: so text is
# split into sentences and runs.
MOST = 1_000
PARTING = re.compile(r"\[[^\]]+\](?:\+|\{\d,\})")


@pytest.mark.parametrize(("name", "regex"), [*OF_RULES, *module_patterns()])
def test_no_expression_goes_back_without_bound(name: str, regex: str) -> None:
    if not PARTING.fullmatch(regex):
        assert is_bounded(parser.parse(regex)), name
