"""Whether what was just installed serves pages, as install.sh asks before and after the switch."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from shared_data import PROJECT

from bench.clerk import free_port, running

ASK = PROJECT / "deploy" / "answers.py"
_said = importlib.util.spec_from_file_location("answers", ASK)
assert _said is not None and _said.loader is not None
answers: Any = importlib.util.module_from_spec(_said)
_said.loader.exec_module(answers)


def ask(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ASK), *arguments], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )  # fmt: skip


def test_a_program_that_does_not_start_is_told_with_what_it_said(tmp_path: Path) -> None:
    program = tmp_path / "drafting"
    program.write_text("#!/bin/sh\necho 缺一个程序库 >&2\nexit 1\n", "utf-8")
    program.chmod(0o755)
    done = ask("--trial", str(program))
    assert (done.returncode, done.stderr) == (1, "缺一个程序库\n")


def test_a_program_that_starts_answers_and_is_ended(tmp_path: Path) -> None:
    program = tmp_path / "drafting"
    program.write_text(
        f'#!/bin/sh\necho $$ > "{tmp_path}/pid"\nexec "{sys.executable}" -m service.cli.app "$@"\n',
        "utf-8",
    )
    program.chmod(0o755)
    done = ask("--trial", str(program))
    assert (done.returncode, done.stderr) == (0, "")
    assert not Path("/proc", (tmp_path / "pid").read_text("ascii").strip()).exists()


class Clock:
    """A time that passes as it is slept, and no faster."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds * 50


@pytest.mark.parametrize(("share", "waited"), [(0.1, answers.MOST_SECONDS), (0, answers.SECONDS)])
def test_who_works_on_is_waited_for_longer_than_who_stands_still(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, share: float, waited: int
) -> None:
    clock = Clock()
    monkeypatch.setattr(answers, "time", clock)
    monkeypatch.setattr(answers, "answers", lambda *_: False)
    monkeypatch.setattr(answers, "spent", lambda _: clock.now * share)
    program = tmp_path / "drafting"
    program.write_text("#!/bin/sh\nexec sleep 600\n", "utf-8")
    program.chmod(0o755)
    assert not answers.trial(str(program))
    assert waited <= clock.now <= waited + 30
    # It answers at last.
    clock.now = 0.0
    monkeypatch.setattr(answers, "answers", lambda *_: clock.now > 2 * answers.SECONDS)
    assert answers.trial(str(program)) is bool(share)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="没有 /proc，看不到处理器时间")
def test_the_processor_time_of_children_counts() -> None:
    line = "import time; print(flush=True)\nwhile time.process_time() < .3: pass\nprint(flush=True)"
    parent = (
        f"import subprocess, sys; subprocess.run([sys.executable, '-c', {line + ';input()'!r}])"
    )
    with subprocess.Popen(
        [sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        running.stdout.readline()
        before = answers.spent(running.pid)
        running.stdout.readline()
        assert answers.spent(running.pid) >= before + 0.1
        running.communicate(b"\n")
    assert answers.spent(running.pid) == 0.0


def test_a_service_is_asked_at_the_address_of_its_settings(tmp_path: Path) -> None:
    with running(tmp_path) as (_, port):
        (tmp_path / "config.toml").write_text(f"[server]\nport = {port}\n", "utf-8")
        assert ask("--running", str(tmp_path)).returncode == 0
    (tmp_path / "config.toml").write_text(f"[server]\nport = {free_port()}\n", "utf-8")
    assert ask("--running", str(tmp_path)).returncode == 1
