"""A kind of work for tests, whose jobs do what their keys say, and processes that do them.

What happens is appended to ``told.txt`` in the data folder, a line each: what, key, process.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from procedure_fakes import told_to_itself
from shared_data import PROJECT

from casework import Casework, jobs
from desk.jobs.nouns import Hold, Kind, Need, any_number
from desk.jobs.running import Worker
from service.working import work_forever
from storage.configuration import Configuration

NAME = "test"


class Told:
    """Does a job: ``ok``, ``wait`` until it is not wanted or ``go.txt`` is there, ``deaf`` to the
    end of its worker, ``die`` with it, ``break`` by a mistake of the program, ``fail``."""

    def __init__(self, folder: Path, _: Configuration) -> None:
        self._folder = folder

    def do(self, hold: Hold) -> str:
        self._tell("begin", hold.key)
        what = hold.key.partition("-")[0]
        if what == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if what == "break":
            raise ValueError(hold.key)
        place = 0
        while what in ("wait", "deaf") and not (self._folder / "go.txt").exists():
            place += 1
            if what == "wait":
                hold.reach(place)
            time.sleep(0.02)
        self._tell("end", hold.key)
        return "没有办成。" if what == "fail" else ""

    def refuse(self, key: str, why: str) -> None:
        self._tell("refuse", key)

    def close(self) -> None:
        pass

    def _tell(self, what: str, key: str) -> None:
        with (self._folder / "told.txt").open("a") as out:
            out.write(f"{what} {key} {os.getpid()}\n")


def _needs(_casework: Casework, _folder: Path, _chosen: Configuration) -> Iterator[Need]:
    yield from ()


KIND = Kind(NAME, "试做", Told, _needs, any_number)


def ask(casework: Casework, *keys: str) -> None:
    for key in keys:
        casework.run(jobs.enqueue, NAME, key)


def told(folder: Path, what: str = "") -> list[tuple[str, str, int]]:
    """What happened so far, or all of one sort."""
    path = folder / "told.txt"
    lines = path.read_text().splitlines() if path.exists() else []
    found = [(one, key, int(process)) for one, key, process in map(str.split, lines)]
    return [line for line in found if not what or line[0] == what]


def until(condition: Callable[[], object], seconds: float = 300) -> None:
    """Wait until something is so; a machine may be slow."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.01)


def work_here(folder: Path) -> Worker:
    return Worker(folder, Configuration(), [KIND])


@contextmanager
def working(
    folder: Path, processes: int = 1, before: str = "", output: int | None = subprocess.DEVNULL
) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``drafting work`` for the kind of the tests; ``before`` is run first within it."""
    code = f"import sys; sys.path.insert(0, 'tests'); {before}\nimport job_kinds; job_kinds.main()"
    command = [sys.executable, "-c", code, str(told_to_itself(folder)), str(processes)]
    process = subprocess.Popen(command, cwd=PROJECT, stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def main() -> None:
    """What :func:`working` runs."""
    folder, processes = Path(sys.argv[1]), int(sys.argv[2])
    code = work_forever(folder, Configuration(), [KIND], processes, lambda said: None)
    sys.exit(code)
