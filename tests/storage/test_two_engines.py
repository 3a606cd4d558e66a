"""Backup, restore, doctor and bad databases, with PostgreSQL behind the data folder."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from commandline import run
from filled_office import ACTOR, content, filled
from postgres_server import Server, name_of

from casework import Casework, secret_key
from drafting.errors import UserError
from service.doctor import examine
from service.steps import STEPS
from storage import moving_house
from storage.backups.backup import DATABASES, backup
from storage.backups.daily import back_up_if_due
from storage.backups.restoring import restore
from storage.connection import connect
from storage.database import url_of
from storage.log import audit, heads
from storage.postgres.connection import PostgresConnection, close_pool
from storage.postgres.staging import schemas

pytestmark = pytest.mark.sqlite


@pytest.fixture
def data(tmp_path: Path, fill: Callable[[Path], Path]) -> Path:
    return filled(tmp_path / "data", fill)


@pytest.fixture
def url(postgres: Server, tmp_path: Path) -> Iterator[str]:
    name = name_of(tmp_path)
    yield postgres.fresh(name)
    close_pool(postgres.url(name))
    postgres.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def moved(data: Path, url: str) -> Path:
    moving_house.move(data, url, STEPS, ACTOR, lambda _: None)
    moving_house.switch(data, url)
    return data


def held(folder: Path) -> dict[str, dict[str, list[str]]]:
    found = {}
    for name in DATABASES:
        with closing(connect(folder / name)) as db:
            found[name] = _without_backups(content(db))
    return found


def _without_backups(rows: dict[str, list[str]]) -> dict[str, list[str]]:
    return rows | {"log": [one for one in rows["log"] if "备份" not in one]}


def test_a_backup_of_postgresql_is_put_back_into_files_and_into_postgresql(
    moved: Path, tmp_path: Path, url: str
) -> None:
    target = tmp_path / "b.zip"
    before = held(moved)
    kept = heads.lines(moved, dt.datetime.now(dt.UTC))
    assert set(DATABASES) <= set(backup(moved, target, ACTOR, steps=STEPS).names)
    with zipfile.ZipFile(target) as container:
        manifest = json.loads(container.read("manifest.json"))
    assert manifest["engine"] == "postgresql"
    assert manifest["schema"] == {name: len(steps) for name, steps in STEPS.items()}
    files = tmp_path / "files"
    restore(target, files, DATABASES, ACTOR, STEPS)
    assert url_of(files) == ""  # The configuration came along, and named the server.
    assert held(files) == before
    assert not [one for one in examine(files) if one.name.startswith("数据库 ") and not one.ok]
    with Casework.open(moved) as casework:
        casework.add_phrase("备份以后加的。")
    restore(target, moved, DATABASES, ACTOR, STEPS)
    assert held(moved) == before
    with closing(PostgresConnection(url, Path("casework.db"))) as db:
        (aside,) = [one for one in schemas(db) if one.endswith("_casework")]
        assert aside.startswith("before-restore-")
        rows = db.run(f"SELECT count(*) FROM \"{aside}\".phrases WHERE text = '备份以后加的。'")  # noqa: S608
        assert rows.fetchone()[0] == 1
        parsed = heads.parse("\n".join(kept))["casework"]
        assert not audit.verify(db, *parsed).faults
    with Casework.open(moved) as casework:
        entry = audit.entries(casework.db, audit.Filters(action="恢复备份"))[0]
        assert f"原有数据在 模式 {aside}" in entry.detail


def test_a_backup_of_files_is_put_back_into_postgresql(
    data: Path, tmp_path: Path, url: str
) -> None:
    before = held(data)
    backup(data, tmp_path / "b.zip", ACTOR, steps=STEPS)
    other = tmp_path / "other"
    other.mkdir()
    moving_house.switch(other, url)
    restore(tmp_path / "b.zip", other, DATABASES, ACTOR, STEPS)
    assert held(other) == before


def test_a_newer_backup_is_refused_before_anything_is_touched(
    moved: Path, tmp_path: Path, url: str
) -> None:
    before = held(moved)
    newer = {name: [*steps, lambda _: None] for name, steps in STEPS.items()}
    folder = tmp_path / "newer"
    with Casework.open(folder) as casework:
        casework.db.execute(f"PRAGMA user_version = {len(newer['casework.db'])}")
    backup(folder, tmp_path / "b.zip")
    with pytest.raises(UserError, match="由更新版本的程序写入"):
        restore(tmp_path / "b.zip", moved, DATABASES, ACTOR, STEPS)
    assert held(moved) == before
    with closing(PostgresConnection(url, Path("casework.db"))) as db:
        assert not [one for one in schemas(db) if one.startswith(("moving_", "before-"))]


def test_the_daily_backup_is_made_of_postgresql(moved: Path) -> None:
    now = dt.datetime(2026, 11, 28, 3, 0)
    made = back_up_if_due(moved, moved / "backups", now, dt.time(1, 30), 3, 3, STEPS)
    assert made is not None
    with zipfile.ZipFile(made) as container:
        assert set(DATABASES) <= set(container.namelist())


def test_doctor_tells_what_was_changed_in_postgresql(moved: Path, url: str) -> None:
    def said() -> dict[str, str]:
        return {one.name: one.detail for one in examine(moved) if not one.ok and not one.optional}

    assert not [name for name in said() if name.startswith(("数据库 ", "操作日志"))]
    with closing(PostgresConnection(url, Path("casework.db"))) as db:
        db.run("DROP TRIGGER log_unchanged ON log")
        db.run("DROP INDEX checks_by_author")
        db.run("ALTER TABLE phrases DROP COLUMN saved")
        db.run("CREATE FUNCTION spy() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'")
        db.run("CREATE TRIGGER spy BEFORE INSERT ON phrases FOR EACH ROW EXECUTE FUNCTION spy()")
        db.run("ALTER TABLE moves DISABLE TRIGGER moves_no_update")
    told = said()["数据库 casework.db"]
    for one in (
        "表 log 缺少触发器 log_unchanged",
        "表 checks 缺少索引 checks_by_author",
        "表 phrases 缺少列 saved",
        "表 phrases 多出触发器 spy",
        "表 moves 的触发器 moves_no_update 被改动",
    ):
        assert one in told
    assert "缺少触发器 log_unchanged" in said()["操作日志（办理与用户）"]


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ("ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'", "编码是 SQL_ASCII，须用 UTF8 建库"),
        (
            "ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'zh-CN' LC_COLLATE 'C' LC_CTYPE 'C'",
            "排序规则是 zh-CN",
        ),
    ],
)
def test_a_database_that_orders_or_writes_otherwise_is_refused(
    data: Path, postgres: Server, tmp_path: Path, made: str, said: str
) -> None:
    name = name_of(tmp_path / "odd")
    postgres.run(f'CREATE DATABASE "{name}" TEMPLATE template0 {made}')
    try:
        with pytest.raises(UserError, match=said):
            moving_house.move(data, postgres.url(name), STEPS, ACTOR, lambda _: None)
    finally:
        close_pool(postgres.url(name))
        postgres.run(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_read_only_unreachable_and_not_empty_are_said(
    data: Path, url: str, postgres: Server
) -> None:
    def refused(address: str) -> str:
        with pytest.raises(UserError) as error:
            moving_house.move(data, address, STEPS, ACTOR, lambda _: None)
        return error.value.message

    postgres.run(f"ALTER DATABASE {name_in(url)} SET default_transaction_read_only = on")
    assert "只能读" in refused(url)
    close_pool(url)
    postgres.run(f"ALTER DATABASE {name_in(url)} RESET default_transaction_read_only")
    assert "没有这个数据库或者账号" in refused(postgres.url("nowhere"))
    close_pool(postgres.url("nowhere"))
    with closing(PostgresConnection(url, Path("casework.db"))) as db:
        db.run("CREATE SCHEMA casework")
    assert "已经有数据（模式 casework）" in refused(url)


def name_in(url: str) -> str:
    return url.removeprefix("postgresql:///").partition("?")[0]


def test_gone_in_the_middle_is_said_and_gone_on_with(
    data: Path, url: str, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(table: str, done: int, whole: int) -> None:
        if table == "documents":
            postgres.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"  # noqa: S608
                f" WHERE datname = '{name_in(url)}'"
            )

    with pytest.raises(UserError, match=r"^没有搬完：(连不上数据库|数据库正在停止).*接着搬。$"):
        moving_house.move(data, url, STEPS, ACTOR, lambda _: None, cut_off)
    said: list[str] = []
    moving_house.move(data, url, STEPS, ACTOR, said.append)
    assert said[0] == "archive.db：上次没有搬完，接着搬。"


def test_what_postgresql_has_no_room_for_is_told(data: Path, url: str) -> None:
    with closing(sqlite3.connect(data / "casework.db")) as db:
        db.execute("UPDATE phrases SET author = ? WHERE id = 1", ("a\0b",))
        db.commit()
    said: list[str] = []
    moving_house.move(data, url, STEPS, ACTOR, said.append)
    assert any("1 处文字里有看不见的空字符" in one for one in said)


def test_a_value_of_another_kind_is_told_with_its_place(data: Path, url: str) -> None:
    with closing(sqlite3.connect(data / "casework.db")) as db:
        db.execute("UPDATE phrases SET author = x'ff' WHERE id = 1")
        db.commit()
    with pytest.raises(UserError, match=r"表 phrases 的列 author 有一个值不是应有的类型（1）"):
        moving_house.move(data, url, STEPS, ACTOR, lambda _: None)


def test_the_command_says_what_to_write_or_writes_it(data: Path, url: str) -> None:
    asked = run("migrate-database", "--to", "mysql://x", data=data)
    assert (asked.returncode, "postgresql://" in asked.stderr) == (2, True)
    secret_key(data)
    done = run("migrate-database", "--to", url, data=data)
    assert done.returncode == 0, done.stderr
    stays = next(line for line in done.stderr.splitlines() if "数据库以外的仍在" in line)
    assert "files、secret.key" in stays and str(data) in stays
    assert done.stdout == f'[database]\nurl = "{url}"\n'
    assert "逐表核对一致，日志校验通过" in done.stderr
    (data / "config.toml").write_text("[backup]\nkeep_days = 5\n\n[database]\n# 旧的\n", "utf-8")
    moving_house.switch(data, url)
    run("backup", data / "b.zip", data=data)
    put_back = run("restore", data / "b.zip", data=data)
    assert "数据库里的改名为模式 before-restore-日期_…" in put_back.stderr
    assert "缺原件" in put_back.stderr  # Invented digests name none.
    back = run("migrate-database", "--to", "sqlite", "--switch", data=data)
    assert back.returncode == 0, back.stderr
    written = (data / "config.toml").read_text("utf-8")
    assert written == '[backup]\nkeep_days = 5\n\n[database]\nurl = ""\n# 旧的\n'
    verified = run("log", "verify", data=data)
    assert verified.returncode == 0, verified.stderr
