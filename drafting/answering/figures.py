"""数据征集: what a figure given by a section proves, and where it goes in the text.

A particular of a draft counts as 本单位提供 where a figure given for this matter has the same value
and unit and is about the same thing. Of several figures for one request the newest by 截至 counts;
two different figures of the same day contradict each other. Permission to give a figure is checked
elsewhere: every figure passed in was recorded with name and date.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from drafting.answering.openings import OPENINGS, is_opening
from drafting.errors import UserError
from drafting.language.dates import Period
from drafting.language.numerals import Quantity, fold_digits, quantity_of
from drafting.language.particulars import find_facts, pending_spans, value_of
from drafting.language.sentences.tense import without_opening
from drafting.model import Answer, Draft, Fact, GivenFigure, field_names

AROUND = 12
"""Characters on either side of a figure that say what it counts."""

VALUE_MAX_CHARS = 100
WHAT_MAX_CHARS = 200
CONTEXT_CHARS = 40
BESIDE = 8
"""Characters right before a figure, and right behind it, by which a given one is known again."""

ENOUGH_SHARED = 0.5
"""The share of their pairs that what was asked must have more of. Measured: see
docs/decisions/figures.md."""

NOT_SAID = "文中待核实的内容"
"""What is asked where neither the mark nor the sentence says it."""

PLACES = field_names(searched=True)
"""The texts of an answer in which a figure is asked for."""

_HAN = re.compile(r"[\u4e00-\u9fff]{2}")
# A unit that no table knows: 35跨.
_OTHER_UNIT = re.compile(r"\d[\d,]*(?:\.\d+)?[万亿]?[多余]?[\u4e00-\u9fffA-Za-z]{1,6}")
_STOP = re.compile(r"[。；！？\n]")
_EDGE = re.compile(r"^[，、：:,\s]+|[，、：:,\s]+$")
# 1,310 is one figure.
_CLAUSES = re.compile(r"，|,(?!\d)")
_LOOSE_END = re.compile(r"(?:达到?|约|共计?|为|近|超过?|已有?|有|不[低少高]于|不超过)+$")
_LINK = re.compile(r"^(?:其中|同时|目前|此外)[，,]?|^(?:将|拟)(?=[在于再新对把继进])")
_YEAR = re.compile(r"(?:19|20)\d{2}年")
_LABEL = re.compile(r"^(?:待核实)?[：:]?\s*")
# What :func:`drafting.language.particulars.mark_stale` leaves of an old figure.
_FORMER = re.compile(r"原文为(?P<value>.+?)(?:（(?P<year>\d{4})年）)?")
_NO_WORD = re.compile(r"[^\u4e00-\u9fff]+")
_ITS_DAY = re.compile(r"^（截至[^（）]{1,16}）")
_CUT_BEFORE, _CUT_BEHIND = re.compile(r"^[^【】]*】"), re.compile(r"【[^【】]*$")
_ENOUGH, _TELLING, _LONGEST, _BEHIND = 6, 10, 60, 24
"""Characters: before a place so many say what it is, so many clauses are kept; at most so many
before it, and behind it."""


def same_value(one: str, other: str) -> bool:
    """Return whether two particulars say the same: value and unit of figures (860万元 and
    八百六十万元), the days of dates, else the words."""
    first, second = value_of(one), value_of(other)
    if isinstance(first, Quantity) and isinstance(second, Quantity):
        return first.same_as(second)
    if first is not None or second is not None:
        return first == second
    return _plain(one) == _plain(other)


def around(text: str, fact: Fact) -> str:
    """Return the words on either side of ``fact``, which say what it counts."""
    before = text[max(fact.start - AROUND, 0) : fact.start]
    return f"{before} {text[fact.end : fact.end + AROUND]}"


def share_words(mine: str, theirs: str) -> bool:
    """Return whether two neighbourhoods of figures have two characters in a row in common."""
    pairs = (mine[n : n + 2] for n in range(len(mine) - 1))
    return any(pair in theirs for pair in pairs if _HAN.fullmatch(pair))


def day_in_words(day: dt.date) -> str:
    """Return ``2026年1月2日``."""
    return f"{day.year}年{day.month}月{day.day}日"


# ------------------------------------------------------------------ what is typed


def read_value(text: str, field: str = "value") -> str:
    """Return a given figure as it is kept: one figure with its unit, one date or one title.

    Raises :class:`UserError` at ``field`` for nothing, a figure without number or unit, and more
    than one.
    """
    value = re.sub(r"\s+", "", fold_digits(text))
    if not value:
        raise UserError("请填写数据，连同单位，如“860万元”。", field=field)
    if len(value) > VALUE_MAX_CHARS:
        raise UserError(f"数据不能超过{VALUE_MAX_CHARS}个字，说明请写在备注里。", field=field)
    facts = find_facts(value)
    worth = quantity_of(value)
    if worth and not worth.unit and value[-1] not in "万亿":
        raise UserError(f"“{value}”没有单位。请连同单位填写，如“{value}个”。", field=field)
    if len(facts) == 1 and facts[0].text == value:
        return value
    if not facts and not re.search(r"\d|《", value):
        raise UserError(f"“{value}”里没有数字。请填写数字和单位，如“860万元”。", field=field)
    if len(facts) > 1:
        raise UserError("一次登记一个数据；另有的请分项登记，说明写在备注里。", field=field)
    if _OTHER_UNIT.fullmatch(value):
        return value
    if not facts or facts[0].text.isdigit():
        raise UserError(
            f"“{value}”不像一个数据。请只填数字和单位，如“860万元”，说明写在备注里。", field=field
        )
    raise UserError(f"请只填“{facts[0].text}”这样的数据，其余文字写在备注里。", field=field)


# ------------------------------------------------------------------ what it proves


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the given figures say of a particular: ``figure`` has its value.

    ``other`` is the newer figure (``stale``), or one of the same day that differs.
    """

    state: Literal["proven", "stale", "contradicted"]
    figure: GivenFigure
    other: GivenFigure | None = None


