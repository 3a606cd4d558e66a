"""Whose turn it is: the roles that lead a matter on from where it stands."""

from __future__ import annotations

from functools import cache

from casework.people.roles import UserRole
from casework.procedure.guards import Doer
from casework.procedure.stage import Stage
from casework.procedure.states import MAIN_LINE, Move, State, moves_from


def is_for(move: Move, doer: Doer) -> bool:
    """Tell whether one of the doer's roles may make the move."""
    return not doer.roles.isdisjoint(move.roles)


@cache
def awaited(state: State) -> tuple[UserRole, ...]:
    """Return the roles that can lead a matter on from ``state``, along the main line if on it.

    Sending back is nobody's turn: it may be done, but nothing waits for it. Nor is what the lead
    unit does about an opinion that another unit writes.
    """
    onward = [
        move
        for move in moves_from(state)
        if move.target and not move.back and "由主办单位办" not in move.guards
    ]
    along = [move for move in onward if move.target in MAIN_LINE]
    return tuple(dict.fromkeys(role for move in along or onward for role in move.roles))


def waits_for(now: Stage, doer: Doer) -> bool:
    """Tell whether the matter waits for this doer: his role is next, and it is not another's."""
    if doer.roles.isdisjoint(awaited(now.state)):
        return False
    return now.state != "起草" or now.handler in ("", doer.name)
