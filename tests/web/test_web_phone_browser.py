"""Every page on a telephone and at 200 %: nothing is wider than the screen, no row is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import every_page
import pytest
from chromium_desk import needs_chromium, playwright_api, register, wait_saved

expect = playwright_api.expect
pytestmark = needs_chromium

WIDTH = 375
TWICE = (683, 384)
"""A window of 1366 × 768 at 200 %."""
# What lies beyond the right edge, in no box that scrolls by itself or ends its line with ……
CUT_OFF = """() => [...document.querySelectorAll('main *')].filter((one) => {
    if (!one.checkVisibility()) return false;
    if (one.closest('svg, .unseen, .visually-hidden, thead')) return false;
    for (let box = one.parentElement; box; box = box.parentElement) {
        const style = getComputedStyle(box);
        if (/auto|scroll/.test(style.overflowX) || style.textOverflow === 'ellipsis') return false;
    }
    return one.getBoundingClientRect().right > innerWidth + 1;
}).map((one) => `${one.tagName}.${one.className}`).slice(0, 5)"""

# Words that stand one below the other, because nothing is left of the line.
SQUEEZED = """() => [...document.querySelectorAll('main *')].filter((one) => {
    if (!one.checkVisibility()) return false;
    if (one.closest('svg, .unseen, .visually-hidden, thead, .page')) return false;
    const own = [...one.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE)
        .map((node) => node.textContent.trim()).join('');
    return own.length > 3 && one.clientWidth < 40 && one.clientHeight > 70;
}).map((one) => `${one.tagName}.${one.className}`).slice(0, 5)"""

Window = Callable[..., playwright_api.BrowserContext]


@pytest.mark.parametrize("width, height", [(WIDTH, 812), TWICE])
def test_no_page_is_wider_than_a_telephone_or_a_window_at_twice_its_size(
    window: Window,
    address: str,
    page: playwright_api.Page,
    data_folder: Path,
    width: int,
    height: int,
) -> None:
    matter_id = register(page)
    page.get_by_label("已开展的工作").fill(
        "依据《青岚区停车设施建设和管理三年行动计划（2025—2027年）》（青政办发〔2025〕10号），"
        "2025年新增泊位1310个，投入【待核实：原文为860万元（2024年）】。"
    )
    page.keyboard.press("Control+S")
    wait_saved(page)
    small = window(address, viewport={"width": width, "height": height}).new_page()
    wide, visit = {}, every_page.visitor(small)
    for path in every_page.addresses(data_folder, matter_id):
        visit(path)
        found = small.evaluate("document.documentElement.scrollWidth")
        cut = small.evaluate(CUT_OFF) + small.evaluate(SQUEEZED)
        if found > width or cut:
            wide[path] = (found, cut)
    assert wide == {}


def test_a_row_of_the_worklist_says_all_of_it_on_a_telephone(
    window: Window, address: str, page: playwright_api.Page
) -> None:
    register(page)
    page.goto("/")
    row = page.locator(".list tbody tr").first
    said = [text.strip() for text in row.locator("td").all_inner_texts()]
    small = window(address, viewport={"width": WIDTH, "height": 812}).new_page()
    small.goto("/")
    line = small.locator(".list tbody tr").first
    assert [text.strip() for text in line.locator("td").all_inner_texts()] == said
    cells = line.locator("td").filter(visible=True)
    assert cells.count() == sum(bool(text) for text in said)
    for place in range(cells.count()):
        box = cells.nth(place).bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= WIDTH
