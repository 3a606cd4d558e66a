"""Files that were handed in: named by rows, moved out of them, cleaned up when none needs them."""

from __future__ import annotations

import datetime as dt
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from procedure_fakes import PROPOSAL
from s3_fakes import FakeS3, configure, fake_s3

from casework import Casework, undoing
from casework.batches import Batches
from casework.matters import materials
from casework.matters.materials import Material
from casework.own_templates import TemplateVersion
from casework.own_templates import add as add_template
from casework.store import FILE_NAME as MATTERS
from corpus import EVERYTHING, Archive
from corpus.archive import FILE_NAME as ARCHIVE
from corpus.importing import jobs
from desk.batch.work import BatchWork
from drafting.errors import UserError
from drafting.model import Document, Kind
from service import originals as keeping
from service import upkeep
from storage import originals
from storage.log import audit
from storage.originals import Unreachable
from storage.originals.cleaning import Cleaned, clean
from storage.originals.folder import Folder
from storage.originals.places import HISTORIES, PLACES

DAY = dt.date(2026, 5, 18)
NOT_FILES = {
    # The digest of what was read of a document, of a question, of a code; a choice of a person.
    *("documents.sha256", "trials.digest", "recovery_codes.digest", "notice_choices.digest"),
    *("origins.digest", "batch_contents.sha256", "system_tokens.digest"),
    # Of packages, which stand in their rows until they were looked through.
    *("exchange_packages.digest", "exchange_sent.digest"),
    *("exchange_partners.sent_digest", "exchange_partners.got_digest"),
}


