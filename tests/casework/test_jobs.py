"""The table of jobs: whose turn it is, who has which, and whose word counts."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from laws import tried

from casework import Casework, jobs
from casework.jobs import Job, Waiting
from storage import connect


@pytest.fixture
def casework(tmp_path: Path) -> Iterator[Casework]:
    with Casework.open(tmp_path) as opened:
        yield opened


def claimed(casework: Casework, worker: str = "甲", kind: str = "check", at_once: int = 0) -> Job:
    found = casework.run(jobs.claim, worker, kind, at_once)
    assert found is not None
    return found


def state(casework: Casework, key: str, kind: str = "check") -> str:
    found = casework.run(jobs.latest, kind, key)
    assert found is not None
    return found.state


def test_a_job_that_waits_is_asked_for_once(casework: Casework) -> None:
    first = casework.run(jobs.enqueue, "check", "7")
    assert casework.run(jobs.enqueue, "check", "7") == first
    assert casework.run(jobs.enqueue, "import", "7") != first
    assert not casework.run(jobs.ensure, "check", "7")
    assert casework.run(jobs.end, claimed(casework))
    assert casework.run(jobs.claim, "甲", "check") is None
    assert state(casework, "7") == "done"
    assert casework.run(jobs.ensure, "check", "7")


def test_what_is_asked_for_while_it_is_done_is_done_once_more(casework: Casework) -> None:
    casework.run(jobs.enqueue, "import", "1")
    job = claimed(casework, kind="import")
    assert casework.run(jobs.enqueue, "import", "1") == job.id
    assert not casework.run(jobs.ensure, "import", "1")
    assert casework.run(jobs.end, job)
    again = claimed(casework, kind="import")
    assert (again.id, again.claims) == (job.id, 1)
    assert casework.run(jobs.end, again)
    assert casework.run(jobs.claim, "甲", "import") is None


def test_each_persons_first_comes_before_anybodys_second(casework: Casework) -> None:
    for key, author in (("1", "沈"), ("2", "沈"), ("3", "沈"), ("4", "顾"), ("5", "白")):
        casework.run(jobs.enqueue, "check", key, author)
    order = ["1", "4", "5", "2", "3"]
    assert [casework.run(jobs.ahead, "check", one) for one in order] == [0, 1, 2, 3, 4]
    first = claimed(casework)
    assert casework.run(jobs.ahead, "check", "4") == 1
    done = [first.key, *(claimed(casework).key for _ in range(4))]
    assert done == order
    assert casework.run(jobs.ahead, "check", "9") == 0


def test_of_some_kinds_only_so_many_are_done_at_once(casework: Casework) -> None:
    for key in "123":
        casework.run(jobs.enqueue, "model", key)
    first, second = (claimed(casework, kind="model", at_once=2) for _ in range(2))
    assert casework.run(jobs.claim, "乙", "model", 2) is None
    assert not casework.run(jobs.claimable, "model", 2)
    assert casework.run(jobs.end, first)
    assert casework.run(jobs.claimable, "model", 2)
    assert claimed(casework, "乙", "model", 2).key == "3"
    assert casework.run(jobs.give_back, second, blame=False)
    assert claimed(casework, "丙", "model", 2).key == second.key


def test_who_lost_a_job_has_no_word_in_it(casework: Casework) -> None:
    casework.run(jobs.enqueue, "check", "1")
    lost = claimed(casework)
    assert casework.run(jobs.take_back, lost)
    now = claimed(casework, "乙")
    assert (now.id, now.taken, now.claims) == (lost.id, 2, 2)
    assert not casework.run(jobs.holds, lost) and casework.run(jobs.holds, now)
    for done in (
        casework.run(jobs.beat, lost),
        casework.run(jobs.reach, lost, 5),
        casework.run(jobs.end, lost, "failed", "晚了"),
        casework.run(jobs.give_back, lost, blame=True),
        casework.run(jobs.take_back, lost),
    ):
        assert not done
    assert casework.run(jobs.running) == [now]
    assert casework.run(jobs.end, now) and state(casework, "1") == "done"


def test_a_worker_that_moves_is_not_robbed(casework: Casework) -> None:
    casework.run(jobs.enqueue, "check", "1")
    job = claimed(casework)
    assert casework.run(jobs.beat, job)
    assert not casework.run(jobs.take_back, job)
    (seen,) = casework.run(jobs.running)
    assert casework.run(jobs.take_back, seen)


def test_what_ends_its_workers_is_refused_but_not_what_comes_further(casework: Casework) -> None:
    casework.run(jobs.enqueue, "import", "1")
    for number in range(1, jobs.MOST_CLAIMS + 1):
        job = claimed(casework, kind="import")
        assert (job.claims, job.is_poison) == (number, False)
        # The same file is reached each time, and ends the worker each time.
        assert casework.run(jobs.reach, job, 3)
        (seen,) = casework.run(jobs.running)
        assert seen.claims == (1 if number == 1 else number)
        assert casework.run(jobs.take_back, seen)
    assert claimed(casework, kind="import").is_poison

    casework.run(jobs.enqueue, "import", "2")
    for number in range(1, 8):
        job = claimed(casework, kind="import")
        assert not job.is_poison
        assert casework.run(jobs.reach, job, number)
        assert casework.run(jobs.give_back, job, blame=True)


def test_giving_back_at_the_end_of_a_worker_is_no_blame(casework: Casework) -> None:
    for key in "12":
        casework.run(jobs.enqueue, "check", key)
    for _ in range(5):
        found = [claimed(casework), claimed(casework)]
        assert [one.claims for one in found] == [1, 1]
        casework.run(jobs.give_back_all, "甲")
    assert casework.run(jobs.counts) == [
        Waiting("check", 2, 0, casework.run(jobs.counts)[0].oldest)
    ]


def test_what_is_given_up_is_nobodys(casework: Casework) -> None:
    for key in "12":
        casework.run(jobs.enqueue, "pdf", key)
    job = claimed(casework, kind="pdf")
    assert not casework.run(jobs.withdraw, "pdf", "1")
    assert casework.run(jobs.drop, "pdf", "1") and casework.run(jobs.withdraw, "pdf", "2")
    assert not casework.run(jobs.holds, job) and not casework.run(jobs.end, job)
    assert [state(casework, one, "pdf") for one in "12"] == ["dropped", "dropped"]
    assert casework.run(jobs.claim, "甲", "pdf") is None
    assert not casework.run(jobs.drop, "pdf", "1")


def test_somebody_here_takes_a_certain_job_where_it_still_waits(casework: Casework) -> None:
    for key in "12":
        casework.run(jobs.enqueue, "batch", key)
    mine = casework.run(jobs.claim_this, "甲", "batch", "2")
    assert mine is not None and mine.key == "2"
    assert casework.run(jobs.claim_this, "乙", "batch", "2") is None
    assert casework.run(jobs.claim_this, "乙", "batch", "3") is None


def test_what_one_folder_alone_has_is_done_where_it_is(casework: Casework) -> None:
    casework.run(jobs.enqueue, "import", "1", "沈", "甲处")
    casework.run(jobs.enqueue, "import", "2", "顾")
    assert casework.run(jobs.kinds_waiting, ["import"], "乙处") == ["import"]
    other = casework.run(jobs.claim, "乙", "import", 0, "乙处")
    assert other is not None and other.key == "2"
    for place, found in (("乙处", False), ("", False), ("甲处", True)):
        assert casework.run(jobs.claimable, "import", 0, place) == found
        assert casework.run(jobs.kinds_waiting, ["import"], place) == ["import"] * found
        job = casework.run(jobs.claim, "丙", "import", 0, place)
        assert (job is not None and job.key == "1") == found


def test_workers_that_race_do_each_job_once(tmp_path: Path) -> None:
    """Each with a connection of its own: no job twice, none left, never more than two of a kind."""
    with Casework.open(tmp_path) as casework:
        for number in range(60):
            casework.run(
                jobs.enqueue, ("check", "model")[number % 2], str(number), f"人{number % 7}"
            )
    done: Counter[str] = Counter()
    most = [0]
    lock, at_work = threading.Lock(), [0]

    def work(worker: str) -> None:
        with Casework.open(tmp_path) as own:
            while True:
                job = own.run(jobs.claim, worker, "check") or own.run(
                    jobs.claim, worker, "model", 2
                )
                if job is None:
                    if own.run(jobs.claimable, "model"):
                        continue
                    return
                with lock:
                    at_work[0] += job.kind == "model"
                    most[0] = max(most[0], at_work[0])
                    done[job.key] += 1
                with lock:
                    at_work[0] -= job.kind == "model"
                assert own.run(jobs.end, job)

    with ThreadPoolExecutor(4) as pool:
        for one in [pool.submit(work, f"工{number}") for number in range(4)]:
            one.result()
    assert done == Counter({str(number): 1 for number in range(60)})
    assert most[0] <= 2


def test_jobs_that_are_over_are_deleted_and_open_ones_never(casework: Casework) -> None:
    waits = casework.run(jobs.enqueue, "import", "waits")
    for number in range(5):
        casework.run(jobs.enqueue, "check", str(number))
        assert casework.run(jobs.end, claimed(casework))
    casework.run(jobs.clear, waits + 4)
    rows = casework.db.execute("SELECT id FROM work ORDER BY id").fetchall()
    assert [row["id"] for row in rows] == [waits, waits + 4, waits + 5]


class Workers(RuleBasedStateMachine):
    """Four workers that claim, move, end, lose, give back and die, as it comes."""

    number = st.integers(0, 3)

    def __init__(self) -> None:
        super().__init__()
        self.db = connect(Path(":memory:"))
        jobs.install(self.db)
        self.held: dict[int, list[Job]] = {number: [] for number in range(4)}
        self.ended: Counter[tuple[int, int]] = Counter()
        self.asked: set[str] = set()

    @rule(number=number)
    def ask(self, number: int) -> None:
        jobs.enqueue(self.db, "model", str(number), f"人{number % 2}")
        self.asked.add(str(number))

    @rule(number=number)
    def claim(self, number: int) -> None:
        job = jobs.claim(self.db, f"工{number}", "model", 2)
        if job is not None:
            self.held[number].append(job)

    @rule(number=number)
    def give_up(self, number: int) -> None:
        jobs.drop(self.db, "model", str(number))

    @rule(number=number)
    def take_back(self, number: int) -> None:
        for job in jobs.running(self.db)[:number]:
            assert jobs.take_back(self.db, job)

    @rule(number=number)
    def die(self, number: int) -> None:
        self.held[number].clear()

    @rule(number=number, place=number)
    def move(self, number: int, place: int) -> None:
        for job in self.held[number]:
            had = jobs.holds(self.db, job)
            assert jobs.beat(self.db, job) == jobs.reach(self.db, job, place) == had

    @rule(number=number, blame=st.booleans())
    def give_back(self, number: int, *, blame: bool) -> None:
        for job in self.held[number][-1:]:
            had = jobs.holds(self.db, job)
            assert jobs.give_back(self.db, job, blame=blame) == had

    @rule(number=number)
    def end(self, number: int) -> None:
        for job in self.held[number][-1:]:
            had = jobs.holds(self.db, job)
            assert jobs.end(self.db, job) == had
            self.ended[job.id, job.taken] += had

    @invariant()
    def what_is_done_is_one_claims(self) -> None:
        now = {(one.id, one.taken) for one in jobs.running(self.db)}
        assert len({number for number, _ in now}) == len(now) <= 2
        for job in (one for line in self.held.values() for one in line):
            assert jobs.holds(self.db, job) == ((job.id, job.taken) in now)
        assert all(many <= 1 for many in self.ended.values())

    def teardown(self) -> None:
        """Whatever happened, all that was asked for comes to an end."""
        for job in jobs.running(self.db):
            assert jobs.take_back(self.db, job)
        while job := jobs.claim(self.db, "末", "model", 2):
            assert jobs.end(self.db, job)
        for key in self.asked:
            found = jobs.latest(self.db, "model", key)
            assert found is not None and found.state in ("done", "dropped")
        self.db.close()


@pytest.mark.sqlite
class TestWorkers(Workers.TestCase):  # type: ignore[misc,name-defined]
    pass


TestWorkers.settings = tried(60, stateful_step_count=40)
