"""The first draft: for each suggestion, the work already done and the policy to go on from.

No language model is involved. Sentences of past replies and policies are selected and rewritten in
the first person; whatever only the office can know is left as a mark to fill in
(``docs/decisions/0004-first-draft.md``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from drafting.answering import reasons
from drafting.answering.local_model.nouns import Use, Uses
from drafting.answering.openings import OPENINGS
from drafting.answering.passages import pointers
from drafting.answering.passages.content import shares_content
from drafting.answering.passages.evidence import is_general
from drafting.answering.passages.gathering import gather
from drafting.answering.passages.library import Library
from drafting.answering.passages.next_steps import as_next_step, to_do
from drafting.answering.passages.relevance import Fit, Relevance, limits_of_use
from drafting.answering.passages.sentences import promised, work_told
from drafting.answering.passages.sources import BINDING, Ours, SourceStatus, status_of, who_we_are
from drafting.answering.passages.voice import quote, work_done
from drafting.model import Answer, Draft, Evidence, Kind, Passage, Proposal, Suggestion

_SHORTEST_MEASURE = 14
_MOST_TOLD = 3
_UNDER_ITS_WORDS = 0.6
_TELLS = frozenset({SourceStatus.OWN, SourceStatus.CO_UNIT})
_WRITTEN: frozenset[Use] = frozenset({"done", "promise", "ground"})
"""A passage that a model judged so may be written into an answer, if the rules agree."""
_SURE, _IN_FIELD = 10.0, 0.01
_RECALLS = frozenset({SourceStatus.OWN, SourceStatus.UNSIGNED, SourceStatus.EXPIRED})


Verdicts = Mapping[str, Uses]
"""By the key of a suggestion: what a model judged passages (document, seq) to be to it."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A passage of the pool, what it is to us, and how it fits one suggestion."""

    passage: Passage
    status: SourceStatus
    fit: Fit

    @property
    def key(self) -> tuple[int, int]:
        return self.passage.document, self.passage.seq


@dataclass(frozen=True, slots=True)
class _Matter:
    """Shared state of the answers of one draft.

    ``told`` and ``pointed`` grow: the first answer that used a passage, or referred to it.
    """

    proposal: Proposal
    ours: Ours
    relevance: Relevance
    offered: tuple[tuple[Passage, SourceStatus], ...]
    this_year: int
    told: dict[tuple[int, int], int]
    pointed: dict[tuple[int, int], int]
    verdicts: Verdicts

    @property
    def unit(self) -> str | None:
        return self.ours.units[0] if self.ours.units else None


def first_draft(
    proposal: Proposal,
    library: Library,
    profile_name: str = "default",
    *,
    units: Collection[str] = (),
    exclude: Collection[str] = (),
    today: dt.date | None = None,
    verdicts: Verdicts = MappingProxyType({}),
) -> Draft:
    """Return a draft in which each suggestion has the best evidence taken in, source kept.

    ``units`` are the names of the profile's unit, ours where the matter names none. Work done
    comes from our own (or a co-handling unit's) past replies, its figures marked 待核实 where the
    source is of an earlier year; the next step rests on the policy in force that binds us. By
    when, only the office knows: that stands as 【待核实：…】. ``notes`` of each answer say how it
    came about. ``verdicts`` take out what a model judged not to be about a suggestion, and take
    for sure what it judged to be, never what the rules keep from an answer.
    """
    ours = who_we_are(proposal, units)
    pool = gather(proposal, library, ours.units, exclude)
    matter = _Matter(
        proposal=proposal,
        ours=ours,
        relevance=Relevance(proposal, pool),
        offered=_offered(pool, ours),
        this_year=(today or dt.date.today()).year,
        told={},
        pointed={},
        verdicts=verdicts,
    )
    answers = tuple(_answer(matter, place) for place in range(len(proposal.suggestions)))
    return Draft(proposal=proposal, answers=answers, profile=profile_name)


def _offered(pool: list[Passage], ours: Ours) -> tuple[tuple[Passage, SourceStatus], ...]:
    """Return the pool with each passage's status; letters only where there is nothing else."""
    stands = [(one, status_of(one, ours)) for one in pool]
    return tuple(pair for pair in stands if pair[1] is not SourceStatus.LETTER) or tuple(stands)


