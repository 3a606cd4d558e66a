"""Import of a ledger, beside the same lines put into SQLite with its own full-text index.

``BENCH_LINES=100000 python -m bench import`` measures what was promised; the default is quicker.
"""

from __future__ import annotations

import json
import os
import random
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
    """Run one of the functions below in a process; return its times, memory and processor time."""
    code = f"from bench import importing; importing.report(importing.{what})"
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(ledger), str(target)],
        stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    held: dict[int, int] = {}
    while child.poll() is None:
        held |= peaks(child.pid)
        time.sleep(0.1)
    assert child.stdout is not None and child.returncode == 0
    first, again, work = (float(word) for word in child.stdout.read().split())
    return first, again, sum(held.values()) / 1024, work


def peaks(group: int) -> dict[int, int]:
    """Return the largest memory so far, in KiB, of each process of a group.

    From /proc, for ru_maxrss of a child counts what its parent held when it was started. The sum
    is never less than what was held at once.
    """
    found = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            if os.getpgid(int(status.parent.name)) == group:
                lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
                # One that has ended and is not yet waited for has no such line.
                if "VmHWM" in lines:
                    found[int(status.parent.name)] = int(lines["VmHWM"].split()[0])
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def report(work: Callable[[Path, Path], tuple[float, float]]) -> None:
    """Print ``work``'s two times and the processor time of all its processes.

    Processor time says on a busy machine what the clock does not.
    """
    print(*work(Path(sys.argv[1]), Path(sys.argv[2])), sum(os.times()[:4]))


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


def _import(ledger: Path, data: Path) -> tuple[float, float]:
    from corpus import EVERYTHING, Archive, import_paths

    archive = Archive.open(data)
    start = time.perf_counter()
    outcome = import_paths(archive, [ledger])
    elapsed = time.perf_counter() - start
    assert (outcome.imported, outcome.failed) == (archive.reader(EVERYTHING).count(), [])
    start = time.perf_counter()
    again = import_paths(archive, [ledger])
    assert (again.imported, again.unchanged) == (0, outcome.imported)
    return elapsed, time.perf_counter() - start


def _plain_sqlite(ledger: Path, path: Path) -> tuple[float, float]:
    db = sqlite3.connect(path)
    db.execute("CREATE VIRTUAL TABLE t USING fts5(text, tokenize='trigram')")
    start = time.perf_counter()
    with db, ledger.open(encoding="utf-8") as lines:
        db.executemany("INSERT INTO t VALUES (?)", ((json.loads(line)["text"],) for line in lines))
    return time.perf_counter() - start, 0.0
