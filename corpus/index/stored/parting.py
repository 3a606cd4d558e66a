"""Parting segments in which there is what several parts should have, one after another, while
others search and write."""

from __future__ import annotations

import json

import numpy as np

from corpus.index.stored import postings, segments
from corpus.index.stored.segments import U4, Ints
from corpus.store import parts
from storage import transaction
from storage.engine import Connection


def settle(db: Connection) -> bool:
    """Part one segment that is mixed, in a transaction of its own; return whether there was one.

    Killed in it, nothing has changed.
    """
    with transaction(db):
        row = db.execute(
            "SELECT s.*, p.part FROM parted p JOIN segments s ON s.id = p.segment"
            " WHERE p.mixed = 1 ORDER BY s.first DESC LIMIT 1"
        ).fetchone()
        if row is None:
            return False
        found, own = segments.of_row(row), int(row["part"])
        belongs = _belongs(db, found.documents)
        if np.all(belongs == own):
            db.execute("UPDATE parted SET mixed = 0 WHERE segment = ?", (found.id,))
            parts.touch(db, own)
            return True
        alive = np.ones(len(found.sections), np.bool_)
        alive[np.frombuffer(row["dead"], "<u2")] = False
        wanted = np.unique(belongs).tolist()
        for part in wanted:
            here = alive & (belongs == part)
            postings.gather(db, part, _tier(int(np.count_nonzero(here))), [found], [here])
        postings.drop(db, found.id)
        for part in wanted:
            postings.merge(db, part)
        parts.touch(db, own, *wanted)
    return True


def _belongs(db: Connection, documents: U4) -> Ints:
    """Return the part of each of ``documents``."""
    different, at = np.unique(documents, return_inverse=True)
    # One value however many there are: SQLite bounds the number of parameters.
    rows = db.execute(
        "SELECT document, part FROM kept WHERE document IN"
        " (SELECT CAST(value AS INTEGER) FROM json_each(?))",
        (json.dumps(different.tolist()),),
    )
    kept = {row["document"]: row["part"] for row in rows}
    found = np.array([kept.get(one, parts.PUBLIC) for one in different.tolist()], np.int64)
    return np.asarray(found[at], np.int64)


def _tier(many: int) -> int:
    """Return the tier of a segment of so many sections: the least that has as many."""
    tier, size = 0, segments.FRESH
    while size < many and size * segments.FAN <= segments.LARGEST:
        tier, size = tier + 1, size * segments.FAN
    return tier
