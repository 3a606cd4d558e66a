"""Parsers for a ledger's cells: numbers of items, days, names, units, yes and no."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence

from drafting.language.days import parse_date
from drafting.language.naming.bodies import is_political_body
from drafting.language.numbering import han_to_int
from drafting.model import ItemKind, Role
from drafting.reading.sheets.rows import excel_day

_NUMBER = re.compile(r"(?:第\s*)?([0-9A-Za-z]+(?:[-—－][0-9A-Za-z]+)*)(?:\.0+)?\s*号?")
_PREFIX = re.compile(r"^(?:提案|建议|议案|案号|编号)[:：]?\s*")
_COMPACT_DAY = re.compile(r"(?:19|20)\d{6}")
_MONTH_DAY = re.compile(r"(\d{1,2})\s*月\s*(\d{1,2})\s*日?|(\d{1,2})[./-](\d{1,2})")
_BREAK = re.compile(r"[、，,；;/\n]+|(?<=[^\s]{2})\s+(?=[^\s]{2})")
_MORE = re.compile(r"等\s*(\d*)\s*[人名位]?(?:委员|代表)?$")
_TITLE = re.compile(r"(?:委员|代表|同志)$")
_BRACKETED = re.compile(r"[（(]([^（）()]*)[）)]")
_PHONE = re.compile(r"[\d*－—-]{7,}")
_NO = re.compile(r"^(?:否|不是|非|无|×|✗|x|X|N|n|no|No|—|－|-|/|0)$")
_NOTHING = frozenset(("无", "—", "－", "-", "--", "——", "/", "暂无", "没有", "空"))
_TERM = re.compile(r"第?([一二三四五六七八九十百零〇\d]{1,4})届")
_MEETING = re.compile(r"第?([一二三四五六七八九十百零〇\d]{1,4})次")
_CONGRESS = re.compile(r"人大|人民代表大会|人代会")
_FRAME = re.compile(r"^关于|的?(?:集体提案|提案|建议案|建议|议案)$")


def said(cell: str) -> str:
    """Return what a cell says, on one line; "" where it only says that there is nothing."""
    line = re.sub(r"\s+", " ", cell).strip()
    return "" if line in _NOTHING else line


def item_no(cell: str) -> str:
    """Return an item's number as printed, without 第…号 and what Excel added (``118.0``)."""
    text = _PREFIX.sub("", unicodedata.normalize("NFKC", said(cell)))
    found = _NUMBER.fullmatch(text)
    return found[1] if found else re.sub(r"^第|号$|\s", "", text)


def number_key(number: str) -> str:
    """Return the form by which numbers are compared: 0118 and 118 are one."""
    text = unicodedata.normalize("NFKC", number).upper().strip()
    return re.sub(r"(?<!\d)0+(?=\d)", "", text)


def day(cell: str, year: int | None = None) -> dt.date | None:
    """Return the day that a cell says, in whatever way; ``year`` is meant where none is said."""
    text = unicodedata.normalize("NFKC", said(cell))
    if _COMPACT_DAY.fullmatch(text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    text = re.sub(r"\.0+$", "", text)
    found = parse_date(text) or excel_day(text)
    if found or year is None:
        return found
    part = _MONTH_DAY.match(text)
    if not part:
        return None
    month, number = (int(one) for one in (part[1] or part[3], part[2] or part[4]))
    try:
        return dt.date(year, month, number)
    except ValueError:
        return None


def names(cell: str) -> tuple[str, ...]:
    """Return the persons and bodies that a cell lists, none twice.

    Of 甲等5人 the name is 甲等5名: who else it is the cell does not say.
    """
    text = _PHONE.sub(" ", _BRACKETED.sub(" ", cell)).strip()
    more = _MORE.search(text)
    parts = [re.sub(r"[ \u3000]+", " ", part).strip() for part in _BREAK.split(text)]
    found = []
    for part in filter(None, map(said, parts)):
        # 王 磊 is set as wide as names of three.
        name = without_more(re.sub(r"\s+", "", part))
        found.append(name if is_political_body(name) else _TITLE.sub("", name))
    found = list(dict.fromkeys(filter(None, found)))
    if more and more[1] and found and int(more[1]) > len(found):
        found[-1] += f"等{int(more[1])}名"
    return tuple(found)


def without_more(name: str) -> str:
    """Return a name without 等5人 behind it."""
    return _MORE.sub("", name)


def bracketed(cell: str) -> str:
    """Return what stands in brackets behind a single name: its sector, or its delegation."""
    inner = _BRACKETED.findall(cell)
    return re.sub(r"\s+", "", inner[0]) if len(inner) == 1 else ""


def units(cell: str) -> tuple[str, ...]:
    """Return the units that a cell lists."""
    parts = re.split(r"[、，,；;/\n\s]+", cell)
    return tuple(dict.fromkeys(part for part in map(said, parts) if part))


def numbers(cell: str) -> tuple[str, ...]:
    """Return the numbers of items that a cell lists (并案)."""
    found = re.findall(r"[0-9A-Za-z]+(?:[-—][0-9]+)*", unicodedata.normalize("NFKC", said(cell)))
    return tuple(dict.fromkeys(found))


def is_said(cell: str) -> bool:
    """Return whether a cell says yes: any mark or word that does not say no (是, √, 重点)."""
    text = said(cell)
    return bool(text) and not _NO.match(text)


def role(text: str) -> Role | None:
    """Return the role that a cell or heading names, ``None`` where it names none or both."""
    co_handles, leads = re.search(r"会办|协办", text), re.search(r"主办|分办|独办|单办|承办", text)
    if bool(co_handles) == bool(leads):
        return None
    return "会办" if co_handles else "主办"


def item_kind(texts: Sequence[str]) -> ItemKind | None:
    """Return of which kind an item is by the first of ``texts`` that says so."""
    for text in texts:
        deputy = re.search(r"人大|代表建议|建议、批评|领衔代表|代表团|建议(?:号|编号|人)", text)
        proposal = re.search(r"政协|提案", text)
        if bool(deputy) != bool(proposal):
            return "建议" if deputy else "提案"
    return None


def session_key(session: str | None) -> tuple[bool, int, int] | None:
    """Return (人大?, 届, 次), by which sessions are compared; ``None`` where one is not said."""
    text = re.sub(r"\s+", "", session or "")
    term, meeting = _TERM.search(text), _MEETING.search(text)
    if not term or not meeting:
        return None
    counted = [_count(one[1]) for one in (term, meeting)]
    if None in counted:
        return None
    return bool(_CONGRESS.search(text)), counted[0] or 0, counted[1] or 0


def _count(text: str) -> int | None:
    return int(text) if text.isdigit() else han_to_int(text)


def subject_key(subject: str | None) -> str:
    """Return the form by which subjects are compared: without frame, marks and blanks."""
    text = re.sub(r"\W+", "", unicodedata.normalize("NFKC", subject or ""))
    before = ""
    while before != text:
        before, text = text, _FRAME.sub("", text)
    return text
