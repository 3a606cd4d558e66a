"""To whom a document is addressed: one deputy, several, a body, a unit, or all districts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from drafting.language.late import late
from drafting.language.naming.bodies import is_political_body
from drafting.language.naming.places import ANY, DISTRICTS
from drafting.language.naming.units import ends_alone, is_handling_unit
from drafting.language.numbering import han_to_int

HAN = "\u4e00-\u9fff〇\U00020000-\U0003ffff\u3400-\u4dbf"

Addressee = Literal["person", "body", "unit"]

_HOW_MANY = r"[\d一二两三四五六七八九十]{1,3}"
# The post that follows the names: 委员, 人大代表, 区政协委员. Its district alone, without 政协 or
# 人大, is no part of it but the last name's end: 王海州委员.
_POST = (
    rf"(?P<post>(?:(?P<district>全国|{ANY})?(?:政协|人大)|党(?=代表))?)"
    r"(?P<noun>委员|代表)"
)
_PERSONS = late(
    rf"(?:尊敬的\s*)?(?P<names>[{HAN}·、，,\s]{{1,160}}?)(?:的(?=各位))?"
    rf"\s*(?:[（(]?\s*等\s*(?:(?P<count>{_HOW_MANY})\s*(?:名|位|人|个)?)?\s*[）)]?"
    rf"|[（(]?共?(?P<all>{_HOW_MANY})(?:名|位|人)[）)]?)?"
    rf"\s*(?:各位|两位|三位|诸位|联名)?{_POST}(?:们|同志)?"
    rf"\s*(?:等(?P<more>{_HOW_MANY})(?:名|位|人)|[（(][^（）()]{{0,40}}[）)])?"
    r"\s*(?:[:：]|[，,]?\s*[您你]们?好\s*[:：！!。，,])\s*(?P<rest>.*)",
    re.DOTALL,
)
# Of what names a district is called, some end given names: 海州, 红旗, 建党.
_ENDS_NAMES = ("州", "省", "旗", "盟", "镇", "乡")
_LONG_SURNAMES = tuple(
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 夏侯 司徒 端木 宇文 长孙 赫连".split()
)
_PARTY_CONGRESS = late(r"党代会|党代表|党(?:员)?代表大会")
_TITLED = late(
    rf"(?:尊敬的\s*)?[{HAN}]{{0,6}}?(?P<noun>委员|代表)\s*(?P<names>[{HAN}·]{{2,15}}?)(?:同志|先生|女士)"
    r"(?:[，,]?\s*您好)?\s*[:：]\s*(?P<rest>.*)",
    re.DOTALL,
)
_BODY = late(
    rf"(?:尊敬的\s*)?(?P<names>[{HAN}（）()、，,·“”\s]{{2,80}}?)\s*[:：]\s*(?P<rest>.*)", re.DOTALL
)
_CLASS_OF_UNITS = late(
    rf"(?:部门|机构|单位|企业|社|兵团|军区|各[{DISTRICTS}]（[{DISTRICTS}街道]{{1,2}}）)$"
)
_IN_BRACKETS = late(r"(?<=.)[（(][^（）()]{1,12}[）)]$")
# 建议政府相关部门： opens what a proposal asks for, and addresses nobody.
_ASKED = late(r"(?:为此|因此|对此|故)?[，,]?(?:特|现)?(?:建议|希望|恳请|请求|呼吁|要求)")
# 甲和乙、丙: the word between two whole names, not a character of one (李和平).
_AND = rf"(?<=[{HAN}]{{2}})[并和及与](?=[{HAN}]{{2}})"
_LONGEST_BARE = 120
_OPENS_BODY = late(r"你|您|贵|现将|关于|根据|经|为|《|[^：:]{0,40}(?:收悉|提出|答复如下|意见如下)")


@dataclass(frozen=True, slots=True)
class Salutation:
    """Who is addressed. ``count`` is the number printed with 等…名; ``rest`` follows the colon."""

    names: tuple[str, ...]
    addressee: Addressee
    noun: str | None = None
    count: int | None = None
    rest: str = ""


def parse_salutation(line: str, near: str = "") -> Salutation | None:
    """Return the addressee that ``line`` opens with, or ``None``.

    ``near`` is the text that follows: only where it speaks of a party's congress is 党代表 a post,
    and no name that ends in 党.
    """
    if len(line) > 20 and not re.search("[:：好]", line[:200]):
        return None
    return _persons(line, near) or _body_or_unit(line)


def parse_without_colon(line: str, near: str) -> Salutation | None:
    """Return whom ``line`` addresses where it has lost its colon and is nothing but an address."""
    if len(line) > _LONGEST_BARE or re.search(r"[。；;！!：:《》]", line):
        return None
    found = parse_salutation(f"{line}：", near)
    return found if found and found.names else None


def _persons(line: str, near: str) -> Salutation | None:
    found = _PERSONS.match(line)
    if found and _plausible_rest(found["rest"]):
        names = _split_names(f"{found['names']}{_taken_for_post(found, near)}")
        if names or "各位" in found[0]:
            return Salutation(
                names, "person", found["noun"], _how_many(found, names), found["rest"].strip()
            )
    found = _TITLED.match(line)
    if found and _plausible_rest(found["rest"]):
        return Salutation((found["names"],), "person", found["noun"], rest=found["rest"].strip())
    return None


def _how_many(found: re.Match[str], names: tuple[str, ...]) -> int | None:
    """Return the number printed with 等; one without it counts where there are more than named.

    甲、乙两位代表 are the two.
    """
    if printed := _count(found["count"] or found["more"]):
        return printed
    counted = _count(found["all"])
    return counted if counted and counted > len(names) else None


def _taken_for_post(found: re.Match[str], near: str) -> str:
    """Return what the last name ends with though it can begin a post: 王海州政协委员.

    A name of one character is none, and a short one has room for one more.
    """
    last = re.split(r"[、，,\s]", found["names"])[-1]
    if len(last) >= (4 if last.startswith(_LONG_SURNAMES) else 3):
        return ""
    if found["post"] == "党":
        return "" if _PARTY_CONGRESS.search(near) else "党"
    return found["district"] if found["district"] in _ENDS_NAMES else ""


def _body_or_unit(line: str) -> Salutation | None:
    found = _BODY.match(line)
    if not found or not _plausible_rest(found["rest"]):
        return None
    name, rest = found["names"].strip(), found["rest"].strip()
    if re.search(r"[，,]", name):
        return None
    parts = tuple(part.strip() for part in name.split("、"))
    if is_political_body(name):
        return Salutation(parts, "body", rest=rest)
    if is_handling_unit(parts[-1]) and not name.startswith("各"):
        return Salutation(
            parts if all(map(is_handling_unit, parts)) else (name,), "unit", rest=rest
        )
    return None


def parse_recipients(line: str) -> tuple[str, ...]:
    """Return the units of a 主送机关 line (``各街道办事处，区政府各委办局：``), or ``()``.

    Classes are parted by ，; within one that has no ， the 、 parts units only where each is whole
    by itself (``各省、自治区、直辖市人民政府`` is one).
    """
    stripped = line.strip()
    if (
        not stripped.endswith(("：", ":"))
        or len(stripped) > 400
        or re.search(r"[。；！？《]", stripped)
    ):
        return ()
    names = [name.strip() for name in re.split(r"[，,]", stripped[:-1]) if name.strip()]
    if _ASKED.match(stripped):
        return ()
    if not names or not _is_governed(names[-1]) or re.search(r"如下|以下|下列", stripped):
        return ()
    if len(names) == 1:
        parts = [part.strip() for part in names[0].split("、")]
        if all(map(_is_governed, parts)):
            names = parts
    return tuple(names)


def _is_governed(name: str) -> bool:
    """Whether ``name`` is that of a unit or of a class of units, a remark in brackets behind it."""
    return any(
        ends_alone(one) or _CLASS_OF_UNITS.search(one) for one in (name, _IN_BRACKETS.sub("", name))
    )


def _plausible_rest(rest: str) -> bool:
    return not rest or bool(_OPENS_BODY.match(rest.strip()))


def _split_names(text: str) -> tuple[str, ...]:
    parts = [name for part in re.split(rf"[、，,]|{_AND}", text) for name in _by_blanks(part)]
    names = tuple(re.sub(r"(?:政协)?(?:委员|代表)$", "", part) for part in parts)
    if any(not 2 <= len(name.replace("·", "")) <= 15 for name in names):
        return ()
    return tuple(name for name in names if name not in ("各位", "诸位"))


def _by_blanks(text: str) -> list[str]:
    """Part names at blanks; a name set wide (梁 盼, 王 海 州) is one, as no character is a name."""
    pieces = text.split()
    if all(len(piece) == 1 for piece in pieces):
        return ["".join(pieces)] if pieces else []
    names: list[str] = []
    for piece in pieces:
        if names and len(piece) == len(names[-1]) == 1:
            names[-1] += piece
        else:
            names.append(piece)
    return names


def _count(text: str | None) -> int | None:
    if not text:
        return None
    text = text.replace("两", "二")
    return int(text) if text.isdigit() else han_to_int(text)
