"""What the columns of an assigning office's ledger (交办表) hold, told by their names."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from drafting.language.late import late
from drafting.language.naming.units import RUNNING

LABELS: Mapping[str, str] = {
    "item_no": "案号",
    "subject": "案由",
    "proposers": "提案者（领衔代表）",
    "co_proposers": "联名人",
    "seconders": "附议人",
    "sector": "界别",
    "delegation": "代表团",
    "phone": "提案者电话",
    "address": "提案者单位、地址",
    "lead": "主办单位",
    "co_units": "会办单位",
    "role": "承办类型（主办、会办）",
    "assigned": "交办日期",
    "due": "办理期限",
    "session": "届次",
    "matter": "提案或建议",
    "category": "类别",
    "key": "重点提案",
    "overseer": "督办领导",
    "merged": "并案号",
    "text": "正文",
    "file": "正文的文件名",
    "secrecy": "密级",
}
"""The keys that a column may have, with what a page calls them."""

NEEDED = ("subject", "item_no")
"""One of these a ledger must have: without both no line says which item it is."""

NO_COLUMNS = "台账里没有“案由”或“案号”一列，认不出是哪些提案。请指定各列，或者换一份台账。"

JOINED = frozenset({"proposers", "co_proposers", "seconders", "co_units", "merged"})
"""Keys of which a row may have several values."""

_BRACKETS = late(r"\s+|[（(\[][^（）()\[\]]*[）)\]]|[:：*＊]")
# Names that no list holds, by what they cannot do without; the first that fits has it.
_LIKE: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (key, re.compile(pattern))
    for key, pattern in (
        ("phone", r"电话|手机"),
        ("overseer", r"(?:督办|领办|包案).*领导|领导.*(?:督办|领办|包案)"),
        ("key", r"重点"),
        ("seconders", r"附议"),
        ("co_proposers", r"联名|联署|共同提"),
        ("sector", r"界别"),
        ("delegation", r"代表团"),
        ("due", r"期限|时限|截止|限期|(?:办复|办结|答复)前"),
        ("assigned", r"(?:交办|分办|下达|转办).*(?:日期|时间)"),
        ("co_units", r"^(?!.*主办).*(?:会办|协办|配合)"),
        ("lead", r"(?:主办|承办|牵头|办理|责任).*(?:单位|部门)"),
        ("session", r"届次|会议名称"),
        ("merged", r"并案"),
        ("item_no", r"案号|(?:提案|建议|议案).{0,4}(?:编号|号)$"),
        ("subject", r"案由|(?:提案|建议|议案).{0,4}(?:题目|标题|名称)"),
        ("proposers", r"(?:提案|建议|领衔|提出).{0,3}(?:人|者|代表|委员)(?!.*(?:单位|职务|地址))"),
    )
)
_LIKE_RANK = 90
_SAYS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (key, re.compile(pattern))
    for key, pattern in (
        ("subject", r"《?关于.{3,}|.{6,}(?:提案|建议|议案)》?"),
        ("item_no", r"第[0-9A-Za-z-]{1,10}号|(?:提案|建议)[0-9]{1,6}号?"),
        ("lead", rf"[\u4e00-\u9fff]{{2,16}}(?:{RUNNING}|办|大队|支队)"),
        ("session", r".*届.*次会议"),
        (
            "proposers",
            r"[\u4e00-\u9fff·]{2,4}(?:委员|代表|等\d*人?)?(?:[、，,][\u4e00-\u9fff·]{2,4})*",
        ),
    )
)
"""What cells say that hold one key and hardly another."""

_GENERAL = frozenset({"名称", "单位", "姓名", "单位名称", "部门", "日期", "时间", "编号"})
"""Names below another one that say nothing by themselves: 主办单位 over 名称."""


def bare(name: str) -> str:
    """Return a column's name as it is compared."""
    return _BRACKETS.sub("", unicodedata.normalize("NFKC", name))


def key_of(parts: Sequence[str]) -> str:
    """Return the key of a column by the names above it, the uppermost first; "" where unknown."""
    names = _names()
    cleaned = [bare(part) for part in parts if bare(part)]
    whole = "".join(cleaned)
    tried = [whole, *reversed(cleaned)]
    if len(cleaned) > 1 and cleaned[-1] in _GENERAL:
        tried = [whole, *cleaned[:-1]]
    known = next((names[name][0] for name in tried if name in names), "")
    return known or next((key for key, pattern in _LIKE if pattern.search(whole)), "")


def guess_of(samples: Sequence[str]) -> str:
    """Return what a column may hold by what its first rows say; "" where nothing suggests any."""
    said = [re.sub(r"\s+", "", one) for one in samples if one.strip()]
    if not said:
        return ""
    return next((key for key, pattern in _SAYS if all(pattern.fullmatch(one) for one in said)), "")


def may_name(cell: str) -> bool:
    """Return whether a cell is a column's name, or a part of one (单位, below 主办)."""
    return bool(key_of((cell,))) or bare(cell) in _GENERAL


def keys_of(head: Sequence[Sequence[str]], own: Mapping[str, str]) -> tuple[str, ...]:
    """Return the key of each column of a head; "" for a column that is left out.

    ``own`` maps the printed names (:func:`printed`) to keys and goes before the names known. A
    key that is one value goes to one column only: where two claim it, to the surer name.
    """
    keys = [own.get(printed(parts), key_of(parts)) for parts in head]
    for key in set(keys) - JOINED - {""}:
        claimed = [place for place, one in enumerate(keys) if one == key]
        claimed.sort(key=lambda place: (printed(head[place]) not in own, _rank(head[place])))
        for place in claimed[1:]:
            keys[place] = ""
    return tuple(keys)


def printed(parts: Sequence[str]) -> str:
    """Return a column's name as one line: 办理单位·主办."""
    lines = [re.sub(r"\s+", "", part) for part in parts]
    return "·".join(dict.fromkeys(line for line in lines if line))


def _rank(parts: Sequence[str]) -> int:
    names = _names()
    ranks = [names[bare(part)][1] for part in parts if bare(part) in names]
    return min(ranks, default=_LIKE_RANK)


@lru_cache(maxsize=1)
def _names() -> dict[str, tuple[str, int]]:
    table = tomllib.loads(Path(__file__).with_name("columns.toml").read_text("utf-8"))
    return {name: (key, rank) for key, names in table.items() for rank, name in enumerate(names)}
