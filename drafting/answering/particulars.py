"""The ledger of facts: figures, dates, 《titles》, 〔numbers〕 and names of a draft, with sources.

A particular is *proven* where a passage taken into the draft, an opinion of a 会办 unit or, for
titles and numbers, a document of the archive says it in the same words, or where a section of the
house gave it for this matter (本单位提供, :mod:`drafting.answering.figures`). It is *stale* where
its source is of an earlier year and the sentence does not say which year it speaks of, or a later
document gives a newer figure; *contradicted* where another document gives another figure for the
same words and the same year; else *unproven*: then it is told who typed it and when.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from drafting.answering.comparing import (
    Others,
    differing,
    place_of,
    restated,
    says,
    sentence_of,
    year_at,
)
from drafting.answering.figures import Verdict, judge
from drafting.answering.passages.evidence import Library
from drafting.language.dates import find_dates, period_of
from drafting.language.naming.offices import find_divisions
from drafting.language.naming.places import COUNTIES
from drafting.language.naming.proper_names import find_persons, find_places, find_projects
from drafting.language.naming.units import NAMED
from drafting.language.particulars import ages, find_facts, pending_spans
from drafting.language.spans import Span
from drafting.model import (
    Answer,
    Draft,
    Fact,
    FactKind,
    GivenFigure,
    Kind,
    Passage,
    Proposal,
    Suggestion,
    field_names,
)

FactState = Literal["proven", "stale", "contradicted", "unproven"]
SourceKind = Literal["passage", "opinion", "archive", "proposal", "given"]

FIELDS = field_names(searched=True)
"""The texts of an answer in which particulars stand."""

OPINION = "会办意见/"
"""What the source of a passage begins with that comes from a 会办 unit's opinion."""

NAMES: tuple[FactKind, ...] = ("unit", "place", "person", "project")
"""The kinds of particulars that are names: of the office, of the item, of a source, or found."""

PROPOSAL = "提案原文"
"""How the proposal itself is called as a source."""

