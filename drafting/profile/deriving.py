"""What a unit's full name says of how it calls itself, its place and its work: to be confirmed."""

from __future__ import annotations

import re

from drafting.language.naming.offices import office_of
from drafting.language.naming.places import DISTRICTS, TOWN
from drafting.language.naming.units import LISTED

LEVELS = ("区", "县", "市", "省", "自治区", "州", "旗", "镇", "乡", "街道")
"""The rungs of government that a unit chooses among; the first letter of 我区, 我市."""

_CALLS = (
    ("街道办事处", "我街道"),
    ("镇人民政府", "我镇"),
    ("乡人民政府", "我乡"),
    ("管理委员会", "我委"),
    ("委员会", "我委"),
    ("办公室", "我办"),
    ("局", "我局"),
    ("厅", "我厅"),
    ("部", "我部"),
    ("院", "我院"),
    ("中心", "我中心"),
    ("委", "我委"),
    ("办", "我办"),
)
_WORK_ENDS = re.compile(rf"(?:管理委员会|人民政府|院|{LISTED})$")
_LEVEL = re.compile(rf"(自治区|街道|[{DISTRICTS}])")

_TERRITORY = re.compile(rf"({TOWN})(?:办事处|人民政府)$")


def derived(name: str, level: str = "") -> dict[str, str]:
    """Return the settings of ``[unit]`` that follow from a full ``name``, by their short keys.

    What does not follow is left out: the 代字 never does.
    """
    name = name.strip()
    found = {"calls_itself_jointly": "我们"}
    calls = next((says for ending, says in _CALLS if name.endswith(ending)), "")
    if calls:
        found["calls_itself"] = calls
    stem = office_of(name).stem
    level = level or level_of(name)
    if level:
        found["place"] = f"我{level}"
        if stem and stem != name:
            found["short"] = f"{level}{stem}"
    if found.get("calls_itself") in ("我街道", "我镇", "我乡"):
        found["work"] = "工作"
    elif work := _WORK_ENDS.sub("", _WORK_ENDS.sub("", stem)):
        found["work"] = f"{work}工作"
    if name:
        found["printer"] = name if name.endswith("办公室") else f"{name}办公室"
    return found


def level_of(name: str) -> str:
    """Return the rung of the place with which ``name`` opens, the last where it names several."""
    if own := _TERRITORY.search(name):
        return own[1]
    stem = office_of(name).stem
    opening = name.removesuffix(stem) if stem else ""
    found = _LEVEL.findall(opening)
    return str(found[-1]) if found else ""
