"""Who answers for a measure: units by role, in a line of their own, in brackets, at the end."""

from __future__ import annotations

import re
from collections.abc import Sequence

from drafting.language.late import late
from drafting.language.naming.places import COUNTIES
from drafting.papers.letters.tail import split_units

# 指导单位 advises and answers for nothing, so it is recognised and left out of the three lists.
_ROLES = (
    ("lead", r"牵头(?:责任)?(?:部门|单位)|主责(?:部门|单位)|主办(?:部门|单位)"),
    ("supporting", r"(?:配合|协助|协同|参与|协办)(?:部门|单位)"),
    ("", r"(?:指导|监督|考核)(?:部门|单位)"),
    ("responsible", r"责任(?:部门|单位|主体)|落实(?:部门|单位)"),
)
_ROLE = late("|".join(rf"(?P<r{n}>{pattern})" for n, (_, pattern) in enumerate(_ROLES)))
_UNITS_LINE = late(rf"[（(]?(?:{_ROLE.pattern})\s*[:：].*", re.DOTALL)
_UNITS_IN_BRACKETS = late(
    rf"[（(〔［](?P<units>(?:{_ROLE.pattern})[:：][^（）()]*(?:[（(][^（）()]*[）)][^（）()]*)*)[）)〕］]\s*。?\s*$"
)
# The same without brackets, behind the last sentence: …。牵头单位：甲 责任单位：乙
_UNITS_AT_END = late(
    rf"(?<=[。；])\s*(?P<units>(?:{_ROLE.pattern})\s*[:：][^。；]{{2,200}})[。；]?\s*$"
)
_BY_DUTY = late(
    r"[（(](?P<units>[^（）()。]{2,200}?)(?:等)?(?P<duty>按照?(?:各自)?职责(?:分工)?负责"
    r"|(?:分别|共同)?负责|牵头|(?:等)?(?:配合|参与|参加))[）)]\s*。?\s*$"
)
# 责任单位：甲局（乙局配合）
_HELPED_BY = late(r"[（(](?P<units>[^（）()]{2,80}?)等?(?:配合|参与|参加|协助)[）)]\s*$")
# What a bracket says of the time stands behind its units.
_TIME = late(r"[，,；;]?\s*(?:完成|办理)?(?:时限|期限|时间|进度)(?:要求)?\s*[:：]")
# 甲厅等有关部门和各市人民政府: three names, not one.
_AND_OTHERS = late(rf"等(?=[{COUNTIES}]?(?:有关|相关|各)(?:部门|单位))|(?<=部门|单位)和(?=各)")
_LED_BY = late(r"(?P<lead>[^，,；]{2,80}?)(?:牵头|会同)[，,、]?(?P<rest>.*)")


Units = dict[str, list[str]]
"""Names of units by role: ``lead``, ``responsible``, ``supporting``."""


def units_of(paragraphs: Sequence[str]) -> Units:
    """Return the units that the paragraphs of a measure name, by role, in the order printed."""
    units: Units = {"lead": [], "responsible": [], "supporting": []}
    for text in paragraphs:
        if _UNITS_LINE.fullmatch(text):
            _take_roles(text[1:].rstrip("）)") if text[0] in "（(" else text, units)
        elif found := _UNITS_IN_BRACKETS.search(text[-400:]) or _UNITS_AT_END.search(text[-400:]):
            _take_roles(found["units"], units)
        elif found := _BY_DUTY.search(text[-400:]):
            _take_duty(found["units"], found["duty"], units)
    return units


def is_units_line(text: str) -> bool:
    """Whether ``text`` does nothing but name units by role."""
    return bool(_UNITS_LINE.fullmatch(text))


def without_units(title: str) -> str:
    """Return a heading without the bracket that names who leads: 强化创新（区科技局牵头）."""
    found = _UNITS_IN_BRACKETS.search(title) or _BY_DUTY.search(title)
    return title[: found.start()].rstrip() if found and found.start() else title


def _take_roles(text: str, units: Units) -> None:
    places = [
        place for place in _ROLE.finditer(text) if text[place.end() :].lstrip()[:1] in ("：", ":")
    ]
    ends = [*(place.start() for place in places[1:]), len(text)][: len(places)]
    for place, end in zip(places, ends, strict=True):
        role = next(_ROLES[int(name[1:])][0] for name, value in place.groupdict().items() if value)
        if role:
            named = _TIME.split(text[place.end() : end].lstrip("：: "), maxsplit=1)[0]
            if helped := _HELPED_BY.search(named):
                units["supporting"] += _split_all(helped["units"])
                named = named[: helped.start()]
            units[role] += _split_all(named)


def _take_duty(text: str, duty: str, units: Units) -> None:
    found = _LED_BY.fullmatch(text)
    if found:
        units["lead"] += _split_all(found["lead"])
        units["supporting"] += _split_all(re.sub(r"(?:等)?(?:配合|参与|参加)$", "", found["rest"]))
    else:
        units["lead" if duty == "牵头" else "responsible"] += _split_all(text)


def _split_all(text: str) -> list[str]:
    """Split a list of units at 、 as well as ，, brackets kept whole."""
    names: list[str] = []
    for group in split_units(_AND_OTHERS.sub("、", text)):
        depth, name = 0, ""
        for char in group:
            depth += (char in "（(") - (char in "）)")
            if char == "、" and depth <= 0 and not name.endswith("（市）"):
                names.append(name)
                name = ""
            else:
                name += char
        names.append(name)
    return [stripped for name in names if (stripped := re.sub(r"等$", "", name.strip()))]
