"""Evidence for the answers: what the archive holds about each suggestion, and a first draft.

The archive is handed in as a :class:`Library`; ``corpus.Archive`` is one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import replace
from typing import Protocol

from drafting.alike import promises
from drafting.facts import mark_pending
from drafting.model import Answer, Draft, Evidence, Kind, Passage, Proposal, Suggestion
from drafting.voice import (
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

ANSWERING: tuple[Kind, ...] = (Kind.REPLY, Kind.POLICY)
"""The kinds of documents that can carry an answer."""

_DETAIL = 400
# What the proposal is about counts half beside the suggestion's own words.
_AROUND = 0.5
# Below these shares of a suggestion's weight a source is not quoted, only pointed to.
_DONE_HELD = 0.12
_POLICY_HELD = 0.1
_POINTED_HELD = 0.08
_LEAST_HELD = 0.05
# Chapters of a policy that state principles: they match everything and promise nothing.
_GENERAL_PART = re.compile(
    r"总体|指导思想|基本原则|工作目标|主要目标|发展目标|保障措施|组织领导|组织实施"
)
_PREAMBLE = re.compile(r"(?:为|根据|按照|依据)[^。]{4,200}(?:制定|制订|提出|出台|印发)")
_GENERAL_WEIGHT = 0.5
_AHEAD = re.compile(r"下一步|下步|今后|工作打算|工作计划|工作安排")
_YEAR = re.compile(r"20\d{2}(?=年)")
_DEEPER = 3
_OF_EACH = 2
_LOOKED_AT = 12


class Library(Protocol):
    """What drafting needs of an archive."""

    def passages(
        self,
        query: str,
        *,
        title: str = "",
        kinds: Collection[Kind] = (),
        limit: int = 10,
        exclude: Collection[str] = (),
    ) -> list[Passage]:
        """Return the passages that answer ``query``, best first."""
        ...


def find_evidence(
    proposal: Proposal,
    suggestion: Suggestion,
    library: Library,
    *,
    limit: int = 8,
    exclude: Collection[str] = (),
) -> list[Passage]:
    """Return the best passages of past replies and policies for one suggestion, best first.

    Asked for are the suggestion's own words, heading and explanation alike, and once more
    together with the proposal's subject: a bare “规范收费” means the subject's, and what has the
    same heading in another plan is not nearer for it. Neither past replies nor policies crowd the
    others out.
    """
    own = "。".join(part for part in (suggestion.text, suggestion.detail[:_DETAIL]) if part)
    found = library.passages(own, kinds=ANSWERING, limit=_DEEPER * limit, exclude=exclude)
    if proposal.subject:
        wider = library.passages(
            f"{own}\n{proposal.subject}", kinds=ANSWERING, limit=_DEEPER * limit, exclude=exclude
        )
        found = _together(found, wider)
    return _both_kinds(_particular_first(found), limit)


def _together(own: list[Passage], wider: list[Passage]) -> list[Passage]:
    """Join what two questions found, the scores added; what only the wider one found holds none.

    A passage that shares nothing but the subject's words holds nothing of the suggestion.
    """
    joined = {(one.document, one.seq): one for one in own}
    for one in wider:
        key = (one.document, one.seq)
        known = joined.get(key, replace(one, score=0.0, held=0.0))
        joined[key] = replace(known, score=round(known.score + _AROUND * one.score, 3))
    return list(joined.values())


def role_of(passage: Passage) -> str:
    """Return what a passage is to the clerk: 往年答复, 以往承诺, 现行措施 or 失效措施."""
    if passage.kind is Kind.REPLY:
        ahead = passage.path and _AHEAD.search(passage.path[-1])
        first = promises(passage.text.split("。", 1)[0])
        return "以往承诺" if ahead or first else "往年答复"
    if passage.kind is not Kind.POLICY:
        return ""
    return "现行措施" if passage.state in ("", "现行") else "失效措施"


def _both_kinds(passages: list[Passage], limit: int) -> list[Passage]:
    """Return the first ``limit``, with the best two of each kind among them where there are any."""
    kept = passages[:limit]
    for kind in ANSWERING:
        have = sum(passage.kind is kind for passage in kept)
        wanting = min(_OF_EACH, limit // 2) - have
        missing = [passage for passage in passages[limit:] if passage.kind is kind][:wanting]
        if wanting > 0 and missing:
            kept = [*kept[: len(kept) - len(missing)], *missing]
    return kept


def _particular_first(passages: list[Passage]) -> list[Passage]:
    """Put a policy's general parts behind its measures."""

    def weight(passage: Passage) -> float:
        return passage.score * (_GENERAL_WEIGHT if _general(passage) else 1.0)

    return sorted(passages, key=weight, reverse=True)


def _general(passage: Passage) -> bool:
    return any(_GENERAL_PART.search(heading) for heading in passage.path) or bool(
        _PREAMBLE.match(passage.text)
    )


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
    given: list[Passage | None] = [None] * len(wanted)
    holder: dict[tuple[int, int], int] = {}
    nexts = [iter(passages) for passages in wanted]
    waiting = list(range(len(wanted)))[::-1]
    while waiting:
        place = waiting.pop()
        for passage in nexts[place]:
            other = holder.get(_key(passage))
            rival = given[other] if other is not None else None
            if other is not None and rival and rival.held >= passage.held:
                continue
            holder[_key(passage)] = place
            given[place] = passage
            if other is not None:
                given[other] = None
                waiting.append(other)
            break
    return given


def _key(passage: Passage) -> tuple[int, int]:
    return passage.document, passage.seq


def take_evidence(answer_text: str, passage: Passage) -> tuple[str, Evidence]:
    """Return the answer's text with ``passage`` put after it, and the evidence that records it."""
    quoted = quote(passage)
    joined = f"{answer_text.rstrip()}\n{quoted}" if answer_text.strip() else quoted
    return joined, Evidence(passage, quoted)


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
    return next((one for one in sorted(rest, key=_general) if one.held >= _LEAST_HELD), None)


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
        and not _general(one)
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


def cite(passage: Passage) -> str:
    """Return how a text cites the document: 《title》（number）, inner title marks as 〈〉."""
    title = passage.title.replace("《", "〈").replace("》", "〉")
    return f"《{title}》" + (f"（{passage.doc_no}）" if passage.doc_no else "")


def describe(passage: Passage) -> str:
    """Return a passage's source in one line: date, issuer, title, number."""
    date = passage.date.isoformat() if isinstance(passage.date, dt.date) else ""
    number = f"（{passage.doc_no}）" if passage.doc_no else ""
    return "　".join(
        part for part in (date, passage.issuer or "", f"《{passage.title}》{number}") if part
    )
