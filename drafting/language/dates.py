"""Dates and periods as texts print them, and the days they reach from and to.

``2026年6月—9月``, ``二〇二六年底``, ``今年上半年``, ``前三季度``, ``“十四五”期间``, ``1—3月``.
Two are the same where they mean the same days: 一季度 is 1—3月, 2026年底 is 2026年12月31日. How
long something lasts (三年, 15日内) is a figure (:mod:`.numerals`); by when something is due,
:mod:`.terms`. Source: GB/T 15835-2011, 4.1.3 and 5.2 (年月日); 7.5.2 of GB/T 9704-2012.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from drafting.language.late import late
from drafting.language.numbering import han_to_int
from drafting.language.numerals import fold_digits, leads_ratio
from drafting.language.spans import Span

Day = tuple[int, int, int]
"""Year, month and day; a year that is not printed is 0, of 去年 and 明年 the years from now on."""


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last one; ``year`` tells how the year is printed: as a number
    (``said``), by what it is from now on (``relative``), or not at all (``""``)."""

    first: Day
    last: Day
    year: str = ""

    def same_as(self, other: Period) -> bool:
        """Whether both mean the same days; a year that one does not print is not asked."""
        if "" in (self.year, other.year):
            return self._days() == other._days()
        return (self.first, self.last, self.year) == (other.first, other.last, other.year)

    def _days(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Month and day of both ends; the last of February is one in every year."""
        month, day = self.last[1:]
        return self.first[1:], (month, 29 if (month, day) == (2, 28) else day)

    def holds(self, other: Period) -> bool:
        """Whether this is a whole year and ``other`` lies in it."""
        year = self.first[0]
        whole = Period((year, 1, 1), (year, 12, 31), self.year) == self
        return whole and other.year == self.year and other.first[0] == year == other.last[0]

    def in_year(self, year: int) -> Period:
        """Return the period with its year where it prints none; 去年 and 明年 count from it."""
        if self.year == "said":
            return self
        first, last = (year + self.first[0], *self.first[1:]), (year + self.last[0], *self.last[1:])
        return Period(first, last, "said")


_GAP = r"[ \u3000\u00a0]{0,2}(?:\n[ \u3000]{0,4})?"
_HAN_YEAR = r"(?:一九|二[〇○零])[〇○零一二三四五六七八九]{2}"
_NO_YEAR = r"(?:19|20)\d{2}"
_YEAR = rf"(?:(?:{_NO_YEAR}|{_HAN_YEAR}){_GAP}年(?![级代])度?)"
_RELATIVE = "(?:今|明|去|前|后|本|上|当)年度?"
_HAN_MONTH = "(?:十[一二]?|[一二三四五六七八九])"
_HAN_DAY = "(?:[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_MONTH = r"(?:1[0-2]|0?[1-9])"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_TO = rf"{_GAP}(?:[—–－\-～~〜至到]{{1,2}}){_GAP}"
_ENDS = r"(?:[上中下]旬|[底末初](?![中一二三始级步])|份)"
_IN_MONTH = rf"(?:{_GAP}{_DAY}{_GAP}[日号](?!线)|{_GAP}{_HAN_DAY}日|{_ENDS})"
_OF_YEAR = (
    rf"(?:{_MONTH}{_TO}{_MONTH}{_GAP}月份?|(?:{_MONTH}|{_HAN_MONTH}){_GAP}月{_IN_MONTH}?"
    r"|(?:第?[一二三四1-4]|前[一二两三])(?:个)?季度|[上下]半年|全年|[春秋]季学期|[底末初](?![中一二三始级步])|学年)"
)
_BARE_MONTH = (
    rf"(?<![\d.])(?:{_MONTH}{_GAP}月{_IN_MONTH}?|{_HAN_MONTH}月(?:{_GAP}{_HAN_DAY}日|{_ENDS}))"
)
_QUARTER = r"(?:(?<![前后])第?[一二三四1-4]|前[二两三])季度"
_PLAN = (
    r"[“‘\"]?(?<![二三四五])十[一二三四五六七]五[”’\"]?"
    r"(?:规划)?(?:期间|时期|规划期|期末|末|以来|初期|中期)"
)
_RIGHT = (
    rf"(?:{_YEAR}{_GAP}{_OF_YEAR}?|{_NO_YEAR}(?!\d)|{_RELATIVE}{_OF_YEAR}|{_OF_YEAR}"
    rf"|{_DAY}日)"
)
CLOCK = r"(?<![\d:：])(?:[01]?\d|2[0-4])[:：][0-5]\d(?::[0-5]\d)?(?![\d:：])"
_HOURS = r"(?:[01]?\d|2[0-4])"
_HOUR = rf"(?<!\d){_HOURS}[时点](?:[0-5]?\d分|半|整)?(?![建意要钟希多位])"
_DATE = late(
    rf"(?<!\d){_NO_YEAR}年?{_TO}{_NO_YEAR}(?!\d)(?:{_GAP}学?年(?![级代])(?:{_GAP}{_OF_YEAR})?)?"
    rf"|(?<!\d){_YEAR}(?:{_GAP}{_OF_YEAR})?(?:{_TO}{_RIGHT})?"
    rf"|(?<!\d){_NO_YEAR}([-/.])(?:1[0-2]|0?[1-9])\1(?:3[01]|[12]\d|0?[1-9])(?!\d)"
    rf"|(?<!\d){_NO_YEAR}学年"
    rf"|{_RELATIVE}{_OF_YEAR}(?:{_TO}{_RIGHT})?|[明去]年(?![^，。；]{{0,1}}年)|(?<!以)[前后]年(?=[，底初完建投])"
    rf"|(?<![\d.第]){_MONTH}{_TO}{_MONTH}{_GAP}月份?|(?<!第){_HAN_MONTH}(?:至|到|—){_HAN_MONTH}月份?"
    rf"|{_BARE_MONTH}(?:{_TO}(?:{_BARE_MONTH}|{_DAY}日))?"
    rf"|第?[一二三1-3](?:至|到|—|-){_QUARTER}|{_QUARTER}(?:{_TO}{_QUARTER})?"
    rf"|(?<![大小这那])[上下]半年(?![^，。；]?以[来])|(?<![\d中大多当两三四五六七八九十几半])年[底末](?![端梢])|(?<![常\d中多两三四五六七八九十几半一二])年内"
    rf"|{_PLAN}|(?:20|19|上)世纪[\d一二三四五六七八九]{{1,2}}[0十]年代"
    rf"|{CLOCK}(?:{_TO}{CLOCK})?|{_HOUR}(?:{_TO}{_HOUR})?|(?<!\d){_HOURS}{_TO}{_HOUR}"
)

# What a date begins with; a digit within a number begins none.
_START = late(
    r"(?<!\d)\d|[一二三四五六七八九十](?=[一二三四五六七八九十〇○零月季至到—\-五])"
    r"|[今明去前后本上下当第年](?=[\d一二三四年半底末内两季世])|[“‘\"](?=十)"
)


def find_dates(text: str) -> Iterator[Span]:
    """Yield where the dates, periods and times of day of ``text`` stand, in order."""
    text = fold_digits(text)
    at = 0
    while start := _START.search(text, at):
        at = start.end()
        found = _DATE.match(text, start.start())
        if found is None:
            continue
        if not (":" in found[0] or "：" in found[0]) or not leads_ratio(text, found.start()):
            yield found.span()
            at = found.end()


def find_years(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a year is named as a number, in digits of either kind, and which it is."""
    for found in _NAMED_YEAR.finditer(text):
        yield found.start(), _year(found[1])


# ------------------------------------------------------------------ what they mean

_Y = late(rf"(?P<number>{_NO_YEAR})|(?P<han>{_HAN_YEAR})|(?P<word>[今明去前后本上当])年")
_NAMED_YEAR = late(rf"({_NO_YEAR}|{_HAN_YEAR}){_GAP}年")
_FROM_NOW = {"今": 0, "本": 0, "当": 0, "明": 1, "去": -1, "上": -1, "前": -2, "后": 2}
_M = late(rf"(?P<month>{_MONTH}|{_HAN_MONTH})月")
_D = late(rf"(?P<day>{_DAY}|{_HAN_DAY})[日号]")
_QUARTERS = late(r"(?P<until>前)?第?(?P<which>[一二两三四1-4])个?季度")
_SPLIT = late(r"[—–－\-～~〜至到]{1,2}")
_ISO = late(rf"({_NO_YEAR})[-/.](\d{{1,2}})[-/.](\d{{1,2}})")
_FIVE_YEARS = late("十(?P<which>[一二三四五六七])五")
_SETS = late(r"年代|学年|学期|[:：时点]|以来|初期|中期|当年")
_TEN_DAYS = {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31)}
_FIRST_PLAN = 2006
_DIGITS = "〇一二三四五六七八九"


