"""Shared by all tests: the project's root on the path, so that helpers import by name."""

import datetime as dt
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from days import seconds_to_wait

if TYPE_CHECKING:
    from playwright import sync_api as playwright_api

CHROMIUM = Path("/usr/bin/chromium")
ARGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Let a test that would see midnight, here or in UTC, begin after it."""
    for now in (dt.datetime.now(), dt.datetime.now(dt.UTC)):
        time.sleep(seconds_to_wait(now))


@pytest.fixture(scope="session")
def chromium() -> Iterator["playwright_api.Browser"]:
    """A real Chromium, one for all tests of a run; its start takes two seconds.

    There is one driver too: while it runs, Playwright starts no other in the same thread.
    """
    api = pytest.importorskip("playwright.sync_api", reason="未安装 playwright，跳过")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGS)
        yield browser
        browser.close()