@dataclass(frozen=True, slots=True)
class FigureSeries:
    """The figures given for one request: of the newest day, then the former ones, newest first."""

    current: tuple[GivenFigure, ...]
    former: tuple[GivenFigure, ...] = ()

    @property
    def differ(self) -> bool:
        """Whether figures of the same day say different things."""
        return any(not same_value(one.text, self.current[0].text) for one in self.current)


def series_of(figures: Iterable[GivenFigure]) -> list[FigureSeries]:
    """Return the figures by request, those of the newest 截至 apart from the former ones."""
    of: dict[int, list[GivenFigure]] = {}
    for one in sorted(figures, key=lambda one: (one.as_of, one.recorded, one.id), reverse=True):
        of.setdefault(one.request, []).append(one)
    found = []
    for group in of.values():
        newest = [one for one in group if one.as_of == group[0].as_of]
        found.append(FigureSeries(tuple(newest), tuple(group[len(newest) :])))
    return found


def judge(
    text: str, fact: Fact, figures: Sequence[GivenFigure], where: tuple[str, str] = ("", "")
) -> Verdict | None:
    """Return what ``figures`` prove of ``fact`` in ``text``; ``None`` where they say nothing.

    ``where`` holds the suggestion's key and the field of ``text``: a particular without words
    around it is proven only by what was requested there. The day after 截至 is proven with the
    figure beside it. If several series apply, the gravest verdict is returned.
    """
    if fact.kind in ("unit", "place", "person", "project") or not figures:
        return None
    found = [
        verdict
        for series in series_of(figures)
        if (verdict := _judged(text, fact, series, where)) is not None
    ]
    return min(found, key=lambda one: _GRAVEST.index(one.state)) if found else None


_GRAVEST = ("contradicted", "proven", "stale")


def _judged(text: str, fact: Fact, series: FigureSeries, where: tuple[str, str]) -> Verdict | None:
    current = series.current[0]
    for one in series.current:
        if _gives(one, text, fact, where):
            other = next(
                (two for two in series.current if not same_value(two.text, one.text)), None
            )
            return Verdict("contradicted" if other else "proven", one, other)
        if _is_its_day(text, fact, one):
            return Verdict("proven", one)
    for one in series.former:
        if _gives(one, text, fact, where):
            return Verdict("stale", one, current)
    return None


def _gives(figure: GivenFigure, text: str, fact: Fact, where: tuple[str, str] = ("", "")) -> bool:
    """Whether ``figure`` has the value of ``fact`` and speaks of the same thing."""
    if not same_value(fact.text, figure.text):
        return False
    before, behind = _beside(text, fact)
    # What ended its clause is named before it: whatever comes behind now says something else.
    runs = (before,) if figure.field and not figure.behind and before else (before, behind)
    pairs = [pair for run in runs for pair in _pairs(run)]
    if not pairs:
        return where == (figure.suggestion, figure.field) and bool(figure.field)
    return sum(pair in figure.about for pair in pairs) / len(pairs) > ENOUGH_SHARED


