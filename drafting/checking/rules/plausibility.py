"""Whether who signs, the number and the date can be (rules T30, D25, D26).

Nothing here knows the one right answer: a reply may well be signed by another unit, or its number
be carried over a new year. What is unlikely is said, and people decide.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from drafting.checking.engine.cases import from_member
from drafting.checking.engine.rule import Hit, Rule, Sheet
from drafting.language.days import day_of, is_arabic_day
from drafting.language.doc_numbers import MET_WITH_YEAR
from drafting.language.naming.offices import same_office

_OWN_NUMBER = re.compile(MET_WITH_YEAR)
_LETTER = (
    "{number}\n关于区政协十届三次会议第12号提案的答复\n苏明远委员：\n"
    "您提出的《关于增加停车位的提案》收悉，现答复如下：\n{unit}\n{date}"
)


def _letter(
    number: str = "青城管函〔2026〕7号", unit: str = "青岚区城市管理局", date: str = "2026年5月20日"
) -> str:
    return _LETTER.format(number=number, unit=unit, date=date)


def _not_the_handler(sheet: Sheet) -> Iterator[Hit]:
    """None of those who sign is a unit that the item was given to."""
    if sheet.draft is None or not sheet.parts.signatures:
        return
    proposal = sheet.draft.proposal
    lead = (proposal.handling_unit,) if proposal.handling_unit else ()
    given = lead if proposal.role == "主办" else proposal.co_units
    names = [name for name in given if name]
    if not names or any(
        same_office(signer, name) for signer in sheet.parts.signatures for name in names
    ):
        return
    signer = sheet.parts.signatures[0]
    for line in sheet.at("tail"):
        if signer in line.text:
            at = line.text.index(signer)
            yield Hit(
                at, at + len(signer), line=line.index,
                message=f"落款为“{signer}”，来件交办的单位是“{'、'.join(names)}”，请核对",
            )  # fmt: skip
            return


def _year_of_number(sheet: Sheet) -> Iterator[Hit]:
    """The year in the letter's own number is not that of its date."""
    date = sheet.parts.date
    if not sheet.parts.is_reply or date is None:
        return
    for line in sheet.at("head"):
        found = _OWN_NUMBER.search(line.text)
        if found and int(found[1]) != date.year:
            yield Hit(
                *found.span(1), line=line.index,
                message=f"发文字号为{found[1]}年，成文日期为{date.year}年，请核对",
            )  # fmt: skip
            return


def _not_yet(sheet: Sheet) -> Iterator[Hit]:
    """A date that lies ahead: a letter is dated on the day it is signed."""
    date = sheet.parts.date
    if not sheet.parts.is_reply or date is None or date <= dt.date.today():
        return
    for line in sheet.at("tail", "body"):
        text = line.text.strip()
        if is_arabic_day(text) and day_of(text) == date:
            at = line.text.index(text)
            yield Hit(at, at + len(text), line=line.index)
            return


RULES: tuple[Rule, ...] = (
    Rule(
        "T30", "落款单位不是承办单位", "warn", "notice", "办理程序：交谁办、由谁答复",
        "落款单位与来件交办的单位不符，请核对",
        example=from_member(_letter(unit="青岚区财政局"), handling_unit="青岚区城市管理局"),
        counter=from_member(_letter(unit="青岚区城管局"), handling_unit="青岚区城市管理局"),
        survey=_not_the_handler,
    ),
    Rule(
        "D25", "发文字号年份与成文日期不符", "warn", "notice", "GB/T 9704-2012 7.2.5、7.3.5.4",
        "发文字号的年份与成文日期不符，请核对",
        example=_letter(number="青城管函〔2025〕7号"),
        counter=_letter(),
        survey=_year_of_number,
    ),
    Rule(
        "D26", "成文日期晚于今日", "error", "notice", "GB/T 9704-2012 7.3.5.4（签发日期）",
        "成文日期“{text}”还没有到，请核对",
        example=_letter(number="青城管函〔2999〕7号", date="2999年5月20日"),
        counter=_letter(),
        survey=_not_yet,
    ),
)  # fmt: skip
