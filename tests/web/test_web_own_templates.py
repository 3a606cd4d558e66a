"""本单位模板 in the browser's eyes: handed in, bound, adopted, used on export; never another's."""

from __future__ import annotations

import html
import io
import re
from pathlib import Path

import docx
import pytest
from flask import Flask
from office_templates import WHOLE, of_lines
from web_fakes import PROPOSAL, Browser, FakeArchive

from casework import Casework
from templates import PROFILES
from web import create_app

NAME = "default"
TEMPLATE = of_lines("青岚区某局红头纸", *WHOLE, "{{ 流水 }}")
ADDRESS = f"/settings/{NAME}/templates"


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr("corpus.Archive.open", lambda folder: FakeArchive())
    monkeypatch.setattr("web.stores.facts", lambda: None)
    (tmp_path / "profiles").mkdir()
    text = (PROFILES / "default.toml").read_text("utf-8")
    (tmp_path / "profiles" / f"{NAME}.toml").write_text(text, "utf-8")
    made = create_app(tmp_path)
    made.testing = False
    return made


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app.test_client())


def sent(content: bytes, name: str = "红头纸.docx", form: str = "reply") -> dict[str, object]:
    return {"form": form, "file": (io.BytesIO(content), name)}


def plain(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page))


def hand_in(browser: Browser, content: bytes = TEMPLATE) -> str:
    browser.get(ADDRESS)
    taken = browser.post(ADDRESS, sent(content))
    assert taken.status_code == 302
    page: str = browser.get(f"{ADDRESS}/reply").text
    return page


def chosen(page: str, name: str, field: str, action: str) -> dict[str, object]:
    names = re.findall(r'name="placeholder" value="([^"]+)"', page)
    version = re.findall(r'name="version" value="(\d+)"', page)[0]
    fields: dict[str, object] = {f"field-{number}": "" for number in range(len(names))}
    fields[f"field-{names.index(name)}"] = field
    return {"version": version, "placeholder": names, "action": action, **fields}


def test_a_template_is_bound_adopted_and_used(app: Flask, browser: Browser) -> None:
    page = hand_in(browser)
    assert "“流水”不是认得的栏目" in plain(page)
    refused = browser.post(f"{ADDRESS}/reply", chosen(page, "流水", "", "adopt"))
    assert refused.status_code == 400
    assert "还有 1 处要改" in plain(refused.text)
    taken = browser.post(f"{ADDRESS}/reply", chosen(page, "流水", "item_no", "adopt"))
    assert taken.status_code == 302
    assert "在用" in browser.get(ADDRESS).text
    sample = browser.get(f"{ADDRESS}/reply/sample").data
    assert docx.Document(io.BytesIO(sample)).paragraphs[0].text == "青岚区某局红头纸"
    with Casework.open(app.config["DATA_FOLDER"]) as casework:
        matter = casework.create_matter(PROPOSAL)
    page = browser.get(f"/matters/{matter}/reply").text
    assert "本单位模板" in page
    own = browser.get(f"/matters/{matter}/reply.docx?paper=own").data
    assert docx.Document(io.BytesIO(own)).paragraphs[0].text == "青岚区某局红头纸"
    usual = browser.get(f"/matters/{matter}/reply.docx?paper=standard").data
    assert docx.Document(io.BytesIO(usual)).paragraphs[0].text != "青岚区某局红头纸"
    assert 'aria-label="本单位模板"' not in browser.get(f"/matters/{matter}/review").text
    path = app.config["DATA_FOLDER"] / "profiles" / f"{NAME}.toml"
    path.write_text(path.read_text("utf-8").replace('paper = "standard"', 'paper = "own"'), "utf-8")
    assert "本单位模板没有印" in plain(browser.get(f"/matters/{matter}/review").text)
    told = plain(browser.get(f"/matters/{matter}/reply?paper=own").text)
    assert "右边的预览仍是国标版式" in told


def test_a_former_version_returns_and_none_may_hold(browser: Browser) -> None:
    old = of_lines("旧纸", *WHOLE)
    page = hand_in(browser, old)
    browser.post(f"{ADDRESS}/reply", chosen(page, "标题", "", "adopt"))
    page = hand_in(browser, of_lines("新纸", *WHOLE))
    browser.post(f"{ADDRESS}/reply", chosen(page, "标题", "", "adopt"))
    browser.post(f"{ADDRESS}/reply/restore", {"number": "2"})
    sample = browser.get(f"{ADDRESS}/reply/sample").data
    assert docx.Document(io.BytesIO(sample)).paragraphs[0].text == "旧纸"
    browser.post(f"{ADDRESS}/reply/stop", {})
    assert "已停用" in browser.get(ADDRESS).text
    page = browser.get(f"{ADDRESS}/reply").text
    assert "还没有采用" in page
    first = browser.get(f"{ADDRESS}/reply/file?number=1")
    assert first.data == old
    assert browser.get(f"{ADDRESS}/reply/file?number=99").status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (of_lines(*WHOLE), "甲.docm", "文件含有宏"),
        (b"", "甲.docx", "文件是空的"),
        (b"\xd0\xcf\x11\xe0" + bytes(99), "甲.doc", "模板要用 .docx，这份是 .doc"),
        (bytes(40 * 1024 * 1024), "甲.docx", "请压缩里面的图片"),
    ],
)
def test_what_is_no_template_is_refused_at_its_place(
    browser: Browser, content: bytes, name: str, said: str
) -> None:
    browser.get(ADDRESS)
    refused = browser.post(ADDRESS, sent(content, name, "co-handling"))
    assert refused.status_code == 400
    assert said in plain(refused.text)
    assert 'value="co-handling" selected' in refused.text
    assert browser.get(f"{ADDRESS}/co-handling").status_code == 404


def test_the_templates_of_another_unit_are_none(browser: Browser) -> None:
    browser.get(ADDRESS)
    for address in ("/settings/别的局/templates", "/settings/别的局/templates/reply"):
        assert browser.get(address).status_code == 404
    assert browser.post("/settings/别的局/templates", sent(TEMPLATE)).status_code == 404
    assert browser.get(f"{ADDRESS}/consultation").status_code == 404


def test_what_was_saved_meanwhile_is_not_overwritten(browser: Browser) -> None:
    page = hand_in(browser, of_lines(*WHOLE))
    form = chosen(page, "标题", "", "save")
    assert browser.post(f"{ADDRESS}/reply", form).status_code == 302
    late = browser.post(f"{ADDRESS}/reply", form)
    assert late.status_code == 409
    assert "刚刚被改过" in plain(late.text)
