"""Bodies that make proposals, and those that join them: parties, federations, sectors, committees.

Who handles proposals: :mod:`.units`. Source: domain notes 2.3 (who proposes).
"""

from __future__ import annotations

from drafting.language.late import late
from drafting.language.naming.places import COUNTIES

PARTIES = "民革|民盟|民建|民进|农工党?|致公党?|九三(?:学社)?|台盟"
"""The parties of 政协 as they are called for short."""

# 人民盟, 人民建 and 人民进 are pieces of other words, 农工部 and 农工委 are units of the party.
_PARTY_IN_TEXT = r"民革|(?<!人)民盟|(?<!人)民建|(?<!人)民进|农工(?!部|办|委)|致公|九三|台盟|党派"
_POLITICAL_BODY = late(
    rf"政协|人大|{_PARTY_IN_TEXT}|工商联|界(?:别|$)|总支|支部|妇联|团委|工会|科协|侨联|台联|青联|提案|专委会"
    r"|代表团|小组|社会和法制|学联|商会|协会|联合会"
)
# 张家界市教育局 and 人民建设路街道 hold a party's or a sector's name, and are neither.
_OF_GOVERNMENT = late(
    r"(?:[局厅署院镇乡]|人民政府|办事处|街道|公司|中心|学校|[中小大]学|[总支大中]队|[开新园]\w?区)$"
)
_BODY_END = late(
    rf"(?:{PARTIES}|委员会|常委会|党组|总支|支部|[{COUNTIES}]委|工委|界"
    r"|(?:工商|妇|残|文|侨|台|青|学|社科)联|联合会|工会|团委|科协|商会|协会|学会|代表团)$"
)
_PARTY = late(rf"{PARTIES}|总支|支部")


def is_political_body(name: str) -> bool:
    """Whether ``name`` is a body that makes proposals: a party, a committee of the 政协 …"""
    return bool(_POLITICAL_BODY.search(name)) and not _OF_GOVERNMENT.search(name)


def ends_as_body(name: str) -> bool:
    """Whether ``name`` ends as those of bodies that are addressed do: 民盟青岚区总支, 经济界."""
    return bool(_BODY_END.search(name))


def is_party(name: str) -> bool:
    """Whether ``name`` is a party's or one of its branches'."""
    return bool(_PARTY.search(name))
