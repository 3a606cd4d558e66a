"""Workers that stand still while somebody else takes their job over, and then go on: what they
write of it goes nowhere."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import job_kinds
import pytest
from job_kinds import KIND, ask, told, until
from procedure_fakes import PROPOSAL
from shared_data import PROJECT

from casework import Casework, jobs
from casework.jobs import Job
from casework.matters import materials, trials
from desk.handing_in.material_work import MaterialWork
from desk.jobs.nouns import Hold, Unwanted
from desk.jobs.running import Watch, Worker
from desk.local_model.working import TrialWork
from storage.configuration import Configuration
from storage.log import audit
from storage.log.audit import Actor

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows 没有 SIGSTOP，跳过")

STOPPING = """
import os, signal, sys
from contextlib import nullcontext
from pathlib import Path
import job_kinds
from desk.jobs import running
from desk.jobs.nouns import Kind
from storage.configuration import Configuration

class Stopping(job_kinds.Told):
    def do(self, hold):
        with hold.writing() as casework:
            casework.add_phrase('开头')
        self._tell('begin', hold.key)
        os.kill(os.getpid(), signal.SIGSTOP)
        try:
            with hold.writing() as casework:
                casework.add_phrase('结尾')
        finally:
            self._tell('went', hold.key)
        return ''

# No thread beside it, which might be stopped amid a write and keep all others from theirs.
running.beating = lambda folder, job: nullcontext()
kind = Kind(job_kinds.NAME, '试做', Stopping, job_kinds._needs, job_kinds.any_number)
worker = running.Worker(Path(sys.argv[1]), Configuration(), [kind])
worker.step()
worker.close()
"""


def taken(casework: Casework, worker: str) -> Job:
    found = casework.run(jobs.claim, worker, job_kinds.NAME)
    assert found is not None
    return found


def lost(casework: Casework, job: Job) -> None:
    assert casework.run(jobs.take_back, job)


@pytest.fixture
def casework(tmp_path: Path) -> Iterator[Casework]:
    with Casework.open(tmp_path) as opened:
        yield opened


def never() -> bool:
    return False


def test_only_who_has_the_job_writes(either: Path) -> None:
    with Casework.open(either) as casework:
        ask(casework, "ok-1")
        former = Hold(casework, taken(casework, "甲"), never)
        with former.writing() as own:
            own.add_phrase("一")
        lost(casework, former.job)
        with pytest.raises(Unwanted), former.writing() as own:
            own.add_phrase("没有人拿着")
        present = Hold(casework, taken(casework, "乙"), never)
        with pytest.raises(Unwanted), former.writing() as own:
            own.add_phrase("别人拿着")
        with present.writing() as own:
            own.add_phrase("二")
        assert {one.text for one in casework.phrases()} == {"一", "二"}


def test_a_process_that_stood_still_and_goes_on_writes_nothing_more(either: Path) -> None:
    """It is stopped between two writes, its lease runs out, another does the job, it goes on."""
    clock = [0.0]
    with Casework.open(either) as casework:
        ask(casework, "ok-1")
        watch = Watch(either, clock=lambda: clock[0])
        path = os.pathsep.join([str(PROJECT), str(PROJECT / "tests")])
        stopping = subprocess.Popen(
            [sys.executable, "-c", STOPPING, str(either)], env=os.environ | {"PYTHONPATH": path}
        )
        try:
            until(lambda: told(either, "begin"))
            (job,) = casework.run(jobs.running)
            until(lambda: _state(stopping.pid) == "T")
            assert watch.look(casework) == 0
            clock[0] += 3600
            assert watch.look(casework) == 1
            worker = Worker(either, Configuration(), [KIND])
            assert worker.step()
            worker.close()
            stopping.send_signal(signal.SIGCONT)
            assert stopping.wait(60) == 0
            assert told(either, "went")
        finally:
            stopping.kill()
            stopping.wait()
        assert [one.text for one in casework.phrases()] == ["开头"]
        found = casework.run(jobs.latest, job_kinds.NAME, job.key)
        assert found is not None
        assert (found.state, found.taken) == ("done", job.taken + 1)


def _state(process: int) -> str:
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]


def test_a_material_is_settled_once(casework: Casework, tmp_path: Path) -> None:
    """Who looked at it first and stood still says nothing of it when it goes on."""
    matter = casework.create_matter(PROPOSAL)
    number = casework.run(
        materials.add,
        materials.Material(
            0, matter, "照片.png", "来往函件", "0" * 64, 3, casework.matters()[0].updated, "",
            state="正在识别", note="",
        ),
    )  # fmt: skip
    assert casework.run(materials.settle, number, "", "没有密级")
    assert not casework.run(materials.settle, number, "没有收", "有密级")
    before = len(casework.run(audit.entries, audit.Filters()))
    work = MaterialWork(tmp_path, Configuration())
    work.refuse(str(number), "有密级")
    work.close()
    (kept,) = casework.run(materials.listed, matter)
    assert (kept.state, kept.note) == ("", "没有密级")
    assert len(casework.run(audit.entries, audit.Filters())) == before


def test_an_answer_of_the_model_is_one_workers(casework: Casework, tmp_path: Path) -> None:
    matter = casework.create_matter(PROPOSAL)
    number = casework.run(trials.ask, matter, "", "read", actor=Actor("林知远"), unit="", most=5)
    first = casework.run(jobs.claim, "甲", jobs.MODEL)
    assert first is not None
    work = TrialWork(tmp_path, Configuration())
    casework.run(trials.begin, number)
    lost(casework, first)
    second = casework.run(jobs.claim, "乙", jobs.MODEL)
    assert second is not None
    casework.run(trials.begin, number)
    casework.run(trials.add, number, [trials.Line(1, "suggestion", "增设泊位", (), "")])
    with pytest.raises(Unwanted):
        work.do(Hold(casework, first, never))
    found = casework.run(trials.by_number, number, matter)
    assert found is not None
    assert ([one.text for one in found.lines], found.state) == (["增设泊位"], "running")
    work.close()
