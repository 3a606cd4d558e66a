"""The log: nothing in it changes unseen, and what was not done is not in it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import tried

from drafting.errors import UserError
from storage import connect, transaction
from storage.log import audit, chain
from storage.log.audit import Actor, Filters

pytestmark = pytest.mark.sqlite

ME = Actor("林知远", "10.0.0.8")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    made = opened(tmp_path / "log.db")
    yield made
    made.close()


def opened(path: Path) -> sqlite3.Connection:
    db = connect(path)
    audit.install(db)
    return db


def fill(db: sqlite3.Connection, count: int) -> None:
    for number in range(count):
        write(db, "保存文稿", f"提案 {number}")


def write(db: sqlite3.Connection, action: str, what: str = "", **more: str) -> None:
    audit.write(db, action, who=ME.who, where=ME.where, what=what, **more)


def unguarded(db: sqlite3.Connection) -> None:
    """What somebody does who has the file and SQL."""
    db.execute("DROP TRIGGER log_unchanged")
    db.execute("DROP TRIGGER log_undeleted")


def linked(chained: str, entry: Mapping[str, object]) -> str:
    return chain.link(chained, *(entry[name] for name in audit._FIELDS))


def age(db: sqlite3.Connection, days: int, count: int, next_days: int = 0) -> None:
    """Have the first entries written long ago, and the next one ``next_days`` ago, as the chain
    would have it."""
    rows = list(db.execute("SELECT * FROM log ORDER BY id"))
    db.execute("DROP TRIGGER log_unchanged")
    chained = "0" * 64
    for row in rows:
        ago = days if row["id"] <= count else next_days if row["id"] == count + 1 else 0
        at = dt.datetime.now(dt.UTC) - dt.timedelta(days=ago)
        values = dict(row) | {"at": at.isoformat(timespec="milliseconds")}
        chained = linked(chained, values)
        db.execute("UPDATE log SET at=?, hash=? WHERE id=?", (values["at"], chained, row["id"]))
    db.execute(
        "CREATE TRIGGER log_unchanged BEFORE UPDATE ON log"
        " BEGIN SELECT RAISE(ABORT, '日志不能修改'); END"
    )


def test_an_entry_holds_who_when_where_what_and_result(db: sqlite3.Connection) -> None:
    before = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
    write(db, "登录", result="失败", detail="密码不对")
    (entry,) = audit.entries(db, Filters())
    assert (entry.who, entry.where, entry.action, entry.what, entry.result, entry.detail) == (
        "林知远",
        "10.0.0.8",
        "登录",
        "",
        "失败",
        "密码不对",
    )
    assert before < entry.at <= dt.datetime.now(dt.UTC)
    assert audit.verify(db) == audit.Verdict(1, 1, entry.hash)


def test_a_long_field_is_cut_and_the_chain_holds(db: sqlite3.Connection) -> None:
    write(db, "查看提案", "/" + "x" * 30_000, result="拒绝")
    (entry,) = audit.entries(db, Filters())
    assert entry.what == "/" + "x" * (audit.LONGEST - 1)
    assert audit.verify(db).faults == ()


def test_an_entry_stands_and_falls_with_its_deed(db: sqlite3.Connection) -> None:
    with pytest.raises(ZeroDivisionError), transaction(db):
        write(db, "删除提案", "提案 1")
        raise ZeroDivisionError
    assert audit.count(db, Filters()) == 0


def test_nothing_is_changed_or_deleted_by_sql(db: sqlite3.Connection) -> None:
    fill(db, 3)
    for statement in (
        "UPDATE log SET who = '别人' WHERE id = 2",
        "DELETE FROM log WHERE id = 2",
        "DELETE FROM log",
        "REPLACE INTO log SELECT * FROM log WHERE id = 1",
    ):
        with pytest.raises(sqlite3.DatabaseError):
            db.execute(statement)
    assert audit.verify(db).faults == () and audit.count(db, Filters()) == 3


@tried(60)
@given(
    number=st.integers(1, 6),
    column=st.sampled_from(["at", "who", "place", "deed", "what", "detail", "hash", "upto"]),
)
def test_every_change_shows(number: int, column: str) -> None:
    db = opened(Path(":memory:"))
    fill(db, 6)
    unguarded(db)
    value = 3 if column == "upto" else "别的"
    if column == "upto":
        db.execute('UPDATE log SET detail = \'{"hash": "x"}\' WHERE id = ?', (number,))
    db.execute(f"UPDATE log SET {column} = ? WHERE id = ?", (value, number))  # noqa: S608
    faults = audit.verify(db).faults
    assert faults and any(f"第 {number} 条" in fault for fault in faults)
    db.close()


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("DELETE FROM log WHERE id = 1", "第 1—1 条缺失"),
        ("DELETE FROM log WHERE id IN (3, 4)", "第 3—4 条缺失"),
        ("DELETE FROM log WHERE id = 6", "第 6—6 条缺失"),
        ("DELETE FROM log", "第 1—6 条缺失"),
        ("UPDATE log SET id = 99 WHERE id = 6", "第 6—98 条缺失"),
    ],
)
def test_what_is_missing_shows(db: sqlite3.Connection, statement: str, fault: str) -> None:
    fill(db, 6)
    unguarded(db)
    db.execute(statement)
    assert fault in audit.verify(db).faults


def test_a_chain_written_anew_shows_against_a_hash_kept_elsewhere(db: sqlite3.Connection) -> None:
    fill(db, 4)
    kept = audit.Kept(*audit.head(db))
    write(db, "登录")
    assert audit.verify(db, kept).faults == ()
    unguarded(db)
    rows = [dict(row) for row in db.execute("SELECT * FROM log ORDER BY id")]
    chained = "0" * 64
    for row in rows:
        row["who"] = "别人"
        chained = linked(chained, row)
        db.execute("UPDATE log SET who=?, hash=? WHERE id=?", (row["who"], chained, row["id"]))
    guards = audit.verify(db).faults
    assert guards == tuple(
        f"缺少触发器 {name}，日志可能被改动过" for name in ("log_unchanged", "log_undeleted")
    )
    assert audit.verify(db, kept).faults == (*guards, "第 4 条与另存的校验值不符")


def test_what_is_older_than_the_term_goes_as_an_entry_itself(db: sqlite3.Connection) -> None:
    fill(db, 6)
    age(db, 800, 4, 300)
    kept = audit.Kept(*audit.head(db))
    assert audit.prune(db, 730, actor=ME) == 4
    assert [one.id for one in audit.each(db, Filters())] == [5, 6, 7]
    assert audit.verify(db).faults == () and audit.verify(db, kept).faults == ()
    (last,) = audit.entries(db, Filters(action=audit.PRUNED))
    assert (last.who, json.loads(last.detail)["upto"]) == ("林知远", 4)
    write(db, "登录")
    assert audit.verify(db).faults == ()


def test_six_months_are_kept_whatever_is_asked(db: sqlite3.Connection) -> None:
    fill(db, 4)
    age(db, 180, 4)
    assert audit.prune(db, 0, actor=ME) == 0
    with pytest.raises(sqlite3.DatabaseError, match="日志不能删除"):
        db.execute("DELETE FROM log WHERE id = 1")


def test_a_chain_that_does_not_hold_is_not_pruned(db: sqlite3.Connection) -> None:
    fill(db, 4)
    age(db, 800, 4)
    unguarded(db)
    db.execute("UPDATE log SET who = '别人' WHERE id = 2")
    with pytest.raises(UserError, match="校验不通过"):
        audit.prune(db, 730, actor=ME)


def test_many_writers_make_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    opened(path).close()

    def work(number: int) -> None:
        db = connect(path)
        for step in range(20):
            write(db, "保存文稿", f"{number}-{step}")
        db.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db = connect(path)
    assert audit.verify(db).count == 120 and audit.verify(db).faults == ()
    db.close()


def test_filters_and_pages(db: sqlite3.Connection) -> None:
    fill(db, 3)
    audit.write(db, "登录", who="周望舒", where="10.0.0.9", result="拒绝", detail="锁定")
    today = audit.entries(db, Filters())[0].at.astimezone().date()
    day = dt.timedelta(days=1)

    def numbers(**asked: object) -> list[int]:
        return [one.id for one in audit.entries(db, Filters(**asked))]  # type: ignore[arg-type]

    assert numbers() == [4, 3, 2, 1]
    assert numbers(who="周望舒") == [4] and numbers(action="保存文稿") == [3, 2, 1]
    assert numbers(what="提案 1") == [2] and numbers(what="锁定") == [4]
    assert numbers(result="拒绝") == [4]
    assert numbers(since=today, until=today) == [4, 3, 2, 1]
    assert numbers(since=today + day) == [] and numbers(until=today - day) == []
    assert audit.count(db, Filters(who="林知远")) == 3
    assert audit.actions(db) == ["保存文稿", "登录"]
    fill(db, audit.PAGE)
    assert len(numbers()) == audit.PAGE
    assert [one.id for one in audit.entries(db, Filters(), 1)] == [4, 3, 2, 1]


def test_the_export_reads_back_and_starts_no_formula(db: sqlite3.Connection) -> None:
    write(db, "登录", "=HYPERLINK(1)", detail="有“引号”,逗号\n换行")
    lines = list(audit.export(db, Filters(), "jsonl"))
    (entry,) = audit.entries(db, Filters())
    assert json.loads(lines[0]) == {
        "id": 1,
        "at": entry.at.astimezone().isoformat(timespec="milliseconds"),
        "who": "林知远",
        "where": "10.0.0.8",
        "deed": "登录",
        "what": "=HYPERLINK(1)",
        "result": "成功",
        "detail": "有“引号”,逗号\n换行",
        "hash": entry.hash,
    }
    rows = list(
        csv.reader(io.StringIO(b"".join(audit.export(db, Filters(), "csv")).decode("utf-8-sig")))
    )
    assert rows[0] == [
        "编号",
        "时间",
        "操作人",
        "来源地址",
        "事项",
        "对象",
        "结果",
        "说明",
        "校验值",
    ]
    assert rows[1][4:8] == ["登录", "'=HYPERLINK(1)", "成功", "有“引号”,逗号\n换行"]
