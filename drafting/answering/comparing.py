"""Two figures, dates or names held against each other: the same, another one, of something else.

A source *says* a particular where it has its value in any writing, of the same thing; it says it
*otherwise* where it gives another value of the same thing for the same year. Which of the two a
particular of a draft meets: :mod:`drafting.answering.particulars`.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile

from drafting.answering.figures import AROUND, around, same_value, share_words
from drafting.language.dates import Period, find_years
from drafting.language.naming.places import VILLAGE
from drafting.language.numerals import Quantity, quantity_at
from drafting.language.particulars import find_facts, value_of
from drafting.language.spans import Span
from drafting.model import Fact, Kind, Passage

_SAME_HEAD = 6
# Two sentences are one and the same where so many telling characters around their figures agree:
# before it, and in all; of a policy (True) fewer, for it says a thing once. Measured, see
# docs/decisions/workbench.md.
_FRAME, _ALIKE_BEFORE = 40, 4
_ENOUGH_ALIKE = {True: 9, False: 12}
_TELLING = re.compile(r"[\u4e00-\u9fff](?<![年月日个其中])")
_MARKS = re.compile(r"[\s，。；：、（）()“”《》【】]")
_RELATIVE_YEAR = {"今年": 0, "本年": 0, "去年": -1, "上年": -1, "明年": 1}
_STOP = re.compile(r"[。；！？\n]")
_EDGE = re.compile(r"[，。；：、！？\n（）()“”《》【】\d]")
# The rest of a date before the words, and what only leads up to the figure.
_LOOSE_ENDS = re.compile(r"^(?:年(?![均度])|月|日)(?:底|末|来)?|(?:达到?|约|共|为|近|超过?)+$")
_LIMIT = re.compile(r"(?:最高|最低|最多|不超过|不低于|不少于|至少|每[年月日天次人户家]|单个|分别)$")
# A longer name of what is counted may narrow it to one place: then it is another figure.
_NARROWER = re.compile(rf"{VILLAGE}|小区|片区|学校|医院|路|其中|各|每|单个|处$")


class Others:
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
        worth = _compared(text, fact)
        if worth is None:
            return
        ends = _ends(_before(text, fact.start), _frame(text, fact))
        places = set().union(*(self._at.get((worth.unit, end), ()) for end in ends))
        yield from (self._passages[place] for place in sorted(places))


def place_of(text: str, fact: Fact) -> Span | None:
    """Where ``text`` has the words of a particular, else its value in another writing."""
    if (at := text.find(fact.text)) >= 0:
        return at, at + len(fact.text)
    return next(
        (
            (one.start, one.end)
            for one in facts_in(text)
            if one.kind == fact.kind and same_value(one.text, fact.text)
        ),
        None,
    )


def says(passage: Passage, fact: Fact, text: str, today: dt.date) -> bool:
    """Whether ``passage`` says the particular ``fact`` of ``text`` in the same words."""
    if fact.kind == "title":
        bare = _plain(fact.text[1:-1])
        return bare == _plain(passage.title) or _plain(fact.text) in _plain(passage.text)
    if fact.kind == "doc_no":
        number = _plain(fact.text)
        return number in (_plain(passage.doc_no or ""), "") or number in _plain(passage.text)
    return _told(passage, fact, text, today) is not None


def _told(passage: Passage, fact: Fact, text: str, today: dt.date) -> Span | None:
    """Where ``passage`` tells the figure, date or name ``fact`` of ``text``, in any writing."""
    if fact.kind == "figure":
        worth = quantity_at(text, fact.start, fact.end)
        return next(
            (
                (one.start, one.end)
                for one in figures_in(passage.text)
                if _proves(quantity_at(passage.text, one.start, one.end), worth)
                and share_words(around(text, fact), around(passage.text, one))
            ),
            None,
        )
    if fact.kind == "date" and isinstance(period := value_of(fact.text), Period):
        if period.year == "relative":
            return _same_days(passage, period.in_year(today.year))
        return _verbatim(passage, fact) or _same_days(passage, period)
    return _verbatim(passage, fact)


def _verbatim(passage: Passage, fact: Fact) -> Span | None:
    # 1月 must not match in 11月.
    said = re.search(rf"(?<!\d){re.escape(fact.text)}", passage.text)
    return said.span() if said else None


def _proves(said: Quantity | None, claimed: Quantity | None) -> bool:
    """Whether a source that says one figure proves another: 1310个 proves 1300余个, and 500万元
    proves 500万 without a unit."""
    if said is None or claimed is None:
        return False
    if not claimed.unit:
        said = replace(said, unit="")
    return claimed.same_as(said) or claimed.allows(said)


def _same_days(passage: Passage, period: Period) -> Span | None:
    """Where ``passage`` means the same days in other words: 1—3月 for 一季度, or days of a year."""
    written = passage.date.year if passage.date else None
    for one in facts_in(passage.text):
        other = value_of(one.text) if one.kind == "date" else None
        if not isinstance(other, Period):
            continue
        year = year_at(passage.text, one.start, written) if other.year == "" else written
        if year is not None:
            other = other.in_year(year)
        if other.year != "relative" and (period.same_as(other) or period.holds(other)):
            return one.start, one.end
    return None


def differing(text: str, fact: Fact, other: Passage, year: int) -> Fact | None:
    """Return the figure that ``other`` gives of the same thing in the same year, if another."""
    worth = _compared(text, fact)
    if worth is None:
        return None
    about = _before(text, fact.start)
    for one in _counted(other.text).get(worth.unit, ()):
        if not _same_thing(about, one.about):
            continue
        fallback = other.date.year if other.date else None
        if year_at(other.text, one.fact.start, fallback) != year:
            continue
        # The same words with the same figure elsewhere in it: a list, not a contradiction.
        return None if worth.may_be(one.worth) else one.fact
    return None


def restated(text: str, fact: Fact, other: Passage, year: int, *, planned: bool) -> Fact | None:
    """Return the figure that ``other`` has in the very same sentence, if another value.

    What a policy in force fixes without naming a year (a rate, a limit) holds, and its targets for
    their year where a plan is spoken of; what a reply tells, for the year of which it tells.
    """
    worth = _compared(text, fact)
    if worth is None or (other.kind is Kind.POLICY and other.state not in ("", "现行")):
        return None
    rule = other.kind is Kind.POLICY
    wanted = {None, year} if rule and planned else {None} if rule else {year}
    written = other.date.year if other.date and not rule else None
    mine = _frame(text, fact)
    for one in _counted(other.text).get(worth.unit, ()):
        if not _same_frame(mine, one.frame, _ENOUGH_ALIKE[rule]):
            continue
        if year_at(other.text, one.fact.start, written) in wanted:
            return None if worth.may_be(one.worth) else one.fact
    return None


@lru_cache(maxsize=4_096)
def _frame(text: str, fact: Fact) -> tuple[str, str]:
    """The words before and behind a figure, over marks and other figures, marks left out."""
    before = text[max(fact.start - _FRAME, 0) : fact.start]
    return _MARKS.sub("", before), _MARKS.sub("", text[fact.end : fact.end + _FRAME])


@dataclass(frozen=True, slots=True)
class _Counted:
    """A figure of a source: its worth, and what the comparisons ask of the words around it."""

    fact: Fact
    worth: Quantity
    about: str
    frame: tuple[str, str]


@lru_cache(maxsize=512)
def _counted(text: str) -> Mapping[str, tuple[_Counted, ...]]:
    """The figures of a text by their unit; a page asks the same passages for every figure."""
    found: dict[str, tuple[_Counted, ...]] = {}
    for fact in figures_in(text):
        if worth := _compared(text, fact):
            one = _Counted(fact, worth, _before(text, fact.start), _frame(text, fact))
            found[worth.unit] = (*found.get(worth.unit, ()), one)
    return found


def _compared(text: str, fact: Fact) -> Quantity | None:
    """What a figure is worth that can contradict another: a single one, no range."""
    worth = quantity_at(text, fact.start, fact.end)
    return worth if worth and worth.upto is None else None


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
def facts_in(text: str) -> tuple[Fact, ...]:
    """Return the particulars of a source; a page asks the same ones for every figure."""
    return tuple(find_facts(text))


def figures_in(text: str) -> Iterator[Fact]:
    """Yield the figures of a source."""
    return (fact for fact in facts_in(text) if fact.kind == "figure")


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


def year_at(text: str, at: int, fallback: int | None) -> int | None:
    """The year that the figure at ``at`` speaks of: the last one named before it in its sentence.

    今年 and 去年 count from ``fallback``, the year in which the text was written.
    """
    before = text[_opening(text, at) : at]
    years = list(find_years(before))
    place, year = years[-1] if years else (-1, fallback)
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


def sentence_of(text: str, at: int) -> str:
    """Return the sentence in which ``at`` stands."""
    closing = _STOP.search(text, at)
    return text[_opening(text, at) : closing.end() if closing else len(text)]


def _plain(text: str) -> str:
    table = str.maketrans({"〈": "《", "〉": "》", "[": "〔", "]": "〕", "［": "〔", "］": "〕"})
    return re.sub(r"\s+", "", text).translate(table)
