"""Punctuation marks (rules P). Source: GB/T 15834-2011 (标点符号用法), clause by clause."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from drafting.checking.engine import halfwidth
from drafting.checking.engine.guards import PAIRS, brackets, straight_quotes
from drafting.checking.engine.rule import (
    BODY,
    EVERYWHERE,
    Hit,
    Paragraph,
    Place,
    Rule,
    Sheet,
    Survey,
    where,
)
from drafting.checking.engine.rule import pattern as _pattern
from drafting.checking.engine.screening import compiled
from drafting.checking.engine.sheet import is_excerpt
from drafting.language.cleaning import CONTROLS, UNSEEN
from drafting.language.naming.units import is_unit
from drafting.model import Severity

_STD = "GB/T 15834-2011"
_CJK = "一-鿿"
# One common space is residue; full-width and repeated ones are set on purpose: 主　任：李禾.
_ONE_SPACE = r"(?<![ 　\xa0])[ \xa0](?![ 　\xa0])"
_TAIL = frozenset[Place](("tail",))
_PROSE = frozenset[Place](("body", "table", "head", "tail", "title"))

# --------------------------------------------------------------------------- width


def _half_marks(line: Paragraph) -> Iterator[Hit]:
    return (Hit(at, at + 1, halfwidth.WIDE[line.text[at]]) for at in halfwidth.marks(line))


def _half_parens(line: Paragraph) -> Iterator[Hit]:
    return (Hit(at, at + 1, halfwidth.WIDE[line.text[at]]) for at in halfwidth.parens(line.text))


def _flattened(sheet: Sheet) -> Iterator[Hit]:
    """One finding for a whole text that a web page's copying has flattened."""
    if sheet.flattened:
        for line in sheet.lines:
            at = line.text.find("，")
            if at >= 0:
                # What was pasted from a page is restored at one stroke; a reply must not go out so.
                severity: Severity | None = None if sheet.parts.complete else "hint"
                yield Hit(at, at + 1, "，", line=line.index, severity=severity)
                return


def _straight(line: Paragraph) -> Iterator[Hit]:
    """Straight double quotes by turns opening and closing; a lone one is for a person to fix."""
    pairs = straight_quotes(line.text)
    for start, end in pairs:
        yield Hit(start, start + 1, "“")
        yield Hit(end, end + 1, "”")
    if not pairs and re.search(rf'[{_CJK}]"|"[{_CJK}]', line.text):
        at = line.text.index('"')
        yield Hit(at, at + 1)


_FULL = {chr(code): chr(code - 0xFEE0) for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B),
                                                   *range(0xFF41, 0xFF5B))}  # fmt: skip


def _narrow(found: re.Match[str]) -> str:
    return "".join(_FULL[char] for char in found[0])


# --------------------------------------------------------------------------- pairs


def _stray(marks: str) -> Survey:
    """Brackets or quotes without their fellow.

    The lines of a title are read as one, and a pair may stand on two lines of one sentence; 1） at
    the head of a line is a number's.
    """

    def survey(sheet: Sheet) -> Iterator[Hit]:
        title = list(sheet.at("title"))
        joined = brackets("".join(line.text for line in title)).stray
        begin = 0
        for line in title:
            for at in joined:
                if begin <= at < begin + len(line.text) and line.text[at - begin] in marks:
                    yield Hit(at - begin, at - begin + 1, line=line.index)
            begin += len(line.text)
        lines = list(sheet.at("head", "body", "table", "tail"))
        strays = [_alone(line, marks) for line in lines]
        for before, after in pairwise(range(len(lines))):
            _match(lines[before].text, strays[before], lines[after].text, strays[after])
        for line, alone in zip(lines, strays, strict=True):
            yield from (Hit(at, at + 1, line=line.index) for at in alone)

    return survey


_WIDE = str.maketrans("()", "（）")


