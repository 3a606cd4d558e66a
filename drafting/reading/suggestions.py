"""The suggestions that a proposal makes, or that a reply says it made."""

from __future__ import annotations

import re
from collections.abc import Sequence

from drafting.model import Suggestion
from drafting.numbering import Label, parse_label
from drafting.reading.fields import is_date_line

# A line that opens the part with the suggestions (domain notes 2.19: 具体建议 and its kin).
_SECTION = re.compile(
    r"[【\[]?(?:(?:我们|本人|我|对此|为此)(?:的|提出)?)?(?:(?:具体|有关|相关|工作|几点|主要|对策|意见|提案|解决)*(?:的)?(?:建议|对策|意见建议|解决办法|"
    r"解决方案|办法|建议措施)(?:和|与|及)?(?:意见|对策|措施|建议|内容)?)[】\]]?"
)
_SECTION_LINE = re.compile(rf"(?:{_SECTION.pattern})(?:如下|是|有)?\s*[:：。]?")
_SECTION_OPENING = re.compile(
    r".{0,400}?(?:(?:特|现|谨)?(?:提出|作出)?(?:以下|如下|几点|[一二三四五六七八九十\d]{1,2}[点条项个])(?:几点|[一二三四五六七八九十\d]+[点条项个])?"
    r"(?:具体|工作|意见|对策)*建议(?:和意见)?|建议[\u4e00-\u9fff]{0,12}如下|[，,。；]\s*(?:特|故)?建议(?=[:：])|为此[，,]?(?:我们?)?(?:特)?建议"
    r"(?:[\u4e00-\u9fff]{0,10}(?:政府|局|委|办|部门|单位|街道))?"
    r"|^(?:[一二三四五六七八九十]{1,2}、|（[一二三四五六七八九十]{1,2}）)?(?:我们的?|本人的?|具体|几点)?建议"
    r"(?:是|如下|[\u4e00-\u9fff]{0,10}(?:政府|局|委|办|部门|单位|街道))?)"
    r"\s*[:：。]\s*(?P<rest>.*)",
    re.DOTALL,
)
_END = re.compile(
    r"(?:审查意见|审核意见|立案意见|办理意见|提案人意见|提案者|提案人|建议人|领衔(?:代表|委员)|联名人?|联系(?:人|电话|方式)"
    r"|通讯地址|承办单位|主办单位|会办单位|备注|附件)\s*[:：].*"
)
# How a proposal takes its leave: 以上建议，请予研究。
_CLOSING = re.compile(
    r"(?:^|(?<=[。！？；\n]))\s*(?:(?:以上|上述)[^。\n]{0,16}[，,]?[^。\n]{0,12}"
    r"(?:请|望|供|盼|妥否|当否|参考|采纳)[^。\n]{0,20}|[妥当]否[，,]?请[^。\n]{0,16}|特此(?:建议|提案)"
    r"|谢谢|此致|敬礼)[。！!]?\s*$"
)
# 要加强建档: what is asked is 加强建档, and so its heading in the reply will say.
_OUGHT = re.compile(r"^(?:要(?!求|素|点|件|闻|塞|道|领|义|约|紧|么|是)|应(?:当|该))")
_NOT_A_SUGGESTION = re.compile(
    r"(?:现状|背景|问题|原因|分析|情况|案由|理由|意义|依据|存在|必要性|主要内容|基本情况|困难|不足|短板)"
)
_COUNTED = re.compile(
    r"提出了?[:：]?(?P<list>[^。]+?)(?:等)?\s*(?P<count>[\d一二三四五六七八九十]{1,2})\s*[点条项个](?:意见)?(?:具体)?建议"
)
_COUNTED_AHEAD = re.compile(
    r"提出(?:了|以下|如下|的)?\s*(?P<count>[\d一二三四五六七八九十]{1,2})\s*[点条项个](?:方面)?(?:的)?"
    r"(?:具体|意见)?建议\s*[:：](?P<list>[^。]+；[^。]+)"
)
_MAIN_CONTENT = re.compile(
    r"(?:提案|建议|所提)?(?:的)?主要(?:内容|建议|意见)|(?:提出的)?(?:意见|建议)内容"
)
_ADVISES = re.compile(
    r"(?:^|[。；，,])\s*(?:(?:为此|因此|对此)[，,])?(?:我们?|本人)?(?:特)?建议"
    r"(?!收悉|办理|提案|人|者|编号|号|类|内容|标题|如下|[一二三四五六七八九十\d]{1,2}\s*[:：、，]|[:：])"
)
_NUM = "一二三四五六七八九十"
_HEAD = r"(?:^|(?<=[。；;，,：:\n]))\s*"
# Ways in which points are told apart within running text. Each must count on from its first.
_POINTS = tuple(
    re.compile(rf"{_HEAD}(?P<label>{pattern})")
    for pattern in (
        rf"[{_NUM}]{{1,2}}是(?!否)",
        rf"[{_NUM}]{{1,2}}(?:要|应|需)(?!点|求|素)",
        rf"第[{_NUM}]{{1,2}}(?:条|点|项)?[，,、：:]",
        rf"建议(?:[{_NUM}]{{1,2}}|\d{{1,2}})\s*[:：、，]",
        r"\d{1,2}(?:[、．]|\.(?!\d))",
        r"[（(]\d{1,2}[）)]",
        rf"[（(][{_NUM}]{{1,2}}[）)]",
        r"[①-⑳]",
        r"(?:首先|其次|再次|再者|然后|此外|另外|最后)[，,]",
    )
)
_BESIDES = re.compile(r"(?:此外|另外|同时)[，,]?\s*(?:还|特)?建议")
_NAMES = re.compile(
    r"(?:提案人|建议人)?[:：]?[\u4e00-\u9fff·]{2,4}(?:[、\s]+[\u4e00-\u9fff·]{2,4}){0,9}"
)
_LONGEST_TITLE = 60
_SHORTEST_TITLE = 12
_LEAD_IN_LINES = 4
# A clause that opens so only leads to the suggestion: its verb comes after the comma.
_LEADS_ON = re.compile(
    r"(?:以|在|对|把|将|按|按照|通过|依托|结合|围绕|针对|根据|每年|到|于|为|由|从|借鉴|参照|利用|随着)"
)


