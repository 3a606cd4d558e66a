"""The exchange interface: matters registered, asked for and answered by another system."""

from __future__ import annotations

import base64
import datetime as dt
import io
import json
from dataclasses import replace
from typing import Any

import pytest
from days import today
from exchange_fakes import PAPER, UNIT, Caller, caller, item
from flask import Flask
from procedure_fakes import PROPOSAL, go, ready, through, whole

from casework import Casework
from casework.systems import Scope
from storage.log import audit

OTHER = "青岚区教育局"


@pytest.fixture
def system(app: Flask, casework: Casework) -> Caller:
    return caller(app, casework)


def owned(casework: Casework, *, unit: str = UNIT, **more: Any) -> int:
    """A matter of the unit with a whole draft, at 起草."""
    number = ready(casework, whole(replace(PROPOSAL, **more)))
    casework.set_units(number, [unit])
    return number


def problem(answer: Any) -> tuple[int, str, list[dict[str, str]]]:
    assert answer.content_type == "application/problem+json", answer.text
    said = answer.json
    assert said["status"] == answer.status_code
    return said["status"], said["type"].rpartition(":")[2], said.get("errors", [])


# ------------------------------------------------------------------ registering


def test_a_paper_is_registered_and_it_is_said_how_it_was_read(
    system: Caller, casework: Casework
) -> None:
    sent = item(item_no="119", assigned="2026-03-02", co_units=["青岚区住房和城乡建设局"])
    answer = system.post("/matters", sent)
    said = answer.json
    number = said["matter"]["id"]

    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/v1/matters/{number}"
    assert said["matter"]["external_no"] == sent["external_no"]
    assert (said["matter"]["item_no"], said["matter"]["units"]) == ("119", [UNIT])
    assert not said["matter"]["confirmed"]
    assert [one["text"] for one in said["reading"]["suggestions"]] == [
        "利用边角地增加停车泊位",
        "规范停车收费",
    ]
    assert said["reading"]["notes"] == [
        "案号：正文里读出的是“118”，与提案管理系统给出的“119”不同，已按后者登记，请核对。"
    ]
    assert said["reading"]["fields"]["co_units"] == {
        "state": "读出",
        "value": "青岚区住房和城乡建设局",
        "why": "提案管理系统给出",
    }
    assert casework.original(number) == ("来件正文.txt", PAPER.strip().encode())
    assert casework.versions(number)[0].author == "系统：提案管理系统"


@pytest.mark.parametrize("way", ["multipart", "base64"])
def test_a_file_comes_beside_the_json_or_within_it(
    system: Caller, casework: Casework, way: str
) -> None:
    data = PAPER.encode()
    if way == "multipart":
        card = json.dumps({"external_no": "TA-文件"})
        file = (io.BytesIO(data), "提案 118.txt")
        answer = system.post("/matters", data={"data": card, "file": file})
    else:
        content = base64.b64encode(data).decode()
        sent = {"external_no": "TA-文件", "file": {"name": "提案 118.txt", "content": content}}
        answer = system.post("/matters", sent)

    assert answer.status_code == 201
    assert answer.json["matter"]["item_no"] == "118"
    assert casework.original(answer.json["matter"]["id"]) == ("提案 118.txt", data)


def test_the_same_key_does_it_once_and_another_body_is_refused(
    system: Caller, casework: Casework
) -> None:
    sent = item()
    first = system.post("/matters", sent, "一件".encode().hex())
    again = system.post("/matters", dict(reversed(sent.items())), "一件".encode().hex())
    other = system.post("/matters", {**sent, "item_no": "7"}, "一件".encode().hex())

    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.data, again.headers["Location"]) == (first.data, first.headers["Location"])
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert problem(other)[:2] == (409, "key-used")
    assert len(casework.matters()) == 1


def test_what_was_refused_takes_no_key(system: Caller) -> None:
    wrong = system.post("/matters", {"external_no": "TA-9", "text": "　"}, "k")
    right = system.post("/matters", item(), "k")

    assert (wrong.status_code, right.status_code) == (422, 201)


def test_a_number_of_the_other_system_is_registered_once(
    system: Caller, app: Flask, casework: Casework
) -> None:
    sent = item()
    first = system.post("/matters", sent)
    again = system.post("/matters", sent)
    elsewhere = caller(app, casework, "OA").post("/matters", sent)

    assert problem(again)[1] == "already-registered"
    assert again.json["matter"] == first.json["matter"]["id"]
    assert again.json["errors"][0]["pointer"] == "#/external_no"
    # Each system counts for itself; that the item is there already is said.
    assert elsewhere.status_code == 201
    assert elsewhere.json["duplicates"] == [
        {"matter": first.json["matter"]["id"], "said": "已经登记过这件（提案 1），请核对。"}
    ]


