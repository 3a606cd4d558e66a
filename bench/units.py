"""What a question of one unit costs beside units that keep their documents to themselves.

Two archives: ``BENCH_PUBLIC`` (2,000) documents that all may find and as many of one unit's own;
in the first one beside them ``BENCH_UNITS`` (50) other units with ``BENCH_DOCUMENTS`` (200) each
that they keep to themselves. The one unit asks both the same, in turn, in one process; what is
found is compared to the last hit with its score. ``BENCH_DATA`` is a folder in which the archives
are kept for a later run.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from bench.search_corpus import questions
from bench.search_million import _documents, _short
from bench.serving import part
from bench.table import Row, show
from corpus import EVERYTHING, Archive, ArchiveView, Reader, import_paths
from corpus.index.results import Hit

OWN = "青岚区城市管理局"
PUBLIC = int(os.environ.get("BENCH_PUBLIC", "2000"))
UNITS = int(os.environ.get("BENCH_UNITS", "50"))
DOCUMENTS = int(os.environ.get("BENCH_DOCUMENTS", "200"))
_ROUNDS = 3


def main() -> None:
    """Build both, ask, and print what it costs."""
    given = os.environ.get("BENCH_DATA")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(given or temporary)
        beside, alone = (_archive(folder, name) for name in ("beside", "alone"))
        rows = []
        for what, asked in (("a whole proposal", questions(40)), ("a short question", _short())):
            rows += _compared(what, beside, alone, asked)
        held = beside.reader(EVERYTHING).count(), alone.reader(EVERYTHING).count()
        show(f"units: one unit's question, {held[0]:,} documents and {held[1]:,}", rows)
        beside.close()
        alone.close()


def _archive(folder: Path, name: str) -> Archive:
    archive = Archive.open(folder / name)
    if archive.reader(EVERYTHING).count():
        return archive
    others = [f"第{number}局" for number in range(UNITS)] if name == "beside" else []
    stream = _documents(2 * PUBLIC + UNITS * DOCUMENTS)
    # Public and own first, the others among them: as in an archive that has grown.
    for unit in (OWN, *others):
        archive.for_unit(unit).reserve(reserved=True)
    _import(archive, folder, islice(stream, PUBLIC))
    for unit in others:
        _import(archive.for_unit(unit), folder, islice(stream, DOCUMENTS))
    if not others:
        list(islice(stream, UNITS * DOCUMENTS))
    _import(archive.for_unit(OWN), folder, stream)
    return archive


def _import(archive: Archive, folder: Path, lines: Iterator[dict[str, str]]) -> None:
    ledger = folder / "ledger.jsonl"
    with ledger.open("w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    import_paths(archive, [ledger])
    ledger.unlink()


def _compared(what: str, beside: Archive, alone: Archive, asked: Sequence[str]) -> list[Row]:
    with_them, without = beside.reader(Reader(OWN)), alone.reader(Reader(OWN))
    every = beside.reader(EVERYTHING)
    for question in asked:
        found, wanted = with_them.search(question), without.search(question)
        if _said(found) != _said(wanted):
            raise AssertionError(f"another answer: {question[:40]}")
    ours: list[float] = []
    theirs: list[float] = []
    for number, question in enumerate([*asked] * _ROUNDS):
        # The second of two finds what both read in the processor's memory: they take turns.
        both = [(with_them, ours), (without, theirs)]
        for view, costs in both if number % 2 else both[::-1]:
            costs.append(_cost(view, question))
    # Afterwards: between two readers of one connection what is shown is arranged anew.
    admin = [_cost(every, question) for question in asked]
    rows = []
    for name, place in (("p50", 50), ("p95", 95)):
        mine, his = part(ours, place), part(theirs, place)
        rows.append(Row(f"{what}, {name}, processor", mine, "ms", "without them", his))
        rows.append(Row(f"who sees everything, {name}", part(admin, place), "ms"))
    pairs = [mine / his for mine, his in zip(ours, theirs, strict=True)]
    rows.append(Row(f"{what}, beside / without, median", statistics.median(pairs), "×", mark="1"))
    return rows


def _said(hits: Sequence[Hit]) -> list[tuple[str, float, str]]:
    return [(hit.source, hit.score, hit.excerpt) for hit in hits]


def _cost(view: ArchiveView, question: str) -> float:
    used = time.process_time()
    view.search(question)
    return 1000 * (time.process_time() - used)
