"""Undo for the lists of 核对: each action records what was there before.

The steps travel with the form, so that nothing is kept on the server and the button works without
script. Text typed into rows that the action did not touch stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import msgspec

from drafting.model.serial import learned
from web.case_pages.confirming.forms import IntakeForm, ProposerRow, Row, Step

R = TypeVar("R", Row, ProposerRow)

STEPS_MOST = 20
STEPS_MAX_CHARS = 400_000


def numbered(form: IntakeForm, before: IntakeForm | None = None) -> IntakeForm:
    """Return ``form`` with an id at each row that has none yet; no id is given twice.

    ``before`` is the form before an action that may have taken rows away.
    """
    former = before or form
    rows = [former.rows, *(step.rows for step in form.steps)]
    people = [former.proposers, *(step.proposers for step in form.steps)]
    return replace(
        form,
        rows=_numbered(form.rows, _used(form.rows, rows)),
        proposers=_numbered(form.proposers, _used(form.proposers, people)),
    )


def recorded(
    before: IntakeForm, after: IntakeForm, what: str, *, empty: bool = False
) -> IntakeForm:
    """Return ``after`` with the step that leads back to ``before``; rows are numbered.

    ``empty``: the action brought an empty row.
    """
    step = Step(
        what,
        _brief(before.rows, after.rows),
        _made(before.rows, after.rows),
        _brief(before.proposers, after.proposers),
        _made(before.proposers, after.proposers),
        before.settled,
        before.listing,
        empty,
    )
    return replace(after, steps=(*before.steps, step)[-STEPS_MOST:])


def undone(form: IntakeForm) -> IntakeForm:
    """Return the form before the last action; without one it stays as it is.

    An empty row that was filled since stays; then the action before it is the last one.
    """
    while form.steps:
        *steps, last = form.steps
        back = replace(
            form,
            rows=_restored(form.rows, last.rows, _gone(form.rows, last.rows_made, last.empty)),
            proposers=_restored(
                form.proposers,
                last.proposers,
                _gone(form.proposers, last.proposers_made, last.empty),
            ),
            settled=last.settled,
            listing=last.listing,
            steps=tuple(steps),
        )
        if not last.empty or (back.rows, back.proposers) != (form.rows, form.proposers):
            return back
        form = back
    return form


def _gone(rows: Sequence[R], made: Sequence[int], empty: bool) -> list[int]:
    """Return which of the rows that the action ``made`` go with it."""
    return [row.id for row in rows if row.id in made and not (empty and not row.blank)]


def packed(steps: Sequence[Step]) -> str:
    """Return ``steps`` as the page carries them; the oldest go where they are too long."""
    while len(text := msgspec.json.encode(list(steps)).decode()) > STEPS_MAX_CHARS:
        steps = steps[1:]
    return text


def unpacked(text: str) -> tuple[Step, ...]:
    """Return the steps that the page sent; what is none of ours counts as no steps."""
    try:
        return tuple(msgspec.json.decode(text or "[]", type=tuple[Step, ...]))[-STEPS_MOST:]
    except (msgspec.DecodeError, RecursionError):
        return ()


def _used(rows: Sequence[R], former: Sequence[Sequence[int | R]]) -> int:
    """Return the highest id that the list or any of its former states has."""
    ids = [row.id for row in rows]
    ids += [one if isinstance(one, int) else one.id for rows_ in former for one in rows_]
    return max(ids, default=-1)


def _numbered(rows: Sequence[R], used: int) -> tuple[R, ...]:
    found, seen = [], set[int]()
    for row in rows:
        if row.id < 0 or row.id in seen:
            used += 1
            row = replace(row, id=used)
        seen.add(row.id)
        found.append(row)
    return tuple(found)


def _brief(before: Sequence[R], after: Sequence[R]) -> tuple[int | R, ...]:
    now = {row.id: row for row in after}
    return tuple(row.id if now.get(row.id) == row else row for row in before)


def _made(before: Sequence[R], after: Sequence[R]) -> tuple[int, ...]:
    known = {row.id for row in before}
    return tuple(row.id for row in after if row.id not in known)


def _restored(now: Sequence[R], before: Sequence[int | R], made: Sequence[int]) -> tuple[R, ...]:
    typed = {row.id: row for row in now}
    rows = [
        typed[one] if isinstance(one, int) else one
        for one in before
        if not isinstance(one, int) or one in typed
    ]
    known = {row.id for row in rows} | set(made)
    # A row that was added since stays, behind the one that it stands behind now.
    for place, row in enumerate(now):
        if row.id not in known:
            above = now[place - 1].id if place else -1
            at = next((n for n, one in enumerate(rows) if one.id == above), len(rows) - 1)
            rows.insert(at + 1 if place else 0, row)
    return tuple(rows)


learned(tuple[Step, ...])
