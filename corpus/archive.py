"""The archive of past replies and policies: one SQLite file, one door."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.index import finding, indexing, lexicon, postings, results
from corpus.index.gathering import Narrowing
from corpus.index.incoming import COLUMNS, Incoming, prepare, reread
from corpus.index.lexicon import Lexicon
from corpus.index.recall import Recall
from corpus.index.results import Hit, Results
from corpus.store import corrections, duplicates, journal, listing, packing, trash, validity
from corpus.store.corrections import Correction
from corpus.store.listing import Facets, Failed, Filter, Listed
from corpus.store.migrations import STEPS
from corpus.store.trash import Deleted
from corpus.store.validity import Judged
from drafting.language.masking import mask
from drafting.model import Document, Kind, Passage
from storage import connect, migrate, transaction

if TYPE_CHECKING:
    from corpus.visibility import UnitArchive

FILE_NAME = "archive.db"
_MAPPED = 1 << 31
SAMPLES = "样例/"
"""What the sources of the sample documents begin with."""


@dataclass(frozen=True, slots=True)
class ArchivedDocument:
    """A document of the archive. ``source`` identifies it; ``original`` are the bytes imported.

    ``sha256`` is the digest of the bytes, of a ledger's line that of what was read of it.
    """

    id: int
    source: str
    document: Document
    imported: dt.datetime
    original: bytes | None = None
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Variant:
    """Another version of a document. ``relation``: 同文, 续办 or 不同版本."""

    document: int
    source: str
    title: str
    kind: Kind
    date: dt.date | None
    likeness: float
    relation: str


class Archive:
    """The archive in one data folder; safe to share between threads.

    Implements :class:`drafting.answering.library.Library`. Each thread has its own connection, so
    readers never wait for the writer (WAL).
    """

    unit: str | None = None
    """As whose the archive is seen; ``None``: as a whole, by whoever may do everything with it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._recall = Recall()

    @classmethod
    def open(cls, data_folder: Path) -> Archive:
        """Open (or make) the archive of ``data_folder`` and bring its schema up to date."""
        archive = cls(data_folder / FILE_NAME)
        migrate(archive.db, STEPS)
        indexing.ensure_current(archive.db)
        validity.ensure_current(archive.db)
        duplicates.ensure_current(archive.db)
        return archive

    @property
    def db(self) -> sqlite3.Connection:
        """This thread's connection."""
        if not hasattr(self._local, "db"):
            self._local.db = connect(self.path)
            # The postings of a long question lie in hundreds of places: mapped, they cost no
            # system call each, and all threads share the pages.
            self._local.db.execute(f"PRAGMA mmap_size = {_MAPPED}")
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
        return self.put(prepare(document, source, original))

    def holds_other(self, incoming: Incoming) -> bool:
        """Whether what is kept under the source says something else than what comes in.

        Of a file its bytes tell, of a ledger's line its text: newer code may read more of either.
        """
        row = self.db.execute(
            "SELECT sha256, record FROM documents WHERE source = ?",
            (self.source_for(incoming.source),),
        ).fetchone()
        if row is None or row["sha256"] == incoming.digest:
            return False
        if incoming.original is not None:
            return True
        return packing.read_record(row["record"]).text != reread(incoming).text

    def source_for(self, source: str) -> str:
        """Return under which source it is kept what comes as ``source``; see UnitArchive."""
        return source

    def may_change(self, source: str) -> bool:
        """Tell whether whoever sees the archive so may change the document of ``source``."""
        return True

    def put(self, incoming: Incoming) -> str:
        """Put in what :func:`corpus.index.incoming.prepare` made; return as :meth:`store` does."""
        with transaction(self.db) as db:
            if self._is_corrected(incoming.source):
                corrected = corrections.apply(db, incoming.source, reread(incoming))
                incoming = prepare(corrected, incoming.source, incoming.original)
            row = db.execute(
                "SELECT id, sha256, record FROM documents WHERE source = ?", (incoming.source,)
            ).fetchone()
            journal.forget_failure(db, incoming.source, self.unit or "")
            if row and row["sha256"] == incoming.digest and _same(row["record"], incoming.record):
                return "unchanged"
            if row:
                self._unlink(row["id"])
            self._write(incoming, row["id"] if row else None)
        return "replaced" if row else "imported"

    def _is_corrected(self, source: str) -> bool:
        found = self.db.execute("SELECT 1 FROM corrections WHERE source = ? LIMIT 1", (source,))
        return found.fetchone() is not None

    def _write(self, incoming: Incoming, number: int | None) -> None:
        """Write the row (over that of ``number``, where there is one), its index and its links."""
        values = (
            incoming.source,
            *incoming.columns,
            incoming.digest,
            incoming.record,
            incoming.original,
            dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        )
        names = ("source", *COLUMNS, "sha256", "record", "original", "imported")
        if number is None:
            marks = ",".join("?" * len(names))
            cursor = self.db.execute(
                f"INSERT INTO documents ({','.join(names)}) VALUES ({marks})",  # noqa: S608
                values,
            )
            assert cursor.lastrowid is not None
            number = cursor.lastrowid
            self.db.execute("DELETE FROM trash WHERE source = ?", (incoming.source,))
        else:
            assigned = ",".join(f"{name}=?" for name in names)
            self.db.execute(
                f"UPDATE documents SET {assigned} WHERE id=?",  # noqa: S608
                (*values, number),
            )
        indexing.write(self.db, number, incoming.index)
        duplicates.add(self.db, number, incoming.fingerprint)

    def _unlink(self, number: int) -> None:
        """Take a document out of the index and away from its versions; its row stays."""
        indexing.remove(self.db, number)
        duplicates.remove(self.db, number)

    def remove(self, source: str) -> bool:
        """Take the document of ``source`` out for good; return whether there was one."""
        with transaction(self.db) as db:
            row = db.execute("SELECT id FROM documents WHERE source = ?", (source,)).fetchone()
            if row is None:
                return False
            self._unlink(row["id"])
            db.execute("DELETE FROM documents WHERE id = ?", (row["id"],))
            journal.forget(db)
        return True

    # ------------------------------------------------------------------ mending by hand

    def correct(self, number: int, values: Mapping[str, Any], author: str = "") -> bool:
        """Correct fields of a document by hand, so that they survive its next import.

        ``values`` by name, of :data:`corpus.store.corrections.FIELDS`; a value equal to what was
        read         takes the correction back. Returns whether there is such a document.
        """
        with transaction(self.db) as db:
            found = self.document(number)
            if found is None:
                return False
            document = corrections.keep(db, found.source, found.document, values, author)
            if document != found.document:
                self._unlink(number)
                self._write(prepare(document, found.source, found.original), number)
        return True

    def corrections(self, source: str) -> dict[str, Correction]:
        """Return the corrections of the document of ``source``, by field."""
        return corrections.of(self.db, source)

    def delete(self, number: int) -> bool:
        """Move a document to the trash; return whether there was one."""
        with transaction(self.db) as db:
            row = db.execute("SELECT 1 FROM documents WHERE id = ?", (number,)).fetchone()
            if row is None:
                return False
            trash.put(db, number)
            self._unlink(number)
            db.execute("DELETE FROM documents WHERE id = ?", (number,))
            # An import of the same file brings it back: somebody asked for it.
            journal.forget(db)
        return True

    def undelete(self, number: int) -> int | None:
        """Put a document back from the trash; return its number, ``None`` if it is not there."""
        with transaction(self.db) as db:
            row = trash.take(db, number)
            if row is None:
                return None
            document = packing.read_record(row["record"])
            taken = db.execute("SELECT 1 FROM documents WHERE id = ?", (number,)).fetchone()
            if not taken:
                # Its own number again, so that links to it hold.
                db.execute(
                    "INSERT INTO documents (id, source, kind, sha256, record, imported)"
                    " VALUES (?,?,?,'',x'',?)",
                    (number, row["source"], document.kind.value, row["imported"]),
                )
            incoming = prepare(document, row["source"], row["original"])
            self._write(incoming, None if taken else number)
            found = db.execute("SELECT id FROM documents WHERE source = ?", (row["source"],))
            return int(found.fetchone()["id"])

    def empty_trash(self) -> int:
        """Forget the deleted documents for good; return how many there were."""
        with transaction(self.db) as db:
            return trash.empty(db)

    # ------------------------------------------------------------------ reading

    def document(self, number: int) -> ArchivedDocument | None:
        """Return a document by its number, or ``None``."""
        row = self.db.execute("SELECT * FROM documents WHERE id = ?", (number,)).fetchone()
        if row is None:
            return None
        return ArchivedDocument(
            row["id"],
            row["source"],
            packing.read_record(row["record"]),
            dt.datetime.fromisoformat(row["imported"]),
            row["original"],
            row["sha256"],
        )

    def count(self) -> int:
        """Return how many documents the archive holds."""
        return int(self.db.execute("SELECT count(*) FROM documents").fetchone()[0])

    def count_newer(self, numbers: Collection[int], moment: dt.datetime) -> int:
        """Return how many of the documents were put in, or in anew, after ``moment``."""
        marks = ",".join("?" * len(numbers))
        query = f"SELECT count(*) FROM documents WHERE id IN ({marks}) AND imported > ?"  # noqa: S608
        then = moment.astimezone(dt.UTC).isoformat(timespec="seconds")
        return int(self.db.execute(query, (*numbers, then)).fetchone()[0])

    def count_by_kind(self) -> dict[Kind, int]:
        """Return how many documents of each kind the archive holds."""
        rows = self.db.execute("SELECT kind, count(*) AS n FROM documents GROUP BY kind")
        return {Kind(row["kind"]): row["n"] for row in rows}

    def search(
        self,
        query: str,
        *,
        title: str = "",
        kinds: Collection[Kind] = (),
        limit: int = 20,
        distinct: bool = True,
    ) -> list[Hit]:
        """Return the documents that answer ``query``, best first; [] where nothing is asked.

        ``title`` is the question's own title, where it has one: its words weigh more. Of several
        versions of a document only the best is a hit, unless ``distinct`` is false.
        """
        narrowing = Narrowing.to_kinds(kinds)
        return self.look(
            query, title=title, narrowing=narrowing, limit=limit, distinct=distinct, counts=False
        ).hits

    def look(
        self,
        query: str,
        *,
        title: str = "",
        narrowing: Narrowing | None = None,
        limit: int = 20,
        newest: bool = False,
        distinct: bool = True,
        counts: bool = True,
    ) -> Results:
        """Return what :meth:`search` returns, narrowed, with what was mended of the question.

        ``newest`` puts the latest first; ``counts`` asks for the counts of what matches too.
        """
        return results.look(
            self.db,
            self._words(),
            query,
            title,
            narrowing or Narrowing(),
            limit,
            distinct=distinct,
            newest=newest,
            counts=counts,
        )

    def words(self, query: str, *, title: str = "") -> tuple[str, ...]:
        """Return the words, folded, by which a text shows that it answers ``query``."""
        return finding.words_to_mark(self.db, self._words(), query, title)

    def _words(self) -> Lexicon:
        """Return the search words: the shipped table and the data folder's own."""
        return lexicon.load(self.path.parent)

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
        words = self._words()
        chosen = (frozenset(kinds), limit, frozenset(exclude), dt.date.today())

        def find() -> list[Passage]:
            found = finding.find_passages(
                self.db,
                query,
                title=title,
                kinds=kinds,
                limit=limit,
                exclude=exclude,
                words=words,
            )
            return results.passages(self.db, found)

        return self._recall.passages((postings.stamp(self.db), query, title, *chosen), words, find)

    def judged(self, number: int) -> Judged | None:
        """Return whether a policy is in force today, and why not; ``None`` for what is none."""
        return validity.judge(self.db, [number], dt.date.today(), self.hidden()).get(number)

    def passage(self, number: int, seq: int) -> Passage | None:
        """Return passage ``seq`` of the document ``number``, ``None`` where it is not there."""
        found = finding.passage_at(self.db, number, seq)
        return next(iter(results.passages(self.db, [found])), None) if found else None

    def variants(self, number: int) -> list[Variant]:
        """Return the other versions of a document, the newest first."""
        numbers = duplicates.group(self.db, number)
        if not numbers:
            return []
        rows = results.documents(self.db, numbers)
        found = [
            Variant(
                document=other,
                source=rows[other]["source"],
                title=mask(rows[other]["title"] or rows[other]["source"]),
                kind=Kind(rows[other]["kind"]),
                date=results.day(rows[other]["date"]),
                likeness=(likeness := duplicates.likeness_of(self.db, number, other)),
                relation=duplicates.relation(self.db, number, other, likeness),
            )
            for other in numbers
        ]
        return sorted(found, key=lambda one: (one.date or dt.date.min, one.document), reverse=True)

    # ------------------------------------------------------------------ lists

    def listed(self, wanted: Filter, page: int = 0) -> list[Listed]:
        """Return a page (from 0) of the documents that ``wanted`` leaves, the newest first."""
        return listing.page(self.db, wanted, page)

    def count_listed(self, wanted: Filter) -> int:
        """Return how many documents ``wanted`` leaves."""
        return listing.count(self.db, wanted)

    def facets(self, wanted: Filter) -> Facets:
        """Return the values of each filter with their counts."""
        return listing.facets(self.db, wanted)

    def failures(self, start: int = 0, most: int = listing.PAGE) -> list[Failed]:
        """Return what could not be imported and why, the latest first, from place ``start``."""
        return listing.failures(self.db, self.unit, start, most)

    def count_failures(self) -> int:
        """Return how many files or ledger lines could not be imported."""
        return listing.count_failures(self.db, self.unit)

    def clear_failures(self) -> None:
        """Forget the list of what could not be imported."""
        with transaction(self.db) as db:
            journal.forget_failures(db, unit=self.unit)

    def deleted(self, start: int = 0, most: int = listing.PAGE) -> list[Deleted]:
        """Return documents in the trash, the last one first, from place ``start``."""
        return trash.listed(self.db, None, start, most)

    def count_deleted(self) -> int:
        """Return how many documents are in the trash."""
        return trash.count(self.db)

    def state(self) -> tuple[str, ...]:
        """Return what tells this state of the archive from every other, as it is seen here."""
        return (postings.stamp(self.db),)

    def hidden(self) -> frozenset[int]:
        """Return the documents that are not shown; here all are."""
        return frozenset()

    def seen_by(self, unit: str) -> UnitArchive:
        """Return the archive as ``unit`` may see it; what is put in there is the unit's own."""
        from corpus.visibility import UnitArchive

        return UnitArchive.over(self, unit)

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


def _same(one: bytes, other: bytes) -> bool:
    """Whether two records say the same; another zlib packs the same in other bytes."""
    return one == other or packing.unpack(one) == packing.unpack(other)
