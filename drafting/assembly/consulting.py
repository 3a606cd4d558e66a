"""Which 会办 units a paper may name as consulted, and what still stands open with the others.

Source: the lead unit consults the 会办 units and tells the proposer so (domain notes 2.3, 2.10); a
reply may say it only of those whose opinion came in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from drafting.assembly import parties
from drafting.language.cleaning import pasted_line
from drafting.language.particulars import mark_pending
from drafting.model import Draft, OpinionState
from drafting.profile import Profile

Lacking = Literal["未收到", "未征求", "收到日期晚于成文日期"]
"""Why a 会办 unit cannot be named: asked and silent, never asked, answered after the paper."""

_MARKED: Mapping[Lacking, str] = {
    "未收到": "的会办意见未收到",
    "未征求": "的会办意见尚未征求",
    "收到日期晚于成文日期": "的会办意见收到日期晚于成文日期",
}


@dataclass(frozen=True, slots=True)
class Consulted:
    """The units whose opinion came in, and the others, each with what is lacking."""

    heard: tuple[str, ...] = ()
    lacking: tuple[tuple[str, Lacking], ...] = ()

    def of(self, what: Lacking) -> tuple[str, ...]:
        """Return the units of which ``what`` is true."""
        return tuple(unit for unit, why in self.lacking if why == what)


def consulted(draft: Draft, profile: Profile) -> Consulted:
    """Return what the record says of each 会办 unit on the day of the paper.

    An opinion that came in unasked is an opinion all the same; one that came in after 成文日期
    cannot have gone into the paper. Never-asked units are left out where the profile asks nothing.
    """
    states = {pasted_line(one.unit): one for one in draft.co_opinions}
    heard: list[str] = []
    lacking: list[tuple[str, Lacking]] = []
    for unit in parties.co_units(draft, profile):
        why = _lacks(states.get(unit), draft.date)
        if why is None:
            heard.append(unit)
        elif why != "未征求" or profile.openings.unasked_co_units == "mark":
            lacking.append((unit, why))
    return Consulted(tuple(heard), tuple(lacking))


def _lacks(state: OpinionState | None, date: dt.date | None) -> Lacking | None:
    if state is None:
        return "未征求"
    if state.printed:
        return None
    if state.received is None:
        return "未收到" if state.asked else "未征求"
    return "收到日期晚于成文日期" if date and date < state.received else None


def consulted_words(draft: Draft, profile: Profile) -> str:
    """Return what stands for 会办单位 in a sentence: names of the heard, a mark for the others.

    ``""`` where nothing may be said: no unit was heard and none is lacking.
    """
    found = consulted(draft, profile)
    marks = [
        mark_pending(parties.join_units(units) + said)
        for why, said in _MARKED.items()
        if (units := found.of(why))
    ]
    return _joined([*found.heard, *marks], named=len(found.heard))


def _joined(words: Sequence[str], named: int) -> str:
    """Join names and marks; a mark that names several units says 和 itself."""
    if named == len(words):
        return parties.join_units(words)
    return "、".join(words)
