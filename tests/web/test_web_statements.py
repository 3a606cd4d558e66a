"""What one press costs: SQL statements of 插入, readings of 送核稿 — counted, not timed."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pytest
from flask import Flask
from procedure_fakes import PROPOSAL, answered_for, whole
from web_fakes import Browser, set_up

import desk.papers
from casework import Casework, Matter, Typed, aligned, answer_mark
from casework.matters.drafts import typed
from corpus import EVERYTHING, Archive
from drafting.model import Answer
from storage import connection
from storage.log import audit
from web import create_app
from web.stores import close

JSON = {"Accept": "application/json"}
MOST = 8


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that the program sends to either database, from now on.

    SQLite tells of a statement again where a trigger or a table-valued pragma runs within it;
    those are not sent.
    """
    sent: list[str] = []
    connect = sqlite3.connect

    def traced(*args: object, **more: object) -> sqlite3.Connection:
        opened: sqlite3.Connection = connect(*args, **more)  # type: ignore[arg-type]
        opened.set_trace_callback(sent.append)
        return opened

    monkeypatch.setattr(connection.sqlite3, "connect", traced)
    return sent


def told(sent: list[str]) -> list[str]:
    """The first two words of each statement, those within another left out."""
    # How long a lock is waited for is said to the connection, not to the database.
    asked = [one for one in sent if not one.startswith(("--", "PRAGMA busy_timeout"))]
    own = [one for one, _ in groupby(asked)]
    return [" ".join(one.split()[:2]) for one in own]


@pytest.fixture
def app(tmp_path: Path, fill: Callable[[Path, str], Path], statements: list[str]) -> Flask:
    return create_app(set_up(fill(tmp_path / "data")))  # type: ignore[call-arg]


@pytest.fixture
def casework(app: Flask) -> Iterator[Casework]:
    with Casework.open(app.config["DATA_FOLDER"]) as opened:
        yield opened


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app.test_client())


def drafted(casework: Casework) -> Matter:
    matter_id = casework.create_matter(PROPOSAL)
    casework.confirm_suggestions(matter_id, whole(), 1)
    return matter_now(casework, matter_id)


def matter_now(casework: Casework, matter_id: int) -> Matter:
    found = casework.matter(matter_id)
    assert found is not None
    return found


def handles(browser: Browser, matter: Matter, words: str) -> list[str]:
    page = browser.get(f"/matters/{matter.id}?q={words}").text
    return list(dict.fromkeys(re.findall(r'name="insert" value="([^"]+)"', page)))


def form_of(matter: Matter, handle: str) -> dict[str, object]:
    answer = aligned(matter.draft).answers[0]
    return {
        "version": matter.version,
        "base": answer_mark(answer),
        "insert": handle,
        **{name: getattr(answer, name) for name in ("next_unit", "next_date", "disposition")},
        **{name: getattr(answer, name) for name in ("done", "next_step", "reason")},
    }


def test_one_press_on_insert_sends_at_most_eight_statements(
    browser: Browser, casework: Casework, statements: list[str], app: Flask
) -> None:
    matter = drafted(casework)
    token = browser.token()
    archive = Archive.open(app.config["DATA_FOLDER"]).reader(EVERYTHING)
    kinds = set()
    for handle in [*handles(browser, matter, "停车泊位"), *handles(browser, matter, "养老服务")]:
        now = matter_now(casework, matter.id)
        statements.clear()
        form = {"csrf": token, **form_of(now, handle)}
        reply = browser.client.post(f"/matters/{matter.id}/answers/1", data=form, headers=JSON)
        said = told(statements)
        assert reply.status_code == 200, reply.text
        after = matter_now(casework, matter.id)
        # One version more; its source is kept with it; the answer tells what stands.
        assert after.version == now.version + 1 == reply.json["version"]
        assert reply.json["base"] == answer_mark(aligned(after.draft).answers[0])
        assert len(said) <= MOST, said
        number, seq = (int(part) for part in handle.split(":")[:2])
        passage = archive.passage(number, seq)
        assert passage is not None
        assert passage in [one.passage for one in aligned(after.draft).answers[0].evidence]
        kinds.add(passage.kind.value)
    assert {"reply", "policy"} <= kinds
    assert audit.verify(casework.db).faults == ()


@pytest.mark.sqlite
def test_the_statements_of_an_insertion_are_these(
    browser: Browser, casework: Casework, statements: list[str]
) -> None:
    matter, token = drafted(casework), browser.token()
    handle = handles(browser, matter, "停车泊位")[0]
    statements.clear()
    form = {"csrf": token, **form_of(matter, handle)}
    browser.client.post(f"/matters/{matter.id}/answers/1", data=form, headers=JSON)
    assert told(statements) == [
        "SELECT (SELECT",  # who comes in, and the matter
        "SELECT s.first,",  # the passage with its document
        "BEGIN IMMEDIATE",
        "UPDATE matters",
        "INSERT INTO",  # the version
        "INSERT INTO",  # the particulars that it brought
        "INSERT INTO",  # the log
        "COMMIT",
    ]


