"""The pages in a real Chromium, used as a person would use them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from chromium_desk import PROPOSAL, needs_chromium, playwright_api, register, wait_saved

from casework import Casework
from drafting.model import Kind, Proposal, Proposer, Suggestion
from drafting.reading import read_bytes

ASKED = (
    "利用零星土地建设小型停车场",
    "扩大单位车位夜间共享",
    "推行居民夜间包月停车",
    "提升“青岚停车”平台功能",
    "建立“僵尸车”清理长效机制",
)

pytestmark = needs_chromium


def test_from_a_pasted_proposal_to_the_word_file(
    page: playwright_api.Page, tmp_path: Path, data_folder: Path
) -> None:
    page.goto("/new")
    page.get_by_label("粘贴全文").fill(PROPOSAL)
    page.get_by_role("button", name="读取并核对建议").click()
    assert page.get_by_label("案号").input_value() == "211"
    rows = [page.get_by_label(f"第 {n} 条建议") for n in range(1, 6)]
    assert tuple(row.input_value() for row in rows) == ASKED
    page.get_by_role("button", name="确认，生成初稿").click()

    for number, asked in enumerate(ASKED, 1):
        playwright_api.expect(page.get_by_role("heading", level=1)).to_have_text(
            f"{number}. {asked}"
        )
        assert page.locator(".passage").count() >= 3
        page.get_by_label("下一步工作").click()
        page.keyboard.press("Control+A")
        page.keyboard.press("Delete")
        page.locator(".passage").first.get_by_role("button", name="插入").click()
        playwright_api.expect(page.locator("#told")).to_contain_text("插入")
        playwright_api.expect(page.locator("#sources")).to_contain_text("〔1〕")
        # The clerk has looked each old figure up and found that it still stands.
        for field in (page.get_by_label("已开展的工作"), page.get_by_label("下一步工作")):
            checked = re.sub(r"【待核实：原文为(.+?)（\d{4}年）】", r"\1", field.input_value())
            field.fill(re.sub(r"【待核实：[^】]*】", "已组织调研。", checked) or "继续办理。")
        page.get_by_label("责任单位").fill("区城管局")
        page.get_by_label("完成时限").fill("2027年6月底前")
        page.get_by_label("采纳", exact=True).check()
        last = number == len(ASKED)
        page.get_by_role("button", name="保存，看文稿" if last else "保存，写下一条").click()

    page.wait_for_url(re.compile(r"/reply$"))
    page.get_by_label("发文字号").fill("青城管函〔2026〕12号")
    page.get_by_label("成文日期").fill("2026-12-20")
    page.get_by_label("联系人 1 姓名").fill("林知远")
    page.get_by_label("联系人 1 电话").fill("0000-1234567")
    page.get_by_label("公开属性").select_option("主动公开")
    page.get_by_role("button", name="保存并刷新预览").click()
    playwright_api.expect(page.locator(".notice")).to_have_text("已保存。")
    preview = page.locator(".preview")
    for asked in ASKED:
        heading = asked.replace("“", "‘").replace("”", "’")
        playwright_api.expect(preview).to_contain_text(f"关于“{heading}”的建议")
    playwright_api.expect(page.get_by_text("还有待核实")).to_have_count(0)

    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载 Word 文件").click()
    download = waiting.value
    assert download.suggested_filename == (
        "青城管函〔2026〕12号_关于区政协十届五次会议第211号提案的答复.docx"
    )
    saved = tmp_path / "out.docx"
    download.save_as(saved)
    document = read_bytes(saved.read_bytes(), saved.name)
    assert (document.kind, document.item_no, document.doc_no, str(document.date)) == (
        Kind.REPLY,
        "211",
        "青城管函〔2026〕12号",
        "2026-12-20",
    )
    answered = [heading.text for heading in document.headings if heading.level == 1]
    assert len(answered) == len(ASKED)
    page.goto("/")
    playwright_api.expect(page.locator("tbody")).to_contain_text("5/5")


def test_typing_is_saved_by_itself_and_survives_a_closed_page(
    context: playwright_api.BrowserContext, page: playwright_api.Page, data_folder: Path
) -> None:
    matter_id = register(page)
    page.get_by_label("已开展的工作").fill("已建成3处，另有【待核实：处数】在建。")
    wait_saved(page)
    playwright_api.expect(page.locator("#states")).to_contain_text("待核实 1")
    page.close()
    again = context.new_page()
    again.goto(f"/matters/{matter_id}")
    assert again.get_by_label("已开展的工作").input_value().startswith("已建成3处")
    with Casework.open(data_folder) as casework:
        kept = casework.matter(matter_id)
    assert kept is not None
    assert kept.draft.answers[0].done == "已建成3处，另有【待核实：处数】在建。"


def test_leaving_by_a_link_or_closing_saves_first(
    context: playwright_api.BrowserContext, page: playwright_api.Page
) -> None:
    matter_id = register(page)
    page.get_by_label("已开展的工作").fill("点链接之前写的。")
    page.get_by_role("link", name="文稿与下载").click()
    playwright_api.expect(page.locator(".preview")).to_contain_text("点链接之前写的。")
    page.get_by_role("link", name="起草", exact=True).click()
    page.get_by_label("已开展的工作").fill("关页面之前写的。")
    page.close(run_before_unload=True)
    again = context.new_page()
    for _ in range(20):
        again.goto(f"/matters/{matter_id}")
        if again.get_by_label("已开展的工作").input_value() == "关页面之前写的。":
            break
        again.wait_for_timeout(100)
    assert again.get_by_label("已开展的工作").input_value() == "关页面之前写的。"


def test_a_passage_goes_in_at_the_cursor_and_can_be_undone(page: playwright_api.Page) -> None:
    register(page)
    done = page.get_by_label("已开展的工作")
    done.fill("第一段。\n第三段。")
    done.evaluate("area => area.setSelectionRange(4, 4)")
    ours = page.locator(".passage").filter(has=page.get_by_text("本单位", exact=True)).first
    ours.get_by_role("button", name="插入").click()
    playwright_api.expect(page.locator("#sources")).to_contain_text("〔1〕")
    assert re.fullmatch(r"第一段。\n.{20,}\n第三段。", done.input_value())
    done.press("Control+Z")
    playwright_api.expect(done).to_have_value("第一段。\n第三段。")
    playwright_api.expect(page.locator("#sources")).not_to_contain_text("〔1〕")
    wait_saved(page)


def test_the_pending_mark_goes_in_at_the_cursor_and_is_listed(page: playwright_api.Page) -> None:
    register(page)
    step = page.get_by_label("下一步工作")
    step.fill("建设停车场处。")
    step.evaluate("area => area.setSelectionRange(5, 5)")
    page.get_by_role("button", name="插入【待核实】").click()
    page.keyboard.type("数量")
    assert step.input_value() == "建设停车场【待核实：数量】处。"
    wait_saved(page)
    page.get_by_role("button", name="【待核实：数量】").click()
    assert step.evaluate("area => area.selectionStart") == 5


def test_two_pages_on_one_answer_lose_nothing(
    context: playwright_api.BrowserContext, page: playwright_api.Page
) -> None:
    matter_id = register(page)
    other = context.new_page()
    other.goto(f"/matters/{matter_id}")
    other.get_by_label("已开展的工作").fill("对方写的一段。")
    wait_saved(other)
    page.get_by_label("已开展的工作").fill("我写的一段。")
    compare = page.get_by_role("link", name="已有他人修改，比对两份内容")
    compare.click()
    playwright_api.expect(page.get_by_role("heading", level=1)).to_have_text("这条答复已被他人修改")
    assert page.get_by_label("已开展的工作").input_value() == "我写的一段。"
    playwright_api.expect(page.locator(".answer-text").first).to_have_text("对方写的一段。")
    page.get_by_label("已开展的工作").fill("两段合一。")
    page.get_by_role("button", name="以左边的内容保存").click()
    assert page.get_by_label("已开展的工作").input_value() == "两段合一。"


def test_a_cut_line_is_said_and_the_text_sent_when_it_is_back(
    context: playwright_api.BrowserContext, page: playwright_api.Page
) -> None:
    matter_id = register(page)
    context.set_offline(True)
    page.get_by_label("已开展的工作").fill("断网时写的。")
    playwright_api.expect(page.locator("#status")).to_contain_text("连接中断")
    context.set_offline(False)
    wait_saved(page)
    page.goto(f"/matters/{matter_id}")
    assert page.get_by_label("已开展的工作").input_value() == "断网时写的。"


def test_suggestions_are_corrected_in_place(page: playwright_api.Page) -> None:
    page.goto("/new")
    page.get_by_label("粘贴全文").fill(PROPOSAL)
    page.get_by_role("button", name="读取并核对建议").click()
    page.get_by_label("案由").fill("没有保存的案由")
    first = page.get_by_label("第 1 条建议")
    first.evaluate("area => area.setSelectionRange(6, 6)")
    page.get_by_role("button", name="拆分第 1 条").click()
    playwright_api.expect(page.get_by_label("第 2 条建议")).to_have_value("建设小型停车场")
    assert page.get_by_label("第 1 条建议").input_value() == "利用零星土地"
    page.get_by_role("button", name="第 1 条与下一条合并").click()
    playwright_api.expect(page.get_by_label("第 1 条建议")).to_have_value(
        "利用零星土地；建设小型停车场"
    )
    page.get_by_role("button", name="删除第 5 条").click()
    playwright_api.expect(page.get_by_label("第 5 条建议")).to_have_count(0)
    page.get_by_role("button", name="添加一条建议").click()
    playwright_api.expect(page.get_by_label("第 5 条建议")).to_be_focused()
    page.keyboard.type("加强停车执法")
    page.get_by_role("button", name="第 5 条上移").click()
    playwright_api.expect(page.get_by_label("第 4 条建议")).to_have_value("加强停车执法")
    assert page.get_by_label("案由").input_value() == "没有保存的案由"
    page.get_by_role("button", name="确认，从空白起草").click()
    playwright_api.expect(page.locator(".states li")).to_have_count(5)
    playwright_api.expect(page.locator(".matter-name")).to_contain_text("没有保存的案由")


def test_everything_works_without_script(
    window: Callable[..., playwright_api.BrowserContext], address: str
) -> None:
    page = window(address, java_script_enabled=False).new_page()
    page.goto("/new")
    page.get_by_label("粘贴全文").fill(PROPOSAL)
    page.get_by_role("button", name="读取并核对建议").click()
    page.get_by_role("button", name="第 1 条下移").click()
    assert page.get_by_label("第 1 条建议").input_value() == ASKED[1]
    page.get_by_role("button", name="确认，从空白起草").click()
    page.get_by_label("已开展的工作").fill("先写一句。")
    page.get_by_label("检索依据").fill("夜间停车共享")
    page.get_by_role("button", name="检索").click()
    assert "“夜间停车共享”的检索结果" in page.locator("#evidence").inner_text()
    page.locator(".passage").first.get_by_role("button", name="插入").click()
    assert page.get_by_label("已开展的工作").input_value() == "先写一句。"
    assert page.get_by_label("下一步工作").input_value().startswith("按照《青岚区")
    assert "〔1〕" in page.locator("#sources").inner_text()
    page.locator(".state").nth(2).click()
    assert page.get_by_role("heading", level=1).inner_text() == f"3. {ASKED[2]}"
    page.get_by_role("link", name="文稿与下载").click()
    assert "先写一句。" in page.locator(".preview").inner_text()


def test_thirty_suggestions_fit_the_desk(page: playwright_api.Page, data_folder: Path) -> None:
    with Casework.open(data_folder) as casework:
        suggestions = tuple(Suggestion(None, f"第{n}件与停车有关的事情") for n in range(1, 31))
        proposal = Proposal(
            item_no="30",
            subject="关于" + "很长的案由" * 12 + "的提案",
            proposers=tuple(Proposer(f"委员{n}") for n in range(30)),
            suggestions=suggestions,
        )
        matter_id = casework.create_matter(proposal)
    page.goto(f"/matters/{matter_id}/intake")
    page.get_by_role("button", name="确认，从空白起草").click()
    page.locator(".state").nth(29).click()
    playwright_api.expect(page.get_by_role("heading", level=1)).to_contain_text("30.")
    playwright_api.expect(page.get_by_role("button", name="保存", exact=True)).to_be_in_viewport()


def test_pages_fit_the_screen_and_every_field_has_a_name(page: playwright_api.Page) -> None:
    matter_id = register(page, "确认，生成初稿")
    paths = ["/", "/new", "/new/typed", "/search?q=停车", "/documents/1", "/deleted"]
    paths += [f"/matters/{matter_id}{p}" for p in ("", "/intake", "/reply", "/versions")]
    for path in paths:
        page.goto(path)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, path
        nameless = page.evaluate(
            """() => [...document.querySelectorAll('input,select,textarea,button,a')]
                .filter(e => e.type !== 'hidden' && !e.closest('[aria-hidden=true]'))
                .filter(e => !(e.labels && e.labels.length) && !e.getAttribute('aria-label')
                    && !e.getAttribute('aria-labelledby') && !e.textContent.trim())
                .map(e => e.outerHTML)"""
        )
        assert nameless == [], path
        assert page.locator("h1").count() >= 1, path


HIDDEN = """() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  const { left, top, bottom, width } = one.getBoundingClientRect();
  const covered = [top + 2, bottom - 2].some((y) => {
    const seen = document.elementFromPoint(left + width / 2, y);
    return !seen || !(one.contains(seen) || seen.contains(one));
  });
  // A text may be taller than its window.
  return covered && one.tagName !== "TEXTAREA" ? one.outerHTML : "";
}"""


@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
@pytest.mark.parametrize("part", ["", "/intake", "/versions", "/opinions", "/figures"])
def test_no_bar_hides_what_the_keyboard_reaches(
    page: playwright_api.Page, data_folder: Path, part: str, key: str
) -> None:
    matter_id = register(page, "确认，生成初稿")
    with Casework.open(data_folder) as casework:
        for number in range(2, 20):
            kept = casework.matter(matter_id)
            assert kept is not None
            draft = replace(kept.draft, closing=f"第{number}稿。")
            casework.save_draft(matter_id, draft, kept.version, author="", note="改结语")
    page.goto(f"/matters/{matter_id}{part}")
    hidden = []
    for _ in range(200):
        page.keyboard.press(key)
        found = page.evaluate(HIDDEN)
        if found is None:
            break
        hidden += [found] if found else []
    assert found is None and hidden == []


def test_the_keyboard_alone_reaches_and_shows_the_focus(page: playwright_api.Page) -> None:
    matter_id = register(page)
    page.goto(f"/matters/{matter_id}")
    page.keyboard.press("Tab")
    playwright_api.expect(page.get_by_role("link", name="跳到答复")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "done"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.type("只用键盘写的。")
    page.keyboard.press("Control+S")
    wait_saved(page)
