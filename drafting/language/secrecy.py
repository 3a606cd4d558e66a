"""The 密级 line at the head of a document, and any mark by which a text is not for other eyes.

Source: GB/T 9704-2012, 7.2.2 (密级和保密期限, upper left corner, joined by ★). Only the line at the
head counts; a paper may well be about secrecy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from drafting.errors import UserError
from drafting.language.cleaning import UNSEEN

_HEAD_LINES = 25
_LEVEL = r"(?:绝[\s\u3000]*密|机[\s\u3000]*密|秘[\s\u3000]*密)"
_TERM = r"(?:长期|[\d一二三四五六七八九十]+\s*(?:年|个月|月|天|日))"
_STAR = r"[★☆⭐✩✭＊*]"
_URGENCY = r"(?:特急|加急|平急|特提|急件)"
_LABEL = r"(?:密[\s\u3000]*级(?:和保密期限)?|定密)"
# Recognition has no star: it reads 广, 女, # for one, ] or l for 1, and slips in 年 and 期 too.
_MISREAD = (
    r"[^，。；：、\s]{1,2}\s*"
    r"(?:[\dlI|\]\[!丨OoZ]{1,2}\s*(?:个月|\S)|[工一二三四五六七八九十]{1,2}\s*(?:个月|年)|长\s*\S)"
)
# With its star the mark is sure whatever stands around it, be the whole document one line.
_STARRED = re.compile(rf"(?:^|[\s\u3000\t]|\d|{_LABEL}[:：])({_LEVEL}\s*{_STAR}\s*{_TERM}?)")
# Without a star it must have the line for itself, but for brackets, 份号 and 紧急程度.
_ALONE = re.compile(
    rf"(?:(?:份号)?[:：]?\s*\d{{1,8}}\s+|№\s*\d+\s+)?(?:{_LABEL}(?:\s*[:：|｜]\s*|\s+))?"
    rf"[【〔［\[（(《〈]?\s*({_LEVEL}(?:\s*{_TERM}|\s*{_MISREAD})?)件?\s*[】〕］\]）)》〉]?\s*{_URGENCY}?"
)
_TRADITIONAL = str.maketrans("機祕絕級長內資閱傳", "机秘绝级长内资阅传")
_HIDDEN = re.compile(f"[{UNSEEN}\u200d]")
# What an office writes on papers that are no state secrets and not for everybody either.
_INTERNAL = (
    r"工作秘密|涉密(?:文件|材料|资料)?|内部(?:资料|文件|材料|刊物|使用|参阅|掌握|传阅|明电)?"
    r"|仅供内部(?:使用|参考|参阅)|不得外传|(?:请勿|严禁)外传|注意保[存密]|免费交流|妥善保管|阅后(?:收回|即焚|销毁)"
)
_BRACKETS = "【】〔〕［］[]（）()《》〈〉★☆*＊"
_CONFINED = re.compile(
    rf"(?:{_LABEL}[:：]?)?(?:本件|本文件|本材料)?(?:{_LEVEL}级?(?:文件|材料|资料|件)?|{_INTERNAL})"
    rf"(?:[，,;；、·.\-—]*(?:{_INTERNAL}|{_URGENCY}))*(?:第?\d{{1,6}}[号份]?)?[。!！]?"
)
# A star makes it sure within a text, too; so does a sentence that says it of the paper itself.
_WITHIN = re.compile(
    rf"(?<![\u4e00-\u9fff])({_LEVEL}\s*{_STAR}\s*{_TERM}?)"
    rf"|([【〔［\[（(]\s*(?:{_LEVEL}级?|{_INTERNAL})\s*[】〕］\]）)])"
    rf"|((?:本|此)(?:件|文|文件|材料|资料|提案|建议)(?:属于?|为|系|定为|列为|是)[^，。；]{{0,4}}"
    rf"(?:{_LEVEL}|工作秘密|国家秘密|涉密|内部(?:资料|文件|材料)))"
    rf"|({_LABEL}\s*[:：]\s*(?:{_LEVEL}|内部))"
)


def refuse_secrets(lines: Iterable[str]) -> None:
    """Raise :class:`UserError` where a document's head bears a 密级; ``lines`` are its first."""
    mark = secrecy_mark(lines)
    if mark:
        raise UserError(f"文件标有密级“{mark}”，涉密文件不得导入，没有保留任何内容。")


def secrecy_mark(lines: Iterable[str]) -> str | None:
    """Return the 密级 mark at the head of a document (``机密★1年``), or ``None``.

    ``lines`` are the document's first lines as printed. Looking ends with the first sentence.
    """
    present = (line.strip().translate(_TRADITIONAL) for line in lines if line.strip())
    for line in islice(present, _HEAD_LINES):
        found = _STARRED.search(line[:200]) or _ALONE.fullmatch(line)
        if found:
            return re.sub(r"[\s\u3000]+", "", found[1])
        if "。" in line:
            break
    return None


def confined_mark(text: str) -> str | None:
    """Return a mark anywhere in ``text`` by which it is not for other eyes, ``None`` where none is.

    Stricter than :func:`secrecy_mark`, for what would leave the house: a 密级 in any line, be it
    that of an attachment or a title, and what offices write themselves (内部资料, 不得外传). Prose
    about secrets (国家秘密, 商业秘密) is no mark.
    """
    plain = _HIDDEN.sub("", text).translate(_TRADITIONAL)
    lines = [line.strip() for line in plain.split("\n") if line.strip()]
    for line in lines:
        bare = "".join(line.split()).strip(_BRACKETS)
        found = _WITHIN.search(line) or _STARRED.search(line[:200])
        if found:
            return "".join(next(one for one in found.groups() if one).split())
        if bare and (_CONFINED.fullmatch(bare) or _ALONE.fullmatch(line)):
            return bare
    return secrecy_mark(lines)
