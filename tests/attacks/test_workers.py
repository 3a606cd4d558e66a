"""Workers: what one task does harms nobody else, and nobody takes more than their share."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from drafting.errors import UserError
from drafting.programs import staying
from drafting.programs.foreman import (
    AT_ONCE,
    EACH_AT_ONCE,
    EACH_WAITING,
    LARGE_BYTES,
    Foreman,
    _Task,
)
from drafting.programs.staying import Staying
from drafting.programs.workers import (
    ABLE,
    Busy,
    How,
    Lane,
    Stopped,
    Workers,
    install,
    on_behalf_of,
)

pytestmark = pytest.mark.skipif(not ABLE, reason="只有 Linux 有工作进程")

Ask = Callable[..., object]


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parent), prepend=os.pathsep)
        patch.syspath_prepend(str(Path(__file__).parent))
        found = Workers("worker_jobs")
        yield found
        found.close()


@pytest.fixture
def pipes(tmp_path: Path) -> Callable[[], Path]:
    def make() -> Path:
        path = tmp_path / str(len(list(tmp_path.iterdir())))
        os.mkfifo(path)
        return path

    return make


@pytest.mark.parametrize(
    ("job", "message"),
    [
        ("devour", "读取文件“甲.docx”占用内存超过 256 MB 的上限，已停止；请拆分后再试。"),
        ("spin", "读取文件“甲.docx”用时超过上限（1 秒），已停止；请拆分后再试。"),
        (
            "die",
            "读取文件“甲.docx”时程序意外中断；文件可能已损坏，请用原程序另存后再试。",
        ),
    ],
)
def test_a_limit_stops_one_task_and_no_other(workers: Workers, job: str, message: str) -> None:
    with pytest.raises(Stopped) as stopped:
        workers.ask(job, "", how=How("甲.docx"))
    assert stopped.value.message == message
    assert workers.ask("echo", "照常") == "照常"


def test_a_worker_comes_behind_the_pages_and_not_only_behind_its_like(workers: Workers) -> None:
    """Linux deals the cores out between sessions first (sched_autogroup): in one of its own a
    worker's niceness would count beside its like only, and all of them had as much as all pages."""
    mine = os.getpriority(os.PRIO_PROCESS, 0)
    for job, behind in [("priority", 10), ("long priority", 15)]:
        niceness, session, group = workers.ask(job, "")
        assert (niceness, session) == (min(19, mine + behind), os.getsid(0))
        # A Ctrl+C at the terminal is not meant for it.
        assert group != os.getpgid(0)


def test_a_task_that_only_waits_is_stopped_by_the_clock(
    workers: Workers, pipes: Callable[[], Path]
) -> None:
    with pytest.raises(Stopped, match="用时超过上限"):
        workers.ask("late", str(pipes()))


def test_a_users_mistake_comes_back_as_it_was(workers: Workers) -> None:
    with pytest.raises(UserError) as refused:
        workers.ask("refuse", "甲")
    assert (refused.value.message, refused.value.field) == ("不收“甲”。", "file")


def test_an_unforeseen_error_is_told_to_the_program_not_the_user(workers: Workers) -> None:
    with pytest.raises(RuntimeError, match="LookupError: 甲"):
        workers.ask("fail", "甲")


def test_no_process_serves_two_tasks(workers: Workers) -> None:
    assert workers.ask("pid", "") != workers.ask("pid", "")


def test_a_foreman_that_was_killed_is_replaced(workers: Workers) -> None:
    former = workers.process
    os.kill(former.pid, signal.SIGKILL)
    former.wait(20)
    assert workers.ask("echo", "照常") == "照常"
    assert workers.process.pid != former.pid


@pytest.fixture
def answering(workers: Workers) -> Iterator[Staying]:
    install(workers)
    try:
        found = staying.start("answer", "")
    finally:
        install(None)
    yield found
    found.end()


def say(answering: Staying, line: bytes) -> tuple[int, bytes]:
    """Ask a worker that stays; return who answered, and what."""
    answering.tasks.write(line)
    answering.tasks.flush()
    number, _, said = answering.results.readline().partition(b" ")
    return int(number), said


def test_a_worker_that_stays_is_forked_once_and_answers_until_it_is_ended(
    workers: Workers, answering: Staying
) -> None:
    first, said = say(answering, "一\n".encode())
    assert said == "一\n".encode()
    assert say(answering, "二\n".encode()) == (first, "二\n".encode())
    assert str(first) in children(workers)
    # Others are forked beside it, and have nothing of its.
    assert workers.ask("echo", "照常") == "照常"
    answering.end()
    while str(first) in children(workers):
        time.sleep(0.01)


def test_a_worker_that_stays_is_killed_though_it_listens_to_nobody(
    workers: Workers, answering: Staying
) -> None:
    first, _ = say(answering, b"1\n")
    answering.tasks.write(b"spin\n")
    answering.tasks.flush()
    answering.kill()
    assert answering.results.read() == b""
    while str(first) in children(workers):
        time.sleep(0.01)


