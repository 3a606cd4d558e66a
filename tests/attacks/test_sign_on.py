"""Coming in: by another's name, by guessing, by a name that was somebody's before."""

from __future__ import annotations

import datetime as dt
import http.client
import re
import threading
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
from waitress.server import create_server
from werkzeug.test import TestResponse

from casework import Casework, commenting, undoing
from casework.people import attempts
from casework.procedure.stage import stage_of
from drafting.errors import UserError
from drafting.language.likeness.anchors import Anchor
from service.server import SERVING
from storage.configuration import Accounts, Configuration, Server
from storage.limits import visitor
from storage.log import audit
from storage.log.audit import Actor
from web import create_app
from web.access.rules import PER_MINUTE
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
    # At the level of the server: a location that sets a header of its own has none of these.
    found = re.findall(r"^( *)proxy_set_header\s+(\S+)\s+(\S+);", text, re.MULTILINE)
    assert {len(depth) for depth, _, _ in found} == {4}
    set_ = {name: value for _, name, value in found}
    assert set_["X-Remote-User"] == '""'
    assert all("$http_" not in value for value in set_.values())


def ask(client: FlaskClient, name: str, path: str = "/account", **form: str) -> TestResponse:
    more = {
        "environ_base": {"REMOTE_ADDR": PROXY},
        "headers": {"X-Remote-User": name, "X-Forwarded-For": "10.1.2.3"},
    }
    return client.post(path, data=form, **more) if form else client.get(path, **more)  # type: ignore[arg-type]


def test_a_name_is_one_however_its_characters_are_put_together(
    app: Flask, casework: Casework
) -> None:
    casework.people.add("zoé", SECRET, unit=UNIT, roles=["经办"])
    client = app.test_client()
    for sent in ("zo%C3%A9", "zoe%CC%81", "zo\u00c3\u00a9"):
        assert ask(client, sent).status_code == 200
    assert len(casework.people.sessions("zoé")) == 1


def test_two_names_in_one_header_are_none(app: Flask, casework: Casework) -> None:
    """As WSGI joins a header that came twice."""
    for name in ("shen,管理员", "shen, 管理员", "管理员\x00", "管理员 "):
        sent = "".join(f"%{one:02X}" for one in name.encode())
        answer = ask(app.test_client(), sent, "/people")
        assert (answer.status_code, name.strip() == "管理员") in ((403, False), (200, True))


def test_who_comes_first_by_the_proxy_does_not_found_the_house(tmp_path: Path) -> None:
    """He would be its only account and no administrator: nobody could be made one any more."""
    accounts = Accounts(sign_on_header="X-Remote-User", sign_on_new=True)
    app = create_app(tmp_path / "new", Configuration(Server(proxy=PROXY), accounts))
    app.testing = False
    answer = ask(app.test_client(), "shen")
    assert (answer.status_code, "还没有管理员" in answer.text) == (403, True)
    with Casework.open(tmp_path / "new") as opened:
        link = opened.people.invite(None)
        assert opened.people.accept(link, "管理员", SECRET) == "管理员"
    assert ask(app.test_client(), "shen").status_code == 200


def test_underscores_do_not_smuggle_a_name_past_the_proxy(tmp_path: Path) -> None:
    """WSGI tells X_Remote_User and X-Remote-User not apart; the server drops the one that no proxy
    empties."""
    with Casework.open(set_up(tmp_path)) as opened:
        opened.people.add("管理员", SECRET, unit=UNIT, roles=["系统管理"])
    accounts = Accounts(sign_on_header="X-Remote-User")
    app = create_app(tmp_path, Configuration(Server(proxy="127.0.0.1"), accounts))
    server = create_server(app, host="127.0.0.1", port=0, threads=1, **SERVING)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    seen = {}
    for header in ("X_Remote_User", "X-Remote_User", "X-Remote-User"):
        connection = http.client.HTTPConnection("127.0.0.1", server.effective_port, timeout=30)
        name = "".join(f"%{one:02X}" for one in "管理员".encode())
        connection.request("GET", "/people", headers={header: name})
        seen[header] = connection.getresponse().status
        connection.close()
    server.close()
    assert seen == {"X_Remote_User": 302, "X-Remote_User": 302, "X-Remote-User": 200}


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