_CANDIDATES = 40
_SPEAKING = (Kind.REPLY, Kind.POLICY)
_CITING = (*_SPEAKING, Kind.OTHER)
_LONGEST_QUESTION = 1_500
# The 州 of 常州市 is none, and 省级人民政府 are many.
_RUNG = f"(?!州[市县区])[{COUNTIES}](?!级人民政府)"
# Verbs that stand before a unit, and are no part of the name of its place or of another.
_ASKS = "经商|会同|协同|联合|配合|督促|协调|报请|商请|函请|提请|争取|经与|牵头|要求|(?<=[会协])同"
_UNIT = re.compile(
    rf"(?:(?:(?!{_ASKS}|[由向将在对与和及的等请省市区县旗])[\u4e00-\u9fff]){{2,3}}"
    rf"(?={_RUNG}[\u4e00-\u9fff]))?"
    rf"{_RUNG}(?:(?!会同|协调|牵头|要求|督促|[已我是])[\u4e00-\u9fff]){{1,10}}?(?:{NAMED})(?!(?<=局)[限部面])"
)
_NO_UNIT = re.compile(r"各|及|和|与|等|的|有关|相关|内|由|向|将|在|对")
# Where a sentence speaks of a plan, policies say what is right; else what was done, replies.
_PLANNED = re.compile(r"《|要求|目标|规划|计划|不少于|不低于|力争|到(20\d{2})年")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a particular stands: ``words`` around it, and the document for a link (0: none).

    Of what the office gave, ``title`` is who gave it, ``date`` its 截至, ``words`` what was asked.
    """

    kind: SourceKind
    title: str
    document: int = 0
    date: dt.date | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Particular:
    """One particular of the draft at its place, with its state.

    ``other`` is the document that contradicts it or is newer, ``figure`` what that one says.
    """

    place: int
    field: str
    fact: Fact
    state: FactState
    source: Source | None = None
    other: Source | None = None
    figure: str = ""


def facts_of(text: str) -> list[Fact]:
    """Return the particulars of ``text`` in order, with the units, places, persons and projects
    that it names; none overlapping."""
    facts = find_facts(text)
    taken = bytearray(len(text))
    for start, end in (*((fact.start, fact.end) for fact in facts), *pending_spans(text)):
        taken[start:end] = b"\1" * (end - start)
    for kind, spans in _names_in(text):
        for start, end in spans:
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                facts.append(Fact(kind, text[start:end], start, end))
    return sorted(facts, key=lambda fact: fact.start)


def _names_in(text: str) -> Iterator[tuple[FactKind, Iterable[Span]]]:
    yield "project", find_projects(text)
    yield (
        "unit",
        (found.span() for found in _UNIT.finditer(text) if not _NO_UNIT.search(found[0])),
    )
    yield "person", find_persons(text)
    yield "place", find_places(text)


@lru_cache(maxsize=256)
def _facts_of(text: str) -> tuple[Fact, ...]:
    # A page asks for the ledger of one answer and for the counts of all.
    return tuple(facts_of(text))


def ledger(
    draft: Draft,
    *,
    places: Collection[int] | None = None,
    opinions: Sequence[Passage] = (),
    given: Sequence[GivenFigure] = (),
    library: Library | None = None,
    units: Collection[str] = (),
    today: dt.date | None = None,
) -> list[Particular]:
    """Return the particulars of the answers at ``places`` (all where ``None``), in order.

    ``opinions`` are what 会办 units wrote, ``given`` the figures that the office gave for this
    matter; ``units`` names that are known to be right (the office's own, its leaders'). Without a
    ``library`` nothing is contradicted by documents. Each answer with figures costs one search.
    """
    day = today or dt.date.today()
    asked = _asked(draft.proposal)
    known = _known_names(draft, units)
    entries = []
    for place, answer in enumerate(draft.answers):
        if places is not None and place not in places:
            continue
        sources = _sources(draft, place, opinions)
        found = [(name, fact) for name in FIELDS for fact in _facts_of(getattr(answer, name))]
        others = Others([*_candidates(answer, found, library), asked])
        for name, fact in found:
            text = getattr(answer, name)
            entry = Particular(place, name, fact, "unproven")
            verdict = judge(text, fact, given, (answer.suggestion.key, name))
            entries.append(
                _by_the_house(entry, text, verdict, others, day)
                if verdict
                else _judged(entry, text, sources, others, draft, known, library, day)
            )
    return list(_once(entries))


def _once(entries: Iterable[Particular]) -> Iterator[Particular]:
    """Leave out a title, number or unit that a text names again.

    Figures and dates stay: 5万元 here and there are of two things.
    """
    seen = set()
    for entry in entries:
        fact = entry.fact
        key = (entry.place, entry.field, fact.kind, fact.text)
        if fact.kind in ("figure", "date") or key not in seen:
            seen.add(key)
            yield entry


def candidates(text: str, library: Library) -> tuple[Passage, ...]:
    """Return what the archive says of the things of which ``text`` gives figures; a search."""
    question = "".join(figure_sentences(text))[:_LONGEST_QUESTION]
    if not question:
        return ()
    return tuple(library.passages(question, kinds=_SPEAKING, limit=_CANDIDATES))


@lru_cache(maxsize=512)
def contradicted(
    text: str, passages: tuple[Passage, ...], proposal: Proposal, today: dt.date
) -> tuple[Particular, ...]:
    """Return the figures of ``text`` of which ``passages`` or the proposal give other values."""
    others = Others([*passages, _asked(proposal)])
    draft = Draft(proposal)
    judged = (
        _judged_figure(Particular(0, "done", fact, "unproven"), text, None, others, draft, today)
        for fact in _facts_of(text)
        if fact.kind == "figure"
    )
    return tuple(entry for entry in judged if entry.state == "contradicted")


def count_states(entries: Iterable[Particular]) -> Mapping[FactState, int]:
    """Count the entries of each state."""
    counts: dict[FactState, int] = {"contradicted": 0, "stale": 0, "unproven": 0, "proven": 0}
    for entry in entries:
        counts[entry.state] += 1
    return counts


# ------------------------------------------------------------------ sources


def _sources(draft: Draft, place: int, opinions: Sequence[Passage]) -> list[Passage]:
    """The passages that may prove an answer: its own first, then opinions, then others'.

    What a proposal says proves nothing, wherever it was taken from.
    """
    own = [item.passage for item in draft.answers[place].evidence]
    others = [
        item.passage
        for number, answer in enumerate(draft.answers)
        if number != place
        for item in answer.evidence
    ]
    return [one for one in (*own, *opinions, *others) if one.kind is not Kind.PROPOSAL]


def _asked(proposal: Proposal) -> Passage:
    """What the proposers say: it is to be met, too, where it differs."""
    return Passage(0, PROPOSAL, Kind.PROPOSAL, PROPOSAL, proposal.text)


def _candidates(
    answer: Answer, found: Sequence[tuple[str, Fact]], library: Library | None
) -> list[Passage]:
    """What else the archive says about the things that the answer gives figures of."""
    if library is None:
        return []
    question = "".join(dict.fromkeys(_sentences(answer, found)))[:_LONGEST_QUESTION]
    if not question:
        return []
    return library.passages(question, kinds=_SPEAKING, limit=_CANDIDATES)


def _sentences(answer: Answer, found: Sequence[tuple[str, Fact]]) -> Iterator[str]:
    for name, fact in found:
        if fact.kind == "figure":
            yield sentence_of(getattr(answer, name), fact.start)


def figure_sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of ``text`` that hold figures: what the archive is asked about."""
    answer = Answer(Suggestion(None, ""), done=text)
    return tuple(dict.fromkeys(_sentences(answer, [("done", one) for one in _facts_of(text)])))


