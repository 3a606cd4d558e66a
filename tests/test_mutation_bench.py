"""The changes that the mutation bench makes, and that it tells a noticed one from a survivor."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bench.mutation import PROJECT, ROOMS, Bench, Room, changed, changes, drawn, equivalents

SOURCE = '''
__all__ = ["Box"]
Size = Literal["small", "large"]

@dataclass(frozen=True)
class Box:
    size: int = 3

    def within(self, size: int, most: int | None = None) -> bool:
        """At most 3."""
        log("asked")
        return not size or (
            size < 3
        )
'''


def test_what_a_test_can_notice_is_changed_and_nothing_else() -> None:
    every = changes(SOURCE)
    assert [(one.kind, one.within, one.line, one.before, one.after) for one in every] == [
        ("constant", "Box", 7, "3", "4"),
        ("text", "Box.within", 11, "'asked'", "'XXaskedXX'"),
        ("call", "Box.within", 11, "log('asked')", "None"),
        ("logic", "Box.within", 12, "not size", "not not size"),
        ("logic", "Box.within", 12, "not size or size < 3", "not size and size < 3"),
        ("return", "Box.within", 12, "return not size or size < 3", "return None"),
        ("constant", "Box.within", 13, "3", "4"),
        ("comparison", "Box.within", 13, "size < 3", "size <= 3"),
    ]
    # Each is a whole module with that one change, and knows the lines of its statement.
    made = [changed(SOURCE, one) for one in every]
    assert [one.count("size: int = 4") for one in made] == [1, 0, 0, 0, 0, 0, 0, 0]
    assert [one.count("size <= 3") for one in made] == [0, 0, 0, 0, 0, 0, 0, 1]
    assert len(set(made)) == 8
    assert [one.lines for one in every] == [(), *[(11,)] * 2, *[(12, 13, 14)] * 5]


def test_a_rooms_draw_is_its_own_and_the_same_each_time() -> None:
    every = changes((PROJECT / ROOMS["people"].module).read_text("utf-8"))
    first = drawn(every, "people", 1, 20)
    assert first == drawn(every, "people", 1, 20) and len(set(first)) == 20
    assert drawn(every, "people", 2, 20) != first != drawn(every, "recall", 1, 20)
    assert len(drawn(every, "people", 1, 10_000)) == len(every)


def test_every_room_and_its_tests_exist() -> None:
    named = [path for room in ROOMS.values() for path in (room.module, *room.tests)]
    assert [path for path in named if not (PROJECT / path).is_file()] == []


def test_what_nothing_can_show_is_a_change_of_a_room_and_says_why() -> None:
    modules = {room.module for room in ROOMS.values()}
    every = {name: changes((PROJECT / name).read_text("utf-8")) for name in modules}
    table = equivalents()
    assert [one for one in table if not one.reason] == []
    # The table tells of the code as it is: an entry goes with the line that it spoke of.
    assert [
        (one.module, one.within, one.text, one.before)
        for one in table
        if not any(one.fits(one.module, change) for change in every.get(one.module, ()))
    ] == []
    assert max(Counter(table).values(), default=1) == 1


def test_a_change_that_no_test_notices_survives(tmp_path: Path) -> None:
    (tmp_path / "box.py").write_text("def fits(size):\n    return size < 3\n")
    (tmp_path / "pyproject.toml").write_text(
        "[tool.pytest.ini_options]\nmarkers = ['browser', 'office', 'slow']\n"
    )
    room = Room("box.py", ("test_box.py",))
    every = changes((tmp_path / "box.py").read_text())
    (tmp_path / "test_box.py").write_text(
        "import pytest\nfrom box import fits\n\n"
        "@pytest.fixture(scope='module')\ndef few():\n    return fits(2)\n\n"
        "def test_is_true(few):\n    assert isinstance(few, bool)\n\n"
        "def test_few_fit(few):\n    assert few\n\n"
        "def test_other():\n    pass\n"
    )
    with Bench(room, tmp_path) as bench:
        found = [bench.tried(one) for one in every]
    assert [(one.change.after, one.fate, one.by) for one in found] == [
        ("4", "survived", ""),
        ("return None", "noticed", "test_box.py::test_is_true"),
        ("size <= 3", "survived", ""),
    ]
    assert (tmp_path / "box.py").read_text() == "def fits(size):\n    return size < 3\n"
    (tmp_path / "test_box.py").write_text("def test_fits():\n    assert False\n")
    with pytest.raises(RuntimeError, match=r"the tests of box\.py fail by themselves: .*test_fits"):
        Bench(room, tmp_path)


@pytest.mark.slow
def test_a_change_without_an_end_is_noticed_by_the_time_that_it_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bench.mutation._PROCESSOR_LEAST", 1)
    (tmp_path / "box.py").write_text("def count():\n    n = 3\n    while n != 3: pass\n")
    (tmp_path / "pyproject.toml").write_text(
        "[tool.pytest.ini_options]\nmarkers = ['browser', 'office', 'slow']\n"
    )
    (tmp_path / "test_box.py").write_text(
        "from box import count\n\ndef test_it():\n    assert count() is None\n"
    )
    with Bench(Room("box.py", ("test_box.py",)), tmp_path) as bench:
        found = bench.tried(changes((tmp_path / "box.py").read_text())[-1])
    assert (found.change.after, found.fate) == ("n == 3", "out of time")
