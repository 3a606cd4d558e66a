"""What must not be had of the exchange interface, tried."""

from __future__ import annotations

import base64
import re
from io import BytesIO
from typing import Any

import pytest
from exchange_fakes import UNIT, WHO, Caller, caller, item
from flask import Flask
from procedure_fakes import PROPOSAL, ready, whole

from casework import Casework
from casework.systems import SCOPES, tokens
from desk.handing_in.handed_in import read_paper
from drafting.programs.workers import Busy, Stopped
from storage.limits import Limits
from storage.log import audit
from web.access.rules import BY_TOKEN, PER_MINUTE, RULES, SCOPE_OF

SECRET = "青岚2026城管"
OTHER = "青岚区教育局"
PATHS = [
    "",
    "/reply",
    "/reply.docx",
    "/reply.pdf",
    "/reply/attachments/1",
    "/opinions",
    "/feedback",
]
BODIES = {
    "exchange.register": {"external_no": "TA-1", "text": "建议：\n一、增加停车泊位。"},
    "exchange.hand_in_opinion": {"unit": "青岚区民政局", "text": "同意。"},
    "exchange.hand_in_feedback": {"proposer": "周望舒", "satisfaction": "满意"},
}


def calls(app: Flask, number: int) -> list[tuple[str, str, str]]:
    """Endpoint, method and address of every route that a token lets in to, beneath /api/v1."""
    return [
        (
            rule.endpoint,
            method,
            re.sub("<int:matter_id>", str(number), rule.rule)
            .replace("<int:number>", "1")
            .removeprefix("/api/v1"),
        )
        for rule in app.url_map.iter_rules()
        if RULES[rule.endpoint] == BY_TOKEN
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def ask(system: Caller, endpoint: str, method: str, path: str) -> Any:
    return system.get(path) if method == "GET" else system.post(path, BODIES[endpoint])


def matter_of(casework: Casework, unit: str) -> int:
    number = ready(casework, whole(PROPOSAL))
    casework.set_units(number, [unit])
    return number


def refusals(casework: Casework) -> list[tuple[str, str, str]]:
    found = audit.entries(casework.db, audit.Filters(action="接口调用", result="拒绝"))
    return [(one.who, one.what, one.detail) for one in reversed(found)]


# ------------------------------------------------------------------ who comes in


def test_only_the_header_bears_a_token(app: Flask, casework: Casework) -> None:
    token = caller(app, casework).token
    client = app.test_client()
    client.set_cookie("token", token)
    client.set_cookie("Authorization", f"Bearer {token}")
    tries = [
        client.get(f"/api/v1/matters?access_token={token}"),
        client.get(f"/api/v1/matters?token={token}"),
        client.get("/api/v1/matters", headers={"X-Api-Key": token}),
        client.get("/api/v1/matters", headers={"Authorization": token}),
        client.get("/api/v1/matters", headers={"Authorization": f"Basic {token}"}),
        client.get("/api/v1/matters", auth=("token", token)),
        client.post("/api/v1/matters", data={"token": token}),
    ]
    assert [one.status_code for one in tries] == [401] * len(tries)
    assert {one.headers["WWW-Authenticate"] for one in tries} == {"Bearer realm=drafting"}
    assert [one.headers.getlist("Set-Cookie") for one in tries] == [[]] * len(tries)


def test_a_session_is_no_token_and_a_token_no_session(
    app: Flask, casework: Casework, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.people.passwords.METHOD", "scrypt:1024:8:1")
    casework.people.add("林知远", SECRET, unit=UNIT, roles=["经办", "系统管理"])
    system = caller(app, casework)
    number = matter_of(casework, UNIT)
    client = app.test_client()
    csrf = re.findall(r'name="csrf" value="([^"]+)"', client.get("/login").text)[0]
    form = {"csrf": csrf, "name": "林知远", "password": SECRET}
    assert client.post("/login", data=form).status_code == 302

    assert client.get(f"/matters/{number}").status_code == 200
    for endpoint, method, path in calls(app, number):
        answer = client.open(
            f"/api/v1{path}",
            method=method,
            json=BODIES.get(endpoint),
            headers={"Idempotency-Key": "k", "X-CSRF-Token": csrf},
        )
        assert answer.status_code == 401, endpoint
    for path in (f"/matters/{number}", "/", "/systems", "/log", "/people"):
        page = app.test_client().get(path, headers={"Authorization": f"Bearer {system.token}"})
        assert page.status_code == 302 and page.location.startswith("/login"), path
    assert len(casework.matters()) == 1


def test_each_route_takes_its_scope_and_no_other_does(app: Flask, casework: Casework) -> None:
    number = matter_of(casework, UNIT)
    systems = {
        scope: caller(app, casework, f"系统{place}", scopes=[scope])
        for place, scope in enumerate(SCOPES)
    }
    for endpoint, method, path in calls(app, number):
        for scope, system in systems.items():
            answer = ask(system, endpoint, method, path)
            refused = answer.status_code == 403 and "没有“" in answer.json["detail"]
            assert refused == (scope != SCOPE_OF[endpoint]), (endpoint, scope)


def test_older_interface_for_search_and_proofreading_takes_tokens_too(
    app: Flask, casework: Casework, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.people.passwords.METHOD", "scrypt:1024:8:1")
    casework.people.add("林知远", SECRET, unit=UNIT, roles=["经办"])
    able = caller(app, casework, "甲", scopes=["校对"])
    unable = caller(app, casework, "乙", scopes=["登记"])
    sent = {"text": "进一步加强领导，，确保落实。"}

    def check(token: str) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return app.test_client().post("/api/check", json=sent, headers=headers)

    assert check(able.token).status_code == 200
    assert (check(unable.token).status_code, check("").status_code) == (403, 401)
    assert "没有“校对”" in check(unable.token).json["error"]


# ------------------------------------------------------------------ other units


def test_another_units_matter_is_not_there(app: Flask, casework: Casework) -> None:
    number = matter_of(casework, OTHER)
    system = caller(app, casework)
    looked = 0
    for endpoint, method, path in calls(app, number):
        if f"/matters/{number}" not in path:
            continue
        answer = ask(system, endpoint, method, path)
        unknown = ask(system, endpoint, method, path.replace(f"/{number}", "/999999", 1))
        assert (answer.status_code, answer.data) == (404, unknown.data), endpoint
        looked += 1
    assert looked == 9
    assert system.get("/matters").json["matters"] == []
    # Who looked at what is not his is in the log.
    assert ("系统：提案管理系统", f"提案 {number}") in {one[:2] for one in refusals(casework)}


def test_an_id_that_is_none_is_not_there(app: Flask, casework: Casework) -> None:
    system = caller(app, casework)
    ids = ["0", "-1", "1.0", "9223372036854775808", "9" * 400, "１", "%00", "1;2", "'"]
    for number in ids:
        for path in PATHS:
            answer = system.get(f"/matters/{number}{path}")
            told = (answer.status_code, answer.content_type)
            assert told == (404, "application/problem+json"), (number, path)


def test_the_number_of_another_system_tells_nothing(app: Flask, casework: Casework) -> None:
    theirs = caller(app, casework, "教育局OA", OTHER)
    made = theirs.post("/matters", item(external_no="JY-1"), "k")
    ours = caller(app, casework)
    assert made.status_code == 201
    assert ours.get("/matters?external_no=JY-1").json["matters"] == []
    # The same number, and the same key, are free for others.
    again = ours.post("/matters", item(external_no="JY-1"), "k")
    assert (again.status_code, "Idempotent-Replayed" in again.headers) == (201, False)
    assert again.json["matter"]["id"] != made.json["matter"]["id"]


def test_a_token_that_follows_another_knows_its_keys(app: Flask, casework: Casework) -> None:
    system, sent = caller(app, casework), item()
    first = system.post("/matters", sent, "k")
    system.token = casework.run(tokens.rotate, system.name, actor=WHO)
    again = system.post("/matters", sent, "k")
    assert (again.data, again.headers["Idempotent-Replayed"]) == (first.data, "true")


# ------------------------------------------------------------------ leaked and withdrawn


def test_a_withdrawn_token_that_is_used_again_is_told_in_the_log(
    app: Flask, casework: Casework
) -> None:
    system = caller(app, casework)
    assert system.get("/matters").status_code == 200
    casework.run(tokens.withdraw, system.name, actor=WHO)
    answer = system.get("/matters")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer realm=drafting, error=invalid_token"
    assert refusals(casework) == [
        (
            "系统：提案管理系统",
            "GET /api/v1/matters",
            f"凭证已作废，凭证 {system.token[4:8]}…",
        )
    ]


@pytest.mark.parametrize("taken_back", ["token", "scope", "address"])
def test_what_is_taken_back_while_a_call_is_read_does_nothing(
    app: Flask, casework: Casework, monkeypatch: pytest.MonkeyPatch, taken_back: str
) -> None:
    system, sent = caller(app, casework), item()

    def meanwhile(data: bytes, name: str) -> Any:
        with Casework.open(app.config["DATA_FOLDER"]) as other:
            if taken_back == "token":
                other.run(tokens.withdraw, system.name, actor=WHO)
            else:
                left = ["查状态"] if taken_back == "scope" else SCOPES
                where = ["203.0.113.9"] if taken_back == "address" else []
                other.run(tokens.change, system.name, left, where, actor=WHO)
        return read_paper(data, name)

    monkeypatch.setattr("web.exchange_pages.pages.read_paper", meanwhile)
    answer = system.post("/matters", sent, "k")
    assert answer.status_code == (401 if taken_back == "token" else 403)
    assert casework.matters() == []
    told = {
        "token": "POST /api/v1/matters",
        "scope": "",
        "address": "POST /api/v1/matters",
    }
    assert [what for _, what, _ in refusals(casework)][:1] == [told[taken_back]]
    # Nothing was kept under the key, and given back the call may come again.
    monkeypatch.setattr("web.exchange_pages.pages.read_paper", read_paper)
    casework.run(tokens.change, system.name, SCOPES, [], actor=WHO)
    again = system.post("/matters", sent, "k")
    assert again.status_code == (401 if taken_back == "token" else 201)


def test_guessed_tokens_fill_no_log_and_shut_nobody_out(app: Flask, casework: Casework) -> None:
    good = caller(app, casework)
    bad = Caller(app.test_client(), "dtk_" + "x" * 43, "")
    statuses = [bad.get("/matters").status_code for _ in range(40)]
    assert statuses == [401] * 30 + [429] * 10
    assert len(refusals(casework)) == 30
    assert good.get("/matters").status_code == 200


def test_a_token_from_elsewhere_is_refused(app: Flask, casework: Casework) -> None:
    system = caller(app, casework, networks=["10.1.2.0/24"])
    near = app.test_client()
    headers = {"Authorization": f"Bearer {system.token}"}
    came = near.get("/api/v1/matters", headers=headers, environ_base={"REMOTE_ADDR": "10.1.2.9"})
    assert (system.get("/matters").status_code, came.status_code) == (403, 200)
    # Nobody says by himself whence he comes.
    forged = system.get("/matters", headers={"X-Forwarded-For": "10.1.2.9"})
    assert forged.status_code == 403


# ------------------------------------------------------------------ too much, too often, not at all


def test_calls_are_counted_for_each_system(app: Flask, casework: Casework) -> None:
    one, other = caller(app, casework), caller(app, casework, "OA")
    app.extensions["limits"] = Limits(ticks=lambda: 0.0)
    most = PER_MINUTE["exchange.reply_pdf"]
    number = matter_of(casework, UNIT)
    statuses = [one.get(f"/matters/{number}/reply.pdf").status_code for _ in range(most + 1)]
    last = one.get(f"/matters/{number}/reply.pdf")
    assert statuses == [409] * most + [429]
    assert (last.headers["Retry-After"], last.content_type) == ("61", "application/problem+json")
    assert other.get(f"/matters/{number}/reply.pdf").status_code == 409


def test_a_body_that_is_too_large_is_refused(app: Flask, casework: Casework) -> None:
    system = caller(app, casework)
    large = system.post("/matters", data=b" " * (30 * 1024 * 1024), content_type="application/json")
    file = (BytesIO(b"x" * (20 * 1024 * 1024 + 1)), "a.txt")
    card = '{"external_no": "TA-1"}'
    part = system.post("/matters", data={"data": card, "file": file})
    text = system.post("/matters", item(text="长" * 300_001))
    assert [one.status_code for one in (large, part, text)] == [413, 413, 422]
    assert {one.content_type for one in (large, part, text)} == {"application/problem+json"}
    assert casework.matters() == []


@pytest.mark.parametrize(
    ("kind", "data", "status"),
    [
        ("text/plain", b"{}", 415),
        ("application/x-www-form-urlencoded", b"external_no=1", 415),
        ("application/xml", b"<a/>", 415),
        ("", b"{}", 415),
        ("application/json", b"", 400),
        ("application/json", b"\xff\xfe", 400),
        ("application/json", b'{"external_no": "\\ud800"}', 400),
        ("application/json", b"[" * 100_000, 422),
        ("application/json", b'{"external_no": "a", "external_no": "b"}', 422),
        ("application/json", b"null", 422),
        ("multipart/form-data", b"--", 400),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n", 400),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="data"\r\n\r\n{"external_no": "a"}'
            b"\r\n--x--\r\n",
            400,
        ),
    ],
)
def test_what_is_no_request_of_ours_is_refused(
    app: Flask, casework: Casework, kind: str, data: bytes, status: int
) -> None:
    answer = caller(app, casework).post("/matters", data=data, content_type=kind)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert re.search("[一-鿿]", answer.json["detail"])


@pytest.mark.parametrize("key", ["", " ", "键", "a b", "a" * 201, "\t"])
def test_a_key_that_is_none_is_refused(app: Flask, casework: Casework, key: str) -> None:
    system = caller(app, casework)
    headers = {"Authorization": f"Bearer {system.token}"}
    if key:
        headers["Idempotency-Key"] = key.encode().decode("latin-1")
    answer = system.client.post("/api/v1/matters", json=item(), headers=headers)
    assert answer.status_code == 400
    assert answer.json["errors"][0]["header"] == "Idempotency-Key"


def test_a_paper_that_takes_too_long_is_said_and_may_come_again(
    app: Flask, casework: Casework, monkeypatch: pytest.MonkeyPatch
) -> None:
    system, sent = caller(app, casework), item()
    faults = iter([Busy("前面还有 3 件，请稍后再试。", 3), Stopped("读取文件用时过长，已停止。")])

    def slow(data: bytes, name: str) -> Any:
        fault = next(faults, None)
        if fault is not None:
            raise fault
        return read_paper(data, name)

    monkeypatch.setattr("web.exchange_pages.pages.read_paper", slow)
    busy, stopped, done = (system.post("/matters", sent, "k") for _ in range(3))
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "20")
    assert (stopped.status_code, stopped.json["errors"][0]["pointer"]) == (422, "#/text")
    assert (done.status_code, len(casework.matters())) == (201, 1)


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd.txt",
        "a\r\nX-Header: 1.txt",
        "=cmd().txt",
        "<script>.txt",
        "\u202etxt.exe.txt",
        "'; DROP TABLE matters; --.txt",
    ],
)
def test_names_that_would_do_harm_are_names(
    app: Flask, casework: Casework, name: str, browser: Any
) -> None:
    system = caller(app, casework)
    text = "关于停车的提案\n建议：\n一、增加停车泊位。"
    content = base64.b64encode(text.encode()).decode()
    sent = {
        "external_no": f"<b>{name}"[:64],
        "file": {"name": name, "content": content},
        "subject": f"关于{name}的提案",
        "proposers": [{"name": name[:60]}],
    }
    answer = system.post("/matters", sent)
    assert answer.status_code == 201, answer.text
    number = answer.json["matter"]["id"]
    kept, _ = casework.original(number) or ("", b"")
    assert not set(kept) & set('/\\\r\n<>"') and "\u202e" not in kept
    page = browser.client.get(f"/matters/{number}/intake").text
    assert "<script>" not in page.replace("<script ", "") or "&lt;script&gt;" in page
    assert system.get(f"/matters/{number}").status_code == 200


def test_a_paper_with_a_mark_of_secrecy_is_not_taken(app: Flask, casework: Casework) -> None:
    answer = caller(app, casework).post(
        "/matters", item(text="机密★1年\n关于停车的提案\n建议：\n一、停车。")
    )
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "#/text")
    assert casework.matters() == []
