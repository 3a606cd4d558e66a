"""Where figures stand in a text, and which numbers are none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from drafting.language.numerals.digits import SCALES, fold_digits
from drafting.language.numerals.grammar import GAP, RUN, START, figure
from drafting.language.numerals.words import known_words
from drafting.language.numerals.worth import worth_of
from drafting.language.spans import Span

# A line of running text that breaks within a figure: 新增泊位13⏎10个.
_BROKEN = re.compile(rf"\d{{1,4}}\n\d{{1,4}}(?:\.\d+)?{GAP}(?=[\u4e00-\u9fff%])")
_PROSE = re.compile(r"(?:^|\n)[^\n\t|]{9,}[\u4e00-\u9fff]$")
# What stands before a number of something, and behind one that is a name.
_NUMBERED = re.compile(r"[第@A-Za-z〔〕﹝﹞\[\]#№.．\-－−_/+＋·]$")
# What stands after a hyphen is a number of something, but for what may be below nought, and after
# the hyphen that begins a line.
_SIGNED = frozenset(("%", "℃", "个百分点"))
_BULLET = re.compile(r"(?:^|\n)[ \u3000]*[\-－−]$")
_SIGN = re.compile(r"[\u4e00-\u9fff（(，、：:][\-－−]$")
_NAMED = re.compile(
    r"[A-Za-z〕\]+＋号届\-－_/:：·弄]|(?<=\d{3})室|\.\d|[×xX*]24小时|(?<=(?<!\d)[05-9]0)后|[\u4e00-\u9fff]{0,6}(?:热线|平台|国道|省道|县道|乡道|高速|路公交|专线|工程|行动|工作法)"
)
# 120 is an ambulance where somebody calls it, and 120 where a table counts.
_CALLED = re.compile(r"1(?:10|19|20|22)|1[012]\d{3}|9[56]\d{3,4}")
_CALLS = re.compile(r"(?:拨打|拨|致电|电话|热线|服务号|短号|报警|急救|举报|投诉)[^，。；\n]{0,8}$")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_IS_CALLED = re.compile(
    r"[、和/及与”’\d]{0,12}(?:[\u4e00-\u9fff]{0,4}(?:热线|电话|急救|报警|举报|投诉|工单|服务|接警|客服))"
)
# 图3, 附件2: what a bare number behind it numbers.
_NUMBER_OF = re.compile(
    r"(?:附件|附表|附图|附录|专栏|序号|[图表式]|(?:档案|车牌|房|桩|工|学|批)号)[ \u3000]?$"
)
# 附件：1.一览表 2.规划图: labels within a line.
_BLANK_BEFORE = re.compile(r"[：:；; \u3000][（(]?$")
_LABELS = re.compile(r"(?<!\d)\d{1,2}[.．](?=[\u4e00-\u9fff《“])")
# 15分钟生活圈 and 3栋2单元 are names.
_RING = re.compile(r"[\u4e00-\u9fff]{0,6}圈")
_ADDRESS = re.compile(r"\d{1,4}(?:单元|室|号)")
# A numeral without a unit that is written out, and ends its clause or fills its cell.
_CLAUSE_ENDS = re.compile(r"[，。；、！）)]|余?(?:\n|$)")
_COUNTED_UP = re.compile(r"[一二两三四五六七八九]{3}")
_CELL_OPENS, _CELL_CLOSES = re.compile(r"(?:^|[\n\t |])$"), re.compile(r"(?:[\n\t |]|$)")
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


def leads_ratio(text: str, place: int) -> bool:
    """Whether what stands before ``place`` leads to a ratio, and to no time of day: 配比1:12."""
    return bool(_RATIO_LED.search(text, max(place - _LOOK, 0), place))


def find_figures(text: str) -> Iterator[Span]:
    """Yield where the figures of ``text`` stand, in order, none overlapping; in linear time.

    Dates and document numbers are not known here: who looks for them takes them out first
    (:func:`drafting.language.particulars.find_facts`).
    """
    text = fold_digits(text)
    grammar = figure()
    at = 0
    while start := START.search(text, at):
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
        if found and _may_count(text, found):
            end = _arabic_end(text, found) if arabic else _han_end(text, found)
        if end is not None:
            yield place - bool(_SIGN.search(text, max(place - 2, 0), place)), end
            at = end
        elif run := RUN.match(text, place):
            at = run.end()


def _may_count(text: str, found: re.Match[str]) -> bool:
    """Whether what stands before a number leaves it one, and no number of something."""
    place = found.start()
    if not _NUMBERED.search(text, max(place - 1, 0), place):
        return True
    if _BULLET.search(text, max(place - 8, 0), place):
        return True
    return found["unit"] in _SIGNED and bool(_SIGN.search(text, max(place - 2, 0), place))


def _broken(text: str, place: int) -> int | None:
    """Where a figure ends that a line of running text breaks in two."""
    found = _BROKEN.match(text, place)
    if found is None or not _PROSE.search(text, max(place - 80, 0), place):
        return None
    joined = found[0].replace("\n", "", 1) + text[found.end() : found.end() + _LOOK]
    whole = figure().match(joined)
    if whole is None or not whole["unit"]:
        return None
    return found.end() + whole.end() - len(found[0]) + 1


def _within_word(text: str, place: int) -> int | None:
    """Where to go on where the Chinese numeral at ``place`` is part of a word."""
    words = known_words()
    if text[max(place - 1, 0) : place + 1] in words.before:
        return place + 1
    if text[place] in "数过" and text[place + 1 : place + 2] not in (*SCALES, "半"):
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
        worth = worth_of(found)
        return found.end() if worth and worth.value and (led or not time) else None
    if _LINE_STARTS.search(before) and _LABEL_ENDS.match(text, found.end("low")):
        return None
    if _BLANK_BEFORE.search(before) and _LABELS.match(text, place):
        return None
    if _LABELLED.search(before):
        return None
    unit, end = _extent(text, found, before)
    if unit:
        return None if _counts_no_thing(text, unit, end) or _is_code(number) else end
    if number[-1] in SCALES or number[-1] in "余多":
        return end
    bare = number.isdigit() and len(number) > _LONGEST_BARE
    named = _NAMED.match(text, end) or before[-1:] in ("“", "‘", "《")
    numbered = _is_code(number) or _NUMBER_OF.search(before)
    return None if bare or named or numbered or _is_called(text, number, place, end) else end


def _is_called(text: str, number: str, place: int, end: int) -> bool:
    """Whether a bare number is one to call: 12345, 120 where somebody calls it."""
    if number in known_words().calls:
        return True
    near = text[max(place - _LOOK, 0) : place]
    calls = _CALLS.search(near) or _IS_CALLED.match(text, end)
    in_words = len(number) == 3 and _HAN.match(text, end)
    return bool(_CALLED.fullmatch(number) and (calls or in_words))


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
    if unit == "年":
        return text.startswith("来", end)
    if unit in ("分钟", "小时", "公里"):
        return bool(_RING.match(text, end))
    if unit in ("栋", "幢", "单元", "层"):
        return bool(_ADDRESS.match(text, end))
    if unit == "次":
        return bool(_SESSION.match(text, end))
    return unit in ("个", "大", "条", "项") and text.startswith(known_words().own, end)


def _han_end(text: str, found: re.Match[str]) -> int | None:
    """Where a figure in Chinese numerals ends, ``None`` where it is none."""
    place, number = found.start(), found["low"]
    if number is None:
        opens = text[max(place - 1, 0) : place]
        return None if found["halved"] and opens in ("上", "下", "大", "多", "一") else found.end()
    if not set(number) - _NO_FIGURES or worth_of(found) is None:
        return None
    words, before = known_words(), text[max(place - _LOOK, 0) : place]
    unit, end = _extent(text, found, before)
    vague = found["more"] or set(number) & set("余多") or _LED.search(before)
    if number[0] in "百千万亿" and not vague:
        return None
    if not unit:
        large = number[-1] in "万亿" and number[0] not in "万亿数"
        stands = (large or _is_written_out(text, found)) and not found["high"]
        return found.end("low") if stands and not _is_quoted(text, place) else None
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


def _is_written_out(text: str, found: re.Match[str]) -> bool:
    """Whether a Chinese numeral without a unit is a number by its own form: 共有一千二百三十四。"""
    number, place, end = found["low"], found.start(), found.end("low")
    if number[0] in SCALES or not set(number) & set(SCALES) or _COUNTED_UP.search(number):
        return False
    if _CELL_OPENS.search(text, max(place - 1, 0), place) and _CELL_CLOSES.match(text, end):
        return len(number) > 1
    large = len(number) > 2 and set(number) & set("百千万亿佰仟")
    return bool(large and _CLAUSE_ENDS.match(text, end))


def _counts_one(text: str, unit: str, before: str, end: int) -> bool:
    """Whether 一 with a measure word counts, and is no article: 新建一所, 为期一个月."""
    words = known_words()
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
