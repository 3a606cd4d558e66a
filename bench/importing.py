"""Import of a ledger, beside the same lines put into SQLite with its own full-text index."""

from __future__ import annotations

import json
import random
import sqlite3
import tempfile
import time
from pathlib import Path

from bench.table import Row, show

LINES = 2_000
LENGTH = 1_600


def main() -> None:
    """Print the rate of import in MB of UTF-8 text a second."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = Path(folder) / "ledger.jsonl"
        size = _write_ledger(ledger)
        ours = size / _import(ledger, Path(folder) / "data")
        theirs = size / _plain_sqlite(ledger, Path(folder) / "plain.db")
    show(
        "import",
        [
            Row(
                f"{LINES} ledger lines of {LENGTH} characters: read, structured, indexed",
                ours, "MB/s", "sqlite3 insert + FTS5 trigram, nothing read", theirs,
                higher_is_better=True,
            )
        ],
    )  # fmt: skip


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


def _import(ledger: Path, data: Path) -> float:
    from corpus import Archive, import_paths

    archive = Archive.open(data)
    start = time.perf_counter()
    outcome = import_paths(archive, [ledger])
    elapsed = time.perf_counter() - start
    assert (outcome.imported, outcome.failed) == (LINES, [])
    return elapsed


def _plain_sqlite(ledger: Path, path: Path) -> float:
    db = sqlite3.connect(path)
    db.execute("CREATE VIRTUAL TABLE t USING fts5(text, tokenize='trigram')")
    start = time.perf_counter()
    with db, ledger.open(encoding="utf-8") as lines:
        db.executemany("INSERT INTO t VALUES (?)", ((json.loads(line)["text"],) for line in lines))
    return time.perf_counter() - start