def _alone(line: Paragraph, marks: str) -> list[int]:
    """Where marks of a line stand without their fellow.

    A full-width bracket closed by a half-width one has its fellow: another rule tells of the width.
    """
    labelled = line.label.length if line.label else 0
    texts = {line.text, line.text.translate(_WIDE)}
    readings = [
        [at for at in brackets(text).stray if line.text[at] in marks and at >= labelled]
        for text in texts
    ]
    return min(readings, key=len)


def _match(before: str, alone: list[int], after: str, alone_after: list[int]) -> None:
    """Take out what pairs across a line break: a paragraph was broken within its brackets."""
    if not alone or not alone_after:
        return
    opener, closer = alone[-1], alone_after[0]
    broken = "。" not in before[opener:] and "。" not in after[:closer]
    if broken and PAIRS.get(before[opener]) == after[closer]:
        alone.pop()
        alone_after.pop(0)


def _nested_quote(line: Paragraph) -> Iterator[Hit]:
    if "“" in line.text:
        for opener, start, end, depth in brackets(line.text).pairs:
            if opener == "“" and depth == 1:
                yield Hit(start, start + 1, "‘")
                yield Hit(end, end + 1, "’")


# --------------------------------------------------------------------------- lists and ends

_SEPARATORS = re.compile(r"[、，,；;。：:！？!?]")
_LISTED = 5
_LIST_FROM = 5


def _mixed_list(line: Paragraph) -> Iterator[Hit]:
    """甲、乙,丙、丁，戊等: one list of short items separated by two kinds of marks."""
    if "等" not in line.text:
        return
    run: list[tuple[int, str]] = []
    begin = 0
    for found in _SEPARATORS.finditer(line.text):
        item = line.text[begin : found.start()]
        if found[0] in "、，," and 2 <= len(item.strip()) <= _LISTED:
            run.append((found.start(), found[0]))
            begin = found.end()
            continue
        last = item[:_LISTED] if run else ""
        yield from _mixed_run(run, last)
        run = [(found.start(), found[0])] if found[0] == "、" else []
        begin = found.end()


def _mixed_run(run: list[tuple[int, str]], last: str) -> Iterator[Hit]:
    """A run is one list only if 等 closes it.

    A full-width comma parts clauses as well, so it counts only between two 、; a half-width one
    was typed in haste and counts anywhere.
    """
    if len(run) < _LIST_FROM - 1 or "等" not in last or all(mark != "、" for _, mark in run):
        return
    for place, (at, mark) in enumerate(run):
        inside = 0 < place < len(run) - 1 and run[place - 1][1] == run[place + 1][1] == "、"
        if mark == "," or (mark == "，" and inside):
            yield Hit(at, at + 1, "、")


_SPACE_BETWEEN = (
    rf"(?<![、：，（ ][{_CJK}])(?<!条)(?<!^[{_CJK}])(?<=[{_CJK}，。；：、,;:”》）])"
    rf"{_ONE_SPACE}(?=[{_CJK}“《（])"
)
_CHUNK = re.compile(r"[^ 　\xa0，。；：、]{2,40}$")


@where(_SPACE_BETWEEN)
def _space_between(line: Paragraph) -> Iterator[Hit]:
    """A space between Chinese characters, but one between units that issue something together."""
    for found in compiled(_SPACE_BETWEEN).finditer(line.text):
        before = _CHUNK.search(line.text[max(0, found.start() - 40) : found.start()])
        if before is None or not is_unit(before[0]):
            yield Hit(*found.span(), "")


_NAMED = re.compile(
    r"[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]\s?关于[^。]{0,120}(?:建议|意见|问题|方面|情况)"
)
"""A heading that names the suggestion it answers, however long that is."""


def _no_ends(sheet: Sheet) -> Iterator[Hit]:
    """Paragraphs without a mark at their end; the last of an excerpt may just break off."""
    lines = list(sheet.at("body"))
    excerpt = is_excerpt(sheet)
    for line in lines:
        severity: Severity | None = "hint" if excerpt and line is lines[-1] else None
        yield from (replace(hit, line=line.index, severity=severity) for hit in _no_end(line))


