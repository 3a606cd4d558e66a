"""Draw docs/images/guide-*.png for docs/guide.md from the real pages, with the invented samples.

Run ``python scripts/guide_pictures.py`` in the virtualenv after the pages have changed. A server is
started on a free port; a real Chromium does what a clerk would do, by the steps of film_strip.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import desk_pictures
import film_strip
from playwright.sync_api import Page, sync_playwright
from waitress.server import create_server

from bench.ledger_files import items, packed, paper, table, workbook
from web import create_app

SAMPLES = film_strip.ROOT / "corpus" / "samples" / "proposals"


def _other_matters(page: Page) -> None:
    """More on the list, as an office has."""
    for path in sorted(SAMPLES.glob("*.txt")):
        page.goto("/new")
        page.get_by_label("粘贴全文").fill(path.read_text("utf-8"))
        page.get_by_role("button", name="读取并核对建议").click()
        page.get_by_role("button", name="确认，生成初稿").click()
        page.locator("#answer").wait_for()


def _drafted(page: Page) -> None:
    film_strip.first_draft(page)
    page.goto(f"{film_strip.MATTER}?s={film_strip.STALL_FUMES}")
    page.locator("#answer").wait_for()


def _to(path: str) -> Callable[[Page], None]:
    def go(page: Page) -> None:
        page.goto(path)

    return go


def _search(page: Page) -> None:
    page.goto("/search?q=停车泊位")
    page.locator("main").wait_for()


def _batch(page: Page) -> None:
    """A ledger with its papers, of which two are missing."""
    found = items(24)
    papers = [(f"正文/第{one.number}号.docx", paper(one)) for one in found[2:]]
    content = packed([("交办表.xlsx", workbook(table(found))), *papers])
    page.goto("/new")
    page.set_input_files("#f-file", {"name": "交办.zip", "mimeType": "", "buffer": content})
    page.get_by_role("button", name="读取并核对建议").click()
    page.locator("#plan").wait_for()


STEPS: tuple[tuple[str, Callable[[Page], None]], ...] = (
    ("register", film_strip.paste),
    ("suggestions", film_strip.check),
    ("workbench", _drafted),
    ("asking", film_strip.asking),
    ("opinions", film_strip.opinion),
    ("answer", film_strip.answer),
    ("figures", film_strip.figures),
    ("facts", film_strip.facts),
    ("review", film_strip.review),
    ("check", _to(f"{film_strip.MATTER}/check")),
    ("paper", film_strip.paper),
    ("versions", _to(f"{film_strip.MATTER}/versions")),
    ("procedure", _to(f"{film_strip.MATTER}/procedure")),
    ("materials", _to(f"{film_strip.MATTER}/materials")),
    ("setup", _to("/setup/paper")),
    ("search", _search),
    ("archive", _to("/archive")),
    ("worklist", _other_matters),
    ("today", _to("/today")),
    ("statistics", _to("/statistics")),
    ("batch", _batch),
)


def draw(address: str) -> list[Path]:
    """Go through the pages and return the pictures."""
    made = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=film_strip.CHROMIUM, args=film_strip.ARGS
        )
        context = browser.new_context(
            viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=address
        )
        page = context.new_page()
        for name, act in STEPS:
            act(page)
            if name == "worklist":
                page.goto("/")
            page.wait_for_load_state("networkidle")
            path = film_strip.IMAGES / f"guide-{name}.png"
            page.screenshot(path=path)
            film_strip.smaller(path, film_strip.LARGEST, 32)
            made.append(path)
        made += desk_pictures.draw(browser)
        browser.close()
    return made


def main() -> None:
    """Serve the samples from a folder that goes away afterwards, and draw."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        film_strip.set_up(folder)
        server = create_server(create_app(folder), host="127.0.0.1", port=0, threads=4)
        threading.Thread(target=server.run, daemon=True).start()
        for path in draw(f"http://127.0.0.1:{server.effective_port}"):
            print(f"{path.name}  {path.stat().st_size // 1024} kB")
        server.close()


if __name__ == "__main__":
    main()
