"""A list's number as Word prints it in one of its number formats.

Source: ECMA-376 Part 1, 17.18.59 (ST_NumberFormat). The signs are data, in
``number_formats.toml``; a format that is not known there is printed in digits.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
# A number beyond it is no list's; a file that starts a list there would make us print for ever.
_MOST = 99_999


@lru_cache(maxsize=1)
def _tables() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("number_formats.toml").read_text("utf-8"))


def printed(number: int, number_format: str, picture: str = "") -> str:
    """Return ``number`` in ``number_format``; ``""`` in a format that prints none.

    ``picture`` is what a custom format is shown by: ``001, 002, 003, ...``.
    """
    if number_format in ("none", "bullet"):
        return ""
    if number_format == "custom":
        return str(number).zfill(len(re.match(r"\d*", picture)[0]))  # type: ignore[index]
    if number_format == "decimalZero":
        return f"{number:02}"
    if not 1 <= number <= _MOST:
        return str(number)
    if number_format in _RULES:
        return _RULES[number_format](number)
    for kind, rule in _BY_TABLE.items():
        if (signs := _tables()[kind].get(number_format)) is not None:
            return rule(number, signs)
    return str(number)


def _sign(number: int, signs: str) -> str:
    return signs[number - 1] if number <= len(signs) else str(number)


def _cycle(number: int, signs: str) -> str:
    return signs[(number - 1) % len(signs)]


def _repeated(number: int, signs: str) -> str:
    times, at = divmod(number - 1, len(signs))
    return signs[at] * min(times + 1, 40)


def _digits(number: int, signs: str) -> str:
    return "".join(signs[int(digit)] for digit in str(number))


def _paired(number: int, signs: list[str]) -> str:
    return "".join(_cycle(number, one) for one in signs)


def _counted(number: int, table: dict[str, Any]) -> str:
    digits, units = table["digits"], table["units"]
    if number >= table.get("to", _MOST + 1):
        return _digits(number, digits)
    if number >= 10_000:
        above, below = divmod(number, 10_000)
        rest = _counted_below(below, table) if below else ""
        gap = digits[0] if 0 < below < 1_000 else ""
        return f"{digits[above]}{units[3]}{gap}{rest}"
    if 10 <= number < 20:
        return f"{table['ten']}{digits[number - 10] if number > 10 else ''}"
    return _counted_below(number, table)


def _counted_below(number: int, table: dict[str, Any]) -> str:
    """Print a number below 10,000, skipped places within it by one sign for zero."""
    digits, units, text, skipped = table["digits"], ["", *table["units"]], "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit == 0:
            skipped = bool(text)
            continue
        silent = digit == 1 and place > 0 and not table.get("ones", True)
        text += (digits[0] if skipped else "") + ("" if silent else digits[digit]) + units[place]
        skipped = False
    return text


def _roman(number: int) -> str:
    text = ""
    for amount, letters in _ROMAN:
        times, number = divmod(number, amount)
        text += letters * times
    return text


def _cardinal(number: int) -> str:
    names = _tables()["english"]
    ones, tens = names["ones"].split(), names["tens"].split()
    for amount, name in ((1000, "thousand"), (100, "hundred")):
        if number >= amount:
            above, below = divmod(number, amount)
            return f"{_cardinal(above)} {name}" + (f" {_cardinal(below)}" if below else "")
    if number < len(ones):
        return str(ones[number])
    above, below = divmod(number, 10)
    return f"{tens[above]}-{ones[below]}" if below else str(tens[above])


def _ordinal_text(number: int) -> str:
    head, mark, last = re.match(r"(.*?)([- ]?)(\w+)$", _cardinal(number)).groups()  # type: ignore[union-attr]
    known = _tables()["english"]["ordinals"]
    plain = f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"
    return f"{head}{mark}{known.get(last, plain)}"


def _ordinal(number: int) -> str:
    teen = 10 < number % 100 < 14
    return f"{number}" + ("th" if teen else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th"))


_RULES: dict[str, Callable[[int], str]] = {
    "upperRoman": lambda number: _roman(number).upper(),
    "lowerRoman": _roman,
    "ordinal": _ordinal,
    "cardinalText": lambda number: _cardinal(number).capitalize(),
    "ordinalText": lambda number: _ordinal_text(number).capitalize(),
    "hex": lambda number: f"{number:X}",
    "numberInDash": lambda number: f"- {number} -",
}
_BY_TABLE: dict[str, Callable[[int, Any], str]] = {
    "signs": _sign,
    "cycles": _cycle,
    "repeated": _repeated,
    "digits": _digits,
    "counted": _counted,
    "paired": _paired,
}
