"""Accounts as people use them: the first link, the account page, administration, the log page."""

from __future__ import annotations

import html
import http.client
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from waitress.server import create_server
from web_fakes import set_up

from casework import Casework
from service.server import SERVING, say_first_link
from storage.configuration import Accounts, Configuration, Server
from storage.limits import Limits
from storage.log import audit
from web import create_app
from web.access.proxy import Proxied

SECRET = "青岚2026城管"
PROXY = "10.0.0.2"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casework.people.passwords.METHOD", "scrypt:1024:8:1")


def made(folder: Path, **accounts: object) -> Flask:
    proxy = str(accounts.pop("proxy", ""))
    chosen = Configuration(Server(proxy=proxy), Accounts(**accounts))  # type: ignore[arg-type]
    app = create_app(set_up(folder), chosen)
    app.testing = False
    return app


def token(client: FlaskClient, path: str) -> str:
    return re.findall(r'name="csrf" value="([^"]+)"', client.get(path).text)[0]


def post(client: FlaskClient, path: str, page: str, **form: object) -> object:
    return client.post(path, data={"csrf": token(client, page), **form})


def login(app: Flask, name: str, password: str = SECRET) -> FlaskClient:
    client = app.test_client()
    answer = post(client, "/login", "/login", name=name, password=password)
    assert answer.status_code == 302  # type: ignore[attr-defined]
    return client


@pytest.fixture
def office(tmp_path: Path) -> Iterator[tuple[Flask, Casework]]:
    app = made(tmp_path, required=True)
    with Casework.open(tmp_path) as casework:
        casework.people.add("管理员", SECRET, roles=["系统管理", "审计"])
        casework.people.add("林知远", SECRET, unit="青岚区城管局", roles=["经办"])
        yield app, casework


# ------------------------------------------------------------------ the first administrator


def test_where_accounts_are_wanted_a_link_makes_the_first(tmp_path: Path) -> None:
    app = made(tmp_path, required=True)
    client = app.test_client()
    refused = client.get("/")
    assert refused.status_code == 403 and "一次性链接" in refused.text
    said: list[str] = []
    say_first_link(app, "http://127.0.0.1:8000", said.append)
    path = re.findall(r"http://127\.0\.0\.1:8000(/invited/\S+)", said[0])[0]
    assert "建立第一个管理员账号" in client.get(path).text
    form = {"name": "林知远", "password": SECRET, "again": SECRET}
    other = post(client, path, path, **(form | {"again": "另一个"}))
    assert other.status_code == 400 and "两次输入的密码不一样" in other.text
    assert 'value="林知远"' in other.text and SECRET not in other.text
    weak = post(client, path, path, **(form | {"password": "password1", "again": "password1"}))
    assert weak.status_code == 400 and "常用密码" in weak.text
    done = post(client, path, path, **form)
    assert done.status_code == 302
    assert client.get("/people").status_code == 200
    assert app.test_client().get(path).status_code == 404
    say_first_link(app, "http://127.0.0.1:8000", said.append)
    assert len(said) == 1


@pytest.mark.parametrize(
    ("configuration", "wanted"),
    [
        (Configuration(), False),
        (Configuration(Server(host="localhost")), False),
        (Configuration(Server(host="::1")), False),
        (Configuration(Server(host="0.0.0.0")), True),
        (Configuration(Server(host="::")), True),
        (Configuration(Server(host="10.0.0.5")), True),
        (Configuration(Server(proxy="127.0.0.1")), True),
        (Configuration(accounts=Accounts(required=True)), True),
    ],
)
def test_whoever_can_be_reached_by_others_needs_accounts(
    configuration: Configuration, wanted: bool
) -> None:
    assert configuration.needs_accounts() is wanted


