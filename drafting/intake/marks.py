"""The other fields of a card: role, dates, 重点提案, 督办领导."""

from __future__ import annotations

import datetime as dt
import re

from drafting.intake.paper import Found, Paper
from drafting.intake.values import NOTHING
from drafting.language.days import parse_date
from drafting.language.late import late
from drafting.language.naming.units import WE, YOU
from drafting.model import Role

_WE_CO_HANDLE = late(
    rf"(?:{YOU}|{WE})[^。；\n]{{0,10}}(?:为|是|作为)[^。；\n]{{0,12}}(?:会办|协办)"
)
_KEY_LINE = late(
    r"[（(【\[☑√■]?\s*(?:[\u4e00-\u9fff]{0,6})重点(?:督办)?(?:提案|建议)(?:件)?\s*[）)】\]√☑]?"
)
_KEY_TICKED = late(
    r"(?:☑|■|√|\[x\])\s*重点(?:督办)?(?:提案|建议)?|重点(?:督办)?(?:提案|建议)?\s*(?:☑|√)"
)
_KEY_NAMED = late(r"(?:列为|确定为|作为|评为)[^。；，]{0,16}重点(?:督办)?(?:提案|建议)")
_KEY_NUMBERED = late(r"重点(?:督办)?(?:提案|建议)\s*[（(]?第\s*\w{1,12}\s*号")
_UNTICKED = late(r"[□○\s]*(?:是[□○\s/／]*否[□○\s]*)?")
_NO = late(r"^(?:否|不是|非|×|无|□\s*是\s*[☑√■]\s*否)")
_OVERSEEN = late(r"由(?P<who>[\u4e00-\u9fff、]{2,24}?)(?:同志)?(?:领衔|牵头|重点)?督办")


def date_of(paper: Paper, field: str) -> tuple[dt.date | None, Found | None]:
    """Return the day that ``field`` (``assigned``, ``due``) prints."""
    for entry in paper.values(field):
        if day := parse_date(entry.value):
            return day, Found(entry.value, ((entry.start, entry.end),))
    return None, None


def role_of(paper: Paper) -> tuple[Role, Found | None]:
    """Return 会办 where the card or its covering words say so, else 主办."""
    for entry in paper.values("role"):
        if re.search(r"会办|协办", entry.value):
            return "会办", Found(entry.value, ((entry.start, entry.end),))
        if re.search(r"主办|独办|分办|单办", entry.value):
            return "主办", Found(entry.value, ((entry.start, entry.end),))
    if told := _WE_CO_HANDLE.search(paper.text):
        return "会办", Found(told[0], (told.span(),), "推测", "见正文")
    return "主办", None


def key_of(paper: Paper) -> tuple[bool, Found | None]:
    """Return whether it is 重点提案 (重点督办建议): by a field, a ticked box, a line of its own."""
    for entry in paper.values("key"):
        place = ((entry.start, entry.end),)
        if _NO.match(entry.value) or entry.value in NOTHING:
            return False, Found(entry.value, place)
        if not _UNTICKED.fullmatch(entry.value):
            return True, Found(entry.value, place)
    if ticked := _KEY_TICKED.search(paper.text) or _KEY_NUMBERED.search(paper.text):
        return True, Found(ticked[0], (ticked.span(),))
    for line in paper.head:
        if _KEY_LINE.fullmatch(line.text):
            return True, Found(line.text, (line.span,), "推测", "见标题上下文字")
    for line in paper.opening:
        if named := _KEY_NAMED.search(line.text):
            start = line.start + named.start()
            return True, Found(named[0], ((start, start + len(named[0])),), "推测", "见正文")
    return False, None


def overseer_of(paper: Paper) -> Found | None:
    """Return the leader who oversees the handling (督办领导), with the post as printed."""
    for entry in paper.values("overseer"):
        if entry.value not in NOTHING and 2 <= len(entry.value) <= 40:
            return Found(entry.value, ((entry.start, entry.end),))
    for line in paper.opening:
        if told := _OVERSEEN.search(line.text):
            start = line.start + told.start("who")
            return Found(told["who"], ((start, start + len(told["who"])),), "推测", "见正文")
    return None
