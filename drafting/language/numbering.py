"""The ladder of level numbers 一、（一）1.（1）: parse, print, renumber.

Source: GB/T 9704-2012, 7.3.3 (结构层次序数). The parser also takes what is met in the field —
``1、`` ``(一)`` ``⒈`` ``㈠`` ``第一，`` — and says which rung it stands on; the printer knows the
standard's form only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Style = Literal["han", "han-paren", "arabic", "arabic-paren", "circled", "ordinal", "yishi"]

_DIGITS = "零一二三四五六七八九"
_HAN = "一二三四五六七八九十百零〇两"

# Compatibility glyphs in which a number and its punctuation are one character.
_CIRCLED = {chr(0x2460 + i): i + 1 for i in range(20)}  # ①…⑳
_PAREN_DIGIT = {chr(0x2474 + i): i + 1 for i in range(20)}  # ⑴…⒇
_DOT_DIGIT = {chr(0x2488 + i): i + 1 for i in range(20)}  # ⒈…⒛
_PAREN_HAN = {chr(0x3220 + i): i + 1 for i in range(10)}  # ㈠…㈩

_LABEL = re.compile(
    rf"""\s*(?:
      (?P<han>[{_HAN}]{{1,5}})\s*[、．.]
    | [（(]\s*(?P<hanparen>[{_HAN}]{{1,5}})\s*[）)]\s*[、.]?
    | (?P<hanparen1>[{"".join(_PAREN_HAN)}])\s*[、.]?
    | (?P<arabic>\d{{1,3}})\s*(?:[、．]|\.(?!\d(?!\d{{3}}年)))
    | (?P<arabic1>[{"".join(_DOT_DIGIT)}])
    | [（(]\s*(?P<arabicparen>\d{{1,3}})\s*[）)]\s*[、.]?
    | (?P<arabicparen1>[{"".join(_PAREN_DIGIT)}])\s*[、.]?
    | (?P<arabichalf>\d{{1,2}})[）)]
    | (?P<circled>[{"".join(_CIRCLED)}])
    | 第(?P<ordinal>[{_HAN}]{{1,3}})\s*[，,、：:]
    | (?P<yishi>[一二三四五六七八九十]{{1,2}})是(?!否)
    )\s*""",
    re.VERBOSE,
)

_GLYPHS = _CIRCLED | _PAREN_DIGIT | _DOT_DIGIT | _PAREN_HAN
_GROUPS: dict[str, Style] = {
    "han": "han",
    "hanparen": "han-paren",
    "hanparen1": "han-paren",
    "arabic": "arabic",
    "arabic1": "arabic",
    "arabicparen": "arabic-paren",
    "arabicparen1": "arabic-paren",
    "arabichalf": "arabic-paren",
    "circled": "circled",
    "ordinal": "ordinal",
    "yishi": "yishi",
}
LEVELS: dict[Style, int] = {
    "han": 1,
    "han-paren": 2,
    "arabic": 3,
    "arabic-paren": 4,
    "circled": 5,
    "ordinal": 0,
    "yishi": 0,
}
"""The rung of each style; 0 where the words count but make no rung (第一， 一是)."""


@dataclass(frozen=True, slots=True)
class Label:
    """A level number found at the head of a line.

    ``text`` as printed with brackets made full width and spaces dropped; ``length`` the number
    of characters it takes in the line, spaces around it included.
    """

    text: str
    style: Style
    number: int
    length: int

    @property
    def level(self) -> int:
        """1–5 on the ladder, 0 for 第一， and 一是."""
        return LEVELS[self.style]


def parse_label(line: str) -> Label | None:
    """Return the label at the head of ``line``, or ``None``."""
    found = _LABEL.match(line)
    if not found:
        return None
    group = found.lastgroup
    assert group is not None
    value = found[group]
    number = _GLYPHS.get(value) or (int(value) if value.isdigit() else han_to_int(value))
    if number is None or number < 1:
        return None
    text = re.sub(r"\s+", "", found[0]).replace("(", "（").replace(")", "）")
    return Label(text, _GROUPS[group], number, found.end())


def han_to_int(han: str) -> int | None:
    """Read a Chinese numeral up to 999 (``二十三`` → 23); ``None`` if it is none."""
    total, digit = 0, 0
    for char in han.replace("〇", "零").replace("两", "二"):
        if char in _DIGITS:
            digit = _DIGITS.index(char)
        elif char == "十":
            total, digit = total + (digit or 1) * 10, 0
        elif char == "百":
            total, digit = total + (digit or 1) * 100, 0
        else:
            return None
    return total + digit


def int_to_han(number: int) -> str:
    """Write 1–999 in Chinese as level numbers do (10 → 十, 21 → 二十一, 105 → 一百零五).

    Raises :class:`ValueError` outside that range.
    """
    if not 1 <= number <= 999:
        raise ValueError(f"no level number for {number}")
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (_DIGITS[ones] if ones else "")


def format_label(level: int, number: int) -> str:
    """Print the standard's label of ``level`` 1–4: 一、 （一） 1. （1）.

    Raises :class:`ValueError` for another level.
    """
    match level:
        case 1:
            return f"{int_to_han(number)}、"
        case 2:
            return f"（{int_to_han(number)}）"
        case 3:
            return f"{number}."
        case 4:
            return f"（{number}）"
    raise ValueError(f"no level {level} in GB/T 9704-2012, 7.3.3")


def relabel(levels: list[int]) -> list[str]:
    """Number a sequence of levels afresh (0 = unnumbered, printed as ``""``).

    A deeper rung starts again at one under each new rung above it.
    """
    numbers: dict[int, int] = {}
    labels = []
    for level in levels:
        if level == 0:
            labels.append("")
            continue
        numbers = {rung: number for rung, number in numbers.items() if rung <= level}
        numbers[level] = numbers.get(level, 0) + 1
        labels.append(format_label(level, numbers[level]))
    return labels