def speaks_of(what: str, left: str, right: str) -> str:
    """Return the words by which a given figure is recognised, for :attr:`GivenFigure.about`.

    These are the words right beside the place for which it was requested, and those of ``what`` was
    asked, except clauses about other figures: in a list 中等职业学校1所，特殊教育学校1所 each
    counts something different.
    """
    clauses = [
        one
        for one in re.split(r"[，,；（）()]", what)
        if not any(fact.kind == "figure" for fact in find_facts(one))
    ]
    return " ".join(filter(None, (*words_beside(left, right), *clauses)))


def _beside(text: str, fact: Fact) -> tuple[str, str]:
    before = text[max(fact.start - 2 * BESIDE, 0) : fact.start]
    return words_beside(before, text[fact.end : fact.end + 3 * BESIDE])


def words_beside(left: str, right: str) -> tuple[str, str]:
    """Return the words right before and right behind a place, back and on to a mark or figure."""
    behind = _NO_WORD.split(_ITS_DAY.sub("", right))[0]
    before = _LOOSE_END.sub("", _NO_WORD.split(left)[-1])
    return before[-BESIDE:], behind[:BESIDE]


def _pairs(run: str) -> Iterator[str]:
    return (run[n : n + 2] for n in range(len(run) - 1))


def _is_its_day(text: str, fact: Fact, figure: GivenFigure) -> bool:
    """Whether ``fact`` is the day as of which ``figure``, in the same sentence, was given."""
    if fact.kind != "date" or not text[: fact.start].endswith("截至"):
        return False
    day = (figure.as_of.year, figure.as_of.month, figure.as_of.day)
    # 2026年10月底 is its last day, too.
    if value_of(fact.text) != Period(day, day, "said"):
        return False
    start, end = sentence_at(text, fact.start)
    return any(_gives(figure, text[start:end], one) for one in find_facts(text[start:end]))


# ------------------------------------------------------------------ what is asked for


@dataclass(frozen=True, slots=True)
class Wanted:
    """A place of the draft for which a figure can be asked.

    ``mark`` is the 待核实 mark, or the particular, that stands there; ``left`` and ``right`` the
    words of the sentence around it; ``what`` what is asked, as proposed to the clerk.
    """

    place: int
    field: str
    mark: str
    what: str
    left: str = ""
    right: str = ""


def is_figure(wanted: Wanted) -> bool:
    """Whether a place asks for something that a section can give.

    A reference to a source, an answer still to write, a unit and a term are for the clerk to fill.
    """
    if wanted.field in ("next_unit", "next_date") or "可参考" in wanted.mark:
        return False
    return wanted.field not in OPENINGS or not is_opening(wanted.field, wanted.mark)


def wanted_marks(draft: Draft) -> list[Wanted]:
    """Return a place for each 待核实 mark of the answers, in order."""
    return [
        wanted_at(answer, place, name, start, end)
        for place, answer in enumerate(draft.answers)
        for name in PLACES
        for start, end in pending_spans(getattr(answer, name))
    ]


def wanted_fact(answer: Answer, place: int, field: str, at: int, words: str) -> Wanted | None:
    """Return the place of the particular ``words`` of ``answer``, at ``at`` where it is there.

    What was typed since may have moved it; ``None`` where it is gone.
    """
    if field not in PLACES or not words:
        return None
    text: str = getattr(answer, field)
    facts = [one for one in find_facts(text) if one.text == words]
    if not facts:
        return None
    one = min(facts, key=lambda one: abs(one.start - at))
    return wanted_at(answer, place, field, one.start, one.end)


def wanted_at(answer: Answer, place: int, field: str, start: int, end: int) -> Wanted:
    """Return what is requested at ``start`` to ``end`` of a text of ``answer``."""
    text: str = getattr(answer, field)
    first, last = sentence_at(text, start, end)
    left, mark, right = text[first:start], text[start:end], text[end:last]
    # A mark that the cut would divide is left out.
    before = _CUT_BEFORE.sub("", left[-CONTEXT_CHARS:])
    behind = _CUT_BEHIND.sub("", right[:CONTEXT_CHARS])
    what = _asked(left, mark, right) or NOT_SAID
    return Wanted(place, field, mark, what, before, behind)


