"""Jobs for the tests of workers: what harms, and what waits for the test's word."""

import os
from pathlib import Path
from typing import IO

from drafting.errors import UserError
from drafting.programs.workers import Job


def _echo(word: str) -> str:
    return word


def _refuse(word: str) -> str:
    raise UserError(f"不收“{word}”。", field="file")


def _fail(word: str) -> str:
    raise LookupError(word)


def _devour(_: str) -> str:
    held = [bytes(16 * 1024 * 1024) for _ in range(64)]
    return str(len(held))


def _spin(_: str) -> str:
    while True:
        pass


def _sleep(pipe: str) -> str:
    return Path(pipe).read_text()


def _die(_: str) -> str:
    os.abort()


def _priority(_: str) -> list[int]:
    """What decides when this process runs: its niceness, its session, its group."""
    return [os.getpriority(os.PRIO_PROCESS, 0), os.getsid(0), os.getpgid(0)]


def _pid(_: str) -> int:
    return os.getpid()


def _answer(tasks: IO[bytes], results: IO[bytes]) -> None:
    """Say who answers, line after line; at “spin” no more."""
    for line in tasks:
        if line == b"spin\n":
            _spin("")
        results.write(b"%d %s" % (os.getpid(), line))
        results.flush()


JOBS = {
    "echo": Job(_echo, str, "回声"),
    "refuse": Job(_refuse, str, "回声"),
    "fail": Job(_fail, str, "回声"),
    "devour": Job(_devour, str, "读取文件", memory_mb=256),
    "spin": Job(_spin, str, "读取文件", seconds=1),
    # Reads a pipe: it waits until the test writes into it, or its time by the clock is up.
    "hold": Job(_sleep, str, "读取文件"),
    "hold long": Job(_sleep, str, "校对", lane="long"),
    "late": Job(_sleep, str, "读取文件", wall=1),
    "die": Job(_die, str, "读取文件"),
    "priority": Job(_priority, list[int], "编号"),
    "long priority": Job(_priority, list[int], "编号", lane="long"),
    "pid": Job(_pid, int, "编号"),
}
STAYING = {"answer": _answer}


def warm_up() -> None:
    """Nothing to load."""
