"""Three people work while a fourth sends the most expensive things without a pause."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bench.clerk import PROPOSAL, Clerk, running
from bench.serving import memory
from service import supervising

SECONDS = 20
MOST_MB = 1_000
PAGE = b"<html><body>" + b"<p a=b>x" * 595_000
TEXT = "一、我局将新建停车泊位20个，，共计100万元。\n" * 11_000
EXPECTED = {200, 302, 400, 429}


@pytest.mark.slow
@pytest.mark.skipif(not supervising.ABLE, reason="只有 Linux 有几个进程和工作进程")
def test_one_person_who_sends_the_worst_stops_nobody(tmp_path: Path) -> None:
    with running(tmp_path, "--with-samples") as (server, port):
        mine = Clerk(port)
        matter = mine.register(PROPOSAL.read_text("utf-8"))
        until = time.monotonic() + SECONDS
        answers: dict[str, list[int]] = {"worst": [], "others": []}
        most = [0.0]

        def worst(number: int) -> None:
            clerk = Clerk(port, timeout=300, address="127.0.0.9")
            while time.monotonic() < until:
                if number % 2:
                    answer = clerk.upload("/new", "页.html", PAGE, {"text": "写到一半"})
                else:
                    answer = clerk.post("/check", {"text": TEXT[:300_000]})
                answers["worst"].append(answer.status)
            clerk.close()

        def others(number: int) -> None:
            clerk = Clerk(port, timeout=300, address=f"127.0.1.{number + 1}")
            while time.monotonic() < until:
                for page in (f"/matters/{matter}?s=1", "/", "/search?q=停车"):
                    answers["others"].append(clerk.get(page).status)
            clerk.close()

        def watch(stop: threading.Event) -> None:
            while not stop.wait(0.1):
                most[0] = max(most[0], memory(server.pid))

        stop = threading.Event()
        watching = threading.Thread(target=watch, args=(stop,))
        watching.start()
        with ThreadPoolExecutor(9) as pool:
            work = [pool.submit(worst, number) for number in range(6)]
            work += [pool.submit(others, number) for number in range(3)]
            for one in work:
                one.result()
        stop.set()
        watching.join()
        mine.close()
        assert set(answers["others"]) == {200}
        assert set(answers["worst"]) <= EXPECTED
        assert 0 < most[0] < MOST_MB
