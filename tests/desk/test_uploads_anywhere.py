"""What was uploaded to one machine is taken in by another: it waits in the store of both."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import postgres_server
import pytest
from s3_fakes import FakeS3, configure, fake_s3

from casework import Casework
from casework import jobs as work
from corpus import EVERYTHING, Archive
from corpus.importing import jobs, uploads
from desk.handing_in import import_work
from desk.jobs.running import Worker
from drafting.errors import UserError
from service import originals as keeping
from storage import database
from storage.configuration import load
from storage.originals import Unreachable

LINES = 80
"""More than one task's."""
PAPER = "关于增设采血点的答复\n\n已增设采血点{}处。\n"


@pytest.fixture
def fake() -> Iterator[FakeS3]:
    with fake_s3() as running:
        yield running


@pytest.fixture
def machines(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    fake: FakeS3,
    monkeypatch: pytest.MonkeyPatch,
) -> tuple[Path, Path]:
    """The data folders of two machines before one PostgreSQL and one store."""
    server = request.getfixturevalue("postgres")
    url = server.fresh(postgres_server.name_of(tmp_path / "both"))
    monkeypatch.setattr(database, "url_of", lambda _: url)
    for name in ("east", "west"):
        configure(tmp_path / name, fake.endpoint, seconds=1, tries=1)
    return tmp_path / "east", tmp_path / "west"


@pytest.fixture
def machine(tmp_path: Path, fake: FakeS3) -> Path:
    """The data folder of one machine alone, whose store is another's."""
    configure(tmp_path / "alone", fake.endpoint, seconds=1, tries=1)
    return tmp_path / "alone"


def add(folder: Path, files: dict[str, str]) -> int:
    """Upload files on the machine of ``folder``; return the import's number."""
    with Casework.open(folder) as casework, closing(Archive.open(folder)) as archive:
        number = jobs.begin(archive, None, "")
        for name, text in files.items():
            jobs.add_file(archive, number, name, io.BytesIO(text.encode()))
        import_work.begin(casework, archive, number, "")
    return number


def do(folder: Path) -> None:
    """Have a worker of the machine do what waits, and no more."""
    chosen = load(folder, folder / "config.toml")
    worker = Worker(folder, chosen, [import_work.KIND], lambda: False, lambda: False)
    with closing(worker):
        while worker.step():
            pass


def state(folder: Path, number: int) -> tuple[str, int, int]:
    with closing(Archive.open(folder)) as archive:
        found = jobs.job(archive.own_reader(), number)
    assert found is not None
    return found.state, found.imported, found.failed


def uploaded(fake: FakeS3) -> list[str]:
    return [key for key in fake.objects if f"/{uploads.FOLDER}/" in key]


def test_another_machine_takes_in_what_one_was_given_before_it_was_lost(
    machines: tuple[Path, Path], fake: FakeS3
) -> None:
    east, west = machines
    table = "甲栏,乙栏\n" + "\n".join(f"关于第{one}条路的答复,已修好{one}处。" for one in range(3))
    number = add(east, {"答复.txt": PAPER.format(3), "台账.csv": table})
    assert not list((east / uploads.FOLDER).iterdir()) and len(uploaded(fake)) == 2
    shutil.rmtree(east)
    do(west)
    assert state(west, number) == ("done", 1, 1) and len(uploaded(fake)) == 1
    with Casework.open(west) as casework, closing(Archive.open(west)) as archive:
        # What its columns hold can be said on any machine too.
        (asked,) = jobs.unclear(archive.own_reader())
        found = jobs.columns_of(archive.own_reader(), asked.id)
        assert found is not None and [one.name for one in found[1]] == ["甲栏", "乙栏"]
        assert jobs.set_columns(archive, asked.id, {"甲栏": "title", "乙栏": "text"})
        assert import_work.ask(casework, archive)
    do(west)
    assert state(west, number) == ("done", 4, 0) and uploaded(fake) == []
    with closing(Archive.open(west)) as archive:
        seen = archive.reader(EVERYTHING)
        found = seen.document(1)
        assert found is not None and "采血点3处" in found.document.text and seen.count() == 4


