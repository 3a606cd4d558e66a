"""The tests of one project folder, run over and over in forks of one process that is warm.

Started by :mod:`bench.mutation` with the project as its folder. A line of JSON on the standard
input asks for a run, a line on the standard output answers it. What the tests import from outside
the project is imported once, before the forks; the project's own modules are imported in each.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import json
import os
import resource
import signal
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

# A fault must be noticed at every run: the searches for cases begin alike.
OPTIONS = [
    "-x", "-q", "-n", "0", "-p", "no:cacheprovider",
    "-m", "not browser and not office and not slow", "--hypothesis-seed=0",
]  # fmt: skip


class Watch:
    """What a run of tests shows: which failed first, how long each took, the lines each ran."""

    def __init__(self, module: str | None) -> None:
        self.module = module
        self.failed = ""
        self.seconds: dict[str, float] = defaultdict(float)
        self.lines: dict[str, set[int]] = defaultdict(set)
        self._test = ""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._test = nodeid

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] += report.duration
        if report.failed and not self.failed:
            self.failed = report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and not self.failed:
            self.failed = report.nodeid

    @contextlib.contextmanager
    def lines_seen(self) -> Iterator[None]:
        if self.module is None:
            yield
            return
        threading.settrace(self._call)
        sys.settrace(self._call)
        try:
            yield
        finally:
            sys.settrace(None)

    def _call(self, frame: FrameType, _event: str, _value: object) -> Any:
        return self._line if frame.f_code.co_filename == self.module else None

    def _line(self, frame: FrameType, _event: str, _value: object) -> Any:
        self.lines[self._test].add(frame.f_lineno)
        return self._line


def _child(asked: dict[str, Any], answer: Path) -> None:
    """Run the tests that are asked for and leave what was seen; never returns."""
    os.setsid()
    sink = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(sink, stream)
    if asked["processor"]:
        most = int(asked["processor"])
        resource.setrlimit(resource.RLIMIT_CPU, (most, most + 5))
    sys.dont_write_bytecode = not asked["keeps_bytecode"]
    watch = Watch(asked["module"])
    with watch.lines_seen():
        code = int(pytest.main([*OPTIONS, *asked["tests"]], plugins=[watch]))
    seen = {
        "code": code,
        "failed": watch.failed,
        "seconds": watch.seconds,
        "lines": {test: sorted(lines) for test, lines in watch.lines.items()},
        "imported": _from_outside(),
    }
    answer.write_text(json.dumps(seen), "utf-8")
    os._exit(0)


def _from_outside() -> list[str]:
    own = str(Path.cwd())
    return [
        name
        for name, module in list(sys.modules.items())
        if (file := getattr(module, "__file__", None)) and not file.startswith(own)
    ]


def _ended(process: int, limit: float) -> bool:
    """Wait for a run; return whether it ended by itself within ``limit`` seconds."""
    until = time.monotonic() + limit
    while time.monotonic() < until:
        if os.waitpid(process, os.WNOHANG)[0]:
            return True
        time.sleep(0.02)
    os.killpg(process, signal.SIGKILL)
    os.waitpid(process, 0)
    return False


def _run(asked: dict[str, Any], folder: Path) -> dict[str, Any]:
    answer = folder / "answer.json"
    answer.unlink(missing_ok=True)
    process = os.fork()
    if not process:
        try:
            _child(asked, answer)
        finally:
            os._exit(70)
    _ended(process, asked["limit"])
    if not answer.is_file():  # out of time, or the process itself went down
        return {"code": -1, "failed": ""}
    seen: dict[str, Any] = json.loads(answer.read_text("utf-8"))
    return seen


def main() -> None:
    """Answer runs until the input ends."""
    with tempfile.TemporaryDirectory(prefix="drafting-mutation-run-") as folder:
        for line in sys.stdin:
            seen = _run(json.loads(line), Path(folder))
            for name in seen.pop("imported", ()):
                # A module that only works within its test is imported there again.
                with contextlib.suppress(Exception):
                    importlib.import_module(name)
            print(json.dumps(seen), flush=True)


if __name__ == "__main__":
    main()
