"""Who backed up and restored what, with what result, is in the log; and how long that is kept."""

from __future__ import annotations

import datetime as dt
import sqlite3
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from casework import Casework
from casework.migrations import STEPS
from corpus import Archive
from drafting.errors import UserError
from service import upkeep
from service.cli.app import cli
from storage import connect, migrate
from storage.backups.backup import backup, digest
from storage.backups.daily import back_up_if_due, clear_logs
from storage.backups.restoring import finish_restore, restore
from storage.lock import exclusive, serving
from storage.log import audit
from storage.log.audit import Actor, Filters

pytestmark = pytest.mark.sqlite

ME = Actor("林知远", "命令行")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    Archive.open(folder).close()
    with Casework.open(folder) as casework:
        casework.add_phrase("感谢您的关心。")
    return folder


def entries(data: Path, action: str, name: str = "casework.db") -> list[tuple[str, ...]]:
    db = connect(data / name)
    found = list(audit.each(db, Filters(action=action)))
    assert audit.verify(db).faults == ()
    db.close()
    return [(one.who, one.where, one.what, one.result, one.detail) for one in found]


def test_a_backup_is_in_the_log_with_its_sum(data: Path, tmp_path: Path) -> None:
    target = tmp_path / "b.zip"
    backup(data, target, ME)
    said = f"2 个文件，SHA-256 {digest(target)}"
    assert entries(data, "备份") == [("林知远", "命令行", "b.zip", "成功", said)]
    with pytest.raises(UserError):
        backup(data, tmp_path / "b.zip" / "c.zip", ME)
    (_, failed) = entries(data, "备份")
    assert failed[2:4] == ("c.zip", "失败") and "写不进去" in failed[4]


