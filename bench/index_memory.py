"""What a web process keeps in memory of archives of several sizes, and what all of them share.

``python -m bench index-memory``; ``BENCH_FOLDERS`` names the data folders of archives, separated by
``:``, each as its configuration has it, in SQLite or PostgreSQL. Each is asked by four processes
that have just started, one after another left open: memory is what is theirs alone
(``RssAnon``) and their share of what they map (``Pss_File``).
"""

from __future__ import annotations

import multiprocessing
import os
import time
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path

from bench.search_corpus import questions
from bench.search_million import _quantiles, _short
from bench.table import Row, show
from corpus import EVERYTHING, Archive
from corpus.index.stored import segments

_PROCESSES = 4
_MB = 1e6


def main() -> None:
    """Measure each folder, print, and print how it grows."""
    sizes: list[tuple[int, float]] = []
    for name in os.environ.get("BENCH_FOLDERS", "").split(os.pathsep):
        if name:
            sizes.append(_folder(Path(name)))
    for (few, small), (many, large) in pairwise(sizes):
        if many > few:
            grown = 1e6 * (large - small) / (many - few)
            print(f"{few:,} to {many:,} documents: {grown:,.1f} MB of its own a million")


def _folder(data: Path) -> tuple[int, float]:
    context = multiprocessing.get_context("spawn")
    lines = []
    running = []
    for _ in range(_PROCESSES):
        ours, theirs = context.Pipe()
        one = context.Process(target=_ask, args=(data, theirs))
        one.start()
        running.append((one, ours))
        lines.append(ours.recv())
    memory = []
    for _, ours in running:
        ours.send("measure")
        memory.append(ours.recv())
    for one, ours in running:
        ours.send("end")
        one.join()
    held, whole, short = lines[0][0], lines[-1][1], lines[-1][2]
    own = max(one["own"] for one in memory)
    rows = [
        Row("memory of its own", own, "MB", mark="≤ 600 MB"),
        Row("mapped, its share of four", memory[-1]["shared"], "MB"),
        Row("of which the index's files", memory[-1]["index"], "MB"),
        Row("files of the index", _files(data), "MB"),
        Row("first answer of the first process", lines[0][3], "ms processor"),
        Row("first answer of the fourth", lines[-1][3], "ms processor"),
        *(Row(f"a whole proposal, {n}", ms, "ms processor") for n, ms in whole.items()),
        *(Row(f"a short question, {n}", ms, "ms processor") for n, ms in short.items()),
    ]
    show(f"index-memory: {data}, {held:,} documents", rows)
    return held, own


def _ask(data: Path, pipe: Connection) -> None:
    archive = Archive.open(data)
    view = archive.reader(EVERYTHING)
    used = time.process_time()
    view.search("停车泊位", limit=10)
    first = 1000 * (time.process_time() - used)
    costs = []
    for asked in (questions(40), _short()):
        times = []
        for question in asked:
            used = time.process_time()
            view.look(question, limit=10)
            times.append(1000 * (time.process_time() - used))
        costs.append(dict(zip(("p50", "p95"), _quantiles(times), strict=True)))
    pipe.send((view.count(), *costs, first))
    while pipe.recv() == "measure":
        pipe.send(_memory())


def _memory() -> dict[str, float]:
    """Return this process's own memory, its share of what it maps, and of that the index's."""
    found = {"own": 0.0, "shared": 0.0, "index": 0.0}
    inside = False
    for line in Path("/proc/self/smaps").read_text("utf-8").splitlines():
        name, *rest = line.split()
        if not name.endswith(":"):
            inside = f"/{segments.FOLDER}/" in line and ".segment" in line
        elif name == "Pss:" and inside:
            found["index"] += int(rest[0]) * 1024 / _MB
    for line in Path("/proc/self/smaps_rollup").read_text("ascii").splitlines()[1:]:
        name, *rest = line.split()
        if name == "Pss_File:":
            found["shared"] = int(rest[0]) * 1024 / _MB
        elif name == "Pss_Anon:":
            found["own"] = int(rest[0]) * 1024 / _MB
    return found


def _files(data: Path) -> float:
    return sum(one.stat().st_size for one in (data / segments.FOLDER).glob("*")) / _MB
