"""数据征集 in a real Chromium: from 无出处 to 本单位提供, by keyboard, and without script."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

from chromium_desk import needs_chromium, playwright_api, register, wait_saved
from days import today

from casework import Casework
from drafting.answering.figures import day_in_words

expect = playwright_api.expect
pytestmark = needs_chromium


def day() -> dt.date:
    """The day as of which the figures are given."""
    return today() - dt.timedelta(days=10)


def in_words() -> str:
    return day_in_words(day())


def done_in(folder: Path, matter_id: int) -> str:
    with Casework.open(folder) as casework:
        found = casework.matter(matter_id)
    assert found is not None
    return found.draft.answers[0].done


def test_from_a_fact_without_a_source_to_one_given_by_the_house(
    page: playwright_api.Page, data_folder: Path
) -> None:
    matter_id = register(page)
    page.get_by_label("已开展的工作").fill("全区新建机械车位88个，改造泊位【待核实：数量】。")
    page.get_by_role("link", name="事实").click()
    fact = page.locator(".fact").filter(has_text="88个")
    expect(fact).to_contain_text("无出处")
    fact.get_by_role("link", name="登记提供88个").click()
    expect(page.get_by_label("数据（含单位）")).to_have_value("88个")
    expect(page.get_by_label("要什么数据")).to_have_value("全区新建机械车位")
    page.get_by_label("截至哪一天").fill(day().isoformat())
    page.get_by_label("由谁提供").fill("停车管理科 沈知秋")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("注为“本单位提供”")
    page.get_by_role("link", name="建议 1").click()
    page.get_by_text("有出处 1 处").click()
    expect(page.locator(".fact").filter(has_text="88个")).to_contain_text(
        f"本单位提供：停车管理科 沈知秋，截至{in_words()}"
    )
    # Another figure typed over it is 无出处 again.
    page.get_by_label("已开展的工作").fill("全区新建机械车位89个，改造泊位【待核实：数量】。")
    wait_saved(page)
    page.get_by_role("link", name="事实").click()
    expect(page.locator(".fact").filter(has_text="89个")).to_contain_text("无出处")
    assert done_in(data_folder, matter_id).startswith("全区新建机械车位89个")


def test_a_mark_is_asked_for_and_filled_by_the_keyboard_alone(
    page: playwright_api.Page, data_folder: Path
) -> None:
    matter_id = register(page)
    page.get_by_label("已开展的工作").fill("改造泊位【待核实：数量】。")
    page.keyboard.press("Control+S")
    wait_saved(page)

    def press(name: str, *, role: str = "link") -> None:
        page.get_by_role(role, name=name).first.focus()  # type: ignore[arg-type]
        page.keyboard.press("Enter")

    press(re.compile("^全文待核实 1 处"))  # type: ignore[arg-type]
    page.get_by_label("向谁征集").focus()
    page.keyboard.insert_text("停车管理科")
    press("把 1 处待核实列入征集", role="button")
    expect(page.get_by_text("已列入征集 1 项")).to_be_visible()
    press("数量（改造泊位____）")
    page.get_by_label("数据（含单位）").focus()
    page.keyboard.insert_text("180个")
    page.keyboard.press("Tab")
    page.keyboard.insert_text(day().isoformat())
    page.keyboard.press("Enter")
    expect(page.locator("#offer")).to_contain_text(f"180个（截至{in_words()}）")
    assert done_in(data_folder, matter_id) == "改造泊位【待核实：数量】。"
    press("填入答复", role="button")
    expect(page.get_by_text("已填入答复。")).to_be_visible()
    assert done_in(data_folder, matter_id) == f"改造泊位180个（截至{in_words()}）。"
    press("撤销填入", role="button")
    expect(page.get_by_text("已恢复为原来的文字。")).to_be_visible()
    assert done_in(data_folder, matter_id) == "改造泊位【待核实：数量】。"


def test_without_script_all_of_it_goes_too(
    window: Callable[..., playwright_api.BrowserContext], address: str, page: playwright_api.Page
) -> None:
    matter_id = register(page)
    page.get_by_label("已开展的工作").fill("改造泊位【待核实：数量】，投入860万元。")
    page.keyboard.press("Control+S")
    wait_saved(page)
    sheet = window(address, java_script_enabled=False).new_page()
    sheet.goto(f"/matters/{matter_id}?s=1&tab=facts")
    sheet.get_by_role("link", name="征集860万元", exact=True).click()
    sheet.get_by_label("向谁征集").fill("计划财务科")
    sheet.get_by_role("button", name="列入征集").click()
    expect(sheet.get_by_text("已列入征集 1 项")).to_be_visible()
    with sheet.expect_download() as given:
        sheet.get_by_role("link", name="下载征集表").click()
    assert given.value.suggested_filename.endswith("数据征集表.docx")
    sheet.get_by_role("main").get_by_role("button", name="撤销", exact=True).click()
    expect(sheet.get_by_text("已撤回 1 项。")).to_be_visible()


def test_a_telephone_shows_all_of_the_pages(
    window: Callable[..., playwright_api.BrowserContext], address: str, page: playwright_api.Page
) -> None:
    matter_id = register(page)
    page.get_by_label("已开展的工作").fill("改造泊位【待核实：数量】，投入860万元。")
    page.keyboard.press("Control+S")
    wait_saved(page)
    small = window(address, viewport={"width": 375, "height": 812}).new_page()
    path = f"/matters/{matter_id}/figures"
    small.goto(path)
    small.get_by_label("向谁征集").fill("停车管理科")
    small.get_by_role("button", name="列入征集").click()
    one = small.locator(".asked a.row-link").get_attribute("href")
    for part in (path, f"{path}/new", f"{path}/new?give=1", one or ""):
        small.goto(part)
        wide = small.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, (part, wide)