def test_a_single_user_is_not_served_through_a_proxy(tmp_path: Path) -> None:
    client = made(tmp_path).test_client()
    assert client.get("/").status_code == 200
    for header in ("X-Forwarded-For", "Forwarded", "Via", "X-Forwarded-Host"):
        assert client.get("/", headers={header: "127.0.0.1"}).status_code == 403, header


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 没有这样的文件权限，跳过")
def test_the_real_service_says_the_link_and_its_files_are_its_owners_only(tmp_path: Path) -> None:
    data = tmp_path / "data"
    command = [sys.executable, "-m", "service.cli.app", "--data", data, "serve", "--accounts"]
    service = subprocess.Popen(
        [*command, "--port", "0"], stderr=subprocess.PIPE, text=True, cwd=ROOT
    )
    try:
        assert service.stderr is not None
        # Its words come one by one; the link is among them, or the service has ended.
        said = next(line for line in service.stderr if "/invited/" in line)
        link = urlsplit(re.findall(r"http://\S+", said)[0])
        connection = http.client.HTTPConnection("127.0.0.1", link.port or 0, timeout=30)
        connection.request("GET", link.path)
        assert "建立第一个管理员账号" in connection.getresponse().read().decode()
        connection.close()
    finally:
        service.terminate()
        service.communicate()
    modes = {path.name: path.stat().st_mode & 0o777 for path in data.iterdir()}
    assert {mode for name, mode in modes.items() if (data / name).is_file()} == {0o600}, modes
    assert data.stat().st_mode & 0o777 == 0o700


# ------------------------------------------------------------------ one's own account


def test_changing_the_password_ends_the_other_sessions(office: tuple[Flask, Casework]) -> None:
    app, _ = office
    here, there = login(app, "林知远"), login(app, "林知远")
    form = {"former": SECRET, "password": "换成这样一句话吧", "again": "换成这样一句话吧"}
    wrong = post(here, "/account/password", "/account", **(form | {"former": "错的"}))
    assert wrong.status_code == 400 and "原密码不对" in wrong.text
    assert post(here, "/account/password", "/account", **form).status_code == 302
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 302
    login(app, "林知远", "换成这样一句话吧")


def test_ones_own_sessions_are_listed_and_ended(office: tuple[Flask, Casework]) -> None:
    app, casework = office
    here, there = login(app, "林知远"), login(app, "林知远")
    page = here.get("/account").text
    (end,) = re.findall(r'action="(/account/sessions/\w+/end)"', page)
    assert "当前" in page
    stranger = login(app, "管理员")
    assert post(stranger, end, "/account").status_code == 404
    assert post(here, end, "/account").status_code == 302
    assert there.get("/account").status_code == 302 and here.get("/account").status_code == 200
    assert len(casework.people.sessions("林知远")) == 1


def test_leaving_ends_the_session_on_the_server(office: tuple[Flask, Casework]) -> None:
    app, casework = office
    client = login(app, "林知远")
    cookie = client.get_cookie("drafting")
    assert cookie is not None
    left = post(client, "/logout", "/account")
    assert left.headers["Clear-Site-Data"] == '"cache"'
    client.set_cookie("drafting", cookie.value)
    assert client.get("/account").status_code == 302
    assert casework.people.sessions("林知远") == []


def test_a_forged_cookie_opens_nothing(office: tuple[Flask, Casework]) -> None:
    app, _ = office
    login(app, "林知远")
    client = app.test_client()
    for value in ("", "x", "eyJ0b2tlbiI6IngifQ.aaaa.bbbb"):
        client.set_cookie("drafting", value)
        assert client.get("/account").status_code == 302


def test_a_form_sent_after_the_session_ended_goes_on_after_the_login(
    office: tuple[Flask, Casework],
) -> None:
    app, casework = office
    client = login(app, "林知远")
    sent = {
        "csrf": token(client, "/new"),
        "text": "关于“路灯”的提案\n建议：\n1.增设<b>路灯</b>。\n",
    }
    casework.people.end_session(casework.people.sessions("林知远")[0].id)
    refused = client.post("/new", data=sent)
    assert refused.status_code == 401 and "增设&lt;b&gt;路灯" in refused.text

    def fields(page: str) -> dict[str, str]:
        hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
        areas = re.findall(r'<textarea hidden name="(\w+)">\n(.*?)</textarea>', page, re.DOTALL)
        return {name: html.unescape(value) for name, value in (*hidden, *areas)}

    again = client.post("/login", data={**fields(refused.text), "name": "林知远", "password": "错"})
    assert again.status_code == 401 and "增设&lt;b&gt;路灯" in again.text
    form = {**fields(again.text), "name": "林知远", "password": SECRET}
    page = client.post("/login", data=form).text
    assert 'action="/new"' in page and fields(page)["text"] == sent["text"]
    done = client.post("/new", data=fields(page))
    assert done.status_code == 302
    (made_,) = casework.matters()
    assert made_.subject is not None and "路灯" in made_.subject


