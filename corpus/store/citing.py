"""What a text cites, looked up by title, number or 代字."""

from __future__ import annotations

import datetime as dt

from corpus.store import validity
from drafting.checking.engine.office import Archived
from drafting.language.doc_numbers import doc_no_key
from storage.engine import Connection

_MOST = 20


def by_title(db: Connection, title: str, today: dt.date) -> list[Archived]:
    """Return the documents of that title, or that issue what is so titled."""
    return _ask(db, "s.title_key = ?", validity.number_of(validity.title_key(title)), today)


def by_number(db: Connection, number: str, today: dt.date) -> list[Archived]:
    """Return the documents of that number; brackets, spaces and zeros do not matter."""
    return _ask(db, "d.doc_no_key = ?", doc_no_key(number), today)


def issuers_of(db: Connection, code: str) -> frozenset[str]:
    """Return who issues under a 代字."""
    rows = db.execute(
        "SELECT DISTINCT issuer FROM documents WHERE issuer IS NOT NULL"
        " AND doc_no_key >= ? AND doc_no_key < ?",
        (f"{code}〔", f"{code}〕"),
    )
    return frozenset(row["issuer"] for row in rows)


def _ask(db: Connection, where: str, key: object, today: dt.date) -> list[Archived]:
    rows = db.execute(
        "SELECT d.id, d.title, d.doc_no, d.issuer FROM documents d"  # noqa: S608
        f" LEFT JOIN standing s ON s.document = d.id WHERE {where} ORDER BY d.id LIMIT {_MOST}",
        (key,),
    ).fetchall()
    states = validity.states(db, [row["id"] for row in rows], today)
    return [
        Archived(row["title"] or "", row["doc_no"], row["issuer"], states.get(row["id"], ""))
        for row in rows
    ]
