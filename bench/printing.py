"""PDF of replies of five pages: the office that is kept ready beside one that is started anew.

By the clock, which hangs on what else the machine does, and by processor time, which does not: that
of the office and of the worker that asks it. What the office takes to begin is told once.
"""

from __future__ import annotations

import contextlib
import os
import resource
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.export import five_pages
from bench.table import Row, show
from drafting.programs.workers import Workers, on_behalf_of
from drafting.writing import write_docx
from drafting.writing.printing.pdf import convert_all, office_available

RUNS = 12
_TICK = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Print cold and warm beside the one-shot, two clerks at once, and the memory held."""
    if not office_available():
        print("没有 LibreOffice，没有测量。")
        return
    papers = [write_docx(five_pages(seed)) for seed in range(RUNS + 4)]
    once_clock, once_work = _measured(
        [lambda paper=paper: convert_all({"a": paper}) for paper in papers[:5]], _children
    )
    workers = Workers("desk.handing_in.handed_in")
    try:
        workers.ask("word", papers[0])
        cold_clock, cold_work = _measured(
            [lambda: workers.ask("pdf", papers[0], False)], lambda: _foreman(workers)
        )
        warm_clock, warm_work = _measured(
            [lambda paper=paper: workers.ask("pdf", paper, False) for paper in papers[1:-3]],
            lambda: _foreman(workers),
        )
        together = _together(workers, papers[-3:])
        memory = _memory(workers)
    finally:
        workers.close()
    name = "soffice started anew"
    rows = [
        Row("PDF of five pages, warm", warm_clock, "s", name, once_clock, "< 3 s"),
        Row("… its processor time", warm_work, "s", name, once_work),
        Row("the first, LibreOffice's start with it", cold_clock, "s", name, once_clock, "< 3 s"),
        Row("… its processor time", cold_work, "s", name, once_work),
        Row("three people at once, the last of them", together, "s"),
        Row("memory of its own that the office holds", memory, "MB"),
    ]
    show("printing", rows)


def _measured(works: list[Callable[[], object]], used: Callable[[], float]) -> tuple[float, float]:
    """The median seconds of each of ``works`` by the clock, and the mean of what was ``used``."""
    before, clock = used(), []
    for work in works:
        start = time.perf_counter()
        work()
        clock.append(time.perf_counter() - start)
    return statistics.median(clock), (used() - before) / len(works)


def _children() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _foreman(workers: Workers) -> float:
    """Processor time of the foreman, its ended workers, and the office."""
    mine = workers.process.pid
    return _spent(mine, ended=True) + sum(_spent(one) for one in _children_of(mine))


def _spent(process: int, *, ended: bool = False) -> float:
    fields = _fields(process)
    return sum(map(int, fields[11 : 15 if ended else 13])) / _TICK


def _fields(process: int) -> list[str]:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return []


def _children_of(process: int) -> list[int]:
    everybody = [int(one.name) for one in Path("/proc").iterdir() if one.name.isdecimal()]
    return [one for one in everybody if _fields(one)[1:2] == [str(process)]]


def _together(workers: Workers, papers: list[bytes]) -> float:
    def ask(number: int) -> None:
        with on_behalf_of(f"clerk {number}"):
            workers.ask("pdf", papers[number], False)

    start = time.perf_counter()
    with ThreadPoolExecutor(len(papers)) as pool:
        list(pool.map(ask, range(len(papers))))
    return time.perf_counter() - start


def _memory(workers: Workers) -> float:
    """The largest of the foreman's children: beside the office a worker may not be gone yet."""
    held = [0.0]
    for one in _children_of(workers.process.pid):
        with contextlib.suppress(OSError, IndexError):
            said = Path(f"/proc/{one}/status").read_text().partition("RssAnon:")[2]
            held.append(int(said.split()[0]) / 1024)
    return max(held)