def test_another_units_matter_is_no_duplicate(
    system: Caller, app: Flask, casework: Casework
) -> None:
    caller(app, casework, "教育局OA", OTHER).post("/matters", item())
    assert system.post("/matters", item()).json["duplicates"] == []


@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        ({"text": PAPER}, "#/external_no"),
        (item(text=None), "#/text"),
        (item(file={"name": "a.txt", "content": "YQ=="}), "#/text"),
        (item(subjekt="停车"), "#/subjekt"),
        (item(proposers=[{"name": "周望舒", "party": "无"}]), "#/proposers/0/party"),
        (item(proposers=[{"name": "周望舒"}, {"name": " \u200b"}]), "#/proposers/1/name"),
        (item(due="2026-02-30"), "#/due"),
        (item(due="0226-03-02"), "#/due"),
        (item(role="牵头"), "#/role"),
        (item(co_units="教育局"), "#/co_units"),
        (item(session="届" * 201), "#/session"),
        ({"external_no": "a", "file": {"name": "a.txt", "content": "不是"}}, "#/file/content"),
        ({"external_no": "a", "file": {"name": "a.txt", "content": ""}}, "#/file"),
        ({"external_no": "a", "file": {"name": "a.exe", "content": "TVo="}}, "#/file"),
        ([], "#"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(system: Caller, sent: Any, pointer: str) -> None:
    status, name, places = problem(system.post("/matters", sent))
    assert (status, name) == (422, "invalid")
    assert [one["pointer"] for one in places] == [pointer]
    assert all("一" <= one["detail"][0] <= "鿿" or "“" in one["detail"] for one in places)


def test_a_unit_that_is_not_set_up_registers_nothing(app: Flask, casework: Casework) -> None:
    for path in (app.config["DATA_FOLDER"] / "profiles").iterdir():
        path.unlink()
    answer = caller(app, casework).post("/matters", item())
    assert problem(answer)[:2] == (409, "conflict")
    assert "还没有设置本单位" in answer.json["detail"]
    assert casework.matters() == []


# ------------------------------------------------------------------ state and list


def test_the_list_goes_page_by_page_and_is_narrowed(system: Caller, casework: Casework) -> None:
    numbers = [owned(casework, item_no=str(one)) for one in range(5)]
    owned(casework, unit=OTHER)
    go(casework, numbers[4], "submit")

    first = system.get("/matters?limit=2").json
    second = system.get(f"/matters?limit=2&after={first['next']}").json
    last = system.get(f"/matters?limit=2&after={second['next']}").json
    ids = [one["id"] for page in (first, second, last) for one in page["matters"]]
    assert (ids, last["next"]) == (numbers, None)

    def found(query: str) -> list[int]:
        return [one["id"] for one in system.get(f"/matters?{query}").json["matters"]]

    assert found("item_no=3") == [numbers[3]]
    assert found("state=核稿") == [numbers[4]]
    assert found("state=办结") == []
    assert found("updated_since=2020-01-01T00:00:00%2B08:00") == numbers
    assert found("updated_since=2099-01-01T00:00:00Z") == []
    assert found("session=别的会") == [] and found("external_no=没有") == []


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=十", "limit"),
        ("after=-1", "after"),
        ("state=没有", "state"),
        ("updated_since=昨天", "updated_since"),
        ("updated_since=0.5", "updated_since"),
        ("updated_since=2026-01-01T00:00:00", "updated_since"),
        ("token=dtk_x", "token"),
        ("limit=1&limit=2", "limit"),
    ],
)
def test_a_parameter_that_is_wrong_or_not_known_is_refused(
    system: Caller, query: str, name: str
) -> None:
    status, _, places = problem(system.get(f"/matters?{query}"))
    assert (status, [one["parameter"] for one in places]) == (400, [name])


def test_the_state_bears_a_tag(system: Caller, casework: Casework) -> None:
    number = owned(casework)
    first = system.get(f"/matters/{number}")
    same = system.get(f"/matters/{number}", headers={"If-None-Match": first.headers["ETag"]})
    go(casework, number, "submit")
    changed = system.get(f"/matters/{number}", headers={"If-None-Match": first.headers["ETag"]})

    assert (same.status_code, same.data) == (304, b"")
    assert (changed.status_code, changed.json["stage"]["state"]) == (200, "核稿")


# ------------------------------------------------------------------ the reply