def sentence_at(text: str, start: int, end: int | None = None) -> tuple[int, int]:
    """Return start and end of the sentence that contains ``start`` to ``end``."""
    stops = _stops(text)
    place = bisect_left(stops, start)
    first = stops[place - 1] + 1 if place else 0
    place = bisect_left(stops, start if end is None else end)
    return first, stops[place] if place < len(stops) else len(text)


@lru_cache(maxsize=64)
def _stops(text: str) -> Sequence[int]:
    """Where the sentences of a text end: it is asked for each of its particulars."""
    return [found.start() for found in _STOP.finditer(text)]


def _asked(left: str, mark: str, right: str) -> str:
    """The words of what is asked: the label of a mark and where it stands, else those before the
    place, with what it was in a former year; where they say too little, the place left open."""
    before, behind = _clauses_before(_open_marks(left)), _first_clause(_open_marks(right))
    label = _LABEL.sub("", mark[1:-1]) if mark.startswith("【") else ""
    former = _FORMER.fullmatch(label)
    if former:
        when = f"{former['year']}年" if former["year"] else "原"
        label = f"{when}为{former['value']}"
    elif label:
        around_it = _EDGE.sub("", f"{before}____{behind}")
        return label[:WHAT_MAX_CHARS] if around_it == "____" else f"{label[:60]}（{around_it}）"
    if len(before) < _ENOUGH:
        behind = behind or "，".join(_CLAUSES.split(_open_marks(right))[:2])[:_BEHIND]
        before = f"{before}____{_EDGE.sub('', behind)}" if behind else before
    if not before:
        return label
    return f"{before}（{label}）" if label else before


def _clauses_before(text: str) -> str:
    """The clauses directly before a place, as many as say what it is, with the year before them."""
    clauses = [one for one in _CLAUSES.split(text) if one.strip()]
    kept: list[str] = []
    while clauses and len("".join(kept)) < _TELLING:
        kept.insert(0, clauses.pop())
    words = _LINK.sub("", _LINK.sub("", without_opening("，".join(kept))))[-_LONGEST:]
    years = [one.text for one in find_facts("，".join(clauses)) if _YEAR.match(one.text)]
    if years and not _YEAR.search(words):
        words = f"{years[-1]}，{words}"
    return _EDGE.sub("", _LOOSE_END.sub("", words))


def _first_clause(text: str) -> str:
    return _CLAUSES.split(text)[0][:_BEHIND]


def _open_marks(text: str) -> str:
    """``text`` with its 待核实 marks left open."""
    return "".join(_without_marks(text))


def _without_marks(text: str) -> Iterator[str]:
    place = 0
    for start, end in pending_spans(text):
        yield text[place:start]
        yield "……"
        place = end
    yield text[place:]


# ------------------------------------------------------------------ into the text


def printed(figure: GivenFigure, sentence: str = "") -> str:
    """Return the words that go into the text: the figure with its 截至, said once a sentence."""
    day = day_in_words(figure.as_of)
    said = any(one.kind != "figure" for one in find_facts(figure.text))
    if said or f"截至{day}" in sentence:
        return figure.text
    return f"{figure.text}（截至{day}）"


def find_place(text: str, words: str, left: str, right: str) -> tuple[int, int]:
    """Return the position of ``words`` in ``text``, with ``left`` before or ``right`` behind them.

    Raises :class:`UserError` where they are no longer there, or several positions fit.
    """
    places = [match.start() for match in re.finditer(re.escape(words), text)] if words else []
    if not places:
        raise UserError("文中已经没有这一处待核实，请到起草页自行填写。")
    if len(places) > 1:
        exact = [at for at in places if text[:at].endswith(left[-AROUND:])]
        exact = (
            [at for at in exact if text[at + len(words) :].startswith(right[:AROUND])]
            if len(exact) > 1
            else exact
        )
        if len(exact) != 1:
            raise UserError(f"文中有 {len(places)} 处同样的待核实，请到起草页自行填写。")
        places = exact
    return places[0], places[0] + len(words)


def _plain(text: str) -> str:
    table = str.maketrans({"〈": "《", "〉": "》", "[": "〔", "]": "〕", "～": "—", "~": "—"})
    return re.sub(r"\s+", "", text).translate(table)
