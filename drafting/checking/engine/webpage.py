"""What a web page prints around a letter that was pasted whole: no part of the document.

A page's navigation and its table of particulars (索引号, 发布日期, 办理部门 …) are known as
:mod:`drafting.papers` knows them. They count above the text and below it alone, and only where
some line is certainly a page's: 时间：… may be a line of a notice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from drafting.papers.letters.metadata import read_metadata
from drafting.papers.letters.opening import MATTERS, REPLY_OPENING
from drafting.papers.plain import furniture

_CERTAIN = re.compile(
    r"索\s?引\s?号|(?:发布|更新|生成|公开)\s?(?:日期|时间|机构|单位)|组配分类|主题分类|公开范围|信息来源"
    r"|浏览|访问量|点击[次数量]|阅读(?:[次数量]|\s?[:：])|字体|字号|首页|位置(?:是)?\s?[:：]|无障碍|长[者辈]版"
    r"|长者模式|关怀版|处理状态|关键[字词]\s?[:：]|生效日期|有效性|来源\s?[:：].{1,30}\d{4}-\d{1,2}-\d"
)
"""Words by which a page's table of particulars, counters and paths are known."""
_MAY_BE_TEXT = re.compile(
    r"(?:日期|时间|作者|编辑|审核|校对|录入|来源|下载|附件下载|相关附件|帮助|搜索|退出|注册|菜单"
    r"|展开|收起|放大|缩小|视图)(?:\s?[:：]|$)"
)
"""Furniture that a document prints as well: it counts beside what is certainly a page's."""
_FOOTER = re.compile(
    r"[上前下]一?[篇条页]|相关|推荐|友情|链接|解读|版权|[Cc]opyright|©|备案?号|公网安备|标识码|网站|我们"
    r"|责编|编辑|分享|扫一扫|打印|关闭|收藏|返回|顶部|首页|登录|附件下载"
)
"""Words of which every footer has one; a look costs less than its expressions."""
_PUBLISHED = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2} \d{1,2}:\d{2}(?::\d{2})?")
"""Day and time alone on a line, as a page prints them below a title."""
_KEEPERS = re.compile(
    r"(?:主办|承办)(?:单位)?\s?[:：].{0,60}(?:地址|邮编|技术支持|维护)\s?[:：].{0,80}"
)
_RUNNING = 25
_FAR = 60
"""A page's head is no longer."""
_ENDS = ("。", "；", "！")


def lines_of_page(raw: Sequence[str]) -> frozenset[int]:
    """Return the numbers of the lines that the page prints above and below the document."""
    texts = [furniture.strip_edges(re.sub(r"[ \u3000\xa0]+", " ", line.strip())) for line in raw]
    above = _above(raw, texts, _first_of_document(texts))
    return frozenset(above | _below(raw, texts))


def _first_of_document(texts: Sequence[str]) -> int:
    """Return the number of the first running text; what stands above it may be a page's."""
    for number, text in enumerate(texts[:_FAR]):
        running = len(text) >= _RUNNING and text.endswith(_ENDS)
        if running or (
            REPLY_OPENING.search(text) and MATTERS.search(text) and "：" not in text[:8]
        ):
            return number
    return min(len(texts), _FAR)


def _above(raw: Sequence[str], texts: Sequence[str], first: int) -> set[int]:
    if not any(_CERTAIN.search(text) or _PUBLISHED.fullmatch(text) for text in texts[:first]):
        return set()
    numbers = [number for number in range(first) if texts[number]]
    _, fields = read_metadata([texts[number] for number in numbers])
    found = {numbers[field] for field in fields}
    found |= {
        number for number in numbers
        if furniture.is_furniture(texts[number]) or _PUBLISHED.fullmatch(texts[number])
    }  # fmt: skip
    # Bars of tables and bullets by themselves, beside such a line.
    return found | {n for n in range(first) if raw[n].strip() and not texts[n] and found}


def _below(raw: Sequence[str], texts: Sequence[str]) -> set[int]:
    """Return the last lines that are the page's: all from its footer on, and what stands right
    above it."""
    start = first = len(texts)
    while first and not (len(texts[first - 1]) >= _RUNNING and texts[first - 1].endswith(_ENDS)):
        first -= 1
    if not any(_FOOTER.search(text) or _KEEPERS.fullmatch(text) for text in texts[first:]):
        return set()
    start = next((n for n in range(first, start) if furniture.opens_footer(texts[n])), start)
    at = start
    while at and (not texts[at - 1] or _is_the_pages(texts[at - 1])):
        at -= 1
        # Bars and blank lines by themselves are no page's.
        start = at if texts[at] else start
    return {number for number in range(start, len(texts)) if raw[number].strip()}


def _is_the_pages(text: str) -> bool:
    if _KEEPERS.fullmatch(text):
        return True
    return furniture.is_furniture(text) and not _MAY_BE_TEXT.match(text)
