"""Markup typed, uploaded and named everywhere: in a real Chromium it stays text on every page."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from chromium import needs_chromium
from every_page import visitor
from flask import Flask
from units_fakes import SECRET, Office, addresses, settle
from waitress.server import create_server
from web_fakes import set_up

from casework import Casework
from corpus import Archive
from service.server import SERVING
from web import create_app

playwright_api = pytest.importorskip("playwright.sync_api", reason="未安装 playwright，跳过")
HOSTILE = "\"'><img src=x onerror=document.title=1><script>document.title=2</script>{{7*7}}&lt;b>"
PLANTED = "[onerror], img[src='x'], script:not([src]), a[href^='javascript:']"

pytestmark = needs_chromium


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr("casework.people.passwords.METHOD", "scrypt:1024:8:1")
    return create_app(set_up(tmp_path))


@pytest.fixture
def office(app: Flask, casework: Casework) -> Office:
    """A unit whose every text and name is hostile, and people who read them."""
    casework.people.add(
        "管理员", SECRET, unit=HOSTILE[:40], section=HOSTILE[:40], roles=["系统管理"]
    )
    casework.people.add("督办员", SECRET, roles=["督办"])
    casework.people.add("审计员", SECRET, roles=["审计"])
    archive = Archive.open(app.config["DATA_FOLDER"])
    made = settle(casework, archive, "青岚区城管局", HOSTILE, clerk="经办员")
    casework.log(HOSTILE, HOSTILE, detail=HOSTILE)
    archive.close()
    return made


@pytest.fixture
def page(
    window: Callable[..., playwright_api.BrowserContext], app: Flask, office: Office
) -> Iterator[playwright_api.Page]:
    server = create_server(app, host="127.0.0.1", port=0, threads=4, **SERVING)
    threading.Thread(target=server.run, daemon=True).start()
    yield window(f"http://127.0.0.1:{server.effective_port}").new_page()
    server.close()


def log_in(page: playwright_api.Page, name: str) -> None:
    page.context.clear_cookies()
    page.goto("/login")
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(SECRET)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)


PAGES = {
    "经办员": "/ /?show=全部 /deleted /today /promises /numbers /statistics /archive /account"
    " /archive/failures /archive/deleted /check /check/ignored /new /new/typed /holidays"
    " /search?q={word}",
    "督办员": "/ /?show=全部 /today /statistics /archive /archive/failures",
    "管理员": "/people /people?name=管理员",
    "审计员": "/log /log?what={word}&action={word} /log?verify=1",
}
SHOWN = {"经办员": 15, "督办员": 10, "管理员": 2, "审计员": 2}
"""On how many pages at least the markup can be read; without it a page proves nothing."""
NO_PAGES = (
    "paper.download", "original", "paperfiles", "api.", "check.download", "pulse", "login.",
    "library.job", "figures.sheet", "asking.letters", "feedback.sheets", "materials.file",
)  # fmt: skip
"""Files, and what script fetches for itself."""
LOOK = """chosen => [
    document.querySelectorAll(chosen).length,
    document.title,
    document.documentElement.innerText
        + [...document.querySelectorAll('input, textarea')].map(one => one.value).join(' '),
]"""


@pytest.mark.parametrize("who", PAGES)
def test_hostile_texts_are_shown_as_they_are(
    page: playwright_api.Page, app: Flask, office: Office, who: str
) -> None:
    said: list[str] = []
    page.on("console", lambda one: said.append(one.text) if one.type == "error" else None)
    page.on("dialog", lambda one: said.append(f"dialog {one.message}"))
    log_in(page, who)
    said.clear()
    paths = PAGES[who].replace("{word}", "%22%27%3E%3Cimg+src%3Dx+onerror%3D1%3E").split()
    if who in ("经办员", "督办员"):
        for endpoint, method, path in addresses(app, office):
            if method == "GET" and not any(one in endpoint for one in NO_PAGES):
                paths.append(path)
    planted, shown, visit = [], 0, visitor(page)
    for path in paths:
        answer = visit(path)
        elements, title, text = page.evaluate(LOOK, PLANTED)
        shown += answer is not None and answer.status == 200 and "<img src=x" in text
        if elements or title in ("1", "2"):
            planted.append((path, elements, title))
    assert planted == []
    assert [one for one in said if "Content Security Policy" in one or "dialog" in one] == []
    assert shown >= SHOWN[who]
