"""Coming in: by another's name, by guessing, by a name that was somebody's before."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from attack_fakes import OTHER, PROPOSAL, SECRET, UNIT, Sender, enter, set_up
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from laws import tried
from procedure_fakes import whole
from shared_data import PROJECT
from werkzeug.test import TestResponse

from casework import Casework, commenting, undoing
from casework.people import attempts
from casework.procedure.stage import stage_of
from drafting.errors import UserError
from drafting.language.likeness.anchors import Anchor
from storage import audit
from storage.audit import Actor
from storage.configuration import Accounts, Configuration, Server
from web import create_app
from web.texts import safe_path

PROXY = "10.9.9.9"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casework.people.passwords.METHOD", "scrypt:1024:8:1")


@pytest.fixture
def casework(tmp_path: Path) -> Casework:
    opened = Casework.open(set_up(tmp_path), Actor("管理员", "10.0.0.1"))
    opened.people.add("管理员", SECRET, unit=UNIT, roles=["系统管理"])
    for name, unit in (("shen", UNIT), ("lin", OTHER)):
        opened.people.add(name, SECRET, unit=unit, roles=["经办"])
    return opened


@pytest.fixture
def app(casework: Casework, tmp_path: Path) -> Flask:
    accounts = Accounts(sign_on_header="X-Remote-User")
    made = create_app(tmp_path, Configuration(Server(proxy=PROXY), accounts))
    made.testing = False
    return made


# ------------------------------------------------------------------ by a proxy's header


def test_a_session_of_another_name_than_the_proxys_ends_at_once(
    app: Flask, casework: Casework
) -> None:
    """The next person at a browser is the one of whom the proxy has made sure, not the last one."""
    client = app.test_client()
    assert "shen" in ask(client, "shen").text
    (first,) = casework.people.sessions("shen")
    page = ask(client, "lin").text
    assert (">lin" in page, "shen" in page) == (True, False)
    assert casework.people.sessions("shen") == []
    (second,) = casework.people.sessions("lin")
    assert second.id != first.id
    (entry,) = casework.run(audit.entries, audit.Filters(action="统一登录换人，结束登录"))
    assert (entry.who, entry.what) == ("shen", "用户 shen")
    # A name that has no account gets nothing of the session that was there either.
    assert ask(client, "nobody").status_code == 403
    assert casework.people.sessions() == []


def test_a_form_that_was_open_is_not_sent_as_the_next_person(
    app: Flask, casework: Casework
) -> None:
    client = app.test_client()
    token = re.findall(r'name="csrf" value="([^"]+)"', ask(client, "shen").text)[0]
    sent = ask(client, "lin", "/account/password", csrf=token, password="x")
    assert sent.status_code == 400
    assert casework.people.verify("lin", SECRET) is not None


def test_the_proxy_that_is_shipped_lets_no_header_of_a_sign_on_in() -> None:
    text = (PROJECT / "deploy" / "nginx.conf").read_text("utf-8")
    passed = text.split("location / {")[1].split("location")[0]
    set_ = dict(re.findall(r"^\s*proxy_set_header\s+(\S+)\s+(\S+);", passed, re.MULTILINE))
    assert set_["X-Remote-User"] == '""'
    assert all("$http_" not in value for value in set_.values())


def ask(client: FlaskClient, name: str, path: str = "/account", **form: str) -> TestResponse:
    more = {
        "environ_base": {"REMOTE_ADDR": PROXY},
        "headers": {"X-Remote-User": name, "X-Forwarded-For": "10.1.2.3"},
    }
    return client.post(path, data=form, **more) if form else client.get(path, **more)  # type: ignore[arg-type]


# ------------------------------------------------------------------ by guessing


def test_a_right_password_between_does_not_have_the_wrong_ones_forgotten(
    casework: Casework,
) -> None:
    """Somebody with an account of his own tries one password on all names from his place."""
    casework.actor = Actor("", "10.6.6.6")
    people = casework.people
    for number in range(attempts.ADDRESS_MOST):
        with pytest.raises(UserError, match="用户名或密码不对"):
            people.log_in(f"name{number}", "猜一猜2026")
        if number % 7 == 0 and number < attempts.ADDRESS_MOST - 1:
            assert people.log_in("shen", SECRET)
    with pytest.raises(UserError, match="已暂停登录"):
        people.log_in("shen", SECRET)
    # Elsewhere the same account comes in.
    casework.actor = Actor("", "10.7.7.7")
    assert casework.people.log_in("shen", SECRET)


def test_right_passwords_alone_lock_no_address(casework: Casework) -> None:
    for _ in range(attempts.ADDRESS_MOST + 5):
        assert casework.people.log_in("shen", SECRET)


# ------------------------------------------------------------------ by a name that was another's


def test_a_new_account_of_a_removed_ones_name_inherits_nothing(
    app: Flask, casework: Casework
) -> None:
    matter = casework.create_matter(PROPOSAL, author="shen", unit=UNIT)
    casework.confirm_suggestions(matter, whole(PROPOSAL), 1, author="shen")
    casework.actor = Actor("shen", "10.0.0.8")
    casework.proofing.keep_check("稿.txt", "default", "家底清单", [], author="shen")
    found = casework.matter(matter)
    assert found is not None
    casework.redrafts.keep(matter, "shen", found.draft.answers[:1])
    for statement in (
        "INSERT INTO undo_steps (what, action, place, author, made, changes)"
        " VALUES ('改动', 'x', '/', 'shen', '2026-01-05', x'')",
        "INSERT INTO notices (person, kind, matter, mark, at)"
        " SELECT 'shen', '到手', id, 'x', '2026-01-05' FROM matters",
        "INSERT INTO notice_choices (person, muted) VALUES ('shen', '催办')",
    ):
        casework.db.execute(statement)
    comment = commenting.add(casework, matter, Anchor("泊位", "", ""), "", "请核对。")
    assert casework.run(stage_of, matter).handler == "shen"

    casework.actor = Actor("管理员", "10.0.0.1")
    casework.people.remove("shen")
    (entry,) = casework.run(audit.entries, audit.Filters(action="删除用户"))
    assert entry.detail == "删去其本人的校对、通知等 5 项，经办的提案 1 件待重新承办"
    casework.people.add("shen", SECRET, unit=UNIT, roles=["经办"])

    sender = Sender(*enter(app, "shen"))
    assert "稿.txt" not in sender.get("/check").text
    assert casework.proofing.checks("shen") == []
    assert casework.run(stage_of, matter).handler == ""
    assert casework.run(undoing.listed, "shen", 10) == []
    for table in ("notices", "notice_choices", "redrafts"):
        rows = casework.db.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
        assert rows[0] == 0, table
    casework.db.execute("UPDATE people SET created = ? WHERE name = 'shen'", (_tomorrow(),))
    casework.actor = Actor("shen", "10.0.0.8")
    with pytest.raises(UserError):
        commenting.withdraw(casework, matter, comment)
    # What was done stays done, under the name of who did it.
    assert [one.author for one in casework.versions(matter)] == ["shen", "shen"]


def _tomorrow() -> str:
    return (dt.datetime.now(dt.UTC) + dt.timedelta(days=1)).isoformat(timespec="seconds")


# ------------------------------------------------------------------ where a login leads


def test_no_next_with_control_characters_leads_out(app: Flask) -> None:
    for target in (
        "/\t/evil.example",
        "/\n/evil.example",
        "/a\\..\\\\evil",
        "/\x00//evil",
        "/\u202e",
    ):
        assert safe_path(target) == "/"
    assert safe_path("/matters/1/procedure?x=1#a") == "/matters/1/procedure?x=1#a"


@tried(200)
@given(st.text(alphabet="/\\:@.\t\r\n\x00\x0b evilex?#%0a", max_size=12))
def test_whatever_is_accepted_stays_here(rest: str) -> None:
    """As a browser reads it: tabs and line ends left out, a backslash for a slash."""
    read = re.sub(r"[\t\r\n]", "", safe_path(f"/{rest}")).replace("\\", "/").strip("\x00 \x0b")
    assert read.startswith("/") and not read.startswith("//")
