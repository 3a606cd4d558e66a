"""EQ fields: formulas, signs drawn over one another, and pinyin, written as a field's code.

Word and WPS make them of 带圈字符 (□ over √ is a ticked box), 合并字符 and 拼音指南, and older
documents of fractions. Source: ECMA-376 Part 1, 17.16.5.19 (EQ).
"""

from __future__ import annotations

import re

from drafting.reading.word.markup.formulas import fraction, radical
from drafting.reading.word.markup.symbols import EMPTY, TICKED

_OPTIONS = re.compile(r"\s*\\[a-z]{2}\s*-?\d*")
_SWITCH = re.compile(r'\\\*\s*(?:"[^"]*"|\S+)')
_NUMBERS = {str(n): chr(0x2460 + n - 1) for n in range(1, 21)}
_CIRCLES = frozenset("○〇◯")
_BOXES = frozenset("□☐▢口")
_TICKS = frozenset("√✓✔v×✗╳")
_DEEPEST = 12


def equation(code: str) -> str:
    """Return the text of an EQ field whose code behind ``EQ`` is ``code``, in one line."""
    text, _ = _sequence(_SWITCH.sub("", code), 0, "", 0)
    return text.strip()


def _sequence(code: str, at: int, stops: str, depth: int) -> tuple[str, int]:
    """Read up to one of ``stops`` at this level; return the text and where it stopped."""
    text = ""
    while at < len(code) and code[at] not in stops:
        if code[at] == "\\":
            piece, at = _element(code, at + 1, depth) if at + 1 < len(code) else ("", at + 1)
        elif code[at] == "(" and stops:
            piece, at = _sequence(code, at + 1, ")", depth)
            piece, at = f"({piece})", at + 1
        else:
            piece, at = code[at], at + 1
        text += piece
    return text, at


def _element(code: str, at: int, depth: int) -> tuple[str, int]:
    """Read one ``\\f(…)``; a backslash before anything else only keeps its character."""
    kind = code[at].lower()
    if not kind.isalpha() or depth >= _DEEPEST:
        return code[at], at + 1
    rest, raised = at + 1, False
    while found := _OPTIONS.match(code, rest):
        raised |= "\\up" in found[0]
        rest = found.end()
    while rest < len(code) and code[rest] == " ":
        rest += 1
    if rest >= len(code) or code[rest] != "(":
        return "", rest
    arguments: list[str] = []
    while rest < len(code) and code[rest] != ")":
        piece, rest = _sequence(code, rest + 1, ",;)", depth + 1)
        arguments.append(piece.strip())
    return _written(kind, arguments, raised), rest + 1


def _written(kind: str, arguments: list[str], raised: bool) -> str:
    first, last = arguments[0] if arguments else "", arguments[-1] if arguments else ""
    if kind == "f":
        return fraction(first, last)
    if kind == "r":
        return radical(last, first if len(arguments) > 1 else "")
    if kind == "o":
        return _over(arguments)
    if kind == "s":
        # Raised text alone is pinyin or an exponent; which one is seen by what it stands over.
        return f"^{first}" if raised else "".join(arguments)
    if kind == "b":
        return f"({first})"
    return "" if kind == "d" else ",".join(arguments)


def _over(signs: list[str]) -> str:
    """Return signs drawn over one another: a number in a circle, a tick in a box, pinyin."""
    drawn = [one for one in signs if one]
    plain = [one for one in drawn if not one.startswith("^")]
    frame = next((one for one in plain if one in _CIRCLES or one in _BOXES), "")
    inside = "".join(one for one in plain if one != frame)
    if frame and frame in _CIRCLES:
        return _NUMBERS.get(inside, inside)
    if frame:
        return (TICKED if inside in _TICKS else inside) if inside else EMPTY
    if plain:
        # Pinyin over its character: the character is the text.
        return "".join(plain)
    return "".join(one.removeprefix("^") for one in drawn)
