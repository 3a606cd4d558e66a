"""What the columns of an assigning office's ledger (交办表) hold, told by their names."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

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

_BRACKETS = re.compile(r"\s+|[（(\[][^（）()\[\]]*[）)\]]|[:：*＊]")
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
    return next((names[name][0] for name in tried if name in names), "")


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
    return min(ranks, default=99)


@lru_cache(maxsize=1)
def _names() -> dict[str, tuple[str, int]]:
    table = tomllib.loads(Path(__file__).with_name("columns.toml").read_text("utf-8"))
    return {name: (key, rank) for key, names in table.items() for rank, name in enumerate(names)}
