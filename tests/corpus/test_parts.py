"""The index in parts: each reader's question looks at what all may find and at the own unit's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from index_content import held, plain, small
from laws import tried

from corpus import EVERYTHING, Archive, Reader
from corpus.index import indexing
from corpus.index.stored import snapshots
from corpus.store import migrations, owners
from corpus.store.migrations import STEPS
from drafting.reading import read_pasted
from storage import connect, migrate
from storage.tables.catalog import columns, table_names

UNITS = ("甲局", "乙局", "丙局")
READERS = (EVERYTHING, Reader(""), *map(Reader, UNITS))
WORDS = ("路灯", "车位", "河道", "学校")

numbers = st.integers(0, 6)
units = st.sampled_from(UNITS)
DONE = st.one_of(
    st.tuples(st.just("store"), st.sampled_from(("", *UNITS)), numbers, st.sampled_from(WORDS)),
    st.tuples(st.just("delete"), numbers),
    st.tuples(st.just("undelete"), numbers),
    st.tuples(st.just("reserve"), units, st.booleans()),
    st.tuples(st.just("rename"), units, units),
    st.tuples(st.just("arrange")),
)


def take(archive: Archive, step: tuple) -> None:
    """Do one thing that a unit, or the service in the background, may do."""
    what, *given_ = step
    if what == "store":
        unit, number, word = given_
        archive = archive.for_unit(unit) if unit else archive
        text = f"关于{word}的答复\n\n已建{word}{number}处。\n\n" + f"{word}逐项落实。" * 3
        archive.store(read_pasted(text), f"{number}.txt")
    elif what == "delete":
        archive.delete(given_[0])
    elif what == "undelete":
        archive.undelete(given_[0])
    elif what == "reserve":
        archive.for_unit(given_[0]).reserve(reserved=given_[1])
    elif what == "rename" and given_[0] != given_[1]:
        archive.rename_unit(*given_)
    elif what == "arrange":
        archive.arrange_index()


def documents(archive: Archive) -> dict[int, str]:
    """Every document with the unit that keeps it to itself, "" where all may find it."""
    rows = archive.db.execute("SELECT id, source FROM documents").fetchall()
    found = {row["id"]: owners.of(archive.db, row["source"]) or "" for row in rows}
    return {n: one if owners.is_reserved(archive.db, one) else "" for n, one in found.items()}


def check(archive: Archive, *, arranged: bool) -> None:
    """Compare what each reader's index holds with the texts that he may see."""
    kept = documents(archive)
    rows = archive.db.execute("SELECT id, document, body FROM sections").fetchall()
    for reader in READERS:
        seen = {n for n, unit in kept.items() if reader.unit in (None, unit) or not unit}
        view = archive.reader(reader)
        with view.connections.seeing(reader) as db:
            found = snapshots.snapshot(db)
            expected = {
                (row["id"], term): min(count, 255)
                for row in rows
                if row["document"] in seen
                for term, count in plain(indexing.unpack(row["body"]).text).items()
            }
            assert held(db, found) == expected
            assert {row[0] for row in db.execute("SELECT id FROM documents")} == seen
            if arranged:
                # What is not for him is not even looked at, but for what was deleted.
                assert found.veils == (None,) * len(found.segments)
                for part, dead in zip(found.segments, found.dead, strict=True):
                    alive = np.delete(part.documents, dead)
                    assert set(alive.tolist()) <= seen
                assert found.total == len({row["id"] for row in rows if row["document"] in seen})


@tried(25)
@example(steps=[("store", "甲局", n, "路灯") for n in range(6)] + [("reserve", "甲局", True)])
@example(
    steps=[
        *(("store", UNITS[n % 2], n, "车位") for n in range(7)),
        *(("reserve", "甲局", True), ("arrange",), ("store", "甲局", 0, "河道"), ("delete", 3)),
        *(("rename", "甲局", "乙局"), ("reserve", "乙局", False), ("arrange",)),
    ]
)
@given(steps=st.lists(DONE, max_size=24))
def test_each_reader_finds_what_he_may_see_whatever_is_done(tmp_path_factory, steps):
    with small():
        archive = Archive.open(tmp_path_factory.mktemp("parts"))
        for step in steps:
            take(archive, step)
            check(archive, arranged=False)
        while archive.arrange_index():
            check(archive, arranged=False)
        check(archive, arranged=True)
        archive.close()


def _mixed(folder: Path) -> Archive:
    archive = Archive.open(folder)
    for number in range(8):
        take(archive, ("store", UNITS[number % 2], number, WORDS[number % 4]))
    archive.for_unit("甲局").reserve(reserved=True)
    return archive


def test_what_another_unit_writes_is_read_by_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with small():
        archive = _mixed(tmp_path)
        while archive.arrange_index():
            pass
        other = archive.reader(Reader("乙局"))
        before = other.search("路灯")
        read: list[int] = []
        reading = snapshots._read_part

        def noted(db, number):
            read.append(number)
            return reading(db, number)

        monkeypatch.setattr(snapshots, "_read_part", noted)
        take(archive, ("store", "甲局", 9, "路灯"))
        assert other.search("路灯") == before and read == []
        take(archive, ("store", "乙局", 9, "路灯"))
        assert len(other.search("路灯", distinct=False)) == len(before) + 1 and read == [0]


def test_a_segment_that_is_half_parted_is_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with small():
        archive = _mixed(tmp_path)

        def broken(*args: object, **more: object) -> None:
            raise RuntimeError

        with monkeypatch.context() as patch, pytest.raises(RuntimeError):
            patch.setattr("corpus.index.stored.postings.drop", broken)
            archive.arrange_index()
        check(archive, arranged=False)
        while archive.arrange_index():
            check(archive, arranged=False)
        check(archive, arranged=True)


@pytest.mark.sqlite
def test_an_archive_of_the_program_before_is_parted_without_being_indexed_anew(tmp_path: Path):
    """Its rows as that program wrote them: one index, and a unit that keeps its documents."""
    with small():
        now = Archive.open(tmp_path / "now")
        for number in range(8):
            take(now, ("store", UNITS[number % 2], number, WORDS[number % 4]))
        former = connect(tmp_path / "archive.db")
        migrate(former, STEPS[: STEPS.index(migrations.parts)])
        for table in set(table_names(former)) - {"_sqlite_migrations", "log"}:
            former.execute(f"DELETE FROM {table}")  # noqa: S608
            names = columns(former, table)
            listed, marks = ", ".join(names), ", ".join("?" * len(names))
            source = "fresh_sections" if table == "fresh" else table
            for row in now.db.execute(f"SELECT {listed} FROM {source}"):  # noqa: S608
                former.execute(f"INSERT INTO {table} ({listed}) VALUES ({marks})", tuple(row))  # noqa: S608
        former.execute("INSERT INTO reserved (unit) VALUES ('甲局')")
        segments_before = former.execute("SELECT count(*) FROM segments").fetchone()[0]
        assert segments_before and former.execute("SELECT count(*) FROM fresh").fetchone()[0]
        former.close()
        archive = Archive.open(tmp_path)
        assert archive.db.execute("SELECT count(*) FROM segments").fetchone()[0] == segments_before
        check(archive, arranged=False)
        while archive.arrange_index():
            check(archive, arranged=False)
        check(archive, arranged=True)
