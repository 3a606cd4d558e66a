"""A full disk, a real one of 48 MB: said in Chinese, nothing torn, all goes on when it is freed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from services import running
from small_disk import fill, mounted

from bench.clerk import PROPOSAL, ROOT, Clerk
from storage.backups.backup import DATABASES, check_integrity


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with mounted(tmp_path, 48) as place:
        yield place


def test_a_save_on_a_full_disk_is_refused_and_kept_and_works_when_freed(disk: Path) -> None:
    data = disk / "data"
    with running(data, "--with-samples") as (server, port):
        clerk = Clerk(port)
        matter = clerk.register(PROPOSAL.read_text("utf-8"))
        form = clerk.workbench(matter)
        before = form["done"]
        ballast = fill(disk)
        path = f"/matters/{matter}/answers/1"
        text = "本次写入的内容较长。" * 3000
        refused = [clerk.post(path, {**form, "done": text + str(n)}) for n in range(3)]
        for answer in refused:
            assert answer.status == 500
            assert "磁盘已满" in answer.text
            assert text in answer.text, "what was typed comes back on the page"
        assert clerk.workbench(matter)["done"] == before, "reading goes on"
        ballast.unlink()
        saved = clerk.post(path, {**form, "done": text}, as_script=True)
        assert saved.status == 200
        assert clerk.workbench(matter)["done"] == text
        assert server.poll() is None
    assert [check_integrity(data / name) for name in DATABASES] == [None, None]


def drafting(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "service.cli.app", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def test_a_backup_and_an_import_on_a_full_disk_say_so_and_leave_nothing_half(disk: Path) -> None:
    data = disk / "data"
    samples = ROOT / "corpus" / "samples"
    assert drafting("--data", data, "import", samples / "policies").returncode == 0
    older = disk / "b.zip"
    assert drafting("--data", data, "backup", older).returncode == 0
    content = older.read_bytes()
    ballast = fill(disk)
    done = drafting("--data", data, "backup", older)
    assert done.returncode == 2
    assert "磁盘已满" in done.stderr
    assert "Traceback" not in done.stderr
    assert older.read_bytes() == content, "the former backup stands"
    assert {path.name for path in disk.iterdir()} == {"data", "b.zip", "ballast"}
    done = drafting("--data", data, "import", samples / "replies")
    assert done.returncode == 2, done.stderr
    assert "磁盘" in done.stderr
    assert "Traceback" not in done.stderr
    ballast.unlink()
    assert check_integrity(data / "archive.db") is None
    assert drafting("--data", data, "import", samples / "replies").returncode == 0