@lru_cache(maxsize=4_096)
def period_of(words: str) -> Period | None:
    """Return the days that a date means; ``None`` for times of day and what has no first day."""
    plain = re.sub(r"\s", "", fold_digits(words))
    if plan := _FIVE_YEARS.search(plain):
        first = _FIRST_PLAN + 5 * ("一二三四五六七".index(plan["which"]))
        last = first + 4
        return Period((last if "末" in plain else first, 1, 1), (last, 12, 31), "said")
    if iso := _ISO.fullmatch(plain):
        printed = (int(iso[1]), int(iso[2]), int(iso[3]))
        return Period(printed, printed, "said")
    if _SETS.search(plain):
        return None
    left, *right = _SPLIT.split(plain, maxsplit=1)
    if right and not re.search("[年月日号季旬底末初度]$", left):
        left += _rest(right[0])
    one = _one(left)
    if one is None or not right:
        return one
    # What the end does not say is that of the beginning: 2026年6月—9月, 6月1日至10日.
    month = f"{one.first[1]}月" if re.fullmatch(r"\d+日", right[0]) else ""
    other = _one(month + right[0], one.first[0], one.year)
    return Period(one.first, other.last, one.year or other.year) if other else None


def _rest(right: str) -> str:
    """What stands behind the number of the end of a range, for its beginning: 1—3月."""
    if re.fullmatch(rf"{_NO_YEAR}(?:年.*)?", right):
        return "年"
    return "月" if "月" in right else "季度" if "季度" in right else ""


