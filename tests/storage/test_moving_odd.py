"""What an office may have in its tables that nobody thought of is moved there and back as it is,
or it is said where it stands."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from filled_office import ACTOR, content
from postgres_server import Server, name_of

from casework import Casework
from casework.batches import Batches
from drafting.errors import UserError
from service.steps import STEPS
from storage import moving_house
from storage.connection import connect, connect_file, read_file
from storage.log import audit, chain
from storage.postgres.connection import close_pool

pytestmark = pytest.mark.sqlite

TEXTS = (
    "", " ", "\n", "\\N", "\\x41\\000", "'; DROP TABLE matters; --", "100%s ?:a %(b)s",
    "\t\r\n\x01\x7f",
    "\ufeff头", "𠮷野家 👨‍👩‍👧", "é" * 5000, "9999-99-99", "-0001-01-01T25:61:61+99:00", "null",
    json.dumps({"甲": "第一行\n第二行\\"}), "\ue000\uffff\U0010ffff",
)  # fmt: skip
NUMBERS = (0, -1, 2**63 - 1, -(2**63), 86_400 * 366 * 10_000)


@pytest.fixture
def url(postgres: Server, tmp_path: Path) -> Iterator[str]:
    name = name_of(tmp_path)
    yield postgres.fresh(name)
    close_pool(postgres.url(name))
    postgres.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def data(tmp_path: Path, fill: Callable[[Path], Path]) -> Path:
    """The samples, and matters whose tables hold what is odd."""
    folder = fill(tmp_path / "data")
    with Casework.open(folder, ACTOR) as casework:
        Batches(casework).begin("林知远", "城管局", "default", [("甲.txt", b"a"), ("乙.txt", b"b")])
        db = casework.db
        for number, text in enumerate(TEXTS):
            db.execute(
                "INSERT INTO phrases (text, saved, author, unit) VALUES (?, ?, ?, ?)",
                (f"{number} {text}", text, text, text),
            )
            db.execute(
                "INSERT INTO opinions (matter, unit, asked, name) SELECT id, ?, ?, ? FROM matters",
                (text, None if number % 2 else text, None if number % 3 else ""),
            )
        db.execute("UPDATE batch_files SET reading = ?, attempts = ?", (TEXTS[-2], NUMBERS[2]))
        for number in NUMBERS:
            db.execute(
                "INSERT INTO work (kind, key, state, turn, beats, asked) VALUES"
                " ('test', ?, 'done', ?, ?, '')",
                (str(number), number, number),
            )
        db.execute(
            "INSERT INTO prints (key, kind, about, paper, result) VALUES (?, 'pdf', ?, ?, NULL)",
            ("大", "文" * 10_000_000, bytes(range(256)) * 120_000),
        )
    return folder


def held(folder: Path) -> dict[str, list[str]]:
    with closing(connect(folder / "casework.db")) as db:
        return {name: rows for name, rows in content(db).items() if name != "log"}


def move(data: Path, to: str, say: Callable[[str], None] = lambda _: None) -> None:
    moving_house.move(data, to, STEPS, ACTOR, say)
    moving_house.switch(data, to)


def test_it_is_moved_there_and_back_as_it_is(data: Path, url: str) -> None:
    before = held(data)
    assert any(len(row) > 30_000_000 for row in before["prints"])
    said: list[str] = []
    move(data, url, said.append)
    assert held(data) == before
    move(data, "", said.append)
    assert held(data) == before
    assert not any("空字符" in one or "不是本程序的" in one for one in said)


def test_nul_in_the_log_leaves_its_chain_whole(data: Path, url: str) -> None:
    """Of a former program, which chained a name as a stranger had sent it."""
    with closing(connect_file(data / "casework.db")) as db:
        audit.write(db, "测试", who="甲", where="测试")
        text = "登录\0失败"
        fields = ("2026-01-01T00:00:00.000+00:00", text, "127.0.0.1", "登录", "", "拒绝", text)
        row = db.execute("SELECT id, hash FROM log ORDER BY id DESC LIMIT 1").fetchone()
        values = (row["id"] + 1, *fields, None)
        db.execute(
            "INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*values, chain.link(row["hash"], *values)),
        )
        audit.write(db, "测试", who="乙", where="测试")
        assert not audit.verify(db).faults
        kept = audit.head(db)
    said: list[str] = []
    move(data, url, said.append)
    assert any("2 处文字里有看不见的空字符" in one for one in said)
    for _ in range(2):
        with closing(connect(data / "casework.db")) as db:
            assert not audit.verify(db, audit.Kept(*kept)).faults
            found = audit.entries(db, audit.Filters(who="登录␀失败"))
            assert [one.detail for one in found] == ["登录␀失败"]
        if (data / "config.toml").read_text("utf-8").count("postgresql"):
            move(data, "")
    with closing(connect_file(data / "casework.db")) as db:
        db.execute("DROP TRIGGER log_unchanged")
        db.execute("UPDATE log SET detail = '登录␀␀失败' WHERE detail = '登录␀失败'")
        assert any("被改动" in one for one in audit.verify(db).faults)


@pytest.mark.parametrize("name", ["casework.db", "archive.db"])
def test_bytes_that_are_no_text_are_told_with_their_place(data: Path, url: str, name: str) -> None:
    table, column, which = {
        "casework.db": ("phrases", "author", "3"),
        "archive.db": ("documents", "title", "3"),
    }[name]
    # A lone surrogate, as some programs write one.
    with closing(sqlite3.connect(data / name)) as db:
        db.execute(f"UPDATE {table} SET {column} = CAST(x'41EDA08042' AS TEXT) WHERE id = 3")  # noqa: S608
        db.commit()
    said = (
        f"表 {table} 的列 {column} 有一个值不是 UTF-8 文字（{which}），没有搬；请先在来源里改正。"
    )
    with pytest.raises(UserError) as error:
        move(data, url)
    assert error.value.message == said
    with closing(read_file(data / name)) as db:
        assert db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] > 3  # noqa: S608
