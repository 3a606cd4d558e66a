"""A database that others hold for longer than a page waits: nothing typed is lost, nobody is told
that it was done, and what waits behind the pages goes on by itself."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psycopg
import pytest
from attack_fakes import PROPOSAL, SECRET, UNIT, Sender, enter, set_up
from exchange_fakes import PAPER, caller
from flask import Flask
from lxml import html

from casework import Casework
from casework.batches import Batches
from corpus import EVERYTHING, Archive
from corpus.importing import jobs, uploads
from desk.batch.work import BatchWork
from storage import is_busy
from storage.postgres import errors
from web import create_app

pytestmark = pytest.mark.sqlite
FROM = {"Origin": "http://localhost", "Referer": "http://localhost/new/typed"}
TYPED = {"subject": "关于增设街边座椅的提案", "session": "区政协十届五次会议"}
FORM = {**TYPED, "s_text": "在沿河步道增设座椅", "role": "主办"}


@pytest.fixture
def app(tmp_path: Path, quick_passwords: None) -> Iterator[Flask]:
    data = set_up(tmp_path)
    with Casework.open(data) as casework:
        casework.people.add("shen", SECRET, unit=UNIT, roles=["经办"])
    Archive.open(data).close()
    made = create_app(data)
    made.testing = False
    yield made


@pytest.fixture
def hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], object]:
    """Have somebody else write to a database; nobody waits for long."""
    monkeypatch.setattr("storage.connection.BUSY_TIMEOUT_MS", 20)

    @contextmanager
    def held(name: str) -> Iterator[None]:
        db = sqlite3.connect(tmp_path / name, isolation_level=None)
        db.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            db.execute("ROLLBACK")
            db.close()

    return held


Hold = Callable[[str], "AbstractContextManager[None]"]


def test_a_form_that_meets_a_held_database_is_kept_and_goes_again(app: Flask, hold: Hold) -> None:
    sender = Sender(*enter(app, "shen"))
    sent = {**FORM, "csrf": sender.token}
    with hold("casework.db"):
        page = sender.client.post("/new/typed", data=sent, headers=FROM)
        said = sender.client.post(
            "/new/typed", data=sent, headers={**FROM, "Accept": "application/json"}
        )
    assert (page.status_code, page.headers["Retry-After"]) == (503, "10")
    assert "<h1>正忙，请稍后再试</h1>" in page.text
    assert "数据库暂时用不了：另一个程序长时间占用着它，请稍后再试。" in page.text
    assert "不知道是否已经办成" not in page.text
    for words in FORM.values():
        assert words in page.text
    assert (said.status_code, said.headers["Retry-After"]) == (503, "10")
    assert said.json == {"error": "数据库暂时用不了：另一个程序长时间占用着它，请稍后再试。"}

    (again,) = (one for one in html.document_fromstring(page.text).forms if one.get("id"))
    assert (again.get("id"), again.action) == ("again", "/new/typed")
    answer = sender.client.post(again.action, data=dict(again.form_values()))
    assert answer.status_code == 302
    with Casework.open(app.config["DATA_FOLDER"]) as casework:
        matter = casework.matter(1)
        assert matter is not None and matter.draft.proposal.subject == TYPED["subject"]
        assert casework.matter(2) is None


def test_pages_are_read_while_somebody_writes_for_long(app: Flask, hold: Hold) -> None:
    sender = Sender(*enter(app, "shen"))
    with hold("casework.db"), hold("archive.db"):
        found = [sender.get(path).status_code for path in ("/", "/search?q=座椅", "/new", "/check")]
    assert found == [200] * 4


def test_a_system_is_told_to_come_again_with_the_same_key(app: Flask, hold: Hold) -> None:
    with Casework.open(app.config["DATA_FOLDER"]) as casework:
        system = caller(app, casework, unit=UNIT)
    card = {"external_no": "7", "text": PAPER}
    with hold("casework.db"):
        answer = system.post("/matters", card, "k")
        read = system.get("/matters")
    for one in (answer, read):
        assert one.headers["X-Content-Type-Options"] == "nosniff"
        assert (one.status_code, one.headers["Retry-After"]) == (503, "10")
        assert one.content_type == "application/problem+json"
        assert one.json is not None
        assert one.json | {"title": "", "type": ""} == {
            "type": "", "title": "", "status": 503,
            "detail": "数据库暂时用不了：另一个程序长时间占用着它，请稍后再试。",
        }  # fmt: skip
    assert system.post("/matters", card, "k").status_code == 201


def test_what_the_log_does_not_take_is_not_given_out(app: Flask, hold: Hold) -> None:
    with Casework.open(app.config["DATA_FOLDER"]) as casework:
        matter = casework.create_matter(PROPOSAL, author="shen", unit=UNIT)
    sender, path = Sender(*enter(app, "shen")), f"/matters/{matter}/reply.docx"
    with hold("casework.db"):
        refused = sender.get(path)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
    assert refused.headers["X-Content-Type-Options"] == "nosniff"
    assert "正忙，请稍后再试" in refused.text
    assert sender.get(path).headers["Content-Disposition"].startswith("attachment")


def test_work_behind_the_pages_that_meets_a_held_database_waits_and_goes_on(
    app: Flask, hold: Hold, tmp_path: Path
) -> None:
    """It was stopped before, as if the disk were full, until somebody pressed a button."""
    with Casework.open(tmp_path) as casework:
        batches = Batches(casework)
        ledger = "案号,案由\n7,关于照明的提案\n".encode()
        batch = batches.begin("shen", UNIT, "default", [("台账.csv", ledger)])
    archive = Archive.open(tmp_path)
    job = jobs.begin(archive, None, "")
    jobs.add_file(archive, job, "文.txt", io.BytesIO("关于座椅的答复\n已办理。".encode()))
    work = BatchWork(tmp_path)
    with hold("casework.db"), pytest.raises(sqlite3.OperationalError, match="locked"):
        work.step_of(batch)
    with hold("archive.db"), pytest.raises(sqlite3.OperationalError, match="locked"):
        jobs.run(archive, job)
    while work.step_of(batch):
        pass
    assert jobs.run(archive, job)
    with Casework.open(tmp_path) as casework:
        done = Batches(casework).batch(batch)
    assert done is not None and (done.state, done.message) == ("planned", "")
    row = archive.db.execute("SELECT state, message FROM jobs").fetchone()
    assert tuple(row) == ("done", "")
    assert archive.reader(EVERYTHING).count() == 1
    work.close()
    archive.close()


def test_a_file_that_could_not_be_noted_is_not_left_behind(hold: Hold, tmp_path: Path) -> None:
    archive = Archive.open(tmp_path)
    job = jobs.begin(archive, None, "")
    with hold("archive.db"), pytest.raises(sqlite3.OperationalError, match="locked"):
        jobs.add_file(archive, job, "文.txt", io.BytesIO(b"x"))
    assert list((tmp_path / uploads.FOLDER).iterdir()) == []
    archive.close()


@pytest.mark.parametrize(
    ("error", "busy"),
    [
        (psycopg.errors.LockNotAvailable("x"), True),
        (psycopg.errors.DeadlockDetected("x"), True),
        (psycopg.errors.SerializationFailure("x"), True),
        (psycopg.errors.TooManyConnections("x"), True),
        (psycopg.OperationalError("FATAL: sorry, too many clients already"), True),
        (psycopg.errors.DiskFull("x"), False),
        # Whether it was carried out is not known: it must not be said that it was not.
        (psycopg.errors.AdminShutdown("x"), False),
        (psycopg.OperationalError("server closed the connection unexpectedly"), False),
    ],
)
def test_of_postgresql_the_same_is_known(error: psycopg.Error, busy: bool) -> None:
    assert is_busy(errors.known(error)) is busy