@pytest.mark.parametrize(
    "held", ["", "x", "[]", '["//evil.example", [["a", "b"]], false]', "[1, 2, 3]", "[" * 9999]
)
def test_a_held_form_leads_nowhere_else(office: tuple[Flask, Casework], held: str) -> None:
    app, _ = office
    client = app.test_client()
    answer = post(client, "/login", "/login", name="林知远", password=SECRET, resume=held)
    assert answer.status_code in {200, 302}
    assert "evil" not in answer.text


# ------------------------------------------------------------------ administration


def test_an_administrator_makes_an_account_and_never_knows_its_password(
    office: tuple[Flask, Casework],
) -> None:
    app, casework = office
    admin = login(app, "管理员")
    form = {"name": "周望舒", "unit": "青岚区教育局", "section": "办公室", "role": ["核稿", "签发"]}
    shown = post(admin, "/people", "/people", **form)
    link = re.findall(r'value="http://localhost(/invited/[^"]+)"', shown.text)[0]
    person = casework.people.one("周望舒")
    assert person is not None
    assert (person.unit, person.section) == ("青岚区教育局", "办公室")
    assert person.roles == {"核稿", "签发"}
    taken = post(admin, "/people", "/people", **form)
    assert (
        taken.status_code == 400
        and "已经存在" in taken.text
        and 'value="青岚区教育局"' in taken.text
    )
    client = app.test_client()
    post(client, link, link, password=SECRET, again=SECRET)
    assert "周望舒" in client.get("/account").text
    changed = {"name": "周望舒", "unit": "青岚区教育局", "section": "", "role": ["督办"]}
    assert post(admin, "/people/change", "/people", **changed).status_code == 302
    assert client.get("/account").status_code == 302, "put to rest: out at once"
    post(admin, "/people/change", "/people", active="1", **changed)
    after = casework.people.one("周望舒")
    assert after is not None
    assert after == replace(person, section="", roles=frozenset({"督办"}), stamp=after.stamp)
    assert post(admin, "/people/remove", "/people", name="周望舒").status_code == 302
    assert casework.people.one("周望舒") is None


def test_the_last_administrator_is_kept_and_it_is_said(office: tuple[Flask, Casework]) -> None:
    app, casework = office
    admin = login(app, "管理员")
    form = {"name": "管理员", "role": ["审计"], "active": "1"}
    answer = post(admin, "/people/change", "/people", **form)
    assert answer.status_code == 400 and "最后一个可用的系统管理账号" in answer.text
    person = casework.people.one("管理员")
    assert person is not None and person.roles == {"系统管理", "审计"}


def test_an_administrator_unlocks_and_ends_sessions(office: tuple[Flask, Casework]) -> None:
    app, _ = office
    admin, clerk = login(app, "管理员"), login(app, "林知远")
    stranger = app.test_client()
    for _ in range(5):
        post(stranger, "/login", "/login", name="林知远", password="错的")
    assert "已暂停登录" in post(stranger, "/login", "/login", name="林知远", password=SECRET).text
    assert "已锁定" in admin.get("/people").text
    post(admin, "/people/unlock", "/people", name="林知远")
    assert "已锁定" not in admin.get("/people").text
    for end in re.findall(r'action="(/people/sessions/\w+/end)"', admin.get("/people").text):
        post(admin, end, "/people")
    assert clerk.get("/account").status_code == 302 and admin.get("/people").status_code == 200


