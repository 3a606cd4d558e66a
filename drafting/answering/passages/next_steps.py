"""A policy's measure as our next step: what falls to us, who is responsible, and by when.

Measures for other addressees are left out: what the province, the ministries or the pilot cities
must do does not bind the office. In a city's plan 我市 is the city, not our district.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from drafting.answering.passages.citing import cite
from drafting.answering.passages.sentences import LABEL, split_sentences
from drafting.answering.passages.sources import SourceStatus
from drafting.language.naming.offices import name_of_place
from drafting.language.naming.places import ALL_OF_OURS, OURS
from drafting.language.naming.units import RUNNING
from drafting.language.particulars import mark_pending
from drafting.model import Passage

MOST_QUOTED = 260
"""Characters of a source that go into an answer at most."""

# A measure's own title: 推动泊位共享。 before the sentences that say how.
_MEASURE_TITLE = re.compile(r"(?P<title>[^。；，、：“”《》\d]{4,24})。(?=.)")
_TARGET = re.compile(r"(?:到|至)?(?P<year>20\d{2})年(?:底|末)?(?:前)?[，,][^；;。]*[；;。]?")
_UNITS = re.compile(
    r"(?P<role>牵头|主责|责任)(?:责任)?(?:部门|单位)\s*[:：]\s*(?P<units>[^；;。\n（）()]+)"
)
_ONE_UNIT = rf"(?![各有]|.{{0,4}}级)[\u4e00-\u9fff]{{1,14}}?(?:{RUNNING}|办)"
_UNITS_WITHIN = re.compile(rf"由(?P<units>{_ONE_UNIT}(?:、{_ONE_UNIT})*)(?:牵头|负责)")
_UNITS_AT_END = re.compile(
    r"[（(](?:(?:牵头|主责|责任|配合|参与)(?:部门|单位)[:：]|由)?[^（）()]{2,80}?(?:负责|牵头|配合|分工负责)[^（）()]{0,40}[）)]|[（(](?:牵头|主责|责任|配合)(?:责任)?(?:部门|单位)\s*[:：][^（）()]*[）)]"
)
_MUST = r"(?:要|应当?|须|必须|可以?|应该|也要)?"
# Whom a superior addresses together with us: the order is ours, its address is not.
_US_AMONG_ALL = re.compile(
    rf"^(?:各地(?:区|方)?|各(?:有关)?部门|各县(?:（市、区）|市区)?|各市县?|各级(?:人民)?政府|县级以上(?:地方)?(?:各级)?人民政府|地方(?:各级)?(?:人民)?政府|有条件的(?:地方|地区|城市)"
    rf"|各地(?:区)?、各(?:有关)?部门){_MUST}[，,]?"
)
_OTHERS = re.compile(
    r"各地|各省|各级|省级|市级层面|省、自治区|自治区、直辖市|国务院|中央财政|中央预算|国家(?:发展|有关|层面|卫生|财政)|[\u4e00-\u9fff]{2,6}部(?:会同|牵头|要|负责)"
    r"|试点(?:地区|城市)|地方各级|有条件的(?:地方|地区|城市)|各县|各市|各区县|贫困地区组织|对[^，。]{2,20}的(?:省|市)|各地区"
)
_SUPERIORS_OWN = re.compile(f"{OURS}|{ALL_OF_OURS}")
_CLAUSE = re.compile(r"[^，,；;]+[，,；;]?")
_ARTICLE = re.compile(r"^第[一二三四五六七八九十百零]+条")
_SHORTEST = 8
_AGED = 5
"""Years after which a policy's validity is asked about."""
_YEAR = re.compile(r"20\d{2}(?=年)")


@dataclass(frozen=True, slots=True)
class NextStep:
    """A measure as our next step: its ground and words, who answers for it, and by when."""

    words: str
    unit: str
    term: str


def as_next_step(passage: Passage, status: SourceStatus, this_year: int) -> NextStep | None:
    """Return the measure of a policy as our next step; ``None`` where nothing of it is ours.

    By when the office has it done only the office knows; the last year that the measure names is
    told with the mark.
    """
    name, words = to_do(passage, status, this_year)
    if not words:
        return None
    years = [int(year) for year in _YEAR.findall(words) if int(year) >= this_year]
    until = f"完成时限（文件要求{max(years)}年）" if years else "完成时限"
    return NextStep(
        f"{ground_of(passage, name)}{words}{_still_valid(passage, this_year)}",
        in_charge(passage, status),
        mark_pending(until),
    )


