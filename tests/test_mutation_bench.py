"""The changes that the mutation bench makes, and that it tells a noticed one from a survivor."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.mutation import PROJECT, ROOMS, Room, changes, survivors

SOURCE = '''
@dataclass(frozen=True)
class Box:
    size: int = 3

def within(size: int, most: int | None = None) -> bool:
    """At most 3."""
    return not size or size < 3
'''


def test_comparisons_operators_constants_and_returns_are_changed_and_nothing_else() -> None:
    assert [(one.line, one.before, one.after) for one in changes(SOURCE)] == [
        (4, "3", "4"),
        (8, "3", "4"),
        (8, "not size", "not not size"),
        (8, "not size or size < 3", "not size and size < 3"),
        (8, "return not size or size < 3", "return None"),
        (8, "size < 3", "size <= 3"),
    ]
    # Each is a whole module with that one change.
    assert [one.source.count("size: int = 4") for one in changes(SOURCE)] == [1, 0, 0, 0, 0, 0]


def test_every_room_and_its_tests_exist() -> None:
    named = [path for room in ROOMS.values() for path in (room.module, *room.tests)]
    assert [path for path in named if not (PROJECT / path).is_file()] == []


def test_a_change_that_no_test_notices_survives(tmp_path: Path) -> None:
    (tmp_path / "box.py").write_text("def fits(size):\n    return size < 3\n")
    (tmp_path / "pyproject.toml").write_text(
        "[tool.pytest.ini_options]\nmarkers = ['browser', 'office', 'slow']\n"
    )
    room = Room("box.py", ("test_box.py",))
    every = changes((tmp_path / "box.py").read_text())
    assert [one.after for one in every] == ["4", "return None", "size <= 3"]
    (tmp_path / "test_box.py").write_text(
        "from box import fits\n\n\ndef test_fits():\n    assert fits(1) is True\n"
    )
    assert [one.after for one in survivors(room, every, [tmp_path])] == ["4", "size <= 3"]
    (tmp_path / "test_box.py").write_text("def test_fits():\n    assert False\n")
    with pytest.raises(RuntimeError, match=r"the tests of box\.py fail by themselves"):
        survivors(room, every, [tmp_path])
