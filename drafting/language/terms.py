"""Terms as papers print them (2026年12月底前, 明年上半年, 三年内), and the day they end.

Which words are a date and which days it means: :mod:`.dates`; how long something lasts:
:mod:`.numerals`. Here is what makes a term of them: 前, 以内, and the year that is not printed.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterator
from operator import itemgetter

from drafting.language.dates import Day, Period, find_dates, period_of
from drafting.language.late import late
from drafting.language.numerals import Quantity, find_figures, quantity_of
from drafting.language.spans import Span

_BEFORE = late(r"(?:之前|以前|前|之内|以内|内)")
# What needs no 前 behind it to be a term, though it prints no year.
_YEARLESS = late(r"(?:第?[一二三四1-4]|前[二两三])季度|[上下]半年|年[底末内]")
_TERM_OF_SCHOOL = {"春季学期": "上半年", "秋季学期": "下半年"}
_SCHOOL = late("|".join(_TERM_OF_SCHOOL))
# Years that dates leave alone, for every paper has its own.
_WHOLE_YEAR = late(r"[今本](?=年)|后(?=年)")
# 未来三年, 三年左右时间, 6个月内: how long from the day of the promise.
_FROM_NOW = late(r"(?:未来|今后)$")
_WITHIN = late(r"(?:左右)?(?:的?时间)?(?:以|之)?[内里]|左右的?时间")
_MONTHS, _DAYS, _WEEKS = "个月", "天", "周"
_SAID = late("[年月季期]")
_WHEN = late(r"月[底内前]|日前|季度|年[底内]|\d{4}年|\d{1,2}月|个月内|工作日")
_TITLES = late(r"《[^《》]*》")


def says_when(text: str) -> bool:
    """Whether a text names any time: a year, a month, 年底, 个工作日 …"""
    return bool(_WHEN.search(text)) or any(True for _ in _periods(text))


def due_day(words: str, made: dt.date) -> dt.date | None:
    """Return the last day of a time as printed (2026年12月底前, 明年上半年); ``None`` if unsaid.

    A time without a year takes that named before it, else that in which the promise was made, or
    the next where it had passed by then. Of a span (2027年至2028年) its end counts; years from now
    (三年内) end with their last year.
    """
    year, end, fixed = made.year, None, False
    for _, period in _periods(words):
        if period.year:
            year = period.last[0] + (made.year if period.year == "relative" else 0)
            fixed = period.year == "said" or bool(period.last[0])
        end = period.last
    if end is None:
        return _end_of_year(words, made) or _from_now(words, made)
    day = _in_year(end, year)
    return day if fixed or day >= made else _in_year(end, year + 1)


def _periods(text: str) -> Iterator[tuple[Span, Period]]:
    """Yield the dates of ``text`` but times of day, and the days that they mean."""
    for start, end in find_dates(text):
        words = _SCHOOL.sub(lambda found: _TERM_OF_SCHOOL[found[0]], text[start:end])
        if (period := period_of(words)) is not None:
            yield (start, end), period


def _in_year(end: Day, year: int) -> dt.date:
    _, month, day = end
    last = monthrange(year, month)[1]
    # The last of February is printed as one, and is the 28th where no year is.
    return dt.date(year, month, last if (month, day) == (2, 28) else min(day, last))


def _end_of_year(words: str, made: dt.date) -> dt.date | None:
    found = list(_WHOLE_YEAR.finditer(words))
    if not found:
        return None
    return dt.date(made.year + (2 if found[-1][0] == "后" else 0), 12, 31)


def _from_now(words: str, made: dt.date) -> dt.date | None:
    for start, end in find_figures(words):
        worth = quantity_of(words[start:end])
        if worth and (_FROM_NOW.search(words, 0, start) or _WITHIN.match(words, end)):
            return _after(made, worth)
    return None


def _after(made: dt.date, worth: Quantity) -> dt.date | None:
    count = int(worth.upto or worth.value)
    if worth.unit == _MONTHS and count % 12 == 0:
        return dt.date(made.year + count // 12, 12, 31)
    if worth.unit == _MONTHS:
        years, month = divmod(made.month - 1 + count, 12)
        return _in_year((0, month + 1, made.day), made.year + years)
    if worth.unit in (_DAYS, _WEEKS):
        return made + dt.timedelta(count * (7 if worth.unit == _WEEKS else 1))
    return None


def find_term(sentence: str, year: int | None = None) -> str | None:
    """Return the last time that ``sentence`` names and that has not passed by ``year``.

    What stands in 《》 is a title and no time.
    """
    text = _TITLES.sub(lambda found: "□" * len(found[0]), sentence)
    for start, end, last in sorted(_named(text), key=itemgetter(0), reverse=True):
        if year is None or last is None or last >= year:
            return text[start:end]
    return None


def _named(text: str) -> Iterator[tuple[int, int, int | None]]:
    """Yield where times stand that may be terms, and the last year that is printed there."""
    taken = []
    for (start, end), period in _periods(text):
        taken.append((start, end))
        # A month without a year leaves it to the field of the term, which may have one.
        printed = period.year == "said" or (period.year and period.last[0] >= 0)
        if not (printed or _YEARLESS.fullmatch(text, start, end)) or not _SAID.search(
            text[start:end]
        ):
            continue
        behind = _BEFORE.match(text, end)
        last = period.last[0] if period.year == "said" else None
        yield start, behind.end() if behind else end, last
    for start, end in find_figures(text):
        worth = quantity_of(text[start:end])
        # 5个工作日内 says how long each case takes; 三年内 when the work is done.
        if worth is None or worth.unit != _MONTHS or worth.value % 12:
            continue
        led, within = _FROM_NOW.search(text, max(start - 2, 0), start), _WITHIN.match(text, end)
        if led or within:
            yield led.start() if led else start, within.end() if within else end, None
    for found in _WHOLE_YEAR.finditer(text):
        if not any(first <= found.start() < last for first, last in taken):
            behind = _BEFORE.match(text, found.end() + 1)
            yield found.start(), behind.end() if behind else found.end() + 1, None
