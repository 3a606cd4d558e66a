"""The characters that numbers are written with: digits, 大写, scales, full-width ones.

Patterns know a digit as ``\\d``, which is one of any script; they are folded before they are read.
"""

from __future__ import annotations

import re
import unicodedata

DIGITS = {char: n % 10 for n, char in enumerate("〇一二三四五六七八九零壹贰叁肆伍陆柒捌玖")}
DIGITS |= {"两": 2, "貳": 2, "參": 3, "陸": 6, "弍": 2, "○": 0, "几": 1, "数": 1}
SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
SCALES |= {"拾": 10, "佰": 100, "仟": 1000, "萬": 10**4, "億": 10**8}
LARGE = 10**4
H, S = "".join(DIGITS), "".join(SCALES)
VULGAR = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"


class _Halves(dict[int, str]):
    """What stands for a character: of a digit of any script ours."""

    def __missing__(self, point: int) -> str:
        digit = unicodedata.decimal(chr(point), None)
        self[point] = found = chr(point) if digit is None else str(digit)
        return found


_HALVES = _Halves(zip(map(ord, "．％：／"), ".%:/", strict=True))
_ANY_FULL = re.compile(r"[．％／]|(?![0-9])\d")
# 2，450万元; of 2023，120个 the comma ends a clause.
_FULL_THOUSANDS = re.compile(
    r"(?:(?<=(?<!\d)\d)|(?<=(?<!\d)\d\d)|(?<=(?<!\d)\d{3}))，(?=\d{3}(?!\d))"
)


def fold_digits(text: str) -> str:
    """Return ``text`` with full-width digits and their marks half-width, and those of other scripts
    as ours; its length stays."""
    if _ANY_FULL.search(text):
        text = text.translate(_HALVES)
    return _FULL_THOUSANDS.sub(",", text) if "，" in text else text
