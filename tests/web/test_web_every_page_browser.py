"""Every page for those who see little or use the keyboard: axe, tab stops, the focus seen."""

from __future__ import annotations

from pathlib import Path

import every_page
import pytest
from chromium_desk import needs_chromium, playwright_api, register

axe_package = pytest.importorskip(
    "axe_playwright_python", reason="未安装 axe-playwright-python，跳过"
)
expect = playwright_api.expect
pytestmark = needs_chromium

AXE = (Path(axe_package.__file__).parent / "axe.min.js").read_text("utf-8")
MOST_STOPS = 8
# Where the focus can go by Tab before it is in the page's own part, and where that part's link is.
BEFORE_MAIN = """() => {
  const named = 'a[href], button, input, select, textarea, summary, [tabindex]';
  const stops = [...document.querySelectorAll(named)].filter((one) => one.tabIndex >= 0
    && !one.disabled && one.type !== 'hidden' && one.checkVisibility({ checkVisibilityCSS: true }));
  const main = document.querySelector('main');
  return stops.filter((one) => main.compareDocumentPosition(one)
    & Node.DOCUMENT_POSITION_PRECEDING).length;
}"""
# What can have the focus and looks with it as without it.
UNSEEN = """() => {
  const look = (one) => {
    const style = getComputedStyle(one);
    return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow,
      style.borderColor, style.backgroundColor, style.textDecorationLine].join();
  };
  const named = 'a[href], button, input, select, textarea, summary, [tabindex]';
  const first = document.activeElement;
  return [...document.querySelectorAll(named)].filter((one) => {
    if (one.tabIndex < 0 || one.disabled || !one.checkVisibility()) return false;
    first.focus();
    one.focus();
    if (document.activeElement !== one) return false;
    const focused = look(one);
    one.blur();
    return look(one) === focused;
  }).map((one) => one.outerHTML.slice(0, 120));
}"""


@pytest.fixture
def noise() -> str:
    """A page that is not there, and versions that a fresh matter lacks, are looked at too.

    A key that is pressed before a page has placed the cursor keeps the focus where it is.
    """
    return "status of 404|Autofocus processing was blocked"


def _findings(page: playwright_api.Page) -> list[str]:
    page.evaluate(f"{AXE}; 1")
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{one['id']}: {node['html'][:120]}" for one in found["violations"] for node in one["nodes"]
    ]


def test_axe_finds_what_is_wrong(page: playwright_api.Page) -> None:
    page.goto("/today")
    page.evaluate("document.querySelector('main').innerHTML += '<input><img src=/static/icon.svg>'")
    assert {one.split(":")[0] for one in _findings(page)} >= {"label", "image-alt"}


def test_axe_finds_nothing_on_any_page(page: playwright_api.Page, data_folder: Path) -> None:
    matter_id = register(page, "确认，生成初稿")
    wrong, visit = {}, every_page.visitor(page)
    for path in every_page.addresses(data_folder, matter_id):
        visit(path)
        if found := _findings(page):
            wrong[path] = found
    assert wrong == {}


def test_the_work_is_at_most_eight_stops_away(page: playwright_api.Page, data_folder: Path) -> None:
    matter_id = register(page)
    far = {}
    for path in every_page.addresses(data_folder, matter_id):
        page.goto(path)
        stops = page.evaluate(BEFORE_MAIN)
        if stops > MOST_STOPS:
            far[path] = stops
    assert far == {}


def test_the_answer_is_reached_by_its_skip_link(page: playwright_api.Page) -> None:
    page.goto(f"/matters/{register(page)}")
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.locator(":focus").inner_text() == "跳到答复":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_label("已开展的工作")).to_be_focused()


def test_where_the_focus_is_can_be_seen_on_every_page(
    page: playwright_api.Page, data_folder: Path
) -> None:
    matter_id = register(page)
    unseen = {}
    for path in every_page.addresses(data_folder, matter_id):
        page.goto(path)
        # What script gives the focus to shows it as after a key, if a key moved it before.
        page.keyboard.press("Tab")
        if found := page.evaluate(UNSEEN):
            unseen[path] = found
    assert unseen == {}


def test_a_focus_that_cannot_be_seen_is_found(page: playwright_api.Page) -> None:
    page.goto("/today")
    rule = "nav a:focus-visible { outline: none !important; }"
    page.evaluate("(rule) => document.styleSheets[0].insertRule(rule)", rule)
    page.keyboard.press("Tab")
    assert {one.split(" ", 1)[0] for one in page.evaluate(UNSEEN)} == {"<a"}


def test_the_keys_are_listed_by_a_question_mark_and_on_a_page(page: playwright_api.Page) -> None:
    page.goto("/manual/keys")
    listed = page.locator("main .key-list").all_inner_texts()
    page.goto("/today")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.get_by_role("dialog").locator(".key-list").all_inner_texts() == listed
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_a_question_mark_in_a_field_is_a_question_mark(page: playwright_api.Page) -> None:
    page.goto("/search")
    field = page.get_by_label("检索词")
    field.press_sequentially("停车?")
    expect(field).to_have_value("停车?")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_menu_is_opened_and_left_by_keys(page: playwright_api.Page) -> None:
    page.goto("/today")
    word = page.locator(".menu summary", has_text="档案和校对")
    word.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="档案目录")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="档案目录")).to_be_hidden()
    expect(word).to_be_focused()
