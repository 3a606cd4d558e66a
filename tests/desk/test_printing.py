"""Prints under way, as every process of a service sees them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from casework import Casework, jobs
from casework.matters import prints
from desk.jobs.running import Watch, Worker
from desk.prints import printing
from desk.prints.printing import Kind, Progress
from drafting.errors import UserError
from drafting.programs.workers import How
from storage.configuration import Configuration, Ofd

KEY = printing.key_of(7, "pdf", b"paper")


@pytest.fixture
def casework(tmp_path: Path) -> Iterator[Casework]:
    with Casework.open(tmp_path) as opened:
        yield opened


@pytest.fixture(autouse=True)
def maker(monkeypatch: pytest.MonkeyPatch) -> None:
    def make(docx: bytes, kind: Kind, chosen: Ofd, how: How) -> bytes:
        return f"{kind} ".encode() + docx

    monkeypatch.setattr(printing, "make", make)


def asked(casework: Casework, paper: bytes, kind: Kind = "pdf", matter: int = 7) -> str:
    key = printing.key_of(matter, kind, paper)
    printing.ask(casework, kind, key, paper, subject="沈知秋", about="关于停车的答复")
    return key


def worker_in(folder: Path) -> Worker:
    return Worker(folder, Configuration(), printing.WORK)


def work(folder: Path) -> int:
    """Make what is asked for; return how many prints that were."""
    worker = worker_in(folder)
    done = sum(1 for _ in iter(worker.step, False))
    worker.close()
    return done


def test_the_key_tells_matter_kind_and_paper() -> None:
    keys = {
        printing.key_of(matter, kind, paper)
        for matter in (7, 8)
        for kind in printing.KINDS
        for paper in (b"one", b"two")
    }
    assert len(keys) == 2 * len(printing.KINDS) * 2


def test_a_paper_is_made_once_and_fetched_by_anybody(casework: Casework, tmp_path: Path) -> None:
    first = asked(casework, b"one")
    assert asked(casework, b"one") == first
    second, other = asked(casework, b"two"), asked(casework, b"one", "ofd")
    assert [
        printing.look(casework, "pdf", first),
        printing.look(casework, "pdf", second),
        printing.look(casework, "ofd", other),
        printing.look(casework, "pdf", KEY),
    ] == [Progress("asked", 0), Progress("asked", 1), Progress("asked", 0), Progress("none")]
    assert printing.fetch(casework, first) is None
    assert work(tmp_path) == 3
    assert printing.wait(casework, "pdf", first, 0) == Progress("ready")
    assert [printing.fetch(casework, one) for one in (first, second, other)] == [
        b"pdf one",
        b"pdf two",
        b"ofd one",
    ]
    # The paper itself is not kept beside what was made of it.
    asked(casework, b"one")
    assert work(tmp_path) == 0 and casework.run(prints.waiting, first) is None


def test_how_far_it_is_in_the_queue_of_the_programs(
    casework: Casework, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[Progress] = []

    def make(docx: bytes, kind: Kind, chosen: Ofd, how: How) -> bytes:
        said.append(printing.look(casework, kind, key))
        assert how.waiting and how.given_up
        for ahead in (3, 0):
            how.waiting(ahead)
            said.append(printing.look(casework, kind, key))
        assert how.about == "关于停车的答复" and not how.given_up()
        return b"%PDF-"

    monkeypatch.setattr(printing, "make", make)
    key = asked(casework, b"paper")
    assert work(tmp_path) == 1
    assert said == [Progress("asked"), Progress("asked", 3), Progress("making")]


def test_a_print_whose_worker_was_killed_is_made_by_the_next(
    casework: Casework, tmp_path: Path
) -> None:
    key = asked(casework, b"paper")
    killed = casework.run(jobs.claim, "远处", "pdf")
    assert killed is not None
    now = [0.0]
    watch = Watch(tmp_path, lease=5, clock=lambda: now[0])
    assert watch.look(casework) == 0
    now[0] = 5
    assert watch.look(casework) == 1
    assert work(tmp_path) == 1 and printing.fetch(casework, key) == b"pdf paper"


def test_who_gives_it_up_stops_it_and_may_ask_again(
    casework: Casework, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go = threading.Event(), threading.Event()

    def make(docx: bytes, kind: Kind, chosen: Ofd, how: How) -> bytes:
        begun.set()
        go.wait(60)
        assert how.given_up
        if how.given_up():
            raise printing.GivenUp("已取消。")
        return docx

    monkeypatch.setattr(printing, "make", make)
    key = asked(casework, b"paper")
    worker = worker_in(tmp_path)
    thread = threading.Thread(target=worker.step)
    thread.start()
    assert begun.wait(60)
    printing.drop(casework, "pdf", key)
    assert printing.look(casework, "pdf", key) == Progress("none")
    go.set()
    thread.join(60)
    assert printing.fetch(casework, key) is None
    asked(casework, b"paper")
    assert worker.step() and printing.fetch(casework, key) == b"paper"
    worker.close()


def test_why_none_came_out_is_said(
    casework: Casework, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes: list[Exception] = [UserError("超过 60 秒仍未完成，已停止。"), LookupError("x")]

    def make(docx: bytes, kind: Kind, chosen: Ofd, how: How) -> bytes:
        raise outcomes.pop(0)

    monkeypatch.setattr(printing, "make", make)
    key = asked(casework, b"paper")
    assert work(tmp_path) == 1
    assert printing.look(casework, "pdf", key) == Progress(
        "failed", said="超过 60 秒仍未完成，已停止。"
    )
    asked(casework, b"paper")
    worker = worker_in(tmp_path)
    with pytest.raises(LookupError):
        worker.step()
    # An unforeseen error is said and not waited for.
    found = printing.wait(casework, "pdf", key, 0)
    assert found.state == "failed" and "再试一次" in found.said
    assert not worker.step()
    worker.close()


def test_what_is_kept_is_bounded_and_what_waits_stays(
    casework: Casework, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prints, "KEPT", 3)
    keys = [asked(casework, str(number).encode()) for number in range(5)]
    assert work(tmp_path) == 5
    keys.append(asked(casework, b"5"))
    assert work(tmp_path) == 1
    assert [printing.fetch(casework, key) is not None for key in keys] == [False] * 3 + [True] * 3