def test_matters_from_before_the_units_are_handed_over(office: tuple[Flask, Casework]) -> None:
    from drafting.model import Proposal

    app, casework = office
    number = casework.create_matter(Proposal(subject="关于路灯的提案"))
    clerk, admin = login(app, "林知远"), login(app, "管理员")
    assert clerk.get(f"/matters/{number}/intake").status_code == 404
    assert "有 1 件提案还没有承办单位" in admin.get("/people").text
    post(admin, "/people/hand-over", "/people", unit="青岚区城管局")
    assert clerk.get(f"/matters/{number}/intake").status_code == 200


# ------------------------------------------------------------------ the log's page


def test_the_log_is_filtered_verified_and_given_out(office: tuple[Flask, Casework]) -> None:
    app, casework = office
    login(app, "林知远")
    auditor = login(app, "管理员")
    page = auditor.get("/log?who=林知远&action=登录").text
    assert page.count("<tr>") == 2 and "127.0.0.1" in page
    assert "没有符合条件的日志" in auditor.get("/log?who=没有").text
    wrong = auditor.get("/log?since=明天")
    assert wrong.status_code == 400 and "起始日期" in wrong.text
    said = auditor.get("/log?verify=1").text
    assert "校验通过" in said and audit.head(casework.db)[1] in said
    assert "校验通过：0 条" in auditor.get("/log?part=archive&verify=1").text
    lines = auditor.get("/log/export?as=jsonl").text.splitlines()
    assert len(lines) == audit.count(casework.db, audit.Filters())
    # As many and one more: giving it out is itself in the log.
    whole = auditor.get("/log/export?as=json")
    assert whole.mimetype == "application/json" and len(whole.json) == len(lines) + 1
    table = auditor.get("/log/export?as=csv&who=林知远")
    assert table.data.startswith("\ufeff编号,时间".encode())
    assert table.headers["Content-Disposition"].startswith("attachment")


def test_a_log_that_was_tampered_with_is_said(office: tuple[Flask, Casework]) -> None:
    app, casework = office
    auditor = login(app, "管理员")
    casework.db.execute("DROP TRIGGER log_unchanged")
    casework.db.execute("UPDATE log SET who = '别人' WHERE id = 1")
    page = auditor.get("/log?verify=1").text
    assert "校验不通过" in page and "第 1 条被改动" in page


# ------------------------------------------------------------------ proxy, sign-on, cookies


def ask(client: FlaskClient, peer: str, **headers: str) -> object:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get("/account", headers=named, environ_base={"REMOTE_ADDR": peer})


def test_the_sign_on_of_the_configured_proxy_is_believed(tmp_path: Path) -> None:
    app = made(tmp_path, proxy=PROXY, sign_on_header="X-Remote-User")
    with Casework.open(tmp_path) as casework:
        casework.people.add("林知远", SECRET)
        name = "%E6%9E%97%E7%9F%A5%E8%BF%9C"
        client = app.test_client()
        in_ = ask(client, PROXY, X_Remote_User=name, X_Forwarded_For="6.6.6.6, 10.1.2.3")
        assert in_.status_code == 200 and "林知远" in in_.text
        assert casework.people.sessions()[0].address == "10.1.2.3"
        refused = ask(
            app.test_client(), PROXY, X_Remote_User="stranger", X_Forwarded_For="10.1.2.3"
        )
        assert refused.status_code == 403 and "还没有本系统的账号" in refused.text


@pytest.mark.parametrize("peer", ["127.0.0.1", "10.0.0.3", PROXY + "0"])
def test_anybody_elses_sign_on_is_not(tmp_path: Path, peer: str) -> None:
    app = made(tmp_path, proxy=PROXY, sign_on_header="X-Remote-User", sign_on_new=True)
    with Casework.open(tmp_path) as casework:
        casework.people.add("linzhiyuan", SECRET)
        answer = ask(app.test_client(), peer, X_Remote_User="linzhiyuan", X_Forwarded_For=PROXY)
        assert answer.status_code == 302
        assert casework.people.sessions() == []