def _answer(matter: _Matter, place: int) -> Answer:
    """Compose one answer: past answers as work done, a policy as the ground to go on."""
    suggestion = matter.proposal.suggestions[place]
    ranked = _ranked(matter, suggestion)
    limits = limits_of_use(suggestion)
    told = _told(matter, suggestion, ranked, limits)
    recalled = None if told else _recalled(matter, ranked, limits)
    step = _step(matter, ranked, limits)
    pointed = None if told or recalled or step else _pointed(matter, ranked, limits)
    answer = Answer(
        suggestion,
        _done_text(matter, place, suggestion, told, recalled),
        OPENINGS["next_step"],
        evidence=tuple(
            Evidence(one.passage, quote(one.passage))
            for one in (*told, recalled, step, pointed)
            if one is not None
        ),
        notes=tuple(_notes(matter, suggestion, ranked, told, recalled, step, pointed)),
    )
    if step:
        answer = _with_next_step(matter, place, answer, step)
    elif pointed:
        again = matter.pointed.get(pointed.key)
        words = pointers.suggest_step(pointed.passage, pointed.status, matter.this_year, again)
        answer = replace(answer, next_step=words + OPENINGS["next_step"])
    for one in (*told, *([step] if step else ())):
        matter.told.setdefault(one.key, place)
    for one in (recalled, pointed):
        if one:
            matter.pointed.setdefault(one.key, place)
    return answer


def _ranked(matter: _Matter, suggestion: Suggestion) -> list[_Candidate]:
    """Return what may be near the suggestion, best first."""
    least = limits_of_use(suggestion)["words"]
    found = [
        _Candidate(passage, status, matter.relevance.fit(suggestion, passage))
        for passage, status in matter.offered
    ]
    able: Iterable[_Candidate] = (one for one in found if one.fit.words >= least)
    verdicts = matter.verdicts.get(suggestion.key)
    if verdicts:
        able = _as_judged(found, verdicts)
    return sorted(able, key=lambda one: -one.fit.score)


def _as_judged(found: Iterable[_Candidate], verdicts: Uses) -> Iterator[_Candidate]:
    """Yield the candidates with their fit as a model judged it; what is not about the suggestion
    is left out, and what was not judged is at most referred to."""
    for one in found:
        use = verdicts.get(one.key)
        if use == "other":
            continue
        fit = replace(one.fit, about_point=False)
        if use in _WRITTEN:
            fit = replace(
                one.fit,
                about_matter=True,
                about_point=True,
                score=one.fit.score + _SURE,
                subject=max(one.fit.subject, _IN_FIELD),
            )
        yield replace(one, fit=fit)


def _told(
    matter: _Matter,
    suggestion: Suggestion,
    ranked: list[_Candidate],
    limits: Mapping[str, float],
) -> list[_Candidate]:
    """Return the past replies whose work is told: the best, and what is as surely about it.

    That is another that is very near, or what stands with the best under the suggestion's words.
    """
    able = [
        one
        for one in ranked
        if one.status in _TELLS and one.fit.about_point and _work(matter, suggestion, one)
    ]
    own = [one for one in able if one.status is SourceStatus.OWN] or able
    kept = own[:1] if own and own[0].fit.score >= limits["told"] else []
    if kept:
        kept += [
            one
            for one in own[1:]
            if one.fit.score >= limits["further"] or _stands_with(kept[0], one)
        ]
    return kept[:_MOST_TOLD]


def _stands_with(best: _Candidate, other: _Candidate) -> bool:
    """Whether two stand in one part of a document, under the suggestion's own words."""
    one, two = best.passage, other.passage
    together = bool(one.path) and (one.document, one.path) == (two.document, two.path)
    return together and other.fit.heading >= _UNDER_ITS_WORDS


def _work(matter: _Matter, suggestion: Suggestion, one: _Candidate) -> str:
    """Return what ``one`` tells of work done that is about the suggestion."""
    about = shares_content(suggestion.text, suggestion.detail, matter.proposal.subject or "")
    anything = one.fit.heading >= _UNDER_ITS_WORDS

    def wanted(sentence: str) -> bool:
        return anything or about(sentence)

    return work_done(one.passage, matter.unit, matter.this_year, wanted)


def _recalled(
    matter: _Matter, ranked: list[_Candidate], limits: Mapping[str, float]
) -> _Candidate | None:
    """Return the nearest of our own former work, promises or plans."""
    for one in ranked:
        if one.fit.score < limits["recalled"]:
            return None
        if one.status in _RECALLS and one.fit.about_matter and _recallable(one):
            return one
    return None


