"""A document of the archive, read from its row."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from corpus.store import packing
from drafting.model import Document
from storage.engine import Connection
from storage.originals import Kept, as_kept


@dataclass(frozen=True, slots=True)
class ArchivedDocument:
    """A document of the archive. ``source`` identifies it; ``original`` is the file imported,
    which :meth:`corpus.view.ArchiveView.original` reads.

    ``sha256`` is the digest of the bytes, of a ledger's line that of what was read of it.
    """

    id: int
    source: str
    document: Document
    imported: dt.datetime
    original: bytes | Kept | None = None
    sha256: str = ""


def load(db: Connection, number: int) -> ArchivedDocument | None:
    """Return a document by its number, or ``None``."""
    row = db.execute("SELECT * FROM documents WHERE id = ?", (number,)).fetchone()
    if row is None:
        return None
    return ArchivedDocument(
        row["id"],
        row["source"],
        packing.read_record(row["record"]),
        dt.datetime.fromisoformat(row["imported"]),
        as_kept(row["original_digest"], row["original"]),
        row["sha256"],
    )
