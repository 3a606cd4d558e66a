"""A unit's own things: whose each profile is, and a unit that changes its name.

Units are known by the name that accounts bear. What a profile *says* its unit is called is another
matter: it is printed, and may change or be copied. So whose a profile is, is kept here, from its
making on; with it goes the series of its numbers (:mod:`casework.procedure.numbers`). A unit that
is renamed takes all that is its along; whoever makes a unit of the former name finds nothing.
"""

from __future__ import annotations

from casework.people.accounts import place
from drafting.errors import UserError
from storage import transaction
from storage.engine import Connection

NAMED: tuple[tuple[str, str], ...] = (
    ("people", "unit"),
    ("handling", "unit"),
    ("ignored", "unit"),
    ("phrases", "unit"),
    ("batches", "unit"),
    ("batch_columns", "unit"),
    ("setting_up", "unit"),
    ("cohandling", "unit"),
    ("cohandling", "lead_unit"),
    ("trials", "unit"),
    ("profile_owners", "unit"),
    ("systems", "unit"),
    ("webhooks", "unit"),
)
"""The columns in which a unit stands by the name of its accounts."""

TOLD: tuple[tuple[str, str], ...] = (
    ("opinions", "unit"),
    ("numbers", "unit"),
    ("promises", "unit"),
)
"""The columns that hold what a paper said: they stay as they were written."""


def install(db: Connection) -> None:
    """Make the table of whose the profiles are; a step of the schema."""
    db.execute("""
        CREATE TABLE profile_owners (
            profile TEXT PRIMARY KEY,
            unit TEXT NOT NULL
        ) WITHOUT ROWID""")


def owners(db: Connection) -> dict[str, str]:
    """Return the unit of each profile that has one."""
    rows = db.execute("SELECT profile, unit FROM profile_owners")
    return {row["profile"]: row["unit"] for row in rows}


def claim(db: Connection, profile: str, unit: str) -> None:
    """Have a profile be ``unit``'s, where it is nobody's yet."""
    with transaction(db):
        db.execute(
            "INSERT INTO profile_owners (profile, unit) VALUES (?, ?) ON CONFLICT DO NOTHING",
            (profile, unit),
        )


def rename(db: Connection, former: str, name: str) -> str:
    """Have the unit ``former`` be called ``name`` and return that as it is kept; call in a
    transaction.

    Raises :class:`UserError` where there is no such unit, for an empty name, and for one that
    another unit has: two units never become one so.
    """
    name = place(name)
    if not name:
        raise UserError("请填写单位的新名称。", field="unit")
    if not _is_known(db, former):
        raise UserError(f"没有“{former}”这个单位。", field="former")
    if _is_known(db, name):
        raise UserError(f"已有“{name}”，两个单位不能合用一个名称。", field="unit")
    for table, column in NAMED:
        # The names of both are from the list above.
        db.execute(
            f"UPDATE {table} SET {column} = ? WHERE {column} = ?",  # noqa: S608
            (name, former),
        )
    return name


def _is_known(db: Connection, unit: str) -> bool:
    """Whether anything is of that unit, though it have no account any more."""
    return any(
        db.execute(f"SELECT 1 FROM {table} WHERE {column} = ?", (unit,)).fetchone()  # noqa: S608
        for table, column in NAMED
    )