def test_unknown_names_get_an_account_only_where_it_is_configured(tmp_path: Path) -> None:
    app = made(tmp_path, proxy=PROXY, sign_on_header="X-Remote-User", sign_on_new=True)
    with Casework.open(tmp_path) as casework:
        casework.people.add("admin-a", SECRET)
        assert ask(app.test_client(), PROXY, X_Remote_User="hansong").status_code == 200
        person = casework.people.one("hansong")
        assert person is not None and person.roles == {"经办"}
        assert ask(app.test_client(), PROXY, X_Remote_User="a b").status_code == 403


def test_a_proxy_says_the_address_and_https_and_nobody_else_does() -> None:
    seen: list[tuple[object, ...]] = []

    def inner(environ: dict[str, object], start: object) -> list[bytes]:
        kept = sorted(name for name in environ if "FORWARDED" in name or "USER" in name)
        seen.append((environ["REMOTE_ADDR"], environ["wsgi.url_scheme"], kept))
        return []

    app = Proxied(inner, [PROXY, ""], "X-Remote-User")  # type: ignore[arg-type]
    headers = {
        "HTTP_X_FORWARDED_FOR": "1.1.1.1, 10.1.2.3",
        "HTTP_X_FORWARDED_PROTO": "https",
        "HTTP_X_FORWARDED_HOST": "evil.example",
        "HTTP_X_REMOTE_USER": "x",
        "wsgi.url_scheme": "http",
    }
    for peer in (PROXY, "10.0.0.9", "", "unix"):
        app({**headers, "REMOTE_ADDR": peer}, lambda *_: None)  # type: ignore[arg-type]
    assert seen == [
        ("10.1.2.3", "https", []),
        ("10.0.0.9", "http", []),
        ("", "http", []),
        ("unix", "http", []),
    ]


def test_by_https_the_cookie_is_secure_and_https_is_kept_to(tmp_path: Path) -> None:
    client = made(tmp_path).test_client()
    plain = client.get("/new")
    assert "Secure" not in plain.headers["Set-Cookie"]
    assert "Strict-Transport-Security" not in plain.headers
    client = made(tmp_path).test_client()
    safe = client.get("/new", base_url="https://localhost")
    flags = safe.headers["Set-Cookie"].split("; ")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(flags)
    assert flags[0].startswith("__Host-drafting=") and "Domain" not in safe.headers["Set-Cookie"]
    assert safe.headers["Strict-Transport-Security"] == "max-age=31536000"


# ------------------------------------------------------------------ limits


def test_an_expensive_page_is_limited_by_the_minute(office: tuple[Flask, Casework]) -> None:
    app, _ = office
    auditor = login(app, "管理员")
    codes = [auditor.get("/log/export?as=csv").status_code for _ in range(11)]
    assert codes == [200] * 10 + [429]
    assert "操作过于频繁" in auditor.get("/log/export?as=csv").text


def test_a_limit_is_for_one_minute_and_one_subject() -> None:
    now = [0.0]
    limits = Limits(ticks=lambda: now[0])
    assert [limits.wait("p", "a", 2) for _ in range(3)] == [0, 0, 61]
    assert limits.wait("p", "b", 2) == 0 and limits.wait("q", "a", 2) == 0
    now[0] = 60.0
    assert limits.wait("p", "a", 2) == 0


# ------------------------------------------------------------------ the real server


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    server = create_server(made(tmp_path), host="127.0.0.1", port=0, threads=2, **SERVING)
    threading.Thread(target=server.run, daemon=True).start()
    yield int(server.effective_port)
    server.close()


def get(port: int, **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/login", headers=headers)
    answer = connection.getresponse()
    answer.read()
    return answer


def test_huge_headers_are_refused(port: int) -> None:
    assert get(port).status == 302
    assert get(port, X_Long="x" * 200_000).status == 431
    assert get(port).status == 302


def test_those_who_send_slowly_keep_nobody_out(port: int) -> None:
    waiting = [socket.create_connection(("127.0.0.1", port)) for _ in range(300)]
    for one in waiting:
        one.sendall(b"POST /new HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999\r\n")
    assert get(port).status == 302
    for one in waiting:
        one.close()


def test_the_server_does_not_tell_what_it_is(port: int) -> None:
    assert get(port).getheader("Server") is None
