"""Who handles a proposal: 主办 and 会办 units as cards of different places print them.

A field may name one role (主办单位：区城管局), or several in one line (domain 2.3, 2.19):
区教育局（主办），区财政局（协办）; 主办 区农业农村局；会办 区商务局; 由区水利局主办，区财政局协办.
"""

from __future__ import annotations

import re

from drafting.language.late import late

_LEAD = r"主\s*办|承\s*办|牵\s*头|独\s*办|单\s*办|分\s*办"
_CO = r"会\s*办|协\s*办|配\s*合|协\s*助"
_ROLE = rf"(?:(?P<lead>{_LEAD})|(?P<co>{_CO}))(?:单位|部门)?"
_BEFORE = late(rf"{_ROLE}(?:\s*[:：]\s*|\s+|(?=[\u4e00-\u9fff]{{3}})|$)")
_BEHIND = late(rf"(?P<unit>.+?)(?P<bracket>[（(]?)\s*{_ROLE}\s*[）)]?")
_BREAK = late(r"[、，,；;。\s]+")


def handling_units(lead: str, co_units: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the units that lead and those that co-handle, in the order printed.

    ``lead`` and ``co_units`` are the values of the card's two fields; a role that a value names
    itself goes before that of its field.
    """
    leads: dict[str, None] = {}
    others: dict[str, None] = {}
    for value, field in ((lead, leads), (co_units, others)):
        for unit, co_handles in _told(value, field is others):
            (others if co_handles else leads)[unit] = None
    return tuple(leads), tuple(unit for unit in others if unit not in leads)


def _told(value: str, co_handles: bool) -> list[tuple[str, bool]]:
    """Return the units of one value, each with whether it co-handles."""
    found: list[tuple[str, bool]] = []
    open_from = 0
    for part in _BREAK.split(value.strip()):
        before = _BEFORE.match(part)
        if before:
            co_handles = bool(before["co"])
            part = part[before.end() :]
        behind = _BEHIND.fullmatch(part)
        if behind:
            # A role in brackets is its unit's; one that ends a list (甲局、乙局协办) is the list's.
            co = bool(behind["co"])
            if not behind["bracket"]:
                found[open_from:] = [(unit, co) for unit, _ in found[open_from:]]
            found.append((behind["unit"].removeprefix("由"), co))
            open_from = len(found)
        elif part:
            found.append((part.removeprefix("由"), co_handles))
    return found


_ASSIGNED = late(
    rf"(?P<units>[\u4e00-\u9fff]{{2,16}}?(?:、[\u4e00-\u9fff]{{2,16}}?)*)(?:(?P<lead>{_LEAD})|(?P<co>{_CO}))"
)
_OPENS = late(r"^.*?(?:建议|拟交|拟请|拟由|交由|转交|请|由|交|并)+(?=[\u4e00-\u9fff]{2})")


def assigned_in(opinion: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return who leads and who co-handles by a sentence: 拟交市城管局主办，市住建局会办."""
    leads: list[str] = []
    others: list[str] = []
    for clause in re.split("[，,；;。]", opinion):
        if found := _ASSIGNED.search(_OPENS.sub("", clause)):
            (leads if found["lead"] else others).extend(found["units"].split("、"))
    return tuple(dict.fromkeys(leads)), tuple(dict.fromkeys(others))