def test_whoever_saved_after_the_matter_was_seen_is_not_overwritten(casework: Casework) -> None:
    seen = drafted(casework)
    theirs = replace(aligned(seen.draft).answers[0], done="他人写的。")
    casework.save_answer(seen.id, 0, theirs, seen.version)
    mine = replace(aligned(seen.draft).answers[0], next_step="我写的。")
    saved = casework.save_answer(seen.id, 0, mine, seen.version, seen=seen)
    assert saved.answer == replace(theirs, next_step="我写的。")
    now = matter_now(casework, seen.id)
    assert (saved.version, saved.matter) == (now.version, now)
    assert now.version == seen.version + 2


def test_what_an_answer_brought_is_noted_by_name(casework: Casework) -> None:
    seen = drafted(casework)
    mine = replace(aligned(seen.draft).answers[0], done="已新建泊位47处，投入93万元。")
    casework.save_answer(seen.id, 0, mine, seen.version, author="周望舒", seen=seen)
    at = matter_now(casework, seen.id).updated
    found = {text: one for text, one in typed.listed(casework.db, seen.id).items() if one.author}
    assert found == {"47处": Typed(at, "周望舒"), "93万元": Typed(at, "周望舒")}


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The papers assembled and proofread from now on."""
    done: list[str] = []
    for name in ("assemble", "check_reply"):
        made = getattr(desk.papers, name)

        def counted(*args: object, _made: Callable[..., object] = made, _name: str = name, **more):  # type: ignore[no-untyped-def]
            done.append(_name)
            return _made(*args, **more)

        monkeypatch.setattr(desk.papers, name, counted)
    return done


def submit(browser: Browser, matter: Matter, **form: object) -> int:
    form = {"csrf": browser.token(), "moves": 1, **form}
    return browser.client.post(f"/matters/{matter.id}/review", data=form).status_code


def test_sending_for_review_assembles_and_proofreads_once(
    browser: Browser, casework: Casework, readings: list[str]
) -> None:
    matter = drafted(casework)
    answered_for(casework, matter.id)
    assert submit(browser, matter) == 302
    assert readings == ["assemble", "check_reply"]
    # Who sent it is part of the draft from now on; the pages that follow share one reading of it.
    for page in ("review", "procedure", "check", "reply"):
        assert browser.get(f"/matters/{matter.id}/{page}").status_code == 200
    assert readings.count("check_reply") == 2


def test_a_refused_sending_shows_what_was_read_for_it(
    browser: Browser, casework: Casework, readings: list[str]
) -> None:
    matter = drafted(casework)
    answer = Answer(PROPOSAL.suggestions[0], "已新建泊位【待核实：处数】处。")
    casework.save_answer(matter.id, 0, answer, matter.version)
    answered_for(casework, matter.id)
    assert submit(browser, matter) == 400
    assert readings == ["assemble", "check_reply"]
    # The clerk gives a reason: the same paper once more, and nothing of it is read again.
    assert submit(browser, matter, reason="待统计局公布") == 302
    assert readings == ["assemble", "check_reply", "assemble"]


# ------------------------------------------------------------------ a connection handed on


@pytest.mark.sqlite
def test_a_database_put_in_the_place_of_another_is_opened_anew(
    browser: Browser, app: Flask, tmp_path: Path
) -> None:
    data: Path = app.config["DATA_FOLDER"]
    assert browser.get("/").status_code == 200
    with Casework.open(tmp_path / "other") as other:
        number = drafted(other).id
    for old in data.glob("casework.db*"):
        old.unlink()
    (tmp_path / "other" / "casework.db").rename(data / "casework.db")
    assert browser.get(f"/matters/{number}/procedure").status_code == 200


def test_a_schema_that_a_newer_program_has_changed_is_refused(
    browser: Browser, app: Flask, casework: Casework
) -> None:
    assert browser.get("/").status_code == 200
    casework.db.execute("PRAGMA user_version = 999")
    page = browser.get("/")
    assert page.status_code >= 400
    assert "请先升级程序" in page.text


@pytest.mark.sqlite
def test_a_request_that_failed_within_a_write_hands_nothing_on(
    browser: Browser, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = app.extensions["casework"]
    browser.get("/")
    assert len(waiting) == 1

    def left_open(self: Casework, **_: object) -> None:
        self.db.execute("BEGIN IMMEDIATE")
        raise RuntimeError("中断")

    monkeypatch.setattr(Casework, "matters", left_open)
    assert browser.get("/").status_code == 500
    assert len(waiting) == 0
    monkeypatch.undo()
    assert browser.get("/").status_code == 200


@pytest.mark.sqlite
def test_what_was_handed_on_is_closed_with_the_service(browser: Browser, app: Flask) -> None:
    browser.get("/")
    ((_, kept),) = app.extensions["casework"]
    close(app)
    assert len(app.extensions["casework"]) == 0
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        kept.db.execute("SELECT 1")
