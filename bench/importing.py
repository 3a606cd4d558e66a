"""Import of a ledger, beside the same lines put into SQLite with its own full-text index.

``BENCH_LINES=100000 python -m bench import`` measures what was promised; the default is quicker.
"""

from __future__ import annotations

import json
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.table import Row, show

LINES = int(os.environ.get("BENCH_LINES", "10000"))
LENGTH = 1_600
RATE_MARK, MEMORY_MARK = 2.0, 400.0


def main() -> None:
    """Print the rate of import in MB of UTF-8 text a second, and the memory it takes."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = Path(folder) / "ledger.jsonl"
        size = _write_ledger(ledger)
        # In processes of their own: a peak of memory is told of a whole process only.
        elapsed, again, memory, work = _measured("_import", ledger, Path(folder) / "data")
        plain, _, plain_memory, plain_work = _measured(
            "_plain_sqlite", ledger, Path(folder) / "plain.db"
        )
    peer = "sqlite3 insert + FTS5 trigram, nothing read"
    show(
        f"import: {LINES:,} ledger lines of {LENGTH:,} characters, {size:.0f} MB of UTF-8 text",
        [
            Row(
                "read, structured, signed, indexed", size / elapsed, "MB/s", peer, size / plain,
                mark=f"≥ {RATE_MARK:.0f}", higher_is_better=True,
            ),
            Row("processor time", work / size * 1000, "ms/MB", peer, plain_work / size * 1000),
            Row(
                "memory of all processes, at most", memory, "MB", peer, plain_memory,
                mark=f"< {MEMORY_MARK:.0f}",
            ),
            Row("the same file again", again * 1000, "ms"),
        ],
    )  # fmt: skip


def _measured(what: str, ledger: Path, target: Path) -> tuple[float, ...]:
    """Run one of the functions below in a process; return what :func:`report` prints."""
    code = f"from bench import importing; importing.report(importing.{what})"
    done = subprocess.run(
        [sys.executable, "-c", code, str(ledger), str(target)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return tuple(float(word) for word in done.stdout.split())


def report(work: Callable[[Path, Path], tuple[float, float, int]]) -> None:
    """Print ``work``'s two times, the memory in MB and the processor time of all its processes.

    Processor time says on a busy machine what the clock does not.
    """
    first, again, children = work(Path(sys.argv[1]), Path(sys.argv[2]))
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # The largest child stands for each: what is summed is never less than what was held at once.
    held += children * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(first, again, held / 1024, sum(os.times()[:4]))


def sentences() -> list[str]:
    """Return the sentences of the sample archive, to recombine."""
    import re

    import corpus

    samples = Path(corpus.__file__).with_name("samples")
    texts = (path.read_text("utf-8") for path in sorted(samples.glob("*/*.txt")))
    return [one for text in texts for one in re.findall(r"[^。\n]{12,200}。", text)]


def _write_ledger(path: Path) -> float:
    chance = random.Random(2026)
    stock = sentences()
    size = 0
    with path.open("w", encoding="utf-8") as out:
        for number in range(LINES):
            body = ""
            while len(body) < LENGTH:
                body += chance.choice(stock) + ("\n" if chance.random() < 0.4 else "")
            text = (
                f"关于区政协十届四次会议第{number}号提案的答复\n薄望舒委员：\n"
                f"您提出的《关于第{number}项工作的提案》收悉，现答复如下：\n{body[:LENGTH]}"
            )
            size += len(text.encode())
            record = {"source": f"s{number}", "text": text}
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
    return size / 1e6


def _import(ledger: Path, data: Path) -> tuple[float, float, int]:
    from corpus import Archive, import_paths
    from corpus.importer import WORKERS

    archive = Archive.open(data)
    start = time.perf_counter()
    outcome = import_paths(archive, [ledger])
    elapsed = time.perf_counter() - start
    assert (outcome.imported, outcome.failed) == (archive.count(), [])
    start = time.perf_counter()
    again = import_paths(archive, [ledger])
    assert (again.imported, again.unchanged) == (0, outcome.imported)
    return elapsed, time.perf_counter() - start, WORKERS


def _plain_sqlite(ledger: Path, path: Path) -> tuple[float, float, int]:
    db = sqlite3.connect(path)
    db.execute("CREATE VIRTUAL TABLE t USING fts5(text, tokenize='trigram')")
    start = time.perf_counter()
    with db, ledger.open(encoding="utf-8") as lines:
        db.executemany("INSERT INTO t VALUES (?)", ((json.loads(line)["text"],) for line in lines))
    return time.perf_counter() - start, 0.0, 0
