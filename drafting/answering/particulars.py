"""The ledger of facts: figures, dates, 《titles》, 〔numbers〕 and units of a draft, with sources.

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
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile
from typing import Literal

from drafting.answering.evidence import Library
from drafting.answering.figures import AROUND, Verdict, around, judge, same_value, share_words
from drafting.answering.figures import value_of as _value
from drafting.language.particulars import find_facts, pending_spans
from drafting.language.places import COUNTIES, VILLAGE
from drafting.language.units import NAMED
from drafting.model import (
    Answer,
    Draft,
    Fact,
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

PROPOSAL = "提案原文"
"""How the proposal itself is called as a source."""

_CANDIDATES = 40
_SPEAKING = (Kind.REPLY, Kind.POLICY)
_CITING = (*_SPEAKING, Kind.OTHER)
_LONGEST_QUESTION = 1_500
_SAME_HEAD = 6
# Two sentences are one and the same where so many telling characters around their figures agree:
# before it, and in all; of a policy (True) fewer, for it says a thing once. Measured, see
# docs/decisions/workbench.md.
_FRAME, _ALIKE_BEFORE = 40, 4
_ENOUGH_ALIKE = {True: 9, False: 12}
_TELLING = re.compile(r"[\u4e00-\u9fff](?<![年月日个其中])")
_MARKS = re.compile(r"[\s，。；：、（）()“”《》【】]")
# The 州 of 常州市 is none, and 省级人民政府 are many.
_RUNG = f"(?!州[市县区])[{COUNTIES}](?!级)"
_UNIT = re.compile(
    r"(?:(?!经商|会同|协同|联合|配合|督促|协调|报请|商请|函请|提请|争取|经与|牵头)"
    rf"(?:(?![由向将在对与和及的等请省市区县旗])[\u4e00-\u9fff]){{2,3}}(?={_RUNG}[\u4e00-\u9fff]))?"
    rf"{_RUNG}[\u4e00-\u9fff]{{1,8}}?(?:{NAMED})(?!(?<=局)[限部面])"
)
_NO_UNIT = re.compile(r"各|及|和|与|等|的|有关|相关|内|由|向|将|在|对")
_YEAR = re.compile(r"((?:19|20)\d{2})年")
_RELATIVE_YEAR = {"今年": 0, "本年": 0, "去年": -1, "上年": -1, "明年": 1}
_STOP = re.compile(r"[。；！？\n]")
_EDGE = re.compile(r"[，。；：、！？\n（）()“”《》【】\d]")
_PERIOD = re.compile(r"((?:19|20)\d{2})\s*[—–－\-至~～]\s*((?:19|20)\d{2})\s*年")
# The rest of a date before the words, and what only leads up to the figure.
_LOOSE_ENDS = re.compile(r"^(?:年(?![均度])|月|日)(?:底|末|来)?|(?:达到?|约|共|为|近|超过?)+$")
# Where a sentence speaks of a plan, policies say what is right; else what was done, replies.
_PLANNED = re.compile(r"《|要求|目标|规划|计划|不少于|不低于|力争|到(20\d{2})年")
_LIMIT = re.compile(r"(?:最高|最低|最多|不超过|不低于|不少于|至少|每[年月日天次人户家]|单个|分别)$")
# A longer name of what is counted may narrow it to one place: then it is another figure.
_NARROWER = re.compile(rf"{VILLAGE}|小区|片区|学校|医院|路|其中|各|每|单个|处$")


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
    """Return the particulars of ``text`` in order, the units named in it among them."""
    facts = find_facts(text)
    taken = [(fact.start, fact.end) for fact in facts] + list(pending_spans(text))
    for match in _UNIT.finditer(text):
        start, end = match.span()
        inside = any(start < one_end and one_start < end for one_start, one_end in taken)
        if not inside and not _NO_UNIT.search(match[0]):
            facts.append(Fact("unit", match[0], start, end))
    return sorted(facts, key=lambda fact: fact.start)


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
    matter; ``units`` names that are known to be right (the office's own). Without a ``library``
    nothing is contradicted by documents. Each answer with figures costs one search.
    """
    day = today or dt.date.today()
    asked = _asked(draft.proposal)
    known = {*units, *draft.proposal.co_units, draft.proposal.handling_unit or ""}
    entries = []
    for place, answer in enumerate(draft.answers):
        if places is not None and place not in places:
            continue
        sources = _sources(draft, place, opinions)
        found = [(name, fact) for name in FIELDS for fact in _facts_of(getattr(answer, name))]
        others = _Others([*_candidates(answer, found, library), asked])
        for name, fact in found:
            text = getattr(answer, name)
            entry = Particular(place, name, fact, "unproven")
            verdict = judge(text, fact, given, (answer.suggestion.key, name))
            entries.append(
                _by_the_house(entry, text, verdict, others, day)
                if verdict
                else _judged(entry, text, sources, others, draft, known, library, day)
            )
    return entries


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
    others = _Others([*passages, _asked(proposal)])
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


