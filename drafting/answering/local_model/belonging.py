"""What belongs together in a source: a figure with what it counts, a day with what was done on it,
a work with who did it.

A particular may be true and yet stand beside the wrong words: 泊位 with the figure of 路灯, the
work of another bureau with 我局 before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from drafting.answering.comparing import figures_in, year_at
from drafting.answering.figures import same_value
from drafting.answering.local_model.clauses import (
    Beside,
    clauses,
    content,
    items,
    most_said,
    says_word,
    sentences,
)
from drafting.language.dates import Period, find_years
from drafting.language.late import late
from drafting.language.naming.places import ALL_OF_OURS, OURS
from drafting.language.naming.units import RUNNING, WE
from drafting.language.numerals import quantity_at
from drafting.language.particulars import find_facts, value_of
from drafting.model import Fact

_US = late(rf"{WE}|我们")
_WHEN = (
    r"(?:(?:截至|自|从)?20\d\d年[^，。；]{0,12}?|今年[^，。；]{0,6}?|目前|现|近年来|近期"
    "|经|由|据|其中|同时|另|此外)"
)
_WHO = rf"{RUNNING}|厅|集团|大队|支队|学校|医院|社区|村委会"
_VERBS = (
    "已|均|也|还|又|正|将|现|多次|立即|及时|积极|主动|认真|累计|先后|共|组织|开展|完成|投入|投资|安排|制定|印发|出台"
    "|对|按照|根据|高度|加强|召开|实施|启动|建立|建成|新建|争取|筹集|落实|编制|举办|通过|在|把|以|于|会同|联合"
    "|统筹|支持|统一|负责|牵头"
)
# Who does it: a unit at the head of a clause, times and conjunctions aside, before its verb.
_DOER = late(
    rf"^{_WHEN}*[，,]?(?:由|经)?(?P<who>[\u4e00-\u9fff]{{2,16}}?(?:{_WHO}))"
    rf"(?=(?:[、和与及会同联合][\u4e00-\u9fff]{{2,16}}?)?(?:{_VERBS}))"
)
_OF_THE_PLACE = late(rf"^{_WHEN}*[，,]?(?:{OURS}|{ALL_OF_OURS})")
_AHEAD = 24
_NO_TIME = late(r"《[^《》]*》|〔[^〔〕]*〕|（[^（）]*）|\([^()]*\)")
_TAIL = 3
_NOT_DOER = late(r"^(?:会同|联合|协调|督促|配合|指导|要求|支持|对|向|与|和|在|请|为)")


def miscounted(text: str, found: Sequence[Beside], sources: Sequence[str]) -> tuple[str, str]:
    """Return a figure of ``text`` and what it counts there, where each sentence of the sources that
    has the figure counts something else with it, or the one that says this has another figure of
    the same; two "" where none is."""
    for fact in figures_in(text):
        mine = _counted(text, fact)
        if not mine:
            continue
        one = _clause_at(found, fact.start)
        if one and not _has(one.source, fact) and _has_another(text, fact, mine, one.source):
            return fact.text, mine[-1]
        told = [said for source in sources for said in sentences(source) if _has(said, fact)]
        if told and not any(_is_of(fact, mine, said) for said in told):
            return fact.text, mine[-1]
    return "", ""


def _counted(text: str, fact: Fact) -> tuple[str, ...]:
    """Return the words that say what a figure counts: of its item, itself aside."""
    for start, end in items(text):
        if start <= fact.start < end:
            return content(f"{text[start : fact.start]}，{text[fact.end : end]}")
    return ()


def _clause_at(found: Sequence[Beside], at: int) -> Beside | None:
    return next((each for each in reversed(found) if each.start <= at), None)


def _has_another(text: str, fact: Fact, mine: Sequence[str], said: str) -> bool:
    """Whether a sentence counts the very same with a figure of the same unit."""
    worth = quantity_at(text, fact.start, fact.end)
    return worth is not None and any(
        (other := quantity_at(said, one.start, one.end)) is not None
        and other.unit == worth.unit
        and all(says_word(word, "，".join(_counted(said, one))) for word in mine)
        for one in figures_in(said)
    )


def _has(said: str, fact: Fact) -> bool:
    return any(_is_worth(one, fact) for one in figures_in(said))


def _is_worth(one: Fact, other: Fact) -> bool:
    return one.text == other.text or same_value(one.text, other.text)


def _is_of(fact: Fact, mine: Sequence[str], said: str) -> bool:
    """Whether of the figures of a sentence this one stands nearest to what it is said to count."""
    found = list(figures_in(said))
    counted = [_counted(said, one) for one in found]
    shares = [_shared(mine, words) for words in counted]
    for one, words, share in zip(found, counted, shares, strict=True):
        if not _is_worth(one, fact):
            continue
        if not words:  # 实际完成77座: what they are is told before it
            return any(says_word(word, said) for word in mine) or not content(said)
        if share and share >= max(shares):
            return True
    return False


def _shared(mine: Sequence[str], theirs: Sequence[str]) -> int:
    told, asked = "，".join(theirs), "，".join(mine)
    return sum(says_word(word, told) for word in mine) or int(
        any(says_word(word, asked) for word in theirs)
    )


def misdated(text: str, found: Sequence[Beside], sources: Sequence[str]) -> str:
    """Return a day or year of ``text`` that the source gives to another thing, "" where none is.

    A sentence that names no time has that of the last one before it that does.
    """
    for fact in find_facts(text):
        period = value_of(fact.text) if fact.kind == "date" else None
        if not isinstance(period, Period):
            continue
        one = _clause_at(found, fact.start)
        if one is None or not one.source:
            continue
        said = _times_of(one.source, sources)
        if not said or any(_meets(period, fact.text, other) for other in said):
            continue
        # A list says the same of several years: the one of this year counts.
        words = content(text[fact.end : fact.end + _AHEAD])
        if not any(
            any(_meets(period, fact.text, other) for other in _times_of(each, sources))
            for source in sources
            for each in sentences(source)
            if all(says_word(word, each) for word in words)
        ):
            return fact.text
    return ""


def _times_of(sentence: str, sources: Sequence[str]) -> list[str]:
    """Return the times that hold for a sentence of a source: its own, else the last before it."""
    for source in sources:
        all_of_it = sentences(source)
        if sentence not in all_of_it:
            continue
        for said in reversed(all_of_it[: all_of_it.index(sentence) + 1]):
            if times := [one.text for one in find_facts(said) if one.kind == "date"]:
                return times
    return []


def _meets(period: Period, words: str, other: str) -> bool:
    """Whether a time is the other, holds it, or is a part of its name: 2024年 of 2024年6月."""
    if words in other or other in words:
        return True
    theirs = value_of(other)
    if not isinstance(theirs, Period):
        return False
    mine, others = ({year for _, year in find_years(one)} for one in (words, other))
    if mine and others and not mine & others:
        return False
    return period.same_as(theirs) or period.holds(theirs) or theirs.holds(period)


def years_lost(text: str, found: Sequence[Beside]) -> Iterator[int]:
    """Yield the years that the sources name for figures of ``text`` which names none for them."""
    for fact in figures_in(text):
        if year_at(text, fact.start, None) is not None:
            continue
        one = _clause_at(found, fact.start)
        for other in figures_in(one.source) if one else ():
            year = year_at(one.source, other.start, None) if one else None
            if year is not None and same_value(other.text, fact.text):
                yield year


def undated(text: str, found: Iterable[Beside]) -> Iterator[int]:
    """Yield the years in which the sources say that it was what a clause of ``text`` says with no
    year before it; those of titles, numbers and brackets are not the clause's."""
    plain = _year_free(text)
    for one in found:
        if not one.source or year_at(plain, one.start + len(one.text), None) is not None:
            continue
        year = year_at(_year_free(one.source), _told_until(one), None)
        if year is not None:
            yield year


