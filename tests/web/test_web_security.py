from __future__ import annotations

import html
import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from web_fakes import Browser

from casework import Casework, Matter
from web.access.rules import BY_TOKEN, OPEN, RULES
from web.access.security import ASKING, SIGNED

ROOT = Path(__file__).resolve().parents[2]
SECRET = "青岚2026城管"
VALUES = {"filename": "app.css", "kind": "csv", "token": "none", "session_id": "none"}
"""What stands in an address; whatever else is a number."""
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


@pytest.mark.parametrize("path", ["/", "/new", "/nothing", "/static/app.css", "/search?q=停车"])
def test_every_answer_carries_the_headers(browser: Browser, path: str) -> None:
    headers = browser.get(path).headers
    assert {name: headers.get(name) for name in HEADERS} == HEADERS


def test_no_page_has_script_or_style_in_it(browser: Browser, matter: Matter) -> None:
    paths = ["/", "/new", "/new/typed", "/search?q=停车", "/documents/1", "/deleted"]
    paths += [f"/matters/{matter.id}{p}" for p in ("", "/intake", "/reply", "/versions")]
    for path in paths:
        page = browser.get(path).text
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:", page)
        outside = re.findall(r'(?:src|href|action)="(?!/|#|\?)[^"]*"', page)
        assert outside == []


def test_static_files_name_no_other_server() -> None:
    for path in (ROOT / "web" / "static").rglob("*"):
        if path.suffix in {".css", ".js", ".svg"}:
            text = path.read_text("utf-8").replace("http://www.w3.org/", "")
            assert not re.search(r"https?:|//[a-z]+\.|@import", text), path


OPEN_POSTS = {"/login", "/login/code", "/login/platform", "/logout", "/invited/none", "/r/none"}


def posting_rules(app: Flask) -> list[str]:
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            # What only asks needs no token: it changes nothing, and no other site can read it; nor
            # does what another system signs (tests/attacks/test_oidc_answers.py), or calls with a
            # token of its own (test_web_exchange_attacks.py).
            if RULES[rule.endpoint] == BY_TOKEN:
                continue
            if "POST" in (rule.methods or ()) and rule.endpoint not in ASKING | SIGNED:
                wanted = {name: VALUES.get(name, 1) for name in rule.arguments}
                found.append(app.url_for(rule.endpoint, **wanted))
    return found


def test_every_post_needs_the_token(app: Flask, matter: Matter, casework: Casework) -> None:
    client = app.test_client()
    paths = posting_rules(app)
    assert len(paths) >= 8
    client.get("/new")
    for path in paths:
        for data in ({}, {"csrf": ""}, {"csrf": "forged"}, {"csrf": "字"}):
            answer = client.post(path, data=data)
            assert answer.status_code == 400, path
            assert "刷新后重新提交" in answer.text
    assert casework.matter(matter.id) == matter


def test_a_refused_form_gives_its_texts_back(app: Flask, matter: Matter) -> None:
    text = "写了一个上午的答复文字<b>。"
    answer = app.test_client().post(f"/matters/{matter.id}/answers/1", data={"done": text})
    assert answer.status_code == 400
    assert html.escape(text) in answer.text


@pytest.mark.parametrize(
    ("host", "address"),
    [("evil.example", "127.0.0.1"), ("127.0.0.1", "10.0.0.8"), ("10.0.0.5:8000", "10.0.0.8")],
)
def test_without_accounts_only_this_machine_is_served(app: Flask, host: str, address: str) -> None:
    client = app.test_client()
    answer = client.get("/", headers={"Host": host}, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == 403
    assert "尚未建立用户，目前只能在本机使用。" in answer.text


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_this_machine_is_served_under_its_names(app: Flask, host: str) -> None:
    assert app.test_client().get("/", headers={"Host": host}).status_code == 200


# ------------------------------------------------------------------ accounts


@pytest.fixture
def account(casework: Casework, matter: Matter) -> None:
    casework.people.add("林知远", SECRET, unit="青岚区城管局")
    casework.hand_over("青岚区城管局")


def login(browser: Browser, password: str = SECRET, **more: str) -> object:
    page = browser.client.get("/login").text
    token = re.search(r'name="csrf" value="([^"]+)"', page)
    data = {"csrf": token.group(1) if token else "", "name": "林知远", "password": password}
    return browser.client.post("/login", data={**data, **more})


def test_with_an_account_every_page_asks_for_login(
    app: Flask, browser: Browser, matter: Matter, account: None
) -> None:
    with app.test_request_context():
        rules = [
            (
                rule.endpoint,
                app.url_for(rule.endpoint, **{n: VALUES.get(n, 1) for n in rule.arguments}),
            )
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or ())
        ]
    for endpoint, path in rules:
        answer = browser.client.get(path, headers={"Host": "drafting.example"})
        if RULES[endpoint] == OPEN:
            assert answer.status_code in {200, 404}, endpoint
        elif RULES[endpoint] == BY_TOKEN:
            assert (answer.status_code, answer.json["status"]) == (401, 401), endpoint
        elif endpoint.startswith("api."):
            assert (answer.status_code, list(answer.json)) == (401, ["error"])
        else:
            assert answer.status_code == 302, endpoint
            assert answer.location.startswith("/login?next=")
    for path in posting_rules(app):
        if path not in OPEN_POSTS:
            assert browser.client.post(path).status_code == 401, path


def test_logging_in_and_out(browser: Browser, matter: Matter, account: None) -> None:
    answer = login(browser, next=f"/matters/{matter.id}")
    assert answer.status_code == 302 and answer.location == f"/matters/{matter.id}"
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    page = browser.get("/").text
    assert "林知远" in page and "单用户模式" not in page
    browser.post("/logout")
    assert browser.get("/").status_code == 302


def test_saves_carry_the_name(
    browser: Browser, matter: Matter, casework: Casework, account: None
) -> None:
    login(browser)
    browser.post(f"/matters/{matter.id}/answers/1", {"version": matter.version, "done": "文"})
    assert casework.versions(matter.id)[0].author == "林知远"


def test_a_wrong_password_is_refused_and_not_shown_back(browser: Browser, account: None) -> None:
    answer = login(browser, "错误的密码某某某某某某")
    assert answer.status_code == 401
    assert "用户名或密码不对" in answer.text and "林知远" in answer.text
    assert "错误的密码" not in answer.text
    assert browser.get("/").status_code == 302


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", ""]
)
def test_login_never_leads_out(browser: Browser, account: None, target: str) -> None:
    assert login(browser, next=target).location == "/"


def test_removal_and_a_new_password_end_the_session(
    browser: Browser, casework: Casework, account: None
) -> None:
    login(browser)
    casework.people.set_password("林知远", "另一个密码2026")
    assert browser.get("/").status_code == 302
    login(browser, "另一个密码2026")
    assert browser.get("/").status_code == 200
    casework.people.add("another", "longenough1", roles=["系统管理"])
    casework.people.remove("林知远")
    assert browser.get("/").status_code == 302


def test_an_expired_session_in_mid_form_keeps_the_text(
    browser: Browser, matter: Matter, account: None
) -> None:
    data = {"version": matter.version, "done": "会话过期时正在写的一段话。"}
    answer = browser.client.post(f"/matters/{matter.id}/answers/1", data=data)
    assert answer.status_code == 401
    assert "会话过期时正在写的一段话。" in answer.text


# ------------------------------------------------------------------ start


def test_the_app_is_made_without_what_only_papers_need(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from web import create_app;"
        f"create_app(Path({str(tmp_path)!r}));"
        "print([m for m in ('rjieba', 'openpyxl') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "[]"
