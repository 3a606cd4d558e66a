"""Terms as papers print them (2026年12月底前, 明年上半年, “十五五”期间), and the day they end."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange

_YEAR = re.compile(r"(20\d{2})年|(今年|本年|年内|年底)|(明年)|(后年)")
_MONTH = re.compile(r"(\d{1,2})月(?:(\d{1,2})日)?(上旬|中旬)?")
_PARTS = (
    (re.compile("一季度|第1季度"), (3, 31)),
    (re.compile("二季度|第2季度|上半年|春季学期"), (6, 30)),
    (re.compile("三季度|第3季度"), (9, 30)),
    (
        re.compile("四季度|第4季度|下半年|年底|年末|年内|秋季学期|今年|本年|明年|后年|年"),
        (12, 31),
    ),
)
_DAYS = {"上旬": 10, "中旬": 20}
_TO = re.compile(r"[—–－~～-]+|至|到")
# 五年规划: the fourteenth ended in 2025, each has five years.
_PLAN = re.compile(r"十(?P<ordinal>[四五六七八])五(?=[”\"’」]?(?:期间|规划期|时期|期末|末|内))")
_PLAN_ENDS = {"四": 2025, "五": 2030, "六": 2035, "七": 2040, "八": 2045}
_SPAN = re.compile(r"(?:未来|今后|用|力争)?(?P<count>[两二三四五2-5])年(?:左右)?(?:时间|以?内|里)")
_COUNTS = {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5} | {str(n): n for n in range(2, 6)}
_END = r"(?:\d{1,2}月(?:\d{1,2}日|[上中下]旬|底|末)?|[一二三四]季度|[上下]半年|底|末|[春秋]季学期)?"
_ON = r"(?:(?:[—–－~～-]+|至|到)\d{1,2}月(?:\d{1,2}日|底|末)?)?"
_BEFORE = r"(?:之前|以前|前|之内|以内|内)?"
_TERM = re.compile(
    rf"(?:20\d{{2}}年?{_END}(?:[—–－~～-]+|至|到))?(?:20\d{{2}}|[今明后本])年{_END}{_ON}{_BEFORE}"
    rf"|(?<!\d)(?:年[底末内]|[上下]半年|[一二三四]季度){_BEFORE}"
    r"|[“‘]?十[四五六七八]五[”’]?(?:期间|规划期|时期|期末|末)"
    r"|(?:未来|今后)[两二三四五2-5]年内?|(?<!\d)[两二三四五2-5]年[以之]?内"
)
_WHEN = re.compile(r"\d{4}年|\d{1,2}月|年底|年内|月底|季度|上半年|下半年|月前|日前|个月内|个工作日")
_TITLES = re.compile(r"《[^《》]*》")


def says_when(text: str) -> bool:
    """Whether a text names any time: a year, a month, 年底, 个工作日 …"""
    return bool(_WHEN.search(text))


def due_day(words: str, made: dt.date) -> dt.date | None:
    """Return the last day of a time as printed (2026年12月底前, 明年上半年); ``None`` if unsaid.

    A time without a year is of the year in which the promise was made, or of the next where it
    had passed by then. Of a span (2027年至2028年) its end counts.
    """
    if not words:
        return None
    if plan := _PLAN.search(words):
        return dt.date(_PLAN_ENDS[plan["ordinal"]], 12, 31)
    if span := _SPAN.search(words) or re.search(
        r"(?:未来|今后)(?P<count>[两二三四五2-5])年", words
    ):
        return dt.date(made.year + _COUNTS[span["count"]], 12, 31)
    named = _last(_YEAR, words)
    year = made.year
    if named:
        year = int(named[1]) if named[1] else made.year + (2 if named[4] else bool(named[3]))
    end = _TO.split(words)[-1]
    words = end if _MONTH.search(end) or any(part.search(end) for part, _ in _PARTS) else words
    day = _within(words, year)
    if day and not (named and (named[1] or named[3] or named[4])) and day < made:
        day = _within(words, year + 1)
    return day


def _last(pattern: re.Pattern[str], words: str) -> re.Match[str] | None:
    found = list(pattern.finditer(words))
    return found[-1] if found else None


def _within(words: str, year: int) -> dt.date | None:
    month = _MONTH.search(words)
    if month:
        number = int(month[1])
        if not 1 <= number <= 12:
            return None
        last = monthrange(year, number)[1]
        day = int(month[2]) if month[2] else _DAYS.get(month[3] or "", last)
        return dt.date(year, number, min(max(day, 1), last))
    return next((dt.date(year, *end) for part, end in _PARTS if part.search(words)), None)


def find_term(sentence: str, year: int | None = None) -> str | None:
    """Return the last time that ``sentence`` names and that has not passed by ``year``.

    What stands in 《》 is a title and no time.
    """
    text = _TITLES.sub(lambda found: "□" * len(found[0]), sentence)
    for found in reversed(list(_TERM.finditer(text))):
        years = [int(one) for one in re.findall(r"20\d{2}", found[0])]
        if not (year and years and max(years) < year):
            return found[0]
    return None
