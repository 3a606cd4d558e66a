"""Under which number of its own a system registered a matter: one number, one matter."""

from __future__ import annotations

from drafting.errors import UserError
from storage.engine import Connection


class NumberTaken(UserError):
    """The system has registered a matter under this number; ``matter`` is its id."""

    def __init__(self, number: str, matter: int) -> None:
        super().__init__(
            f"编号“{number}”已经登记过（提案 {matter}），没有重复登记。", field="external_no"
        )
        self.matter = matter


def keep(db: Connection, system: int, number: str, matter: int) -> None:
    """Keep the number of a matter that is being registered. Raises :class:`NumberTaken`."""
    taken = matter_of(db, system, number)
    if taken is not None:
        raise NumberTaken(number, taken)
    kept = db.execute(
        "INSERT INTO external_numbers (system, number, matter) VALUES (?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        (system, number, matter),
    )
    if not kept.rowcount:
        # Another process was faster between the two.
        raise NumberTaken(number, matter_of(db, system, number) or 0)


def matter_of(db: Connection, system: int, number: str) -> int | None:
    """Return the matter that the system registered under ``number``, if any."""
    row = db.execute(
        "SELECT matter FROM external_numbers WHERE system = ? AND number = ?", (system, number)
    ).fetchone()
    return int(row["matter"]) if row else None


def number_of(db: Connection, system: int, matter: int) -> str | None:
    """Return under which number the system registered ``matter``, if it did."""
    row = db.execute(
        "SELECT number FROM external_numbers WHERE matter = ? AND system = ? ORDER BY number",
        (matter, system),
    ).fetchone()
    return str(row["number"]) if row else None