@pytest.fixture
def fake() -> Iterator[FakeS3]:
    with fake_s3() as running:
        yield running


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with both databases."""
    folder = tmp_path / "data"
    Casework.open(folder).close()
    Archive.open(folder).close()
    return folder


def age(folder: Path) -> None:
    """Make all files of the folder old."""
    for path in (folder / originals.KEPT).rglob("*"):
        os.utime(path, (0, 0))


def there(folder: Path) -> set[bytes]:
    store = originals.of(folder)
    return {store.get(one.digest) for one in store.listed()}


def cleaned(folder: Path, *, adopt: bool = False) -> Cleaned:
    age(folder)
    with keeping.opened(folder) as rows:
        return keeping.clean(rows, adopt=adopt)


def document(text: str) -> Document:
    return Document(kind=Kind.REPLY, title=text, text=text)


def fill(folder: Path) -> None:
    """Have a file be named from every place that can name one."""
    store = originals.of(folder)
    with Casework.open(folder) as casework:
        matter = casework.create_matter(PROPOSAL, original=("提案.txt", b"original"))
        casework.keep_co_units(matter, ["区财政局"])
        (line,) = casework.co_opinions(matter)
        with undoing.recorded(casework, ("opinions",), "登记", action="a", place="p", author="甲"):
            casework.receive_opinion(line.id, DAY, "同意。", ("意见.txt", b"first opinion"))
        casework.receive_opinion(line.id, DAY, "同意。", ("意见.txt", b"second opinion"))
        casework.proofing.keep_check("稿", "default", "字", [], content=b"checked")
        batches = Batches(casework)
        file = batches.next_file(batches.begin("甲", "", "default", [("件.txt", b"batched")]))
        assert file is not None
        batches.keep_reading(file, "paper", "{}")
        digest = store.put(b"material")
        now = dt.datetime.now(dt.UTC)
        kept = Material(0, matter, "函.txt", "其他", digest, 8, now)
        number = casework.run(materials.add, kept)
        casework.run(materials.remove, matter, number, now, "甲")
        made = TemplateVersion("default", "reply", 0, "纸.docx", store.put(b"template"), False, now)
        casework.run(add_template, made)
    with closing(Archive.open(folder)) as archive:
        archive.store(document("留下的"), "a.txt", b"archived")
        archive.store(document("删去的"), "b.txt", b"thrown away")
        archive.delete(2)


EVERYWHERE = {
    *(b"original", b"first opinion", b"second opinion", b"checked", b"batched", b"material"),
    *(b"template", b"archived", b"thrown away"),
}


@pytest.mark.sqlite
def test_every_column_that_looks_like_a_digest_is_known(data: Path) -> None:
    """Who adds a column that names files must say so, or clean-up deletes them."""
    found = set()
    for name in (MATTERS, ARCHIVE):
        with closing(sqlite3.connect(data / name)) as db:
            tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master")]
            for table in tables:
                columns = db.execute(f"PRAGMA table_info({table!r})").fetchall()
                found |= {
                    f"{table}.{row[1]}"
                    for row in columns
                    if "digest" in row[1] or "sha256" in row[1]
                }
    known = {f"{one.table}.{one.digest}" for places in PLACES.values() for one in places}
    # That column names files by their digests or, those that came, by where they wait.
    assert (found - known, known - found) == (NOT_FILES, {"exchange_packages.file"})
    assert HISTORIES == {MATTERS: (("undo_steps", "changes"),)}


def test_what_any_row_needs_stays_and_the_rest_goes(data: Path) -> None:
    fill(data)
    originals.of(data).put(b"nobody's")
    assert cleaned(data) == Cleaned(1, 8)
    assert there(data) == EVERYWHERE
    assert cleaned(data) == Cleaned()
    with Casework.open(data) as casework:
        logged = audit.entries(casework.db, audit.Filters(action="清理原件"))
        assert [(one.what, one.detail) for one in logged] == [("没有引用的文件", "1 个")]


def test_what_was_deleted_for_good_goes_and_what_comes_back_stays(data: Path) -> None:
    fill(data)
    with closing(Archive.open(data)) as archive:
        assert archive.undelete(2) == 2
        archive.remove("a.txt")
    assert cleaned(data) == Cleaned(1, 8)
    with closing(Archive.open(data)) as archive:
        seen = archive.reader(EVERYTHING)
        found = seen.document(2)
        assert found is not None and seen.original(found.id) == b"thrown away"
        archive.delete(2)
        archive.empty_trash()
    assert cleaned(data) == Cleaned(1, 11)


def test_an_opinion_taken_back_has_its_former_file(data: Path) -> None:
    fill(data)
    assert cleaned(data) == Cleaned()
    with Casework.open(data) as casework:
        (line,) = casework.co_opinions(1)
        with undoing.recorded(casework, ("opinions",), "再收", action="a", place="p", author="甲"):
            casework.receive_opinion(line.id, DAY, "另", ("三.txt", b"third"))
        cleaned(data)
        step = undoing.listed(casework.db, "甲", 1)[0]
        undoing.take_back(casework, step)
        assert casework.co_opinion_file(line.id) == ("意见.txt", b"second opinion")
        assert cleaned(data) == Cleaned()
        undoing.take_back(casework, undoing.one(casework.db, step.id, "甲"))
        assert casework.co_opinion_file(line.id) == ("三.txt", b"third")


def test_a_file_is_young_before_its_row_comes(data: Path) -> None:
    originals.of(data).put(b"just put")
    with keeping.opened(data) as rows:
        assert keeping.clean(rows) == Cleaned()
    assert there(data) == {b"just put"}


@pytest.mark.sqlite
@pytest.mark.parametrize("name", [MATTERS, ARCHIVE])
@pytest.mark.parametrize("fault", ["gone", "damaged", "emptied"])
def test_nothing_goes_where_a_database_cannot_be_read(data: Path, name: str, fault: str) -> None:
    fill(data)
    assert cleaned(data) == Cleaned()  # Now it is noted whose the files are.
    for path in data.glob(f"{name}*"):
        path.unlink()
    if fault == "damaged":
        (data / name).write_bytes(b"SQLite format 3\0" + b"x" * 9000)
    elif fault == "emptied":
        (Casework if name == MATTERS else Archive).open(data).close()
    said = {"gone": f"没有 {name}", "emptied": "另一个(办件|档案)数据库"}
    with pytest.raises(UserError, match=said.get(fault, "已损坏|读不了")):
        cleaned(data)
    assert there(data) == EVERYWHERE
    if fault == "emptied":
        assert cleaned(data, adopt=True).count > 0


def test_two_installations_on_one_prefix_do_not_delete_each_others_files(
    tmp_path: Path, fake: FakeS3
) -> None:
    for name in ("one", "two"):
        configure(tmp_path / name, fake.endpoint)
        Casework.open(tmp_path / name).close()
        Archive.open(tmp_path / name).close()
    fill(tmp_path / "one")
    with keeping.opened(tmp_path / "one") as rows:
        assert keeping.clean(rows) == Cleaned()
    fake.put_days_ago(2)
    with (
        keeping.opened(tmp_path / "two") as rows,
        pytest.raises(UserError, match="另一套系统共用"),
    ):
        keeping.clean(rows)
    assert there(tmp_path / "one") == EVERYWHERE


# ------------------------------------------------------------------ out of the rows


def former(folder: Path) -> None:
    """Have all rows hold their bytes themselves, as a former program wrote them."""
    fill(folder)
    store = originals.of(folder)
    with keeping.opened(folder) as rows:
        for db, name in ((rows.casework.db, MATTERS), (rows.archive.db, ARCHIVE)):
            for one in PLACES[name]:
                if not one.content:
                    continue
                named = db.execute(
                    f"SELECT {one.key}, {one.digest} FROM {one.table} WHERE {one.where}"  # noqa: S608
                ).fetchall()
                for key, digest in named:
                    db.execute(
                        f"UPDATE {one.table} SET {one.content} = ?, {one.digest} = ''"  # noqa: S608
                        f" WHERE {one.key} = ?",
                        (store.get(digest), key),
                    )
                    store.delete(digest)


def read_all(folder: Path) -> tuple[object, ...]:
    with Casework.open(folder) as casework, closing(Archive.open(folder)) as archive:
        seen = archive.reader(EVERYTHING)
        found = seen.document(1)
        assert found is not None
        return (
            casework.original(1),
            casework.co_opinion_file(1),
            casework.proofing.word_file(1, ""),
            Batches(casework).content(1),
            seen.original(found.id),
        )


SAME = (
    *(("提案.txt", b"original"), ("意见.txt", b"second opinion"), b"checked", b"batched"),
    b"archived",
)


@pytest.mark.parametrize("where", ["folder", "store"])
def test_what_a_former_program_kept_is_read_and_moved_out(
    data: Path, fake: FakeS3, where: str
) -> None:
    former(data)
    if where == "store":
        configure(data, fake.endpoint)
    assert read_all(data) == SAME
    with keeping.opened(data) as rows:
        assert keeping.inside(rows).count == 5
        told: list[int] = []
        moved = keeping.move(rows, told.append)
        # Those that stood in the folder go to the store too.
        beside = {"folder": 0, "store": 4}[where]
        assert moved.count == 5 + beside and told[-1] == moved.count
        assert keeping.inside(rows) == keeping.move(rows) == Cleaned()
    assert read_all(data) == SAME
    assert len(list(Folder(data, originals.KEPT).listed())) == {"folder": 9, "store": 0}[where]
    assert cleaned(data) == Cleaned()
    with closing(Archive.open(data)) as archive:
        archive.undelete(2)
        seen = archive.reader(EVERYTHING)
        found = seen.document(2)
        assert found is not None and seen.original(found.id) == b"thrown away"


def test_a_move_that_breaks_off_goes_on(data: Path, fake: FakeS3) -> None:
    former(data)
    configure(data, fake.endpoint, seconds=1, tries=1)
    with keeping.opened(data) as rows:
        fake.mode = "503"
        with pytest.raises(Unreachable):
            keeping.move(rows)
        fake.mode = ""
        assert read_all(data) == SAME
        assert keeping.move(rows).count == 9
    assert read_all(data) == SAME


def test_a_correction_by_hand_keeps_the_original(data: Path) -> None:
    fill(data)
    with closing(Archive.open(data)) as archive:
        archive.correct(1, {"title": "更正的标题"}, "甲")
        seen = archive.reader(EVERYTHING)
        found = seen.document(1)
        assert found is not None and found.document.title == "更正的标题"
        assert seen.original(found.id) == b"archived"
        assert archive.store(document("留下的"), "a.txt", b"archived") == "unchanged"
    assert cleaned(data) == Cleaned()


# ------------------------------------------------------------------ a process that is killed

KILLED = """
import os, signal, sys
from pathlib import Path
from casework import Casework
from drafting.model import Proposal
from storage import originals
from storage.originals.folder import Folder