def _still_valid(passage: Passage, this_year: int) -> str:
    """Return the mark that asks whether a policy of years ago still holds, ``""`` for a new one.

    Most name no term, and what repeals them need not be in the archive.
    """
    year = passage.date.year if passage.date else None
    if year is None or this_year - year < _AGED:
        return ""
    return mark_pending(f"该文件为{year}年印发，请核对是否仍然有效")


def to_do(passage: Passage, status: SourceStatus, this_year: int) -> tuple[str, str]:
    """Return the title of a measure, and those of its words that are ours to do."""
    name, words = titled(still_to_do(passage, this_year))
    return name, falls_to_us(words, passage, status)


def ground_of(passage: Passage, name: str = "") -> str:
    """Return the lead-in that names the ground: 按照《…》（number）第…条“name”的要求，."""
    article = article_of(passage)
    return f"按照{cite(passage)}{article}" + (f"“{name}”的要求，" if name else "要求，")


def in_charge(passage: Passage, status: SourceStatus) -> str:
    """Return the units that our place's plan names; a superior's are not ours, and only told."""
    named = units_in_charge(passage)
    if named and status is SourceStatus.OUR_POLICY:
        return named
    return mark_pending(f"责任单位（文件中为{named}）" if named else "责任单位")


def titled(measure: str) -> tuple[str, str]:
    """Part the title that a measure begins with from its words: ``("", words)`` without one."""
    found = _MEASURE_TITLE.match(measure)
    return (found["title"], measure[found.end() :]) if found else ("", measure)


def article_of(passage: Passage) -> str:
    """Return the article that a passage of a regulation is, 第二十一条; ``""`` where it is none."""
    found = _ARTICLE.match(passage.text.strip())
    return found[0] if found else ""


def still_to_do(passage: Passage, this_year: int) -> str:
    """Return a measure's words without the targets of years that are over."""

    def keep(match: re.Match[str]) -> str:
        return match[0] if int(match["year"]) >= this_year else ""

    first = passage.text.strip().split("\n", 1)[0]
    plain = _ARTICLE.sub("", LABEL.sub("", _UNITS_AT_END.sub("", first))).strip()
    return shorten(_TARGET.sub(keep, plain).strip())


def falls_to_us(words: str, passage: Passage, status: SourceStatus) -> str:
    """Return those of a measure's ``words`` that are ours to do; ``""`` where none is.

    What is ordered to others is left out clause by clause; the place of a superior's plan is named.
    """
    ours = status is SourceStatus.OUR_POLICY
    kept = (_ours(sentence, passage, ours=ours) for sentence in split_sentences(words))
    return "".join(sentence for sentence in kept if sentence)


def _ours(sentence: str, passage: Passage, *, ours: bool) -> str:
    said = sentence if ours else _US_AMONG_ALL.sub("", sentence)
    clauses = list(_without_others(said)) if not ours else [said]
    said = "".join(clauses).rstrip("，,；;。") + "。" if clauses else ""
    if not ours and _SUPERIORS_OWN.search(said):
        place = name_of_place(passage.issuer) or name_of_place(passage.title)
        if not place:
            return ""
        said = re.sub(ALL_OF_OURS, f"{place}全域", re.sub(OURS, place, said))
    return said if len(said) >= _SHORTEST else ""


def _without_others(sentence: str) -> Iterator[str]:
    for found in _CLAUSE.finditer(sentence):
        if not _OTHERS.search(found[0]):
            yield found[0]


def units_in_charge(passage: Passage) -> str:
    """Return the units that a measure names as leading, else as responsible; ``""`` if none."""
    named = {found["role"]: found["units"].strip(" 。") for found in _UNITS.finditer(passage.text)}
    within = _UNITS_WITHIN.search(passage.text)
    told = within["units"] if within else ""
    return named.get("牵头") or named.get("主责") or named.get("责任") or told


def shorten(text: str, most: int = MOST_QUOTED) -> str:
    """Return whole sentences of ``text``, at most ``most`` characters where one fits."""
    kept = ""
    for sentence in re.findall(r"[^。；]+[。；]?", text):
        if kept and len(kept) + len(sentence) > most:
            break
        kept += sentence
    return kept.rstrip("；") + "。" if kept.endswith("；") else kept
