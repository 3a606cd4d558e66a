"""Whether what was just installed serves pages, as install.sh asks before and after the switch."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from shared_data import PROJECT

from bench.clerk import free_port, running

ASK = PROJECT / "deploy" / "answers.py"


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


def test_a_service_is_asked_at_the_address_of_its_settings(tmp_path: Path) -> None:
    with running(tmp_path) as (_, port):
        (tmp_path / "config.toml").write_text(f"[server]\nport = {port}\n", "utf-8")
        assert ask("--running", str(tmp_path)).returncode == 0
    (tmp_path / "config.toml").write_text(f"[server]\nport = {free_port()}\n", "utf-8")
    assert ask("--running", str(tmp_path)).returncode == 1
