"""What is left over in a paper from another program or a pattern (rules R).

Signs of Markdown and HTML are printed as they stand; a placeholder means that nobody has said yet
what belongs there. Each stops the paper: no reader can tell what was meant (《党政机关公文处理工作
条例》第十九条: 表述准确, 结构严谨).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from drafting.checking.engine.rule import (
    EVERYWHERE,
    GuardKind,
    Hit,
    Paragraph,
    Rule,
    Sheet,
    pattern,
    where,
)

_WHY = "《党政机关公文处理工作条例》第十九条（表述准确）；网页、聊天软件和排版标记的残留"
_FILLED = "印发前应核实补齐"
_ALL: frozenset[GuardKind] = frozenset(
    ("title", "quote", "mark", "url", "model", "number", "doc_no", "ratio", "time", "email")
)

_TAG = (
    r"(?i:</?(?:p|br|hr|div|span|b|strong|i|em|u|s|a|img|table|thead|tbody|tr|td|th|ul|ol|li|h[1-6]"
    r"|font|center|sup|sub|section|article|pre|code|blockquote|style|script|iframe|o:p)"
    r"(?:\s[^<>\n]{0,300})?/?>|<!--[^\n]{0,300}?-->)"
)
_ENTITY = re.compile(r"&(?:[A-Za-z]{2,8}|#\d{2,6}|#[xX][0-9A-Fa-f]{2,5});")
_BULLET = re.compile(r"^[ \t　]{0,8}[-*+][ \t]{1,4}(?:\[[ xX]?\][ \t]{0,4})?(?=[一-鿿“《（【*])")
_RULE_LINE = re.compile(
    r"^[ \t]{0,8}(?:-{3,60}|\*{3,60}|`{3,6}[A-Za-z]{0,12}|~{3,6})[ \t]{0,8}。?$"
)
# The paper sets a stop behind whatever a line says.
_ROW = re.compile(r"^[ \t]{0,8}\|[^\n]{0,900}\|[ \t]{0,8}。?$")
_PAGE = re.compile(r"^[ \t]{0,8}-[ \t]?\d{1,4}[ \t]?-[ \t]{0,8}$")


_STRONG = re.compile(r"\*{2,3}([^*\n]{1,200})\*{2,3}")
_CODE = re.compile(r"(?<!`)`([^`\n]{1,80})`(?!`)")
_HEAD = re.compile(r"^[ \t]{0,4}#{1,6}[ \t]{1,8}(?=\S)|^#{2,6}(?=[一-鿿])")
_STARS = re.compile(r"\*{2,3}")


def _signs(line: Paragraph) -> Iterator[Hit]:
    """Emphasis with its words kept, the signs before a heading; a lone sign a person judges."""
    taken = [found.span() for found in _STRONG.finditer(line.text)]
    for found in _STRONG.finditer(line.text):
        yield Hit(*found.span(), found[1])
    for found in _HEAD.finditer(line.text):
        yield Hit(*found.span(), "")
    for found in _CODE.finditer(line.text):
        yield Hit(*found.span(), found[1], fix="confirm")
    for found in _STARS.finditer(line.text):
        alone = not any(start <= found.start() < end for start, end in taken)
        if alone and not _RULE_LINE.match(line.text):
            yield Hit(*found.span(), "", fix="confirm")


def _lists(line: Paragraph) -> Iterator[Hit]:
    """The sign of an item or task, a line of dashes, and the bars of a table."""
    text = line.text
    if _PAGE.match(text):
        return
    if found := _BULLET.match(text):
        yield Hit(*found.span(), "")
    elif found := _RULE_LINE.match(text):
        yield Hit(*found.span())
    elif (found := _ROW.match(text)) and text.count("|") > 2:
        yield Hit(*found.span(), message="这是没有转换的表格标记，请改为表格或者文字")


def _entities(line: Paragraph) -> Iterator[Hit]:
    for found in _ENTITY.finditer(line.text):
        meant = html.unescape(found[0])
        if meant != found[0]:
            right = " " if meant.isspace() else meant
            yield Hit(*found.span(), "" if _between_han(line.text, found) else right)


def _between_han(text: str, found: re.Match[str]) -> bool:
    """Whether a blank is meant that nobody sets between two Chinese characters."""
    return html.unescape(found[0]).isspace() and not (
        re.search(r"[A-Za-z0-9]$", text[: found.start()])
        and re.match(r"[A-Za-z0-9]", text[found.end() :])
    )


def _of_page(sheet: Sheet) -> Iterator[Hit]:
    """What lies above and below the document on a web page: told once for each stretch."""
    before = -1
    for line in sheet.at("page"):
        if before < 0 or any(one.text.strip() for one in sheet.lines[before + 1 : line.index]):
            yield Hit(0, len(line.text), line=line.index)
        before = line.index


RULES: tuple[Rule, ...] = (
    Rule(
        "R01", "Markdown 标记：加粗、标题", "block", "safe", _WHY,
        "这是没有去掉的排版标记，会照样印出",
        example="**重点**推进以下工作。",
        counter="面积为3*4米，5#楼已完工。",
        find=where(r"\*\*|^[ \t]{0,4}#|`")(_signs),
        scope=EVERYWHERE, quoted="ask", ignores=_ALL,
    ),
    Rule(
        "R02", "Markdown 标记：列表、表格", "block", "confirm", _WHY,
        "这是没有转换的列表标记，会照样印出",
        example="- [ ] 改造泊位",
        counter="东湖街道——西湖街道沿线已完工。",
        find=where(r"^[ \t　]{0,8}[-*+|`~]")(_lists),
        scope=EVERYWHERE, quoted="ask", ignores=_ALL,
    ),
    Rule(
        "R03", "Markdown 标记：链接", "block", "confirm", _WHY,
        "这是没有转换的链接标记，会照样印出",
        example="详见[停车管理办法](https://www.example.gov.cn/1)。",
        counter="详见附件［停车管理办法］（2025年修订）。",
        find=pattern(
            r"!?\[([^\]\n]{1,100})\]\((?:https?://|/|#|www\.)[^)\s]{0,300}\)", r"\1"
        ),
        scope=EVERYWHERE, quoted="ask", ignores=_ALL,
    ),
    Rule(
        "R04", "HTML 标记", "block", "confirm", _WHY,
        "这是网页的标记，会照样印出",
        example="已建成泊位120个。<br>下一步再建60个。",
        counter="室外温度<40℃、室内>18℃，邮箱为a<b&c>d@example.cn。",
        find=pattern(_TAG, ""),
        scope=EVERYWHERE, quoted="ask", ignores=_ALL,
    ),
    Rule(
        "R05", "HTML 字符代号", "block", "confirm", _WHY,
        "这是网页的字符代号，会照样印出",
        example="已建成泊位120个，&nbsp;投入860万元。",
        counter="AT&T公司、R&D投入；研发（R&D）占比。",
        find=where(r"&#?[A-Za-z0-9]{2,8};")(_entities),
        scope=EVERYWHERE, quoted="ask", ignores=_ALL,
    ),
    Rule(
        "R06", "模板的空位没有填", "block", "notice", _FILLED,
        "这是模板的空位，还没有填写",
        example="关于{{届次}}第12号提案的答复",
        counter="集合{1，2}中的第二项。",
        find=pattern(
            r"\{\{[^{}\n]{0,80}\}\}|\{%[^%\n]{0,80}%\}|\$\{[^{}\n]{1,60}\}|\{[一-鿿]{1,12}\}"
            r"|<(?:填写|此处|请|单位|姓名|日期|数字|数据)[^<>\n]{0,30}>"
        ),
        scope=EVERYWHERE, quoted="ask", ignores=_ALL,
    ),
    Rule(
        "R07", "“【】”里的话没有处理", "block", "notice", _FILLED,
        "“{text}”像是留给拟稿人的话或者网页上的字，请处理后删去",
        example="投入资金【填写金额】万元。",
        counter="印发青城管函【2026】7号文件。",
        find=pattern(
            r"【(?!待核实)(?!\s{0,8}】)(?!\d{4}】)[^【】\n]{1,60}】"
            r"|[\[［](?:填写|填入|待[补填核确完]|请|此处|插入|补充|XX|单位|姓名|日期|数字|数据|金额)"
            r"[^\[\]［］\n]{0,40}[\]］]"
        ),
        scope=EVERYWHERE, quoted="ask", ignores=_ALL,
    ),
    Rule(
        "R08", "待补充的话没有处理", "block", "notice", _FILLED,
        "“{text}”说明这里还没有写完",
        example="新建停车场（数量待补充）6座。",
        counter="工作机制有待完善，短板亟待补充，方案待省里批复后实施。",
        find=pattern(
            r"[（(][^（）()\n]{0,12}待(?:补充|完善|填写|填报|补|填|查|核|定|更新)[^（）()\n]{0,8}[）)]"
            r"|(?<![有尚亟还急正仍都])待(?:补充|填写|填报|插入)(?=[。，；、：\s]|$)"
            r"|此处(?:填写|插入|补充|省略|应写|待)[一-鿿]{0,12}"
            r"|[（(](?:请?填写|请补充|请插入|插入|略写)[^（）()\n]{0,30}[）)]"
            r"|(?i:\blorem\b|\bipsum\b|\bTODO\b|\bFIXME\b|\bTBD\b)"
        ),
        scope=EVERYWHERE, quoted="ask", ignores=_ALL,
    ),
    Rule(
        "R09", "文字工具的套话", "block", "notice", _WHY,
        "“{text}”是文字工具的话，不是答复的内容",
        example="以下是为您修改后的答复：",
        counter="以下是我局的答复意见：",
        find=pattern(
            r"作为(?:一个|一款)?(?:AI|人工智能)(?:语言)?(?:模型|助手)"
            r"|(?:以下|下面)是(?:我)?(?:为您|根据您的要求|按您的要求)"
            r"(?:修改|生成|撰写|润色|整理|起草)(?:后|好)?的"
            r"|如需(?:进一步)?(?:修改|调整|润色)[^。\n]{0,12}(?:请|可)(?:随时)?告诉我"
            r"|希望(?:以上|这[份些个])?(?:内容|回答|回复)对您有(?:所)?帮助"
        ),
        scope=EVERYWHERE, quoted="ask", ignores=_ALL,
    ),
    Rule(
        "R10", "网页上的字没有校对", "hint", "notice", "网页的栏目、索引、页脚不是文稿的内容",
        "这里是网页上的字，不是文稿的内容，没有校对；要发出的文稿请删去",
        example="索引号：000014348/2026-00012\n发布日期：2026-06-18\n已建成泊位120个，群众停车更加方便，满意度明显提高。",
        counter="时间：2026年6月18日\n地点：青岚区城市管理局三楼会议室",
        survey=_of_page,
    ),
)  # fmt: skip
