"""插入 in a real Chromium: to its place, said, undone with one key, selected words alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from chromium_desk import needs_chromium, playwright_api, register, wait_saved

from casework import Casework
from corpus import Archive
from drafting.answering.openings import OPENINGS
from drafting.model import Answer

expect = playwright_api.expect
pytestmark = needs_chromium


@pytest.fixture
def noise() -> str:
    """What Chromium itself logs of a passage that is refused."""
    return "status of 400"


def typed(page: playwright_api.Page) -> list[str]:
    found: list[str] = json.loads(page.evaluate("window.workbench.typed()"))
    return found


def stands(folder: Path, matter_id: int) -> Answer:
    with Casework.open(folder) as casework:
        found = casework.matter(matter_id)
    assert found is not None
    return found.draft.answers[0]


def passage(page: playwright_api.Page, badge: str) -> playwright_api.Locator:
    """The first passage with that badge."""
    return page.locator(".passage").filter(has=page.get_by_text(badge, exact=True)).first


def press(page: playwright_api.Page, found: playwright_api.Locator, said: str) -> None:
    found.get_by_role("button", name="插入").click()
    expect(page.locator("#told")).to_contain_text(said)


def selected(page: playwright_api.Page) -> str:
    words: str = page.evaluate(
        "(({ value, selectionStart: a, selectionEnd: b }) => value.slice(a, b))"
        "(document.activeElement)"
    )
    return words


def test_a_plan_goes_into_the_next_step_and_one_key_takes_all_of_it_back(
    page: playwright_api.Page, data_folder: Path
) -> None:
    matter_id = register(page)
    page.get_by_label("已开展的工作").fill("先写的。")
    page.get_by_label("下一步工作").fill(OPENINGS["next_step"])
    wait_saved(page)
    before = typed(page)
    press(page, passage(page, "现行"), "已插入“下一步工作”，责任单位已填")
    after = typed(page)
    assert after[0] == "先写的。" and after[1].startswith("按照《青岚区")
    assert after[2] and after[3].startswith("【待核实：完成时限")
    step = page.get_by_label("下一步工作")
    expect(step).to_be_focused()
    expect(step).to_be_in_viewport()
    assert selected(page) == after[1]
    wait_saved(page)
    kept = stands(data_folder, matter_id)
    assert [kept.done, kept.next_step, kept.next_unit, kept.next_date] == after[:4]
    assert len(kept.evidence) == 1

    page.keyboard.press("Control+Z")
    expect(page.locator("#told")).to_have_text("已撤销插入")
    assert typed(page) == before
    expect(page.locator(".used:visible")).to_have_count(0)
    gone = stands(data_folder, matter_id)
    assert [gone.done, gone.next_step, gone.next_unit, gone.next_date] == before[:4]
    assert gone.evidence == ()

    page.keyboard.press("Control+Y")
    expect(page.locator("#told")).to_contain_text("已插入“下一步工作”")
    assert typed(page) == after
    page.get_by_role("button", name="撤销", exact=True).click()
    expect(page.locator("#told")).to_have_text("已撤销插入")
    assert typed(page) == before


def test_the_button_beside_a_used_passage_takes_it_back_later(
    page: playwright_api.Page, data_folder: Path
) -> None:
    matter_id = register(page)
    found = passage(page, "现行")
    press(page, found, "已插入")
    page.get_by_label("已开展的工作").fill("后来写的。")
    wait_saved(page)
    page.reload()
    found.get_by_role("button", name="移除").click()
    expect(page.locator("#told")).to_have_text("已移除这段材料和它带来的内容。")
    first, *others = typed(page)
    assert first == "后来写的。" and others and not any(others)
    wait_saved(page)
    assert stands(data_folder, matter_id).evidence == ()


def test_only_what_is_selected_goes_in_and_fills_the_mark_under_the_cursor(
    page: playwright_api.Page,
) -> None:
    register(page)
    step = page.get_by_label("下一步工作")
    step.fill("新建【待核实：数量】泊位。")
    step.click()
    step.evaluate("area => area.setSelectionRange(5, 5)")
    found = passage(page, "现行")
    words = found.locator("p.passage-text, .passage-text summary").first
    words.scroll_into_view_if_needed()
    figure, left, right, y = words.evaluate(
        """(box) => {
            const texts = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
            const range = document.createRange();
            while (texts.nextNode()) {
                const found = /\\d+个/.exec(texts.currentNode.data);
                if (!found) continue;
                range.setStart(texts.currentNode, found.index);
                range.setEnd(texts.currentNode, found.index + found[0].length);
                const place = range.getBoundingClientRect();
                return [found[0], place.left, place.right, (place.top + place.bottom) / 2];
            }
        }"""
    )
    page.mouse.move(left + 1, y)
    page.mouse.down()
    page.mouse.move(right - 1, y, steps=4)
    page.mouse.up()
    press(page, found, "已插入“下一步工作”")
    assert step.input_value() == f"新建{figure}泊位。"
    assert selected(page) == figure


def test_what_is_typed_while_the_answer_is_on_its_way_stays(
    page: playwright_api.Page, data_folder: Path
) -> None:
    matter_id = register(page)
    page.get_by_label("已开展的工作").fill("甲。")
    wait_saved(page)
    page.route("**/answers/1", lambda route: (page.wait_for_timeout(400), route.continue_())[1])
    passage(page, "现行").get_by_role("button", name="插入").click()
    page.get_by_label("已开展的工作").press_sequentially("乙。")
    page.get_by_label("责任单位").fill("区财政局")
    expect(page.locator("#told")).to_contain_text("已插入“下一步工作”")
    page.unroute("**/answers/1")
    expect(page.get_by_label("下一步工作")).to_have_value(re.compile("^按照《青岚区"))
    assert typed(page)[0] == "甲。乙。"
    wait_saved(page)
    kept = stands(data_folder, matter_id)
    assert (kept.done, kept.next_unit) == ("甲。乙。", "区财政局")


def test_a_passage_that_has_gone_meanwhile_is_said_and_what_was_typed_is_saved(
    page: playwright_api.Page, data_folder: Path
) -> None:
    matter_id = register(page)
    page.get_by_label("已开展的工作").fill("写了很久。")
    found = passage(page, "现行")
    number = int(found.get_by_role("button", name="插入").get_attribute("value").split(":")[0])
    archive = Archive.open(data_folder)
    archive.delete(number)
    try:
        press(page, found, "这段材料不在原处了，请重新检索后再插入")
        wait_saved(page)
    finally:
        archive.undelete(number)
        archive.close()
    assert stands(data_folder, matter_id) == Answer(
        stands(data_folder, matter_id).suggestion, done="写了很久。"
    )


@pytest.mark.parametrize("width", [1366, 375])
def test_an_insertion_is_seen_on_a_desk_and_on_a_telephone(
    page: playwright_api.Page, width: int
) -> None:
    register(page)
    page.set_viewport_size({"width": width, "height": 768})
    press(page, passage(page, "现行"), "已插入“下一步工作”")
    expect(page.get_by_label("下一步工作")).to_be_in_viewport()
    expect(page.locator("#told")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_script_the_page_comes_back_at_the_field(
    window: Callable[..., playwright_api.BrowserContext], address: str
) -> None:
    page = window(address, java_script_enabled=False).new_page()
    register(page)
    passage(page, "现行").get_by_role("button", name="插入").click()
    assert page.url.endswith("#f-next_step")
    expect(page.locator(".notice")).to_contain_text("已插入“下一步工作”，责任单位已填")
    expect(page.get_by_label("下一步工作")).to_have_value(re.compile("^按照《青岚区"))
    passage(page, "现行").get_by_role("button", name="移除").click()
    expect(page.get_by_label("下一步工作")).to_have_value("")
    expect(page.get_by_label("责任单位")).to_have_value("")
