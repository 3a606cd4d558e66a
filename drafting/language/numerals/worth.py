"""What a figure is worth, read from its words."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from drafting.language.numerals.digits import DIGITS, LARGE, SCALES, H, fold_digits
from drafting.language.numerals.grammar import ARABIC, MORE, figure
from drafting.language.numerals.quantity import Bound, Quantity
from drafting.language.numerals.words import known_words

_PART = re.compile(rf"{ARABIC}|[{H}]+|.")
_MINUS = frozenset("-－−")
_CLEAR = re.compile(r"[\s,]")
_TWO = re.compile(rf"(?<![{H}])([一二两三四五六七八九])([二三四五六七八九])(?![{H}])")
_ABOUT: tuple[tuple[Bound, re.Pattern[str], re.Pattern[str]], ...] = (
    (
        "上",
        re.compile(r"(?:不[少低小]于|至少|不下)$"),
        re.compile(r"(?:[（(]含[）)])?[及或]?以上"),
    ),
    (
        "下",
        re.compile(r"(?:不[超高大多]过?于?|最多|至多|以内)$"),
        re.compile(r"(?:[（(]含[）)])?[及或]?以[下内]"),
    ),
    ("近", re.compile(r"(?:将?近|接近|不足)$"), re.compile("(?!)")),
    ("余", re.compile(r"(?:超过?|逾|突破|多达|高达)$"), re.compile("[余多]")),
    ("约", re.compile(r"(?:大?约|约为|大概)$"), re.compile("左右|上下")),
)


@lru_cache(maxsize=8_192)
def quantity_of(words: str) -> Quantity | None:
    """Return what a figure is worth; ``None`` for what is no figure as a whole."""
    plain = re.sub(r"\s+", "", fold_digits(words))
    below = plain[:1] in _MINUS
    found = figure().fullmatch(plain[1:] if below else plain)
    worth = worth_of(found) if found else None
    return replace(worth, value=-worth.value) if worth and below else worth


def quantity_at(text: str, start: int, end: int) -> Quantity | None:
    """Return what the figure at ``start`` to ``end`` is worth, with 约, 近, 以上 beside it."""
    worth = quantity_of(text[start:end])
    if worth is None or worth.bound:
        return worth
    before = text[max(start - 6, 0) : start]
    for bound, ahead, behind in _ABOUT:
        if ahead.search(before) or behind.match(text, end):
            return replace(worth, bound=bound)
    return worth


def worth_of(found: re.Match[str]) -> Quantity | None:
    """Return what a match of the grammar is worth; ``None`` where its parts do not go together."""
    read = next((read for group, read in _READERS.items() if found[group]), _amount)
    return read(found)


def _ratio(found: re.Match[str]) -> Quantity | None:
    left, right = _exact(found["left"]), _exact(found["right"])
    third = _exact(found["third"][1:]) if found["third"] else None
    return Quantity(left / right, "比", third) if right else None


def _hundredths(found: re.Match[str]) -> Quantity | None:
    size = Fraction(100, SCALES[found["base"]])
    share = _number("一百" if found["share"] == "百" else found["share"])
    upto = _number(found["share2"]) if found["share2"] else None
    return _sized(share, upto, "%", size)


def _part(found: re.Match[str]) -> Quantity | None:
    part, whole = _number(found["part"]), _number(found["of"])
    return Quantity(100 * part[0] / whole[0], "%") if part and whole and whole[0] else None


def _fraction(found: re.Match[str]) -> Quantity | None:
    under = int(found["under"])
    return Quantity(Fraction(100 * int(found["over"]), under), "%") if under else None


def _vulgar(found: re.Match[str]) -> Quantity:
    part = Fraction(unicodedata.numeric(found["vulgar"])).limit_denominator(8)
    return Quantity(100 * part, "%")


def _folds(found: re.Match[str]) -> Quantity | None:
    return _sized(_number(found["folds"]), None, "番", Fraction(1))


def _large(found: re.Match[str]) -> Quantity | None:
    size = math.prod(SCALES[char] for char in found["large"])
    return _sized(_number(found["of_large"]), None, found["yuan"] or "", Fraction(size))


def _halved(found: re.Match[str]) -> Quantity:
    unit = re.sub("^个?多?", "", found["halved"]).replace("月", "个月")
    base, size = known_words().measures[unit]
    return Quantity(size / 2, base)


def _and_half(found: re.Match[str]) -> Quantity | None:
    """两个半月 is two and a half months, 1个多月 somewhat more than one."""
    base, size = known_words().measures[f"个{found['whole']}"]
    worth = _sized(_number(found["and_half"]), None, base, size)
    if worth is None:
        return None
    if found["how"] == "半":
        return replace(worth, value=worth.value + size / 2)
    return replace(worth, bound="余")


_READERS: Mapping[str, Callable[[re.Match[str]], Quantity | None]] = {
    "ratio": _ratio,
    "base": _hundredths,
    "of": _part,
    "over": _fraction,
    "one": lambda _: Quantity(Fraction(50), "%"),
    "vulgar": _vulgar,
    "folds": _folds,
    "and_half": _and_half,
    "of_large": _large,
    "halved": _halved,
}
"""How each form of a figure is read, by the group that tells it; else it is an amount."""


def _amount(found: re.Match[str]) -> Quantity | None:
    unit = found["unit"] or found["lowunit"] or ""
    base, size = known_words().measures.get(unit, (unit, Fraction(1)))
    low, high = found["low"], found["high"]
    if base == "折" and high is None:
        return _discount(low)
    first, last = _number(low), _number(high) if high else None
    if first is None or (high and last is None):
        return None
    own = known_words().measures.get(found["lowunit"] or unit, (base, size))
    if own[0] != base:
        return None
    if last and not found["lowunit"] and low[-1] not in SCALES and high[-1] in "万亿":
        # 5—10万元 means fifty thousand.
        first = (first[0] * SCALES[high[-1]], *first[1:])
    more = found["more"] or found["more2"] or found["after"]
    worth = _sized(first, last, base, size, own[1])
    if worth and found["half"]:
        return replace(worth, value=worth.value + size / 2)
    return replace(worth, bound="余") if worth and more else worth


_Read = tuple[Fraction, Fraction | None, Bound, Fraction]
"""What a number is worth, up to what, how it bounds, and the size of its last figure."""


def _sized(
    read: _Read | None, upto: _Read | None, unit: str, size: Fraction, own: Fraction | None = None
) -> Quantity | None:
    if read is None:
        return None
    first = size if own is None else own
    value, last, bound, step = read
    high = upto[0] * size if upto else last * first if last is not None else None
    return Quantity(value * first, unit, high, bound, step * first, size)


def _discount(low: str) -> Quantity | None:
    """八折 is 8, 八五折 and 85折 are 8.5."""
    digits = "".join(str(DIGITS[char]) if char in DIGITS else char for char in low)
    try:
        value = Fraction(digits)
    except ValueError:
        return None
    return Quantity(value / 10 if value > 10 else value, "折")


def _exact(number: str) -> Fraction:
    return Fraction(_CLEAR.sub("", fold_digits(number)))


@lru_cache(maxsize=8_192)
def _number(words: str) -> _Read | None:
    """Read a number in any writing; ``None`` where its parts do not go together (一一, 百千)."""
    plain = _CLEAR.sub("", fold_digits(words))
    bare = re.sub(MORE, "", plain)
    if two := _TWO.search(bare):
        return _either(bare, two)
    try:
        value, vague = _sum(bare)
    except ValueError:
        return None
    if vague:
        return value, None, "余", vague
    return value, None, "余" if bare != plain else "", _step(value)


def _either(plain: str, two: re.Match[str]) -> _Read | None:
    """七八 is 7 to 8, 三四百 300 to 400, 十七八 17 to 18."""
    low = _number(plain[: two.start()] + two[1] + plain[two.end() :])
    high = _number(plain[: two.start()] + two[2] + plain[two.end() :])
    if low is None or high is None or high[0] <= low[0]:
        return None
    return low[0], high[0], "", low[3]


def _sum(plain: str) -> tuple[Fraction, Fraction]:
    """Return the number, and by how much 几 and 数 leave it open. Raises :class:`ValueError`."""
    whole, point, decimals = plain.partition("点")
    if point:
        return _with_decimals(whole, decimals), Fraction(0)
    total = section = digit = vague = Fraction(0)
    scale, large, some = 1, 1, False
    for part in _PART.findall(whole):
        if part not in SCALES:
            if some:
                raise ValueError(plain)
            digit, some = _digits(part), True
            if part in ("几", "数"):
                # 几十 is 10 to 100, 十几 is 10 to 20.
                vague, digit = Fraction(scale), Fraction(part != whole[-1])
            continue
        size = SCALES[part]
        vague = Fraction(9 * size) if vague else vague
        if size < LARGE:
            if not some and section and scale <= size:
                raise ValueError(plain)
            section += (digit if some else 1) * size
        else:
            section += digit
            # 万亿: the whole is multiplied; 1亿2000万: the parts are added.
            whole_of = total and size > large
            total = (total + section) * size if whole_of else total + (section or 1) * size
            section, large = Fraction(0), size
        digit, scale, some = Fraction(0), size, False
    if some and scale > 10 and _is_left_out(whole):
        # 三万五 is 35,000.
        digit *= scale // 10
    return total + section + digit, vague


def _is_left_out(whole: str) -> bool:
    return whole[-1] in "一二三四五六七八九123456789" and whole[-2:-1] in tuple("百千万亿")


def _with_decimals(whole: str, decimals: str) -> Fraction:
    """一点二亿: the scale behind the decimals is that of all."""
    bare = decimals.rstrip("万亿")
    number = Fraction(f"{_sum(whole)[0]}.{''.join(str(DIGITS[char]) for char in bare)}")
    for char in decimals[len(bare) :]:
        number *= SCALES[char]
    return number


def _digits(part: str) -> Fraction:
    if part[0].isdigit() and part.isascii():
        return Fraction(part.replace(",", ""))
    return Fraction("".join(str(DIGITS[char]) for char in part))


def _step(value: Fraction) -> Fraction:
    """The size of the last figure of a number but noughts: 100 of 1300, 0.1 of 1.2."""
    if not value:
        return Fraction(0)
    step = Fraction(1)
    while (value / step).denominator != 1:
        step /= 10
        if step.denominator > 10**6:
            return Fraction(0)
    while (value / (step * 10)).denominator == 1:
        step *= 10
    return step
