"""Laws of the declared table: nothing in it is unreachable, dead, or said twice."""

from __future__ import annotations

from itertools import pairwise
from typing import get_args

import pytest

from casework.people.roles import ROLES
from casework.procedure.effects import _EFFECTS
from casework.procedure.given import FIELDS
from casework.procedure.guards import GUARDS
from casework.procedure.states import (
    BY_ID,
    FINAL,
    MAIN_LINE,
    MOVES,
    SAID,
    START,
    STATES,
    Ask,
    Effect,
    GuardName,
    State,
    moves_from,
)


def _reachable(start: State) -> set[State]:
    found, left = {start}, [start]
    while left:
        for move in moves_from(left.pop()):
            if move.target and move.target not in found:
                found.add(move.target)
                left.append(move.target)
    return found


def test_every_state_is_reached_and_every_state_leads_to_an_end() -> None:
    assert _reachable(START) == set(STATES)
    for state in STATES:
        assert _reachable(state) & set(FINAL), state


def test_the_main_line_is_walked_by_declared_moves() -> None:
    for here, then in pairwise(MAIN_LINE):
        assert any(move.target == then for move in moves_from(here)), (here, then)


def test_moves_are_declared_once_and_whole() -> None:
    assert len(BY_ID) == len(MOVES)
    for move in MOVES:
        assert move.sources and move.roles, move.id
        assert set(move.sources) <= set(STATES) and set(move.roles) <= set(ROLES), move.id
        assert move.target not in move.sources, move.id
        assert move.label and move.name, move.id
        # Who is sent back is told why; who takes his own paper back need not say it.
        if move.back and move.id not in ("withdraw", "back-refused", "follow-up"):
            assert move.opinion == "must", move.id
        for state in move.sources:
            names = [one.name for one in moves_from(state)]
            assert len(set(names)) == len(names), state


@pytest.mark.parametrize(
    ("declared", "made"),
    [
        (get_args(Ask), FIELDS),
        (get_args(GuardName), GUARDS),
        (get_args(Effect), _EFFECTS),
        (STATES, SAID),
    ],
)
def test_whatever_the_table_names_exists_and_is_used(
    declared: tuple[str, ...], made: dict[str, object]
) -> None:
    assert set(declared) == set(made)
    used = {name for move in MOVES for name in (*move.guards, *move.asks, *move.effects, *STATES)}
    assert set(declared) <= used


def test_each_role_of_the_chain_leads_a_matter_on() -> None:
    onward = {role for move in MOVES if move.target and not move.back for role in move.roles}
    assert onward == {"经办", "核稿", "签发", "督办"}
