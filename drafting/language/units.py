"""Units as texts name them: 我局 and 贵委, and what the names of units end in.

Which division a unit belongs to, and whether two names are one unit's: :mod:`.offices`. Source:
domain notes 2.6 (how offices name themselves and others).
"""

from __future__ import annotations

import re

KINDS = (
    "局|委|办|厅|部门|部(?![分署])|署|院|中心|单位|公司|学校|校|镇|乡|街道|分局|大队|支队|管委会"
)
"""What stands behind 我, 本, 你 or 贵 for a unit."""

WE = rf"[我本](?:{KINDS})"
"""The unit that writes: 我局, 本单位."""

YOU = rf"[你贵](?:{KINDS})"
"""The unit that is written to: 贵委."""

RUNNING = "局|委员会|委|办公室|办公厅|办事处|政府|中心|管委会|公司|部门|街道|协会|乡|镇"
"""What a unit's name ends in within a sentence. 办, 部 and 会 are not among them: 承办, 全部 and
社会 would be units; where only a unit can stand, they are added (:data:`LISTED`)."""

LISTED = rf"{RUNNING}|办|部|厅|会"
"""What a unit's name ends in where only units are named."""

NAMED = "局|委员会|办公室|街道办事处|人民政府|管委会"
"""What the full name of a unit ends in that is to be proven as a particular."""

_OURSELVES = re.compile(WE)
_ENDS = re.compile(rf"(?:{LISTED})$")


def is_ourselves(unit: str) -> bool:
    """Whether a unit is named as 我局, 本委 and the like."""
    return bool(_OURSELVES.fullmatch(unit))


def ends_as_unit(name: str) -> bool:
    """Whether a name out of a list of units ends as a unit's does."""
    return bool(_ENDS.search(name))
