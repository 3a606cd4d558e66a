"""The shapes that the value of each field may have where no label precedes it."""

from __future__ import annotations

import re

from drafting.language import sessions
from drafting.language.days import parse_date
from drafting.language.naming import names
from drafting.language.naming.bodies import is_political_body
from drafting.language.naming.units import is_handling_unit

_BREAK = re.compile(r"[、，,；;。\s]+")
_BRACKETS = re.compile(r"[（(][^（）()]*[）)]|[\d*－—-]{7,}")
_TITLE_END = re.compile(r"(?:提案|建议案?|议案|建议书)[》”]?$")
_LONGEST_SUBJECT = 100
_UNIT = re.compile(r"[\u4e00-\u9fff（）()]{2,24}")
_ROLE = re.compile(r"主办|会办|协办|承办|牵头|分办|独办|配合")
_NO_BODY = re.compile(r"[。：:]|记者|报社?$|公众号|微信|转自|个人|号|办理|并案|提案$|网$|客户端")
NOTHING = frozenset(("无", "—", "-", "——", "/", "暂无", "没有", "空", "未填", "略", "待定", "无。"))
"""What says that a field is empty."""


def persons_of(text: str) -> list[str] | None:
    """Return the names that ``text`` consists of, or ``None`` where it says anything else."""
    parts = [part for part in _BREAK.split(_BRACKETS.sub(" ", text)) if part]
    bare = [re.sub(r"(?:委员|代表|同志)$", "", part) for part in _joined(parts)]
    if not bare or not all(names.is_person(one) or is_body(one) for one in bare):
        return None
    return bare


def _joined(parts: list[str]) -> list[str]:
    """Close up names set wide: 赵 历 between names of two and more characters."""
    joined: list[str] = []
    open_name = False
    for part in parts:
        if len(part) == 1 and open_name and len(joined[-1]) < 3:
            joined[-1] += part
            open_name = len(joined[-1]) < 2
            continue
        joined.append(part)
        open_name = len(part) == 1
    return joined


def is_body(name: str) -> bool:
    """Whether ``name`` is a body that proposes and no sentence about one."""
    return 2 < len(name) <= 30 and is_political_body(name) and not _NO_BODY.search(name)


def units_of(text: str) -> list[str] | None:
    """Return the units that ``text`` consists of, or ``None`` where it says anything else."""
    parts = [part for part in _BREAK.split(text) if part]
    if not parts or not all(_UNIT.fullmatch(part) for part in parts):
        return None
    units = [part for part in parts if is_handling_unit(_ROLE.sub("", part).strip("（）()"))]
    return parts if len(units) == len(parts) else None


def fits(field: str, text: str) -> bool:
    """Whether ``text`` can be the value of ``field`` though it stands apart from its label."""
    text = text.strip()
    if field in ("proposers", "joint", "seconding"):
        return persons_of(text) is not None
    if field in ("lead", "co_units"):
        return units_of(text) is not None
    if field == "subject":
        return 4 <= len(text) <= _LONGEST_SUBJECT and not re.search(r"[。；;|｜]|[:：]$", text)
    if field == "session":
        return bool(sessions.find_sessions(text) or sessions.find_bare_session(text))
    if field == "item_no":
        return bool(
            re.fullmatch(r"(?:第\s*)?[0-9A-Za-z][0-9A-Za-z\-—〔〕\[\]（）()]{0,16}\s*号?", text)
        )
    if field in ("assigned", "due"):
        return parse_date(text) is not None and len(text) < 30
    if field == "phone":
        return bool(re.fullmatch(r"[\d\s\-—－*()（）]{5,30}", text))
    return 0 < len(text) <= 30 and not re.search("[。；;：:]", text)


def goes_on(field: str, value: str, line: str) -> bool:
    """Whether ``line`` below goes on with ``value`` of ``field``: wrapped names, a broken title."""
    if field in ("proposers", "joint", "seconding"):
        return bool(value) and persons_of(line) is not None
    if field in ("lead", "co_units"):
        return value.endswith(("、", "，", ",")) and units_of(line) is not None
    if field != "subject" or not value or _TITLE_END.search(value):
        return False
    whole = value + line
    return (
        len(whole) <= _LONGEST_SUBJECT
        and not re.search("[。；;：:]", whole)
        and bool(_TITLE_END.search(line) and (value.startswith("关于") or len(line) < 12))
    )
