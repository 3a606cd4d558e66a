"""What a piece of work changes is noted row by row, and put back to the letter, or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storage import connect
from storage.tables.changes import Overtaken, RowChange, reverse, watched

TABLES = ("units", "people")


def opened(path: Path | str) -> sqlite3.Connection:
    db = connect(Path(path)) if path != ":memory:" else sqlite3.connect(":memory:")
    db.isolation_level = None
    db.row_factory = sqlite3.Row
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("CREATE TABLE units (name TEXT PRIMARY KEY, place) WITHOUT ROWID")
    db.execute(
        "CREATE TABLE people (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, photo,"
        " unit TEXT REFERENCES units (name) ON DELETE CASCADE)"
    )
    return db


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    found = opened(":memory:")
    found.execute("INSERT INTO units VALUES ('民政局', '一楼'), ('教育局', NULL)")
    found.execute("INSERT INTO people (name, photo, unit) VALUES ('言知秋', x'00ff', '民政局')")
    yield found
    found.close()


def whole(db: sqlite3.Connection) -> dict[str, list[dict[str, Any]]]:
    asked = {"units": "SELECT * FROM units ORDER BY 1", "people": "SELECT * FROM people ORDER BY 1"}
    return {table: [dict(row) for row in db.execute(asked[table])] for table in TABLES}


def test_what_is_deleted_with_what_hangs_on_it_comes_back(db: sqlite3.Connection) -> None:
    before = whole(db)
    with watched(db, TABLES) as changes:
        db.execute("DELETE FROM units WHERE name = '民政局'")
    after = whole(db)
    assert sorted((one.table, one.after) for one in changes) == [("people", None), ("units", None)]
    forward = reverse(db, changes)
    assert whole(db) == before
    reverse(db, forward)
    assert whole(db) == after
    names = db.execute("SELECT name FROM temp.sqlite_master").fetchall()
    assert [row["name"] for row in names] == []


def test_a_row_replaced_and_a_row_that_came_and_went(db: sqlite3.Connection) -> None:
    with watched(db, TABLES) as changes:
        db.execute("INSERT OR REPLACE INTO units VALUES ('教育局', '二楼')")
        db.execute("INSERT INTO units VALUES ('水利局', '三楼')")
        db.execute("DELETE FROM units WHERE name = '水利局'")
    former = {"name": "教育局", "place": None}
    assert changes[0] == RowChange("units", former, None)
    assert changes[1] == RowChange("units", None, {"name": "教育局", "place": "二楼"})
    reverse(db, changes)
    assert whole(db)["units"] == [former, {"name": "民政局", "place": "一楼"}]
    with watched(db, TABLES) as nothing:
        db.execute("INSERT INTO units VALUES ('水利局', '三楼')")
        db.execute("DELETE FROM units WHERE name = '水利局'")
    assert nothing == []


def test_what_was_rolled_back_is_no_change(db: sqlite3.Connection) -> None:
    with watched(db, TABLES) as changes:
        db.execute("BEGIN")
        db.execute("DELETE FROM people")
        db.execute("ROLLBACK")
    assert changes == []


@pytest.mark.parametrize(
    "since",
    [
        "UPDATE people SET photo = NULL",
        "DELETE FROM people",
        "INSERT INTO units VALUES ('教育局', NULL)",
        "ALTER TABLE units ADD COLUMN since TEXT",
    ],
)
def test_what_has_changed_since_is_not_put_back_and_stays(
    db: sqlite3.Connection, since: str
) -> None:
    with watched(db, TABLES) as changes:
        db.execute("UPDATE people SET photo = 'x'")
        db.execute("UPDATE units SET name = '水务局' WHERE name = '教育局'")
    db.execute(since)
    now = whole(db)
    with pytest.raises(Overtaken):
        reverse(db, changes)
    assert whole(db) == now


def test_a_row_on_which_something_hangs_since_is_not_taken_out(db: sqlite3.Connection) -> None:
    db.execute("DROP TABLE people")
    db.execute("CREATE TABLE people (id INTEGER PRIMARY KEY, unit TEXT REFERENCES units (name))")
    with watched(db, ("units",)) as changes:
        db.execute("INSERT INTO units VALUES ('水利局', NULL)")
    db.execute("INSERT INTO people (unit) VALUES ('水利局')")
    with pytest.raises(Overtaken):
        reverse(db, changes)
    assert db.execute("SELECT count(*) FROM units").fetchone()[0] == 3


@pytest.mark.sqlite
def test_what_another_connection_does_meanwhile_is_not_counted_in(tmp_path: Path) -> None:
    with opened(tmp_path / "x.db") as mine, connect(tmp_path / "x.db") as other:
        with watched(mine, TABLES) as changes:
            mine.execute("INSERT INTO units VALUES ('民政局', NULL)")
            other.execute("INSERT INTO units VALUES ('教育局', NULL)")
        assert [one.after for one in changes] == [{"name": "民政局", "place": None}]
        reverse(mine, changes)
        assert [row["name"] for row in mine.execute("SELECT name FROM units")] == ["教育局"]
    mine.close()
    other.close()


_UNIT = st.sampled_from(("甲", "乙", "丙"))
_WORK = st.one_of(
    st.tuples(st.just("INSERT OR REPLACE INTO units VALUES (?, ?)"), _UNIT, st.integers(0, 3)),
    st.tuples(st.just("DELETE FROM units WHERE name = ? AND ? >= 0"), _UNIT, st.just(1)),
    st.tuples(
        st.just("INSERT OR IGNORE INTO people (name, photo) VALUES (?, ?)"), _UNIT, st.none()
    ),
    st.tuples(
        st.just("UPDATE OR IGNORE people SET photo = ?2 WHERE name = ?1"), _UNIT, st.binary()
    ),
    st.tuples(st.just("UPDATE OR REPLACE units SET name = ? WHERE place = ?"), _UNIT,
              st.integers(0, 3)),
    st.tuples(st.just("DELETE FROM people WHERE name = ? OR ? = 7"), _UNIT, st.integers(0, 9)),
    st.tuples(
        st.just("UPDATE OR IGNORE people SET unit = (SELECT max(name) FROM units) WHERE name <> ?"
                " AND ? IS NULL"), _UNIT, st.none(),
    ),
)  # fmt: skip


_REFUSED = [
    ("INSERT OR REPLACE INTO units VALUES (?, ?)", "甲", 0),
    ("INSERT OR IGNORE INTO people (name, photo) VALUES (?, ?)", "乙", None),
    (
        "UPDATE OR IGNORE people SET unit = (SELECT max(name) FROM units) WHERE name <> ?"
        " AND ? IS NULL",
        "甲",
        None,
    ),
    ("UPDATE OR REPLACE units SET name = ? WHERE place = ?", "乙", 0),
    ("DELETE FROM people WHERE name = ? OR ? = 7", "乙", 0),
]
"""Work in whose middle a unit is renamed that somebody belongs to: the tables refuse that."""


def carry_out(db: sqlite3.Connection, work: list[Any]) -> None:
    """Carry out all that the tables take; a statement that they refuse changes nothing."""
    for statement, *values in work:
        with suppress(sqlite3.IntegrityError):
            db.execute(statement, values)


@example([], _REFUSED)
@given(st.lists(_WORK, max_size=6), st.lists(_WORK, max_size=8))
def test_any_work_is_taken_back_and_brought_back(earlier: list[Any], work: list[Any]) -> None:
    db = opened(":memory:")
    carry_out(db, earlier)
    before = whole(db)
    with watched(db, TABLES) as changes:
        carry_out(db, work)
    after = whole(db)
    forward = reverse(db, changes)
    assert whole(db) == before
    reverse(db, forward)
    assert whole(db) == after
    db.close()