class _Others:
    """The passages that may contradict an answer, found by what stands before their figures.

    Whoever names the same thing has the same unit behind the figure and the same six characters
    before it, whoever says the same sentence the same four; so a figure is compared with a few
    passages and not with all.
    """

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = passages
        self._at: dict[tuple[str, str], set[int]] = {}
        for place, passage in enumerate(passages):
            for unit, figures in _counted(passage.text).items():
                for one in figures:
                    for end in _ends(one.about, one.frame):
                        self._at.setdefault((unit, end), set()).add(place)

    def near(self, text: str, fact: Fact) -> Iterator[Passage]:
        """Yield, in order, those that may give another value of the figure ``fact`` of ``text``."""
        value = _value(fact.text)
        if value is None:
            return
        ends = _ends(_before(text, fact.start), _frame(text, fact))
        places = set().union(*(self._at.get((value[1], end), ()) for end in ends))
        yield from (self._passages[place] for place in sorted(places))


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
            yield _sentence(getattr(answer, name), fact.start)


def figure_sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of ``text`` that hold figures: what the archive is asked about."""
    answer = Answer(Suggestion(None, ""), done=text)
    return tuple(dict.fromkeys(_sentences(answer, [("done", one) for one in _facts_of(text)])))


def _judged(
    entry: Particular,
    text: str,
    sources: Sequence[Passage],
    others: _Others,
    draft: Draft,
    known: Collection[str],
    library: Library | None,
    today: dt.date,
) -> Particular:
    fact = entry.fact
    if fact.kind == "unit" and any(fact.text == name for name in known):
        return _with(entry, "proven", Source("proposal", "提案或单位设置"))
    found = next((one for one in sources if _says(one, fact, text)), None)
    if found is None and fact.kind in ("title", "doc_no") and library is not None:
        listed = library.passages(fact.text, kinds=_CITING, limit=5)
        found = next((one for one in listed if _says(one, fact, text)), None)
        if found is not None:
            return _with(entry, "proven", _source(found, fact, "archive"))
    if fact.kind == "figure":
        return _judged_figure(entry, text, found, others, draft, today)
    if found is None:
        return _with(entry, "unproven", _proposers(draft, fact))
    state: FactState = "stale" if fact.kind == "title" and _over(found, today) else "proven"
    return _with(entry, state, _source(found, fact))


def _judged_figure(
    entry: Particular,
    text: str,
    found: Passage | None,
    others: _Others,
    draft: Draft,
    today: dt.date,
) -> Particular:
    fact = entry.fact
    said = _year(text, fact.start, None)
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
    return _with(entry, "stale" if _is_old(found, said, today) else "proven", source)


def _otherwise(
    text: str, fact: Fact, near: Iterable[Passage], year: int
) -> tuple[Source, Fact] | None:
    """Return the first of the passages that gives another value of the figure, and that value."""
    planned = bool(_PLANNED.search(_sentence(text, fact.start)))
    for other in near:
        fits = (other.kind is Kind.POLICY) == planned
        differing = _differing(text, fact, other, year) if fits else None
        differing = differing or _restated(text, fact, other, year, planned=planned)
        if differing:
            return _source(other, differing), differing
    return None


def _contradicted(
    entry: Particular, source: Source | None, other: Source, figure: Fact
) -> Particular:
    place, field, fact = entry.place, entry.field, entry.fact
    return Particular(place, field, fact, "contradicted", source, other, figure.text)


def _by_the_house(
    entry: Particular, text: str, verdict: Verdict, others: _Others, today: dt.date
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
    said, day = _year(text, fact.start, None), verdict.figure.as_of
    near = [
        other
        for other in others.near(text, fact)
        if other.date is None or other.date > day or other.kind is Kind.POLICY
    ]
    otherwise = _otherwise(text, fact, near, said or day.year)
    if otherwise:
        return _contradicted(entry, source, *otherwise)
    dated = said or f"{day.year}年" in _sentence(text, fact.start)
    return _with(entry, "proven" if dated or day.year >= today.year else "stale", source)


def _house(figure: GivenFigure) -> Source:
    return Source("given", figure.giver, date=figure.as_of, words=figure.what)


def _with(entry: Particular, state: FactState, source: Source | None) -> Particular:
    return Particular(entry.place, entry.field, entry.fact, state, source)


def _source(passage: Passage, fact: Fact, kind: SourceKind = "passage") -> Source:
    at = passage.text.find(fact.text)
    words = _excerpt(passage.text, at, at + len(fact.text)) if at >= 0 else ""
    if passage.source.startswith(OPINION):
        kind = "opinion"
    return Source(kind, passage.title, passage.document, passage.date, words)


def _proposers(draft: Draft, fact: Fact) -> Source | None:
    """The proposal itself, where it says so: a source, but no proof."""
    at = draft.proposal.text.find(fact.text)
    if at < 0:
        return None
    words = _excerpt(draft.proposal.text, at, at + len(fact.text))
    return Source("proposal", PROPOSAL, words=words)


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
    period = _PERIOD.search(passage.title)
    return passage.kind is Kind.POLICY and period is not None and int(period[2]) < today.year


# ------------------------------------------------------------------ comparing


def _says(passage: Passage, fact: Fact, text: str) -> bool:
    """Whether ``passage`` says the particular ``fact`` of ``text`` in the same words."""
    if fact.kind == "title":
        bare = _plain(fact.text[1:-1])
        return bare == _plain(passage.title) or _plain(fact.text) in _plain(passage.text)
    if fact.kind == "doc_no":
        number = _plain(fact.text)
        return number in (_plain(passage.doc_no or ""), "") or number in _plain(passage.text)
    if fact.kind == "figure":
        return any(
            same_value(one.text, fact.text)
            and share_words(around(text, fact), around(passage.text, one))
            for one in _figures(passage.text)
        )
    # 1月 must not match in 11月.
    return re.search(rf"(?<!\d){re.escape(fact.text)}", passage.text) is not None


def _differing(text: str, fact: Fact, other: Passage, year: int) -> Fact | None:
    """Return the figure that ``other`` gives of the same thing in the same year, if another."""
    value = _value(fact.text)
    if value is None:
        return None
    about = _before(text, fact.start)
    for one in _counted(other.text).get(value[1], ()):
        if not _same_thing(about, one.about):
            continue
        fallback = other.date.year if other.date else None
        if _year(other.text, one.fact.start, fallback) != year:
            continue
        # The same words with the same figure elsewhere in it: a list, not a contradiction.
        return None if one.number == value[0] else one.fact
    return None


def _restated(text: str, fact: Fact, other: Passage, year: int, *, planned: bool) -> Fact | None:
    """Return the figure that ``other`` has in the very same sentence, if another value.

    What a policy in force fixes without naming a year (a rate, a limit) holds, and its targets for
    their year where a plan is spoken of; what a reply tells, for the year of which it tells.
    """
    value = _value(fact.text)
    if value is None or (other.kind is Kind.POLICY and other.state not in ("", "现行")):
        return None
    rule = other.kind is Kind.POLICY
    wanted = {None, year} if rule and planned else {None} if rule else {year}
    written = other.date.year if other.date and not rule else None
    mine = _frame(text, fact)
    for one in _counted(other.text).get(value[1], ()):
        if not _same_frame(mine, one.frame, _ENOUGH_ALIKE[rule]):
            continue
        if _year(other.text, one.fact.start, written) in wanted:
            return None if one.number == value[0] else one.fact
    return None


@lru_cache(maxsize=4_096)
def _frame(text: str, fact: Fact) -> tuple[str, str]:
    """The words before and behind a figure, over marks and other figures, marks left out."""
    before = text[max(fact.start - _FRAME, 0) : fact.start]
    return _MARKS.sub("", before), _MARKS.sub("", text[fact.end : fact.end + _FRAME])


@dataclass(frozen=True, slots=True)
class _Counted:
    """A figure of a source: its number, and what the comparisons ask of the words around it."""

    fact: Fact
    number: float
    about: str
    frame: tuple[str, str]


@lru_cache(maxsize=512)
def _counted(text: str) -> Mapping[str, tuple[_Counted, ...]]:
    """The figures of a text by their unit; a page asks the same passages for every figure."""
    found: dict[str, tuple[_Counted, ...]] = {}
    for fact in _figures(text):
        if value := _value(fact.text):
            one = _Counted(fact, value[0], _before(text, fact.start), _frame(text, fact))
            found[value[1]] = (*found.get(value[1], ()), one)
    return found


def _ends(about: str, frame: tuple[str, str]) -> tuple[str, str]:
    """What two figures have in common at least, one of both, where they are compared at all."""
    return about[-_SAME_HEAD:], frame[0][-_ALIKE_BEFORE:]


def _same_frame(one: tuple[str, str], other: tuple[str, str], enough: int) -> bool:
    if one[0][-1:] != other[0][-1:]:
        return False
    before = _common(one[0][::-1], other[0][::-1])
    behind = _common(one[1], other[1])
    return before >= _ALIKE_BEFORE and before + behind >= enough


def _common(one: str, other: str) -> int:
    """How many telling characters two texts begin alike with: figures, units and dates are none."""
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return len(_TELLING.findall("".join(pair[0] for pair in alike)))


@lru_cache(maxsize=2_048)
def _figures(text: str) -> tuple[Fact, ...]:
    # A page asks of the same passages for every figure of an answer.
    return tuple(fact for fact in find_facts(text) if fact.kind == "figure")


def _same_thing(one: str, other: str) -> bool:
    """Whether two runs of words before figures name the same thing."""
    short, full = sorted((one, other), key=len)
    if len(short) < _SAME_HEAD or not full.endswith(short) or _LIMIT.search(short):
        return False
    return not _NARROWER.search(full[: len(full) - len(short)])


def _before(text: str, start: int) -> str:
    """The words directly before a figure, back to a mark, at most :data:`AROUND` characters."""
    words = _EDGE.split(text[max(start - AROUND, 0) : start])[-1].strip()
    return _LOOSE_ENDS.sub("", words)


def _year(text: str, at: int, fallback: int | None) -> int | None:
    """The year that the figure at ``at`` speaks of: the last one named before it in its sentence.

    今年 and 去年 count from ``fallback``, the year in which the text was written.
    """
    before = text[_opening(text, at) : at]
    years = list(_YEAR.finditer(before))
    place, year = (years[-1].start(), int(years[-1][1])) if years else (-1, fallback)
    if fallback is not None:
        for word, offset in _RELATIVE_YEAR.items():
            found = before.rfind(word)
            if found > place:
                place, year = found, fallback + offset
    return year


def _opening(text: str, at: int) -> int:
    """Where the sentence begins in which ``at`` stands."""
    stops = _stops(text)
    before = bisect_right(stops, at)
    return stops[before - 1] if before else 0


@lru_cache(maxsize=512)
def _stops(text: str) -> tuple[int, ...]:
    return tuple(match.end() for match in _STOP.finditer(text))


def _sentence(text: str, at: int) -> str:
    closing = _STOP.search(text, at)
    return text[_opening(text, at) : closing.end() if closing else len(text)]


def _plain(text: str) -> str:
    table = str.maketrans({"〈": "《", "〉": "》", "[": "〔", "]": "〕", "［": "〔", "］": "〕"})
    return re.sub(r"\s+", "", text).translate(table)