def _judged(
    entry: Particular,
    text: str,
    sources: Sequence[Passage],
    others: Others,
    draft: Draft,
    known: Collection[str],
    library: Library | None,
    today: dt.date,
) -> Particular:
    fact = entry.fact
    if fact.kind in NAMES and _is_known(fact, draft, known):
        return _with(entry, "proven", Source("proposal", "提案或单位设置"))
    if fact.kind == "place" and _is_listed(fact.text):
        return _with(entry, "proven", Source("proposal", "行政区划名录"))
    found = next((one for one in sources if says(one, fact, text, today)), None)
    if found is None and fact.kind in ("title", "doc_no") and library is not None:
        listed = library.passages(fact.text, kinds=_CITING, limit=5)
        found = next((one for one in listed if says(one, fact, text, today)), None)
        if found is not None:
            return _with(entry, "proven", _source(found, fact, "archive"))
    if fact.kind == "figure":
        return _judged_figure(entry, text, found, others, draft, today)
    if found is None:
        return _with(entry, "unproven", _proposers(draft, fact))
    state: FactState = "stale" if fact.kind == "title" and _over(found, today) else "proven"
    return _with(entry, state, _source(found, fact))


def _is_listed(place: str) -> bool:
    """Whether the table of divisions has the whole of a place's name: 云南省昆明市五华区."""
    return sum(end - start for start, end in find_divisions(place)) == len(place)


def _known_names(draft: Draft, names: Collection[str]) -> frozenset[str]:
    """The names that nobody need prove: of the office, of who proposes, of who signs and answers
    the telephone."""
    proposal = draft.proposal
    people = (
        *(one.name for one in proposal.proposers),
        *(one.name for one in draft.contacts),
        draft.signer,
        proposal.overseer,
        proposal.handling_unit,
        proposal.session,
        proposal.subject,
    )
    return frozenset(name for name in (*names, *proposal.co_units, *people) if name)


def _is_known(fact: Fact, draft: Draft, known: Collection[str]) -> bool:
    """Whether a name is one of the office's or of the item's own: its units, and of places,
    persons and projects those that the proposal names."""
    if fact.kind == "unit":
        return fact.text in known
    return any(fact.text in name for name in (*known, draft.proposal.text))


