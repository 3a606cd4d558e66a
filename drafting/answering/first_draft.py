"""The first draft: for each suggestion what this office has done, and the ground to go on.

No model writes it: what past replies and policies say is chosen, put into this office's voice and
left open where only the office knows (``docs/decisions/0004-first-draft.md``).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import replace

from drafting.answering.evidence import Library, cite, find_evidence, is_general, role_of
from drafting.answering.voice import (
    from_below,
    from_elsewhere,
    on_topic,
    quote,
    same_unit,
    still_to_do,
    titled,
    units_in_charge,
    work_done,
)
from drafting.facts import mark_pending
from drafting.model import Answer, Draft, Evidence, Kind, Passage, Proposal, Suggestion

# Below these shares of a suggestion's weight a source is not quoted, only pointed to.
_DONE_HELD = 0.12
_POLICY_HELD = 0.1
_POINTED_HELD = 0.08
_LEAST_HELD = 0.05
_LOOKED_AT = 12
_YEAR = re.compile(r"20\d{2}(?=年)")


def first_draft(
    proposal: Proposal,
    library: Library,
    profile_name: str = "default",
    *,
    exclude: Collection[str] = (),
    today: dt.date | None = None,
) -> Draft:
    """Return a draft in which each suggestion has the best evidence taken in, source kept.

    Work done comes from this unit's (or a co-handling unit's) past replies, its figures marked
    待核实 where the source is of an earlier year; the next step rests on the policy in force, with
    the units that it names. By when, only the office knows: that stands as 【待核实：…】.
    """
    this_year = (today or dt.date.today()).year
    ours = [name for name in (proposal.session, proposal.handling_unit) if name]
    offered = [
        [
            one
            for one in find_evidence(proposal, each, library, limit=_LOOKED_AT, exclude=exclude)
            if on_topic(one, proposal.subject)
        ]
        for each in proposal.suggestions
    ]
    here = [[one for one in passages if not from_elsewhere(one, ours)] for passages in offered]
    measures = _shared_out([_measures(passages, this_year) for passages in here])
    past = _shared_out([_past_answers(proposal, passages, this_year) for passages in here])
    used = {_key(one) for one in (*measures, *past) if one}
    answers = []
    for place, suggestion in enumerate(proposal.suggestions):
        below = [one for one in offered[place] if from_below(one, ours)]
        rest = [one for one in (*here[place], *below) if _key(one) not in used]
        answer = _answer(proposal, suggestion, past[place], measures[place], rest, this_year)
        used.update(_key(one.passage) for one in answer.evidence)
        answers.append(answer)
    return Draft(proposal=proposal, answers=tuple(answers), profile=profile_name)


def _shared_out(wanted: list[list[Passage]]) -> list[Passage | None]:
    """Give each suggestion the best passage that suits it, and each passage to one suggestion.

    Where two want the same, it goes to the one of which it holds more, and the other takes its
    next: the grant for cold stores goes to the suggestion on grants, though the one on planning
    stands before it (Gale & Shapley, College Admissions and the Stability of Marriage, 1962).
    """
    holder: dict[tuple[int, int], tuple[int, Passage]] = {}
    nexts = [iter(passages) for passages in wanted]
    waiting = list(reversed(range(len(wanted))))
    while waiting:
        place = waiting.pop()
        for passage in nexts[place]:
            rival = holder.get(_key(passage))
            if rival and rival[1].held >= passage.held:
                continue
            holder[_key(passage)] = place, passage
            if rival:
                waiting.append(rival[0])
            break
    given = dict(holder.values())
    return [given.get(place) for place in range(len(wanted))]


def _key(passage: Passage) -> tuple[int, int]:
    return passage.document, passage.seq


def _answer(
    proposal: Proposal,
    suggestion: Suggestion,
    past: Passage | None,
    measure: Passage | None,
    rest: list[Passage],
    this_year: int,
) -> Answer:
    """Compose one answer: a past answer as work done, a policy as the ground to go on."""
    evidence = [Evidence(one, quote(one)) for one in (past, measure) if one]
    told = mark_pending("本条建议已开展的工作")
    if past:
        told = work_done(past, proposal.handling_unit, this_year)
    elif best := _worth_a_look(proposal, rest, measure):
        evidence.append(Evidence(best, quote(best)))
        told = _pointed(best)
    answer = Answer(suggestion, told, _open_step(), evidence=tuple(evidence))
    return _with_next_step(answer, measure, this_year) if measure else answer


def _worth_a_look(
    proposal: Proposal, rest: list[Passage], measure: Passage | None
) -> Passage | None:
    """Return what fits too little to be quoted and is pointed to, for the clerk to judge.

    The best past reply of ours; where there is not even a measure, the best of all that shares
    something of the suggestion's own words, principles last.
    """
    rest = [one for one in rest if not quote(one).endswith(("：", ":"))]
    for passage in rest:
        near = passage.held >= _POINTED_HELD
        if near and passage.kind is Kind.REPLY and _ours(proposal, passage):
            return passage
    if measure is not None:
        return None
    return next((one for one in sorted(rest, key=is_general) if one.held >= _LEAST_HELD), None)


def _pointed(best: Passage) -> str:
    """The mark that leads to ``best``: what was promised is to be checked, the rest to be used."""
    if role_of(best) == "以往承诺":
        return mark_pending(f"{cite(best)}曾答复：{quote(best)}请写明落实情况")
    return mark_pending(f"可参考{cite(best)}改写：{quote(best)}")


def _open_step() -> str:
    return mark_pending("下一步举措、责任单位和完成时限")


def _past_answers(proposal: Proposal, passages: list[Passage], this_year: int) -> list[Passage]:
    """Return the past replies that tell what this office has done about it, best first."""
    return [
        one
        for one in passages
        if one.kind is Kind.REPLY
        and one.held >= _DONE_HELD
        and _ours(proposal, one)
        and work_done(one, proposal.handling_unit, this_year)
    ]


def _ours(proposal: Proposal, passage: Passage) -> bool:
    """Whether a reply is of this office or a co-handling one; of any where none is named."""
    ours = [name for name in (proposal.handling_unit, *proposal.co_units) if name]
    return not ours or any(_of_unit(passage, name) for name in ours)


def _of_unit(passage: Passage, name: str) -> bool:
    return any(same_unit(issuer, name) for issuer in (passage.issuer or "").split("、") if issuer)


def _measures(passages: list[Passage], this_year: int) -> list[Passage]:
    """Return the measures that are in force and still leave something to do, best first."""
    return [
        one
        for one in passages
        if one.kind is Kind.POLICY
        and one.state in ("", "现行")
        and one.held >= _POLICY_HELD
        and not is_general(one)
        and still_to_do(one, this_year)
    ]


def _with_next_step(answer: Answer, measure: Passage, this_year: int) -> Answer:
    """Return ``answer`` with the measure as its next step; who and when stand in their fields.

    By when the office has it done only the office knows; the last year that the measure names is
    told with the mark.
    """
    name, words = titled(still_to_do(measure, this_year))
    ground = f"按照{cite(measure)}" + (f"“{name}”的要求，" if name else "要求，")
    years = [int(year) for year in _YEAR.findall(words) if int(year) >= this_year]
    until = f"完成时限（文件要求{max(years)}年）" if years else "完成时限"
    return replace(
        answer,
        next_step=ground + words,
        next_unit=units_in_charge(measure) or mark_pending("责任单位"),
        next_date=mark_pending(until),
    )
