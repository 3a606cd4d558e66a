"""One thread for each folder: never two, and none lost when work comes as it ends."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from storage.background import Threads


class Counting:
    """Work of so many pieces; it notes how many threads do it at once."""

    def __init__(self, left: list[int]) -> None:
        self.left = left
        self.at_once = 0
        self.most = 0
        self.done = 0
        self.closed = 0
        self.lock = threading.Lock()

    def step(self) -> bool:
        with self.lock:
            self.at_once += 1
            self.most = max(self.most, self.at_once)
        time.sleep(0.001)
        with self.lock:
            self.at_once -= 1
            if not self.left[0]:
                return False
            self.left[0] -= 1
            self.done += 1
            return True

    def waits(self) -> bool:
        return self.left[0] > 0

    def close(self) -> None:
        self.closed += 1


def settled(work: Counting) -> None:
    for _ in range(1_000):
        if not work.left[0]:
            return
        time.sleep(0.005)
    raise TimeoutError


def test_all_is_done_by_one_thread_at_a_time(tmp_path: Path) -> None:
    threads, work = Threads("test"), Counting([0])
    for _ in range(60):
        with work.lock:
            work.left[0] += 1
        threads.ensure(tmp_path, lambda: work)
        time.sleep(0.001)
    settled(work)
    assert (work.done, work.most) == (60, 1)


def test_work_that_comes_after_the_thread_has_ended_starts_another(tmp_path: Path) -> None:
    threads, work = Threads("test"), Counting([3])
    threads.ensure(tmp_path, lambda: work)
    settled(work)
    work.left[0] = 2
    threads.ensure(tmp_path, lambda: work)
    settled(work)
    assert work.done == 5


def test_folders_have_threads_of_their_own(tmp_path: Path) -> None:
    threads, first, second = Threads("test"), Counting([5]), Counting([5])
    threads.ensure(tmp_path / "a", lambda: first)
    threads.ensure(tmp_path / "b", lambda: second)
    settled(first)
    settled(second)
    assert (first.done, second.done) == (5, 5)
