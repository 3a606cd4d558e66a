"""The log against whoever holds the data folder, the server's clock, or the command line."""

from __future__ import annotations

import datetime as dt
import json
import socket
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from commandline import run

from casework import Casework
from drafting.errors import UserError
from service import doctor, upkeep
from service.cli.app import cli
from storage.configuration import Log
from storage.log import audit, chain, heads
from storage.log.audit import Actor, Kept

ME = Actor("林知远", "10.0.0.8")
DAYS = [400, 380, 300, 200, 150, 90, 30, 10, 2, 0]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A log of ten entries, written over the last year."""
    with Casework.open(tmp_path) as opened:
        for days in DAYS:
            write(opened.db, days)
        yield opened.db


def write(db: sqlite3.Connection, days: int, *, upto: int | None = None, detail: str = "") -> None:
    at = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
    what = audit.PRUNED if upto else "保存文稿"
    fields = (ME.who, ME.where, what, "提案", "成功", detail)
    audit._append(db, audit._text(at), fields, upto)


def forge(db: sqlite3.Connection, cleared: int, told: str, days: int = 0) -> None:
    """Take all up to ``cleared`` out, write the rest anew, and say that it was cleared."""
    rows = [
        dict(row) for row in db.execute("SELECT * FROM log WHERE id > ? ORDER BY id", (cleared,))
    ]
    triggers = [
        row["sql"]
        for row in db.execute(
            "SELECT sql FROM sqlite_master WHERE type='trigger' AND tbl_name='log'"
        )
    ]
    for name in ("log_unchanged", "log_undeleted", "log_appended"):
        db.execute(f"DROP TRIGGER {name}")
    db.execute("DELETE FROM log")
    chained = told
    for row in rows:
        row["who"] = "别人"
        chained = chain.link(chained, *(row[name] for name in audit._FIELDS))
        row["hash"] = chained
        marks = ",".join("?" * len(row))
        db.execute(f"INSERT INTO log ({','.join(row)}) VALUES ({marks})", [*row.values()])  # noqa: S608
    write(db, days, upto=cleared, detail=json.dumps({"upto": cleared, "hash": told, "days": 183}))
    for sql in triggers:
        db.execute(sql)


def faults(db: sqlite3.Connection, *kept: Kept) -> tuple[str, ...]:
    return audit.verify(db, *kept).faults


def kept_at(db: sqlite3.Connection, number: int, days: int | None = None) -> Kept:
    row = db.execute("SELECT hash FROM log WHERE id = ?", (number,)).fetchone()
    at = None if days is None else dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
    return Kept(number, row["hash"], at)


# ------------------------------------------------------------------ a clearing that was invented


def test_an_invented_clearing_that_names_the_kept_number_shows(db: sqlite3.Connection) -> None:
    kept = kept_at(db, 9)
    assert faults(db, kept) == ()
    forge(db, 9, "f" * 64)
    # By itself it holds together: nothing but what is kept elsewhere can tell.
    assert faults(db) == ()
    assert faults(db, kept) == ("第 9 条与另存的校验值不符",)


def test_an_invented_clearing_with_the_true_hash_shows_by_the_day_it_was_kept(
    db: sqlite3.Connection,
) -> None:
    kept = kept_at(db, 9, 2)
    forge(db, 9, kept.hash)
    assert faults(db) == ()
    assert faults(db, kept) == ("第 9 条记下不足六个月，却已被清理",)


def test_a_clearing_of_a_day_that_has_not_come_is_no_excuse(db: sqlite3.Connection) -> None:
    kept = kept_at(db, 9, 2)
    forge(db, 9, kept.hash, days=-300)
    assert faults(db, kept) == ("第 9 条记下不足六个月，却已被清理",)


def test_an_invented_clearing_beyond_the_kept_number_shows(db: sqlite3.Connection) -> None:
    undated, dated = kept_at(db, 8), kept_at(db, 8, 10)
    forge(db, 9, "f" * 64)
    said = "第 8 条已被清理，无从核对：请用记有日期的或较新的校验值"
    assert faults(db, undated) == (said,)
    assert faults(db, dated) == ("第 8 条记下不足六个月，却已被清理",)


def test_a_clearing_with_the_true_hash_proves_nothing_to_what_was_kept_without_its_day(
    db: sqlite3.Connection, tmp_path: Path
) -> None:
    """The true hash stood in the log: whoever writes it anew knows it."""
    undated, dated = kept_at(db, 10), kept_by_command(tmp_path)
    write(db, 0)
    forge(db, 10, undated.hash)
    said = "第 10 条已被清理，无从核对：请用记有日期的或较新的校验值"
    assert faults(db, undated) == (said,)
    # What the command shows, to be kept, has its day.
    done = run("log", "verify", "--expect", dated, data=tmp_path)
    assert done.returncode == 1
    assert "第 10 条记下不足六个月，却已被清理" in done.stdout


def kept_by_command(folder: Path) -> str:
    shown = run("log", "verify", data=folder).stdout.splitlines()[0]
    return shown.rpartition("　")[2]


def test_a_true_clearing_agrees_with_what_was_kept(db: sqlite3.Connection) -> None:
    kept = [kept_at(db, number, days) for number, days in enumerate(DAYS, 1)]
    assert audit.prune(db, 365, actor=ME) == 2
    assert faults(db, *kept) == ()


def test_a_tail_that_was_cut_shows_against_what_was_kept(db: sqlite3.Connection) -> None:
    kept = kept_at(db, 10)
    triggers = [
        row["sql"]
        for row in db.execute(
            "SELECT sql FROM sqlite_master WHERE type='trigger' AND tbl_name='log'"
        )
    ]
    db.execute("DROP TRIGGER log_undeleted")
    db.execute("DELETE FROM log WHERE id > 7")
    db.execute("UPDATE sqlite_sequence SET seq = 7 WHERE name = 'log'")
    db.execute(next(sql for sql in triggers if "log_undeleted" in sql))
    assert faults(db) == ()
    assert faults(db, kept) == ("另存的校验值到第 10 条，日志只到第 7 条：末尾缺失",)


# ------------------------------------------------------------------ the clock


@pytest.mark.parametrize("ahead", [200, 400, 4000])
def test_the_command_line_does_not_clear_on_the_word_of_a_clock_that_is_ahead(
    db: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ahead: int
) -> None:
    class Ahead(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:
            return dt.datetime.now(tz) + dt.timedelta(days=ahead)

    monkeypatch.setattr(audit, "dt", SimpleNamespace(**vars(dt) | {"datetime": Ahead}))
    with pytest.raises(UserError, match="请核对服务器的时钟"):
        audit.prune(db, 183, actor=ME)
    done = CliRunner().invoke(cli, ["--data", str(tmp_path), "log", "prune", "--days", "183"])
    assert isinstance(done.exception, UserError)
    assert audit.count(db, audit.Filters()) == len(DAYS)


# ------------------------------------------------------------------ triggers


@pytest.mark.parametrize("name", ["log_unchanged", "log_undeleted", "log_appended"])
def test_a_dropped_trigger_is_noticed(db: sqlite3.Connection, tmp_path: Path, name: str) -> None:
    db.execute(f"DROP TRIGGER {name}")
    said = f"缺少触发器 {name}，日志可能被改动过"
    assert faults(db) == (said,)
    done = run("log", "verify", data=tmp_path)
    assert (done.returncode, said in done.stdout) == (1, True)
    # In a database of another version too, whose tables are compared with nothing.
    db.execute("PRAGMA user_version = 3")
    results = {one.name: one for one in doctor.examine(tmp_path)}
    found = results["操作日志（办理与用户）"]
    assert (found.ok, found.detail) == (False, said)


def test_a_trigger_that_is_changed_or_added_is_noticed(db: sqlite3.Connection) -> None:
    db.execute("DROP TRIGGER log_undeleted")
    db.execute("CREATE TRIGGER log_undeleted BEFORE DELETE ON log WHEN 0 BEGIN SELECT 1; END")
    db.execute("CREATE TRIGGER quiet AFTER INSERT ON log BEGIN SELECT 1; END")
    assert faults(db) == ("触发器 log_undeleted 被改动", "多出触发器 quiet")


# ------------------------------------------------------------------ heads kept elsewhere


def test_heads_are_kept_in_a_file_and_tell_a_log_that_was_cut(
    db: sqlite3.Connection, tmp_path: Path
) -> None:
    elsewhere, day = tmp_path / "elsewhere" / "heads", dt.datetime(2026, 11, 28, 2)
    kept = upkeep._Cleared()
    for at in (day, day + dt.timedelta(hours=1), day + dt.timedelta(days=1)):
        done = threading.Event()
        upkeep.keep_heads(tmp_path, Log(heads_file=str(elsewhere)), kept, at, done)
        assert done.is_set()
    lines = elsewhere.read_text("utf-8").splitlines()
    assert len(lines) == 2
    assert lines[0].endswith(f" casework:{':'.join(map(str, audit.head(db)))}")
    verify = ("log", "verify", "--heads", elsewhere)
    assert run(*verify, data=tmp_path).returncode == 0
    for name in ("log_undeleted", "log_unchanged"):
        db.execute(f"DROP TRIGGER {name}")
    db.execute("DELETE FROM log WHERE id > 7")
    db.execute("UPDATE sqlite_sequence SET seq = 7 WHERE name = 'log'")
    cut = run(*verify, data=tmp_path)
    assert cut.returncode == 1
    assert "另存的校验值到第 10 条，日志只到第 7 条：末尾缺失" in cut.stdout


def test_heads_are_sent_to_a_syslog_whose_file_is_read_again(
    db: sqlite3.Connection, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(20)
        target = f"127.0.0.1:{server.getsockname()[1]}"
        chosen, done = Log(heads_syslog=target), threading.Event()
        upkeep.keep_heads(tmp_path, chosen, upkeep._Cleared(), dt.datetime.now(), done)
        sent = server.recv(2000).decode()
    assert done.is_set()
    assert sent.startswith("<86>drafting-log-head at=")
    (head,) = heads.parse(f"Nov 28 02:00:01 office drafting: {sent}")["casework"]
    assert (head.number, head.hash) == audit.head(db)
    assert faults(db, head) == ()


def test_heads_that_cannot_be_kept_are_tried_again(tmp_path: Path) -> None:
    Casework.open(tmp_path).close()
    (tmp_path / "file").write_text("", "utf-8")
    for chosen in (
        Log(heads_file=str(tmp_path / "file" / "heads")),
        Log(heads_syslog=str(tmp_path / "nowhere.sock")),
    ):
        kept, done = upkeep._Cleared(), threading.Event()
        upkeep.keep_heads(tmp_path, chosen, kept, dt.datetime.now(), done)
        assert (done.is_set(), kept.day) == (False, dt.date.min)