def _recallable(one: _Candidate) -> bool:
    passage = one.passage
    if one.status is SourceStatus.EXPIRED:
        return _is_measure(passage)
    return bool(work_told(passage.text, passage.path) or promised(passage.text, passage.path))


def _step(
    matter: _Matter, ranked: list[_Candidate], limits: Mapping[str, float]
) -> _Candidate | None:
    """Return the measure that binds us and is about the suggestion."""
    sure = (one for one in _measures(matter, ranked) if one.fit.about_point)
    best = next(sure, None)
    return best if best and best.fit.score >= limits["step"] else None


def _pointed(
    matter: _Matter, ranked: list[_Candidate], limits: Mapping[str, float]
) -> _Candidate | None:
    """Return the measure that is referred to where the answer has nothing else."""
    best = next(_measures(matter, ranked), None)
    least = {SourceStatus.OUR_POLICY: limits["pointed_ours"]}
    near = best and best.fit.score >= least.get(best.status, limits["pointed"])
    return best if near else None


def _measures(matter: _Matter, ranked: list[_Candidate]) -> Iterator[_Candidate]:
    """Yield the measures in force that bind us and leave us something to do, best first."""
    for one in ranked:
        if one.status not in BINDING or not _is_measure(one.passage):
            continue
        in_field = one.fit.subject > 0 or one.fit.heading >= _UNDER_ITS_WORDS
        ours = to_do(one.passage, one.status, matter.this_year)
        known = in_field or not matter.proposal.subject
        if known and one.fit.about_matter and ours[1]:
            yield one


def _is_measure(passage: Passage) -> bool:
    whole = passage.text.strip()
    return not is_general(passage) and len(whole) >= _SHORTEST_MEASURE and "。" in whole


def _done_text(
    matter: _Matter,
    place: int,
    suggestion: Suggestion,
    told: list[_Candidate],
    recalled: _Candidate | None,
) -> str:
    if told:
        in_time = sorted(told, key=lambda one: one.passage.date or dt.date.min)
        text = "\n".join(_work(matter, suggestion, one) for one in in_time)
        return f"{_together_with(matter, place, told)}{text}"
    if recalled:
        return pointers.recall(recalled.passage, recalled.status, matter.pointed.get(recalled.key))
    return OPENINGS["done"]


def _together_with(matter: _Matter, place: int, used: list[_Candidate]) -> str:
    """Say with which earlier suggestion this one is handled, where both rest on one source."""
    before = [matter.told[one.key] for one in used if matter.told.get(one.key, place) != place]
    return f"本条与第{before[0] + 1}条建议一并办理。" if before else ""


def _with_next_step(matter: _Matter, place: int, answer: Answer, step: _Candidate) -> Answer:
    """Return ``answer`` with the measure as its next step; who and when stand in their fields."""
    ours = as_next_step(step.passage, step.status, matter.this_year)
    if ours is None:
        return answer
    return replace(
        answer,
        next_step=f"{_together_with(matter, place, [step])}{ours.words}",
        next_unit=ours.unit,
        next_date=ours.term,
    )


def _notes(
    matter: _Matter,
    suggestion: Suggestion,
    ranked: list[_Candidate],
    told: list[_Candidate],
    recalled: _Candidate | None,
    step: _Candidate | None,
    pointed: _Candidate | None,
) -> Iterator[str]:
    """Return what was used, what was near and why not, and what to try where nothing was."""
    for one in told:
        yield reasons.used("已开展的工作", one.passage, one.status, one.fit.score)
    if step:
        yield reasons.used("下一步工作", step.passage, step.status, step.fit.score)
    for hint in (recalled, pointed):
        if hint:
            yield reasons.pointed(hint.passage, hint.status, hint.fit.score)
    taken = {one.passage.document for one in (*told, recalled, step, pointed) if one}
    yield from reasons.near(
        [
            reasons.Near(one.passage, one.status, one.fit.score, in_field=one.fit.subject > 0)
            for one in ranked
            if one.passage.document not in taken and one.passage.kind in (Kind.REPLY, Kind.POLICY)
        ]
    )
    if not taken:
        yield reasons.to_try(suggestion, empty=not matter.offered)
    if not matter.unit:
        yield "不知道答复单位：没有把任何单位的工作写作本单位的工作。请填写承办单位后重新生成。"
