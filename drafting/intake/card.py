"""The card of a proposal: the fields that systems of different places print above its text.

Fields come one a line, several on a line, or in the cells of a table; names as in the domain's
2.19. What a field holds is returned as printed; :mod:`drafting.intake.taking` makes nouns of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from drafting.model import Document
from drafting.reading.fields import is_date_line
from drafting.reading.organs import is_political_body

_NAMES = {
    "subject": r"案\s*由|提案题目|提案标题|建议标题|标题|题目|提案名称|建议名称",
    "session": r"届\s*次|会议届次|会议名称|届别",
    "item_no": r"(?:提案|建议|议案)(?:编\s*号|案\s*号|号)|编\s*号|案\s*号",
    "proposers": r"(?:第一)?提案(?:者|人|单位)|建议人|领衔(?:代表|委员|人)|提出(?:人|者)|代表姓名"
    r"|委员姓名|提案委员|集体提案单位|提交人|提案方|代表|委员",
    "co_proposers": r"(?:联名|附议|附名)(?:人|者|代表|委员|提案人)?",
    "lead": r"主办(?:单位|部门)?(?:[（(]分办[）)])?|承办(?:单位|部门)?|牵头(?:单位)?"
    r"|办理单位|独办单位",
    "co_units": r"(?:会|协)办(?:单位|部门)?|会同办理单位",
    "assigned": r"交办(?:日期|时间)",
    "due": r"(?:办理|答复|办复)?(?:期限|时限|截止(?:日期|时间))",
    "role": r"办理(?:类型|方式|角色)|承办类型",
}


def _spaced(pattern: str) -> str:
    """Let blanks stand between the characters of a name, as they do to make names equally wide."""
    return re.sub(r"(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff(])", r"\\s*", pattern)


_FIELD = "|".join(rf"(?P<{name}>{_spaced(pattern)})" for name, pattern in _NAMES.items())
# A name that is none of ours (联系电话, 通讯地址, 界别 …) still ends the value before it.
_OTHER = r"(?P<other>[\u4e00-\u9fff]\s{0,4}[\u4e00-\u9fff]{1,7})"
_AT = re.compile(rf"(?:^|(?<=[\s|｜；;：:]))[【\[]?(?:{_FIELD}|{_OTHER})[】\]]?\s*[:：]\s*")
_CELL = re.compile(rf"[【\[]?(?:{_FIELD})[】\]]?\s*[:：]?")
# A form whose names are set wide and have no colon: 题 目 关于…的建议; 提案号 031.
_SET_OFF = re.compile(
    r"(?:(?P<subject>题\s+目|案\s+由|标\s+题)\s+(?=关于)|(?P<item_no>(?:提案|建议)(?:编\s?号|案\s?号|号))\s+(?=\d))"
    r"(?P<value>\S.*)"
)
# 案由 that runs into sentences is the reason, as some forms have it, and names no subject.
_REASON = re.compile(r"[。；;]|[:：]$")
_LONGEST_SUBJECT = 100
_LONGEST_LINE = 400
_HEAD_LINES = 6
_SIGNATURE = re.compile(r"[（(]?[\u4e00-\u9fff]{4,24}[）)]?")
_SIGNER = re.compile(r"[\u4e00-\u9fff·]{2,4}")
_SESSION = re.compile(r"会议|提案$|建议$|议案$|^关于|第.{1,5}[届次]")
_PERSON_LINE = re.compile(
    r"[（(]?(?:(?:政协)?委员|(?:人大)?代表)?[:：]?(?P<name>[\u4e00-\u9fff·]{2,4})(?:委员|代表)[）)]?"
    r"|[（(]?(?:政协委员|人大代表)[:：]?(?P<named>[\u4e00-\u9fff·]{2,4})[）)]?"
)
_NOTHING = frozenset(("无", "—", "-", "/", "暂无", "没有"))


def read_card(document: Document) -> dict[str, str]:
    """Return the card's fields by name (``subject``, ``session``, ``item_no``, ``proposers`` …).

    The first field of a name counts; a field that says 无 counts as none. A body that signs under
    the title, as parties do, is the proposer where no field names one.
    """
    card: dict[str, str] = {}
    fields = (
        *_of_tables(document),
        *_of_lines(document),
        *_under_the_title(document),
        *_signed_below(document),
    )
    for name, value in fields:
        value = value.strip(" |｜；;")
        if name == "subject" and (_REASON.search(value) or len(value) > _LONGEST_SUBJECT):
            continue
        if value and value not in _NOTHING:
            card.setdefault(name, value)
    return card


def _of_tables(document: Document) -> Iterator[tuple[str, str]]:
    """Yield field and value of neighbouring cells: 提案者 ｜ 陈某 ｜ 主办单位 ｜ 区城管局."""
    for block in document.body:
        for row in block.rows:
            yield from _of_row(row)


def _of_row(row: Sequence[str]) -> Iterator[tuple[str, str]]:
    for key, value in pairwise(row):
        found = _CELL.fullmatch(re.sub(r"\s+", "", key))
        if found and not _CELL.fullmatch(re.sub(r"\s+", "", value)):
            yield _name(found), value.replace("\n", "、")


def _of_lines(document: Document) -> Iterator[tuple[str, str]]:
    lines = document.text.split("\n")
    for above, line in pairwise(("", *lines)):
        alone = _CELL.fullmatch(re.sub(r"[\s:：]+", "", above)) if len(above) < 20 else None
        if alone and len(line) < _LONGEST_LINE and not _AT.match(line):
            yield _name(alone), line
        if len(line) > _LONGEST_LINE:
            continue
        if found := _SET_OFF.fullmatch(line):
            yield ("subject" if found["subject"] else "item_no"), found["value"]
            continue
        if re.search(r"[|｜]", line):
            yield from _of_row([cell.strip() for cell in re.split(r"[|｜]", line)])
            continue
        places = list(_AT.finditer(line))
        if not places or places[0].start() > 0 or places[0]["other"]:
            continue
        ends = [place.start() for place in places[1:]] + [len(line)]
        for place, end in zip(places, ends, strict=True):
            if not place["other"]:
                yield _name(place), line[place.end() : end]


def _under_the_title(document: Document) -> Iterator[tuple[str, str]]:
    for line in document.text.split("\n")[1:_HEAD_LINES]:
        line = re.sub(r"\s+", "", line)
        signed = is_political_body(line) and _SIGNATURE.fullmatch(line)
        if signed and not _SESSION.search(line):
            yield "proposers", line
        elif (person := _PERSON_LINE.fullmatch(line)) is not None:
            yield "proposers", person["name"] or person["named"]


def _signed_below(document: Document) -> Iterator[tuple[str, str]]:
    """Yield who signs above the date that the text ends with, as letters to a 政协 are signed."""
    lines = document.text.split("\n")
    if len(lines) > 2 and is_date_line(lines[-1]):
        name = re.sub(r"\s+", "", lines[-2])
        if _SIGNER.fullmatch(name) or (is_political_body(name) and _SIGNATURE.fullmatch(name)):
            yield "proposers", name


def _name(found: re.Match[str]) -> str:
    return next(name for name in _NAMES if found[name])
