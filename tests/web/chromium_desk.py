"""What the tests in a real Chromium share besides the fixtures of conftest.py."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from chromium import needs_chromium

playwright_api = pytest.importorskip("playwright.sync_api", reason="未安装 playwright，跳过")
SAMPLES = Path(__file__).resolve().parents[2] / "corpus" / "samples"
__all__ = ["PROPOSAL", "confirm_each", "needs_chromium", "playwright_api", "register", "wait_saved"]

PROPOSAL = (SAMPLES / "proposals" / "laojiu-pianqu-tingche.txt").read_text("utf-8")


def register(page: playwright_api.Page, start: str = "确认，从空白起草") -> int:
    """Paste the sample proposal, confirm its suggestions; return the matter's number."""
    page.goto("/")
    page.get_by_role("link", name=re.compile("^登记")).first.click()
    page.get_by_label("粘贴全文").fill(PROPOSAL)
    page.get_by_role("button", name="读取并核对建议").click()
    page.get_by_role("button", name=start).click()
    page.wait_for_url(re.compile(r"/matters/\d+$"))
    return int(page.url.rsplit("/", 1)[1])


def confirm_each(page: playwright_api.Page, matter: int) -> None:
    """Press the button of each particular that has no source, on the page 送核稿."""
    page.goto(f"/matters/{matter}/review")
    waiting = page.locator("button[name=which]")
    for left in range(waiting.count(), 0, -1):
        page.get_by_label("确认人姓名").fill("林知远")
        waiting.first.click()
        playwright_api.expect(waiting).to_have_count(left - 1)


def wait_saved(page: playwright_api.Page) -> None:
    """Wait until the page says that what was typed is saved."""
    playwright_api.expect(page.locator("#status")).to_have_text(re.compile(r"^第 \d+ 版 · 保存于"))