def test_where_there_is_no_foreman_such_a_worker_is_a_program_of_its_own() -> None:
    entry = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.readline())"
    found = staying.start("answer", entry)
    found.tasks.write("一\n".encode())
    found.tasks.flush()
    assert found.results.read() == "一\n".encode()
    found.end()


def children(workers: Workers) -> list[str]:
    """The processes that the foreman has forked and not yet seen end."""
    pid = workers.process.pid
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


@pytest.mark.parametrize(
    "at_work",
    [
        ("pdf", "print", 0),
        ("check", "long", 0),
        ("paper", "quick", LARGE_BYTES),
    ],
)
def test_what_takes_much_memory_waits_a_little_for_another_and_nothing_small_does(
    at_work: tuple[str, Lane, int],
) -> None:
    control, stream = socket.socketpair()
    with control, stream:
        foreman = Foreman(control, {}, {})

        def task(job: str, lane: Lane, size: int, subject: str) -> _Task:
            return _Task(job, lane, subject, stream, size)

        large = task("paper", "quick", LARGE_BYTES, "甲")
        small = task("paper", "quick", LARGE_BYTES - 1, "乙")
        paper, text = task("pdf", "print", 0, "丙"), task("check", "long", 0, "戊")
        foreman._waiting += [large, small, paper, text]

        def turns() -> list[_Task | None]:
            return [foreman._next(lane) for lane in AT_ONCE]

        assert turns() == [paper, large, text]
        foreman._working[0] = task(*at_work, "丁")
        assert turns() == [None, small, None]
        # So long only: from when its turn had come, however long it had waited for that.
        for one in foreman._waiting:
            if one.spared is not None:
                one.spared -= 60
        assert turns() == [paper, large, text]


class Desk:
    """Tasks asked for from threads, as pages do, each begun or placed before the next."""

    def __init__(self, workers: Workers) -> None:
        self.workers, self.threads = workers, ThreadPoolExecutor(16)
        # What a test before has asked for may have answered and not have ended yet.
        while children(workers):
            time.sleep(0.01)

    def ask(self, subject: str, job: str, pipe: Path, told: list[int]) -> Future[object]:
        """Ask, and return once the foreman has said the place, or has refused."""
        heard = threading.Event()

        def waiting(ahead: int) -> None:
            told.append(ahead)
            heard.set()

        def run() -> object:
            with on_behalf_of(subject):
                return self.workers.ask(job, str(pipe), how=How(patience=60, waiting=waiting))

        future = self.threads.submit(run)
        future.add_done_callback(lambda _: heard.set())
        assert heard.wait(60)
        return future


def release(pipe: Path) -> None:
    """Let the task go on that reads the pipe."""
    pipe.write_text("好")


def test_one_person_gets_one_place_and_the_other_stays_for_others(
    workers: Workers, pipes: Callable[[], Path]
) -> None:
    desk = Desk(workers)
    mine = [pipes() for _ in range(EACH_AT_ONCE + EACH_WAITING)]
    told: list[list[int]] = [[] for _ in mine]
    asked = [desk.ask("甲", "hold", *one) for one in zip(mine, told, strict=True)]
    assert told == [[0], [1], [2], [3]]
    # The next is refused at once; another person begins at once.
    with pytest.raises(Busy, match="您还有 4 件没有处理完") as busy:
        desk.ask("甲", "hold", pipes(), []).result()
    assert busy.value.ahead == EACH_AT_ONCE + EACH_WAITING
    other, place = pipes(), []
    theirs = desk.ask("乙", "hold", other, place)
    assert place[-1] == 0
    release(other)
    assert theirs.result(60) == "好"
    for pipe, one in zip(mine, asked, strict=True):
        release(pipe)
        assert one.result(60) == "好"
    assert [places[-1] for places in told] == [0, 0, 0, 0]


def test_who_waits_too_long_is_told_how_many_are_before(
    workers: Workers, pipes: Callable[[], Path]
) -> None:
    desk = Desk(workers)
    first = pipes()
    held = desk.ask("甲", "hold", first, [])
    with on_behalf_of("甲"), pytest.raises(Busy, match="前面还有 1 件"):
        workers.ask("echo", "", how=How(patience=0.3))
    release(first)
    assert held.result(60) == "好"
    # Who gave up is out of the queue.
    with on_behalf_of("甲"):
        assert workers.ask("echo", "照常", how=How(patience=60)) == "照常"


def test_a_long_task_keeps_no_short_one_waiting(
    workers: Workers, pipes: Callable[[], Path]
) -> None:
    desk = Desk(workers)
    long_ones = [pipes(), pipes()]
    held = [desk.ask(str(number), "hold long", one, []) for number, one in enumerate(long_ones)]
    with on_behalf_of("0"):
        assert workers.ask("echo", "照常", how=How(patience=60)) == "照常"
    for pipe, one in zip(long_ones, held, strict=True):
        release(pipe)
        assert one.result(60) == "好"
