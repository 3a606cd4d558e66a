"""The archive as the proofreader asks it: who issued what under which number, and is it in force.

Implements :class:`drafting.checking.engine.office.FactLibrary`. Made for one reading of one text:
what was asked once is remembered.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from corpus.archive import Archive
from corpus.index import finding
from corpus.store import validity
from drafting.checking.engine.office import Archived
from drafting.language.doc_numbers import doc_no_key
from drafting.model import Kind, Passage


class ArchiveFacts:
    """Citations held against ``archive``, as things stand on ``today``."""

    def __init__(self, archive: Archive, today: dt.date | None = None) -> None:
        self._archive = archive
        self._today = today or dt.date.today()
        self._found: dict[tuple[str, str], list[Archived]] = {}
        self._issuers: dict[str, frozenset[str]] = {}

    def passages(
        self,
        query: str,
        *,
        title: str = "",
        kinds: Collection[Kind] = (),
        limit: int = 10,
        exclude: Collection[str] = (),
    ) -> list[Passage]:
        """Return the passages that answer ``query``, best first, as the archive does."""
        return self._archive.passages(query, title=title, kinds=kinds, limit=limit, exclude=exclude)

    def by_title(self, title: str) -> list[Archived]:
        """Return the documents of that title, or that issue what is so titled."""
        key = validity.number_of(validity.title_key(title))
        return self._remembered("s.title_key = ?", key, ("title", title))

    def by_number(self, number: str) -> list[Archived]:
        """Return the documents of that number; brackets, spaces and zeros do not matter."""
        return self._remembered("d.doc_no_key = ?", doc_no_key(number), ("number", number))

    def issuers_of(self, code: str) -> frozenset[str]:
        """Return who issues under a 代字, as far as the archive shows."""
        if code not in self._issuers:
            rows = self._archive.db.execute(
                "SELECT DISTINCT issuer FROM documents WHERE issuer IS NOT NULL"
                " AND doc_no_key >= ? AND doc_no_key < ?",
                (f"{code}〔", f"{code}〕"),
            )
            self._issuers[code] = frozenset(row["issuer"] for row in rows)
        return self._issuers[code]

    def written(self, words: str, most: int) -> int:
        """Return in how many documents ``words`` stand, counted up to ``most``."""
        hidden = self._archive.hidden()
        return finding.documents_with(self._archive.db, words, most, without=hidden)

    def _remembered(self, where: str, key: object, asked: tuple[str, str]) -> list[Archived]:
        if asked not in self._found:
            self._found[asked] = self._ask(where, key)
        return self._found[asked]

    def _ask(self, where: str, key: object) -> list[Archived]:
        db = self._archive.db
        rows = db.execute(
            "SELECT d.id, d.title, d.doc_no, d.issuer FROM documents d"  # noqa: S608
            f" LEFT JOIN standing s ON s.document = d.id WHERE {where} ORDER BY d.id LIMIT 20",
            (key,),
        ).fetchall()
        hidden = self._archive.hidden()
        rows = [row for row in rows if row["id"] not in hidden]
        states = validity.states(db, [row["id"] for row in rows], self._today)
        return [
            Archived(row["title"] or "", row["doc_no"], row["issuer"], states.get(row["id"], ""))
            for row in rows
        ]
