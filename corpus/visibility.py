"""Whose a document is, and whether other units find it: 各单位可查, or 只限本单位.

A document belongs to the unit whose clerk imported it or whose reply it is; what was imported on
the command line belongs to nobody and is everybody's. A unit sets this for all that is its own.

Only its own unit changes a document, or takes it out. Two units may well have a file of the same
name: the second one's gets the unit's name before it, so that neither replaces the other's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from corpus.archive import Archive, ArchivedDocument, Variant
from corpus.index.gathering import Narrowing
from corpus.index.incoming import Incoming
from corpus.index.results import Results
from corpus.store import listing, trash
from corpus.store.listing import Facets, Filter, Listed
from corpus.store.trash import Deleted
from drafting.errors import UserError
from drafting.model import Passage
from storage import transaction

_NO_UNIT = "未定单位"
"""Stands before the names of those whose account has no unit."""


class UnitArchive(Archive):
    """The archive as ``unit`` has it: without what others keep to themselves; what is put in is
    the unit's own."""

    unit: str = ""

    @classmethod
    def over(cls, archive: Archive, unit: str) -> UnitArchive:
        """Return a view of ``archive``; they share their connections and what they recall."""
        made = cls(archive.path)
        made._local, made._recall = archive._local, archive._recall
        made.unit = unit
        return made

    def hidden(self) -> frozenset[int]:
        """Return the documents that other units keep to themselves."""
        rows = self.db.execute(
            "SELECT d.id FROM reserved r JOIN owners o ON o.unit = r.unit"
            " JOIN documents d ON d.source = o.source WHERE r.unit != ?",
            (self.unit,),
        )
        return frozenset(row["id"] for row in rows)

    def _reserved(self) -> list[str]:
        """Return the sources that other units keep to themselves."""
        rows = self.db.execute(
            "SELECT o.source FROM reserved r JOIN owners o ON o.unit = r.unit"
            " WHERE r.unit != ? ORDER BY o.source",
            (self.unit,),
        )
        return [row["source"] for row in rows]

    def state(self) -> tuple[str, ...]:
        """Return what tells this state of the archive from every other, as the unit sees it."""
        return (*super().state(), *self._reserved())

    def _hides(self, source: str) -> bool:
        row = self.db.execute(
            "SELECT 1 FROM owners o JOIN reserved r ON r.unit = o.unit"
            " WHERE o.source = ? AND o.unit != ?",
            (source, self.unit),
        ).fetchone()
        return row is not None

    # ------------------------------------------------------------------ as the unit sets it

    def is_reserved(self) -> bool:
        """Tell whether the unit keeps its documents to itself."""
        row = self.db.execute("SELECT 1 FROM reserved WHERE unit = ?", (self.unit,)).fetchone()
        return row is not None

    def reserve(self, *, reserved: bool) -> None:
        """Keep the unit's documents to itself, or let all units find them."""
        with transaction(self.db) as db:
            db.execute("DELETE FROM reserved WHERE unit = ?", (self.unit,))
            if reserved:
                db.execute("INSERT INTO reserved (unit) VALUES (?)", (self.unit,))

    # ------------------------------------------------------------------ writing

    def source_for(self, source: str) -> str:
        """Return under which source the unit puts in what comes as ``source``.

        Another one than that where it would replace a document of another unit, or, from a unit
        that keeps its own to itself, one that is everybody's.
        """
        owner = self._owner(source)
        others = owner not in (None, self.unit)
        if owner is None and self.unit and self.is_reserved():
            others = self._is_there(source)
        return f"{self.unit or _NO_UNIT}/{source}" if others else source

    def may_change(self, source: str) -> bool:
        """Tell whether the unit may correct or delete a document: its own, or everybody's."""
        return self._owner(source) in (None, self.unit)

    def put(self, incoming: Incoming) -> str:
        """Put a document in as the unit's own, as :meth:`Archive.put` does."""
        with transaction(self.db):
            return super().put(replace(incoming, source=self.source_for(incoming.source)))

    def _write(self, incoming: Incoming, number: int | None) -> None:
        # What is everybody's stays so: nobody could hide it by importing it once more.
        shared = self._owner(incoming.source) is None and self._is_there(incoming.source)
        super()._write(incoming, number)
        if self.unit and not shared:
            self.db.execute(
                "INSERT OR REPLACE INTO owners (source, unit) VALUES (?, ?)",
                (incoming.source, self.unit),
            )

    def correct(self, number: int, values: Mapping[str, Any], author: str = "") -> bool:
        """Correct a document of the unit's; raises :class:`UserError` for another unit's."""
        self._check_own(number)
        return super().correct(number, values, author)

    def delete(self, number: int) -> bool:
        """Move a document of the unit's to the trash; raises :class:`UserError` as above."""
        self._check_own(number)
        return self.document(number) is not None and super().delete(number)

    def undelete(self, number: int) -> int | None:
        """Put a document of the unit's back from the trash."""
        row = self.db.execute("SELECT source FROM trash WHERE id = ?", (number,)).fetchone()
        return super().undelete(number) if row and self.may_change(row["source"]) else None

    def _check_own(self, number: int) -> None:
        found = self.document(number)
        if found is not None and not self.may_change(found.source):
            owner = self._owner(found.source)
            raise UserError(f"这份文件是{owner}的，由该单位更正、删除。")

    def _owner(self, source: str) -> str | None:
        row = self.db.execute("SELECT unit FROM owners WHERE source = ?", (source,)).fetchone()
        return str(row["unit"]) if row else None

    def _is_there(self, source: str) -> bool:
        found = self.db.execute("SELECT 1 FROM documents WHERE source = ?", (source,))
        return found.fetchone() is not None

    # ------------------------------------------------------------------ reading

    def document(self, number: int) -> ArchivedDocument | None:
        """Return a document by its number, ``None`` where there is none for this unit."""
        found = super().document(number)
        return None if found is None or self._hides(found.source) else found

    def look(self, query: str, *, narrowing: Narrowing | None = None, **more: Any) -> Results:
        """Return what answers ``query``, as :meth:`Archive.look` does."""
        asked = narrowing or Narrowing()
        seen = replace(asked, without=asked.without | self.hidden())
        return super().look(query, narrowing=seen, **more)

    def passages(self, query: str, *, exclude: Any = (), **more: Any) -> list[Passage]:
        """Return the passages that answer ``query``, as :meth:`Archive.passages` does."""
        return super().passages(query, exclude=[*exclude, *self._reserved()], **more)

    def variants(self, number: int) -> list[Variant]:
        """Return the other versions of a document that the unit sees."""
        return [one for one in super().variants(number) if not self._hides(one.source)]

    # ------------------------------------------------------------------ lists

    def listed(self, wanted: Filter, page: int = 0) -> list[Listed]:
        """Return a page of the list, as :meth:`Archive.listed` does."""
        return super().listed(replace(wanted, reader=self.unit), page)

    def count_listed(self, wanted: Filter) -> int:
        """Return how many documents ``wanted`` leaves for this unit."""
        return super().count_listed(replace(wanted, reader=self.unit))

    def facets(self, wanted: Filter) -> Facets:
        """Return the values of each filter with their counts for this unit."""
        return super().facets(replace(wanted, reader=self.unit))

    def deleted(self, start: int = 0, most: int = listing.PAGE) -> list[Deleted]:
        """Return the documents in the trash that the unit may put back, from place ``start``."""
        return trash.listed(self.db, self.unit, start, most)

    def count_deleted(self) -> int:
        """Return how many documents of the trash the unit may put back."""
        row = self.db.execute(
            "SELECT count(*) FROM trash t LEFT JOIN owners o ON o.source = t.source"
            " WHERE o.unit IS NULL OR o.unit = ?",
            (self.unit,),
        ).fetchone()
        return int(row[0])
