"""How each field of the page was found, and whether it still has the value that was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from drafting.intake.nouns import FieldState, Intake, Place
from web.case_pages.confirming.forms import IntakeForm
from web.case_pages.confirming.intake_form import NAMES, of_proposal
from web.case_pages.confirming.proposers import names_of

Shown = FieldState | Literal["已改"]
COUNTED: tuple[Shown, ...] = ("读出", "推测", "没有读到", "已改")
NEEDED = frozenset({"matter", "session", "item_no", "subject", "proposers"})
"""What every paper prints: only of these it is worth a look that they were not found."""
BRIEF = 5
_SHOWN = frozenset(
    "matter session item_no subject proposers role handling_unit co_units assigned due".split()
)
FOLDED = tuple(name for name in NAMES if name not in _SHOWN)
"""What few papers print; folded away and not counted where it was not found."""


@dataclass(frozen=True, slots=True)
class State:
    """What the page says beside a field; ``read`` is the state as long as it says ``was``.

    ``needed`` are the fields that every paper prints.
    """

    state: Shown
    read: FieldState
    was: str
    why: str = ""
    place: Place | None = None
    needed: bool = False

    @property
    def brief(self) -> bool:
        """Whether the reason of a guess is short enough to stand under the word 推测."""
        return self.state == "推测" and 0 < len(self.why) <= BRIEF


def states(form: IntakeForm, reading: Intake | None) -> Mapping[str, State]:
    """Return the states of the fields by their names; none for what was never read."""
    if reading is None:
        return {}
    found = {}
    as_read = of_proposal(reading.proposal)
    for name, field in reading.fields.items():
        if name not in form.fields and name != "proposers":
            continue
        was, now = _value(as_read, name), _value(form, name)
        state: Shown = field.state if was == now else "已改"
        found[name] = State(state, field.state, was, field.why, field.place, name in NEEDED)
    return found


def _value(form: IntakeForm, name: str) -> str:
    return names_of(form.proposers) if name == "proposers" else form.fields.get(name, "")


def counts(states: Mapping[str, State]) -> Sequence[tuple[Shown, int]]:
    """Return how many fields are in each state; what nobody is in is left out, 读出 never."""
    told = [
        one.state for name, one in states.items() if name not in FOLDED or one.state != "没有读到"
    ]
    found = [(name, told.count(name)) for name in COUNTED]
    return [(name, number) for name, number in found if number or name == "读出"]
