"""The archive of past replies and policies: one SQLite file, one door."""

from __future__ import annotations

import datetime as dt
import hashlib
import sqlite3
import threading
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from corpus import finding, indexing
from corpus.migrations import STEPS
from drafting.model import Document, Kind, Passage
from drafting.reading.fields import doc_no_key
from storage import connect, migrate, transaction

FILE_NAME = "archive.db"
SAMPLES = "样例/"
"""What the sources of the sample documents begin with."""


@dataclass(frozen=True, slots=True)
class ArchivedDocument:
    """A document of the archive. ``source`` identifies it; ``original`` are the bytes imported."""

    id: int
    source: str
    document: Document
    imported: dt.datetime
    original: bytes | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found, with its best passage as excerpt."""

    document: int
    source: str
    title: str
    kind: Kind
    date: dt.date | None
    score: float
    excerpt: str
    doc_no: str | None = None
    issuer: str | None = None


class Archive:
    """The archive in one data folder; safe to share between threads.

    Implements :class:`drafting.evidence.Library`. Each thread has its own connection, so readers
    never wait for the writer (WAL).
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()

    @classmethod
    def open(cls, data_folder: Path) -> Archive:
        """Open (or make) the archive of ``data_folder`` and bring its schema up to date."""
        archive = cls(data_folder / FILE_NAME)
        migrate(archive.db, STEPS)
        indexing.ensure_current(archive.db)
        return archive

    @property
    def db(self) -> sqlite3.Connection:
        """This thread's connection."""
        if not hasattr(self._local, "db"):
            self._local.db = connect(self.path)
        db: sqlite3.Connection = self._local.db
        return db

    def close(self) -> None:
        """Close this thread's connection."""
        if hasattr(self._local, "db"):
            self._local.db.close()
            del self._local.db

    # ------------------------------------------------------------------ writing

    def store(self, document: Document, source: str, original: bytes | None = None) -> str:
        """Put ``document`` in under ``source``; return ``imported``, ``replaced`` or ``unchanged``.

        ``source`` identifies a document: storing it again replaces it, never doubles it. Whether
        it changed is told by the content's SHA-256.
        """
        record = msgspec.json.encode(document)
        digest = hashlib.sha256(original if original is not None else record).hexdigest()
        with transaction(self.db) as db:
            row = db.execute(
                "SELECT id, sha256, record FROM documents WHERE source = ?", (source,)
            ).fetchone()
            if row and row["sha256"] == digest and row["record"] == record.decode():
                return "unchanged"
            if row:
                indexing.remove(db, row["id"])
            number = self._write(db, document, source, digest, record.decode(), original, row)
            indexing.add(db, number, document)
        return "replaced" if row else "imported"

    def _write(
        self,
        db: sqlite3.Connection,
        document: Document,
        source: str,
        digest: str,
        record: str,
        original: bytes | None,
        row: sqlite3.Row | None,
    ) -> int:
        values = (
            source,
            document.kind.value,
            document.title,
            document.doc_no,
            doc_no_key(document.doc_no) if document.doc_no else None,
            "、".join(document.issuers) or None,
            document.date.isoformat() if document.date else None,
            digest,
            record,
            original,
            dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        )
        if row:
            db.execute(
                "UPDATE documents SET source=?, kind=?, title=?, doc_no=?, doc_no_key=?, issuer=?,"
                " date=?, sha256=?, record=?, original=?, imported=? WHERE id=?",
                (*values, row["id"]),
            )
            return int(row["id"])
        cursor = db.execute(
            "INSERT INTO documents (source, kind, title, doc_no, doc_no_key, issuer, date, sha256,"
            " record, original, imported) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            values,
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def remove(self, source: str) -> bool:
        """Take the document of ``source`` out; return whether there was one."""
        with transaction(self.db) as db:
            row = db.execute("SELECT id FROM documents WHERE source = ?", (source,)).fetchone()
            if row is None:
                return False
            indexing.remove(db, row["id"])
            db.execute("DELETE FROM documents WHERE id = ?", (row["id"],))
        return True

    # ------------------------------------------------------------------ reading

    def document(self, number: int) -> ArchivedDocument | None:
        """Return a document by its number, or ``None``."""
        row = self.db.execute("SELECT * FROM documents WHERE id = ?", (number,)).fetchone()
        if row is None:
            return None
        return ArchivedDocument(
            row["id"],
            row["source"],
            msgspec.json.decode(row["record"], type=Document),
            dt.datetime.fromisoformat(row["imported"]),
            row["original"],
        )

    def count(self) -> int:
        """Return how many documents the archive holds."""
        return int(self.db.execute("SELECT count(*) FROM documents").fetchone()[0])

    def count_by_kind(self) -> dict[Kind, int]:
        """Return how many documents of each kind the archive holds."""
        rows = self.db.execute("SELECT kind, count(*) AS n FROM documents GROUP BY kind")
        return {Kind(row["kind"]): row["n"] for row in rows}

    def search(
        self, query: str, *, title: str = "", kinds: Collection[Kind] = (), limit: int = 20
    ) -> list[Hit]:
        """Return the documents that answer ``query``, best first; [] where nothing is asked.

        ``title`` is the question's own title, where it has one: its words weigh more.
        """
        found = finding.find(self.db, query, title=title, kinds=kinds, limit=limit)
        rows = _documents(self.db, [hit.document for hit in found])
        return [
            Hit(
                document=hit.document,
                source=rows[hit.document]["source"],
                title=rows[hit.document]["title"] or rows[hit.document]["source"],
                kind=Kind(rows[hit.document]["kind"]),
                date=_day(rows[hit.document]["date"]),
                score=round(hit.score, 3),
                excerpt=hit.excerpt,
                doc_no=rows[hit.document]["doc_no"],
                issuer=rows[hit.document]["issuer"],
            )
            for hit in found
        ]

    def passages(
        self,
        query: str,
        *,
        title: str = "",
        kinds: Collection[Kind] = (),
        limit: int = 10,
        exclude: Collection[str] = (),
    ) -> list[Passage]:
        """Return the passages that answer ``query``, best first, near-identical ones once.

        ``exclude`` names sources that must not appear.
        """
        found = finding.find_passages(
            self.db, query, title=title, kinds=kinds, limit=limit, exclude=exclude
        )
        rows = _documents(self.db, [passage.document for passage in found])
        return [
            Passage(
                document=passage.document,
                source=rows[passage.document]["source"],
                kind=Kind(rows[passage.document]["kind"]),
                title=rows[passage.document]["title"] or rows[passage.document]["source"],
                text=passage.text,
                path=passage.path,
                issuer=rows[passage.document]["issuer"],
                doc_no=rows[passage.document]["doc_no"],
                date=_day(rows[passage.document]["date"]),
                score=round(passage.score, 3),
                shared=passage.shared,
                seq=passage.seq,
            )
            for passage in found
        ]

    def has_samples(self) -> bool:
        """Whether the sample documents are in the archive."""
        row = self.db.execute(
            "SELECT 1 FROM documents WHERE source LIKE ? LIMIT 1", (f"{SAMPLES}%",)
        ).fetchone()
        return row is not None

    def titles(self) -> Counter[str]:
        """Return the titles in the archive with how often each occurs."""
        rows = self.db.execute("SELECT title FROM documents WHERE title IS NOT NULL")
        return Counter(row["title"] for row in rows)


def _documents(db: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, sqlite3.Row]:
    wanted = sorted(set(numbers))
    marks = ",".join("?" * len(wanted))
    rows = db.execute(
        "SELECT id, source, title, kind, date, doc_no, issuer"  # noqa: S608
        f" FROM documents WHERE id IN ({marks})",
        wanted,
    )
    return {row["id"]: row for row in rows}


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
