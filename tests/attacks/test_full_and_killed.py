"""A disk that is full stops no reading; what a killed program left does not stay; no restore puts
in place what this program cannot open."""

from __future__ import annotations

import io
import json
import logging
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from attack_fakes import PROPOSAL, SECRET, UNIT, Sender, enter, set_up
from procedure_fakes import whole
from small_disk import fill, mounted

from casework import Casework
from casework.migrations import STEPS
from casework.people import sessions
from corpus import Archive
from corpus.importing import jobs, uploads
from corpus.store.migrations import STEPS as ARCHIVE_STEPS
from drafting.errors import UserError
from service.server import tidy
from storage import connect, originals, transaction
from storage.backups.backup import backup
from storage.backups.restoring import STAGE, restore
from storage.lock import passing_folder, serving
from storage.log import audit, missed, runlog
from web import create_app

# ------------------------------------------------------------------ a full disk


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of 12 MB."""
    with mounted(tmp_path, 12) as place:
        yield place


def test_reading_and_downloading_go_on_and_what_the_log_misses_is_made_up(
    disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.people.passwords.METHOD", "scrypt:1024:8:1")
    # Each request notes that the session is used, as it does after a minute.
    monkeypatch.setattr(sessions, "is_stale", lambda *_: True)
    data = set_up(disk / "data")
    app = create_app(data)
    app.testing = False
    with Casework.open(data) as casework:
        casework.people.add("甲员", SECRET, unit=UNIT, roles=["经办", "督办"])
        own = casework.create_matter(PROPOSAL, original=("来件.txt", b"x"), unit=UNIT)
        casework.confirm_suggestions(own, whole(PROPOSAL), 1)
        other = casework.create_matter(PROPOSAL, unit="别的单位")
        sender = Sender(*enter(app, "甲员"))
        paths = [f"/matters/{own}", f"/matters/{own}/original", f"/matters/{other}/procedure", "/"]
        assert [sender.get(path).status_code for path in paths] == [200] * 4
        before = audit.count(casework.db, audit.Filters())
        ballast = fill(disk)
        assert [sender.get(path).status_code for path in paths * 2] == [200] * 8
        refused = sender.post(
            f"/matters/{own}/answers/1", {"version": 2, "done": "本次写入的内容较长。" * 3000}
        )
        assert refused.status_code == 500
        assert "磁盘已满" in refused.text
        assert audit.count(casework.db, audit.Filters()) == before
        ballast.unlink()
        assert sender.get("/").status_code == 200
        new = [(one.action, one.what) for one in audit.each(casework.db, audit.Filters())][before:]
        missing = [("下载", paths[1]), ("查看提案", f"提案 {other}")]
        assert new == [*missing * 2, (missed.MADE_UP, "日志")]
        (told,) = audit.entries(casework.db, audit.Filters(action=missed.MADE_UP))
        assert told.detail == "磁盘写满时的 4 条"
        late = audit.entries(casework.db, audit.Filters(action="下载"))
        assert "时磁盘已满，没有记下" in late[0].detail
        assert audit.verify(casework.db).faults == ()


def test_what_the_log_misses_survives_the_process_that_was_killed(disk: Path) -> None:
    """It waits in room that was taken before the disk was full."""
    data = disk / "data"
    # Another process of the service holds the database open.
    with Casework.open(data) as casework:
        missed.keep_room(data / "casework.db")
        ballast = fill(disk)
        code = (
            "import os, sys, signal; from pathlib import Path; from casework import Casework;"
            "from storage.log import audit, missed; c = Casework.open(Path(sys.argv[1]));"
            "[c.run(missed.write, '查看提案', actor=audit.Actor('甲员', '本机'), what=f'提案 {n}')"
            " for n in range(300)]; print(c.run(missed.waiting), flush=True);"
            "os.kill(os.getpid(), signal.SIGKILL)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(data)], capture_output=True, text=True, check=False
        )
        assert done.returncode == -signal.SIGKILL, done.stderr
        waiting = int(done.stdout)
        assert waiting > 0
        ballast.unlink()
        assert casework.run(missed.waiting) == waiting
        # Whoever reads something next makes up for it; once.
        assert [casework.run(missed.make_up) for _ in range(2)] == [waiting, 0]
        assert audit.count(casework.db, audit.Filters(action="查看提案")) == 300
        late = audit.entries(casework.db, audit.Filters(action="查看提案"))[0]
        assert (late.who, late.what) == ("甲员", "提案 299")
        assert "时磁盘已满，没有记下" in late.detail
        assert casework.run(missed.waiting) == 0
        assert audit.verify(casework.db).faults == ()


def test_the_cause_is_told_and_not_that_there_was_nothing_to_roll_back(tmp_path: Path) -> None:
    db = connect(tmp_path / "a.db")
    db.execute("CREATE TABLE t (x)")
    (pages,) = db.execute("PRAGMA page_count").fetchone()
    db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(sqlite3.OperationalError) as full, transaction(db):
        db.execute("INSERT INTO t VALUES (zeroblob(1000000))")
    assert full.value.sqlite_errorcode == sqlite3.SQLITE_FULL
    assert not db.in_transaction


def test_the_original_cause_is_in_the_running_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object, **__: object) -> None:
        raise UserError("文件没有存下。") from OSError(28, "No space left on device")

    app = create_app(set_up(tmp_path))
    app.testing = False
    monkeypatch.setattr("web.office_pages.due.today", no_room)
    app.view_functions["due.today"] = no_room
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(runlog.JsonLines())
    app.logger.addHandler(handler)
    assert app.test_client().get("/today").status_code == 400
    said = json.loads(lines.getvalue().splitlines()[-1])
    assert (said["error"], said["reason"]) == ("OSError", "No space left on device")


# ------------------------------------------------------------------ a program that was killed


def test_what_was_spooled_before_its_row_goes_at_the_next_start(tmp_path: Path) -> None:
    archive = Archive.open(tmp_path)
    job = jobs.begin(archive, None, "")
    jobs.add_file(archive, job, "稿.docx", io.BytesIO(b"kept"))
    (kept,) = (tmp_path / uploads.FOLDER).iterdir()
    left = [
        tmp_path / STAGE / "casework.db",
        tmp_path / uploads.FOLDER / "7-123.docx",
        tmp_path / originals.WAITING / "3f" / ("3f" * 32),
        tmp_path / originals.KEPT / "3f" / ".3f3f3f3f.12345678",
    ]
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
    Casework.open(tmp_path).close()
    with serving(tmp_path):
        # Another service works here: what it is just writing is its own.
        assert tidy(tmp_path) == 0
    assert tidy(tmp_path) == 4
    assert [path.exists() for path in (*left, kept)] == [False] * 4 + [True]


def test_what_a_killed_backup_left_goes_with_the_next_one(tmp_path: Path) -> None:
    data, folder = tmp_path / "data", tmp_path / "backups"
    Casework.open(data).close()
    with passing_folder(tmp_path, ".backup-") as working:
        (working / "casework.db").write_bytes(b"half")
        os.utime(working, (0, 0))
        left = folder / working.name
        shutil.copytree(working, left)
        # One that another process is just working in stays.
        shutil.move(working, folder / ".backup-other")
        os.utime(left, (0, 0))
        os.utime(folder / ".backup-other", (0, 0))
        backup(data, folder / "b.zip")
        assert {path.name for path in folder.iterdir()} == {"b.zip", ".backup-other"}


# ------------------------------------------------------------------ a restore of what is newer


@pytest.mark.parametrize("only", [None, ["casework.db"]])
def test_a_restore_of_a_newer_programs_database_touches_nothing(
    tmp_path: Path, only: list[str] | None
) -> None:
    data, newer = tmp_path / "data", tmp_path / "newer"
    for folder in (data, newer):
        Casework.open(folder).close()
        Archive.open(folder).close()
    with sqlite3.connect(newer / "casework.db") as db:
        db.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    backup(newer, tmp_path / "b.zip")
    there = {path.name for path in data.iterdir()}
    before = {name: (data / name).read_bytes() for name in ("casework.db", "archive.db")}
    known = {"casework.db": STEPS, "archive.db": ARCHIVE_STEPS}
    with pytest.raises(UserError, match="由更新版本的程序写入的，请先升级程序；没有恢复任何内容"):
        restore(tmp_path / "b.zip", data, only or tuple(before), steps=known)
    left = {path.name for path in data.iterdir()} - {"service.lock"}
    assert {name for name in left if not name.endswith(("-wal", "-shm"))} == {
        name for name in there if not name.endswith(("-wal", "-shm"))
    }
    # The refusal is in the log; the archive is byte for byte what it was.
    assert (data / "archive.db").read_bytes() == before["archive.db"]
    with Casework.open(data) as casework:
        (entry,) = audit.entries(casework.db, audit.Filters(action="恢复备份"))
    assert entry.result == "失败"
