"""A PostgreSQL that reads only, is full, has no connection left, is another version's, or goes in
the middle of a request: the page says so in Chinese, and what was typed is there and can be sent
again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from postgres_server import Server, name_of
from web_fakes import PROPOSAL, Browser, answer_form, set_up

from casework import Casework
from casework.migrations import STEPS
from corpus import EVERYTHING, Archive, Reader
from drafting.errors import UserError
from drafting.reading import read_pasted
from storage.migrations import migrate
from storage.postgres import connection
from storage.postgres.connection import PostgresConnection, close_pool
from web import create_app

pytestmark = pytest.mark.sqlite

TYPED = "我局已在梧桐路增设泊位，并按月公布。"


@pytest.fixture
def url(postgres: Server, tmp_path: Path) -> Iterator[str]:
    """A database that belongs to an account of its own, which is no administrator and has the
    same name."""
    name = name_of(tmp_path)
    postgres.fresh(name)
    postgres.run(f"CREATE ROLE {name} LOGIN", f"ALTER DATABASE {name} OWNER TO {name}")
    own = postgres.url(name).replace("user=postgres", f"user={name}")
    yield own
    close_pool(own)
    postgres.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"DROP ROLE {name}")


@pytest.fixture
def app(url: str, tmp_path: Path) -> Flask:
    set_up(tmp_path)
    (tmp_path / "config.toml").write_text(f'[database]\nurl = "{url}"\n', "utf-8")
    archive = Archive.open(tmp_path)
    archive.store(read_pasted("关于停车的答复\n已在梧桐路增设停车泊位。"), "a.txt")
    archive.close()
    made = create_app(tmp_path)
    made.testing = False
    return made


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app.test_client())


@pytest.fixture
def matter(app: Flask) -> int:
    with Casework.open(app.config["DATA_FOLDER"]) as casework:
        number = casework.create_matter(PROPOSAL, "default", ("提案.txt", b"x"))
        found = casework.matter(number)
        assert found is not None
        casework.confirm_suggestions(number, found.draft, 1)
    return number


def administer(url: str, *statements: str) -> None:
    with psycopg.connect(url, user="postgres", autocommit=True) as db:
        for one in ("SET default_transaction_read_only = off", *statements):
            db.execute(one)


def altered(what: str) -> str:
    """The statement that alters the database, or its account."""
    return f"DO $$ BEGIN EXECUTE format('ALTER {what}', current_database()); END $$"


def end_sessions(url: str) -> None:
    administer(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )


def form_of(app: Flask, matter: int) -> dict[str, object]:
    with Casework.open(app.config["DATA_FOLDER"]) as casework:
        found = casework.matter(matter)
    assert found is not None
    return answer_form(found, done=TYPED)


def saved(app: Flask, matter: int) -> str:
    with Casework.open(app.config["DATA_FOLDER"]) as casework:
        found = casework.matter(matter)
    assert found is not None
    return found.draft.answers[0].done


def refused(browser: Browser, path: str, form: dict[str, object], said: str) -> None:
    """What is sent is not taken, which the page says, and it gives back what was typed."""
    answer = browser.post(path, form)
    assert answer.status_code == 500
    assert said in answer.text
    assert TYPED in answer.text


def test_one_that_reads_only_shows_everything_and_gives_back_what_was_typed(
    app: Flask, browser: Browser, matter: int, url: str
) -> None:
    form, path = form_of(app, matter), f"/matters/{matter}/answers/1"
    administer(url, altered("DATABASE %I SET default_transaction_read_only = on"))
    end_sessions(url)
    for page in ("/", f"/matters/{matter}", "/search?q=停车泊位"):
        shown = browser.get(page)
        assert shown.status_code == 200, (page, shown.text)
    assert "梧桐路" in shown.text
    refused(browser, path, form, "数据库现在只读")
    administer(url, altered("DATABASE %I RESET default_transaction_read_only"))
    end_sessions(url)
    assert browser.post(path, form).status_code == 302
    assert saved(app, matter) == TYPED


def test_a_full_one_gives_back_what_was_typed(
    app: Flask, browser: Browser, matter: int, url: str
) -> None:
    form, path = form_of(app, matter), f"/matters/{matter}/answers/1"
    administer(
        url,
        "CREATE FUNCTION casework.full() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '53100'; END $$",
        "CREATE TRIGGER is_full BEFORE UPDATE ON casework.matters"
        " FOR EACH ROW EXECUTE FUNCTION casework.full()",
    )
    refused(browser, path, form, "数据库服务器的磁盘已满")
    assert saved(app, matter) != TYPED
    administer(url, "DROP TRIGGER is_full ON casework.matters")
    assert browser.post(path, form).status_code == 302
    assert saved(app, matter) == TYPED


def test_one_that_goes_amid_a_save_has_saved_nothing_of_it(
    app: Flask, browser: Browser, matter: int, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    form, path = form_of(app, matter), f"/matters/{matter}/answers/1"
    plain = PostgresConnection._send
    ended: list[str] = []

    def send(db: PostgresConnection, said: str, values: object) -> object:
        if said.startswith("UPDATE") and db.in_transaction and not ended:
            ended.append(said)
            end_sessions(url)
        return plain(db, said, values)  # type: ignore[arg-type]

    monkeypatch.setattr(PostgresConnection, "_send", send)
    refused(browser, path, form, "数据库正在停止，请稍后再试")
    assert len(ended) == 1
    assert saved(app, matter) != TYPED
    assert browser.post(path, form).status_code == 302
    assert saved(app, matter) == TYPED


def test_one_that_goes_amid_a_search_is_looked_for_and_answers(
    browser: Browser, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "梧桐路" in browser.get("/search?q=停车泊位").text
    end_sessions(url)
    assert "梧桐路" in browser.get("/search?q=停车泊位").text
    plain = PostgresConnection._send
    ended: list[str] = []

    def send(db: PostgresConnection, said: str, values: object) -> object:
        if "FROM sections" in said and not ended:
            ended.append(said)
            end_sessions(url)
        return plain(db, said, values)  # type: ignore[arg-type]

    monkeypatch.setattr(PostgresConnection, "_send", send)
    # Amid what is of one moment nothing is asked a second time: the next one is answered.
    answer = browser.get("/search?q=停车泊位")
    assert answer.status_code == 500
    assert "数据库正在停止，请稍后再试" in re.sub("<[^>]+>", "", answer.text)
    assert "梧桐路" in browser.get("/search?q=停车泊位").text


def test_one_with_no_connection_left_says_so_and_takes_the_form_later(
    app: Flask, browser: Browser, matter: int, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_GIVEN_SECONDS", 3.0)
    form, path = form_of(app, matter), f"/matters/{matter}/answers/1"
    token = browser.token()
    close_pool(url)
    end_sessions(url)
    administer(url, altered("ROLE %I CONNECTION LIMIT 0"))
    try:
        answer = browser.client.post(path, data={"csrf": token, **form})
        assert answer.status_code >= 400
        assert "数据库的连接已用完，请稍后再试" in answer.text
        assert TYPED in answer.text
    finally:
        administer(url, altered("ROLE %I CONNECTION LIMIT -1"))
        monkeypatch.undo()
    assert browser.post(path, form).status_code == 302
    assert saved(app, matter) == TYPED


def test_one_that_a_newer_program_has_changed_meanwhile_is_not_touched(
    app: Flask, browser: Browser, matter: int, url: str
) -> None:
    form, path = form_of(app, matter), f"/matters/{matter}/answers/1"
    token = browser.token()
    newer = "UPDATE casework.schema_state SET user_version = user_version"
    administer(url, f"{newer} + 1")
    answer = browser.client.post(path, data={"csrf": token, **form})
    assert answer.status_code >= 400
    assert "更新版本的程序" in answer.text
    administer(url, f"{newer} - 1")
    assert saved(app, matter) != TYPED


def test_tables_that_came_into_a_database_of_another_order_are_not_used(
    postgres: Server, tmp_path: Path
) -> None:
    """As pg_restore into a database made without the right options has it."""
    name = f"{name_of(tmp_path)}_odd"
    postgres.run(
        f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'"
        " LOCALE_PROVIDER icu ICU_LOCALE 'zh' LC_COLLATE 'C' LC_CTYPE 'C'"
    )
    url = postgres.url(name)
    db = PostgresConnection(url, Path("casework.db"))
    db.run('CREATE SCHEMA "casework"; CREATE TABLE schema_state (user_version BIGINT NOT NULL)')
    db.execute("INSERT INTO schema_state VALUES (?)", (len(STEPS),))
    with pytest.raises(UserError, match="排序规则是 zh"):
        migrate(db, STEPS)
    db.close()
    close_pool(url)
    postgres.run(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_who_reads_in_one_that_reads_only_sees_what_he_may(app: Flask, url: str) -> None:
    end_sessions(url)
    administer(url, altered("DATABASE %I SET default_transaction_read_only = on"))
    archive = Archive.open(app.config["DATA_FOLDER"])
    for reader in (EVERYTHING, Reader("青岚区城管局"), Reader("")):
        assert [hit.source for hit in archive.reader(reader).search("停车泊位")] == ["a.txt"]
    archive.close()
