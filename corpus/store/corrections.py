"""Corrections by hand: stored by source and field, applied whenever the document is read again.

The value as read is stored with each correction, so that it can be taken back without the file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, get_type_hints

import msgspec

from drafting.intake import with_suggestions
from drafting.language.sentences.promises import find_commitments
from drafting.model import Document, Kind
from drafting.papers.policies.measures import find_measures
from drafting.reading import read_pasted
from storage.engine import Connection
from storage.moments import utc_now
from storage.statements import upsert

FIELDS = (
    *("kind", "title", "doc_no", "index_no", "issuers", "recipients", "session", "item_no"),
    *("subject", "matter", "role", "date", "result_class", "disclosure", "signer", "contacts"),
    *("copies_to", "suggestions", "measures", "commitments", "text"),
)
"""The fields of a document that a person may correct."""

_FROM_TEXT = ("suggestions", "measures", "commitments")

_COLUMNS = ("source", "field", "value", "parsed", "author", "corrected")


@dataclass(frozen=True, slots=True)
class Correction:
    """One field as corrected and as read, with who and when."""

    value: Any
    parsed: Any
    author: str
    corrected: dt.datetime


def of(db: Connection, source: str) -> dict[str, Correction]:
    """Return the corrections of the document of ``source``, by field."""
    rows = db.execute(
        "SELECT field, value, parsed, author, corrected FROM corrections WHERE source = ?",
        (source,),
    ).fetchall()
    return {
        row["field"]: Correction(
            _decode(row["field"], row["value"]),
            _decode(row["field"], row["parsed"]),
            row["author"],
            dt.datetime.fromisoformat(row["corrected"]),
        )
        for row in rows
    }


def apply(db: Connection, source: str, parsed: Document) -> Document:
    """Return ``parsed`` with its corrections applied.

    Notes what was read this time beside them; call inside a transaction.
    """
    known = of(db, source)
    db.executemany(
        "UPDATE corrections SET parsed = ? WHERE source = ? AND field = ?",
        [(_encode(getattr(parsed, name)), source, name) for name in known],
    )
    values = {name: one.value for name, one in known.items()}
    if "text" in values:
        parsed = _reread(parsed, values["text"])
    return replace(parsed, **values)


def keep(
    db: Connection, source: str, shown: Document, wanted: Mapping[str, Any], author: str
) -> Document:
    """Keep ``wanted`` (value by field) over ``shown``; return the document as corrected.

    A value equal to what was read takes the correction back. Call inside a transaction.
    """
    known = of(db, source)
    now = utc_now()
    for name, value in wanted.items():
        shown_now = getattr(shown, name)
        if value == shown_now:
            continue
        parsed = known[name].parsed if name in known else shown_now
        if value == parsed:
            db.execute("DELETE FROM corrections WHERE source = ? AND field = ?", (source, name))
        else:
            db.execute(
                upsert("corrections", _COLUMNS, key=_COLUMNS[:2]),
                (source, name, _encode(value), _encode(parsed), author, now),
            )
    if wanted.get("text", shown.text) != shown.text:
        by_hand = {name: getattr(shown, name) for name in _FROM_TEXT if name in known}
        shown = replace(_reread(shown, wanted["text"]), **by_hand)
    return replace(shown, **wanted)


def _reread(document: Document, text: str) -> Document:
    """Return ``document`` with a corrected text and with what follows from its words."""
    again = with_suggestions(replace(read_pasted(text), kind=document.kind))
    year = document.date.year if document.date else None
    policy, reply = document.kind is Kind.POLICY, document.kind is Kind.REPLY
    return replace(
        document,
        text=text,
        body=again.body,
        suggestions=again.suggestions,
        measures=find_measures(again.body) if policy else (),
        commitments=find_commitments(again.body, year) if reply else (),
    )


@lru_cache(maxsize=1)
def _types() -> dict[str, Any]:
    return get_type_hints(Document)


def _encode(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _decode(name: str, text: str) -> Any:
    return msgspec.json.decode(text, type=_types()[name])