def _one(words: str, year: int = 0, printed: str = "") -> Period | None:
    named = _Y.match(words)
    if named:
        printed = "relative" if named["word"] else "said"
        year = _FROM_NOW[named["word"]] if named["word"] else _year(named[0])
        words = words[named.end() :].lstrip("年度")
    days = _within(words, year if printed == "said" else 0)
    return Period((year, *days[0]), (year, *days[1]), printed) if days else None


def _year(words: str) -> int:
    digits = re.sub("[零○]", "〇", words)
    return (
        int("".join(str(_DIGITS.index(char)) for char in digits))
        if digits[0] in _DIGITS
        else (int(digits))
    )


def _within(words: str, year: int) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """The first and the last month and day of what is said of a year."""
    if month := _M.match(words):
        return _within_month(words[month.end() :], _small(month["month"]), year)
    if quarter := _QUARTERS.search(words):
        which = _small(quarter["which"].replace("两", "二"))
        first = 1 if quarter["until"] else 3 * which - 2
        return (first, 1), (3 * which, monthrange(year or 2001, 3 * which)[1])
    if "半年" in words:
        return ((1, 1), (6, 30)) if "上" in words else ((7, 1), (12, 31))
    if re.search("[底末]", words):
        return (12, 31), (12, 31)
    if "初" in words:
        return (1, 1), (1, 1)
    return ((1, 1), (12, 31)) if re.fullmatch("(?:全?年[度内]?|内)?", words) else None


def _within_month(rest: str, month: int, year: int) -> tuple[tuple[int, int], tuple[int, int]]:
    last = monthrange(year or 2001, month)[1]
    if day := _D.match(rest):
        return (month, _small(day["day"])), (month, _small(day["day"]))
    if rest[:2] in _TEN_DAYS:
        first, end = _TEN_DAYS[rest[:2]]
        return (month, first), (month, min(end, last))
    if rest[:1] in ("底", "末"):
        return (month, last), (month, last)
    return ((month, 1), (month, 1)) if rest[:1] == "初" else ((month, 1), (month, last))


def _small(words: str) -> int:
    return int(words) if words.isdigit() else han_to_int(words) or 0
