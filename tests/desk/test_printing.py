"""Prints under way, as every process of a service sees them."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from desk import printing
from desk.printing import Progress
from drafting.programs.workers import How

KEY = printing.key_of(7, "pdf", b"paper")


def made(folder: Path, key: str, content: bytes = b"%PDF-") -> None:
    printing.ask(folder, key, lambda _: content, subject="沈知秋")
    assert printing.wait(folder, key, 30).state == "ready"


def test_the_key_tells_matter_kind_and_paper() -> None:
    keys = {
        printing.key_of(matter, kind, paper)
        for matter in (7, 8)
        for kind in printing.KINDS
        for paper in (b"one", b"two")
    }
    assert len(keys) == 2 * len(printing.KINDS) * 2


def test_a_print_whose_process_has_ended_is_none(tmp_path: Path) -> None:
    pid = os.fork()
    if not pid:
        os._exit(0)
    os.waitpid(pid, 0)
    printing._tell(tmp_path, KEY, Progress("making", process=pid))
    assert printing.look(tmp_path, KEY) == Progress()
    printing._tell(tmp_path, KEY, Progress("making", process=os.getpid()))
    assert printing.look(tmp_path, KEY).state == "making"
    printing._tell(tmp_path, KEY, Progress("failed", said="没有做成。", process=pid))
    assert printing.look(tmp_path, KEY).said == "没有做成。"


def test_an_unforeseen_error_is_said_and_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed: list[type[BaseException]] = []
    monkeypatch.setattr("threading.excepthook", lambda args: failed.append(args.exc_type))

    def make(how: How) -> bytes:
        raise LookupError(how.about)

    printing.ask(tmp_path, KEY, make, subject="沈知秋")
    found = printing.wait(tmp_path, KEY, 30)
    assert found.state == "failed" and "再试一次" in found.said
    for thread in threading.enumerate():
        if thread.name == "print":
            thread.join()
    assert failed == [LookupError]


def test_what_is_kept_is_bounded_by_number_and_age(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "KEPT", 3)
    keys = [printing.key_of(number, "pdf", b"") for number in range(6)]
    for number, key in enumerate(keys[:5]):
        made(tmp_path, key)
        os.utime(tmp_path / f"{key}.print", (time.time() - 100 + number,) * 2)
    made(tmp_path, keys[5])
    assert [printing.fetch(tmp_path, key) for key in keys] == [None] * 3 + [b"%PDF-"] * 3
    old = time.time() - printing.KEPT_SECONDS - 10
    os.utime(tmp_path / f"{keys[3]}.print", (old, old))
    made(tmp_path, KEY)
    assert printing.fetch(tmp_path, keys[3]) is None
