"""Workers in real processes: killed, ended, with clocks that are off, over jobs that kill them."""

from __future__ import annotations

import signal
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import job_kinds
import pytest
from job_kinds import KIND, ask, told, until, work_here, working

from casework import Casework, jobs
from casework.jobs import Job
from desk.jobs.running import LEASE_SECONDS, Watch, Worker, beating, held
from storage import lock
from storage.configuration import Configuration
from storage.configuration import Work as Choice

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows 没有 SIGKILL，跳过")


@pytest.fixture
def casework(tmp_path: Path) -> Iterator[Casework]:
    with Casework.open(tmp_path) as opened:
        yield opened


def state(casework: Casework, key: str) -> tuple[str, str]:
    found = casework.run(jobs.latest, job_kinds.NAME, key)
    assert found is not None
    return found.state, found.reason


def counted(folder: Path, what: str) -> Counter[str]:
    return Counter(key for _, key, _ in told(folder, what))


def test_a_killed_workers_job_is_taken_over_at_once_and_done_once(either: Path) -> None:
    with Casework.open(either) as casework:
        ask(casework, "wait-1", "wait-2")
        with working(either, 2) as first:
            until(lambda: len(told(either, "begin")) == 2)
            processes = {process for _, _, process in told(either, "begin")}
            assert len(processes) == 2
            first.kill()
            first.wait()
            with working(either, 2):
                # They die with their parent; no lease is waited for.
                until(lambda: len(told(either, "begin")) == 4)
                assert not processes & {one for _, _, one in told(either, "begin")[2:]}
                (either / "go.txt").touch()
                until(lambda: not casework.run(jobs.counts))
        assert counted(either, "end") == {"wait-1": 1, "wait-2": 1}
        assert [state(casework, key) for key in ("wait-1", "wait-2")] == [
            ("done", ""),
            ("done", ""),
        ]


@pytest.mark.slow
def test_many_jobs_by_workers_that_are_killed_again_and_again_are_each_done_once(
    either: Path,
) -> None:
    with Casework.open(either) as casework:
        keys = [f"ok-{number}" for number in range(40)]
        ask(casework, *keys)
        for done in (10, 25):
            with working(either, 2):
                until(lambda done=done: len(told(either, "end")) >= done)  # type: ignore[misc]
        with working(either, 2):
            until(lambda: not casework.run(jobs.counts))
        ends = counted(either, "end")
        assert set(ends) == set(keys)
        # Who is killed between its last line and the note of it is followed by one who repeats it.
        assert sum(ends.values()) <= len(keys) + 4
        assert {state(casework, key)[0] for key in keys} == {"done"}


def test_a_job_that_kills_its_workers_is_refused_and_others_are_done(either: Path) -> None:
    with Casework.open(either) as casework:
        ask(casework, "die-1", "ok-1", "ok-2")
        with working(either):
            until(lambda: not casework.run(jobs.counts))
        assert counted(either, "begin")["die-1"] == jobs.MOST_CLAIMS
        assert counted(either, "refuse") == {"die-1": 1}
        assert state(casework, "die-1") == ("failed", "办理时程序已3次中断，没有再试。")
        assert counted(either, "end") == {"ok-1": 1, "ok-2": 1}


