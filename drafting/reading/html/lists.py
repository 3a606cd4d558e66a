"""The numbers that a browser prints before the items of a list."""

from __future__ import annotations

from collections.abc import Callable

from lxml import html

_MOST = 1_000_000
_DIGITS = "〇一二三四五六七八九"
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


def marks_of(node: html.HtmlElement, style: str) -> dict[html.HtmlElement, str]:
    """Return the mark (``3.``) of each item of an ``ol``, or of a ``ul`` with numbers by style.

    ``style`` is the list's CSS style, ``""`` where it tells none.
    """
    items = [item for item in node if item.tag == "li"]
    kind = _KINDS.get(node.get("type") or "", "decimal")
    style = style or (kind if node.tag == "ol" else "disc")
    down = node.get("reversed") is not None
    number = _number(node.get("start"), len(items) if down else 1)
    marks = {}
    for item in items:
        number = _number(item.get("value"), number)
        marks[item] = _mark(number, _KINDS.get(item.get("type") or "", style))
        number += -1 if down else 1
    return marks


def _number(given: str | None, otherwise: int) -> int:
    try:
        number = int((given or "").strip())
    except ValueError:
        return otherwise
    return number if abs(number) <= _MOST else otherwise


def _mark(number: int, style: str) -> str:
    spell = _SPELLED.get(style)
    if spell is None:
        return ""
    if number < 1 and style not in _ANY_NUMBER:
        return f"{number}."
    return f"{spell(number)}{'、' if style in _WITH_COMMA else '.'}"


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(97 + rest) + letters
    return letters


def _roman(number: int) -> str:
    if number > 3999:
        return str(number)
    spelled = ""
    for worth, letters in _ROMAN:
        times, number = divmod(number, worth)
        spelled += letters * times
    return spelled


def _chinese(number: int) -> str:
    if number > 99:
        return "".join(_DIGITS[int(digit)] for digit in str(number))
    tens, ones = divmod(number, 10)
    ten = "" if not tens else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return ten + (_DIGITS[ones] if ones or not tens else "")


_KINDS = {
    "1": "decimal",
    "a": "lower-alpha",
    "A": "upper-alpha",
    "i": "lower-roman",
    "I": "upper-roman",
}
_SPELLED: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimal-leading-zero": lambda number: f"{number:02}",
    "lower-alpha": _letters,
    "lower-latin": _letters,
    "upper-alpha": lambda number: _letters(number).upper(),
    "upper-latin": lambda number: _letters(number).upper(),
    "lower-roman": _roman,
    "upper-roman": lambda number: _roman(number).upper(),
    **dict.fromkeys(
        ("cjk-ideographic", "simp-chinese-informal", "trad-chinese-informal", "cjk-decimal"),
        _chinese,
    ),
}
_ANY_NUMBER = frozenset({"decimal", "decimal-leading-zero"})
_WITH_COMMA = frozenset(
    {"cjk-ideographic", "simp-chinese-informal", "trad-chinese-informal", "cjk-decimal"}
)
