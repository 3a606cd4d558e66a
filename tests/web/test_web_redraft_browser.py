"""重新生成 in a real Chromium: by keyboard, on a telephone, without script; nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from chromium_desk import needs_chromium, playwright_api, register, wait_saved

from casework import Casework, Matter
from corpus import Archive
from drafting.reading import read_bytes

expect = playwright_api.expect
pytestmark = needs_chromium

MINE = "这一句是经办人自己写的。"
NEW = """关于区政协十届四次会议第88号提案的答复
周望舒委员：
您提出的关于老旧片区停车的提案收悉。现答复如下：
一、关于利用零星土地建设小型停车场
2025年，我局利用零星土地建设小型停车场七处，利用零星土地新增小型停车场泊位三百二十个。
云湖市青岚区城市管理局
2025年6月20日
"""


def matter_of(folder: Path, number: int) -> Matter:
    with Casework.open(folder) as casework:
        found = casework.matter(number)
    assert found is not None
    return found


def more_comes_in(folder: Path, name: str) -> None:
    archive = Archive.open(folder)
    archive.store(read_bytes(NEW.encode(), name), name)
    archive.db.execute("UPDATE documents SET imported = '2099-01-01' WHERE source = ?", (name,))
    archive.close()


def test_what_was_typed_and_the_new_draft_are_chosen_from_by_keyboard(
    page: playwright_api.Page, data_folder: Path
) -> None:
    number = register(page, "确认，生成初稿")
    came = page.get_by_text("这条怎么来的")
    came.focus()
    page.keyboard.press("Enter")
    notes = matter_of(data_folder, number).draft.answers[0].notes
    expect(page.locator(".came li")).to_have_text(list(notes))
    expect(page.locator(".changed")).to_have_count(0)
    more_comes_in(data_folder, "键盘.txt")
    # Typed, and at once pressed: what was typed is saved before.
    page.reload()
    expect(page.locator(".changed")).to_contain_text("份相关材料，可重新生成。")
    page.get_by_label("已开展的工作").fill(MINE)
    page.get_by_role("button", name="重新生成本条").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/redraft\?s=1$"))
    saved = matter_of(data_folder, number)
    assert saved.draft.answers[0].done == MINE
    row = page.get_by_role("group", name="已开展的工作")
    expect(row.get_by_label("现有")).to_be_checked()
    expect(row.locator(".answer-text").first).to_have_text(MINE)
    row.get_by_label("现有").focus()
    page.keyboard.press("ArrowRight")
    expect(row.get_by_label("重新生成")).to_be_checked()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/matters/{number}\?s=1$"))
    after = matter_of(data_folder, number)
    assert "七处" in after.draft.answers[0].done
    expect(page.get_by_label("已开展的工作")).to_have_value(after.draft.answers[0].done)
    expect(page.locator(".sources")).to_contain_text("第88号提案的答复")
    assert after.version == saved.version + 1
    # Back again: the version before is restored whole.
    page.goto(f"/matters/{number}/versions")
    page.get_by_role("link", name=f"第 {saved.version} 版", exact=True).click()
    page.get_by_role("button", name=re.compile("恢复")).click()
    expect(page.locator(".notice").first).to_contain_text(f"已恢复第 {saved.version} 版")
    assert matter_of(data_folder, number).draft == saved.draft


def test_what_to_try_is_searched_at_the_right(page: playwright_api.Page, data_folder: Path) -> None:
    number = register(page, "确认，从空白起草")
    with Casework.open(data_folder) as casework:
        found = casework.matter(number)
        assert found is not None
        note = "档案中没有找到能回答本条的内容。可试试检索“停车泊位”“夜间共享”，或向有关科室征集。"
        answer = replace(found.draft.answers[0], notes=(note,))
        casework.save_answer(number, 0, answer, found.version)
    page.reload()
    page.get_by_role("link", name="事实").click()
    page.get_by_label("已开展的工作").fill(MINE)
    page.get_by_text("这条怎么来的").click()
    page.get_by_role("button", name="“夜间共享”").click()
    expect(page.get_by_role("heading", name=re.compile("“夜间共享”的检索结果"))).to_be_visible()
    expect(page.get_by_label("检索依据")).to_be_focused()
    expect(page.get_by_label("已开展的工作")).to_have_value(MINE)
    wait_saved(page)


@pytest.mark.parametrize("script", [True, False])
def test_on_a_telephone_all_are_composed_anew_with_and_without_script(
    window: Callable[..., playwright_api.BrowserContext],
    address: str,
    data_folder: Path,
    page: playwright_api.Page,
    script: bool,
) -> None:
    number = register(page, "确认，生成初稿")
    first = matter_of(data_folder, number)
    sheet = window(
        address, viewport={"width": 375, "height": 740}, java_script_enabled=script
    ).new_page()
    sheet.goto(f"/matters/{number}?s=2")
    sheet.get_by_label("已开展的工作").fill(MINE)
    more_comes_in(data_folder, f"电话{script}.txt")
    sheet.get_by_role("button", name="全部重新生成").click()
    expect(sheet.locator(".notice").first).to_contain_text(
        f"已重新生成 {len(first.draft.answers)} 条："
    )
    after = matter_of(data_folder, number)
    assert after.draft.answers[1].done == MINE
    sheet.goto(f"/matters/{number}?s=2")
    sheet.get_by_role("button", name="重新生成本条").click()
    expect(sheet.get_by_role("heading", name="重新生成：1 条与现有内容不同")).to_be_visible()
    wide = sheet.evaluate("document.documentElement.scrollWidth") if script else 375
    assert wide <= 375
    sheet.get_by_role("button", name="全部保留现有").click()
    expect(sheet.locator(".notice").first).to_contain_text("已保留原稿")
    assert matter_of(data_folder, number).draft.answers[1].done == MINE
