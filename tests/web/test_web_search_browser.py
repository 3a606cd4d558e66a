"""The search page in a real Chromium: typing, keyboard, documents beside the list, selections."""

from __future__ import annotations

import re

from chromium_desk import needs_chromium, playwright_api

expect = playwright_api.expect
pytestmark = needs_chromium
SELECT = """() => {
  const range = document.createRange();
  range.selectNodeContents(document.querySelectorAll("[data-alike] p")[3]);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


def test_results_come_while_typing_and_open_beside_the_list_by_keyboard(page, address):
    page.goto(f"{address}/search")
    expect(page.get_by_label("检索词")).to_be_focused()
    page.keyboard.type("停车泊位")
    expect(page.locator(".hits li").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?q=%E5%81%9C"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#opened .opened-text mark").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"open=\d+"))
    assert page.locator(".hits li.chosen").count() == 1
    shared = page.url
    page.keyboard.press("Escape")
    expect(page.locator("#opened")).to_be_hidden()
    assert page.evaluate("document.activeElement.matches('a[data-document]')")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.goto(shared)
    expect(page.locator("#opened .opened-text")).to_be_visible()
    expect(page.locator("input[name=q]")).to_have_value("停车泊位")


def test_a_filter_narrows_at_once_and_an_empty_result_offers_the_way_back(page, address):
    page.goto(f"{address}/search?q=停车泊位")
    page.check("input[name=kind][value=policy]")
    expect(page.locator(".hits .tag.reply")).to_have_count(0)
    expect(page).to_have_url(re.compile("kind=policy"))
    page.goto(f"{address}/search?q=停车&kind=other")
    page.get_by_text("去掉筛选条件再找").click()
    expect(page.locator(".hits li").first).to_be_visible()


def test_a_selection_finds_its_like(page, address):
    page.goto(f"{address}/documents/1")
    page.evaluate(SELECT)
    page.get_by_text("查找相似内容").click()
    expect(page.locator(".hits li").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"/search\?q="))
