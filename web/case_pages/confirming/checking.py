"""Composes the page of 核对: the original, the fields with their states, the two lists.

A script that corrects a list requests only the lists (``part=lists``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import render_template, request

from casework import Matter
from drafting.intake.nouns import Intake, Place
from drafting.language.masking import mask
from web import profiles
from web.case_pages.confirming import intake_form, offers, original, proposers, undoing
from web.case_pages.confirming.forms import IntakeForm, Row
from web.case_pages.confirming.states import FOLDED, State, counts, states

FEW_PROPOSERS = 2
_OF_PROPOSERS = re.compile(r"p(\d+|-add|roposers)")


def page(form: IntakeForm, matter: Matter | None, reading: Intake | None, **more: Any) -> str:
    """Return the page that shows ``form``; without ``matter`` everything is typed from paper."""
    text = matter.draft.proposal.text if matter else ""
    rows = (
        original.with_places(form.rows, text, offers.known_places(reading)) if text else form.rows
    )
    # There is always a row to type into.
    form = replace(form, rows=rows or (Row(),))
    if not form.proposers:
        form = replace(form, proposers=(proposers.placeholder((), form.fields),))
    form = undoing.numbered(form)
    shown = states(form, reading)
    confirmed = matter is not None and matter.confirmed
    only_lists = request.form.get("part") == "lists"
    return render_template(
        "_intake_lists.html" if only_lists else "intake.html",
        form=form,
        matter=matter,
        states=shown,
        counts=counts(shown),
        lines=[] if only_lists else original.lines(text, _marks(form, shown)),
        notice=offers.Notice() if confirmed else offers.notice(form, reading),
        has_text=bool(text),
        how=_how(form, reading),
        others=offers.notice(form, reading).others if confirmed else (),
        steps=undoing.packed(form.steps),
        undoable=form.steps[-1].what if form.steps else "",
        names=intake_form.NAMES,
        proposer_kinds=proposers.KINDS,
        proposer_parts=proposers.PARTS,
        proposer_names=proposers.names_of(form.proposers),
        proposers_open=_open(form, shown),
        folded=FOLDED,
        unfolded=any(form.fields.get(name) for name in FOLDED)
        or bool({*FOLDED, "profile"} & set(form.errors) or more.get("of_another")),
        sessions=profiles.sessions(str(more.get("profile") or profiles.BASE)),
        mask=mask,
        span=_span,
        **more,
    )


def _how(form: IntakeForm, reading: Intake | None) -> str:
    """Return how the list that is shown was come by, as its reading says it."""
    known = offers.listings(reading) if reading else ()
    return known[form.listing].how if form.listing < len(known) else ""


def _open(form: IntakeForm, shown: Mapping[str, State]) -> bool:
    """Return whether the proposers' rows are open: few, wrong, or not read for certain."""
    state = shown.get("proposers")
    sure = state is not None and state.state == "读出"
    wrong = any(_OF_PROPOSERS.fullmatch(name) for name in (*form.errors, form.focus))
    return wrong or (not sure and len(form.proposers) <= FEW_PROPOSERS)


def _marks(form: IntakeForm, shown: Mapping[str, State]) -> dict[str, Place]:
    """Return the places by the names of the elements that they belong to."""
    found = {f"s{number}": row.place for number, row in enumerate(form.rows, 1) if row.place}
    found |= {f"f-{name}": state.place for name, state in shown.items() if state.place}
    return found


def _span(place: Place | None) -> str:
    """Return a place as the page writes it."""
    return f"{place.start}-{place.end}" if place else ""