@pytest.mark.parametrize(
    ("places", "together"),
    [
        (["2001:db8:1:2::1", "2001:db8:1:2:ffff::9"], True),
        (["2001:db8:1:2::1", "2001:db8:1:3::1"], False),
        (["10.6.6.6", "::ffff:10.6.6.6"], True),
        (["10.6.6.6", "10.6.6.7"], False),
    ],
)
def test_who_has_many_addresses_has_one_count(
    casework: Casework, places: list[str], together: bool
) -> None:
    """Every visitor by IPv6 has 2**64 of them, and could try from another one each time."""
    for number in range(attempts.ADDRESS_MOST):
        casework.actor = Actor("", places[0])
        with pytest.raises(UserError, match="用户名或密码不对"):
            casework.people.log_in(f"name{number}", "猜一猜2026")
    casework.actor = Actor("", places[1])
    if together:
        with pytest.raises(UserError, match="已暂停登录"):
            casework.people.log_in("shen", SECRET)
    else:
        assert casework.people.log_in("shen", SECRET)


@pytest.mark.parametrize(
    ("where", "whose"),
    [
        ("10.6.6.6", "10.6.6.6"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:10.6.6.6", "10.6.6.6"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("未知地址", "未知地址"),
    ],
)
def test_as_whose_an_address_counts(where: str, whose: str) -> None:
    assert visitor(where) == whose


def test_another_address_of_ones_own_lets_one_ask_no_more_often(
    app: Flask, casework: Casework
) -> None:
    client, most = app.test_client(), PER_MINUTE["login.accept"]
    token = re.findall(r'name="csrf" value="([^"]+)"', client.get("/login").text)[0]
    seen = []
    for number in range(most + 1):
        place = {"REMOTE_ADDR": f"2001:db8::{number:x}"}
        sent = client.post("/invited/none", data={"csrf": token}, environ_base=place)
        seen.append(sent.status_code)
    assert seen == [*[404] * most, 429]


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


GOES = {"checks.author", "redrafts.person", "notices.person", "notice_choices.person"}
GOES |= {"undo_steps.author", "outbox.person", "stages.handler"}
WITH_THE_ACCOUNT = {"sessions", "invitations", "second_factors", "recovery_codes"}
WITH_THE_ACCOUNT |= {"provider_accounts", "sign_ons", "notices", "notice_choices"}
STAYS = {
    # What was done stays done, under the name of who did it; none of it is anybody's to take up.
    "versions.author", "typed.author", "opinions.asked_by", "log.who", "ignored.author",
    "fixes.author", "moves.author", "numbers.author", "promises.kept_by", "holidays.author",
    "phrases.author", "batches.author", "figure_requests.asked_by", "figures.giver",
    "figures.recorded_by", "confirmations.author", "confirmations.undone_by",
    "rating_links.author", "ratings.author", "ratings.undone_by", "comments.author",
    "comments.resolved_by", "materials.author", "materials.removed_by", "profile_versions.author",
    "own_templates.author", "trials.author", "trial_lines.taken_by", "systems.author",
    "system_tokens.author", "work.author",
}  # fmt: skip


def test_of_every_table_that_names_a_person_it_is_known_what_becomes_of_it(
    casework: Casework,
) -> None:
    """A table that is added later is looked at here, before a namesake inherits by it."""
    named, tied = set(), set()
    tables = casework.db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (table,) in tables:
        columns = [row["name"] for row in casework.db.execute(f"PRAGMA table_info({table})")]
        named |= {f"{table}.{one}" for one in columns if PERSON.fullmatch(one)}
        keys = casework.db.execute(f"PRAGMA foreign_key_list({table})").fetchall()
        tied |= {table for key in keys if (key["table"], key["on_delete"]) == ("people", "CASCADE")}
    untold = {one for one in named if one.split(".")[0] not in tied} - GOES - STAYS
    assert untold == set()
    assert tied == WITH_THE_ACCOUNT
    assert named >= GOES | STAYS


PERSON = re.compile(r"person|author|handler|who|giver|user|holder|\w+_by")


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
