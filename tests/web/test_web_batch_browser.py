"""批量登记 in a real browser: a ledger dropped, followed, corrected, confirmed, undone."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bench.ledger_files import items, packed, paper, table, workbook

if TYPE_CHECKING:
    from own_server import Server
    from playwright import sync_api as playwright_api

pytestmark = pytest.mark.browser
COUNT = 16
DROP = """async ([name, data]) => {
  const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0));
  const held = new DataTransfer();
  held.items.add(new File([bytes], name));
  const event = new DragEvent("drop", { dataTransfer: held, bubbles: true, cancelable: true });
  document.getElementById("drop-files").dispatchEvent(event);
}"""


def content() -> bytes:
    """A zip file with a ledger and the papers of all its items but two."""
    found = items(COUNT)
    papers = [(f"正文/第{one.number}号.docx", paper(one)) for one in found[2:]]
    return packed([("交办表.xlsx", workbook(table(found))), *papers])


def test_a_ledger_dropped_becomes_matters_and_is_undone(
    desk: playwright_api.BrowserContext,
) -> None:
    page = desk.new_page()
    page.goto("/new")
    page.evaluate(DROP, ["交办.zip", base64.b64encode(content()).decode()])
    assert page.inner_text(".file-name") == "交办.zip"
    page.click("button.primary")
    page.wait_for_selector("#plan")
    assert page.inner_text("#ticked") == f"（{COUNT - 2} 件）"
    # What the clerk ticks is counted as she does; one tick is for all lines of one doubt.
    page.check('[data-group="no-paper"]')
    assert page.inner_text("#ticked") == f"（{COUNT} 件）"
    page.locator('input[name="tick"]').first.uncheck()
    assert page.inner_text("#ticked") == f"（{COUNT - 1} 件）"
    # Nothing sticks out of the window, nor does the bar hide what the keyboard is on.
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator('input[name="tick"]').last.focus()
    assert page.evaluate(
        "document.activeElement.getBoundingClientRect().bottom"
        " <= document.querySelector('.bar').getBoundingClientRect().top"
    )
    page.click('button[value="confirm"]')
    page.wait_for_selector("button.warn")
    assert f"已登记 {COUNT - 1} 件" in page.inner_text("main")
    page.click("button.warn")
    page.wait_for_selector(".notice.done")
    assert f"已撤销：{COUNT - 1} 件移到" in page.inner_text(".notice.done")


def test_it_works_without_script_and_after_the_service_was_killed(
    window: object, server: Server, tmp_path: Path
) -> None:
    path = tmp_path / "交办.zip"
    path.write_bytes(content())
    page = window(server.address, java_script_enabled=False).new_page()  # type: ignore[operator]
    page.goto("/new")
    page.set_input_files("#f-file", str(path))
    page.click("button.primary")
    server.kill()
    server.start()
    page.goto("/batches/1")
    # The page asks again by itself until the files are read.
    page.wait_for_selector("#plan")
    page.check('[value="no-paper"]')
    page.click('button[value="confirm"]')
    server.kill()
    server.start()
    page.goto("/batches/1")
    page.wait_for_selector("button.warn")
    assert f"已登记 {COUNT} 件" in page.inner_text("main")
