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
    from_elsewhere,
    on_topic,
    quote,
    relevance,
    same_unit,
    still_to_do,
    titled,
    units_in_charge,
    work_done,
)

ANSWERING: tuple[Kind, ...] = (Kind.REPLY, Kind.POLICY)
"""The kinds of documents that can carry an answer."""

_DETAIL = 400
# Below these shares of a suggestion's own words a source is not quoted, only pointed to.
_DONE_RELEVANCE = 0.34
_POLICY_RELEVANCE = 0.3
_POINTED_RELEVANCE = 0.2
# Chapters of a policy that state principles: they match everything and promise nothing.
_GENERAL_PART = re.compile(
    r"总体|指导思想|基本原则|工作目标|主要目标|发展目标|保障措施|组织领导|组织实施"
)
_GENERAL_WEIGHT = 0.5
_AHEAD = re.compile(r"下一步|下步|今后|工作打算|工作计划|工作安排")
_YEAR = re.compile(r"20\d{2}(?=年)")
_DEEPER = 2
_OF_EACH = 2


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

    The suggestion's own words weigh most, then what explains it. Where they find nothing, the
    proposal's subject is asked instead: a bare “加强宣传” means the subject's. Neither past
    replies nor policies crowd the others out.
    """
    more = library.passages(
        suggestion.detail[:_DETAIL],
        title=suggestion.text,
        kinds=ANSWERING,
        limit=_DEEPER * limit,
        exclude=exclude,
    )
    found = _both_kinds(_particular_first(more), limit)
    if len(found) >= min(limit, 3) or not proposal.subject:
        return found
    more = library.passages(
        suggestion.text, title=proposal.subject, kinds=ANSWERING, limit=limit, exclude=exclude
    )
    known = {(passage.document, passage.seq) for passage in found}
    found += [passage for passage in more if (passage.document, passage.seq) not in known]
    return found[:limit]


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
        general = any(_GENERAL_PART.search(heading) for heading in passage.path)
        return passage.score * (_GENERAL_WEIGHT if general else 1.0)

    return sorted(passages, key=weight, reverse=True)


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
    used: set[tuple[int, int]] = set()
    answers = []
    for suggestion in proposal.suggestions:
        passages = find_evidence(proposal, suggestion, library, limit=12, exclude=exclude)
        fresh = [
            one
            for one in passages
            if (one.document, one.seq) not in used
            and on_topic(one, suggestion, proposal.subject)
            and not from_elsewhere(one, ours)
        ]
        answer = _answer(proposal, suggestion, fresh, this_year)
        used.update((one.passage.document, one.passage.seq) for one in answer.evidence)
        answers.append(answer)
    return Draft(proposal=proposal, answers=tuple(answers), profile=profile_name)


def take_evidence(answer_text: str, passage: Passage) -> tuple[str, Evidence]:
    """Return the answer's text with ``passage`` put after it, and the evidence that records it."""
    quoted = quote(passage)
    joined = f"{answer_text.rstrip()}\n{quoted}" if answer_text.strip() else quoted
    return joined, Evidence(passage, quoted)


def _answer(
    proposal: Proposal, suggestion: Suggestion, passages: list[Passage], this_year: int
) -> Answer:
    """Compose one answer: a past answer as work done, a policy as the ground to go on."""
    evidence: list[Evidence] = []
    done = _past_answer(proposal, suggestion, passages, this_year)
    if done:
        evidence.append(done[1])
    measure = _measure_in_force(suggestion, passages, this_year)
    if measure:
        evidence.append(Evidence(measure, quote(measure)))
    told = done[0] if done else mark_pending("本条建议已开展的工作")
    if not done and (best := _worth_a_look(proposal, suggestion, passages, measure)):
        evidence.append(Evidence(best, quote(best)))
        told = _pointed(best)
    answer = Answer(suggestion, told, _open_step(), evidence=tuple(evidence))
    return _with_next_step(answer, measure, this_year) if measure else answer


def _worth_a_look(
    proposal: Proposal, suggestion: Suggestion, passages: list[Passage], measure: Passage | None
) -> Passage | None:
    """Return what fits too little to be quoted and is pointed to, for the clerk to judge.

    The best past reply of ours; where there is not even a measure, the best of all that shares
    a word of the suggestion's own.
    """
    for passage in passages:
        near = relevance(passage, suggestion) >= _POINTED_RELEVANCE
        if near and passage.kind is Kind.REPLY and _ours(proposal, passage):
            return passage
    if measure is not None:
        return None
    return next((one for one in passages if relevance(one, suggestion) > 0), None)


def _pointed(best: Passage) -> str:
    """The mark that leads to ``best``: what was promised is to be checked, the rest to be used."""
    if role_of(best) == "以往承诺":
        return mark_pending(f"{cite(best)}曾答复：{quote(best)}请写明落实情况")
    return mark_pending(f"可参考{cite(best)}改写：{quote(best)}")


def _open_step() -> str:
    return mark_pending("下一步举措、责任单位和完成时限")


def _past_answer(
    proposal: Proposal, suggestion: Suggestion, passages: list[Passage], this_year: int
) -> tuple[str, Evidence] | None:
    """Return what this office has done about it, by the best past reply that tells it."""
    for passage in passages:
        if passage.kind is not Kind.REPLY or not _ours(proposal, passage):
            continue
        if relevance(passage, suggestion) < _DONE_RELEVANCE:
            continue
        if text := work_done(passage, proposal.handling_unit, this_year):
            return text, Evidence(passage, quote(passage))
    return None


def _ours(proposal: Proposal, passage: Passage) -> bool:
    """Whether a reply is of this office or a co-handling one; of any where none is named."""
    ours = [name for name in (proposal.handling_unit, *proposal.co_units) if name]
    return not ours or any(_of_unit(passage, name) for name in ours)


def _of_unit(passage: Passage, name: str) -> bool:
    return any(same_unit(issuer, name) for issuer in (passage.issuer or "").split("、") if issuer)


def _measure_in_force(
    suggestion: Suggestion, passages: list[Passage], this_year: int
) -> Passage | None:
    """Return the best measure that is in force and still leaves something to do."""
    for passage in passages:
        in_force = passage.kind is Kind.POLICY and passage.state in ("", "现行")
        if not in_force or relevance(passage, suggestion) < _POLICY_RELEVANCE:
            continue
        if still_to_do(passage, this_year):
            return passage
    return None


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
