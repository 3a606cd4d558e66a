"""The name of a data folder among those before one database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from drafting.errors import UserError
from storage import place


def test_a_folder_has_one_name_whoever_asks_first(tmp_path: Path) -> None:
    folder = tmp_path / "data"

    def asked(_: int) -> str:
        return place.of.__wrapped__(folder)

    with ThreadPoolExecutor(8) as pool:
        names = set(pool.map(asked, range(40)))
    assert names == {place.of(folder)} and len(names.pop()) == 16
    assert [one.name for one in folder.iterdir()] == [place.FILE]
    assert place.of(tmp_path / "other") != place.of(folder)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="不可写"):
        place.of(tmp_path / "file" / "below")
