"""The table of particulars that government sites print above a document: 索引号, 文号 …"""

from __future__ import annotations

import re
from collections.abc import Sequence

from drafting.language.late import late

_KEYS = {
    "index_no": "索引号 信息索引号 信息索引 索取号 信息索取号",
    "doc_no": "文号 发文字号 文件编号 公文字号",
    "publisher": "发布机构 发文机关 发文机构 发文单位 制发机关 公开主体 公开单位 发布单位 责任部门"
    " 公开责任部门 公开责任单位 责任单位 机构名称 公开机构",
    "handler": "承办单位 答复单位 办理单位 回复单位 承办部门 答复部门 回复部门",
    "origin": "来源 信息来源 文章来源 稿源",
    "title": "名称 标题 信息名称 公文名称",
    "written": "成文日期 成文时间 答复日期 答复时间 办复日期 办复时间 回复日期",
    "published": "发布日期 发布时间 发文日期 生成日期 公开日期 印发日期 更新时间 日期 时间",
    "disclosure": "公开方式 公开属性 公开类型 公开类别",
    "": "主题分类 组配分类 公文目录 主题词 关键字 关键词 公开范围"
    " 体裁 体裁分类 载体类型 编辑 作者 责任编辑 审核 浏览次数 浏览量 阅读 阅读次数 阅 点击数 字体"
    " 字号 字体大小 信息分类 内容分类 服务对象 生命周期 内容概述 公开时限"
    " 公开程序 公开目录 所属目录 目录 发布人 责任人 录入 题材 主题 分类 年度 栏目"
    " 所属分类 服务分类",
}
# Kept with their keys: 有效期 and 废止日期 are not said in one word.
_VALIDITY = ("有效性", "时效性", "效力状态", "是否有效", "废止日期", "失效日期", "有效期")
_FIELD_OF = {key: name for name, keys in _KEYS.items() for key in keys.split()} | {
    key: key for key in _VALIDITY
}
_KEY = "|".join(r"\s?".join(key) for key in sorted(_FIELD_OF, key=lambda key: (-len(key), key)))
# Some pages print no blank before the next key; long ones are known for keys by their colon.
_LONG_KEY = "|".join(r"\s?".join(key) for key in sorted(_FIELD_OF, key=len) if len(key) == 4)
_KEY_AT = late(
    rf"(?:(?:^|(?<=[\s|｜•·]))(?P<key>{_KEY})\s*(?P<colon>[:：]|(?=[|｜]))?"
    rf"|(?P<close_key>{_LONG_KEY})(?P<close_colon>[:：]))\s*(?:[|｜]\s*)?"
)
# Keys that only a row of a table tells from words of the document.
_ROW_KEYS = {
    "签发人": "signer",
    "签发日期": "",
    "办理部门": "handler",
    "处理状态": "",
    "编号": "",
    "类别": "result_class",
    "办理类别": "result_class",
    "办理结果": "result_class",
    "办复类别": "result_class",
    "答复类别": "result_class",
}
_LONE_KEY = late(rf"(?P<key>{_KEY})\s*[:：]?")
_ROW_KEY = "|".join((_KEY, *_ROW_KEYS))
_SET_OFF = late(rf"(?P<key>{_ROW_KEY})\s(?P<value>\S.{{0,120}})")
_NEXT_KEY = late(rf"\s(?P<key>{_ROW_KEY})(?=\s|$)")
# A list of particulars that has lost what parted keys and values: 发布日期2018-08-19.
_GLUED = late(rf"(?P<key>{_KEY})(?P<value>[^\s:：|｜].{{0,120}})")
_GLUED_FROM = 3
_OF_EVERY_LIST = frozenset(("index_no", "doc_no", "published"))
_BRACKETED_KEY = late(rf"[【\[]\s*(?P<key>{_KEY})\s*[】\]]")
_LONGEST_VALUE = 160
# What stands below an empty field and is the document's title, not the field's value.
_TITLE = late(r".{0,40}(?:关于|对).{4,120}(?:答复函?|复函|的函|意见|通知|批复|决定|提案|建议|议案)")
_CLASS = late(r"[A-D][1-9]?类?")
# What a page says of itself where it names no source.
_NO_SOURCE = frozenset(("本站", "本网", "本站原创", "原创", "网络", "互联网", "转载"))