def of_proposal(lines: Sequence[str]) -> tuple[Suggestion, ...]:
    """Return the suggestions of a proposal's text, ``()`` where none can be told.

    Tried in order: the numbered items of the part that is named after suggestions; the lines of
    that part; points within a paragraph (一是…二是…); the numbered items of the whole text that are
    not background; sentences that open with 建议.
    """
    lines = _unsigned(lines)
    section = _section(lines)
    if section:
        listed = _listed(section)
        found = listed if len(listed) > 1 else (_points(section) or listed)
        found = found or _counted("\n".join(section)) or _advising(section, least=2)
        found = found or _plain_lines(section) or _split(section) or _advising(section)
        if found:
            return found
        return tuple(_suggestion(None, line) for line in section[:1])
    return (
        _counted("\n".join(lines))
        or tuple(item for item in _listed(lines) if not _NOT_A_SUGGESTION.search(item.text[:20]))
        or _advising(lines)
        or _points(lines)
        or _bare_list(lines)
    )


def of_reply(lines: Sequence[str]) -> tuple[Suggestion, ...]:
    """Return the suggestions that a reply repeats in a part of its own (提案的主要内容)."""
    for number, line in enumerate(lines):
        label = parse_label(line)
        title = line[label.length :] if label else line
        if len(title) <= 20 and _MAIN_CONTENT.search(title):
            level = label.level if label else 0
            part = _until_next(lines, number + 1, level)
            return _counted("\n".join(part)) or _listed(part) or _points(part)
    return _counted("\n".join(lines[:_LEAD_IN_LINES]))


def _unsigned(lines: Sequence[str]) -> Sequence[str]:
    """Leave out the names and the date that a proposal is signed with, below its last sentence."""
    end = len(lines)
    while end and is_date_line(lines[end - 1]):
        end -= 1
    signed = end - 1
    while signed > 0 and _NAMES.fullmatch(lines[signed]):
        signed -= 1
    return lines[: signed + 1] if signed >= 0 and lines[signed].endswith("。") else lines[:end]


def _section(lines: Sequence[str]) -> list[str]:
    """Return the lines of the part named after suggestions, its own heading left out."""
    for number, line in enumerate(lines):
        label = parse_label(line)
        title = line[label.length :] if label else line
        if len(title) <= 24 and _SECTION_LINE.fullmatch(title.strip()):
            return _until_next(lines, number + 1, label.level if label else 0)
    for number, line in enumerate(lines):
        found = _SECTION_OPENING.fullmatch(line) if len(line) < 3000 else None
        if found:
            rest = found["rest"].strip()
            return [*([rest] if rest else []), *_until_next(lines, number + 1, 0)]
    return []


def _ends(line: str) -> bool:
    """Whether a line stands behind the suggestions: a field of the card, or the leave-taking."""
    return bool(_END.fullmatch(line) or _CLOSING.fullmatch(line))


def _until_next(lines: Sequence[str], start: int, level: int) -> list[str]:
    part = []
    for line in lines[start:]:
        label = parse_label(line)
        if _ends(line) or (level and label and 0 < label.level <= level):
            break
        part.append(line)
    return part


def _listed(lines: Sequence[str]) -> tuple[Suggestion, ...]:
    """Return the items at the shallowest rung that the lines number, from 1 on."""
    labels = [parse_label(line) for line in lines]
    styles = {label.style for label in labels if label}
    best: tuple[Suggestion, ...] = ()
    for style in sorted(styles, key=lambda style: _rank(labels, style)):
        items = _gather(lines, labels, style)
        if len(items) >= 2 or (len(items) == 1 and not best):
            return items
    return best


def _rank(labels: Sequence[Label | None], style: str) -> int:
    """Order of rungs: the one that is met first is the outermost."""
    return next(n for n, label in enumerate(labels) if label and label.style == style)


