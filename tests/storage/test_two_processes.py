"""Two services and an import on one data folder: each sees what the others did, nothing is lost."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest
from services import running, start

from bench.clerk import PROPOSAL, ROOT, Clerk, stop
from casework import Casework
from drafting.errors import UserError
from storage import connect, transaction
from storage.connection import BUSY_TIMEOUT_MS
from storage.lock import TIDYING, exclusive, serving


def test_two_services_on_one_folder_lose_no_write(tmp_path: Path) -> None:
    one, first = start(tmp_path, "--with-samples")
    try:
        with running(tmp_path) as (_, second):
            matter = Clerk(first).register(PROPOSAL.read_text("utf-8"))

            def write(port: int, place: int) -> None:
                clerk = Clerk(port)
                form = clerk.workbench(matter, place)
                for number in range(10):
                    text = f"第{place}条第{number}次。"
                    path = f"/matters/{matter}/answers/{place}"
                    answer = clerk.post(path, {**form, "done": text}, as_script=True)
                    assert answer.status == 200, answer.text
                    said = answer.json()
                    form |= {"version": str(said["version"]), "base": str(said["base"])}

            with ThreadPoolExecutor(4) as pool:
                work = [pool.submit(write, (first, second)[n % 2], n + 1) for n in range(4)]
            for done in work:
                done.result()
            texts = [Clerk(second).workbench(matter, place)["done"] for place in range(1, 5)]
            assert texts == [f"第{place}条第9次。" for place in range(1, 5)]
            # The same lines changed at both: the second one is told.
            forms = [Clerk(port).workbench(matter) for port in (first, second)]
            clerks = [Clerk(first), Clerk(second)]
            answers = [
                clerk.post(
                    f"/matters/{matter}/answers/1", {**form, "done": f"由{n}"}, as_script=True
                )
                for n, (clerk, form) in enumerate(zip(clerks, forms, strict=True))
            ]
            assert [answer.status for answer in answers] == [200, 409]
    finally:
        stop(one)
    with Casework.open(tmp_path) as casework:
        numbers = [version.number for version in casework.versions(matter)]
        assert len(numbers) == len(set(numbers))


def test_an_import_beside_the_service_is_found_at_once(tmp_path: Path) -> None:
    paper = tmp_path / "答复.txt"
    paper.write_text("关于云湖湿地观鸟步道建设的答复\n\n已建成观鸟步道三公里。\n", "utf-8")
    data = tmp_path / "data"
    with running(data, "--with-samples") as (_, port):
        clerk = Clerk(port)
        assert "观鸟步道三公里" not in clerk.get("/api/search?q=观鸟步道").text
        command = [
            sys.executable,
            "-m",
            "service.cli.app",
            "--data",
            str(data),
            "import",
            str(paper),
        ]
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
        assert "观鸟步道三公里" in clerk.get("/api/search?q=观鸟步道").text


def test_no_service_starts_while_a_backup_is_put_back(tmp_path: Path) -> None:
    with exclusive(tmp_path, "恢复备份"):
        command = [sys.executable, "-m", "service.cli.app", "--data", str(tmp_path), "serve"]
        done = subprocess.run(
            [*command, "--port", "0"], capture_output=True, text=True, check=False, cwd=ROOT
        )
    assert done.returncode == 2
    assert "正在恢复备份" in done.stderr
    with running(tmp_path), pytest.raises(UserError, match="请先停止服务"):
        exclusive(tmp_path, "恢复备份").__enter__()


def test_who_meets_a_service_that_tidies_waits_for_it(tmp_path: Path) -> None:
    met = threading.Event()

    def work() -> None:
        with serving(tmp_path):
            met.set()

    other = threading.Thread(target=work)
    with exclusive(tmp_path, "恢复备份"):
        """Killed in its midst, it would leave these words behind."""
    (tmp_path / "service.lock").write_bytes(" 恢复备份".encode())
    with exclusive(tmp_path, TIDYING):
        other.start()
        assert not met.wait(0.5)
    other.join(30)
    assert met.is_set()


@pytest.mark.parametrize("what", ["恢复备份", "压缩数据库", "搬移数据"])
def test_who_is_refused_is_told_for_what(tmp_path: Path, what: str) -> None:
    with (
        exclusive(tmp_path, what),
        pytest.raises(UserError, match=f"^这个数据目录正在{what}，请等完成后再试。$"),
        serving(tmp_path),
    ):
        pass
    with serving(tmp_path):
        """It is free again."""


def test_services_that_start_together_all_start(tmp_path: Path) -> None:
    """Each tidies alone what a killed one left; none is refused for the sake of another."""
    with ThreadPoolExecutor(4) as pool:
        tries = [pool.submit(start, tmp_path / "data") for _ in range(4)]
        wait(tries)
    started = [one.result() for one in tries if one.exception() is None]
    for server, _ in started:
        stop(server)
    assert [one.exception() for one in tries] == [None] * 4


@pytest.mark.sqlite
def test_who_waits_for_the_write_lock_looks_again_at_once_and_not_ever_more_seldom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch of matters is as many transactions, each begun as soon as the last one has ended:
    who looks seldom finds the lock taken each time."""
    mine, other = connect(tmp_path / "a.db"), connect(tmp_path / "a.db")
    mine.execute("CREATE TABLE t (x)")
    looked, slept, sleep = threading.Semaphore(0), list[float](), time.sleep

    def noted(seconds: float) -> None:
        slept.append(seconds)
        sleep(seconds)

    monkeypatch.setattr(time, "sleep", noted)
    other.set_trace_callback(lambda text: looked.release() if "BEGIN" in text else None)

    def write() -> None:
        with transaction(other):
            other.execute("INSERT INTO t VALUES (2)")

    with transaction(mine):
        waiting = threading.Thread(target=write)
        waiting.start()
        for _ in range(20):
            assert looked.acquire(timeout=BUSY_TIMEOUT_MS / 1000)
    waiting.join()
    assert len(slept) >= 19 and max(slept) <= 0.01
    assert [tuple(row) for row in mine.execute("SELECT x FROM t")] == [(2,)]
    assert other.execute("PRAGMA busy_timeout").fetchone()[0] == BUSY_TIMEOUT_MS
