"""Search over a million documents: times, memory of a process, a document added.

``python -m bench search --million``; ``BENCH_DOCUMENTS=100000`` asks for fewer. ``BENCH_IMPORTED``
documents (250,000) of recombined real sentences (``search_corpus``) are imported, a ledger of some
thousand at a time; the rest are copies of those in the largest segments (``search_copies``), for an
import of a million takes hours. Each document has a line of :data:`_RARE` characters at random,
because recombined sentences have the same hundred thousand terms however many they are, and the
memory of an index is that of its terms. At each size of :data:`SIZES` a fresh process opens the
archive and is measured. Stops where ``BENCH_SECONDS`` (six hours) are over or ten gigabytes of disk
are left. ``BENCH_DATA`` is the folder to work in, where an archive of an earlier run is carried on;
else a temporary one is taken and removed.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from bench import search_copies
from bench.search_corpus import documents, questions, sentences
from bench.table import Row, show
from corpus import EVERYTHING, Archive, import_paths
from drafting.reading import read_pasted

SIZES = (20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000)
_AT_ONCE = 10_000
_RARE = 40
_LEAST_DISK = 10 << 30
_ADDED = 200
_MB = 1e6
# The 3,755 characters of the first level of GB 2312.
_CHARACTERS = bytes(byte for n in range(3_755) for byte in (0xB0 + n // 94, 0xA1 + n % 94)).decode(
    "gb2312"
)


@dataclass(frozen=True, slots=True)
class Measured:
    """A fresh process over one archive. Times in milliseconds as (p50, p95), of the clock and of
    the processor; memory in megabytes: the process's own, and the archive's file as mapped, which
    all processes share."""

    whole: tuple[float, float]
    whole_processor: tuple[float, float]
    short: tuple[float, float]
    short_processor: tuple[float, float]
    added: tuple[float, float]
    added_processor: tuple[float, float]
    longest_added: float
    after_adding: tuple[float, float]
    opened: float
    own_memory: float
    mapped: float


def main() -> None:
    """Build and measure; print a table for each size."""
    most = int(os.environ.get("BENCH_DOCUMENTS", "1000000"))
    imported = int(os.environ.get("BENCH_IMPORTED", "250000"))
    seconds = float(os.environ.get("BENCH_SECONDS", "21600"))
    given = os.environ.get("BENCH_DATA")
    with tempfile.TemporaryDirectory() as temporary:
        _grow(Path(given or temporary), most, imported, time.monotonic() + seconds)


def _grow(folder: Path, most: int, imported: int, until: float) -> None:
    archive = Archive.open(folder / "million")
    stream = _documents(most)
    held, spent = _count(archive), 0.0
    text = sum(len(line["text"].encode()) for line in islice(stream, held))
    taken = 0
    for size in sorted({*(size for size in SIZES if held < size < most), most}):
        while held < size:
            if time.monotonic() > until or shutil.disk_usage(folder).free < _LEAST_DISK:
                print(f"\nstopped at {held:,} documents: time or disk is used up", flush=True)
                return
            if held >= imported and search_copies.copy(archive.db):
                held = _count(archive)
                continue
            lines = list(islice(stream, min(_AT_ONCE, size - held)))
            text += sum(len(line["text"].encode()) for line in lines)
            spent += _import(archive, folder, lines)
            taken += len(lines)
            held += len(lines)
        file = (folder / "million" / "archive.db").stat().st_size
        rows = [Row("archive", file / _MB, "MB")]
        if taken:
            rows.insert(0, Row("import, documents a second", taken / spent, ""))
            rows.insert(1, Row("text imported", text / _MB, "MB"))
        show(f"{held:,} documents", [*rows, *_rows(_measured(folder / "million", held))])
        held = _count(archive)


def _documents(most: int) -> Iterator[dict[str, str]]:
    """Yield the documents of ``search_corpus``, each with a line of characters at random."""
    dice = random.Random(5)
    for line in documents(most):
        yield line | {"text": f"{line['text']}\n{''.join(dice.choices(_CHARACTERS, k=_RARE))}"}


def _count(archive: Archive) -> int:
    return archive.reader(EVERYTHING).count()


def _import(archive: Archive, folder: Path, lines: Sequence[dict[str, str]]) -> float:
    """Import documents by a ledger that is removed again; return the seconds."""
    ledger = folder / "ledger.jsonl"
    with ledger.open("w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    start = time.perf_counter()
    import_paths(archive, [ledger])
    took = time.perf_counter() - start
    ledger.unlink()
    return took


def _measured(data: Path, held: int) -> Measured:
    """Measure in a process of its own: this one's memory has seen the imports."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(measure, (data, held))


