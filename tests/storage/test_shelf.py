"""Texts put aside: found by their name, for a while, and never too many."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage import shelf
from storage.shelf import Shelf


def test_a_text_is_found_by_its_name_until_its_time_is_over(tmp_path: Path) -> None:
    ticks = [100.0]
    first, second = (Shelf(str(tmp_path / "shelf.db"), lambda: ticks[0]) for _ in range(2))
    name = first.put("写了一半的答复")
    assert second.look(name) == "写了一半的答复"
    assert (second.look(""), second.look("other")) == ("", "")
    ticks[0] += shelf.SECONDS
    assert second.look(name) == ""
    second.put("another")
    assert name.encode() not in (tmp_path / "shelf.db").read_bytes()


def test_there_is_room_for_so_much_and_the_oldest_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "MOST_CHARS", 4000)
    kept, part = Shelf(), 1000
    assert kept.put("x" * (part + 1)) == ""
    names = [kept.put(str(number) * part) for number in range(5)]
    assert [bool(kept.look(name)) for name in names] == [False, True, True, True, True]


def test_a_place_that_cannot_be_written_keeps_nothing(tmp_path: Path) -> None:
    assert Shelf(str(tmp_path / "none" / "shelf.db")).put("text") == ""
