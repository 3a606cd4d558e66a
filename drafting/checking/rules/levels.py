"""Level numbers and the lists that hang on them (rules L).

Source: GB/T 9704-2012, 7.3.3: 一、 （一） 1. （1）; GB/T 15834-2011 for the marks after a number.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from drafting.checking.engine.rule import BODY, Hit, Paragraph, Rule, Sheet, pattern
from drafting.language.numbering import Label, format_label, han_to_int, parse_label
from drafting.language.sentences.counted import counted_items
from drafting.language.sentences.tense import names_next_steps

_LADDER = "GB/T 9704-2012 7.3.3"
_HAN = "一二三四五六七八九十"
_AT = r"^[ 　\xa0\t]{0,8}"
_GAP = r"[ 　\xa0\t]{1,8}"

_HALF = re.compile(rf"{_AT}(\()(?:[{_HAN}]{{1,3}}|\d{{1,2}})(\))")


def _half_parens(line: Paragraph) -> Iterator[Hit]:
    found = _HALF.match(line.text)
    if found:
        yield Hit(*found.span(1), "（")
        yield Hit(*found.span(2), "）")


_GLYPH_LEVEL = {"han-paren": 2, "arabic": 3, "arabic-paren": 4}


def _plain_label(found: re.Match[str]) -> str | None:
    label = parse_label(found[1])
    return format_label(_GLYPH_LEVEL[label.style], label.number) if label else None


@dataclass(frozen=True, slots=True)
class _Labelled:
    line: Paragraph
    label: Label

    @property
    def rest(self) -> str:
        return self.line.text[self.label.length :].strip()

    @property
    def stands_alone(self) -> bool:
        """Whether the line is a heading: short, with no sentence ended inside it."""
        return len(self.rest) <= 40 and not re.search(r"[。；：]\S", self.rest)

    def hit(self, right: str | None = None, message: str | None = None) -> Hit:
        """Mark the label without the white space round it."""
        if self.line.automatic:
            return Hit(0, 0, message=message, line=self.line.index)
        lead = len(self.line.text) - len(self.line.text.lstrip())
        end = len(self.line.text[: self.label.length].rstrip())
        return Hit(lead, end, right, message, line=self.line.index)


def _labelled(sheet: Sheet) -> Iterator[_Labelled]:
    """Body lines that open with a number of the ladder."""
    for line in sheet.at("body"):
        label = line.label
        if label and 1 <= label.level <= 5:
            yield _Labelled(line, label)


def _jump(sheet: Sheet) -> Iterator[Hit]:
    """A rung left out in one part that other parts of the text use."""
    items = list(_labelled(sheet))
    used = {item.label.level for item in items}
    above = 0
    for item in items:
        level = item.label.level
        skipped = [rung for rung in range(above + 1, level) if rung in used]
        if above and level <= 4 and skipped:
            names = "、".join(f"“{format_label(rung, 1)}”" for rung in skipped)
            yield item.hit(message=f"此处越过了别处使用的{names}一级，全文层次应一致")
        above = level


def _gap(sheet: Sheet) -> Iterator[Hit]:
    """A number that neither follows the last of its rung nor starts at one.

    Numbering that runs on through the parts, （三） under 二、, is customary and passes.
    """
    last: dict[int, int] = {}
    for item in _labelled(sheet):
        level, number = item.label.level, item.label.number
        if level in last and number not in (1, last[level] + 1) and level <= 4:
            due = format_label(level, min(last[level] + 1, 999))
            yield item.hit(message=f"序号“{item.label.text}”与上文不连续，此处应为“{due}”")
        last[level] = number


def _heading_stop(sheet: Sheet) -> Iterator[Hit]:
    """A heading that ends in a stop while most of its fellows do not."""
    alone = [item for item in _labelled(sheet) if item.stands_alone and item.label.level <= 2]
    stopped = [item for item in alone if item.rest.endswith(("。", "：", "；"))]
    fellows = Counter(item.label.level for item in alone)
    faulty = Counter(item.label.level for item in stopped)
    for item in stopped:
        level = item.label.level
        if fellows[level] > 2 * faulty[level]:
            end = len(item.line.text.rstrip())
            yield Hit(end - 1, end, "", line=item.line.index)


def _too_deep(sheet: Sheet) -> Iterator[Hit]:
    for item in _labelled(sheet):
        if item.label.level == 5:
            yield item.hit()


_COUNT_WORD = r"(?:方面|重点|主要|具体|工作)?(?:任务|建议|措施|意见|问题|工作|方面|内容|目标|举措)"
_COUNTED_END = re.compile(
    rf"([两{_HAN}]{{1,2}}|\d{{1,2}})(?:个|项|点|条|大|类|种)(?:重点|主要)?{_COUNT_WORD}$"
)
_COUNTED_HEAD = re.compile(
    rf"([两{_HAN}]{{1,2}}|\d{{1,2}})(?:个|项|点|条|大|类|种)(?:重点|主要)?{_COUNT_WORD}[^。；：，]{{0,6}}[：。]"
)
_ITEM_MARK = re.compile(rf"(?<=[：。；，])([{_HAN}]{{1,2}})是(?!否)")
_SENTENCE = re.compile(r"[^。！？]+")


def _number(text: str) -> int | None:
    return int(text) if text.isdigit() else han_to_int(text)


def _count_after_list(line: Paragraph) -> Iterator[Hit]:
    """A；B；C；D五个重点任务: as many as the semicolons part."""
    for sentence in _SENTENCE.finditer(line.text):
        items = sentence[0].count("；") + 1
        found = _COUNTED_END.search(sentence[0][-16:]) if items >= 3 else None
        if found and (said := _number(found[1])) and said != items:
            start = sentence.end() - len(sentence[0][-16:]) + found.start()
            yield Hit(
                start, sentence.end(), message=f"前面列了{items}项，此处说“{found[0]}”，请核对"
            )


def _count_before_list(line: Paragraph) -> Iterator[Hit]:
    """…三个方面：一是……二是……: as many as the marks that follow up to the next such list."""
    heads = list(_COUNTED_HEAD.finditer(line.text))
    if not heads:
        return
    marks = [(found.start(), han_to_int(found[1]) or 0) for found in _ITEM_MARK.finditer(line.text)]
    ends = [head.start() for head in heads[1:]] + [len(line.text)]
    position = 0
    for head, end in zip(heads, ends, strict=True):
        listed = 0
        while position < len(marks) and marks[position][0] < end:
            at, number = marks[position]
            listed = number if at >= head.end() - 1 and number == listed + 1 else listed
            position += 1
        said = _number(head[1])
        if listed >= 2 and said and said != listed:
            yield Hit(
                head.start(), head.end() - 1,
                message=f"说“{head[0][:-1]}”，其后列了{listed}项，请核对",
            )  # fmt: skip


def _count(line: Paragraph) -> Iterator[Hit]:
    yield from _count_after_list(line)
    yield from _count_before_list(line)


_COUNTED_LINE = re.compile(
    rf"([两{_HAN}]{{1,2}}|\d{{1,2}})(?:个|项|点|条|大|类|种)(?:重点|主要)?{_COUNT_WORD}"
    r"[^。；：，\d]{0,8}[：。]?$"
)
_LIST_AHEAD = re.compile(
    r"如下|以下|下列|下面|主要(?:有|做好|抓好|从|包括)|重点(?:做好|抓好)|分为|从"
)


def _count_of_lines(sheet: Sheet) -> Iterator[Hit]:
    """以下三个方面： and then numbered paragraphs: as many of them as it says.

    Only a line that ends with the count and looks ahead is held to it, and only where the very
    next line opens with the number one.
    """
    lines = list(sheet.at("body"))
    for line, after in pairwise(enumerate(lines)):
        found = _COUNTED_LINE.search(line[1].text[-40:])
        label = after[1].label
        if not (found and label and label.number == 1 and _LIST_AHEAD.search(line[1].text[-40:])):
            continue
        listed = _listed_from(lines, after[0], label)
        said = _number(found[1])
        if said and listed >= 2 and said != listed:
            start = len(line[1].text) - len(line[1].text[-40:]) + found.start()
            yield Hit(
                start, start + len(found[0].rstrip("：。")), line=line[1].index,
                message=f"说“{found[0].rstrip('：。')}”，其后列了{listed}项，请核对",
            )  # fmt: skip


def _listed_from(lines: list[Paragraph], at: int, first: Label) -> int:
    """How many numbers follow each other from ``first`` on, deeper levels between them apart."""
    listed = 0
    for line in lines[at:]:
        label = line.label
        if label is None or label.level > first.level:
            continue
        if label.level < first.level or label.number != listed + 1:
            break
        listed = label.number
    return listed


_PLAN = re.compile("计划|措施|安排|答复")


def _answered_headings(sheet: Sheet) -> list[_Labelled]:
    """The （一） headings under the last 一、 heading that speaks of plans."""
    headings: list[_Labelled] = []
    inside = False
    for item in _labelled(sheet):
        if item.label.level == 1:
            inside = names_next_steps(item.rest) or bool(_PLAN.search(item.rest))
            headings = [] if inside else headings
        elif inside and item.label.level == 2 and item.stands_alone:
            headings.append(item)
    return headings


def _answer_headings(sheet: Sheet) -> Iterator[Hit]:
    """Headings of the answers that do not repeat the suggestions listed before, word for word."""
    asked = next(filter(None, (counted_items(line.text) for line in sheet.at("body"))), ())
    headings = _answered_headings(sheet)
    if not asked or len(headings) != len(asked):
        return
    for suggestion, heading in zip(asked, headings, strict=True):
        if heading.rest.rstrip("。：；") != suggestion:
            yield heading.hit(message=f"标题与前文所列建议“{suggestion}”字句不一，宜照建议原文")


def _lines(*texts: str) -> str:
    return "\n".join(texts)


RULES: tuple[Rule, ...] = (
    Rule(
        "L01", "“1”后用顿号", "error", "safe", _LADDER,
        "阿拉伯数字序号后应用下圆点“{right}”",
        example="1、突出重点",
        counter="1.突出重点",
        find=pattern(rf"{_AT}\d{{1,2}}(、)(?=\s{{0,4}}[^\d\s])", ".", group=1),
        scope=BODY, of_label=True,
    ),
    Rule(
        "L02", "“1”后用全角圆点", "hint", "confirm", _LADDER,
        "阿拉伯数字序号后宜用下圆点“{right}”",
        example="1．突出重点",
        counter="1.突出重点",
        find=pattern(rf"{_AT}\d{{1,2}}(．)(?=[^\d])", ".", group=1),
        scope=BODY, of_label=True,
    ),
    Rule(
        "L03", "“1.”后有空格", "warn", "safe", _LADDER,
        "序号与文字之间不留空格",
        example="1. 突出重点",
        counter="1.突出重点",
        find=pattern(rf"{_AT}\d{{1,2}}\.({_GAP})(?=[一-鿿“《])", "", group=1),
        scope=BODY, of_label=True,
    ),
    Rule(
        "L04", "“（一）”后加标点", "error", "safe", _LADDER,
        "带括号的序号后不加标点",
        example="（一）、加强领导",
        counter="（一）加强领导",
        find=pattern(rf"{_AT}[（(](?:[{_HAN}]{{1,3}}|\d{{1,2}})[）)]([、.，,．])", "", group=1),
        scope=BODY, of_label=True,
    ),
    Rule(
        "L05", "序号用半角括号", "error", "safe", _LADDER,
        "序号应用全角圆括号“{right}”",
        example="(一)加强领导",
        counter="（一）加强领导",
        find=_half_parens, scope=BODY, of_label=True,
    ),
    Rule(
        "L06", "“一”后不用顿号", "error", "safe", _LADDER,
        "汉字序号后应用顿号“{right}”",
        example="一.工作情况",
        counter="一、工作情况",
        find=pattern(rf"{_AT}[{_HAN}]{{1,3}}([.．，,:：])(?=\S)", "、", group=1),
        scope=BODY, of_label=True,
    ),
    Rule(
        "L07", "“一、”后有空格", "warn", "safe", _LADDER,
        "序号与文字之间不留空格",
        example="一、 工作情况",
        counter="一、工作情况",
        find=pattern(rf"{_AT}[{_HAN}]{{1,3}}、({_GAP})(?=\S)", "", group=1),
        scope=BODY, of_label=True,
    ),
    Rule(
        "L08", "用了兼容字符序号", "warn", "safe", _LADDER,
        "序号应由数字与标点组成，宜写作“{right}”",
        example="⑴加强领导",
        counter="（1）加强领导",
        find=pattern(rf"{_AT}([⑴-⒇⒈-⒛㈠-㈩])", _plain_label, group=1),
        scope=BODY, of_label=True,
    ),
    Rule(
        "L09", "序号只有右括号", "warn", "confirm", _LADDER,
        "第四层序号应为“{right}”",
        example="1）加强领导",
        counter="（1）加强领导",
        find=pattern(
            rf"{_AT}(\d{{1,2}}[)）])", lambda found: f"（{found[1][:-1]}）", group=1
        ), scope=BODY, of_label=True,
    ),
    Rule(
        "L10", "“第一”“首先”后用顿号", "error", "safe", "GB/T 15834-2011 4.4（次序语之后用逗号）",
        "“第一”“首先”等次序语后应用逗号",
        example="首先、要摸清底数。其次，要制定方案。",
        counter="第一、第二季度共新增泊位120个。",
        find=pattern(
            rf"(?:^|(?<=[。；：！？]))\s{{0,8}}(?:第[{_HAN}]|首先|其次|再次|最后)(、)(?![第{_HAN}\d])",
            "，", group=1,
        ), scope=BODY,
    ),
    Rule(
        "L11", "“一是”后加顿号", "error", "safe", "序数用法：“一是”与后文连读，不加标点",
        "“一是”“二是”后不加顿号",
        example="一是、摸清底数；二是制定方案。",
        counter="一是摸清底数；二是制定方案。",
        find=pattern(rf"(?:^|(?<=[。；：，]))\s{{0,8}}[{_HAN}]{{1,2}}是(、)", "", group=1),
        scope=BODY,
    ),
    Rule(
        "L12", "层次越级", "warn", "notice", _LADDER,
        "层次越级，全文层次应一致",
        example=_lines("一、工作情况", "（一）摸清底数", "二、下一步打算", "1.新增泊位"),
        counter=_lines("一、工作情况", "1.摸清底数", "二、下一步打算", "1.新增泊位"),
        survey=_jump,
    ),
    Rule(
        "L13", "层次过多", "hint", "notice", _LADDER,
        "公文层次一般不超过四层，带圈序号为第五层，宜归并",
        example=_lines("（1）摸清底数", "①逐街登记"),
        counter=_lines("（1）摸清底数", "（2）逐街登记"),
        survey=_too_deep,
    ),
    Rule(
        "L14", "序号不连续", "warn", "notice", _LADDER,
        "序号与上文不连续",
        example=_lines("一、工作情况", "三、下一步打算"),
        counter=_lines("一、工作情况", "（一）摸底", "二、下一步打算", "（二）建设"),
        survey=_gap,
    ),
    Rule(
        "L16", "标题末尾有标点", "warn", "confirm", "公文标题末尾不加标点",
        "单独成行的标题末尾不加标点",
        example=_lines("一、工作情况", "二、存在问题", "三、下一步打算。"),
        counter=_lines("一、工作情况", "二、存在问题", "三、下一步打算"),
        survey=_heading_stop,
    ),
    Rule(
        "L18", "数目与所列项数不符", "warn", "notice", "前后一致",
        "所说数目与所列项数不符，请核对",
        example="明确了摸清底数；新增泊位；规范收费；加强执法五个重点任务。",
        counter="主要做好三个方面工作：一是摸清底数；二是新增泊位；三是规范收费。",
        find=_count, scope=BODY,
    ),
    Rule(
        "L19", "数目与其后各段不符", "warn", "notice", "前后一致",
        "所说数目与其后各段不符，请核对",
        example=_lines("下一步，重点做好以下三个方面工作：", "（一）摸清底数", "（二）新增泊位"),
        counter=_lines("下一步，重点做好以下三个方面工作：", "（一）摸清底数", "1.逐街登记",
                       "（二）新增泊位", "（三）规范收费"),
        survey=_count_of_lines,
    ),
    Rule(
        "L20", "答复标题与所列建议不一", "hint", "notice", "逐条答复，条目与建议一一对应",
        "标题与前文所列建议字句不一",
        example=_lines("您提出了增强配套服务；加强平台建设2点建议。", "二、下一步打算",
                       "（一）增加配套服务", "（二）加强平台建设"),
        counter=_lines("您提出了增强配套服务；加强平台建设2点建议。", "二、下一步打算",
                       "（一）增强配套服务", "（二）加强平台建设"),
        survey=_answer_headings,
    ),
)  # fmt: skip
