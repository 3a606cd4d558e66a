"""A ledger with its papers registered at once, beside each paper registered by itself.

``BENCH_ITEMS=300 python -m bench ledger`` is what was promised: under a minute.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
import time
from pathlib import Path

from bench.ledger_files import items, ledger_with_papers, paper
from bench.table import Row, show

ITEMS = int(os.environ.get("BENCH_ITEMS", "300"))
MARK = 60.0
NAMES = ("青岚区城市管理局", "区城管局")


def main() -> None:
    """Print the seconds from the upload to the last matter, by stages, and those of singles."""
    with tempfile.TemporaryDirectory() as folder:
        reading, planning, making, busy = _at_once(Path(folder) / "batch")
        alone, alone_busy = _one_by_one(Path(folder) / "single")
    whole = reading + planning + making
    peer = f"{ITEMS} papers registered one by one, nothing typed"
    show(
        f"ledger: {ITEMS} lines with a Word paper each, in a zip file",
        [
            Row("upload → last matter registered", whole, "s", peer, alone, f"< {MARK:.0f} s"),
            Row("processor time", busy, "s", peer, alone_busy),
            Row("of it, reading", reading, "s"),
            Row("of it, the plan that the page shows", planning, "s"),
            Row("of it, making the matters", making, "s"),
        ],
    )


def _at_once(data: Path) -> tuple[float, float, float, float]:
    from casework import ROLES, Casework, Person
    from casework.batches import Batches
    from desk.batch.confirming import confirm
    from desk.batch.planning import plan_of
    from desk.batch.work import BatchWork

    content = ledger_with_papers(ITEMS)
    alone = Person("", "", dt.datetime.min, roles=frozenset(ROLES))
    with Casework.open(data) as casework:
        batches, work = Batches(casework), BatchWork(data)
        begun, busy = time.perf_counter(), time.process_time()
        number = batches.begin("", "", "default", [("交办.zip", content)])
        while work.step_of(number):
            pass
        read = time.perf_counter()
        batch = batches.batch(number)
        assert batch is not None
        plan = plan_of(casework, batches, batch, alone, NAMES, dt.date(2026, 4, 1))
        planned = time.perf_counter()
        assert confirm(batches, batch, plan) == {}
        while work.step_of(number):
            pass
        made, busy = time.perf_counter(), time.process_time() - busy
        work.close()
        assert len(casework.matters()) == ITEMS
    return read - begun, planned - read, made - planned, busy


def _one_by_one(data: Path) -> tuple[float, float]:
    from casework import Casework
    from desk.handing_in.handed_in import read_paper
    from desk.registering import register

    papers = [(f"第{one.number}号.docx", paper(one)) for one in items(ITEMS)]
    with Casework.open(data) as casework:
        begun, busy = time.perf_counter(), time.process_time()
        for name, content in papers:
            intake = read_paper(content, name)
            original = (name, content)
            register(casework, intake, profile="default", unit_names=NAMES, original=original)
        assert len(casework.matters()) == ITEMS
        return time.perf_counter() - begun, time.process_time() - busy
