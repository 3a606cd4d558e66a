"""Search in the sample archive, beside what a clerk can do without it: looking through a folder."""

from __future__ import annotations

import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from bench.table import Row, show

QUESTIONS = ("停车", "长者食堂", "加快商业综合体、医院停车场接入，开通夜间车位预约")


def main() -> None:
    """Print the median time of a search over the sample archive."""
    import corpus

    samples = Path(corpus.__file__).with_name("samples")
    proposal = (samples / "proposals" / "laojiu-pianqu-tingche.txt").read_text("utf-8")
    with tempfile.TemporaryDirectory() as folder:
        archive = corpus.Archive.open(Path(folder))
        corpus.import_samples(archive)
        rows = []
        for question in (*QUESTIONS, proposal):
            ours = _median(lambda question=question: archive.search(question))
            theirs = _median(lambda question=question: _grep(question[:12], samples))
            what = question if len(question) < 30 else f"{len(question)} characters"
            rows.append(Row(f"search: {what}", ours, "ms", "grep over the folder", theirs))
    show("search", rows)


def _median(work) -> float:
    times = []
    for _ in range(9):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times[1:])


def _grep(words: str, folder: Path) -> None:
    subprocess.run(["grep", "-rlF", words, str(folder)], capture_output=True, check=False)
