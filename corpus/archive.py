"""The archive of past replies and policies: one SQLite file.

:class:`Archive` holds every change; reading goes through :meth:`Archive.reader`, which asks who
reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from corpus.incoming import COLUMNS, Incoming, prepare, reread
from corpus.index import indexing
from corpus.index.stored import parting, segments
from corpus.recall import Recall
from corpus.store import (
    corrections,
    documents,
    duplicates,
    journal,
    owners,
    packing,
    parts,
    trash,
    validity,
)
from corpus.store.connections import Connections
from corpus.store.documents import ArchivedDocument
from corpus.store.migrations import STEPS
from corpus.store.sight import Reader
from corpus.view import ArchiveView
from drafting.errors import UserError
from drafting.model import Document
from storage import migrate, transaction
from storage.engine import Connection
from storage.log import audit
from storage.moments import utc_now
from storage.originals import Kept, Originals, as_kept, keep
from storage.statements import new_id

FILE_NAME = "archive.db"
_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")


class Archive:
    """The archive in one data folder, for changes; safe to share between threads.

    ``unit`` is the unit on whose behalf changes are made: new documents belong to it, and documents
    of others are not changed (:mod:`corpus.store.owners`). ``None`` may change everything.
    """

    def __init__(
        self, connections: Connections, recall: Recall | None = None, unit: str | None = None
    ) -> None:
        """Wrap the connections to a migrated archive; use :meth:`open`."""
        self._connections = connections
        self._recall = recall or Recall()
        self.unit = unit

    @classmethod
    def open(cls, data_folder: Path) -> Archive:
        """Open (or make) the archive of ``data_folder`` and bring its schema up to date."""
        archive = cls(Connections(data_folder / FILE_NAME))
        migrate(archive.db, STEPS)
        indexing.ensure_current(archive.db)
        validity.ensure_current(archive.db)
        duplicates.ensure_current(archive.db)
        return archive

    def reader(self, who: Reader) -> ArchiveView:
        """Return the archive as ``who`` sees it: the only way to read it."""
        return ArchiveView(self._connections, who, self._recall)

    def own_reader(self) -> ArchiveView:
        """Return the archive as this object's unit sees it."""
        return self.reader(Reader(self.unit))

    def for_unit(self, unit: str) -> Archive:
        """Return the archive for changes by ``unit``, which owns what it stores."""
        return Archive(self._connections, self._recall, unit)

    def for_all(self) -> Archive:
        """Return the archive for changes to what is nobody's own."""
        return Archive(self._connections, self._recall)

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self._connections.path

    @property
    def originals(self) -> Originals:
        """Where the originals are kept that rows name by their digest."""
        return self._connections.originals

    @property
    def db(self) -> Connection:
        """This thread's connection for writing, for the rooms that keep the archive."""
        return self._connections.db

    def close(self) -> None:
        """Close this thread's connections."""
        self._connections.close()

    def rest(self) -> None:
        """Let others have what this thread changes the archive by, until it does so again."""
        self._connections.rest()

    @contextmanager
    def logged(self, actor: audit.Actor, action: str, what: str) -> Iterator[list[str]]:
        """Log the block's changes in the archive's log: both are kept or neither.

        What is put into the list that it yields goes into the entry: what only the change tells.
        """
        said: list[str] = []
        with transaction(self.db) as db:
            yield said
            audit.write(
                db, action, who=actor.who, where=actor.where, what=what, detail="；".join(said)
            )

    def ask_log(
        self,
        query: Callable[Concatenate[Connection, _Asked], _Answer],
        *args: _Asked.args,
        **kwargs: _Asked.kwargs,
    ) -> _Answer:
        """Return the result of a query of :mod:`storage.log.audit` on the archive's log."""
        if query.__module__ != audit.__name__:
            raise TypeError("only the log is asked here: documents are for a reader")
        return query(self.db, *args, **kwargs)

    # ------------------------------------------------------------------ writing

    def store(self, document: Document, source: str, original: bytes | None = None) -> str:
        """Put ``document`` in under ``source``; return ``imported``, ``replaced`` or ``unchanged``.

        ``source`` identifies a document: storing it again replaces it, never doubles it. Whether
        it changed is recognised by the content's SHA-256.
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
        """Return the source under which a document that arrives as ``source`` is stored here."""
        return source if self.unit is None else owners.source_for(self.db, source, self.unit)

    def may_change(self, source: str) -> bool:
        """Return whether the document of ``source`` may be corrected or deleted here: the unit's
        own, or everybody's."""
        return self.unit is None or owners.of(self.db, source) in (None, self.unit)

    def put(self, incoming: Incoming) -> str:
        """Put in what :func:`corpus.incoming.prepare` made; return as :meth:`store` does.

        Raises :class:`storage.originals.StoreError` where the original cannot be kept.
        """
        if isinstance(incoming.original, bytes):
            incoming = replace(incoming, original=Kept(self.originals.put(incoming.original)))
        with transaction(self.db) as db:
            incoming = replace(incoming, source=self.source_for(incoming.source))
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
        # What is everybody's stays so: nobody could hide it by importing it once more.
        if self.unit and (
            owners.of(self.db, incoming.source) or not owners.is_there(self.db, incoming.source)
        ):
            owners.note(self.db, incoming.source, self.unit)
        values = (
            incoming.source,
            *incoming.columns,
            incoming.digest,
            incoming.record,
            None,
            self._keep(incoming),
            utc_now(),
        )
        names = ("source", *COLUMNS, "sha256", "record", "original", "original_digest", "imported")
        if number is None:
            marks = ",".join("?" * len(names))
            cursor = new_id(
                self.db.execute(
                    f"INSERT INTO documents ({','.join(names)}) VALUES ({marks}) RETURNING id",  # noqa: S608
                    values,
                )
            )
            number = cursor
            self.db.execute("DELETE FROM trash WHERE source = ?", (incoming.source,))
        else:
            assigned = ",".join(f"{name}=?" for name in names)
            self.db.execute(
                f"UPDATE documents SET {assigned} WHERE id=?",  # noqa: S608
                (*values, number),
            )
        parts.place(self.db, number, incoming.source)
        indexing.write(self.db, number, incoming.index)
        duplicates.add(self.db, number, incoming.fingerprint)

    def _keep(self, incoming: Incoming) -> str:
        """Return the digest under which the original is kept, "" where there is none."""
        held = incoming.original
        return "" if held is None else keep(self.originals, held)

    def _unlink(self, number: int) -> None:
        """Take a document out of the index and away from its versions; its row stays."""
        indexing.remove(self.db, number)
        parts.forget(self.db, number)
        duplicates.remove(self.db, number)

    def remove(self, source: str) -> bool:
        """Delete the document of ``source`` for good; return whether there was one."""
        with transaction(self.db) as db:
            row = db.execute("SELECT id FROM documents WHERE source = ?", (source,)).fetchone()
            if row is None:
                return False
            self._unlink(row["id"])
            db.execute("DELETE FROM documents WHERE id = ?", (row["id"],))
            journal.forget(db)
        return True

    # ------------------------------------------------------------------ correcting by hand

    def correct(self, number: int, values: Mapping[str, Any], author: str = "") -> bool:
        """Correct fields of a document by hand, so that they survive its next import.

        ``values`` by name, of :data:`corpus.store.corrections.FIELDS`; a value equal to what was
        read takes the correction back. Returns whether there is such a document. Raises
        :class:`UserError` for another unit's.
        """
        with transaction(self.db) as db:
            found = self._own(number)
            if found is None:
                return False
            document = corrections.keep(db, found.source, found.document, values, author)
            if document != found.document:
                self._unlink(number)
                self._write(prepare(document, found.source, found.original), number)
        return True

    def delete(self, number: int) -> bool:
        """Move a document to the trash; return whether there was one.

        Raises :class:`UserError` for another unit's.
        """
        with transaction(self.db) as db:
            if self._own(number) is None:
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
            source = trash.source_of(db, number)
            if source is None or not self.may_change(source):
                return None
            row = trash.take(db, number)
            document = packing.read_record(row["record"])
            taken = db.execute("SELECT 1 FROM documents WHERE id = ?", (number,)).fetchone()
            if not taken:
                # Its own number again, so that links to it hold.
                db.execute(
                    "INSERT INTO documents (id, source, kind, sha256, record, imported)"
                    " VALUES (?,?,?,'',?,?)",
                    (number, row["source"], document.kind.value, b"", row["imported"]),
                )
            held = as_kept(row["original_digest"], row["original"])
            incoming = prepare(document, row["source"], held)
            self._write(incoming, None if taken else number)
            found = db.execute("SELECT id FROM documents WHERE source = ?", (row["source"],))
            return int(found.fetchone()["id"])

    def empty_trash(self) -> int:
        """Forget the unit's deleted documents for good, and nobody's; return how many there were.

        What another unit deleted stays: it alone puts it back or forgets it.
        """
        with transaction(self.db) as db:
            return trash.empty(db, self.unit)

    def _own(self, number: int) -> ArchivedDocument | None:
        """Return a document that may be changed here, ``None`` where it is not there or hidden.

        Raises :class:`UserError` where it is another unit's.
        """
        found = documents.load(self.db, number)
        if found is None or self.unit is None:
            return found
        if owners.hides(self.db, found.source, self.unit):
            return None
        if not self.may_change(found.source):
            owner = owners.of(self.db, found.source)
            raise UserError(f"这份文件是{owner}的，由该单位更正、删除。")
        return found

    def is_kept_from(self, source: str) -> bool:
        """Return whether another unit keeps the document of ``source`` from this one."""
        return self.unit is not None and owners.hides(self.db, source, self.unit)

    def is_reserved(self) -> bool:
        """Return whether the unit keeps its documents to itself."""
        return owners.is_reserved(self.db, self.unit or "")

    def reserve(self, *, reserved: bool) -> None:
        """Keep the unit's documents to itself, or let all units find them."""
        with transaction(self.db) as db:
            owners.reserve(db, self.unit or "", reserved=reserved)
            parts.arrange(db, self.unit or "")

    def rename_unit(self, former: str, name: str) -> None:
        """Have what is of the unit ``former`` be of ``name``, which it is called now."""
        with transaction(self.db) as db:
            owners.rename(db, former, name)
            parts.rename(db, former, name)

    def arrange_index(self) -> bool:
        """Part one segment of the index that holds what several parts should have, else clear away
        what is kept of segments that are gone; return whether there is more to do.

        For the background: until it is done, searches leave out what is not to be shown.
        """
        if parting.settle(self.db):
            return True
        segments.clear_away(self.db)
        return False

    def clear_failures(self) -> None:
        """Forget the list of what could not be imported."""
        with transaction(self.db) as db:
            journal.forget_failures(db, unit=self.unit)


def _same(one: bytes, other: bytes) -> bool:
    """Whether two records say the same; another zlib packs the same in other bytes."""
    return one == other or packing.unpack(one) == packing.unpack(other)
