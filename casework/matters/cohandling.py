"""在线会办: the opinion that the lead unit asks of a unit with accounts, as a matter of that unit.

The unit asked has a matter of its own with the proposal and the suggestions put before it, so that
it writes with the same help as a clerk and sees nothing else of the lead unit's. The link says of
which line of the lead's 会办意见 it is the answer.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from drafting.errors import UserError
from storage.engine import Connection, Row
from storage.moments import moment

_FROM = """
    FROM cohandling c JOIN opinions o ON o.id = c.opinion
    LEFT JOIN stages s ON s.matter = c.lead LEFT JOIN stages t ON t.matter = c.matter"""
_COLUMNS = """c.opinion, c.lead, c.matter, c.unit, c.lead_unit, o.unit AS name, o.received,
    ifnull(s.state, '登记') AS lead_state, ifnull(t.state, '登记') AS state, t.handler, t.entered"""


@dataclass(frozen=True, slots=True)
class Link:
    """An asking on line: line ``opinion`` of the matter ``lead`` is answered by ``matter``.

    ``unit`` is the unit of accounts, ``name`` what the proposal calls it; ``lead_unit`` is who
    asked. ``state`` is where the unit's own matter stands, ``handler`` who has it and ``entered``
    since when; ``lead_state`` is where the lead's stands.
    """

    opinion: int
    lead: int
    matter: int
    unit: str
    lead_unit: str
    name: str
    received: bool
    lead_state: str
    state: str
    handler: str
    entered: dt.datetime | None

    @property
    def is_open(self) -> bool:
        """Whether the unit is at work on it."""
        return self.state in ("起草", "审签")


@dataclass(frozen=True, slots=True)
class Handed:
    """What a unit hands in: its paragraphs, each with the id of the suggestion that it answers, and
    the paper, which is kept by its ``digest``."""

    parts: tuple[tuple[str, str], ...]
    name: str
    digest: str


def install(db: Connection) -> None:
    """Make the table of links, and have an opinion say what it answers; a numbered migration."""
    db.execute("""
        CREATE TABLE cohandling (
            opinion INTEGER PRIMARY KEY REFERENCES opinions (id),
            lead INTEGER NOT NULL REFERENCES matters (id),
            matter INTEGER NOT NULL UNIQUE REFERENCES matters (id),
            unit TEXT NOT NULL,
            lead_unit TEXT NOT NULL
        )""")
    db.execute("CREATE INDEX cohandling_by_lead ON cohandling (lead)")
    # [suggestion's id, paragraph] each: of what was handed in on line it is known, not guessed.
    db.execute("ALTER TABLE opinions ADD COLUMN parts TEXT NOT NULL DEFAULT '[]'")


def add(db: Connection, opinion: int, lead: int, matter: int, unit: str, lead_unit: str) -> None:
    """Keep that ``matter`` of ``unit`` is the answer to a line of the matter ``lead``."""
    db.execute(
        "INSERT INTO cohandling (opinion, lead, matter, unit, lead_unit) VALUES (?, ?, ?, ?, ?)",
        (opinion, lead, matter, unit, lead_unit),
    )


def of_matter(db: Connection, matter: int) -> Link | None:
    """Return whose asking the matter answers, ``None`` where it is no such matter."""
    query = f"SELECT {_COLUMNS} {_FROM} WHERE c.matter = ?"
    row = db.execute(query, (matter,)).fetchone()
    return _link(row) if row else None


def of_lead(db: Connection, lead: int) -> dict[int, Link]:
    """Return what was asked on line of a matter, by the id of the line."""
    query = f"SELECT {_COLUMNS} {_FROM} WHERE c.lead = ?"
    return {row["opinion"]: _link(row) for row in db.execute(query, (lead,))}


def hand_in(db: Connection, opinion: int, day: dt.date, handed: Handed) -> None:
    """Put what the unit says into the lead's line; within the transaction of the move."""
    db.execute(
        "UPDATE opinions SET received = ?, text = ?, parts = ?, name = ?, content = NULL,"
        " digest = ? WHERE id = ?",
        (
            day.isoformat(),
            "\n".join(text for _, text in handed.parts),
            json.dumps(handed.parts, ensure_ascii=False),
            handed.name,
            handed.digest,
            opinion,
        ),
    )


def take_back(db: Connection, opinion: int) -> None:
    """Have the line wait for its opinion again; what was received stays kept until then."""
    db.execute("UPDATE opinions SET received = NULL WHERE id = ?", (opinion,))


def check_own_list(db: Connection, matter: int) -> None:
    """Raise :class:`UserError` where the list of suggestions is the lead unit's."""
    if (link := of_matter(db, matter)) is not None:
        raise UserError(f"建议清单由主办单位（{link.lead_unit}）核对，这里不能改动。")


def check_deletable(db: Connection, matter: int) -> None:
    """Raise :class:`UserError` where another unit waits for the matter, or works at it."""
    if (link := of_matter(db, matter)) is not None:
        raise UserError(
            f"这件由{link.lead_unit}在线征求会办意见，不能删除；"
            "不属本单位职责的，请在“办理流程”退回主办单位。"
        )
    if any(link.is_open for link in of_lead(db, matter).values()):
        raise UserError("还有单位正在线会办，请先在“会办意见”页撤回征求，再删除。")


def asked_again(db: Connection, opinion: int, day: dt.date, by: str) -> None:
    """Keep that the unit is asked anew on ``day``; the day by which it is to answer stands."""
    query = "UPDATE opinions SET asked = ?, asked_by = ? WHERE id = ?"
    db.execute(query, (day.isoformat(), by, opinion))


def _link(row: Row) -> Link:
    return Link(
        row["opinion"],
        row["lead"],
        row["matter"],
        row["unit"],
        row["lead_unit"],
        row["name"],
        row["received"] is not None,
        row["lead_state"],
        row["state"],
        row["handler"] or "",
        moment(row["entered"]),
    )
