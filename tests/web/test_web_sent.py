"""A form that comes to no page gives back all that was typed, and can be sent again."""

from __future__ import annotations

import io
import re
from html import unescape
from pathlib import Path

import every_page
import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from web_fakes import PROPOSAL, Browser

from casework import Casework, Matter
from web import create_app
from web.access import resume
from web.field_titles import title_of
from web.forms import Sent

TYPED = {
    "subject": "关于增设公交线路的提案",
    "item_no": "7",
    "session": "区政协十届五次会议",
    "handling_unit": "青岚区交通运输局",
    "due": "2026-05-30",
}
SUGGESTIONS = ["增设线路", "加密班次\n延长末班"]
FORM = {**TYPED, "s_text": SUGGESTIONS, "role": "主办", "version": "3", "password": "不可示人"}
FROM = {"Origin": "http://localhost", "Referer": "http://localhost/new/typed?from=1"}


def kept(page: str) -> dict[str, str]:
    """What an error page gives back, by the labels."""
    document = html.document_fromstring(page)
    labels = {one.get("for"): one.text_content() for one in document.iter("label")}
    return {
        labels[area.get("id")]: (area.text or "").removeprefix("\n").replace("\r", "")
        for area in document.iter("textarea")
        if area.get("id") in labels
    }


EXPECTED = {
    "案由": TYPED["subject"],
    "案号": "7",
    "届次": TYPED["session"],
    "主办单位": TYPED["handling_unit"],
    "期限": TYPED["due"],
    "建议 1": SUGGESTIONS[0],
    "建议 2": SUGGESTIONS[1],
    "角色": "主办",
}


def refused(client: FlaskClient, path: str, **more: object) -> tuple[int, str]:
    token = re.findall(r'name="csrf" value="([^"]+)"', client.get("/new").text)
    answer = client.post(path, data={"csrf": (token or ["x"])[0], **FORM, **more}, headers=FROM)
    return answer.status_code, answer.text


def test_every_code_gives_back_every_field(
    app: Flask, matter: Matter, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = app.test_client()
    found = {
        "forged": refused(client, "/new/typed", csrf="falsch"),
        "gone": refused(client, "/matters/99/procedure/review"),
        "no such page": refused(client, "/nirgends"),
        "not for this": refused(client, "/statistics"),
        "too large": refused(client, "/new/typed", file=(io.BytesIO(b"x" * 63_000_000), "大.docx")),
    }
    assert {what: code for what, (code, _) in found.items()} == {
        "forged": 400,
        "gone": 404,
        "no such page": 404,
        "not for this": 405,
        "too large": 413,
    }
    for what, (_, page) in found.items():
        assert kept(page) == EXPECTED, what
        assert "不可示人" not in page and "Traceback" not in page
        assert 'href="/new/typed?from=1">返回原页' in page
    assert "选过的文件须重新选择：大.docx" in found["too large"][1]
    monkeypatch.setattr("web.stores.casework", lambda: 1 / 0)
    answer = client.post("/new/typed", data=FORM, headers=FROM)
    assert answer.status_code == 500 and kept(answer.text) == EXPECTED


def test_a_session_that_has_ended_gives_it_back_before_and_after_the_login(
    app: Flask, casework: Casework
) -> None:
    casework.people.add("林知远", "青岚2026城管", roles=["经办"])
    client = app.test_client()
    file = (io.BytesIO("正文".encode()), "提案.docx")
    answer = client.post("/new/typed", data={**FORM, "file": file}, headers=FROM)
    assert answer.status_code == 401 and kept(answer.text) == EXPECTED
    assert "选过的文件须重新选择：提案.docx" in answer.text
    fields = dict(html.document_fromstring(answer.text).forms[0].form_values())
    login = {**fields, "name": "林知远", "password": "青岚2026城管"}
    page = client.post("/login", data=login).text
    assert kept(page) == EXPECTED and "提案.docx" in page
    # Meanwhile of another role: refused, and nothing lost.
    casework.people.add("管理员", "青岚2026城管", roles=["系统管理"])
    casework.people.change("林知远", unit="", section="", roles=["审计"], active=True)
    token = {"csrf": html.document_fromstring(page).forms[-1].form_values()[0][1]}
    answer = client.post("/new/typed", data={**FORM, **token}, headers=FROM)
    assert answer.status_code == 403 and kept(answer.text) == EXPECTED


def test_what_was_refused_is_sent_again_by_one_press(browser: Browser, casework: Casework) -> None:
    form = {key: value for key, value in FORM.items() if key not in ("password", "version")}
    page = browser.client.post("/new/typed", data={**form, "csrf": "alt"}, headers=FROM)
    (again,) = (
        one for one in html.document_fromstring(page.text).forms if one.get("id") == "again"
    )
    sent: dict[str, list[str]] = {}
    for name, value in again.form_values():
        sent.setdefault(name, []).append(value.removeprefix("\n"))
    assert browser.client.post(again.action, data=sent).status_code == 302
    made = casework.matter(1)
    assert made is not None and made.draft.proposal.subject == TYPED["subject"]
    assert len(made.draft.proposal.suggestions) == 2


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://evil.example", "Referer": "http://evil.example/new"},
        {"Origin": "null"},
    ],
)
def test_what_another_site_sent_is_shown_and_goes_nowhere(
    browser: Browser, headers: dict[str, str]
) -> None:
    page = browser.client.post("/new/typed", data={**TYPED, "csrf": "alt"}, headers=headers)
    assert page.status_code == 400 and kept(page.text)["案由"] == TYPED["subject"]
    assert 'id="again"' not in page.text and "返回原页" not in page.text


def test_a_form_that_was_held_before_is_read_as_it_was_written() -> None:
    held = resume.load(resume.dump(Sent("/new", (("text", "甲"),), ("乙.docx",), "/new")))
    assert held == Sent("/new", (("text", "甲"),), ("乙.docx",), "/new")


def test_every_field_that_is_typed_has_its_title(data_folder: Path) -> None:
    with Casework.open(data_folder) as casework:
        number = casework.create_matter(PROPOSAL, "default", ("提案.txt", "提案全文".encode()))
        found = casework.matter(number)
        assert found is not None
        casework.confirm_suggestions(number, found.draft, 1)
    client = create_app(data_folder).test_client()
    nameless, seen = set(), set()
    for path in every_page.addresses(data_folder, number):
        for form in html.document_fromstring(unescape(client.get(path).text) or "<p>").forms:
            for field in form.xpath(".//textarea[@name] | .//input[@name]"):
                if form.method != "POST" or field.get("type") not in (None, "text"):
                    continue
                seen.add(field.get("name"))
                if not title_of(field.get("name")):
                    nameless.add(f"{path} {field.get('name')}")
    assert len(seen) > 60
    assert nameless == set()
