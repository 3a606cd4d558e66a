"""What processes share of the index is what was written, or is not believed."""

from __future__ import annotations

import mmap
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from laws import tried

from corpus import EVERYTHING, Archive
from corpus.index.stored import segments, shared_arrays, snapshots
from drafting.reading import read_pasted

KINDS = st.sampled_from(("<u1", "<u2", "<u4", "<i8"))
ARRAYS = st.lists(KINDS.flatmap(lambda kind: arrays.arrays(kind, st.integers(0, 40))), max_size=14)


@tried(60)
@given(written=ARRAYS)
def test_arrays_come_back_as_they_were_written(tmp_path_factory, written):
    path = tmp_path_factory.mktemp("arrays") / "folder" / "a.segment"
    shared_arrays.keep(path, written)
    found = shared_arrays.opened(path)
    assert found is not None
    assert [one.tolist() for one in found] == [one.tolist() for one in written]
    assert [one.dtype for one in found] == [one.dtype for one in written]
    assert not any(one.flags.writeable for one in found)
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def base_of(one: np.ndarray) -> object:
    """What the memory of an array is in the end."""
    base: object = one
    while isinstance(base, np.ndarray) and base.base is not None:
        base = base.base
    return base.obj if isinstance(base, memoryview) else base


@pytest.mark.parametrize("at", range(20))
def test_a_head_that_is_spoilt_is_not_believed(tmp_path: Path, at: int) -> None:
    path = tmp_path / "a.segment"
    shared_arrays.keep(path, [np.arange(30, dtype=np.uint32), np.arange(7)])
    spoilt = bytearray(path.read_bytes())
    spoilt[at] ^= 0x41
    path.write_bytes(spoilt)
    assert shared_arrays.opened(path) is None


@tried(60)
@given(st.data())
def test_a_file_that_is_spoilt_is_not_believed(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("spoilt") / "a.segment"
    shared_arrays.keep(path, [np.arange(30, dtype=np.uint32), np.arange(7)])
    good = path.read_bytes()
    at = data.draw(st.integers(0, len(good) - 1))
    if data.draw(st.booleans()):
        path.write_bytes(good[:at])
    else:
        path.write_bytes(good[:at] + bytes((good[at] ^ 0x41,)) + good[at + 1 :])
    assert shared_arrays.opened(path) is None


def test_no_file_is_no_arrays(tmp_path: Path):
    assert shared_arrays.opened(tmp_path / "none.segment") is None


# ------------------------------------------------------------------ of an archive


def filled(folder: Path) -> Archive:
    """An archive with one segment and one fresh section."""
    archive = Archive.open(folder)
    for number in range(segments.FRESH + 1):
        archive.store(read_pasted(f"关于增设{number}处路灯的答复\n已增设。"), f"{number}.txt")
    return archive


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return filled(tmp_path_factory.mktemp("pattern"))


def forget() -> None:
    """Begin as a process does that has just started."""
    segments.let_go(())
    snapshots._memory.parts.clear()


def looked_up(archive: Archive) -> tuple[list[str], Path]:
    found = [hit.source for hit in archive.reader(EVERYTHING).search("增设7处路灯", limit=5)]
    return found, archive.path.parent / segments.FOLDER


def held_by(archive: Archive) -> list[bool]:
    """Of each segment, whether it lies in a file that is mapped."""
    view = archive.reader(EVERYTHING)
    with view.connections.seeing(EVERYTHING) as db:
        parts = snapshots.snapshot(db).segments
        return [isinstance(base_of(one.dictionary.chinese), mmap.mmap) for one in parts]


def test_a_segment_is_mapped_from_a_file_made_by_whoever_reads_it_first(pattern: Archive):
    forget()
    said, folder = looked_up(pattern)
    assert held_by(pattern) == [True, False]
    (path,) = folder.iterdir()
    before = path.stat().st_mtime_ns
    forget()
    assert looked_up(pattern)[0] == said and held_by(pattern) == [True, False]
    assert path.stat().st_mtime_ns == before


def test_a_spoilt_file_is_made_anew_and_says_the_same(pattern: Archive):
    forget()
    said, folder = looked_up(pattern)
    (path,) = folder.iterdir()
    good = path.read_bytes()
    path.write_bytes(good[: len(good) // 2])
    forget()
    assert looked_up(pattern)[0] == said
    assert path.read_bytes() == good


def test_where_no_file_can_be_written_the_process_holds_it_alone(
    pattern: Archive, monkeypatch: pytest.MonkeyPatch
):
    forget()
    said, folder = looked_up(pattern)
    for path in folder.iterdir():
        path.unlink()

    def full(path: Path, arrays: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shared_arrays, "keep", full)
    forget()
    assert looked_up(pattern)[0] == said and held_by(pattern) == [False, False]


def test_files_of_segments_that_are_gone_are_cleared_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    archive = filled(tmp_path)
    _, folder = looked_up(archive)
    (kept,) = folder.iterdir()
    for name in ("00000000ff.segment", ".00000000ff.segment.abcd"):
        (folder / name).write_bytes(b"left by a process that was killed")
    (folder / "notes.txt").write_text("not ours", "utf-8")
    assert not archive.arrange_index()
    # What was just written may be of a segment that this process does not see yet.
    assert len(list(folder.iterdir())) == 4
    monkeypatch.setattr(segments, "_LEFT_SECONDS", -60.0)
    assert not archive.arrange_index()
    assert {one.name for one in folder.iterdir()} == {kept.name, "notes.txt"}
