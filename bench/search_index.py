"""The candidates of a search from our postings and from tantivy, behind the same ``Index``.

Everything else is the same: the sections, their terms (pairs of characters), the question's
weights, and the ranking of the candidates' whole texts. ``BENCH_DOCUMENTS`` as in ``search``.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tantivy

from bench import search_peers
from bench.search import _add_replies, _asked, _measure, _mrr, _place
from bench.search_corpus import SHARED, documents
from bench.table import Row, show
from corpus import EVERYTHING, Archive, import_paths
from corpus.index import candidates, finding, indexing
from corpus.index.candidates import Counts, Index
from corpus.index.gathering import MOST_TERMS, Gathered, Narrowing
from corpus.index.ranking import Question, Statistics
from corpus.index.stored.postings import bag
from corpus.index.stored.segments import Ints
from drafting.language.likeness.segment import Codes

DOCUMENTS = int(os.environ.get("BENCH_DOCUMENTS", "20000"))
_HEAP = 200_000_000


def schema() -> tantivy.Schema:
    """Terms and characters of a section as the archive's own index has them."""
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("section", stored=False, fast=True)
    builder.add_integer_field("document", stored=False, fast=True)
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("characters", tokenizer_name="whitespace", index_option="basic")
    return builder.build()


def build(db: sqlite3.Connection, folder: Path) -> None:
    """Index all sections of an archive in ``folder``."""
    folder.mkdir()
    index = tantivy.Index(schema(), path=str(folder))
    writer = index.writer(heap_size=_HEAP, num_threads=1)
    for row in db.execute("SELECT id, document, body FROM sections"):
        writer.add_document(_document(row["id"], row["document"], row["body"]))
    writer.commit()
    writer.wait_merging_threads()


def _document(number: int, document: int, body: bytes) -> Any:
    found = bag(indexing.unpack(body).text)
    terms, counts = np.frombuffer(found.terms, "<i8"), np.frombuffer(found.counts, np.uint8)
    return tantivy.Document(
        section=number,
        document=document,
        terms=" ".join(np.repeat(terms, counts).astype(str).tolist()),
        characters=" ".join(np.frombuffer(found.characters, "<u4").astype(str).tolist()),
    )


@dataclass(frozen=True, slots=True)
class TantivyIndex:
    """tantivy as :class:`corpus.index.candidates.Index`, for the reading of one moment.

    It narrows by nothing and counts nothing: what is measured is finding. A question to be held is
    asked for sections that hold all its terms; tantivy has no “most of them by weight”.
    """

    index: Any
    searcher: Any
    rest: Index

    @property
    def statistics(self) -> Statistics:
        """How often words are used."""
        return self

    @property
    def total(self) -> int:
        """How many sections there are."""
        return int(self.searcher.num_docs)

    @property
    def average_length(self) -> float:
        """How many characters a section has on average."""
        return self.rest.statistics.average_length

    def frequencies(self, terms: Codes) -> Ints:
        """Return in how many sections each term occurs."""
        return np.array([self.searcher.doc_freq("terms", str(one)) for one in terms.tolist()])

    def usual_frequencies(self, terms: Codes) -> Ints:
        """Return the same: tantivy has no sample."""
        return self.frequencies(terms)

    def character_frequencies(self, characters: Ints) -> Ints:
        """Return in how many sections each character occurs."""
        found = [self.searcher.doc_freq("characters", str(one)) for one in characters.tolist()]
        return np.array(found)

    def gather(
        self,
        questions: Sequence[Question],
        narrowing: Narrowing,
        most: int,
        *,
        hold: bool,
        newest: bool = False,
        counting: bool = True,
    ) -> Gathered:
        """Return the best sections."""
        occur = tantivy.Occur.Must if hold else tantivy.Occur.Should
        wordings = [
            tantivy.Query.boolean_query([(occur, one) for one in self._terms(question)])
            for question in questions
        ]
        return self._found(tantivy.Query.disjunction_max_query(wordings), most)

    def _terms(self, question: Question) -> list[Any]:
        order = np.argsort(-question.weights, kind="stable")
        order = order[question.frequencies[order] > 0][:MOST_TERMS]
        # tantivy's BM25 holds one idf already, our weights two.
        idf = np.log1p((self.total + 0.5) / (question.frequencies + 0.5))
        return [
            tantivy.Query.boost_query(
                tantivy.Query.term_query(self.index.schema, "terms", str(question.terms[place])),
                float(question.weights[place] / idf[place]),
            )
            for place in order.tolist()
        ]

    def _found(self, query: Any, most: int) -> Gathered:
        hits = self.searcher.search(query, most, count=False).hits
        places = [address for _, address in hits]
        sections = self.searcher.fast_field_values("section", places)
        owners = self.searcher.fast_field_values("document", places)
        return Gathered(
            np.array(sections, np.int64),
            np.array(owners, np.int64),
            np.array([score for score, _ in hits], np.float64),
            np.zeros(len(hits), np.int64),
            (),
        )

    def gather_character(self, character: int, narrowing: Narrowing, most: int) -> Gathered:
        """Return the sections that hold one character."""
        term = tantivy.Query.term_query(self.index.schema, "characters", str(character))
        return self._found(term, most)

    def count(self, gathered: Gathered, narrowing: Narrowing) -> Counts:
        """Count nothing."""
        return 0, {}

    def correct(self, query: str) -> list[str]:
        """Mend as our own index does: it has no neighbouring terms."""
        return self.rest.correct(query)