def test_what_was_broken_off_goes_on_elsewhere_where_it_stopped(
    machines: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    east, west = machines
    lines = [f"关于第{one}处雨污分流的答复,已改造管网{one}米。" for one in range(LINES)]
    number = add(east, {"台账.csv": "\n".join(["标题,正文", *lines])})

    class Gone(Exception):
        pass

    def dies(done: int) -> None:
        if done >= 64:
            raise Gone

    monkeypatch.setattr("corpus.importing.jobs._TELL_SECONDS", 0.0)
    monkeypatch.setattr("corpus.importing.importer._BATCH", 64)
    with closing(Archive.open(east)) as archive:
        with pytest.raises(Gone):
            jobs.run(archive, number, dies)
        before = archive.reader(EVERYTHING).count()
    assert 0 < before < LINES
    do(west)
    # What was taken in before is not read again.
    assert state(west, number) == ("done", LINES - before, 0)
    with closing(Archive.open(west)) as archive:
        assert archive.reader(EVERYTHING).count() == LINES


def test_what_the_store_lost_or_changed_is_said_and_the_rest_is_taken_in(
    machine: Path, fake: FakeS3
) -> None:
    number = add(machine, {f"{one}.txt": PAPER.format(one) for one in range(3)})
    lost, changed, _ = uploaded(fake)
    del fake.objects[lost]
    fake.objects[changed] = (b"another", fake.objects[changed][1])
    do(machine)
    assert state(machine, number) == ("done", 1, 2)
    with closing(Archive.open(machine)) as archive:
        reasons = {one.reason for one in jobs.failures(archive.own_reader(), number)}
    assert reasons == {"上传的文件在对象存储里丢失或损坏了，请重新上传。"}


def test_a_store_that_refuses_has_it_wait_and_an_upload_is_refused(
    machine: Path, fake: FakeS3
) -> None:
    number = add(machine, {"甲.txt": PAPER.format(1)})
    fake.mode = "503"
    do(machine)
    with closing(Archive.open(machine)) as archive:
        found = jobs.job(archive.own_reader(), number)
        assert found is not None and found.state == "stopped" and "继续导入" in found.message
        with pytest.raises(Unreachable, match="对象存储忙"):
            jobs.add_file(archive, number, "乙.txt", io.BytesIO(b"x"))
        assert not list((machine / uploads.FOLDER).iterdir())
        fake.mode = ""
        assert jobs.resume(archive)
        with Casework.open(machine) as casework:
            assert import_work.ask(casework, archive)
    do(machine)
    assert state(machine, number) == ("done", 1, 0)


def test_of_one_content_each_upload_is_its_own_and_what_nobody_waits_for_goes(
    machine: Path, fake: FakeS3
) -> None:
    first, second = (add(machine, {"甲.txt": PAPER.format(1)}) for _ in range(2))
    with closing(Archive.open(machine)) as archive:
        assert jobs.run(archive, first)
        (waits,) = uploads.waiting(archive.db)
    # Somebody was killed between file and row.
    uploads.put(machine, 9, "乙.txt", io.BytesIO(b"no row"))
    assert len(uploaded(fake)) == 2
    for _ in range(2):
        fake.put_days_ago(2)
        with keeping.opened(machine) as rows:
            keeping.clean(rows)
    assert [key.rpartition("/")[2] for key in uploaded(fake)] == [waits]
    do(machine)
    assert state(machine, second)[0] == "done" and uploaded(fake) == []


def test_a_machine_whose_store_is_not_configured_leaves_it_to_the_others(
    machines: tuple[Path, Path], fake: FakeS3
) -> None:
    east, west = machines
    number = add(east, {"甲.txt": PAPER.format(1)})
    (west / "config.toml").write_text("", "utf-8")
    do(west)
    assert state(west, number) == ("running", 0, 0) and len(uploaded(fake)) == 1
    with Casework.open(west) as casework:
        assert casework.run(work.counts) == []
    with closing(Archive.open(east)) as archive, Casework.open(east) as casework:
        assert import_work.ask(casework, archive)
    do(east)
    assert state(west, number) == ("done", 1, 0)


def test_too_large_a_file_is_refused_before_it_is_kept(
    machine: Path, fake: FakeS3, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpus.importing.uploads.MAX_BYTES", 10)
    with pytest.raises(UserError, match="超过"):
        uploads.put(machine, 1, "甲.txt", io.BytesIO(b"x" * 2_000_000))
    assert uploaded(fake) == [] and not list((machine / uploads.FOLDER).iterdir())