def measure(data: Path, held: int) -> Measured:
    """Ask and add, as a process that has just started."""
    start = time.perf_counter()
    archive = Archive.open(data)
    archive.reader(EVERYTHING).search("停车泊位", limit=10)
    opened = 1000 * (time.perf_counter() - start)
    whole = _asked(archive, questions(40))
    short = _asked(archive, _short())
    added = [_add_one(archive, f"{held}-{number}") for number in range(_ADDED)]
    # After a change the next question reads the new part of the index.
    after: list[float] = []
    for number in range(_ADDED):
        _add_one(archive, f"{held}-asked-{number}")
        after += _asked(archive, ["停车泊位"])[1][:1]
    memory = _memory()
    return Measured(
        *whole,
        *short,
        _quantiles([clock for clock, _ in added]),
        _quantiles([processor for _, processor in added]),
        max(processor for _, processor in added),
        _quantiles(after),
        opened,
        memory.get("RssAnon", 0.0),
        memory.get("RssFile", 0.0),
    )


def _short() -> list[str]:
    """Return what clerks type, words of two to sixteen characters, real ones of the pool."""
    dice = random.Random(11)
    pool = [one for one in sentences() if len(one) > 24]
    return [one[4 : 4 + dice.choice((2, 4, 8, 12, 16))] for one in dice.sample(pool, 60)]


def _asked(
    archive: Archive, wanted: Iterable[str]
) -> tuple[tuple[float, float], tuple[float, float]]:
    view = archive.reader(EVERYTHING)
    clock, processor = [], []
    for question in wanted:
        start, used = time.perf_counter(), time.process_time()
        view.search(question, limit=10)
        clock.append(1000 * (time.perf_counter() - start))
        processor.append(1000 * (time.process_time() - used))
    return _quantiles(clock), _quantiles(processor)


def _add_one(archive: Archive, name: str) -> tuple[float, float]:
    """Add a document; return the milliseconds by the clock and of the processor."""
    document = read_pasted(f"关于新增{name}号事项的答复\n" + "路灯、道路、绿化逐项落实。" * 60)
    start, used = time.perf_counter(), time.process_time()
    archive.store(document, f"added/{name}")
    return 1000 * (time.perf_counter() - start), 1000 * (time.process_time() - used)


def _quantiles(times: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(times)
    return statistics.median(ordered), ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


def _memory() -> dict[str, float]:
    """Return what Linux tells of this process's memory, in megabytes; {} elsewhere."""
    status = Path("/proc/self/status")
    if not status.exists():
        return {}
    fields = (line.split() for line in status.read_text("ascii").splitlines())
    return {one[0].rstrip(":"): int(one[1]) * 1024 / _MB for one in fields if one[-1:] == ["kB"]}


def _rows(found: Measured) -> list[Row]:
    times = (
        ("a whole proposal", found.whole, found.whole_processor, "≤ 150 ms"),
        ("a short question", found.short, found.short_processor, "≤ 150 ms"),
    )
    rows = [Row("opened and asked once", found.opened, "ms")]
    for what, clock, processor, mark in times:
        for name, one, used in zip(("p50", "p95"), clock, processor, strict=True):
            rows.append(Row(f"{what}, {name}", one, "ms", mark=mark if name == "p95" else ""))
            rows.append(Row(f"{what}, {name}, processor", used, "ms"))
    return [
        *rows,
        Row("a document added, p50", found.added[0], "ms"),
        Row("a document added, p95", found.added[1], "ms", mark="≤ 50 ms"),
        Row("a document added, p95, processor", found.added_processor[1], "ms"),
        Row("a document added, longest, processor", found.longest_added, "ms"),
        Row("a short question after it, p50, processor", found.after_adding[0], "ms"),
        Row("a short question after it, p95, processor", found.after_adding[1], "ms"),
        Row("memory of its own", found.own_memory, "MB", mark="≤ 600 MB"),
        Row("the archive as mapped, shared", found.mapped, "MB"),
    ]
