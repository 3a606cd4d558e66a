"""The table of particulars that government sites print above a document: 索引号, 文号 …"""

from __future__ import annotations

import re
from collections.abc import Sequence

_KEYS = {
    "index_no": "索引号 信息索引号 信息索引 索取号 信息索取号",
    "doc_no": "文号 发文字号 文件编号 公文字号",
    "publisher": "发布机构 发文机关 发文机构 发文单位 制发机关 公开主体 公开单位 发布单位 责任部门"
    " 公开责任部门 公开责任单位 责任单位",
    "handler": "承办单位 答复单位 办理单位",
    "origin": "来源 信息来源 文章来源 稿源",
    "title": "名称 标题 信息名称 公文名称",
    "written": "成文日期 成文时间",
    "published": "发布日期 发布时间 发文日期 生成日期 公开日期 印发日期 更新时间 日期",
    "disclosure": "公开方式 公开属性 公开类型",
    "": "主题分类 组配分类 公文目录 主题词 关键字 关键词 公开范围 有效性 时效性 效力状态 是否有效"
    " 体裁 体裁分类 载体类型 编辑 作者 责任编辑 审核 浏览次数 浏览量 阅读 阅读次数 阅 点击数 字体"
    " 字号 字体大小 废止日期 失效日期 有效期 信息分类 内容分类 服务对象 生命周期 内容概述 公开时限"
    " 公开程序 公开目录 所属目录 目录 发布人 责任人 录入 题材 主题 分类 年度 栏目",
}
_FIELD_OF = {key: name for name, keys in _KEYS.items() for key in keys.split()}
_KEY = "|".join(r"\s?".join(key) for key in sorted(_FIELD_OF, key=lambda key: (-len(key), key)))
_KEY_AT = re.compile(
    rf"(?:^|(?<=[\s|｜•·]))(?P<key>{_KEY})\s*(?P<colon>[:：]|(?=[|｜]))?\s*(?:[|｜]\s*)?"
)
_LONE_KEY = re.compile(rf"(?P<key>{_KEY})\s*[:：]?")
_SET_OFF = re.compile(rf"(?P<key>{_KEY})\s(?P<value>\S.{{0,120}})")
_LONGEST_VALUE = 160


def read_metadata(lines: Sequence[str]) -> tuple[dict[str, str], set[int]]:
    """Return ``({field: value}, numbers of the lines that hold them)``.

    Fields: index_no, doc_no, publisher, handler, origin, title, written, published, disclosure.
    A key without a value stays out: the line after an empty ``文号`` is often the next key.
    """
    found: dict[str, str] = {}
    used: set[int] = set()
    waiting: str | None = None
    for number, line in enumerate(lines):
        lone = _LONE_KEY.fullmatch(line)
        if lone:
            waiting = _field(lone["key"])
            used.add(number)
            continue
        pairs = _pairs(line) or _set_off(lines, number)
        if pairs:
            used.add(number)
            waiting = None
            for name, value in pairs:
                _keep(found, name, value)
        elif waiting is not None:
            if len(line) <= _LONGEST_VALUE:
                _keep(found, waiting, line)
                used.add(number)
            waiting = None
    return found, used


def _pairs(line: str) -> list[tuple[str, str]]:
    if len(line) > 600:
        return []
    keys = [match for match in _KEY_AT.finditer(line) if match["colon"] is not None]
    if not keys or keys[0].start() > 24:
        return []
    ends = [match.start() for match in keys[1:]] + [len(line)]
    return [
        (_field(match["key"]), line[match.end() : end].strip(" |｜•"))
        for match, end in zip(keys, ends, strict=True)
    ]


def _set_off(lines: Sequence[str], number: int) -> list[tuple[str, str]]:
    """Read a row of a table whose cells a space parts, where a row beside it is one too."""
    found = _SET_OFF.fullmatch(lines[number])
    beside = (*lines[max(0, number - 1) : number], *lines[number + 1 : number + 2])
    if not found or not any(_SET_OFF.fullmatch(line) for line in beside):
        return []
    return [(_field(found["key"]), found["value"].strip())]


def _field(key: str) -> str:
    return _FIELD_OF[re.sub(r"\s", "", key)]


def _keep(found: dict[str, str], name: str, value: str) -> None:
    if name and value and name not in found:
        found[name] = value
