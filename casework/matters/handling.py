"""Which units handle a matter, and which of them own it.

A matter is owned by the unit that registered it (or to which 督办 handed it). A unit that was added
works on it too, but it neither puts others out nor takes the matter off the list.
"""

from __future__ import annotations

from collections.abc import Collection

from casework.nouns import Person
from drafting.errors import UserError
from storage.engine import Connection

NONE_CHOSEN = "请至少选一个承办单位。"
NOT_WITHOUT_OWN = "本单位须在承办单位之列；要转给别的单位，请报督办部门。"
NOT_DELETED = "这件提案归{owners}，由该单位删除、恢复。"


def own(db: Connection) -> None:
    """Mark the owners; a numbered migration.

    Of a matter with several units it is whose clerk registered it; where nobody tells, all of them,
    so that none can be put out.
    """
    db.execute("ALTER TABLE handling ADD COLUMN owner INTEGER NOT NULL DEFAULT 0")
    db.execute("""
        UPDATE handling SET owner = 1 WHERE unit = (
            SELECT p.unit FROM versions v JOIN people p ON p.name = v.author
            WHERE v.matter = handling.matter AND v.number = 1)""")
    db.execute("""
        UPDATE handling SET owner = 1
        WHERE matter NOT IN (SELECT matter FROM handling WHERE owner = 1)""")


def begin(db: Connection, matter: int, unit: str) -> None:
    """Have ``unit``, which registers the matter, handle and own it."""
    db.execute("INSERT INTO handling (matter, unit, owner) VALUES (?, ?, 1)", (matter, unit))


def units_of(db: Connection, matter: int) -> frozenset[str]:
    """Return the units that handle the matter; none where it is unknown."""
    rows = db.execute("SELECT unit FROM handling WHERE matter = ?", (matter,))
    return frozenset(row["unit"] for row in rows)


def owners_of(db: Connection, matter: int) -> frozenset[str]:
    """Return the units that own the matter; none where it is unknown."""
    rows = db.execute("SELECT unit FROM handling WHERE matter = ? AND owner = 1", (matter,))
    return frozenset(row["unit"] for row in rows)


def owns(db: Connection, matter: int, person: Person) -> bool:
    """Whether the matter is the person's unit's, or 督办 acts."""
    return "督办" in person.roles or person.unit in owners_of(db, matter)


def check_choice(db: Connection, matter: int, units: Collection[str], person: Person) -> None:
    """Raise :class:`UserError` where ``person`` may not choose ``units`` for the matter.

    Only 督办 hands a matter away; only its owner takes an added unit out again.
    """
    if not units:
        raise UserError(NONE_CHOSEN, field="unit")
    if "督办" in person.roles:
        return
    if person.unit not in units:
        raise UserError(NOT_WITHOUT_OWN, field="unit")
    gone, owners = units_of(db, matter) - set(units), owners_of(db, matter)
    if gone & owners:
        named = "、".join(sorted(gone & owners))
        raise UserError(f"这件提案归{named}，只有督办部门可以转走。", field="unit")
    if gone and person.unit not in owners:
        named = "、".join(sorted(owners))
        raise UserError(f"减少承办单位由{named}或督办部门办理；您可以增加。", field="unit")


def set_units(db: Connection, matter: int, units: Collection[str]) -> None:
    """Have the matter handled by ``units``; its owners stay so, and where none of them is left
    all the new ones own it."""
    owners = owners_of(db, matter) & set(units) or set(units)
    db.execute("DELETE FROM handling WHERE matter = ?", (matter,))
    db.executemany(
        "INSERT INTO handling (matter, unit, owner) VALUES (?, ?, ?)",
        [(matter, unit, unit in owners) for unit in sorted(set(units))],
    )


def hand_over(db: Connection, unit: str) -> int:
    """Give ``unit`` the matters of the unit of no name; return how many there were."""
    db.execute(
        "DELETE FROM handling WHERE unit = ? AND matter IN"
        " (SELECT matter FROM handling WHERE unit = '')",
        (unit,),
    )
    return db.execute("UPDATE handling SET unit = ? WHERE unit = ''", (unit,)).rowcount
