"""The form of a batch: the ticked lines, the paper of each line, and which value is used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from werkzeug.datastructures import MultiDict

from desk.batch.nouns import Choices, Side
from drafting.intake.ledger import LABELS
from web.texts import parse_number

if TYPE_CHECKING:
    from desk.batch.nouns import Choices, Plan

_PAPER, _SIDE = "paper-", "side-"


def choices(form: MultiDict[str, str]) -> Choices:
    """Return what a form chose. A paper that nobody chose is left open."""
    papers = {
        name.removeprefix(_PAPER): parse_number(value)
        for name, value in form.items()
        if name.startswith(_PAPER) and value.strip()
    }
    sides: dict[str, Side] = {
        name.removeprefix(_SIDE): "paper"
        for name, value in form.items()
        if name.startswith(_SIDE) and value == "paper"
    }
    return Choices(frozenset(form.getlist("tick")), papers, sides)


def ticked(chosen: Choices, plan: Plan) -> Choices:
    """Return the choices with what is ticked in the plan."""
    return replace(chosen, ticked=frozenset(line.key for line in plan.lines if line.ticked))


def columns_chosen(form: MultiDict[str, str], names: Sequence[str]) -> dict[str, str]:
    """Return what each column was said to be; an unknown key leaves it out."""
    found = {}
    for place, name in enumerate(names):
        key = form.get(f"column-{place}", "")
        found[name] = key if key in LABELS else ""
    return found