def test_the_reply_is_given_once_it_is_signed(system: Caller, casework: Casework) -> None:
    number = owned(casework)
    early = system.get(f"/matters/{number}/reply")
    through(casework, number, "submit", "pass", "approve", "number", "send")
    said = system.get(f"/matters/{number}/reply").json

    assert problem(early)[:2] == (409, "not-released")
    assert (said["form"], said["round"], said["released"]) == ("答复", 1, True)
    assert [one["suggestion"]["text"] for one in said["points"]] == [
        "利用边角地增加停车泊位",
        "规范停车收费",
    ]
    assert said["points"][0]["done"] == "已新建泊位3处。"
    assert said["title"] in said["text"] and "已新建泊位3处。" in said["text"]
    word = system.get(f"/matters/{number}/reply.docx")
    assert word.data[:2] == b"PK"
    tag = {"If-None-Match": word.headers["ETag"]}
    assert system.get(f"/matters/{number}/reply.docx", headers=tag).status_code == 304


def test_a_draft_takes_a_scope_of_its_own(app: Flask, casework: Casework) -> None:
    number = owned(casework)
    reads: tuple[Scope, ...] = ("取文稿",)
    reader, drafts = (
        caller(app, casework, name, scopes=scopes)
        for name, scopes in (("甲", reads), ("乙", (*reads, "取草稿")))
    )
    for path in ("reply", "reply.docx"):
        assert problem(reader.get(f"/matters/{number}/{path}?draft=true"))[1] == "forbidden"
        assert problem(drafts.get(f"/matters/{number}/{path}"))[1] == "not-released"
        assert drafts.get(f"/matters/{number}/{path}?draft=true").status_code == 200


def test_the_reply_before_this_one_is_given_as_it_went_out(
    system: Caller, casework: Casework
) -> None:
    number = owned(casework)
    through(casework, number, "submit", "pass", "approve", "number", "send", "dissatisfied")

    now = system.get(f"/matters/{number}/reply")
    first = system.get(f"/matters/{number}/reply?round=1").json
    assert problem(now)[1] == "not-released" and "round=1" in now.json["detail"]
    assert (first["form"], first["round"], first["released"]) == ("答复", 1, True)
    assert problem(system.get(f"/matters/{number}/reply?round=3"))[1] == "not-released"


