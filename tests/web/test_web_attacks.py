"""What a stranger or a colleague might try on a real app: sessions, links, names, headers."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from procedure_fakes import PROPOSAL
from web_fakes import set_up

from casework import Casework
from storage.configuration import Accounts, Configuration, Server
from storage.log import audit
from web import create_app

SECRET, NEW = "青岚2026城管", "银杏2026教育"
NAME = "drafting"
UNIT = "青岚区城管局"


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr("casework.people.passwords.METHOD", "scrypt:1024:8:1")
    made = create_app(set_up(tmp_path), Configuration(Server(), Accounts(required=True)))
    made.testing = False
    return made


@pytest.fixture
def casework(app: Flask) -> Iterator[Casework]:
    with Casework.open(app.config["DATA_FOLDER"]) as opened:
        opened.people.add("管理员", SECRET, roles=["系统管理"])
        opened.people.add("林知远", SECRET, unit=UNIT, roles=["经办"])
        opened.people.add("沈知秋", SECRET, unit=UNIT, roles=["经办"])
        yield opened


def csrf(client: FlaskClient, page: str = "/account") -> str:
    return re.findall(r'name="csrf" value="([^"]+)"', client.get(page).text)[0]


def enter(app: Flask, name: str, client: FlaskClient | None = None, **more: str) -> FlaskClient:
    client = client or app.test_client()
    form = {"csrf": csrf(client, "/login"), "name": name, "password": SECRET, **more}
    assert client.post("/login", data=form).status_code == 302
    return client


def cookie(client: FlaskClient) -> str:
    found = client.get_cookie(NAME)
    assert found is not None
    return found.value


# ------------------------------------------------------------------ sessions


def test_a_session_planted_before_the_login_is_worth_nothing_after_it(
    app: Flask, casework: Casework
) -> None:
    attacker = app.test_client()
    planted_token = csrf(attacker, "/login")
    planted = cookie(attacker)
    victim = app.test_client()
    victim.set_cookie(NAME, planted)
    enter(app, "林知远", victim)
    assert cookie(victim) != planted
    assert attacker.get("/").status_code == 302
    # Nor does the form token that the attacker knows do anything in the victim's session.
    assert victim.post("/new", data={"csrf": planted_token, "text": "x"}).status_code == 400


def test_one_persons_form_token_is_not_anothers(app: Flask, casework: Casework) -> None:
    first, second = enter(app, "林知远"), enter(app, "沈知秋")
    assert second.post("/new", data={"csrf": csrf(first), "text": "x"}).status_code == 400
    headers = {"X-CSRF-Token": csrf(first)}
    assert second.post("/new", data={"text": "x"}, headers=headers).status_code == 400


def test_a_login_that_was_left_does_not_come_back_with_its_cookie(
    app: Flask, casework: Casework
) -> None:
    client = enter(app, "林知远")
    kept = cookie(client)
    client.post("/logout", data={"csrf": csrf(client)})
    thief = app.test_client()
    thief.set_cookie(NAME, kept)
    assert thief.get("/").status_code == 302


def test_a_changed_role_holds_from_the_next_request_on(app: Flask, casework: Casework) -> None:
    client = enter(app, "林知远")
    assert client.get("/new").status_code == 200
    casework.people.change("林知远", unit=UNIT, section="", roles=["审计"], active=True)
    assert (client.get("/new").status_code, client.get("/log").status_code) == (403, 200)
    casework.people.change("林知远", unit="别的单位", section="", roles=["经办"], active=True)
    matter = casework.create_matter(PROPOSAL, unit=UNIT)
    assert (client.get("/log").status_code, client.get(f"/matters/{matter}").status_code) == (
        403,
        404,
    )


# ------------------------------------------------------------------ one-time links


def test_a_link_opened_twice_at_once_sets_one_password(app: Flask, casework: Casework) -> None:
    token = casework.people.invite("林知远")
    codes: list[int] = []
    passwords = [f"{NEW}{number}号院里" for number in range(6)]
    opened = threading.Barrier(len(passwords))

    def use(password: str) -> None:
        client = app.test_client()
        form = {"csrf": csrf(client, f"/invited/{token}"), "password": password, "again": password}
        opened.wait()
        codes.append(client.post(f"/invited/{token}", data=form).status_code)

    clients = [threading.Thread(target=use, args=(one,)) for one in passwords]
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    assert Counter(codes)[302] == 1
    assert sum(casework.people.verify("林知远", one) is not None for one in passwords) == 1
    assert app.test_client().get(f"/invited/{token}").status_code == 404


def test_a_link_does_not_wake_a_resting_account(app: Flask, casework: Casework) -> None:
    token = casework.people.invite("林知远")
    casework.people.change("林知远", unit=UNIT, section="", roles=["经办"], active=False)
    client = app.test_client()
    form = {"csrf": csrf(client, f"/invited/{token}"), "password": NEW, "again": NEW}
    assert client.post(f"/invited/{token}", data=form).status_code == 400
    assert client.get("/").status_code == 302


# ------------------------------------------------------------------ addresses and names


@pytest.mark.parametrize(
    "target",
    [
        "/\t/evil.example",
        "/\r\n/evil.example",
        "\t//evil.example",
        "///evil.example",
        "/\\/evil.example",
        "\\\\evil.example",
        "http:/evil.example",
        " //evil.example",
        "/\x00/evil.example",
        "//evil.example/%2e%2e",
    ],
)
def test_no_way_of_writing_it_leads_out(app: Flask, casework: Casework, target: str) -> None:
    client = app.test_client()
    form = {"csrf": csrf(client, "/login"), "name": "林知远", "password": SECRET, "next": target}
    answer = client.post("/login", data=form)
    place = answer.location
    # As a browser reads it: without tabs and line ends, a backslash being a slash.
    read = re.sub(r"[\t\r\n]", "", place).replace("\\", "/")
    assert answer.status_code == 302 and read.startswith("/") and not read.startswith("//")


@pytest.mark.parametrize(
    "name",
    [
        "a\r\nSet-Cookie: x=1.txt",
        '提案".txt; filename="b.exe',
        "../../../etc/passwd",
        "..\\..\\x.txt",
        "a" * 3_000 + ".txt",
        "\x00\x1f.txt",
        "提案\u202etxt.exe",
        ";;.html",
    ],
)
def test_a_file_name_puts_nothing_into_the_headers(
    app: Flask, casework: Casework, name: str
) -> None:
    matter = casework.create_matter(PROPOSAL, original=(name, b"<script>"), unit=UNIT)
    answer = enter(app, "林知远").get(f"/matters/{matter}/original")
    assert answer.status_code == 200
    assert answer.headers.getlist("Set-Cookie") == []
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    for part in ("\r", "\n", "/", "\\", "\u202e"):
        assert part not in disposition.replace("UTF-8''", "")
    assert "%2F" not in disposition and "%5C" not in disposition and len(disposition) < 1_500
    assert answer.mimetype not in {"text/html", "text/plain", "image/svg+xml"}


def test_a_forged_host_stands_on_no_page(app: Flask, casework: Casework) -> None:
    client = enter(app, "林知远")
    for path in ("/", "/new", "/archive", "/login", "/account"):
        page = client.get(
            path, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
        )
        assert "evil.example" not in page.text + str(page.headers)


def test_what_is_sent_along_is_one_line_of_the_log(app: Flask, casework: Casework) -> None:
    client = app.test_client()
    agent = "Mozilla\u2028伪造的一行"
    form = {"csrf": csrf(client, "/login"), "name": "林知远\n系统", "password": "x" * 9}
    client.post("/login", data=form, headers={"User-Agent": agent.encode().decode("latin-1")})
    enter(app, "管理员")
    lines = list(audit.export(casework.db, audit.Filters(), "jsonl"))
    assert all(line.count(b"\n") == 1 for line in lines)
    assert "伪造" not in b"".join(lines).decode()


def test_unknown_and_known_names_take_the_same_work(
    app: Flask, casework: Casework, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted, not timed: each wrong login costs one hash, whoever it was for."""
    from casework.people import passwords

    asked: list[str] = []
    check = passwords.check_password_hash
    monkeypatch.setattr(
        passwords,
        "check_password_hash",
        lambda known, given: asked.append(known) or check(known, given),
    )
    casework.people.change("沈知秋", unit=UNIT, section="", roles=["经办"], active=False)
    casework.people.add("新来的", unit=UNIT)
    said = set()
    for name in ("林知远", "沈知秋", "新来的", "没有这个人"):
        client = app.test_client()
        form = {"csrf": csrf(client, "/login"), "name": name, "password": "不对的密码123"}
        answer = client.post("/login", data=form)
        said.add((answer.status_code, answer.text.replace(name, "").replace(form["csrf"], "")))
    assert len(asked) == 4
    assert {known.split("$")[0] for known in asked} == {passwords.METHOD}
    assert len(said) == 1
