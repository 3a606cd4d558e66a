"""The packed tables are the tables; without them, or with others, the text is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from drafting.checking.spelling import packed
from drafting.checking.spelling.tables import Tables, read_tables


@dataclass(frozen=True)
class Few:
    """A file of these is as long as a line, and is not read as far as its arrays."""

    numbers: Any


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Tables]:
    path, tables = tmp_path_factory.mktemp("packed") / "packed.bin", read_tables()
    packed.write(tables, path)
    return path, tables


def arrays(value: Any) -> Iterator[Any]:
    if is_dataclass(value):
        for field in fields(value):
            yield from arrays(getattr(value, field.name))
    else:
        yield np.asarray(value)


def test_what_is_mapped_is_what_was_read(made: tuple[Path, Tables]) -> None:
    path, tables = made
    held = packed.read(path)
    assert held is not None
    pairs = list(zip(arrays(Tables(**held)), arrays(tables), strict=True))
    assert len(pairs) > 30
    for one, other in pairs:
        assert (one.dtype, one.shape) == (other.dtype, other.shape)
        assert np.array_equal(one, other)


def test_nothing_can_change_what_is_mapped(made: tuple[Path, Tables]) -> None:
    held = packed.read(made[0])
    assert held is not None
    with pytest.raises(ValueError, match="read-only"):
        held["costs"][0] = 0


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content[:-1],
        lambda content: content[: len(content) // 2],
        lambda content: content + b"0",
        lambda content: b"other\n" + content,
        lambda content: content.replace(b"{", b"(", 1),
        lambda content: content.replace(b"habits.tsv", b"rabits.tsv", 1),
        lambda _: b"",
    ],
)
def test_a_file_that_is_another_or_not_whole_is_not_used(tmp_path: Path, spoil: Any) -> None:
    path = tmp_path / "packed.bin"
    packed.write(Few(np.arange(3)), path)
    with pytest.raises(KeyError):
        packed.read(path)
    path.write_bytes(spoil(path.read_bytes()))
    assert packed.read(path) is None


def test_without_a_file_there_is_nothing_to_map(tmp_path: Path) -> None:
    assert packed.read(tmp_path / "packed.bin") is None


def test_tables_that_have_changed_since_are_not_used(
    made: tuple[Path, Tables], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = packed.sources()
    size, moment = now["lexicon.tsv"]
    monkeypatch.setattr(packed, "sources", lambda: now | {"lexicon.tsv": [size, moment + 1]})
    assert packed.read(made[0]) is None