def _no_end(line: Paragraph) -> Iterator[Hit]:
    """A paragraph of at least one clause that ends without a mark."""
    text = line.text.rstrip()
    if _NAMED.fullmatch(text.lstrip()):
        return
    long_enough = len(text) >= 30 and ("。" in text or text.count("，") >= 2)
    if long_enough and re.search(rf"[{_CJK}\d%％]$", text) and not re.search(r"^附件|\d日$", text):
        yield Hit(len(text), len(text), "。")


def _copies_end(line: Paragraph) -> Iterator[Hit]:
    text = line.text.rstrip()
    if re.match(r"\s{0,12}抄[送报][:：]", text) and text[-1] not in "。：:":
        yield Hit(len(text), len(text), "。")


def _signers(line: Paragraph) -> Iterator[Hit]:
    if re.match(r"\s{0,12}签发人[:：]", line.text[:20]):
        yield from (Hit(found.start(), found.end(), "　") for found in re.finditer("、", line.text))


_UNIT = (
    r"(?:个|家|名|人|次|项|处|台|辆|条|座|所|户|件|米|公里|千米|亩|公顷|吨|千克|平方米|元|小时|"
    r"分钟|倍|岁|层|批)"
)
_THANKS = "监督|理解|关注|关心|支持|帮助"