def read_metadata(lines: Sequence[str]) -> tuple[dict[str, str], set[int]]:
    """Return ``({field: value}, numbers of the lines that hold them)``.

    Fields: index_no, doc_no, publisher, handler, origin, title, written, published, disclosure,
    signer, result_class, validity (with its keys: ``有效性：失效；废止日期：2020-06-01``).
    A key without a value stays out: the line after an empty ``文号`` is often the next key.
    """
    found: dict[str, str] = {}
    used: set[int] = set()
    waiting: str | None = None
    lines = [_BRACKETED_KEY.sub(r"\g<key>", line) for line in lines]
    glued = _glued(lines)
    for number, line in enumerate(lines):
        lone = _LONE_KEY.fullmatch(line)
        if lone:
            waiting = _field(lone["key"])
            used.add(number)
            continue
        pairs = _pairs(line) or _set_off(lines, number) or glued.get(number)
        if pairs:
            used.add(number)
            waiting = None
            for name, value in pairs:
                _keep(found, name, value)
        elif waiting is not None:
            if len(line) <= _LONGEST_VALUE and (waiting == "title" or not _TITLE.fullmatch(line)):
                _keep(found, waiting, line)
                used.add(number)
            waiting = None
    said = [f"{key}：{found.pop(key)}" for key in _VALIDITY if key in found]
    return (found | {"validity": "；".join(said)} if said else found), used


def lead_unit(lines: Sequence[str]) -> str | None:
    """Return the unit that a field 主办单位 above a reply names; in a proposal it is to answer."""
    found = (re.fullmatch(r"主办单位\s*[:：]\s*(?P<unit>\S{2,40})", line) for line in lines)
    return next((match["unit"] for match in found if match), None)


def is_field(line: str) -> bool:
    """Whether ``line`` holds a field of such a table: its key alone, or with its value."""
    return bool(_LONE_KEY.fullmatch(line) or _pairs(line))


def _pairs(line: str) -> list[tuple[str, str]]:
    if len(line) > 600:
        return []
    keys = [
        match
        for match in _KEY_AT.finditer(line)
        if match["colon"] is not None or match["close_key"]
    ]
    if not keys or keys[0].start() > 24:
        return []
    ends = [match.start() for match in keys[1:]] + [len(line)]
    return [
        (_field(match["key"] or match["close_key"]), line[match.end() : end].strip(" |｜•"))
        for match, end in zip(keys, ends, strict=True)
    ]


def _set_off(lines: Sequence[str], number: int) -> list[tuple[str, str]]:
    """Read a row of a table whose cells a space parts, where a row beside it is one too.

    A row may hold several keys, each with its value or none: ``文号 发布日期 2018-11-29``.
    """
    found = _SET_OFF.fullmatch(lines[number])
    beside = (*lines[max(0, number - 1) : number], *lines[number + 1 : number + 2])
    if not found or not any(_SET_OFF.fullmatch(line) for line in beside):
        return []
    value = f" {found['value'].strip()}"
    nexts = list(_NEXT_KEY.finditer(value))
    starts = [(found["key"], 0), *((match["key"], match.end()) for match in nexts)]
    ends = [*(match.start() for match in nexts), len(value)]
    return [
        (_field(key), value[start:end].strip())
        for (key, start), end in zip(starts, ends, strict=True)
    ]


def _glued(lines: Sequence[str]) -> dict[int, list[tuple[str, str]]]:
    """Read lists of several lines whose keys stand right before their values, by line.

    One line by itself is a sentence (主题鲜明); a list has what every such list has.
    """
    read: dict[int, list[tuple[str, str]]] = {}
    run: dict[int, list[tuple[str, str]]] = {}
    for number, line in enumerate((*lines, "")):
        if found := _GLUED.fullmatch(line):
            run[number] = [(_field(found["key"]), found["value"].strip())]
            continue
        names = {name for pairs in run.values() for name, _ in pairs}
        if len(run) >= _GLUED_FROM and names & _OF_EVERY_LIST:
            read |= run
        run = {}
    return read


def _field(key: str) -> str:
    key = re.sub(r"\s", "", key)
    return _FIELD_OF[key] if key in _FIELD_OF else _ROW_KEYS[key]


def _keep(found: dict[str, str], name: str, value: str) -> None:
    if not name and _CLASS.fullmatch(value):
        # 分类：A is no subject of the site's catalogue.
        name = "result_class"
    if name and value and value not in _NO_SOURCE and name not in found:
        found[name] = value
