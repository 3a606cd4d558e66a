"""校对 in a real Chromium, by keyboard alone: from finding to finding, fix, ignore, undo."""

from __future__ import annotations

import sys
from pathlib import Path

from chromium_desk import needs_chromium, playwright_api, register

sys.path.insert(0, str(Path(__file__).parents[1] / "checking"))
from word_cases import comments, paragraph, read, run, word_file

expect = playwright_api.expect
pytestmark = needs_chromium
LINES = ["会同其它部门研究。", "完善台帐管理,加强引导。"]


def test_a_word_file_is_read_through_by_keyboard_and_taken_back(
    page: playwright_api.Page,
    tmp_path: Path,
) -> None:
    file = tmp_path / "来文.docx"
    file.write_bytes(word_file(*(paragraph(run(line)) for line in LINES)))
    page.goto("/check")
    page.locator("#f-file").set_input_files(file)
    page.get_by_role("button", name="校对", exact=True).click()
    text, marks = page.locator("#check-text"), page.locator("#check-text mark")
    expect(marks).to_have_text(["其它", "台帐", ","])
    page.keyboard.press("F7")
    expect(page.locator("#check-text .current")).to_have_text("其它")
    page.keyboard.press("a")
    expect(text.locator("ins")).to_have_text("其他")
    # The page comes back at the finding after the one that was fixed.
    expect(page.locator("#check-text .current")).to_have_text("台帐")
    page.keyboard.press("i")
    expect(page.locator("#check-text .current")).to_have_text(",")
    expect(marks).to_have_text([","])
    page.keyboard.press("Shift+F7")
    page.keyboard.press("j")
    expect(page.locator(".finding.current")).to_contain_text("中文里应用全角标点")
    with page.expect_download() as given:
        page.get_by_role("link", name="下载带批注和修订的 Word 文件").click()
    data = given.value.path().read_bytes()
    assert given.value.suggested_filename == "来文（校对）.docx"
    assert read(data, accepted=True) == ["会同其他部门研究。", "完善台帐管理，加强引导。"]
    assert [about for about, _ in comments(data)] == [","]
    page.get_by_role("listitem").filter(has_text="已改正").get_by_role("button").click()
    expect(text.locator("ins")).to_have_count(0)
    expect(marks).to_have_text(["其它", ","])


def test_a_draft_is_fixed_on_its_paper_and_the_answer_follows(
    page: playwright_api.Page,
) -> None:
    matter = register(page)
    page.get_by_label("已开展的工作").fill("会同其它部门新增泊位300个。")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("#status")).to_contain_text("保存于")
    page.goto(f"/matters/{matter}/review")
    page.get_by_role("link", name="逐处校对").click()
    page.locator("#check-text mark", has_text="其它").click()
    current = page.locator(".finding.current")
    expect(current).to_contain_text("“其它”宜作“其他”")
    page.keyboard.press("a")
    expect(page.locator("#check-text")).to_contain_text("会同其他部门新增泊位300个")
    done = page.get_by_role("listitem").filter(has_text="“其它”改为“其他”")
    expect(done).to_be_visible()
    page.goto(f"/matters/{matter}")
    expect(page.get_by_label("已开展的工作")).to_have_value("会同其他部门新增泊位300个。")
    page.goto(f"/matters/{matter}/check")
    done.get_by_role("button", name="撤销").click()
    expect(page.locator("#check-text mark", has_text="其它")).to_be_visible()
    page.locator("#check-text mark", has_text="其它").click()
    page.locator(".finding.current summary").click()
    page.locator(".finding.current").get_by_label("理由").fill("部门名称即如此")
    page.keyboard.press("Enter")
    expect(page.locator("#check-text mark", has_text="其它")).to_have_count(0)
    page.goto("/check/ignored")
    expect(page.get_by_role("row").filter(has_text="部门名称即如此")).to_contain_text("其它")
    page.get_by_role("button", name="恢复提示").click()
    expect(page.get_by_text("今后仍会提示“其它”")).to_be_visible()
