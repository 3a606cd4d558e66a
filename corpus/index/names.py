"""Documents that a question names outright: by number, by whole title, by source."""

from __future__ import annotations

import json
import re
from collections.abc import Collection

from corpus.index.gathering import Narrowing
from corpus.store import validity
from drafting.language.doc_numbers import DOC_NO, asked_doc_no, doc_no_key
from drafting.language.likeness import segment
from storage.engine import Connection, Row
from storage.statements import among


def numbers_of(db: Connection, sources: Collection[str]) -> set[int]:
    """Return the numbers of the documents of ``sources``."""
    if not sources:
        return set()
    # One value however many there are: SQLite bounds the number of parameters.
    rows = db.execute(
        "SELECT id FROM documents WHERE source IN (SELECT value FROM json_each(?))",
        (json.dumps(list(sources)),),
    )
    return {row["id"] for row in rows}


def by_name(db: Connection, query: str, narrowing: Narrowing) -> list[int]:
    """Return the documents whose number or whole title the question is."""
    if len(query) > 120:
        return []
    plain = re.sub(r"\s+", "", query)
    number = _doc_no(plain)
    found: list[Row] = []
    if number:
        found = db.execute(
            "SELECT id, kind FROM documents WHERE doc_no_key = ?"
            " ORDER BY date DESC NULLS LAST, id LIMIT 20",
            (doc_no_key(number),),
        ).fetchall()
    # Whoever cites a paper says “……的通知” behind its title, whether it has the word or not.
    titles = (plain.strip("《》"), re.sub(r"的(?:通知|答复|函)$", "", plain).strip("《》"))
    keys = {validity.number_of(key) for key in map(validity.title_key, titles) if len(key) > 2}
    if keys and not found:
        asked, values = among(db, sorted(keys))
        found = db.execute(
            "SELECT d.id, d.kind FROM standing s JOIN documents d ON d.id = s.document"  # noqa: S608
            f" WHERE s.title_key {asked} ORDER BY d.date DESC NULLS LAST, d.id LIMIT 20",
            values,
        ).fetchall()
    return [
        row["id"]
        for row in found
        if (not narrowing.kinds or row["kind"] in narrowing.kinds)
        and row["id"] not in narrowing.without
    ]


def _doc_no(query: str) -> str:
    """Return the document number that a question is, or ""; brackets and 号 may be missing."""
    if DOC_NO.fullmatch(query):
        return query
    return asked_doc_no(segment.fold(query))
