"""Days as documents print them: in Arabic figures or Chinese numerals, set wide, or damaged.

Periods, and parts of days: :mod:`.dates`; by when something is due: :mod:`.terms`. Source:
GB/T 9704-2012, 7.3.5.4.
"""

from __future__ import annotations

import datetime as dt
import re

from drafting.language.late import late
from drafting.language.numbering import han_to_int

_NOUGHTS = "〇零○ＯO0"

DAY = r"(?:19|20)\d{2}\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日"
"""A day in Arabic figures, set wide or not."""

HAN_DAY = (
    rf"[一二][{_NOUGHTS}一二三四五六七八九]{{3}}年"
    r"[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日"
)
"""A day in Chinese numerals, whatever stands for nought."""

_TYPED = late(r"(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日")
_HAN_DIGIT = {char: str(value) for value, char in enumerate("〇一二三四五六七八九")} | {
    "零": "0",
    "○": "0",
    "Ｏ": "0",
    "O": "0",
    "0": "0",
}
_DATE_PARTS = (
    r"(?P<year>(?:19|20)\d{2})\s*(?:年|[-./])\s*(?P<month>\d{1,2})"
    r"\s*(?:月|[-./])\s*(?P<day>\d{1,2})\s*日?"
)
_DATE = late(_DATE_PARTS)
ANY_DAY = re.sub(r"\?P<\w+>", "?:", _DATE_PARTS)
"""A day in Arabic figures as pages print it: 2026年3月5日, 2026-03-05, 2026.3.5."""
_HAN_DATE = late(
    rf"(?P<year>[一二][{_NOUGHTS}一二三四五六七八九]{{3}})年(?P<month>[一二三四五六七八九十]{{1,2}})月"
    r"(?P<day>[一二三四五六七八九十]{1,3})日"
)
_LOST_DATE = late(r"(?P<year>(?:19|20)\d{2})(?P<rest>\d{2,4})")


def parse_date(text: str) -> dt.date | None:
    """Return the first calendar date in ``text``, Arabic or Chinese; ``None`` if there is none."""
    if found := _DATE.search(text):
        return _date(found["year"], found["month"], found["day"])
    if found := _HAN_DATE.search(text):
        year = "".join(_HAN_DIGIT[char] for char in found["year"])
        month, day = han_to_int(found["month"]), han_to_int(found["day"])
        return _date(year, str(month), str(day))
    return None


_DATE_LIKE = late(
    r"(?:19|20)\d{2}(?:年(?:\d{1,2}月?(?:\d{1,2}日?)?)?|\d{2,4})"
    rf"|[一二][{_NOUGHTS}一二三四五六七八九]{{3}}年[一二三四五六七八九十]{{1,2}}月"
)


def is_date_line(line: str) -> bool:
    """Whether ``line`` stands where a date does: a whole date, or what is left of one."""
    bare = re.sub(r"\s+", "", line).strip("（）()，。")
    return bool(_DATE.fullmatch(bare) or _HAN_DATE.fullmatch(bare) or _DATE_LIKE.fullmatch(bare))


def date_of_line(line: str, *, published: dt.date | None = None) -> dt.date | None:
    """Return the date where ``line`` is nothing but a date.

    A page that has lost 年月日 (``2023320``) is read where only one reading is a day of the
    calendar not after ``published``; of two such readings the later wins, as pages go out within
    weeks; with no ``published`` two readings are none.
    """
    bare = re.sub(r"\s+", "", line).strip("（）()，。")
    if _DATE.fullmatch(bare) or _HAN_DATE.fullmatch(bare):
        return parse_date(bare)
    found = _LOST_DATE.fullmatch(bare)
    if not found:
        return None
    rest = found["rest"]
    readings = {
        day
        for split in (1, 2)
        if 0 < len(rest) - split <= 2 and (day := _date(found["year"], rest[:split], rest[split:]))
        if published is None or day <= published
    }
    if len(readings) == 1 or (readings and published):
        return max(readings)
    return None


def _date(year: str, month: str, day: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def is_day(line: str) -> bool:
    """Whether ``line`` is a day with 年月日 and nothing else, be it one of the calendar or not."""
    return is_arabic_day(line) or is_han_day(line)


def is_arabic_day(line: str) -> bool:
    """Whether ``line`` is a day in Arabic figures and nothing else, in whatever century."""
    return bool(_TYPED.fullmatch(line))


def is_han_day(line: str) -> bool:
    """Whether ``line`` is a day in Chinese numerals and nothing else."""
    return bool(_HAN_DATE.fullmatch(line))


def day_of(line: str) -> dt.date | None:
    """Return the day that is all of ``line``; ``None`` where it is none of the calendar."""
    if found := _TYPED.fullmatch(line):
        return _date(found["year"], found["month"], found["day"])
    return parse_date(line) if is_han_day(line) else None