def _year_free(text: str) -> str:
    return _NO_TIME.sub(lambda found: "□" * len(found[0]), text)


def _told_until(one: Beside) -> int:
    """Return where the clause of the source is over that has most of what a clause says."""
    parts = clauses(one.source)
    place = most_said(content(one.text), [one.source[start:end] for start, end in parts])
    return parts[place][1] if place >= 0 else 0


def another_doer(text: str, found: Iterable[Beside], is_ours: Callable[[str], bool]) -> str:
    """Return who does in the source what ``text`` says without naming them, or of another; "" where
    none is."""
    for one in found:
        doer = _doer_of(one)
        if not doer:
            continue
        if is_ours(doer):
            named = _doer(one.text)
            if named and not is_ours(named) and not _is_named(named, doer):
                return doer
            continue
        if not _is_named(doer, text) or (_US.match(one.text) and not _is_named(doer, one.text)):
            return doer
    return ""


def _doer_of(one: Beside) -> str:
    """Return who does in the source what a clause says: named in the clause of the source that has
    most of it, else in the last one before it."""
    # Who it is said of tells nothing of what is said.
    words = content(one.text.replace(_doer(one.text), "", 1))
    told = [one.source[start:end] for start, end in clauses(one.source)]
    for each in reversed(told[: most_said(words, told) + 1]):
        # 我区城中村累计建成 is said of the place, whoever stands before it.
        if (who := _doer(each)) or _OF_THE_PLACE.match(each):
            return who
    return ""


def _doer(clause: str) -> str:
    found = _DOER.match(clause)
    who = found["who"] if found else ""
    # 有关部门, 职能部门 name nobody.
    if not who or who.endswith("部门") or _NOT_DOER.match(who) or _US.search(who):
        return ""
    return who


def _is_named(doer: str, text: str) -> bool:
    """Whether a text names who does it, be it by the end of the name: 教育局 for 区教育局."""
    return doer[-_TAIL:] in text
