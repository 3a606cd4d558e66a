"""The archive as one reader sees it: all queries."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from corpus.index import finding, lexicon, passage_search, results
from corpus.index.gathering import Narrowing
from corpus.index.lexicon import Lexicon
from corpus.index.results import Hit, Results
from corpus.meaning import likeness
from corpus.recall import Recall
from corpus.store import (
    citing,
    corrections,
    documents,
    duplicates,
    listing,
    trash,
    validity,
)
from corpus.store.connections import Connections
from corpus.store.corrections import Correction
from corpus.store.documents import ArchivedDocument
from corpus.store.listing import Facets, Failed, Filter, Listed
from corpus.store.owners import SAMPLES
from corpus.store.sight import Reader
from corpus.store.trash import Deleted
from corpus.store.validity import Judged
from drafting.checking.engine.office import Archived
from drafting.language.masking import mask
from drafting.model import Kind, Passage
from storage.originals import load


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


def _unseen(_: ArchivedDocument) -> None:
    """Nobody needs to know who looked."""


@dataclass(frozen=True, slots=True)
class ArchiveView:
    """The archive as ``reader`` sees it; safe to share between threads.

    Made by :meth:`corpus.archive.Archive.reader`. Implements
    :class:`drafting.answering.passages.library.Library`. A method comes to a connection by
    ``self.connections.seeing(self.reader)`` alone, and that one shows no more than the reader may
    see (:mod:`corpus.store.sight`): no query has to think of it.
    """

    connections: Connections
    reader: Reader
    recall: Recall
    looked: Callable[[ArchivedDocument], None] = field(default=_unseen, compare=False)
    """Told of each document that is shown whole, whichever page shows it."""

    @contextmanager
    def one_moment(self) -> Iterator[None]:
        """Have all that is asked in the block, in this thread, be of one moment of the archive; who
        asks several things of it need find out but once what the reader is shown."""
        with self.connections.seeing(self.reader):
            yield

    # ------------------------------------------------------------------ documents

    def document(self, number: int) -> ArchivedDocument | None:
        """Return a document by its number, ``None`` where there is none for the reader."""
        with self.connections.seeing(self.reader) as db:
            found = documents.load(db, number)
        if found is not None:
            self.looked(found)
        return found

    def original(self, number: int) -> bytes | None:
        """Return the file that a document was imported from, ``None`` where none was kept, or there
        is no such document for the reader.

        Raises :class:`storage.originals.StoreError` where it is gone or damaged.
        """
        with self.connections.seeing(self.reader) as db:
            found = documents.load(db, number)
        return load(self.connections.originals, found.original) if found else None

    def corrections(self, source: str) -> dict[str, Correction]:
        """Return the corrections of the document of ``source``, by field."""
        with self.connections.seeing(self.reader) as db:
            return corrections.of(db, source)

    def count(self) -> int:
        """Return how many documents the archive holds."""
        with self.connections.seeing(self.reader) as db:

            def ask() -> int:
                return int(db.execute("SELECT count(*) FROM documents").fetchone()[0])

            return self.recall.count(self.state(), ask)

    def count_newer(self, numbers: Collection[int], moment: dt.datetime) -> int:
        """Return how many of the documents were put in, or in anew, after ``moment``."""
        marks = ",".join("?" * len(numbers))
        query = f"SELECT count(*) FROM documents WHERE id IN ({marks}) AND imported > ?"  # noqa: S608
        then = moment.astimezone(dt.UTC).isoformat(timespec="seconds")
        with self.connections.seeing(self.reader) as db:
            return int(db.execute(query, (*numbers, then)).fetchone()[0])

    def count_by_kind(self) -> dict[Kind, int]:
        """Return how many documents of each kind the archive holds."""
        with self.connections.seeing(self.reader) as db:
            rows = db.execute("SELECT kind, count(*) AS n FROM documents GROUP BY kind")
            return {Kind(row["kind"]): row["n"] for row in rows}

    def titles(self) -> Counter[str]:
        """Return the titles in the archive with how often each occurs."""
        with self.connections.seeing(self.reader) as db:
            rows = db.execute("SELECT title FROM documents WHERE title IS NOT NULL")
            return Counter(row["title"] for row in rows)

    def has_samples(self) -> bool:
        """Whether the sample documents are in the archive."""
        with self.connections.seeing(self.reader) as db:
            # By the index: LIKE looks at each document, and every page asks this.
            row = db.execute(
                "SELECT 1 FROM documents WHERE source >= ? AND source < ? LIMIT 1",
                (SAMPLES, f"{SAMPLES[:-1]}{chr(ord(SAMPLES[-1]) + 1)}"),
            ).fetchone()
            return row is not None

    def judged(self, number: int) -> Judged | None:
        """Return whether a policy is in force today, and why not; ``None`` for what is none."""
        with self.connections.seeing(self.reader) as db:
            return validity.judge(db, [number], dt.date.today()).get(number)

    def variants(self, number: int) -> list[Variant]:
        """Return the other versions of a document, the newest first."""
        with self.connections.seeing(self.reader) as db:
            numbers = duplicates.group(db, number)
            rows = results.documents(db, numbers)
            found = [
                Variant(
                    document=other,
                    source=rows[other]["source"],
                    title=mask(rows[other]["title"] or rows[other]["source"]),
                    kind=Kind(rows[other]["kind"]),
                    date=results.day(rows[other]["date"]),
                    likeness=(likeness := duplicates.likeness_of(db, number, other)),
                    relation=duplicates.relation(db, number, other, likeness),
                )
                for other in numbers
            ]
        return sorted(found, key=lambda one: (one.date or dt.date.min, one.document), reverse=True)

    # ------------------------------------------------------------------ search

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
        correct: bool = True,
    ) -> Results:
        """Return what :meth:`search` returns, narrowed, with what was changed of the question.

        ``newest`` puts the latest first; ``counts`` asks for the counts of what matches too;
        without ``correct`` no character of the question is ever corrected.
        """
        with self.connections.seeing(self.reader) as db:
            return results.look(
                db,
                self._words(),
                query,
                title,
                narrowing or Narrowing(),
                limit,
                distinct=distinct,
                newest=newest,
                counts=counts,
                correct=correct,
                likeness=likeness.of(self.connections.path.parent),
            )

    def words(self, query: str, *, title: str = "") -> tuple[str, ...]:
        """Return the words, folded, by which a text shows that it answers ``query``."""
        with self.connections.seeing(self.reader) as db:
            return finding.words_to_mark(db, self._words(), query, title)

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
        chosen = (query, title, frozenset(kinds), limit, frozenset(exclude), dt.date.today())
        kept = self.recall.kept((*self.state(), *chosen), words)
        if kept is not None:
            return kept
        with self.connections.seeing(self.reader) as db:

            def find() -> list[Passage]:
                found = passage_search.find_passages(
                    db, query, title=title, kinds=kinds, limit=limit, exclude=exclude, words=words
                )
                return results.passages(db, found)

            return self.recall.passages((*self.state(), *chosen), words, find)

    def passage(self, number: int, seq: int) -> Passage | None:
        """Return passage ``seq`` of the document ``number``, ``None`` where it is not there."""
        shown = self.connections.shown(self.reader)
        if shown is not None:
            db, moment = shown
            found = passage_search.passage_at(db, number, seq)
            # In one statement, which says whether what is shown is of this moment still.
            if found is not None and found[1]["moment"] == moment:
                return results.passage_of(*found)
        with self.connections.seeing(self.reader) as db:
            found = passage_search.passage_at(db, number, seq)
            if found is None:
                return None
            return results.passage_of(*found)

    def written(self, words: str, most: int) -> int:
        """Return in how many documents ``words`` stand, counted up to ``most``."""
        with self.connections.seeing(self.reader) as db:
            return finding.documents_with(db, words, most)

    def state(self) -> tuple[str, ...]:
        """Return what tells what is seen here from every other state of it."""
        return self.connections.state(self.reader)

    def _words(self) -> Lexicon:
        """Return the search words: the shipped table and the data folder's own."""
        return lexicon.load(self.connections.path.parent)

    # ------------------------------------------------------------------ citations

    def titled(self, title: str, today: dt.date) -> list[Archived]:
        """Return the documents of that title, or that issue what is so titled."""
        with self.connections.seeing(self.reader) as db:
            return citing.by_title(db, title, today)

    def numbered(self, number: str, today: dt.date) -> list[Archived]:
        """Return the documents of that number; brackets, spaces and zeros do not matter."""
        with self.connections.seeing(self.reader) as db:
            return citing.by_number(db, number, today)

    def issuers_of(self, code: str) -> frozenset[str]:
        """Return who issues under a 代字, as far as the archive shows."""
        with self.connections.seeing(self.reader) as db:
            return citing.issuers_of(db, code)

    # ------------------------------------------------------------------ lists

    def listed(self, wanted: Filter, page: int = 0) -> list[Listed]:
        """Return a page (from 0) of the documents that ``wanted`` leaves, the newest first."""
        with self.connections.seeing(self.reader) as db:
            return listing.page(db, wanted, page)

    def count_listed(self, wanted: Filter) -> int:
        """Return how many documents ``wanted`` leaves."""
        with self.connections.seeing(self.reader) as db:
            return listing.count(db, wanted)

    def facets(self, wanted: Filter) -> Facets:
        """Return the values of each filter with their counts."""
        with self.connections.seeing(self.reader) as db:
            return listing.facets(db, wanted)

    def failures(self, start: int = 0, most: int = listing.PAGE) -> list[Failed]:
        """Return what could not be imported and why, the latest first, from place ``start``."""
        with self.connections.seeing(self.reader) as db:
            return listing.failures(db, start, most)

    def count_failures(self) -> int:
        """Return how many files or ledger lines could not be imported."""
        with self.connections.seeing(self.reader) as db:
            return listing.count_failures(db)

    def deleted(self, start: int = 0, most: int = listing.PAGE) -> list[Deleted]:
        """Return what of the trash the reader may put back, the last one first, from ``start``."""
        with self.connections.seeing(self.reader) as db:
            return trash.listed(db, start, most)

    def count_deleted(self) -> int:
        """Return how many documents of the trash the reader may put back."""
        with self.connections.seeing(self.reader) as db:
            return trash.count(db)
