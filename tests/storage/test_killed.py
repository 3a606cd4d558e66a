"""The service ended by SIGKILL in the midst of writes: nothing acknowledged is lost or torn."""

from __future__ import annotations

import http.client
import random
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from services import start

from bench.clerk import PROPOSAL, Clerk, stop
from casework import Casework
from storage.backups.backup import DATABASES, check_integrity

FEW, MANY = 40, 200
PLACES = (1, 2, 3, 4)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows 没有 SIGKILL，跳过")


class Writer:
    """One clerk who saves one answer again and again, and knows what was acknowledged."""

    def __init__(self, matter: int, place: int) -> None:
        self.matter, self.place, self.count = matter, place, 0
        self.acknowledged, self.sent = "", ""

    def write_until_cut_off(self, port: int, told: threading.Semaphore) -> None:
        try:
            clerk = Clerk(port)
            form = clerk.workbench(self.matter, self.place)
            if self.count:
                assert form["done"] in (self.acknowledged, self.sent)
            # What was read counts as acknowledged: the write that was cut off may have arrived.
            self.acknowledged = form["done"]
            while True:
                self.count += 1
                self.sent = f"甲{self.place}第{self.count}次写入。" * 60 + "完"
                path = f"/matters/{self.matter}/answers/{self.place}"
                answer = clerk.post(path, {**form, "done": self.sent}, as_script=True)
                assert answer.status == 200, answer.text
                said = answer.json()
                form |= {"version": str(said["version"]), "base": str(said["base"])}
                self.acknowledged = self.sent
                told.release()
        except (OSError, http.client.HTTPException):
            return


@pytest.mark.parametrize("writes", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])
def test_what_was_acknowledged_stands_after_every_kill(tmp_path: Path, writes: int) -> None:
    chance = random.Random(20261124)
    server, port = start(tmp_path, "--with-samples")
    matter = Clerk(port).register(PROPOSAL.read_text("utf-8"))
    writers = [Writer(matter, place) for place in PLACES]
    done = 0
    while done < writes:
        told = threading.Semaphore(0)
        until = chance.randint(15, 45)
        with ThreadPoolExecutor(len(writers)) as pool:
            work = [pool.submit(one.write_until_cut_off, port, told) for one in writers]
            while until and not all(one.done() for one in work):
                if told.acquire(timeout=0.1):
                    until, done = until - 1, done + 1
            server.kill()
        server.wait()
        for one in work:
            one.result()
        # The next start proves both databases before it answers.
        server, port = start(tmp_path)
    clerk = Clerk(port)
    for one in (writer for writer in writers if writer.count):
        assert clerk.workbench(matter, one.place)["done"] in (one.acknowledged, one.sent)
    clerk.close()
    stop(server)
    assert [check_integrity(tmp_path / name) for name in DATABASES] == [None, None]
    with Casework.open(tmp_path) as casework:
        numbers = [version.number for version in casework.versions(matter)]
        assert numbers == sorted(numbers, reverse=True)
        for number in numbers:
            draft = casework.version(matter, number)
            assert draft is not None
            for place in PLACES:
                text = draft.answers[place - 1].done
                assert not text.startswith("甲") or text.endswith("完")