def test_the_daily_backup_is_in_the_log_also_when_there_was_no_room(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = dt.datetime(2026, 11, 24, 2)
    back_up_if_due(data, tmp_path / "b", now, dt.time(1), 3, 1)
    import shutil

    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    with pytest.raises(UserError, match="空间不足"):
        back_up_if_due(data, tmp_path / "b", now + dt.timedelta(days=1), dt.time(1), 3, 1)
    assert [one[:4] for one in entries(data, "备份")] == [
        ("系统", "系统", "drafting-20261124-020000.zip", "成功"),
        ("系统", "系统", "drafting-20261125-020000.zip", "失败"),
    ]


def test_a_restore_is_in_the_logs_put_back_with_the_heads_of_those_put_aside(
    data: Path, tmp_path: Path
) -> None:
    backup(data, tmp_path / "b.zip", ME)
    with Casework.open(data) as casework:
        casework.add_phrase("备份以后写的。")
        number, newest = audit.head(casework.db)
    restore(tmp_path / "b.zip", data, actor=ME)
    (kept,) = data.glob("before-restore-*")
    said = f"原有数据在 {kept.name}，原日志到 casework:{number}:{newest}"
    assert entries(data, "恢复备份") == [("林知远", "命令行", "b.zip", "成功", said)]
    assert [one[3] for one in entries(data, "恢复备份", "archive.db")] == ["成功"]
    # By what the entry says the log that was put aside can be proved to be whole.
    aside = connect(kept / "casework.db")
    assert audit.verify(aside, audit.Kept(number, newest)).faults == ()
    aside.close()


def test_what_was_not_restored_says_nothing(data: Path, tmp_path: Path) -> None:
    backup(data, tmp_path / "b.zip", ME)
    restore(tmp_path / "b.zip", data, ["archive.db"], actor=ME)
    assert len(entries(data, "恢复备份", "archive.db")) == 1
    assert entries(data, "恢复备份") == []


def test_a_refused_restore_is_in_the_log_that_stays(data: Path, tmp_path: Path) -> None:
    backup(data, tmp_path / "b.zip", ME)
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(UserError):
        restore(tmp_path / "bad.zip", data, actor=ME)
    with serving(data), pytest.raises(UserError, match="请先停止服务"):
        restore(tmp_path / "b.zip", data, actor=ME)
    assert [(one[2], one[3], one[4]) for one in entries(data, "恢复备份")] == [
        ("bad.zip", "失败", "“bad.zip”不是本程序的备份文件，或已损坏。"),
        (
            "b.zip",
            "失败",
            "服务、导入或备份正在使用这个数据目录，请先停止服务，再恢复备份。",
        ),
    ]


def test_beside_another_restore_nothing_is_written(data: Path, tmp_path: Path) -> None:
    backup(data, tmp_path / "b.zip", ME)
    with exclusive(data, "恢复备份"), pytest.raises(UserError):
        restore(tmp_path / "b.zip", data, actor=ME)
    assert entries(data, "恢复备份") == []


def test_a_restore_finished_later_is_in_the_log_as_who_began_it(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(data, tmp_path / "b.zip", ME)

    def power_cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("storage.backups.restoring.swap", power_cut)
        with pytest.raises(KeyboardInterrupt):
            restore(tmp_path / "b.zip", data, actor=ME)
    assert finish_restore(data) == ["archive.db", "casework.db"]
    assert [one[:4] for one in entries(data, "恢复备份")] == [("林知远", "命令行", "b.zip", "成功")]


def test_a_backup_of_a_former_schema_is_put_back_as_it_was(tmp_path: Path) -> None:
    """For a rollback: the former program could not open what a newer one had brought up."""
    for schema in (2, 6):
        data = tmp_path / str(schema)
        db = connect(data / "casework.db")
        migrate(db, STEPS[:schema])
        db.close()
        backup(data, data / "b.zip")
        restore(data / "b.zip", data, actor=ME)
        found = sqlite3.connect(data / "casework.db")
        assert found.execute("PRAGMA user_version").fetchone() == (schema,)
        tables = {row[0] for row in found.execute("SELECT name FROM sqlite_master")}
        assert ("log" in tables) == (schema == 6)
        found.close()
        if schema == 6:
            assert len(entries(data, "恢复备份")) == 1


def test_a_full_disk_is_said_and_nothing_was_touched(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(data, tmp_path / "b.zip", ME)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("storage.backups.restoring._unpack", full)
    with pytest.raises(UserError, match="恢复不了：磁盘已满，原有数据没有动"):
        restore(tmp_path / "b.zip", data, actor=ME)
    assert list(data.glob("before-restore-*")) == []


def test_every_wrong_byte_in_a_backup_is_said_in_one_line(data: Path, tmp_path: Path) -> None:
    backup(data, tmp_path / "b.zip", ME)
    whole = (tmp_path / "b.zip").read_bytes()
    bad = tmp_path / "bad.zip"
    refused = 0
    for place in range(0, len(whole), max(1, len(whole) // 400)):
        bad.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            restore(bad, tmp_path / "new", actor=ME)
        except UserError:
            refused += 1
    assert refused > 300


def test_the_commands_say_who(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", "值班员")
    for command in ("backup", "restore"):
        done = CliRunner().invoke(cli, ["--data", str(data), command, str(tmp_path / "b.zip")])
        assert done.exit_code == 0, done.output
    assert [one[:2] for one in entries(data, "恢复备份")] == [("值班员", "命令行")]


@pytest.mark.parametrize("command", ["import", "backup", "user list", "log verify"])
def test_no_command_works_beside_a_restore(data: Path, tmp_path: Path, command: str) -> None:
    (tmp_path / "a.txt").write_text("关于路灯的答复\n已办。\n", "utf-8")
    more = {"import": [str(tmp_path / "a.txt")], "backup": [str(tmp_path / "b.zip")]}
    arguments = ["--data", str(data), *command.split(), *more.get(command, [])]
    with exclusive(data, "恢复备份"):
        done = CliRunner().invoke(cli, arguments)
    assert isinstance(done.exception, (SystemExit, UserError))
    said = str(getattr(done.exception, "message", "")) + done.output
    assert "正在恢复备份，请等完成后再试" in said
    assert CliRunner().invoke(cli, arguments).exit_code == 0


def test_no_restore_beside_an_import(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(data, tmp_path / "b.zip")
    (tmp_path / "a.txt").write_text("关于路灯的答复\n已办。\n", "utf-8")
    said = []

    def importing(*_: object, **__: object) -> None:
        with pytest.raises(UserError, match="请先停止服务") as raised:
            restore(tmp_path / "b.zip", data)
        said.append(raised.value.message)
        raise UserError("到此为止。")

    monkeypatch.setattr("service.cli.app.import_paths", importing)
    CliRunner().invoke(cli, ["--data", str(data), "import", str(tmp_path / "a.txt")])
    assert len(said) == 1


# ------------------------------------------------------------------ the log's own term


def logged(data: Path, *ages: int) -> sqlite3.Connection:
    """A log whose entries are so many days old, as the program of those days wrote them."""
    db = connect(data / "casework.db")
    for days in sorted(ages, reverse=True):
        at = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
        fields = ("林知远", "10.0.0.8", "登录", "", "成功", str(days))
        audit._append(db, audit._text(at), fields, None)
    return db


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    db = connect(tmp_path / "casework.db")
    audit.install(db)
    db.close()
    return tmp_path


@pytest.mark.parametrize(
    ("ages", "gone"),
    [
        ((), 0),
        ((10,), 0),
        ((800, 750, 300, 10), 2),
        # A term shorter than six months counts as six months; see the second parameter below.
        ((729, 300, 10), 0),
        # Nothing would be left that tells of six months: so a clock that is years ahead sees it.
        ((900, 800, 100, 10), 0),
        ((9_000, 8_990, 8_980), 0),
    ],
)
def test_what_outlived_its_term_goes_and_six_months_stay(
    empty: Path, ages: tuple[int, ...], gone: int
) -> None:
    logged(empty, *ages).close()
    assert clear_logs(empty, 730) == gone
    db = connect(empty / "casework.db")
    left = [one.detail for one in audit.each(db, Filters(action="登录"))]
    assert left == [str(days) for days in sorted(ages, reverse=True)[gone:]]
    assert audit.verify(db).faults == ()
    cleared = [(one.who, one.where) for one in audit.each(db, Filters(action=audit.PRUNED))]
    assert cleared == ([("系统", "系统")] if gone else [])
    db.close()


def test_a_shorter_term_than_six_months_counts_as_six(empty: Path) -> None:
    logged(empty, 400, 200, 190, 100, 1).close()
    assert clear_logs(empty, 1) == 0
    logged(empty, 0).close()
    db = connect(empty / "casework.db")
    assert [one.detail for one in audit.each(db, Filters())][:2] == ["400", "200"]
    db.close()


def test_the_service_clears_the_log_by_itself(empty: Path) -> None:
    logged(empty, 800, 300, 1).close()
    # Whatever the hour is at which the tests run, for the service it is five in the morning.
    stop = upkeep.start_clearing(
        empty, 730, "03:00", pause=0.01, clock=lambda: dt.datetime(2026, 11, 28, 5)
    )
    db = connect(empty / "casework.db")
    try:
        for _ in range(1_000):
            if list(audit.each(db, Filters(action=audit.PRUNED))):
                break
            time.sleep(0.02)
    finally:
        stop.set()
    assert [one.detail for one in audit.each(db, Filters(action="登录"))] == ["300", "1"]
    db.close()
