"""Masks personal particulars in text that leaves the office: search results, public output.

Mobile and identity numbers are shortened (``186****1228``), home addresses hidden. Office
telephones stay: they are printed for the public. Source: 个人信息保护法 (2021) art. 28 and 51;
政府信息公开条例 (2019) art. 15.
"""

from __future__ import annotations

from drafting.language.late import late

_GAP = r"[\s\u3000\-－—–]{0,2}"
_HEAD = r"[1１][3-9３-９]\d"
# Eleven figures that count money or area are no telephone.
_NO_SUM = r"(?!\d|[.．]\d|\s*(?:元|万|亿|美元|平方|立方|千瓦|吨|公斤|㎡))"
_MOBILE = late(
    rf"(?<!\d)((?:[+＋]?[8８][6６]{_GAP})?{_HEAD})"
    rf"(?:{_GAP}\d{{4}}{_GAP}|[.．·]\d{{4}}[.．·]|[\s\-－]\d{{3}}[\s\-－]\d)(\d{{4}}){_NO_SUM}"
)
_IDENTITY = late(
    rf"(?<!\d)(\d{{6}}){_GAP}(?:[12１２]\d{{3}}{_GAP}\d\d{_GAP}\d\d){_GAP}(\d{{3}}[\dXxＸｘ])(?!\d)"
)
# Those of before 1999 have fifteen figures, as many another number has.
_OLD_IDENTITY = late(r"(身\s*份\s*证[^\d\n]{0,8}\d{6})\d{6}(\d{3})(?!\d)")
_ADDRESS = r"地\s*址|住\s*址"
_OF_WHOM = (
    r"家\s*庭|居\s*住|现\s*居\s*住|常\s*住|户\s*籍|通\s*讯|通\s*信|邮\s*寄|联\s*系|个\s*人|本\s*人"
    r"|提\s*案\s*[人者]|委\s*员|代\s*表|邮\s*编\s*[及和、/]?"
)
_PART = r"[^\s；;，,。|\t\n]"
_LABELLED = late(
    rf"((?:{_OF_WHOM})\s*(?:{_ADDRESS})|(?:现\s*)?住\s*址)"
    rf"(\s*[:：]\s*|\s{{1,4}}|为|是)(?!\*)"
    # What stands apart but ends as an address does goes on with it.
    rf"({_PART}{{2,80}}"
    r"(?:[ \u3000]{1,2}[^\s；;，,。|:：\n]{0,30}[路街巷道号栋幢室楼组村弄元](?!\S))*)"
)
# In running text only what names a door is an address: “家住城南片区” tells nothing of a person.
_DOOR = r"(?:\d+|[一二三四五六七八九十百]+)\s*(?:号楼|号院|号|栋|幢|单元|室|弄|组|楼)"
_LIVES = late(
    rf"((?:家住|家在|我住|现住(?:在)?|居住(?:于|在)|住(?:于|在)"
    rf"|(?:(?<=[，,；;、（(\s])|^)住(?![宅房院户址建所]))\s*)([^。；;，,、\n]{{0,40}}?{_DOOR}"
    rf"(?:[^。；;，,、\n]{{0,12}}?{_DOOR})*)"
)
_HIDDEN = "******"


def mask(text: str) -> str:
    """Return ``text`` with mobile and identity numbers shortened and home addresses hidden.

    Masking twice changes nothing more.
    """
    text = _IDENTITY.sub(r"\1********\2", text)
    text = _OLD_IDENTITY.sub(r"\1******\2", text)
    text = _MOBILE.sub(r"\1****\2", text)
    text = _LABELLED.sub(rf"\1\2{_HIDDEN}", text)
    return _LIVES.sub(rf"\1{_HIDDEN}", text)
