"""Figures: a number in any writing with what it counts, where it stands, and what it is worth.

One grammar reads all writings: ``1,310个``, ``八百六十万元``, ``壹佰贰拾万元整``, ``3万5千``,
``1.2亿元``, ``四分之三``, ``百分之九十五``, ``三成``, ``八五折``, ``1∶3``, ``翻了一番``,
``30—50户``, ``三至五个``, ``七八家``, ``40余家``. :func:`find_figures` says where figures stand,
:func:`quantity_of` what one is worth, so that figures are compared by value and unit and not by
their letters.

A Chinese numeral is a figure only with a measure word or unit behind it, and not as part of a word
(统一, 进一步, 三农, 四通八达) or as an article (一个, 一批); an Arabic one also where it stands
alone, unless it is a number of something: 第3条, 12345热线, a telephone, a postcode. Units, their
sizes and the set phrases are data: ``numerals.toml``. Sources: GB/T 15835-2011 (出版物上数字用法);
GB 3100—3102 (量和单位).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from drafting.language.spans import Span

Bound = Literal["", "约", "余", "近", "上", "下"]
"""How a figure bounds: exactly, about, somewhat more, somewhat less, at least, at most."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a figure is worth: ``value`` in the base ``unit`` of its kind (8,600,000 元).

    Of a range ``value`` is its lower end and ``upto`` its upper one. ``step`` is the size of its
    last figure but noughts, by which 余 and 约 are told: 1300余 reaches up to 1400. ``size`` is the
    unit as printed in the base one (10,000 of 公顷).
    """

    value: Fraction
    unit: str
    upto: Fraction | None = None
    bound: Bound = ""
    step: Fraction = Fraction(0)
    size: Fraction = field(default=Fraction(1), compare=False)

    def same_as(self, other: Quantity) -> bool:
        """Whether both have the same value and unit; how they are bounded does not count."""
        return (self.value, self.upto, self.unit) == (other.value, other.upto, other.unit)

    def allows(self, exact: Quantity) -> bool:
        """Whether this figure is right where ``exact`` is: the same, or 约, 余, 近 of it."""
        if self.unit != exact.unit or self.upto != exact.upto:
            return False
        over = exact.value - self.value
        match self.bound:
            case "余":
                return 0 <= over < self.step
            case "近":
                return -self.step < over <= 0
            case "约":
                return 2 * abs(over) <= self.step
        return over == 0

    def may_be(self, other: Quantity) -> bool:
        """Whether both may be true of one thing: what one allows, or 以上 and 以下 leave open."""
        if self.allows(other) or other.allows(self):
            return True
        pairs = ((self, other), (other, self))
        return any(
            (one.bound == "上" and two.value >= one.value)
            or (one.bound == "下" and two.value <= one.value)
            for one, two in pairs
        )


# ------------------------------------------------------------------ the data


@dataclass(frozen=True, slots=True)
class _Words:
    """``numerals.toml`` as it is asked: units, and the words that hold numerals."""

    measures: Mapping[str, tuple[str, Fraction]]
    unit: str
    seldom: frozenset[str]
    for_one: frozenset[str]
    counted_once: frozenset[str]
    counts: tuple[str, ...]
    articles: tuple[str, ...]
    lasting: tuple[str, ...]
    within: tuple[str, ...]
    own: tuple[str, ...]
    before: frozenset[str]
    phrases: frozenset[str]


@cache
def _words() -> _Words:
    raw = tomllib.loads(Path(__file__).with_name("numerals.toml").read_text("utf-8"))
    measures = {
        name: (base, Fraction(size))
        for base, names in raw["measures"].items()
        for name, size in names.items()
    }
    nouns = raw["counted"]["nouns"].split()
    counted = raw["counted"]["words"].split()
    followed: dict[str, str] = raw["followed"]
    units = []
    # Longest first: 36个月 is no 36个, 1.2个百分点 no 1.2个.
    for word in sorted({*measures, *counted, *nouns}, key=lambda word: (-len(word), word)):
        guard = followed.get(word, "")
        latin = "(?![A-Za-z0-9])" if word[-1].isascii() and word[-1].isalnum() else ""
        # 户数 counts nothing, but 30户数百人 does.
        guard = rf"(?![{guard}]|数(?![{_S}]))" if guard else rf"(?!数(?![{_S}]))"
        units.append(re.escape(word) + latin + guard)
    seldom, words = raw["seldom"], raw["words"]
    return _Words(
        measures,
        "|".join(units),
        frozenset(seldom["han"].split()) | frozenset(nouns),
        frozenset(seldom["one"].split()),
        frozenset(seldom["counted"].split()),
        tuple(seldom["counts"].split()),
        tuple(seldom["articles"].split()),
        tuple(seldom["lasting"].split()),
        tuple(seldom["within"].split()),
        tuple(raw["structure"]["nouns"].split()),
        frozenset(words["before"].split()),
        frozenset(words["phrases"].split()),
    )


# ------------------------------------------------------------------ the grammar

_DIGITS = {char: n % 10 for n, char in enumerate("〇一二三四五六七八九零壹贰叁肆伍陆柒捌玖")}
_DIGITS |= {"两": 2, "貳": 2, "參": 3, "陸": 6, "弍": 2, "○": 0, "几": 1, "数": 1}
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_SCALES |= {"拾": 10, "佰": 100, "仟": 1000, "萬": 10**4, "億": 10**8}
_LARGE = 10**4
_H, _S = "".join(_DIGITS), "".join(_SCALES)
_GAP = r"[ \u3000\u00a0\u2009]{0,2}(?:\n[ \u3000]{0,4})?"
"""What a break of the line and blanks may leave between the parts of one figure."""
_ARABIC = r"(?:\d{1,3}(?:[,\u2009\u202f]\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_MORE = "[余多来]"
_NUM = (
    rf"(?:{_ARABIC}(?:{_GAP}{_MORE}?[{_S}]+(?:{_ARABIC}[十百千万]+)*)?"
    rf"|[{_H}{_S}](?:\n?[{_H}{_S}]|[余多](?=[{_S}]))*(?:点[{_H}]+[万亿]*)?)"
)
_TO = r"(?:[—–－\-～~〜至到]{1,2})"
_RATIO = r"[:：∶比]"
_PER = (
    r"(?:[/／](?:平方米|平方公里|公里|小时|分钟|公斤|立方米"
    r"|[人月年天日户亩吨次个度座台辆件米升生师村]))?"
)


@cache
def _grammar() -> re.Pattern[str]:
    """A figure from its first character on; the alternatives in the order they are tried."""
    unit = rf"(?:{_words().unit})"
    return re.compile(
        rf"(?:(?P<base>[百千万])分之{_GAP}(?P<share>{_NUM}|百)"
        rf"(?:{_TO}(?:[百千万]分之)?(?P<share2>{_NUM}))?"
        rf"|(?P<of>{_NUM})分之(?P<part>{_NUM})"
        r"|(?P<over>\d{1,2})[/／](?P<under>\d{1,3})(?![\d/／.])"
        rf"|(?P<left>{_ARABIC})(?P<ratio>{_RATIO})(?P<right>{_ARABIC})(?P<third>[:：∶]{_ARABIC})?(?![:：∶比\d年])"
        rf"|翻了?{_GAP}(?P<folds>{_NUM})番"
        rf"|(?P<one>一半|半数|过半数)"
        rf"|半(?P<halved>个?多?(?:月|小时|天|年|公里|亩))(?![度报轻龄])"
        rf"|(?P<low>{_NUM})(?P<more>{_GAP}{_MORE})?(?:(?:{_GAP}(?P<lowunit>{unit}))?"
        rf"{_GAP}{_TO}{_GAP}(?P<high>{_NUM})(?P<more2>{_GAP}{_MORE})?)?"
        rf"(?:{_GAP}(?P<unit>{unit})(?P<half>半(?![年天月日小]))?)?(?P<after>余(?![额地]))?{_PER})"
    )


_START = re.compile(rf"[\d{_H}{_S}半翻过]")
_RUN = re.compile(rf"[\d,.]+|[{_H}{_S}](?:\n?[{_H}{_S}])*")
_FULL = str.maketrans("０１２３４５６７８９．％：／", "0123456789.%:/")
_ANY_FULL = re.compile("[０-９．％／]")
_FULL_THOUSANDS = re.compile(r"(?<=\d)，(?=\d{3}(?!\d))")
# A line of running text that breaks within a figure: 新增泊位13⏎10个.
_BROKEN = re.compile(rf"\d{{1,4}}\n\d{{1,4}}(?:\.\d+)?{_GAP}(?=[\u4e00-\u9fff%])")
_PROSE = re.compile(r"(?:^|\n)[^\n\t|]{9,}[\u4e00-\u9fff]$")
# What stands before a number of something, and behind one that is a name.
_NUMBERED = re.compile(r"[第@A-Za-z〔〕﹝﹞\[\]#№.．\-－_/+＋]$")
_NAMED = re.compile(
    r"[A-Za-z〕\]+＋号届\-－_/:：]|\.\d|[\u4e00-\u9fff]{0,6}(?:热线|平台|国道|省道|县道|乡道|高速|路公交|专线|工程|行动|工作法)"
)
_CALLED = re.compile(r"1(?:10|19|20|22)|12\d{3}|9[56]\d{3}|0\d+")
_LABELLED = re.compile(
    r"(?:电话|手机|热线|传真|邮编|邮政编码|编号|编码|账号|帐号|号码|身份证|信用代码|标识码|索引号?|备案号|浏览量|浏览次数|访问量|阅读量?|点击"
    r"|QQ|微信|邮箱|网址|公网安备|ICP备)[^，。；\n\d]{0,12}[\d \-—－]*$"
)
_LINE_STARTS = re.compile(r"(?:^|[\n。；])[ \u3000]*[（(]?$")
_LABEL_ENDS = re.compile(r"[、．.)）](?!\d)|\.(?=(?:19|20)\d{2}年)")
_LED = re.compile(r"(?:近|上|数|约|超过?|逾|过|达到?|几|破|足有?)$")
_RATIO_LED = re.compile(r"(?:比|比例|配比|按照?|配备|之比|比值|比率)[为是约按达到]{0,3}$")
_SESSION = re.compile("会议|全会|全体|党代|人代|常委|代表大会|大会")
_NO_FIGURES = frozenset("几数〇零")
_LONGEST_BARE, _LONGEST_PHRASE, _QUOTED, _LOOK = 6, 8, 12, 24


def fold_digits(text: str) -> str:
    """Return ``text`` with full-width digits and their marks half-width; its length stays."""
    if not _ANY_FULL.search(text):
        return text
    return _FULL_THOUSANDS.sub(",", text.translate(_FULL))


def leads_ratio(text: str, place: int) -> bool:
    """Whether what stands before ``place`` leads to a ratio, and to no time of day: 配比1:12."""
    return bool(_RATIO_LED.search(text, max(place - _LOOK, 0), place))


# ------------------------------------------------------------------ finding


def find_figures(text: str) -> Iterator[Span]:
    """Yield where the figures of ``text`` stand, in order, none overlapping; in linear time.

    Dates and document numbers are not known here: who looks for them takes them out first
    (:func:`drafting.language.particulars.find_facts`).
    """
    text = fold_digits(text)
    grammar = _grammar()
    at = 0
    while start := _START.search(text, at):
        place = start.start()
        arabic = text[place].isdigit()
        at = place + 1
        if arabic and (broken := _broken(text, place)):
            yield place, broken
            at = broken
            continue
        if not arabic and (skipped := _within_word(text, place)):
            at = skipped
            continue
        found = grammar.match(text, place)
        end = None
        if found and not _NUMBERED.search(text, max(place - 1, 0), place):
            end = _arabic_end(text, found) if arabic else _han_end(text, found)
        if end is not None:
            yield place, end
            at = end
        elif run := _RUN.match(text, place):
            at = run.end()


def _broken(text: str, place: int) -> int | None:
    """Where a figure ends that a line of running text breaks in two."""
    found = _BROKEN.match(text, place)
    if found is None or not _PROSE.search(text, max(place - 80, 0), place):
        return None
    joined = found[0].replace("\n", "", 1) + text[found.end() : found.end() + _LOOK]
    whole = _grammar().match(joined)
    if whole is None or not whole["unit"]:
        return None
    return found.end() + whole.end() - len(found[0]) + 1


def _within_word(text: str, place: int) -> int | None:
    """Where to go on where the Chinese numeral at ``place`` is part of a word."""
    words = _words()
    if text[max(place - 1, 0) : place + 1] in words.before:
        return place + 1
    if text[place] in "数过" and text[place + 1 : place + 2] not in (*_SCALES, "半"):
        return place + 1
    for first in range(max(place - _LONGEST_PHRASE + 2, 0), place + 1):
        for last in range(max(place + 1, first + 2), min(first + _LONGEST_PHRASE, len(text)) + 1):
            if text[first:last] in words.phrases:
                return last
    return None


def _arabic_end(text: str, found: re.Match[str]) -> int | None:
    """Where a figure in Arabic numerals ends, ``None`` where it is none."""
    place, number = found.start(), found["low"] or found["left"]
    if found["over"] and not 0 < int(found["over"]) < int(found["under"]):
        return None
    if number is None:
        return found.end()
    before = text[max(place - _LOOK, 0) : place]
    if found["ratio"]:
        led = leads_ratio(text, place)
        time = len(found["right"]) == 2 and len(number) <= 2 and not found["third"]
        worth = _worth(found)
        return found.end() if worth and worth.value and (led or not time) else None
    if _LINE_STARTS.search(before) and _LABEL_ENDS.match(text, found.end("low")):
        return None
    if _LABELLED.search(before):
        return None
    unit, end = _extent(text, found, before)
    if unit:
        return None if _counts_no_thing(text, unit, end) or _is_code(number) else end
    if number[-1] in _SCALES or number[-1] in "余多":
        return end
    bare = number.isdigit() and len(number) > _LONGEST_BARE
    named = _NAMED.match(text, end) or before[-1:] in ("“", "‘", "《")
    return None if bare or named or _CALLED.fullmatch(number) else end


def _is_code(number: str) -> bool:
    return len(number) > 1 and number.isdigit() and number[0] == "0"


def _extent(text: str, found: re.Match[str], before: str) -> tuple[str, int]:
    """The unit of an amount or a range, and where that ends."""
    if found["high"] is not None:
        grows = before.endswith(("从", "由")) or re.search(r"[从由][^，。；\d]{1,12}$", before)
        if found["unit"] and not (grows and found["lowunit"]):
            return found["unit"], found.end()
        if found["lowunit"]:
            return found["lowunit"], found.end("lowunit")
        return "", found.end() if found["low"].isdigit() else found.end("low")
    unit = found["unit"] or found["lowunit"] or ""
    return unit, found.end() if unit else found.end("low")


def _counts_no_thing(text: str, unit: str, end: int) -> bool:
    """Whether what is counted are parts of the text itself (三个方面) or a session's meetings."""
    if unit == "次":
        return bool(_SESSION.match(text, end))
    return unit in ("个", "大", "条", "项") and text.startswith(_words().own, end)


