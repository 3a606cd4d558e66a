"""A damaged database is said at the start, with what to do, and the other one stays as it is."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import commandline
import pytest
from services import running

from bench.clerk import Clerk, free_port
from casework import Casework
from drafting.errors import UserError
from storage.backups.backup import DATABASES, backup, check_integrity
from storage.backups.soundness import check_databases

pytestmark = pytest.mark.sqlite


def run(data: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return commandline.run("--data", data, *arguments)


@pytest.fixture
def data(tmp_path: Path, fill: Callable[[Path], Path]) -> Path:
    folder = fill(tmp_path / "data")
    with Casework.open(folder) as casework:
        for number in range(200):
            casework.add_phrase(f"第{number}句。" * 20)
    backup(folder, folder / "backups" / "drafting-20261123-013000.zip")
    with Casework.open(folder) as casework:
        casework.add_phrase("备份以后写的。")
    return folder


def spoil(path: Path, how: str) -> None:
    content = bytearray(path.read_bytes())
    if how == "header":
        content[:100] = b"x" * 100
    elif how == "pages":
        for place in range(4096, len(content), 8192):
            content[place : place + 200] = b"\xff" * 200
    elif how == "cut":
        content = content[: len(content) // 2]
    elif how == "empty":
        content = bytearray()
    path.write_bytes(content)


@pytest.mark.parametrize("how", ["header", "pages", "cut", "empty"])
@pytest.mark.parametrize("name", DATABASES)
def test_what_is_damaged_is_told_apart(data: Path, name: str, how: str) -> None:
    check_databases(data, data / "backups")
    spoil(data / name, how)
    with pytest.raises(UserError) as caught:
        check_databases(data, data / "backups")
    (line,) = caught.value.message.splitlines()
    assert line.startswith("办件数据库 casework.db" if name == "casework.db" else "档案数据库")
    assert f"--only {name.removesuffix('.db')}" in line
    assert "drafting-20261123-013000.zip" in line


def test_the_start_says_what_to_do_and_doing_it_loses_nothing_else(data: Path) -> None:
    spoil(data / "archive.db", "pages")
    done = run(data, "serve", "--port", free_port())
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "档案数据库 archive.db 有问题" in done.stderr
    assert "办件不受影响" in done.stderr
    newest = data / "backups" / "drafting-20261123-013000.zip"
    fixed = run(data, "restore", newest, "--only", "archive")
    assert fixed.returncode == 0, fixed.stderr
    assert [check_integrity(data / name) for name in DATABASES] == [None, None]
    with Casework.open(data) as casework:
        assert casework.phrases()[0].text == "备份以后写的。", "the casework was left alone"
    with running(data) as (_, port):
        assert Clerk(port).get("/search?q=停车").status == 200


def test_both_damaged_are_both_said(data: Path) -> None:
    for name in DATABASES:
        spoil(data / name, "cut")
    with pytest.raises(UserError) as caught:
        check_databases(data, data / "none")
    assert len(caught.value.message.splitlines()) == 2
    assert "没有找到每日备份" in caught.value.message


def test_a_folder_without_data_is_no_damage(tmp_path: Path) -> None:
    check_databases(tmp_path, tmp_path / "backups")
