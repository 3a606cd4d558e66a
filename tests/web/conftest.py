from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from chromium import PATIENCE
from flask import Flask
from own_server import Server
from web_fakes import PROPOSAL, Browser, FakeArchive, set_up

from casework import Casework, Matter
from web import create_app

if TYPE_CHECKING:
    from playwright import sync_api as playwright_api


@pytest.fixture(scope="module")
def data_folder(
    tmp_path_factory: pytest.TempPathFactory, fill: Callable[[Path, str], Path]
) -> Path:
    """A data folder with the sample replies and policies, for the tests of one module."""
    return set_up(fill(tmp_path_factory.mktemp("data"), "papers"))


@pytest.fixture(scope="module")
def address(data_folder: Path) -> Iterator[str]:
    """The address of a service over it, in a thread of this process."""
    from waitress.server import create_server

    server = create_server(create_app(data_folder), host="127.0.0.1", port=0, threads=4)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()


@pytest.fixture
def noise() -> str:
    """What Chromium itself logs of what tests are about: a 409, a line that was cut."""
    return "status of 409|ERR_INTERNET_DISC"


@pytest.fixture
def window(
    chromium: playwright_api.Browser,
) -> Iterator[Callable[..., playwright_api.BrowserContext]]:
    """Opens a browser of its own at an address, as wide as offices have; all close at the end."""
    opened = []

    def open_at(address: str, **more: Any) -> playwright_api.BrowserContext:
        usual = {"viewport": {"width": 1366, "height": 768}, "locale": "zh-CN"}
        opened.append(chromium.new_context(**{**usual, "base_url": address, **more}))
        opened[-1].set_default_timeout(PATIENCE)
        return opened[-1]

    yield open_at
    for one in opened:
        one.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server of its own process over an empty folder."""
    started = Server(set_up(tmp_path))
    yield started
    started.kill()


@pytest.fixture
def desk(
    window: Callable[..., playwright_api.BrowserContext], server: Server
) -> playwright_api.BrowserContext:
    """A browser on it; a cut line and a refused save are what is tried there."""
    return window(server.address)


@pytest.fixture
def context(
    window: Callable[..., playwright_api.BrowserContext], address: str, noise: str
) -> Iterator[playwright_api.BrowserContext]:
    """A browser at ``address``; it asks no other host, says no error."""
    opened = window(address)
    asked: list[str] = []
    said: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    opened.on("weberror", lambda error: said.append(f"error: {error.error}"))
    yield opened
    opened.close()  # what a closing page asks counts too
    assert [url for url in asked if urlsplit(url).hostname != "127.0.0.1"] == []
    assert [line for line in said if not re.search(noise, line)] == []


@pytest.fixture
def page(context: playwright_api.BrowserContext) -> playwright_api.Page:
    """A page of it."""
    return context.new_page()


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr("corpus.Archive.open", lambda folder: FakeArchive())
    # The fake archive is no database: the proofreader holds nothing against it.
    monkeypatch.setattr("web.stores.facts", lambda: None)
    set_up(tmp_path)
    made = create_app(tmp_path)
    made.testing = False  # errors must become pages, as for a user
    return made


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app.test_client())


@pytest.fixture
def casework(app: Flask) -> Iterator[Casework]:
    with Casework.open(app.config["DATA_FOLDER"]) as opened:
        yield opened


@pytest.fixture
def matter(casework: Casework) -> Matter:
    """A matter whose suggestions are confirmed."""
    matter_id = casework.create_matter(PROPOSAL, "default", ("提案.txt", "提案全文".encode()))
    found = casework.matter(matter_id)
    assert found is not None
    casework.confirm_suggestions(matter_id, found.draft, 1)
    confirmed = casework.matter(matter_id)
    assert confirmed is not None
    return confirmed