def _han_end(text: str, found: re.Match[str]) -> int | None:
    """Where a figure in Chinese numerals ends, ``None`` where it is none."""
    place, number = found.start(), found["low"]
    if number is None:
        opens = text[max(place - 1, 0) : place]
        return None if found["halved"] and opens in ("上", "下", "大", "多", "一") else found.end()
    if not set(number) - _NO_FIGURES or _worth(found) is None:
        return None
    words, before = _words(), text[max(place - _LOOK, 0) : place]
    unit, end = _extent(text, found, before)
    vague = found["more"] or set(number) & set("余多") or _LED.search(before)
    if number[0] in "百千万亿" and not vague:
        return None
    if not unit:
        large = number[-1] in "万亿" and number[0] not in "万亿数"
        return found.end("low") if large and not found["high"] else None
    if number == "二" and unit not in words.measures and not found["high"]:
        # 两套 counts, 二套房 is the second.
        return None
    if unit in words.seldom or _counts_no_thing(text, unit, end):
        return None
    if (
        number == "一"
        and not (found["high"] or found["half"])
        and not _counts_one(text, unit, before, end)
    ):
        return None
    sized = unit in words.for_one or unit == "%"
    return None if not sized and _is_quoted(text, place) else end


def _counts_one(text: str, unit: str, before: str, end: int) -> bool:
    """Whether 一 with a measure word counts, and is no article: 新建一所, 为期一个月."""
    words = _words()
    if unit in words.for_one:
        return True
    if words.measures.get(unit, ("",))[0] in ("个月", "天", "周"):
        return before.endswith(words.lasting) or text.startswith(words.within, end)
    counts = before.endswith(words.counts) and not before.endswith(words.articles)
    return counts and unit in words.counted_once


