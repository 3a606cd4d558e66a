"""Several processes serve one folder: none does another's work again, one that dies is replaced."""

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import job_kinds
import pytest

from bench.clerk import Clerk, start, stop
from casework import Casework, jobs
from service import supervising
from service.leading import lead
from storage.background import Threads
from storage.limits import Limits


def eventually(told: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not told():
        assert time.monotonic() < until
        time.sleep(0.02)


def children(process: int) -> set[int]:
    found = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    serving = (int(one) for one in found)
    return {one for one in serving if b"foreman" not in Path(f"/proc/{one}/cmdline").read_bytes()}


def gone(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


@pytest.mark.skipif(not supervising.ABLE, reason="只有 Linux 有几个进程")
def test_a_process_that_was_killed_is_replaced_and_none_outlives_the_service(
    tmp_path: Path,
) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[server]\nprocesses = 2\n")
    server, port = start(tmp_path / "data", config=config)
    try:
        before = children(server.pid)
        # Two that show pages, and the one aside (test_aside).
        assert len(before) == 3
        killed = min(before)
        os.kill(killed, signal.SIGKILL)
        eventually(lambda: len(children(server.pid) - {killed}) == 3)
        clerk = Clerk(port)
        assert clerk.get("/health").status == 200
        clerk.close()
        left = children(server.pid)
        server.kill()
        server.wait(30)
        eventually(lambda: all(map(gone, left)))
    finally:
        stop(server)


def test_the_number_of_processes_is_chosen_or_that_of_the_cores() -> None:
    assert supervising.number_of(3) == (3 if supervising.ABLE else 1)
    assert 1 <= supervising.number_of(0) <= supervising.MOST


def test_one_leads_at_a_time_and_the_next_takes_over(tmp_path: Path) -> None:
    begun: list[int] = []

    def begin(number: int) -> Callable[[], list[threading.Event]]:
        return lambda: begun.append(number) or [threading.Event()]  # type: ignore[func-returns-value]

    first = lead(tmp_path, begin(1))
    eventually(lambda: begun == [1])
    second = lead(tmp_path, begin(2))
    third = lead(tmp_path, begin(3))
    assert begun == [1]
    third.set()
    first.set()
    eventually(lambda: begun == [1, 2])
    second.set()


def test_two_processes_do_no_piece_of_background_work_twice(tmp_path: Path) -> None:
    """Each process has its own ``Threads``; all are told that something waits."""
    keys = [f"ok-{number}" for number in range(20)]
    with Casework.open(tmp_path) as casework:
        job_kinds.ask(casework, *keys)
        for one in (Threads("import"), Threads("import"), Threads("import")):
            one.ensure(tmp_path, lambda: job_kinds.work_here(tmp_path))
        eventually(lambda: not casework.run(jobs.counts))
    assert sorted(key for _, key, _ in job_kinds.told(tmp_path, "end")) == sorted(keys)


def test_processes_count_together_how_often_a_page_is_asked_for(tmp_path: Path) -> None:
    now = [100.0]
    file = str(tmp_path / "counts.db")
    one, other = (Limits(lambda: now[0], file=file) for _ in range(2))
    assert [one.wait("pdf", "甲", 3), other.wait("pdf", "甲", 3), one.wait("pdf", "甲", 3)] == [
        0
    ] * 3
    assert other.wait("pdf", "甲", 3) == 61
    assert (other.wait("pdf", "乙", 3), other.wait("zip", "甲", 3)) == (0, 0)
    now[0] += 61
    assert other.wait("pdf", "甲", 3) == 0


def test_where_nothing_can_be_counted_work_goes_on(tmp_path: Path) -> None:
    assert Limits(file=str(tmp_path / "none" / "counts.db")).wait("pdf", "甲", 1) == 0
