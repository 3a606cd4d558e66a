"""Replies set as a form: rows of a table whose cells are a label and its value, turn about.

A table comes as cells (Word, a web page) or as text with bars between its cells, as it is pasted
from a page or a chat: ``| 办理类别 | A | 签发人 | 卓怀远 |``. Each field becomes a line of its own,
``办理类别：A``, which is what letters print and the rest of the reader knows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from drafting.papers.plain.lines import Line

_LABELS = frozenset(
    "办理类别 办理结果 办理结果类别 办复类别 答复类别 结果类别 办理情况类别"
    " 类别 解决程度 公开属性 公开方式 公开类别 公开类型 是否公开 签发人"
    " 领导签发 签发领导 文号 发文字号 答复文号 复函文号 案号 提案号 建议号"
    " 提案编号 建议编号 案由 标题 题目 提案标题 建议标题 提案题目 提案名称"
    " 建议名称 提案人 提案者 建议人 领衔代表 附议代表 联名委员 届次 会次"
    " 主办单位 承办单位 办理单位 答复单位 会办单位 协办单位 承办人 经办人"
    " 联系人 联系单位 联系电话 电话 联系方式 抄送 抄送单位 主送 主送单位"
    " 答复时间 答复日期 办复日期 办理时间".split()
)
_BOXES = frozenset(
    "答复内容 问题答复 问题内容 建议内容 提案内容 回复内容"
    " 复函内容 答复意见 答复正文 办理答复 办理情况 答复情况".split()
)
_BARS = re.compile(r"\s*[|｜]\s*")
_RULE = re.compile(r"[\s|｜:：-]*")
_LABELLED = re.compile(r"(?P<label>[\u4e00-\u9fff\s]{2,12})[:：]\s*(?P<value>\S.*)")


def is_form(lines: Sequence[Line]) -> bool:
    """Whether any of ``lines`` is a row of a form."""
    return any(_is_row(_cells(line)) for line in lines)


def unfold(lines: Sequence[Line]) -> list[Line]:
    """Return ``lines`` with a line for each field of a form's rows; other lines stay."""
    unfolded: list[Line] = []
    for line in lines:
        cells = _cells(line)
        if not _is_row(cells):
            unfolded.append(line)
            continue
        texts = (part.strip() for text in _fields(cells) for part in text.split("\n"))
        unfolded += [Line(text, page_head=line.page_head) for text in texts if text]
    return unfolded


def _cells(line: Line) -> list[str]:
    if line.cells:
        return [cell.strip() for cell in line.cells]
    if not re.search(r"[|｜]", line.text) or _RULE.fullmatch(line.text):
        return []
    text = re.sub(r"^[|｜]|[|｜]$", "", line.text.strip())
    return [cell.strip() for cell in _BARS.split(text)]


def _label(cell: str) -> str | None:
    """Return the label that ``cell`` is, closed up and without its colon."""
    bare = re.sub(r"[\s:：【】\[\]]", "", cell)
    return bare if bare in _LABELS or bare in _BOXES else None


def _is_row(cells: Sequence[str]) -> bool:
    """Whether cells are label and value in turn: a header of columns has label beside label."""
    if not cells:
        return False
    labelled = [_LABELLED.fullmatch(cell) for cell in cells if cell]
    if all(labelled) and any(found and _label(found["label"]) for found in labelled):
        return len(labelled) > 1
    labels = [bool(_label(cell)) for cell in cells]
    beside = any(one and other for one, other in pairwise(labels))
    return labels[0] and len(cells) > 1 and not beside


def _fields(cells: Sequence[str]) -> list[str]:
    """Return the lines of a row; a label without value is left out, as it says nothing."""
    texts: list[str] = []
    label: str | None = None
    for cell in cells:
        if named := _label(cell):
            label = named
        elif label in _BOXES and cell:
            texts += [f"{label}：", cell]
            label = None
        elif label and cell:
            texts.append(f"{label}：{cell}")
            label = None
        elif cell:
            texts.append(cell)
    return texts
