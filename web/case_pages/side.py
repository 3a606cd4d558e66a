"""The right side of the workbench: 依据 with 会办意见, 事实 (the ledger), 借用."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from flask import render_template

from casework import CoOpinion, Matter, Typed, confirming
from casework import figures as house
from casework.procedure.stage import is_sent
from desk.drafts import particulars
from desk.drafts.inserting import opinion_passages
from drafting.answering.answerable import Claim, answerable
from drafting.answering.figures import same_value
from drafting.answering.local_model.judging import in_order
from drafting.answering.particulars import FactState, Particular, count_states, ledger
from drafting.answering.passages.evidence import ANSWERING, find_evidence
from drafting.answering.passages.sources import who_we_are
from drafting.errors import UserError
from drafting.model import Answer, Draft, GivenFigure, Passage
from web import paging, profiles, stores
from web.case_pages import coopinions, reuse, trials

TABS = {"evidence": "依据", "facts": "事实", "reuse": "借用"}
PASSAGES = 8
FACTS_SHOWN = 60
"""More than a clerk goes through at one sitting; an answer may hold a thousand."""
FACT_STATES: dict[FactState, str] = {
    "contradicted": "与另一文件不符",
    "stale": "可能过时",
    "unproven": "无出处",
    "proven": "有出处",
}


@dataclass(frozen=True, slots=True)
class Look:
    """The passages, the words looked for, or why there are none; and what 会办 units say."""

    passages: tuple[Passage, ...]
    query: str = ""
    archive_empty: bool = False
    opinions: tuple[Passage, ...] = ()
    loose: tuple[Passage, ...] = ()
    awaited: tuple[CoOpinion, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """A page (from 1) of the ledger of one answer, what asks for a look first; with who typed what,
    the counts of the whole draft, and how many of this answer have a source; which particulars
    are asked of whom, by field and words; which unproven ones have the value of a figure given of
    something else, by their words; whether more may be asked (the reply is not out); and what has
    no source, by field and place, with who confirmed it."""

    page: paging.Page[Particular]
    counts: Mapping[FactState, int]
    total: int
    typed: Mapping[str, Typed]
    proven: int
    asked: Mapping[tuple[str, str], house.FigureRequest]
    alike: Mapping[str, GivenFigure]
    open: bool
    answerable: Mapping[tuple[str, int], Claim]


def tab_of(name: str | None) -> str:
    """Return the tab of that name, 依据 where there is none."""
    return name if name and name in trials.tabs(TABS) else "evidence"


def look_for(matter_id: int, draft: Draft, place: int, query: str) -> Look:
    """Return what 依据 shows for one suggestion, or for other words."""
    archive = stores.archive()
    said = coopinions.for_place(matter_id, draft, place)
    suggestion = draft.answers[place].suggestion
    units = sorted(own_units(draft.profile), key=len)[::-1]
    passages: Sequence[Passage] = ()
    with archive.one_moment():
        empty = not archive.count()
        if not empty and query:
            passages = archive.passages(query, kinds=ANSWERING, limit=PASSAGES)
        elif not empty:
            passages = find_evidence(
                draft.proposal, suggestion, archive, limit=PASSAGES, units=units
            )
    return Look(tuple(passages), query, empty, said.own, said.loose, said.awaited)


def facts_for(matter_id: int, draft: Draft, place: int, page: int = 1) -> Facts:
    """Return a page (from 1) of the ledger of the answer at ``place``, what is in doubt first.

    Only this answer is compared with the archive: that costs a search. The counts of the whole
    say what has a source and what has none.
    """
    opinions = tuple(opinion_passages(stores.casework(), matter_id))
    units = _names_known(draft.profile)
    given = stores.casework().run(house.given, matter_id)
    asked = (draft, opinions, given, units, dt.date.today())
    entries = _ledger(*asked, place, stores.moment())
    counts = count_states(_ledger(*asked, None, None))
    order = list(FACT_STATES)
    ordered = sorted(entries, key=lambda entry: order.index(entry.state))
    return Facts(
        paging.cut(ordered, page, FACTS_SHOWN),
        counts,
        sum(counts.values()),
        stores.casework().typed(matter_id),
        count_states(entries)["proven"],
        _asked(matter_id, draft.answers[place]),
        _alike(entries, given),
        not stores.casework().run(is_sent, matter_id),
        _answerable(matter_id, draft, entries),
    )


def _names_known(profile_name: str) -> frozenset[str]:
    """The names that nobody need prove; none where the profile or the list of names is wrong."""
    try:
        return particulars.names_known(stores.context(), profile_name)
    except UserError:
        return frozenset()


def _answerable(
    matter_id: int, draft: Draft, entries: Sequence[Particular]
) -> Mapping[tuple[str, int], Claim]:
    """What of one answer has no source, with who confirmed it; nothing without a profile."""
    try:
        profile = profiles.habits(draft.profile)
    except UserError:
        return {}
    known = stores.casework().run(confirming.listed, matter_id)
    found = answerable(draft, entries, profile, known)
    return {(one.field, one.start): one for one in found if one.why and one.place is not None}


def _alike(
    entries: Sequence[Particular], given: Sequence[GivenFigure]
) -> Mapping[str, GivenFigure]:
    return {
        entry.fact.text: one
        for entry in entries
        if entry.state == "unproven" and entry.fact.kind == "figure"
        for one in given
        if same_value(one.text, entry.fact.text)
    }


def _asked(matter_id: int, answer: Answer) -> Mapping[tuple[str, str], house.FigureRequest]:
    """The requests that are waited for, by the place of ``answer`` that they were made from."""
    return {
        (one.asking.field, one.asking.mark): one
        for one in stores.casework().run(house.listed, matter_id)
        if one.state == "待提供" and one.asking.key == answer.suggestion.key
    }


@lru_cache(maxsize=256)
def _ledger(
    draft: Draft,
    opinions: tuple[Passage, ...],
    given: tuple[GivenFigure, ...],
    units: frozenset[str],
    today: dt.date,
    place: int | None,
    seen: stores.Moment | None,
) -> tuple[Particular, ...]:
    """Kept by what goes in, of the archive as it was ``seen``: an import is seen, and nobody sees
    what was found for another unit in documents that it keeps to itself. ``None`` compares with no
    archive."""
    places = None if place is None else {place}
    return tuple(
        ledger(
            draft,
            places=places,
            opinions=opinions,
            given=given,
            library=None if seen is None else seen.archive,
            units=units,
            today=today,
        )
    )


def own_units(profile_name: str) -> frozenset[str]:
    """Return the names of the unit whose profile that is; none where the profile has gone."""
    try:
        unit = profiles.habits(profile_name).unit
    except UserError:
        return frozenset()
    return frozenset({unit.name, unit.short})


def context(
    matter: Matter, draft: Draft, place: int, tab: str, query: str, page: int = 1
) -> dict[str, object]:
    """Return what the template of a tab needs; ``page`` is that of the facts."""
    shown: dict[str, object] = {
        "matter": matter,
        "draft": draft,
        "place": place,
        "answer": draft.answers[place],
        "tab": tab,
        "tabs": trials.tabs(TABS),
        "fact_states": FACT_STATES,
        "query": query,
        "ours": who_we_are(draft.proposal, own_units(draft.profile)),
    }
    if tab == "evidence":
        look = look_for(matter.id, draft, place, query)
        # What a local model judged stands first, where one was asked.
        shown["judged"] = judged = trials.judged(matter.id, draft, place)
        shown["look"] = replace(look, passages=in_order(look.passages, judged))
    elif tab == "facts":
        shown["facts"] = facts_for(matter.id, draft, place, page)
    elif tab == trials.TAB:
        shown["trying"] = trials.shown(matter, draft, place)
    else:
        shown["phrases"] = stores.casework().phrases(stores.own_unit())
        shown["past"] = reuse.past_replies(draft.proposal)
        shown["closings"] = reuse.closings(matter)
        shown["structures"] = reuse.STRUCTURES
    return shown


def render(matter: Matter, draft: Draft, place: int, tab: str, query: str, page: int = 1) -> str:
    """Return the right side alone, for script to put in."""
    return render_template("_side.html", **context(matter, draft, place, tab, query, page))
