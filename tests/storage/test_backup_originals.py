"""Originals in backups: each once beside the daily ones, all of them within one made by hand."""

from __future__ import annotations

import datetime as dt
import os
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from commandline import run as drafting
from s3_fakes import FakeS3, configure, fake_s3

from casework import Casework
from corpus import EVERYTHING, Archive
from drafting.model import Document, Kind, Proposal
from storage import originals
from storage.backups.backup import Written, backup
from storage.backups.daily import back_up_if_due
from storage.backups.restoring import lacking, restore
from storage.originals import mirror
from storage.originals.folder import Folder

pytestmark = pytest.mark.sqlite

AT = dt.time(1, 30)
DAY = dt.datetime(2026, 5, 18, 2)


@pytest.fixture
def fake() -> Iterator[FakeS3]:
    with fake_s3() as running:
        yield running


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A matter and a document of the archive, each with its original."""
    folder = tmp_path / "data"
    with Casework.open(folder) as casework:
        casework.create_matter(Proposal(), original=("提案.txt", b"proposal"))
    put(folder, "a.txt", b"archived")
    return folder


def put(folder: Path, source: str, content: bytes) -> None:
    with closing(Archive.open(folder)) as archive:
        archive.store(Document(kind=Kind.REPLY, title=source, text=source), source, content)


def read(folder: Path) -> tuple[object, object]:
    with Casework.open(folder) as casework, closing(Archive.open(folder)) as archive:
        seen = archive.reader(EVERYTHING)
        found = seen.document(1)
        assert found is not None
        return casework.original(1), seen.original(found.id)


WHOLE = (("提案.txt", b"proposal"), b"archived")


def name_of(content: bytes) -> str:
    digest = originals.digest_of(content)
    return f"files/{digest[:2]}/{digest}"


def path_of(folder: Path, content: bytes) -> Path:
    return Folder(folder, originals.KEPT).path(originals.digest_of(content))


def test_a_backup_by_hand_has_what_rows_name_and_no_more(data: Path, tmp_path: Path) -> None:
    originals.of(data).put(b"nobody's")
    made = backup(data, tmp_path / "b.zip")
    files = sorted([name_of(b"proposal"), name_of(b"archived")])
    assert made == Written(("archive.db", "casework.db", *files), 2, (), "inside")
    restore(tmp_path / "b.zip", tmp_path / "new")
    assert read(tmp_path / "new") == WHOLE and lacking(tmp_path / "new") == (2, [])


def test_what_is_lost_does_not_keep_the_rest_from_being_backed_up(
    data: Path, tmp_path: Path
) -> None:
    path_of(data, b"proposal").write_bytes(b"damaged.")
    made = backup(data, tmp_path / "b.zip")
    assert made.lost == (originals.digest_of(b"proposal"),)
    assert name_of(b"archived") in made.names and name_of(b"proposal") not in made.names
    restore(tmp_path / "b.zip", tmp_path / "new")
    assert lacking(tmp_path / "new") == (2, ["提案 1 的原件 提案.txt"])


def test_without_originals_it_is_said_which_are_lacking(data: Path, tmp_path: Path) -> None:
    made = backup(data, tmp_path / "b.zip", originals="none")
    assert made == Written(("archive.db", "casework.db"), 2, (), "none")
    restore(tmp_path / "b.zip", tmp_path / "new")
    assert lacking(tmp_path / "new") == (2, ["档案 a.txt", "提案 1 的原件 提案.txt"])
    assert lacking(tmp_path / "new", ["archive.db"]) == (1, ["档案 a.txt"])
    # Where the data folder still has them all is well.
    restore(tmp_path / "b.zip", data)
    assert read(data) == WHOLE and lacking(data) == (2, [])


def test_one_database_alone_brings_its_own_originals(data: Path, tmp_path: Path) -> None:
    backup(data, tmp_path / "b.zip")
    made = restore(tmp_path / "b.zip", tmp_path / "new", ["archive.db"])
    assert made == ["archive.db", name_of(b"archived")]
    assert lacking(tmp_path / "new", made) == (1, [])


def day(data: Path, folder: Path, number: int, keep: int = 2) -> Path:
    made = back_up_if_due(data, folder, DAY + dt.timedelta(days=number), AT, keep, 0)
    assert made is not None
    return made


def test_each_day_adds_what_is_new_and_drops_what_no_backup_needs(
    data: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    beside = mirror.of(folder)
    first = day(data, folder, 0)
    with zipfile.ZipFile(first) as container:
        assert not [name for name in container.namelist() if name.startswith("files/")]
    assert {beside.get(one.digest) for one in beside.listed()} == {b"proposal", b"archived"}
    # On one disk the same file, not another.
    assert path_of(data, b"proposal").stat().st_nlink == 2
    put(data, "b.txt", b"new today")
    with closing(Archive.open(data)) as archive:
        archive.remove("a.txt")
    day(data, folder, 1)
    assert len(list(beside.listed())) == 3
    for path in (folder / "originals").rglob("*"):
        os.utime(path, (0, 0))
    day(data, folder, 2)  # The first goes, and with it what it alone needed.
    assert {beside.get(one.digest) for one in beside.listed()} == {b"proposal", b"new today"}


def test_nothing_beside_goes_where_a_backup_cannot_be_read(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    day(data, folder, 0).write_bytes(b"no zip")
    with closing(Archive.open(data)) as archive:
        archive.remove("a.txt")
    for path in (folder / "originals").rglob("*"):
        os.utime(path, (0, 0))
    day(data, folder, 1, keep=9)
    assert len(list(mirror.of(folder).listed())) == 2


def test_originals_beside_come_back_on_another_machine(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    made = day(data, folder, 0)
    restore(made, tmp_path / "new")
    assert read(tmp_path / "new") == WHOLE
    # Copied without its neighbours it tells what is lacking, and again with them has all.
    alone = tmp_path / "alone" / made.name
    alone.parent.mkdir()
    alone.write_bytes(made.read_bytes())
    restore(alone, tmp_path / "other")
    assert lacking(tmp_path / "other") == (2, ["档案 a.txt", "提案 1 的原件 提案.txt"])
    (folder / "originals").rename(alone.parent / "originals")
    restore(alone, tmp_path / "other")
    assert read(tmp_path / "other") == WHOLE and lacking(tmp_path / "other") == (2, [])


def test_a_restore_heals_what_is_damaged_in_the_data_folder(data: Path, tmp_path: Path) -> None:
    made = day(data, tmp_path / "backups", 0)
    path = path_of(data, b"archived")
    path.unlink()
    path.write_bytes(b"damaged!")
    restore(made, data)
    assert read(data) == WHOLE


def test_with_an_s3_store_the_databases_are_backed_up_alone(tmp_path: Path, fake: FakeS3) -> None:
    data = tmp_path / "data"
    configure(data, fake.endpoint)
    with Casework.open(data) as casework:
        casework.create_matter(Proposal(), original=("提案.txt", b"proposal"))
    put(data, "a.txt", b"archived")
    made = backup(data, tmp_path / "b.zip")
    assert made == Written(("archive.db", "casework.db", "config.toml"), 2, (), "store")
    with zipfile.ZipFile(tmp_path / "b.zip") as container:
        whole = b"".join(container.read(name) for name in container.namelist())
    assert b"not-a-real-secret" not in whole
    new = tmp_path / "new"
    restore(tmp_path / "b.zip", new)
    (new / "s3.key").write_bytes((data / "s3.key").read_bytes())
    (new / "s3.key").chmod(0o600)
    assert read(new) == WHOLE and lacking(new) == (2, [])
    fake.objects.pop(next(key for key in fake.objects if originals.digest_of(b"archived") in key))
    assert lacking(new) == (2, ["档案 a.txt"])


def test_the_command_line_says_what_it_did(data: Path, tmp_path: Path) -> None:
    done = drafting("--data", data, "backup", tmp_path / "b.zip", "--without-originals")
    assert (done.returncode, done.stderr.splitlines()[1]) == (
        0,
        "不含原件（2 个，仍在存放处），请另行备份。",
    )
    done = drafting("--data", tmp_path / "new", "restore", tmp_path / "b.zip")
    assert done.returncode == 1
    assert done.stderr.splitlines()[1:4] == [
        "缺原件：档案 a.txt",
        "缺原件：提案 1 的原件 提案.txt",
        "需要原件 2 个，缺 2 处。每日备份的原件在备份旁的 originals 里。",
    ]
    done = drafting("--data", data, "originals", "check")
    assert (done.returncode, done.stderr) == (
        0,
        "存放文件 2 个，共 1 KB；核对 2 个，缺失 0 个，损坏 0 个。\n",
    )
    path_of(data, b"archived").write_bytes(b"damaged!")
    done = drafting("--data", data, "originals", "check")
    assert done.returncode == 1
    assert f"损坏：{originals.digest_of(b'archived')}" in done.stderr
    originals.of(data).put(b"x" * 3000)
    for path in (data / "files").rglob("*"):
        os.utime(path, (0, 0))
    done = drafting("--data", data, "originals", "clean")
    assert (done.returncode, done.stderr) == (0, "已删除没有引用的文件 1 个，共 3 KB。\n")
    done = drafting("--data", data, "originals", "move", "--compact")
    assert done.returncode == 0 and "压缩到" in done.stderr
    done = drafting("--data", tmp_path / "nothing", "originals", "clean")
    assert done.returncode == 2 and "没有 casework.db" in done.stderr
