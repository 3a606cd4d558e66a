from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from web_fakes import PROPOSAL, Browser, FakeArchive

from casework import Casework, Matter
from web import create_app

CHROMIUM = Path("/usr/bin/chromium")
ARGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """A real Chromium, one for all pages' tests; its start takes two seconds."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGS)
        yield browser
        browser.close()


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr("corpus.Archive.open", lambda folder: FakeArchive())
    # The fake archive is no database: the proofreader holds nothing against it.
    monkeypatch.setattr("web.stores.facts", lambda: None)
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
