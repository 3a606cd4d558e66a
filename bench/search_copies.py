"""An archive made many times larger by copies of what it holds, for measuring its size alone.

Importing a million documents takes hours. What a search costs hangs on the number of sections,
of postings and of terms, not on whether each text is written once; so the largest segments of the
index are copied with their documents, each copy under numbers and sources of its own. The copies
stand for different documents: they are not linked as versions. Their records, which no search
reads, are left empty.
"""

from __future__ import annotations

import secrets
import sqlite3

import numpy as np

from corpus.index.stored import segments
from corpus.store import parts
from storage import transaction

_SHIFT = 20
_CHUNKS = (1 << _SHIFT) - 1


def _imported(db: sqlite3.Connection) -> tuple[int, int]:
    """Return the last document and the last section of what was imported, not copied, and is in
    the largest segments; zeros where nothing is."""
    found = (0, 0)
    for (last,) in map(
        tuple, db.execute("SELECT last FROM segments WHERE tier = ? ORDER BY first", (_tier(),))
    ):
        owner, record = db.execute(
            "SELECT d.id, d.record FROM sections s JOIN documents d ON d.id = s.document"
            " WHERE s.id = ?",
            (last,),
        ).fetchone()
        if not record:
            break
        found = int(owner), int(last)
    return found


def copy(db: sqlite3.Connection) -> bool:
    """Put what was imported, so far as it is in the largest segments, in once more.

    Return false where nothing is, so that nothing was done.
    """
    document, section = _imported(db)
    if not section:
        return False
    with transaction(db):
        documents = int(db.execute("SELECT max(id) FROM documents").fetchone()[0])
        sections = int(db.execute("SELECT max(id) FROM sections").fetchone()[0])
        names = [row[1] for row in db.execute("PRAGMA table_info(documents)")]
        kept = ", ".join(name for name in names if name not in ("id", "source", "record"))
        db.execute(
            f"INSERT INTO documents (id, source, record, {kept})"  # noqa: S608
            f" SELECT id + ?, source || '-' || ?, '', {kept}"
            " FROM documents WHERE id <= ? ORDER BY id",
            (documents, documents, document),
        )
        db.execute(
            "INSERT INTO sections (id, document, first, body) SELECT id + ?, document + ?, first,"
            " body FROM sections WHERE id <= ? ORDER BY id",
            (sections, documents, section),
        )
        names = [row[1] for row in db.execute("PRAGMA table_info(standing)")]
        kept = ", ".join(name for name in names if name != "document")
        db.execute(
            f"INSERT INTO standing (document, {kept}) SELECT document + ?, {kept} FROM standing"  # noqa: S608
            " WHERE document <= ?",
            (documents, document),
        )
        rows = db.execute(
            "SELECT * FROM segments WHERE tier = ? AND last <= ? ORDER BY first", (_tier(), section)
        )
        for row in rows.fetchall():
            _copy_segment(db, row, documents, sections)
        parts.touch(db, parts.PUBLIC)
    return True


def _copy_segment(db: sqlite3.Connection, row: sqlite3.Row, documents: int, sections: int) -> None:
    number = secrets.randbits(40)
    values = dict(zip(row.keys(), tuple(row), strict=True))
    values |= {
        "id": number,
        "first": row["first"] + sections,
        "last": row["last"] + sections,
        "sections": _moved(row["sections"], sections),
        "documents": _moved(row["documents"], documents),
    }
    marks = ",".join("?" * len(values))
    db.execute(
        f"INSERT INTO segments ({', '.join(values)}) VALUES ({marks})",  # noqa: S608
        tuple(values.values()),
    )
    db.execute("INSERT INTO parted (segment, part) VALUES (?, ?)", (number, parts.PUBLIC))
    db.execute(
        "INSERT INTO postings (id, data) SELECT ? | (id & ?), data FROM postings"
        " WHERE id BETWEEN ? AND ? ORDER BY id",
        (number << _SHIFT, _CHUNKS, row["id"] << _SHIFT, (row["id"] << _SHIFT) + _CHUNKS),
    )


def _moved(numbers: bytes, by: int) -> bytes:
    return (np.frombuffer(numbers, "<u4") + np.uint32(by)).astype("<u4").tobytes()


def _tier() -> int:
    """Return the tier of the largest segments."""
    tier, size = 0, segments.FRESH
    while size * segments.FAN <= segments.LARGEST:
        tier, size = tier + 1, size * segments.FAN
    return tier
