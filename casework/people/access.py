"""Who may do what: the roles of an office, and one table of permissions and who has them.

The table is the whole rule: a permission that is not in it is nobody's. What a person may do with a
paper also depends on whose paper it is (:func:`sees`) and, where it moves on, on where it stands
(the state table of the procedure).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal

from casework.nouns import Person
from casework.people.roles import ROLES, UserRole

Permission = Literal[
    "查看提案",
    "登记提案",
    "修改文稿",
    "删除提案",
    "流转",
    "批注",
    "分派单位",
    "催办",
    "办理承诺",
    "统计",
    "查看档案",
    "维护档案",
    "彻底删除档案",
    "维护节假日",
    "管理用户",
    "系统设置",
    "查看日志",
    "本人账号",
]

_CLERKS: frozenset[UserRole] = frozenset({"经办", "核稿", "签发"})
_READERS: frozenset[UserRole] = _CLERKS | {"督办"}

PERMISSIONS: Mapping[Permission, frozenset[UserRole]] = {
    "查看提案": _READERS,
    "登记提案": frozenset({"经办", "督办"}),
    "修改文稿": _CLERKS,
    "删除提案": frozenset({"经办"}),
    # Which of them may make which move, the state table says.
    "流转": _READERS,
    # Whoever reads a paper may say something about it: the units that handle it, 督办.
    "批注": _READERS,
    # Not to the own unit's harm: see Casework.assign_units.
    "分派单位": frozenset({"经办", "督办"}),
    "催办": frozenset({"督办"}),
    "办理承诺": _CLERKS,
    "统计": _READERS,
    "查看档案": _READERS,
    "维护档案": frozenset({"经办"}),
    # The one thing without undo: not everybody's who imports.
    "彻底删除档案": frozenset({"系统管理"}),
    "维护节假日": frozenset({"督办", "系统管理"}),
    "管理用户": frozenset({"系统管理"}),
    "系统设置": frozenset({"系统管理"}),
    "查看日志": frozenset({"审计"}),
    "本人账号": frozenset(ROLES),
}
"""督办 reads all and reminds; 系统管理 keeps accounts and settings and reads no paper; 审计 reads
the log and nothing else."""


OF_UNITS: frozenset[Permission] = frozenset(PERMISSIONS) - {
    "维护节假日",
    "管理用户",
    "系统设置",
    "查看日志",
    "本人账号",
}
"""What concerns papers and archive, which are units': an account without a unit has none of it."""


def has_place(person: Person) -> bool:
    """Tell whether papers of some unit can be the person's: the single user, who has no name, and
    督办 work for all."""
    return bool(person.unit) or not person.name or "督办" in person.roles


def may(person: Person, permission: Permission) -> bool:
    """Tell whether one of the person's roles has ``permission``; a resting account has none, one
    without a unit none of :data:`OF_UNITS`. One's own account needs no role."""
    if permission in OF_UNITS and not has_place(person):
        return False
    if permission == "本人账号":
        return person.active
    return person.active and not PERMISSIONS[permission].isdisjoint(person.roles)


def sees(person: Person, units: Collection[str]) -> bool:
    """Tell whether the person may read a matter that ``units`` handle: the own unit's, or all.

    A matter registered before there were units belongs to the unit of no name: to nobody, until an
    administrator gives it to one.
    """
    if not may(person, "查看提案"):
        return False
    return "督办" in person.roles or person.unit in units


def parse_roles(text: str) -> frozenset[UserRole]:
    """Return the roles named in ``text``, separated by spaces; what is none of ours is left out."""
    named = text.split()
    return frozenset(role for role in ROLES if role in named)


def print_roles(roles: Collection[UserRole]) -> str:
    """Return the roles in their order, separated by spaces."""
    return " ".join(role for role in ROLES if role in roles)