def test_without_libreoffice_it_is_said_what_to_do(
    system: Caller, casework: Casework, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.exchange_pages.pages.office_available", lambda: False)
    number = owned(casework)
    answer = system.get(f"/matters/{number}/reply.pdf?draft=true")
    assert problem(answer)[:2] == (409, "no-pdf") and "Word" in answer.json["detail"]


def test_the_pdf_comes_or_it_is_said_when(
    system: Caller, casework: Casework, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.exchange_pages.pages.office_available", lambda: True)
    monkeypatch.setattr("web.exchange_pages.pages.PDF_SECONDS", 0.0)
    made = []
    monkeypatch.setattr("desk.prints.printing.make_pdf", lambda docx, how, archival: made.append(1))
    monkeypatch.setattr(
        "desk.prints.printing.fetch", lambda folder, key: b"%PDF-1.7" if made else None
    )
    monkeypatch.setattr("desk.prints.printing.ask", lambda *_, **__: None)
    number = owned(casework)

    early = system.get(f"/matters/{number}/reply.pdf?draft=true")
    made.append(1)
    ready_now = system.get(f"/matters/{number}/reply.pdf?draft=true")
    assert (early.status_code, early.headers["Retry-After"]) == (202, "3")
    assert "还在生成" in early.json["said"]
    assert (ready_now.status_code, ready_now.data) == (200, b"%PDF-1.7")


# ------------------------------------------------------------------ opinions and feedback


def asked(casework: Casework, *, day: dt.date | None = None) -> int:
    number = owned(casework, co_units=("青岚区住房和城乡建设局",))
    casework.keep_co_units(number, ("青岚区住房和城乡建设局",))
    (line,) = casework.co_opinions(number)
    if day is not None:
        casework.ask_opinion(line, day, day + dt.timedelta(20))
    return number


def test_an_opinion_that_was_asked_for_is_taken_once(system: Caller, casework: Casework) -> None:
    number = asked(casework, day=today() - dt.timedelta(5))
    sent = {"unit": "青岚区住建局", "text": "同意。我局配合做好边角地的移交。"}
    first = system.post(f"/matters/{number}/opinions", sent, "k1")
    again = system.post(f"/matters/{number}/opinions", sent, "k1")
    more = system.post(f"/matters/{number}/opinions", sent, "k2")
    (line,) = casework.co_opinions(number)

    assert (first.status_code, again.data) == (201, first.data)
    assert first.json["opinion"]["received"] == today().isoformat()
    assert (line.received, line.text) == (today(), "同意。我局配合做好边角地的移交。")
    assert problem(more)[:2] == (409, "conflict")
    (said,) = system.get(f"/matters/{number}/opinions").json
    assert said["unit"] == "青岚区住房和城乡建设局" and said["received"] == today().isoformat()


def test_an_opinion_nobody_asked_for_is_refused(system: Caller, casework: Casework) -> None:
    number = asked(casework)
    unit = "青岚区住房和城乡建设局"
    path = f"/matters/{number}/opinions"
    assert problem(system.post(path, {"unit": unit, "text": "同意。"}))[:2] == (409, "conflict")
    status, _, places = problem(system.post(path, {"unit": "青岚区民政局", "text": "同意。"}))
    assert (status, places[0]["pointer"]) == (422, "#/unit")


def test_an_opinion_cannot_come_before_it_was_asked_for(system: Caller, casework: Casework) -> None:
    number = asked(casework, day=today())
    for day in (today() - dt.timedelta(1), today() + dt.timedelta(1)):
        sent = {"unit": "青岚区住房和城乡建设局", "text": "同意。", "received": day.isoformat()}
        status, _, places = problem(system.post(f"/matters/{number}/opinions", sent))
        assert (status, places[0]["pointer"]) == (422, "#/received")


def test_feedback_is_taken_once_the_reply_is_out(system: Caller, casework: Casework) -> None:
    number = owned(casework)
    path = f"/matters/{number}/feedback"
    sent = {"proposer": "周望舒", "satisfaction": "满意", "attitude": "满意"}
    early = system.post(path, sent)
    through(casework, number, "submit", "pass", "approve", "number", "send")
    done = system.post(path, sent, "k")
    again = system.post(path, sent, "k")
    twice = system.post(path, sent)
    stranger = system.post(path, {**sent, "proposer": "沈知秋"})
    unhappy = system.post(path, {**sent, "satisfaction": "不满意"})
    heard = system.get(path).json

    assert problem(early)[:2] == (409, "conflict")
    assert (done.status_code, again.data) == (201, done.data)
    assert problem(twice)[2][0]["pointer"] == "#/satisfaction"
    assert problem(stranger)[2][0]["pointer"] == "#/proposer"
    assert problem(unhappy)[2][0]["pointer"] == "#/words"
    assert heard["together"] == {
        "satisfaction": "满意",
        "attitude": "满意",
        "day": today().isoformat(),
        "rated": 1,
        "proposers": 1,
    }
    assert [one["way"] for one in heard["ratings"]] == ["接口"]


# ------------------------------------------------------------------ log


def test_every_call_is_in_the_log_under_the_systems_name(
    system: Caller, casework: Casework
) -> None:
    system.post("/matters", item(), "k")
    system.get("/matters/1")
    system.get("/matters/1/reply")
    found = audit.entries(casework.db, audit.Filters(who="系统：提案管理系统"))
    assert [(one.action, one.what, one.result) for one in reversed(found)] == [
        ("登记提案", "提案 1", "成功"),
        ("接口调用", "提案 1", "成功"),
        ("接口调用", "提案 1", "成功"),
        ("接口调用", "提案 1", "拒绝"),
    ]
    assert "dtk_" not in "".join(f"{one.what}{one.detail}" for one in found)


def test_the_unit_and_the_handler_are_told(
    system: Caller, casework: Casework, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.people.passwords.METHOD", "scrypt:1024:8:1")
    for name, unit in (("林知远", UNIT), ("沈知秋", OTHER)):
        casework.people.add(name, "青岚2026城管", unit=unit, roles=["经办"])
    system.post("/matters", item())
    number = owned(casework)
    go(casework, number, "reassign", handler="林知远")
    through(casework, number, "submit", "pass", "approve", "number", "send")
    casework.db.execute("DELETE FROM notices WHERE matter = ?", (number,))
    sent = {"proposer": "周望舒", "satisfaction": "不满意", "words": "泊位还是不够。"}
    assert system.post(f"/matters/{number}/feedback", sent).status_code == 201

    told = casework.db.execute("SELECT person, kind, matter FROM notices ORDER BY id").fetchall()
    assert [tuple(one) for one in told] == [("林知远", "待办", 1), ("林知远", "反馈", number)]


def test_a_number_whose_matter_was_deleted_is_said_to_be_so(
    system: Caller, casework: Casework
) -> None:
    sent = item()
    number = system.post("/matters", sent).json["matter"]["id"]
    casework.delete(number)
    again = system.post("/matters", sent)
    assert problem(again)[:2] == (409, "already-registered")
    assert "已从清单删除" in again.json["detail"] and again.json["matter"] == number
    assert problem(system.get(f"/matters/{number}"))[:2] == (404, "not-found")
    assert system.get("/matters").json["matters"] == []