def test_who_is_asked_to_end_gives_back_what_it_cannot_finish(
    casework: Casework, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = "import service.working as w; w.GRACE_SECONDS = 0.2"
    for key in ("wait-1", "deaf-1"):
        ask(casework, key)
        with working(tmp_path, before=before) as process:
            until(lambda key=key: counted(tmp_path, "begin")[key])  # type: ignore[misc]
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
        (found,) = casework.run(jobs.counts)
        assert (found.waiting, found.running) == (1, 0)
        job = casework.run(jobs.claim, "甲", job_kinds.NAME)
        assert job is not None and (job.key, job.claims) == (key, 1)
        assert casework.run(jobs.end, job)
    assert told(tmp_path, "end") == []


def test_who_is_asked_to_end_finishes_what_is_soon_done(casework: Casework, tmp_path: Path) -> None:
    ask(casework, "wait-1", "ok-2")
    with working(tmp_path) as process:
        until(lambda: told(tmp_path, "begin"))
        process.send_signal(signal.SIGTERM)
        (tmp_path / "go.txt").touch()
        assert process.wait(60) == 0
    assert (state(casework, "wait-1"), state(casework, "ok-2")[0]) == (("done", ""), "waiting")


def test_a_clock_that_is_off_neither_loses_nor_keeps_a_job(either: Path) -> None:
    with Casework.open(either) as casework:
        before = "import casework.jobs as j; j.utc_now = lambda: '1999-01-01T00:00:00+00:00'"
        ask(casework, "wait-1")
        watch = Watch(either)
        with working(either, before=before):
            until(lambda: told(either, "begin"))
            assert [watch.look(casework) for _ in range(5)] == [0] * 5
            assert casework.run(jobs.running)[0].key == "wait-1"
        until(lambda: watch.look(casework))
        (either / "go.txt").touch()
        worker = work_here(either)
        assert worker.step() and not worker.step()
        worker.close()
        assert state(casework, "wait-1") == ("done", "")


# ------------------------------------------------------------------ of another machine


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def elsewhere(casework: Casework) -> Job:
    """A job that a worker of another machine has, of which there is no lock here."""
    ask(casework, "ok-1")
    job = casework.run(jobs.claim, "远处-1-ab", job_kinds.NAME)
    assert job is not None
    return job


def test_a_worker_elsewhere_has_its_job_as_long_as_it_is_heard(either: Path) -> None:
    with Casework.open(either) as casework:
        job, clock = elsewhere(casework), Clock()
        watch = Watch(either, clock=clock)
        for _ in range(4):
            assert watch.look(casework) == 0
            clock.now += LEASE_SECONDS - 1
            assert casework.run(jobs.beat, job)
        assert watch.look(casework) == 0
        clock.now += LEASE_SECONDS
        assert watch.look(casework) == 1 and watch.look(casework) == 0
        assert not casework.run(jobs.beat, job)
        worker = work_here(either)
        assert worker.step()
        worker.close()
        assert state(casework, "ok-1") == ("done", "")


def test_who_begins_to_look_waits_a_lease_whatever_the_time_is(
    casework: Casework, tmp_path: Path
) -> None:
    elsewhere(casework)
    for now in (0.0, 1e9, 5.0):
        clock = Clock()
        clock.now = now
        assert Watch(tmp_path, clock=clock).look(casework) == 0


def test_beats_are_written_while_a_job_is_done(casework: Casework, tmp_path: Path) -> None:
    job = elsewhere(casework)
    with beating(tmp_path, job, 0.01):
        until(lambda: casework.run(jobs.running)[0].beats > 2)


# ------------------------------------------------------------------ one worker


def test_a_mistake_of_the_program_is_tried_so_often_and_then_refused(
    casework: Casework, tmp_path: Path
) -> None:
    ask(casework, "break-1", "ok-1")
    worker = work_here(tmp_path)
    for _ in range(jobs.MOST_CLAIMS):
        with pytest.raises(ValueError, match="break-1"):
            worker.step()
    assert [worker.step() for _ in range(3)] == [True, True, False]
    worker.close()
    assert state(casework, "break-1") == ("failed", jobs.POISON)
    assert state(casework, "ok-1") == ("done", "")


def test_a_full_disk_is_no_fault_of_the_job(
    casework: Casework, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    ask(casework, "ok-1")
    worker = work_here(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(job_kinds.Told, "do", full)
        for _ in range(2 * jobs.MOST_CLAIMS):
            with pytest.raises(OSError, match="No space"):
                worker.step()
    assert worker.step()
    worker.close()
    assert state(casework, "ok-1") == ("done", "")


def test_what_failed_says_why_and_what_is_given_up_ends(casework: Casework, tmp_path: Path) -> None:
    ask(casework, "fail-1", "wait-2")
    worker = work_here(tmp_path)
    assert worker.step()
    assert state(casework, "fail-1") == ("failed", "没有办成。")
    thread = threading.Thread(target=worker.step)
    thread.start()
    until(lambda: counted(tmp_path, "begin")["wait-2"])
    assert casework.run(jobs.drop, job_kinds.NAME, "wait-2")
    thread.join(60)
    assert not thread.is_alive() and state(casework, "wait-2")[0] == "dropped"
    assert counted(tmp_path, "end") == {"fail-1": 1}
    assert not worker.step()
    worker.close()
    assert lock.gone(tmp_path) == set() and not list((tmp_path / "workers").iterdir())


def test_somebody_at_the_command_line_does_a_job_here_and_now(
    casework: Casework, tmp_path: Path
) -> None:
    ask(casework, "ok-1")
    with held(tmp_path, casework, job_kinds.NAME, "ok-1") as mine:
        assert mine
        with held(tmp_path, casework, job_kinds.NAME, "ok-1") as other:
            assert not other
    assert state(casework, "ok-1") == ("done", "")


def test_where_the_service_does_no_work_nothing_is_begun(
    casework: Casework, tmp_path: Path
) -> None:
    from desk.jobs.running import ensure_running

    ask(casework, "ok-1")
    ensure_running(tmp_path, Configuration(work=Choice(in_service=False)), KIND)
    assert not (tmp_path / "workers").exists() and state(casework, "ok-1")[0] == "waiting"
    ensure_running(tmp_path, Configuration(), KIND)
    until(lambda: state(casework, "ok-1")[0] == "done")


def test_no_kind_keeps_another_waiting(casework: Casework, tmp_path: Path) -> None:
    other = job_kinds.Kind("other", "另一种", job_kinds.Told, KIND.needs, KIND.at_once)
    ask(casework, "ok-1", "ok-2", "ok-3")
    for key in ("ok-7", "ok-8"):
        casework.run(jobs.enqueue, "other", key)
    worker = Worker(tmp_path, Configuration(), [KIND, other])
    while worker.step():
        pass
    worker.close()
    order = [key for _, key, _ in told(tmp_path, "begin")]
    assert order == ["ok-7", "ok-1", "ok-8", "ok-2", "ok-3"]