put = Folder.put
def put_and_die(self, content):
    put(self, content)
    if content == b"no row comes":
        os.kill(os.getpid(), signal.SIGKILL)
    return originals.digest_of(content)
Folder.put = put_and_die
with Casework.open(Path(sys.argv[1])) as casework:
    for content in (b"acknowledged", b"no row comes"):
        print(casework.create_matter(Proposal(), original=("a.txt", content)), flush=True)
"""


@pytest.mark.sqlite
@pytest.mark.skipif(sys.platform == "win32", reason="Windows 没有 SIGKILL，跳过")
def test_killed_between_file_and_row_nothing_acknowledged_is_lost(data: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(data)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, "1\n")
    assert there(data) == {b"acknowledged", b"no row comes"}
    assert cleaned(data) == Cleaned(1, 12)
    with Casework.open(data) as casework:
        assert [one.id for one in casework.matters()] == [1]
        assert casework.original(1) == ("a.txt", b"acknowledged")


REFERS = """
import sys
from pathlib import Path
from casework import Casework
from drafting.model import Proposal

with Casework.open(Path(sys.argv[1])) as casework, casework.transaction():
    casework.create_matter(Proposal(), original=("a.txt", b"the same"))
    print("put", flush=True)
    sys.stdin.readline()
"""


@pytest.mark.sqlite
@pytest.mark.parametrize("kind", ["folder", "s3"])
def test_what_another_process_is_about_to_name_stays(
    data: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    fake = request.getfixturevalue("fake") if kind == "s3" else None
    if fake:
        configure(data, fake.endpoint)
    store = originals.of(data)
    for content in (b"the same", b"nobody's"):
        store.put(content)
    age(data)
    if fake:
        fake.put_days_ago(2)
    line, pipe = [sys.executable, "-c", REFERS, str(data)], subprocess.PIPE
    with (
        keeping.opened(data) as rows,
        subprocess.Popen(line, stdin=pipe, stdout=pipe, text=True) as child,
    ):
        asked = 0

        def needed() -> frozenset[str]:
            nonlocal asked
            asked += 1
            # The old files were listed; now somebody puts one of them again, in a transaction
            # that is not yet to be seen.
            if asked == 2:
                assert child.stdout is not None and child.stdout.readline() == "put\n"
            return rows.needed()

        assert clean(store, needed) == Cleaned(1, 8) and child.poll() is None
        child.communicate("go on\n")
    with Casework.open(data) as casework:
        assert casework.original(1) == ("a.txt", b"the same")
    assert there(data) == {b"the same"}


# ------------------------------------------------------------------ a store that fails


def test_a_matter_whose_file_cannot_be_kept_is_not_registered(data: Path, fake: FakeS3) -> None:
    configure(data, fake.endpoint, seconds=1, tries=1)
    fake.mode = "403"
    with Casework.open(data) as casework:
        with pytest.raises(UserError, match="拒绝访问"):
            casework.create_matter(PROPOSAL, original=("a.txt", b"x"))
        assert casework.matters() == []


def test_an_import_waits_for_the_store_and_goes_on(data: Path, fake: FakeS3) -> None:
    configure(data, fake.endpoint, seconds=1, tries=1)
    with closing(Archive.open(data)) as archive:
        number = jobs.begin(archive, None, "")
        paper = "关于停车的答复\n\n已新建泊位。\n".encode()
        with (data / "paper").open("wb+") as file:
            file.write(paper)
            file.seek(0)
            jobs.add_file(archive, number, "答复.txt", file)
        fake.mode = "503"
        assert jobs.run(archive, number)
        job = jobs.job(archive.own_reader(), number)
        assert job is not None and (job.state, job.imported) == ("stopped", 0)
        assert job.message.startswith("对象存储忙") and "继续导入" in job.message
        fake.mode = ""
        archive.db.execute("UPDATE jobs SET state = 'running'")
        assert jobs.run(archive, number)
        job = jobs.job(archive.own_reader(), number)
        assert job is not None and (job.state, job.imported) == ("done", 1)
        seen = archive.reader(EVERYTHING)
        found = seen.document(1)
        assert found is not None and seen.original(found.id) == paper


def test_a_batch_waits_for_the_store_and_goes_on(data: Path, fake: FakeS3) -> None:
    configure(data, fake.endpoint, seconds=1, tries=1)
    work = BatchWork(data)
    with Casework.open(data) as casework:
        number = Batches(casework).begin("甲", "", "default", [("件.txt", b"a paper")])
        fake.mode = "500"
        assert work.step_of(number)
        stopped = Batches(casework).batch(number)
        assert stopped is not None and stopped.state == "stopped"
        assert stopped.message.startswith("对象存储出错")
        (file,) = Batches(casework).files(number)
        assert file.state == "waiting"
        fake.mode = ""
        assert Batches(casework).go_on(number) and work.step_of(number)
        (file,) = Batches(casework).files(number)
        assert file.state != "waiting" and Batches(casework).content(file.id) == b"a paper"
    work.close()


# ------------------------------------------------------------------ by itself, each day


def test_the_service_cleans_up_once_a_day(data: Path, fake: FakeS3) -> None:
    import threading

    fill(data)
    state = upkeep._Cleaned()
    at, noon = dt.time(2, 30), dt.datetime(2026, 5, 18, 12)

    def one_round(now: dt.datetime) -> bool:
        done = threading.Event()
        upkeep.clean_originals(data, at, state, now, done)
        return done.is_set()

    originals.of(data).put(b"nobody's")
    age(data)
    assert one_round(noon.replace(hour=1)) and len(there(data)) == 10
    assert originals.of(data).mark("owner")
    assert one_round(noon) and there(data) == EVERYWHERE
    originals.of(data).put(b"nobody's")
    age(data)
    assert one_round(noon.replace(hour=13)) and len(there(data)) == 10
    # A store that does not answer is asked again the same day.
    configure(data, fake.endpoint, seconds=1, tries=1)
    fake.mode = "503"
    next_day = noon + dt.timedelta(days=1)
    assert not one_round(next_day)
    fake.mode = ""
    assert one_round(next_day) and there(data) == EVERYWHERE
