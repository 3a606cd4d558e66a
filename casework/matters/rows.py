"""A row of the matters' tables turned into a noun: the one place for it.

A matter is read in one statement, with all that its draft and the bar above its pages say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import msgspec

from casework.matters import opinions
from casework.nouns import CoOpinion, Matter, Summary, Underway
from drafting.answering.progress import Progress, progress
from drafting.model import Draft, OpinionState
from drafting.model.serial import learned, loads_draft
from storage.engine import Connection, Row

PLAIN = "m.id, m.version, m.confirmed, m.created AS begun, m.updated, v.draft"
"""What every matter has; :func:`with_opinions` makes one of it."""

FROM = "matters m JOIN versions v ON v.matter = m.id AND v.number = m.version"

WHOLE = f"""{PLAIN},
    (SELECT state FROM stages WHERE matter = m.id) AS state,
    (SELECT version FROM moves WHERE matter = m.id AND target IN ('核稿', '审签')
        ORDER BY number DESC LIMIT 1) AS reviewed,
    (SELECT lead_unit FROM cohandling WHERE matter = m.id) AS lead_unit,
    (SELECT json_group_array(due) FROM figure_requests r
        WHERE r.matter = m.id AND r.withdrawn IS NULL
        AND NOT EXISTS (SELECT 1 FROM figures WHERE request = r.id AND void IS NULL)) AS figures,
    (SELECT json_group_array(json_array(unit, asked, due, received, json(about), printed))
        FROM (SELECT * FROM opinions WHERE matter = m.id ORDER BY id)) AS opinions"""  # noqa: S608
"""A matter with all that is recorded beside it; :func:`whole` makes one of it."""

ONE = f"SELECT {WHOLE} FROM {FROM} WHERE m.deleted IS NULL AND m.id = ?"  # noqa: S608
ALL = f"SELECT {PLAIN} FROM {FROM} WHERE m.deleted IS NULL"  # noqa: S608

_Opinion = tuple[str, dt.date | None, dt.date | None, dt.date | None, tuple[str, ...], bool | int]
_opinions = msgspec.json.Decoder(list[_Opinion])
_days = msgspec.json.Decoder(list[dt.date | None])


def whole(row: Row) -> Matter:
    """Return the matter of a row of :data:`WHOLE`."""
    asked = [
        OpinionState(unit, asked, due, received, about, bool(printed))
        for unit, asked, due, received, about, printed in _opinions.decode(row["opinions"])
    ]
    underway = Underway(
        row["state"] or "",
        row["reviewed"],
        tuple(one.due for one in asked if one.asked and not one.received and one.due),
        tuple(day for day in _days.decode(row["figures"]) if day),
        row["lead_unit"] or "",
    )
    return _matter(row, opinions.recorded(_draft(row["draft"]), asked), underway)


def with_opinions(row: Row, asked: Iterable[CoOpinion]) -> Matter:
    """Return the matter of a row of :data:`PLAIN`, with what is recorded of its 会办 units."""
    return _matter(row, opinions.told(_draft(row["draft"]), asked), None)


def recent(db: Connection, matter: int, unit: str | None, most: int) -> list[Matter]:
    """Return the matters of ``unit`` (``None``: of all) but this one, the last saved first."""
    query = f"""
        SELECT {PLAIN} FROM {FROM} WHERE m.deleted IS NULL AND m.id != :matter
        AND (:unit IS NULL
            OR EXISTS (SELECT 1 FROM handling WHERE matter = m.id AND unit = :unit))
        ORDER BY m.updated DESC, m.id DESC LIMIT :most"""  # noqa: S608
    rows = db.execute(query, {"matter": matter, "unit": unit, "most": most})
    return [with_opinions(row, ()) for row in rows]


def of_unit(
    db: Connection,
    unit: str,
    *,
    after: int = 0,
    most: int | None = None,
    state: str = "",
    since: str = "",
) -> list[Summary]:
    """Return the matters that ``unit`` handles by their ids, those behind ``after``, at most
    ``most``; of those that stand at ``state``, or were changed ``since`` (UTC, as it is kept)."""
    found = db.execute(
        "SELECT m.id, m.summary, m.confirmed, m.updated FROM matters m"
        " LEFT JOIN stages s ON s.matter = m.id WHERE m.deleted IS NULL AND m.id > ?"
        " AND EXISTS (SELECT 1 FROM handling h WHERE h.matter = m.id AND h.unit = ?)"
        " AND (? = '' OR coalesce(s.state, '登记') = ?)"
        " AND (? = '' OR m.updated >= ? OR coalesce(s.entered, '') >= ?)"
        " ORDER BY m.id LIMIT ?",
        (after, unit, state, state, since, since, since, 2**31 if most is None else most),
    )
    return [summary(row) for row in found]


def _matter(row: Row, draft: Draft, underway: Underway | None) -> Matter:
    return Matter(
        id=row["id"],
        draft=draft,
        version=row["version"],
        confirmed=bool(row["confirmed"]),
        created=dt.datetime.fromisoformat(row["begun"]),
        updated=dt.datetime.fromisoformat(row["updated"]),
        underway=underway,
    )


@lru_cache(maxsize=32)
def _draft(text: str) -> Draft:
    """Read a draft as it is kept; one press reads the same one several times."""
    return loads_draft(text)


def summed(draft: Draft) -> str:
    """Return what the work list shows of ``draft``, as JSON."""
    proposal = draft.proposal
    line: dict[str, Any] = {
        "matter": proposal.matter,
        "session": proposal.session,
        "item_no": proposal.item_no,
        "subject": proposal.subject,
        "proposers": [proposer.name for proposer in proposal.proposers],
        "role": proposal.role,
        "due": proposal.due,
        "progress": progress(draft),
        "profile": draft.profile,
        "sectors": list(dict.fromkeys(one.sector or one.delegation for one in proposal.proposers)),
        "key": proposal.key,
        "overseer": proposal.overseer or "",
        "merged": list(proposal.merged),
    }
    return msgspec.json.encode(line).decode()


def summary(row: Row) -> Summary:
    """Return the line of the work list that a row holds."""
    line = msgspec.json.decode(row["summary"])
    return Summary(
        id=row["id"],
        matter=line["matter"],
        session=line["session"],
        item_no=line["item_no"],
        subject=line["subject"],
        proposers=tuple(line["proposers"]),
        role=line["role"],
        due=dt.date.fromisoformat(line["due"]) if line["due"] else None,
        progress=msgspec.convert(line["progress"], Progress),
        confirmed=bool(row["confirmed"]),
        updated=dt.datetime.fromisoformat(row["updated"]),
        # Summaries of an older program do not say it.
        profile=line.get("profile", "default"),
        sectors=tuple(one for one in line["sectors"] if one),
        key=line["key"],
        overseer=line["overseer"],
        merged=tuple(line["merged"]),
    )


learned(Progress)