Opened = Callable[[sqlite3.Connection], Index]


def opened(folder: Path) -> Opened:
    """Open the index of ``folder``; the result stands for :func:`corpus.index.candidates.own`."""
    index = tantivy.Index.open(str(folder))
    searcher = index.searcher()
    return lambda db: TantivyIndex(index, searcher, candidates.own(db))


def search(archive: Archive, query: str, title: str, index: Opened) -> list[str]:
    """Return the sources of the ten best documents."""
    view = archive.reader(EVERYTHING)
    with view.connections.seeing(view.reader) as db:
        found = finding.search(db, query, title=title, limit=10, index=index).documents
        names = dict(map(tuple, db.execute("SELECT id, source FROM documents")))
    return [names[one.document] for one in found]


def main() -> None:
    """Print quality, speed, size, start and memory of both."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _quality(folder)
        archive = Archive.open(folder / "many")
        ledger = folder / "ledger.jsonl"
        with ledger.open("w", encoding="utf-8") as stream:
            for one in documents(DOCUMENTS):
                stream.write(json.dumps(one, ensure_ascii=False) + "\n")
        import_paths(archive, [ledger])
        measure(archive, folder / "tantivy")


def _quality(folder: Path) -> None:
    pairs = SHARED / "relevance" / "pairs-dev.jsonl"
    if not pairs.exists():
        return
    records = [json.loads(line) for line in pairs.read_text("utf-8").splitlines()]
    archive = Archive.open(folder / "pairs")
    _add_replies(archive, records)
    build(archive.db, folder / "pairs-tantivy")
    ours, theirs = (
        [_place(search(archive, one["body"], one["title"], index), one["id"]) for one in records]
        for index in (candidates.own, opened(folder / "pairs-tantivy"))
    )
    rows = [Row("MRR@10", _mrr(ours), "%", "tantivy", _mrr(theirs), higher_is_better=True)]
    show("index: quality on 1,000 real questions, the ranking the same", rows)


def measure(archive: Archive, folder: Path) -> None:
    """Print what both take over the documents of ``archive``."""
    start = time.process_time()
    build(archive.db, folder)
    rows = [
        Row("build alone", None, "s", "tantivy", time.process_time() - start),
        Row("size", _own_size(archive), "MB", "tantivy", search_peers.size_of(folder) / 1e6),
    ]
    both = (candidates.own, opened(folder))
    for what, (wanted, _) in _asked().items():
        ours, theirs = (
            _measure(lambda question, index=index: _find(archive, question, index), wanted)  # type: ignore[misc]
            for index in both
        )
        for quantile, mine, his in zip(("p50", "p95"), ours, theirs, strict=True):
            rows.append(Row(f"{what}, {quantile}", mine, "ms", "tantivy", his))
    for what, at in (("start to first answer", 0), ("memory then", 1)):
        mine, his = (_fresh(archive.path.parent, one)[at] for one in ("", str(folder)))
        rows.append(Row(what, mine, ("ms", "MB")[at], "tantivy", his))
    show(f"index: {archive.reader(EVERYTHING).count():,} documents", rows)


def _own_size(archive: Archive) -> float:
    row = archive.db.execute(
        "SELECT sum(pgsize) FROM dbstat WHERE name IN ('postings', 'segments', 'fresh_sections')"
    ).fetchone()
    return float(row[0]) / 1e6


def _find(archive: Archive, question: str, index: Opened) -> object:
    view = archive.reader(EVERYTHING)
    with view.connections.seeing(view.reader) as db:
        return finding.search(db, question, limit=10, index=index)


_FRESH = """
import resource, sys, time
from pathlib import Path
start = time.perf_counter()
from corpus import Archive
from corpus.index import candidates
archive = Archive.open(Path(sys.argv[1]))
index = candidates.own
if sys.argv[2]:
    from bench.search_index import opened
    index = opened(Path(sys.argv[2]))
from bench.search_index import _find
loaded = time.perf_counter()
_find(archive, "老旧小区停车泊位不足，建议开放机关大院。" * 20, index)
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
print((time.perf_counter() - loaded) * 1000, memory)
"""


def _fresh(data: Path, folder: str) -> tuple[float, float]:
    """Return milliseconds to the first answer of a fresh process, and its memory in MB."""
    found = [
        subprocess.run(
            [sys.executable, "-c", _FRESH, str(data), folder],
            capture_output=True,
            check=True,
            text=True,
        ).stdout.split()
        for _ in range(3)
    ]
    return min(float(one[0]) for one in found), min(float(one[1]) for one in found)