def _is_quoted(text: str, place: int) -> bool:
    """Whether ``place`` is within a few words in quotes, which are a name: “四个意识”."""
    opens = text.rfind("“", max(place - _QUOTED, 0), place)
    if opens < 0 or text.find("”", opens, place) >= 0:
        return False
    closes = text.find("”", place, place + _QUOTED)
    return closes >= 0 and not re.search("[，。；！？]", text[opens:closes])


# ------------------------------------------------------------------ what it is worth

_PART = re.compile(rf"{_ARABIC}|[{_H}]+|.")
_CLEAR = re.compile(r"[\s,]")
_TWO = re.compile(rf"(?<![{_H}])([一二两三四五六七八九])([二三四五六七八九])(?![{_H}])")
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
    found = _grammar().fullmatch(plain)
    return _worth(found) if found else None


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


def _worth(found: re.Match[str]) -> Quantity | None:
    if found["ratio"]:
        left, right = _exact(found["left"]), _exact(found["right"])
        third = _exact(found["third"][1:]) if found["third"] else None
        return Quantity(left / right, "比", third) if right else None
    if found["base"]:
        size = Fraction(100, _SCALES[found["base"]])
        share = _number("一百" if found["share"] == "百" else found["share"])
        upto = _number(found["share2"]) if found["share2"] else None
        return _sized(share, upto, "%", size)
    if found["of"]:
        part, whole = _number(found["part"]), _number(found["of"])
        return Quantity(100 * part[0] / whole[0], "%") if part and whole and whole[0] else None
    if found["over"]:
        under = int(found["under"])
        return Quantity(Fraction(100 * int(found["over"]), under), "%") if under else None
    if found["one"]:
        return Quantity(Fraction(50), "%")
    if found["folds"]:
        return _sized(_number(found["folds"]), None, "番", Fraction(1))
    if found["halved"]:
        base, size = _words().measures[re.sub("^个?多?", "", found["halved"]).replace("月", "个月")]
        return Quantity(size / 2, base)
    return _amount(found)


