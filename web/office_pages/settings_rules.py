"""校对规则 on the page of settings: a line for each rule that is weighed otherwise or left out.

On the page a line is a rule and a grade; in the settings they are two, the grades and what is left
out. A rule that this version does not have stands as it is, and is said to be unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import request

from drafting.checking import RULES
from drafting.profile.settings import settings
from web import forms

OFF, WEIGHED = "checking.off", "checking.severity"
LEFT_OUT = "不查"
UNKNOWN = "没有这条规则，请填规则的编号，或者从列出的里选。"
ROWS_AT_MOST = 300
EMPTY_ROWS = 3


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule as the page names it (number and title), its grade, and what is wrong with it."""

    rule: str
    grade: str
    error: str = ""


def grades() -> tuple[str, ...]:
    """Return what a rule can be set to."""
    return (*(said for _, said in settings()[WEIGHED].columns[-1].names), LEFT_OUT)


def names() -> dict[str, str]:
    """Return how the page names each rule, with the grade that it has by itself."""
    said = dict(settings()[WEIGHED].columns[-1].names)
    return {one.id: f"{one.id} {one.title}（{said[one.severity]}）" for one in RULES}


def lines(values: Mapping[str, str], errors: Mapping[str, str]) -> list[RuleLine]:
    """Return the lines of what the settings say, by the numbers of the rules."""
    known = names()
    graded = dict(line.rsplit(" ", 1) for line in values.get(WEIGHED, "").splitlines())
    graded |= dict.fromkeys(values.get(OFF, "").splitlines(), LEFT_OUT)
    return [
        RuleLine(
            known.get(rule, rule),
            grade,
            errors.get(rule, "" if rule in known else "本版没有这条规则，不起作用。"),
        )
        for rule, grade in sorted(graded.items())
    ]


def typed() -> tuple[dict[str, str], dict[str, str]]:
    """Return the two settings that the form says, and what is wrong, by what stands for the rule.

    A line without a rule, or without a grade, is none: the rule has its own grade again.
    """
    known, errors = names(), dict[str, str]()
    graded: dict[str, str] = {}
    for rule, grade in _sent():
        number = rule.split()[0].upper() if rule.split() else ""
        if not number or grade not in grades():
            continue
        number = number if number in known else _by_title(rule, known) or rule
        if number in graded:
            errors[number] = "这条规则列了两次，请只留一行。"
        elif number not in known:
            errors[number] = UNKNOWN
        graded[number] = grade
    left_out = [rule for rule, grade in graded.items() if grade == LEFT_OUT]
    weighed = [f"{rule} {grade}" for rule, grade in graded.items() if grade != LEFT_OUT]
    return {OFF: "\n".join(left_out), WEIGHED: "\n".join(weighed)}, errors


def faults(before: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong in the form; a rule that stood in the settings ``before`` may stay."""
    stood = {line.split(" ")[0] for key in (OFF, WEIGHED) for line in before[key].splitlines()}
    return {rule: said for rule, said in typed()[1].items() if said != UNKNOWN or rule not in stood}


def page(values: Mapping[str, str], errors: Mapping[str, str]) -> dict[str, Any]:
    """Return what the page shows: lines, empty ones after them, and what there is to choose."""
    empty = [RuleLine("", "")] * EMPTY_ROWS
    return {
        "lines": [*lines(values, errors), *empty],
        "grades": grades(),
        "names": tuple(names().values()),
    }


def _sent() -> Iterable[tuple[str, str]]:
    count = min(forms.number("rules"), ROWS_AT_MOST)
    for number in range(count):
        yield forms.line(f"rule-{number}"), request.form.get(f"grade-{number}", "")


def _by_title(text: str, known: Mapping[str, str]) -> str:
    found = [rule for rule, name in known.items() if text and text in name]
    return found[0] if len(found) == 1 else ""