def _judged_figure(
    entry: Particular,
    text: str,
    found: Passage | None,
    others: Others,
    draft: Draft,
    today: dt.date,
) -> Particular:
    fact = entry.fact
    said = year_at(text, fact.start, None)
    source = _source(found, fact) if found else _proposers(draft, fact)
    year = said or (found.date.year if found and found.date else today.year)
    near = [
        other
        for other in others.near(text, fact)
        if found is None or not other.document or other.document != found.document
    ]
    otherwise = _otherwise(text, fact, near, year)
    if otherwise:
        return _contradicted(entry, source, *otherwise)
    if found is None:
        return _with(entry, "unproven", source)
    old = ages(text, fact) and _is_old(found, said, today)
    return _with(entry, "stale" if old else "proven", source)


def _otherwise(
    text: str, fact: Fact, near: Iterable[Passage], year: int
) -> tuple[Source, Fact] | None:
    """Return the first of the passages that gives another value of the figure, and that value."""
    planned = bool(_PLANNED.search(sentence_of(text, fact.start)))
    for other in near:
        fits = (other.kind is Kind.POLICY) == planned
        told = differing(text, fact, other, year) if fits else None
        told = told or restated(text, fact, other, year, planned=planned)
        if told:
            return _source(other, told), told
    return None


def _contradicted(
    entry: Particular, source: Source | None, other: Source, figure: Fact
) -> Particular:
    place, field, fact = entry.place, entry.field, entry.fact
    return Particular(place, field, fact, "contradicted", source, other, figure.text)


def _by_the_house(
    entry: Particular, text: str, verdict: Verdict, others: Others, today: dt.date
) -> Particular:
    """Return the state of what the office gave: of documents only those not older contradict it,
    and policies, whose rules hold until they are changed."""
    fact, source = entry.fact, _house(verdict.figure)
    if verdict.other is not None:
        other = _house(verdict.other)
        return replace(
            entry, state=verdict.state, source=source, other=other, figure=verdict.other.text
        )
    if fact.kind != "figure":
        return _with(entry, "proven", source)
    said, day = year_at(text, fact.start, None), verdict.figure.as_of
    near = [
        other
        for other in others.near(text, fact)
        if other.date is None or other.date > day or other.kind is Kind.POLICY
    ]
    otherwise = _otherwise(text, fact, near, said or day.year)
    if otherwise:
        return _contradicted(entry, source, *otherwise)
    dated = said or f"{day.year}年" in sentence_of(text, fact.start)
    return _with(entry, "proven" if dated or day.year >= today.year else "stale", source)


def _house(figure: GivenFigure) -> Source:
    return Source("given", figure.giver, date=figure.as_of, words=figure.what)


def _with(entry: Particular, state: FactState, source: Source | None) -> Particular:
    return Particular(entry.place, entry.field, entry.fact, state, source)


def _source(passage: Passage, fact: Fact, kind: SourceKind = "passage") -> Source:
    place = place_of(passage.text, fact)
    words = _excerpt(passage.text, *place) if place else ""
    if passage.source.startswith(OPINION):
        kind = "opinion"
    return Source(kind, passage.title, passage.document, passage.date, words)


def _proposers(draft: Draft, fact: Fact) -> Source | None:
    """The proposal itself, where it says so: a source, but no proof."""
    place = place_of(draft.proposal.text, fact)
    if place is None:
        return None
    return Source("proposal", PROPOSAL, words=_excerpt(draft.proposal.text, *place))


def _excerpt(text: str, start: int, end: int) -> str:
    return text[max(start - 24, 0) : end + 16].replace("\n", " ")


def _is_old(passage: Passage, said: int | None, today: dt.date) -> bool:
    """Whether a figure of ``passage`` may have moved on, the sentence not saying of what year."""
    if passage.source.startswith(OPINION) or passage.date is None:
        return False
    if passage.kind is Kind.POLICY:
        return _over(passage, today)
    return said is None and passage.date.year < today.year


def _over(passage: Passage, today: dt.date) -> bool:
    """Whether a plan's own title says that its years are over (2022—2024年)."""
    if passage.kind is not Kind.POLICY:
        return False
    periods = [period_of(passage.title[start:end]) for start, end in find_dates(passage.title)]
    return any(
        period.first[0] < period.last[0] < today.year
        for period in periods
        if period is not None and period.year == "said"
    )