def _amount(found: re.Match[str]) -> Quantity | None:
    unit = found["unit"] or found["lowunit"] or ""
    base, size = _words().measures.get(unit, (unit, Fraction(1)))
    low, high = found["low"], found["high"]
    if base == "折" and high is None:
        return _discount(low)
    first, last = _number(low), _number(high) if high else None
    if first is None or (high and last is None):
        return None
    own = _words().measures.get(found["lowunit"] or unit, (base, size))
    if own[0] != base:
        return None
    if last and not found["lowunit"] and low[-1] not in _SCALES and high[-1] in "万亿":
        # 5—10万元 means fifty thousand.
        first = (first[0] * _SCALES[high[-1]], *first[1:])
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
    digits = "".join(str(_DIGITS[char]) if char in _DIGITS else char for char in low)
    try:
        value = Fraction(digits)
    except ValueError:
        return None
    return Quantity(value / 10 if value > 10 else value, "折")


def _exact(number: str) -> Fraction:
    return Fraction(_CLEAR.sub("", number))


@lru_cache(maxsize=8_192)
def _number(words: str) -> _Read | None:
    """Read a number in any writing; ``None`` where its parts do not go together (一一, 百千)."""
    plain = _CLEAR.sub("", words)
    bare = re.sub(_MORE, "", plain)
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
        if part not in _SCALES:
            if some:
                raise ValueError(plain)
            digit, some = _digits(part), True
            if part in ("几", "数"):
                # 几十 is 10 to 100, 十几 is 10 to 20.
                vague, digit = Fraction(scale), Fraction(part != whole[-1])
            continue
        size = _SCALES[part]
        vague = Fraction(9 * size) if vague else vague
        if size < _LARGE:
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
    number = Fraction(f"{_sum(whole)[0]}.{''.join(str(_DIGITS[char]) for char in bare)}")
    for char in decimals[len(bare) :]:
        number *= _SCALES[char]
    return number


def _digits(part: str) -> Fraction:
    if part[0].isdigit() and part.isascii():
        return Fraction(part.replace(",", ""))
    return Fraction("".join(str(_DIGITS[char]) for char in part))


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
