"""The archive as a list: filters, their counts, and what could not be imported."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from drafting.model import Kind
from storage.engine import Connection

PAGE = 50
"""Documents on one page."""

_MOST_UNITS = 60


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the archive is asked for; empty means all. ``year`` 0 means all, -1 undated."""

    kind: Kind | None = None
    year: int = 0
    unit: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A document as a list shows it. ``variants`` counts its other versions."""

    id: int
    source: str
    title: str
    kind: Kind
    date: dt.date | None
    issuer: str | None
    doc_no: str | None
    imported: dt.datetime
    variants: int
    corrected: bool


@dataclass(frozen=True, slots=True)
class Facets:
    """How many documents each value of a filter would leave, the others being as they are."""

    kinds: tuple[tuple[Kind, int], ...]
    years: tuple[tuple[int, int], ...]
    units: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """A file or ledger line that could not be imported, and why."""

    source: str
    reason: str
    failed: dt.datetime


def page(db: Connection, wanted: Filter, number: int) -> list[Listed]:
    """Return page ``number`` (from 0) of what ``wanted`` leaves, the newest first."""
    where, values = _where(wanted)
    rows = db.execute(
        "SELECT d.id, d.source, d.title, d.kind, d.date, d.issuer, d.doc_no, d.imported,"  # noqa: S608
        " (SELECT count(*) FROM alike a WHERE a.document = d.id) AS variants,"
        " EXISTS (SELECT 1 FROM corrections c WHERE c.source = d.source) AS corrected"
        f" FROM documents d WHERE id IN (SELECT id FROM documents{where}"
        " ORDER BY date DESC NULLS LAST, id DESC LIMIT ? OFFSET ?)"
        " ORDER BY d.date DESC NULLS LAST, d.id DESC",
        (*values, PAGE, number * PAGE),
    )
    return [
        Listed(
            row["id"],
            row["source"],
            row["title"] or row["source"],
            Kind(row["kind"]),
            dt.date.fromisoformat(row["date"]) if row["date"] else None,
            row["issuer"],
            row["doc_no"],
            dt.datetime.fromisoformat(row["imported"]),
            row["variants"],
            bool(row["corrected"]),
        )
        for row in rows
    ]


def count(db: Connection, wanted: Filter) -> int:
    """Return how many documents ``wanted`` leaves."""
    where, values = _where(wanted)
    row = db.execute(f"SELECT count(*) FROM documents{where}", values).fetchone()  # noqa: S608
    return int(row[0])


def facets(db: Connection, wanted: Filter) -> Facets:
    """Return the values of each filter with their counts."""
    kinds = _counts(db, "kind", replace(wanted, kind=None))
    years = _counts(
        db,
        "coalesce(CAST(substr(date, 1, 4) AS INTEGER), -1)",
        replace(wanted, year=0),
    )
    units = _counts(db, "issuer", replace(wanted, unit=""))
    known = sorted(
        ((unit, n) for unit, n in units if unit), key=lambda pair: (-pair[1], str(pair[0]))
    )
    return Facets(
        tuple((Kind(kind), n) for kind, n in kinds),
        tuple(sorted(((int(year), n) for year, n in years), reverse=True)),
        tuple((str(unit), n) for unit, n in known[:_MOST_UNITS]),
    )


def failures(db: Connection, start: int = 0, most: int = PAGE) -> list[Failed]:
    """Return what could not be imported, the latest first: ``most`` from place ``start``."""
    rows = db.execute(
        "SELECT source, reason, failed FROM failures ORDER BY failed DESC, source LIMIT ? OFFSET ?",
        (most, start),
    )
    return [Failed(row[0], row[1], dt.datetime.fromisoformat(row[2])) for row in rows]


def count_failures(db: Connection) -> int:
    """Return how many files or ledger lines could not be imported."""
    return int(db.execute("SELECT count(*) FROM failures").fetchone()[0])


def _counts(db: Connection, column: str, wanted: Filter) -> list[tuple[str, int]]:
    where, values = _where(wanted)
    rows = db.execute(
        f"SELECT {column}, count(*) FROM documents{where} GROUP BY 1 ORDER BY 1 NULLS FIRST",  # noqa: S608
        values,
    )
    return [(row[0], row[1]) for row in rows]


def _where(wanted: Filter) -> tuple[str, list[str]]:
    """Write the WHERE clause. The index documents_listing holds all but the title."""
    parts: list[str] = []
    values: list[str] = []
    if wanted.kind:
        parts.append("kind = ?")
        values.append(wanted.kind.value)
    if wanted.year > 0:
        parts.append("date BETWEEN ? AND ?")
        values += [f"{wanted.year:04d}-01-01", f"{wanted.year:04d}-12-31"]
    elif wanted.year < 0:
        parts.append("date IS NULL")
    if wanted.unit:
        parts.append("issuer = ?")
        values.append(wanted.unit)
    if wanted.title:
        parts.append("instr(title, ?) > 0")
        values.append(wanted.title)
    return (f" WHERE {' AND '.join(parts)}" if parts else ""), values