RULES: tuple[Rule, ...] = (
    Rule(
        "P01", "书名号之间用顿号", "warn", "safe", f"{_STD} 4.5.3.5",
        "标有书名号的并列成分之间通常不用顿号",
        example="依据《停车管理办法》、《城市道路管理条例》执行。",
        counter="依据《停车管理办法》（青政发〔2025〕8号）、《城市道路管理条例》执行。",
        find=_pattern(r"(?<=》)、(?=《)", ""),
    ),
    Rule(
        "P02", "引号之间用顿号", "hint", "safe", f"{_STD} 4.5.3.5",
        "标有引号的并列成分之间通常不用顿号",
        example="试点“一业一证”、“集群注册”改革。",
        counter="试点“一业一证”“集群注册”改革。",
        find=_pattern(r"(?<=”)、(?=“)", ""),
    ),
    Rule(
        "P03", "汉字旁用半角标点", "error", "safe", f"{_STD} 5.1",
        "中文里应用全角标点“{right}”",
        example="平台效应,打造园区;成效明显。",
        counter="会议10:30开始，配比为1:1，网址为http://example.gov.cn/a,b。",
        find=where("[,;:?!]")(_half_marks), scope=_PROSE,
    ),
    Rule(
        "P04", "汉字旁用半角括号", "warn", "safe", f"{_STD} 4.9",
        "中文里应用全角括号“{right}”",
        example="工程(研究)中心建成。",
        counter="工程（研究）中心建成，函数f(x)不变。",
        find=where("[()]")(_half_parens), scope=EVERYWHERE,
    ),
    Rule(
        "P05", "用直引号", "warn", "safe", f"{_STD} 4.8",
        "中文里应用弯引号 {right}",
        example='开展"一站式"服务。',
        counter="开展“一站式”服务。",
        find=where('"')(_straight), scope=_PROSE,
    ),
    Rule(
        "P06", "书名号、括号不配对", "error", "notice", f"{_STD} 4.9、4.15",
        "“{text}”没有配对，请补齐或删去",
        example="印发《企业上市工作方案》（云政办〔2022〕76号）》。",
        counter="印发《企业上市工作方案》（云政办〔2022〕76号）。",
        survey=_stray("《》〔〕（）【】"),
    ),
    Rule(
        "P07", "引号内再用双引号", "warn", "confirm", f"{_STD} 4.8（引号）",
        "引号内再用引号，里层用单引号“{right}”",
        example="他说：“要办好“一件事”改革。”",
        counter="他说：“要办好‘一件事’改革。”",
        find=_nested_quote, quoted="ask",
    ),
    Rule(
        "P08", "标点重复", "error", "safe", f"{_STD} 4",
        "标点重复，应为“{right}”",
        example="已经完成。。下一步继续推进。",
        counter="已经完成。下一步继续推进……",
        find=_pattern(r"(?<!。)。。(?!。)|([，、；：])\1{1,4}|[，、；](?=。)",
                      lambda found: "" if len(found[0]) == 1 else found[0][0]),
        scope=_PROSE,
    ),
    Rule(
        "P09", "省略号形式不对", "warn", "safe", f"{_STD} 4.11（省略号）",
        "省略号应为六个小圆点“……”",
        example="停车、充电...均已覆盖。",
        counter="停车、充电……均已覆盖，版本为2.0.1。",
        find=_pattern(
            r"(?<!\.)\.{3,12}(?!\.)|(?<!。)。{3,12}(?!。)|(?<!…)…(?!…)|(?<!·)·{3,12}(?!·)", "……"
        ),
    ),
    Rule(
        "P10", "“等”与省略号并用", "warn", "confirm", f"{_STD} 4.11（省略号）",
        "“等”与省略号只用其一",
        example="停车、充电等……",
        counter="停车、充电等。",
        find=_pattern(r"等(?:……|…)", "等"),
    ),
    Rule(
        "P11", "以两个短横线作破折号", "warn", "confirm", f"{_STD} 4.10（破折号）",
        "破折号应为“——”",
        example="一个目标--让群众停得下。",
        counter="一个目标——让群众停得下。",
        find=_pattern(rf"(?<=[{_CJK}”》])-{{2,4}}(?=[{_CJK}“《])", "——"),
    ),
    Rule(
        "P12", "段末缺标点", "warn", "confirm", f"{_STD} 4.1",
        "段末似缺句号",
        example="到2030年，撬动产业基金投入辖区企业不少于10亿元，为优势企业做大做强提供融资保障",
        counter="到2030年，撬动产业基金投入辖区企业不少于10亿元，为优势企业做大做强提供融资保障。",
        survey=_no_ends,
    ),
    Rule(
        "P13", "汉字之间有空格", "warn", "safe", "公文行文惯例：汉字之间不留空格",
        "汉字之间有多余的空格",
        example="生物医药、 金融管理等领域。",
        counter="生物医药、金融管理等领域。",
        find=_space_between, scope=BODY,
    ),
    Rule(
        "P14", "汉字与数字、字母之间有空格", "hint", "safe",
        "公文行文惯例：汉字与数字、字母之间不留空格",
        "汉字与数字、字母之间不留空格",
        example="全区共有 3200 个泊位。",
        counter="全区共有3200个泊位。",
        find=_pattern(
            rf"(?<=[{_CJK}，。；：、]){_ONE_SPACE}(?=[A-Za-z0-9])"
            rf"|(?<=[A-Za-z0-9%]){_ONE_SPACE}(?=[{_CJK}])",
            "",
        ),
        scope=BODY,
    ),
    Rule(
        "P15", "全角数字、字母", "warn", "safe", "GB/T 15835-2011 4.1；公文用半角阿拉伯数字",
        "数字、字母应用半角“{right}”",
        example="全区共有３２００个泊位。",
        counter="全区共有3200个泊位。",
        find=_pattern(r"[０-９Ａ-Ｚａ-ｚ]{1,64}", _narrow), scope=_PROSE,
    ),
    Rule(
        "P16", "一组并列词语混用顿号、逗号", "hint", "confirm", f"{_STD} 4.5（顿号）",
        "并列词语之间宜统一用顿号",
        example="在新能源、大健康，大数据、物联网、生物医药等领域布局。",
        counter="在新能源、大健康、大数据、物联网、生物医药等领域布局，成效明显。",
        find=_mixed_list, scope=BODY,
    ),
    Rule(
        "P17", "“等”“和”前用顿号", "warn", "confirm", f"{_STD} 4.5",
        "“等”“和”“及”之前不用顿号",
        example="停车、充电、等设施不足。",
        counter="停车、充电等设施不足，构建平等、和谐的关系。",
        find=_pattern(
            r"、(?=等(?=[，。；）]|[一二三四五六七八九十\d]{1,3}[个项家]|设施|问题|方面|工作|措施|领域)"
            r"|以及|和(?![谐平睦解美顺气田县静硕龙善合舟政布林颐畅缓风])(?=[一-鿿]{2,8}[。，；等])"
            r"|及(?![时早格第至])(?=[一-鿿]{2,8}[。，；等]))",
            "",
        ),
    ),
    Rule(
        "P20", "相关项目之间用短横线", "hint", "confirm", f"{_STD} 4.13（一字线）",
        "走向、递进的几项之间宜用一字线“{right}”",
        example="形成研发-孵化-产业化链条。",
        counter="形成研发—孵化—产业化链条。",
        find=_pattern(rf"(?<=[{_CJK}])-(?=[{_CJK}])", "—"), quoted="ask",
    ),
    Rule(
        "P21", "数值范围用短横线", "warn", "safe", f"{_STD} 4.13（数值范围用浪纹线）",
        "数值范围应用浪纹线“{right}”",
        example="力争实现3-5家企业上市。",
        counter="力争实现3～5家企业上市，工期2024—2026年，型号为A-3。",
        find=_pattern(
            rf"(?<![\dA-Za-z.-])\d{{1,9}}(?:\.\d{{1,4}})?([-－–—])\d{{1,9}}(?:\.\d{{1,4}})?(?={_UNIT})",
            "～", group=1,
        ),
    ),
    Rule(
        "P22", "浪纹线形式不对", "warn", "safe", f"{_STD} 4.13（浪纹线）",
        "浪纹线应为“～”",
        example="气温在20~25摄氏度之间。",
        counter="气温在20～25摄氏度之间。",
        find=_pattern(r"(?<=[\d%％元万亿])[~∼〜˜](?=\d)", "～"),
    ),
    Rule(
        "P23", "起止年份用浪纹线", "warn", "confirm", f"{_STD} 4.13（起止时间用一字线）",
        "起止年份之间应用一字线：“{right}”",
        example="建设期为2024～2026年。",
        counter="建设期为2024—2026年。",
        find=_pattern(r"(?<!\d)((?:19|20)\d\d年?)[～~∼〜]((?:19|20)\d\d)(?=年)", r"\1—\2"),
        quoted="ask",
    ),
    Rule(
        "P26", "“如下”后用句号", "warn", "confirm", f"{_STD} 4.7（冒号）",
        "“现答复如下”后应用冒号",
        example="您提出的《关于增加停车位的提案》收悉，现答复如下。",
        counter="您提出的《关于增加停车位的提案》收悉，现答复如下：",
        find=_pattern(r"(?:答复|回复|意见|情况)如下([。，,])(?=\s{0,12}$)", "：", group=1),
        scope=BODY,
    ),
    Rule(
        "P29", "附件说明写法", "warn", "confirm", "GB/T 9704-2012 7.3.4",
        "附件说明应写作“{right}”",
        example="附件1：停车位分布表",
        counter="附件：1.停车位分布表",
        find=_pattern(r"^\s{0,12}(附件(\d{1,2})[:：])(?=\S)", r"附件：\2.", group=1),
        scope=frozenset(("body", "tail")),
    ),
    Rule(
        "P30", "附件名称加书名号或句末标点", "warn", "confirm", "GB/T 9704-2012 7.3.4",
        "附件名称后不加标点",
        example="附件：停车位分布表。",
        counter="附件：停车位分布表",
        find=_pattern(r"^\s{0,12}附件[:：][^。；]{1,80}([。；])(?=\s{0,12}$)", "", group=1),
        scope=frozenset(("body", "tail")),
    ),
    Rule(
        "P31", "抄送末尾缺句号", "error", "safe", "GB/T 9704-2012 7.4.2",
        "抄送机关末尾应标句号",
        example="抄送：区政府办公室，区政协提案委",
        counter="抄送：区政府办公室，区政协提案委。",
        find=where("抄[送报]")(_copies_end), scope=_TAIL,
    ),
    Rule(
        "P33", "签发人之间用顿号", "warn", "safe", "GB/T 9704-2012 7.2.6",
        "几位签发人的姓名之间空一字，不用标点",
        example="签发人：赵岩、李禾",
        counter="签发人：赵岩　李禾",
        find=where("签发人")(_signers), scope=EVERYWHERE,
    ),
    Rule(
        "P34", "并列词语漏顿号", "hint", "confirm", f"{_STD} 4.5（顿号）",
        "并列词语之间宜加顿号：“{right}”",
        example="感谢您对城市管理工作的监督关心和支持。",
        counter="感谢您对城市管理工作的监督、关心和支持，关心支持城市建设。",
        find=_pattern(rf"(?<!、)({_THANKS})(?=(?:{_THANKS})和)", r"\1、"),
    ),
    Rule(
        "P36", "以小圆点作间隔号", "warn", "confirm", f"{_STD} 4.14",
        "间隔号应为“·”",
        example="获奖者为买买提.艾力同志。",
        counter="获奖者为买买提·艾力同志。",
        find=_pattern(rf"(?<=[{_CJK}])\.(?=[{_CJK}])", "·"),
    ),
    Rule(
        "P37", "斜线形式不对", "warn", "safe", f"{_STD} 4.17",
        "斜线应为“/”",
        example="收费标准为5元∕小时。",
        counter="收费标准为5元/小时。",
        find=_pattern(r"[∕／⁄]", "/"),
    ),
    Rule(
        "P38", "百分号前有空格", "warn", "safe", "GB/T 15835-2011；数字与百分号之间不留空格",
        "数字与百分号之间不留空格",
        example="办结率达88 %。",
        counter="办结率达88%。",
        find=_pattern(r"(?<=\d)[ 　\xa0]{1,4}(?=[%％])", ""),
    ),
    Rule(
        "P40", "句末用半角小圆点", "error", "safe", f"{_STD} 4.1",
        "句末应用句号“。”",
        example="特此致函.",
        counter="特此致函。",
        find=_pattern(rf"(?<=[{_CJK}”》）])\.(?=\s{{0,12}}$)", "。"), scope=BODY,
    ),
    Rule(
        "P41", "不可见字符", "warn", "safe", "网页、聊天软件粘贴残留",
        "此处有不可见字符，应删去",
        example="停车\u200b管理办法。",
        counter="停车管理办法。",
        find=_pattern(
            rf"[{UNSEEN}{CONTROLS}\x0b\x0c]{{1,64}}"
            rf"|(?<=[{_CJK}])\u200d(?=[{_CJK}])",
            "",
        ),
        scope=EVERYWHERE,
    ),
    Rule(
        "P42", "全文标点为半角", "warn", "safe", f"{_STD} 5.1；网页抓取时的字符归一化（NFKC）",
        "全文逗号、括号等均为半角，疑为转存网页时丢失全角形式，可一次恢复",
        example="区里,镇里,村里,社区里,学校里,医院里都设了点。",
        counter="区里，镇里，村里，社区里，学校里，医院里都设了点。",
        survey=_flattened,
    ),
    Rule(
        "P43", "引号不配对", "warn", "notice", f"{_STD} 4.8",
        "引号没有配对，请补齐或删去",
        example="实现“一站式服务。",
        counter="实现“一站式”服务。",
        survey=_stray("“”"),
    ),
)  # fmt: skip