def _gather(
    lines: Sequence[str], labels: Sequence[Label | None], style: str
) -> tuple[Suggestion, ...]:
    items: list[tuple[str, list[str]]] = []
    for line, label in zip(lines, labels, strict=True):
        if label and label.style == style:
            items.append((label.text, [line[label.length :]]))
        elif items and _BESIDES.match(line):
            items.append(("", [_BESIDES.sub("", line)]))
        elif items and not _ends(line):
            items[-1][1].append(line)
    return tuple(
        _suggestion(label or None, "\n".join(texts)) for label, texts in items if "".join(texts)
    )


def _points(lines: Sequence[str]) -> tuple[Suggestion, ...]:
    """Return the points told apart within running text: 一是…二是…, 1.…；2.…, 首先…其次…"""
    text = "\n".join(lines)
    for pattern in _POINTS:
        places = list(pattern.finditer(text))
        if len(places) < 2 or not _opens_list(places[0]["label"]):
            continue
        ends = [place.start() for place in places[1:]] + [len(text)]
        return tuple(
            _suggestion(_label_of(place["label"]), text[place.end() : end])
            for place, end in zip(places, ends, strict=True)
            if text[place.end() : end].strip()
        )
    return ()


def _opens_list(label: str) -> bool:
    """Whether a point is the first of its kind: a list begins with one."""
    return bool(re.search(r"一|1|①|首先", label))


def _label_of(printed: str) -> str | None:
    label = printed.rstrip("，,、：:") if printed[0] not in "0123456789" else printed
    return (
        None if label in ("首先", "其次", "再次", "再者", "然后", "此外", "另外", "最后") else label
    )


def _counted(text: str) -> tuple[Suggestion, ...]:
    """Return the list in “提出了甲；乙；丙3点建议”."""
    found = _COUNTED.search(text) or _COUNTED_AHEAD.search(text)
    if not found:
        return ()
    parts = [part.strip() for part in re.split(r"[；;]", found["list"]) if part.strip()]
    return tuple(_suggestion(None, part) for part in parts) if len(parts) >= 2 else ()


def _plain_lines(lines: Sequence[str]) -> tuple[Suggestion, ...]:
    """Return unnumbered lines that each say one thing, where the part is a list of such."""
    short = [line for line in lines if len(line) <= 80 and not re.search(r"。.", line)]
    if len(lines) >= 2 and len(short) == len(lines):
        return tuple(_suggestion(None, line) for line in lines)
    return ()


def _bare_list(lines: Sequence[str]) -> tuple[Suggestion, ...]:
    """Return the lines of a text that is nothing but short lines: a list without its numbers."""
    items = [line for line in lines if not re.search(r"(?:提案|建议|议案|。)$|[:：]", line)]
    return _plain_lines(items) if len(items) >= 2 and len(lines) - len(items) <= 3 else ()


def _split(lines: Sequence[str]) -> tuple[Suggestion, ...]:
    """Return the parts of a single sentence that lists them with ；."""
    parts = [part for part in re.split(r"[；;]", lines[0]) if part.strip()]
    if len(lines) > 1 or len(parts) < 2 or any(len(part) > 80 for part in parts):
        return ()
    return tuple(_suggestion(None, part) for part in parts)


def _advising(lines: Sequence[str], least: int = 1) -> tuple[Suggestion, ...]:
    """Return the sentences that advise: those with 建议 at the head of a clause."""
    found = []
    for line in lines:
        for sentence in re.split(r"(?<=[。；])", line):
            if _ADVISES.search(sentence):
                place = _ADVISES.search(sentence)
                assert place is not None
                found.append(_suggestion(None, sentence[place.end() :].lstrip("：:，, ")))
    kept = tuple(item for item in found if len(item.text) > 3)
    return kept if len(kept) >= least else ()


def _suggestion(label: str | None, text: str) -> Suggestion:
    """Part the suggestion itself from what explains it: its first sentence, or first clause."""
    text = _CLOSING.sub("", text.strip()).strip()
    text = _OUGHT.sub("", text)
    first, _, rest = text.partition("\n")
    found = re.match(
        r"(?P<title>[^。！？；;]{2,60}?)[。！？；;]\s*(?P<detail>.*)", first, re.DOTALL
    )
    if found:
        detail = f"{found['detail']}\n{rest}".strip()
        return Suggestion(label, found["title"].strip(), detail)
    if len(first) <= _LONGEST_TITLE:
        return Suggestion(label, first.rstrip("。；;：:，, "), rest.strip())
    return Suggestion(label, _head_clause(first), text)


def _head_clause(sentence: str) -> str:
    """Return the clauses of a long sentence that say what is asked, at most 60 characters."""
    title = ""
    for clause in re.split(r"(?<=[，,：:])", sentence):
        if title and len(title) + len(clause) > _LONGEST_TITLE:
            break
        title += clause
        if len(title) >= _SHORTEST_TITLE and not _LEADS_ON.match(clause):
            break
    return title.strip("，,：: ")[:_LONGEST_TITLE]
