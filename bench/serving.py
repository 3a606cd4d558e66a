"""What the benchmarks of a whole service share: its data folder, what is asked and how long that
took, its processes' memory and processor time.

An archive of many documents takes long to make: where ``BENCH_ARCHIVE`` names a folder, it is made
once there, and copied.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.clerk import Answer
from bench.search_corpus import documents
from casework.people.roles import UserRole
from storage.engine import dialect

ARCHIVE = "archive.db"
UNIT = "云湖区民生局"
PASSWORD = "云湖-青岚-测量-2026"


@dataclass
class Figures:
    """What all clerks met with; shared between their threads."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)

    def ask(
        self, kind: str, work: Callable[[], Answer], expected: Sequence[int] = (200,)
    ) -> Answer | None:
        """Time one request; what is not ``expected`` is an error."""
        start = time.perf_counter()
        try:
            answer = work()
        except OSError as error:
            self.errors.append(f"{kind}: {error!r}")
            return None
        self.times[kind].append((time.perf_counter() - start) * 1000)
        if answer.status not in expected:
            self.errors.append(f"{kind}: {answer.status} {answer.text[:300]}")
            return None
        return answer


def fill(data: Path, count: int, names: Sequence[str], roles: Sequence[UserRole]) -> None:
    """Make the archive and the accounts."""
    from casework import Casework

    fill_archive(data, count)
    with Casework.open(data) as casework:
        for name in names:
            casework.people.add(name, PASSWORD, unit=UNIT, roles=roles)


def fill_archive(data: Path, count: int) -> None:
    """Make an archive of the samples and ``count`` documents, or copy the one made before."""
    kept = os.environ.get("BENCH_ARCHIVE")
    if not kept:
        _make(data, count)
        return
    made = Path(kept) / f"documents-{count}" / ARCHIVE
    if not made.exists():
        unfinished = Path(kept) / f"unfinished-{os.getpid()}"
        _make(unfinished, count)
        made.parent.parent.mkdir(parents=True, exist_ok=True)
        unfinished.rename(made.parent)
    data.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(made, data / ARCHIVE)


def _make(data: Path, count: int) -> None:
    from corpus import Archive, import_paths, import_samples

    archive = Archive.open(data)
    import_samples(archive)
    ledger = data / "ledger.jsonl"
    with ledger.open("w", encoding="utf-8") as out:
        for one in documents(count):
            out.write(json.dumps(one, ensure_ascii=False) + "\n")
    import_paths(archive, [ledger])
    # All of it in the one file that is copied.
    if dialect(archive.db) == "sqlite":
        archive.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    archive.close()
    ledger.unlink()


# ------------------------------------------------------------------ a service's processes


def memory(process: int) -> float:
    """Return the memory of a service in MB; what its processes share counts once."""
    return sum(size for _, size in memories(process))


def memories(process: int) -> list[tuple[str, float]]:
    """Return each process of a service by the end of its command line, and its memory in MB."""
    found = []
    for one in family(process):
        with suppress(OSError):
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
            told = dict(line.split(":", 1) for line in lines if ":" in line)
            command = Path(f"/proc/{one}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            found.append((command.strip()[-40:], int(told["Pss"].split()[0]) / 1024))
    return found


def processor(process: int) -> float:
    """Return the processor time that a service has had, in seconds; others do not count in it."""
    ticks = 0
    for one in family(process):
        with suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            # Its own and that of its children that have ended.
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def family(process: int) -> list[int]:
    """Return a process and all below it."""
    children: list[int] = []
    with suppress(OSError):
        below = Path(f"/proc/{process}/task").glob("*/children")
        children = [int(one) for path in below for one in path.read_text().split()]
    return [process, *(other for child in children for other in family(child))]


def part(times: Sequence[float], percent: float) -> float:
    """Return the percentile, by the nearest rank."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, round(percent / 100 * (len(ordered) - 1)))]
