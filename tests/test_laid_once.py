"""A copied folder is what the steps make; no two have drawn the same."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import casework.store
from casework import Casework
from corpus import Archive
from drafting.errors import UserError
from storage.originals.owner import mark_of

pytestmark = pytest.mark.sqlite

_DRAWN = re.compile(r"'(?:[0-9a-f]{32}|\d{15,19}|\d{4}-\d\d-\d\d[T ][^']*)'")


def written(path: Path) -> list[str]:
    """What a database has, but for what is drawn by lot and by the clock."""
    with closing(sqlite3.connect(path)) as db:
        head = [db.execute(f"PRAGMA {one}").fetchone()[0] for one in ("journal_mode", "page_size")]
        return [*map(str, head), *(_DRAWN.sub("''", line) for line in db.iterdump())]


def mark_in(path: Path) -> str:
    with closing(sqlite3.connect(path)) as db:
        return mark_of(db, path.name)


@pytest.mark.parametrize(("store", "name"), [(Casework, "casework.db"), (Archive, "archive.db")])
def test_a_copied_folder_is_what_the_steps_make(store: Any, name: str, tmp_path: Path) -> None:
    as_ever = store.open.__wrapped__
    as_ever(store, tmp_path / "made").close()
    found = []
    for number in range(2):
        store.open(tmp_path / str(number)).close()
        assert written(tmp_path / str(number) / name) == written(tmp_path / "made" / name)
        found.append(sorted(path.name for path in (tmp_path / str(number)).iterdir()))
    assert found == [sorted(path.name for path in (tmp_path / "made").iterdir())] * 2
    owners = [mark_in(tmp_path / one / name) for one in ("made", "0", "1")]
    assert len({*owners}) == 3 and all(owners)


def test_a_folder_with_a_database_is_opened_as_ever(tmp_path: Path) -> None:
    (tmp_path / "casework.db").write_text("无关的内容" * 99, "utf-8")
    with pytest.raises(UserError, match="文件已损坏"):
        Casework.open(tmp_path)


def test_other_steps_make_other_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Casework.open(tmp_path / "all").close()
    fewer = casework.store.STEPS[:-1]
    monkeypatch.setattr("casework.store.STEPS", fewer)
    with Casework.open(tmp_path / "fewer") as opened:
        assert opened._db.execute("PRAGMA user_version").fetchone()[0] == len(fewer)
