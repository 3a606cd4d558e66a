"""Masking of private particulars wherever a text leaves the desk: search results, public output.

Mobile and identity numbers are shortened (``186****1228``), home addresses hidden. Office
telephones stay: they are printed for the public. Source: 个人信息保护法 (2021) art. 28 and 51;
政府信息公开条例 (2019) art. 15.
"""

from __future__ import annotations

import re

_GAP = r"[\s\u3000\-－—–]{0,2}"
_MOBILE = re.compile(rf"(?<!\d)((?:\+?86{_GAP})?1[3-9]\d){_GAP}\d{{4}}{_GAP}(\d{{4}})(?!\d)")
_IDENTITY = re.compile(r"(?<!\d)(\d{6})\d{8}(\d{3}[\dXx])(?!\d)")
_LABELLED = re.compile(
    r"((?:家庭|居住|现居住|常住|户籍|通讯|通信|邮寄|联系)(?:地\s*址|住\s*址)|(?:现\s*)?住\s*址)"
    r"(\s*[:：]\s*|\s{1,4}|为|是)(?!\*)([^\s；;，,。|\t\n]{2,80})"
)
# In running text only what names a door is an address: “家住城南片区” tells nothing of a person.
_DOOR = r"(?:\d+|[一二三四五六七八九十百]+)\s*(?:号楼|号院|号|栋|幢|单元|室|弄|组|楼)"
_LIVES = re.compile(
    rf"((?:家住|现住(?:在)?|居住(?:于|在)|住(?:于|在))\s*)([^。；;，,、\n]{{0,40}}?{_DOOR}"
    rf"(?:[^。；;，,、\n]{{0,12}}?{_DOOR})*)"
)
_HIDDEN = "******"


def mask(text: str) -> str:
    """Return ``text`` with mobile and identity numbers shortened and home addresses hidden.

    Masking twice changes nothing more.
    """
    text = _IDENTITY.sub(r"\1********\2", text)
    text = _MOBILE.sub(r"\1****\2", text)
    text = _LABELLED.sub(rf"\1\2{_HIDDEN}", text)
    return _LIVES.sub(rf"\1{_HIDDEN}", text)
