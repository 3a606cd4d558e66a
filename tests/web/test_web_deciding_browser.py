"""审阅 in Chromium: words are selected and commented on, on a phone and without script too."""

from __future__ import annotations

from collections.abc import Callable

from chromium_desk import needs_chromium, playwright_api, register, wait_saved

expect = playwright_api.expect
pytestmark = needs_chromium

Window = Callable[..., playwright_api.BrowserContext]
WORDS = "边角地改造泊位"
SELECT = """(words) => {
    for (const part of document.querySelectorAll('.page .body')) {
        const at = part.textContent.indexOf(words);
        if (at < 0) continue;
        const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
        const range = document.createRange();
        let passed = 0;
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const from = at - passed, to = at + words.length - passed;
            if (from >= 0 && from < node.length) range.setStart(node, from);
            if (to > 0 && to <= node.length) { range.setEnd(node, to); break; }
            passed += node.length;
        }
        part.scrollIntoView({ block: 'center' });
        getSelection().removeAllRanges();
        getSelection().addRange(range);
        return;
    }
}"""


def written(page: playwright_api.Page) -> str:
    """The reading desk of a matter whose first answer goes over several lines."""
    matter_id = register(page)
    page.get_by_label("已开展的工作").fill(
        "我局在老旧小区周边新建公共停车泊位，利用梧桐路和清河路两侧的边角地改造泊位，"
        "协调机关单位夜间错时开放泊位，停车难问题有所缓解。"
    )
    page.keyboard.press("Control+S")
    wait_saved(page)
    return f"/matters/{matter_id}/decide"


def comment(page: playwright_api.Page, said: str) -> None:
    page.evaluate(SELECT, WORDS)
    page.locator("button.float").click()
    expect(page.locator("#picked span")).to_have_text(WORDS)
    page.locator("#comment-form").get_by_label("批注", exact=True).fill(said)
    page.get_by_role("button", name="记下批注").click()
    expect(page.locator(".said-list li .said").last).to_have_text(said)


def marked(page: playwright_api.Page) -> str:
    """The words that are marked on the paper as commented on, lines joined."""
    return "".join(page.locator(".page .said").all_inner_texts())


def test_words_over_two_lines_are_selected_and_commented_on(page: playwright_api.Page) -> None:
    path = written(page)
    page.goto(path)
    comment(page, "请写明改造了几处。")
    assert marked(page) == WORDS
    # The words before them grow: the comment is where it was.
    page.goto(path.removesuffix("/decide"))
    box = page.get_by_label("已开展的工作")
    expect(page.locator(".comments .said")).to_have_text("请写明改造了几处。")
    box.fill(f"经研究，{box.input_value()}")
    page.get_by_label("对这条批注的答复").fill("已写明。")
    page.get_by_role("button", name="这条批注已处理").click()
    expect(page.locator(".comments")).to_have_count(0)
    page.goto(path)
    expect(page.locator(".said-list .answer")).to_have_text("答：已写明。")
    assert marked(page) == ""
    page.get_by_role("button", name="重新打开这条批注").click()
    expect(page.locator(".page .said")).not_to_have_count(0)
    assert marked(page) == WORDS


def test_on_a_telephone_it_is_read_in_one_column_and_commented_on(
    window: Window, address: str, page: playwright_api.Page
) -> None:
    path = written(page)
    small = window(address, viewport={"width": 375, "height": 812}, has_touch=True).new_page()
    small.goto(path)
    assert small.evaluate("document.documentElement.scrollWidth") == 375
    size = "parseFloat(getComputedStyle(document.querySelector('.page .body')).fontSize)"
    assert small.evaluate(size) >= 16
    comment(small, "请核实。")
    assert marked(small) == WORDS


def test_without_script_a_paragraph_is_commented_on(
    window: Window, address: str, page: playwright_api.Page
) -> None:
    path = written(page)
    plain = window(address, java_script_enabled=False).new_page()
    plain.goto(path)
    choice = plain.get_by_label("批注哪一段")
    names = choice.locator("option").all_inner_texts()
    place = next(n for n, text in enumerate(names) if text.startswith("我局在老旧"))
    choice.select_option(index=place)
    plain.locator("#comment-form").get_by_label("批注", exact=True).fill("这段要短。")
    plain.get_by_role("button", name="记下批注").click()
    expect(plain.locator(".said-list .said")).to_have_text("这段要短。")
    assert WORDS in marked(plain)
