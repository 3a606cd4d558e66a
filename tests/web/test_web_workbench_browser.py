"""The workbench in a real Chromium: nothing is lost, everything by keyboard, the paper beside."""

from __future__ import annotations

import re
import time
from itertools import pairwise
from pathlib import Path

import pytest
from chromium_desk import needs_chromium, playwright_api, register, wait_saved
from own_server import Server

from casework import Casework

OPINIONS = Path(__file__).resolve().parents[1] / "opinions"
expect = playwright_api.expect
pytestmark = needs_chromium


def done_in(folder: Path, matter_id: int, place: int = 0) -> str:
    with Casework.open(folder) as casework:
        found = casework.matter(matter_id)
    assert found is not None
    return found.draft.answers[place].done


# ------------------------------------------------------------------ nothing is lost


def test_a_hand_that_never_rests_is_saved_within_two_seconds(
    page: playwright_api.Page,
    data_folder: Path,
) -> None:
    matter_id = register(page)
    field = page.get_by_label("已开展的工作")
    field.click()
    behind = []
    started = time.monotonic()
    written = ""
    while time.monotonic() - started < 6:
        page.keyboard.insert_text("字")
        written += "字"
        page.wait_for_timeout(120)
        behind.append((time.monotonic(), len(written), len(done_in(data_folder, matter_id))))
    # What stood on the page two seconds (and the time of a slow machine) ago is in the database.
    for moment, _, kept in behind[30:]:
        then = max(length for at, length, _ in behind if at <= moment - 3.0)
        assert kept >= then
    wait_saved(page)
    assert done_in(data_folder, matter_id) == written


def test_a_killed_server_costs_nothing_and_is_waited_for(
    desk: playwright_api.BrowserContext, server: Server
) -> None:
    sheet = desk.new_page()
    matter_id = register(sheet)
    sheet.get_by_label("已开展的工作").fill("服务器停掉之前写的。")
    wait_saved(sheet)
    server.kill()
    sheet.get_by_label("已开展的工作").fill("服务器停掉之后写的。")
    expect(sheet.locator("#status")).to_contain_text("暂存在本机")
    server.start()
    wait_saved(sheet)
    assert done_in(server.folder, matter_id) == "服务器停掉之后写的。"


def test_a_window_closed_while_the_server_was_away_is_taken_up_again(
    desk: playwright_api.BrowserContext, server: Server
) -> None:
    sheet = desk.new_page()
    matter_id = register(sheet)
    server.kill()
    sheet.get_by_label("已开展的工作").fill("关窗口之前写的。")
    sheet.wait_for_timeout(300)
    sheet.close()
    server.start()
    other = desk.new_page()
    other.goto(f"/matters/{matter_id}?s=2")
    other.get_by_role("button", name="第 1 条有内容没有存上，去看").click()
    expect(other.get_by_label("已开展的工作")).to_have_value("关窗口之前写的。")
    wait_saved(other)
    assert done_in(server.folder, matter_id) == "关窗口之前写的。"


def test_a_session_that_ends_while_typing_goes_on_after_the_login(
    desk: playwright_api.BrowserContext, server: Server
) -> None:
    sheet = desk.new_page()
    matter_id = register(sheet)
    with Casework.open(server.folder) as casework:
        casework.people.add("周望舒", "qinglan-2026", unit="青岚区城管局")
        casework.hand_over("青岚区城管局")
    sheet.get_by_label("已开展的工作").fill("登录失效时写的。")
    expect(sheet.locator("#status")).to_contain_text("登录已失效")
    with desk.expect_page() as opened:
        sheet.get_by_role("link", name="重新登录（另开一页）").click()
    login = opened.value
    login.get_by_label("用户名").fill("周望舒")
    login.get_by_label("密码").fill("qinglan-2026")
    login.get_by_role("button", name="登录").click()
    login.wait_for_url(re.compile(r"/$"))
    wait_saved(sheet)
    assert done_in(server.folder, matter_id) == "登录失效时写的。"
    expect(sheet.get_by_role("link", name="重新登录（另开一页）")).to_be_hidden()


def test_two_people_in_different_lines_get_a_merge(
    context: playwright_api.BrowserContext,
    page: playwright_api.Page,
) -> None:
    matter_id = register(page)
    page.get_by_label("已开展的工作").fill("第一段。\n第二段。")
    wait_saved(page)
    other = context.new_page()
    other.goto(f"/matters/{matter_id}")
    other.get_by_label("已开展的工作").fill("对方改的第一段。\n第二段。")
    other.get_by_label("采纳", exact=True).check()
    wait_saved(other)
    page.get_by_label("已开展的工作").fill("第一段。\n我改的第二段。")
    expect(page.locator("#status")).to_contain_text("已并入他人的修改")
    assert page.get_by_label("已开展的工作").input_value() == "对方改的第一段。\n我改的第二段。"
    expect(page.get_by_label("采纳", exact=True)).to_be_checked()


def test_every_step_back_is_there(page: playwright_api.Page) -> None:
    matter_id = register(page)
    field = page.get_by_label("已开展的工作")
    field.fill("新建泊位320个。")
    wait_saved(page)
    page.goto(f"/matters/{matter_id}/versions")
    page.get_by_label("给现存的").fill("送局长看的稿")
    page.get_by_role("button", name="存为新版本").click()
    page.get_by_role("link", name="回到起草").click()
    page.get_by_label("已开展的工作").fill("新建泊位350个。")
    wait_saved(page)
    page.get_by_role("link", name="历次版本").click()
    page.get_by_role("button", name="比对所选两版").click()
    assert page.locator(".marked ins").all_inner_texts() == ["350"]
    assert page.locator(".marked del").all_inner_texts() == ["320"]
    page.get_by_role("link", name="所有版本").click()
    row = page.get_by_role("row").filter(has_text="送局长看的稿")
    row.get_by_role("link").click()
    page.get_by_role("button", name="恢复这一版").click()
    assert page.get_by_label("已开展的工作").input_value() == "新建泊位320个。"


# ------------------------------------------------------------------ the screen


def test_the_paper_beside_follows_what_is_written(page: playwright_api.Page) -> None:
    register(page)
    paper = page.locator("#strip-paper")
    expect(paper).to_be_hidden()
    page.get_by_role("button", name="纸样").click()
    expect(paper).to_contain_text("关于“利用零星土地建设小型停车场”的建议")
    page.get_by_label("已开展的工作").fill("随写随排的一句话。")
    expect(paper).to_contain_text("随写随排的一句话。")
    page.reload()
    expect(paper).to_contain_text("随写随排的一句话。")
    page.keyboard.press("Alt+P")
    expect(paper).to_be_hidden()
    page.reload()
    expect(page.get_by_role("button", name="纸样")).to_have_attribute("aria-expanded", "false")
    expect(paper).to_be_hidden()


@pytest.mark.parametrize("width, height", [(1366, 768), (1920, 1080)])
def test_nothing_lies_over_the_answer_its_sources_and_what_is_missing(
    page: playwright_api.Page, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    register(page, "确认，生成初稿")
    if page.locator("#strip").is_hidden():
        page.get_by_role("button", name="纸样").click()
    parts = page.locator(".answer-fields .field, .pendings, .sources li")
    assert parts.count() >= 8
    # What stands at the middle of each, scrolled into view, is the part itself or lies in it.
    covered = parts.evaluate_all("""(parts) => parts.filter((part) => {
        part.scrollIntoView({ block: "center" });
        const box = part.getBoundingClientRect();
        const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        return !part.contains(top) && !top.contains(part);
    }).map((part) => part.textContent.trim().slice(0, 20))""")
    assert covered == []
    columns = page.locator(".middle, #strip, .right").filter(visible=True)
    edges = [columns.nth(n).bounding_box() for n in range(columns.count())]
    assert all(a and b and a["x"] + a["width"] <= b["x"] + 1 for a, b in pairwise(edges))


def test_the_columns_are_walked_by_one_key(page: playwright_api.Page) -> None:
    register(page)
    page.get_by_label("已开展的工作").focus()
    where = "document.activeElement.closest('.middle, .right, .left, .strip').className"
    walked = []
    for _ in range(4):
        page.keyboard.press("F6")
        walked.append(page.evaluate(where))
    assert walked == ["right", "left", "middle", "right"]


def test_tabs_and_jumps_work_by_keyboard_and_keep_what_is_typed(
    page: playwright_api.Page,
) -> None:
    register(page)
    field = page.get_by_label("已开展的工作")
    # 𠮷 is two units to the browser and one character to the server.
    field.fill("𠮷祥路2026年新建机械车位88个。")
    page.get_by_role("link", name="事实", exact=True).focus()
    page.keyboard.press("Enter")
    jump = page.get_by_role("button", name="88个")
    expect(page.locator(".fact").filter(has_text="88个")).to_contain_text("无出处")
    jump.focus()
    page.keyboard.press("Enter")
    selected = "area => area.value.slice(area.selectionStart, area.selectionEnd)"
    assert field.evaluate(selected) == "88个"
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("2.")
    expect(page.get_by_role("link", name="事实", exact=True)).to_have_attribute(
        "aria-current", "page"
    )


def test_an_answer_is_written_and_left_by_the_keyboard_alone(page: playwright_api.Page) -> None:
    page.goto(f"/matters/{register(page)}")
    page.get_by_label("已开展的工作").focus()
    page.keyboard.press("Alt+2")
    expect(page.get_by_label("部分采纳", exact=True)).to_be_checked()
    expect(page.get_by_label("已开展的工作")).to_be_focused()
    page.keyboard.press("Alt+1")
    expect(page.get_by_label("采纳", exact=True)).to_be_checked()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**?s=2")
    # Whoever goes on goes on writing; whoever comes otherwise begins at the page's head.
    expect(page.get_by_label("已开展的工作")).to_be_focused()
    page.reload()
    expect(page.get_by_label("已开展的工作")).not_to_be_focused()
    page.goto(page.url.replace("s=2", "s=1"))
    expect(page.get_by_label("采纳", exact=True)).to_be_checked()


def test_a_jump_shows_its_place_in_an_answer_of_many_pages(page: playwright_api.Page) -> None:
    register(page)
    lines = [
        f"第{n}街道新建泊位{1000 + n}个，群众停车难得到缓解，投诉明显减少。" for n in range(700)
    ]
    field = page.get_by_label("已开展的工作")
    field.fill("\n".join(lines))
    assert field.evaluate("area => area.value.length") > 20_000
    wait_saved(page)
    seen = """area => {
      const line = area.value.slice(0, area.selectionStart).split("\\n").length - 1;
      const height = area.getBoundingClientRect().height / area.value.split("\\n").length;
      const top = area.getBoundingClientRect().top + line * height;
      const box = document.querySelector(".answer-fields").getBoundingClientRect();
      return top > box.top - height && top + height < box.bottom + height;
    }"""
    page.get_by_role("link", name="事实", exact=True).click()
    page.get_by_role("button", name="1003个").click()
    assert field.evaluate(seen)
    for number in range(2, 7):
        page.get_by_role("link", name="下一页").click()
        expect(page.get_by_label("事实翻页")).to_contain_text(f"第 {number} 页，共 12 页")
    jump = page.get_by_role("button", name=re.compile("^13[0-9]{2}个$")).last
    words = jump.inner_text()
    jump.click()
    selected = "area => area.value.slice(area.selectionStart, area.selectionEnd)"
    assert field.evaluate(selected) == words and field.evaluate(seen)


def test_a_long_list_of_suggestions_is_skipped_by_one_key(page: playwright_api.Page) -> None:
    matter_id = register(page)
    page.goto(f"/matters/{matter_id}")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到答复")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("已开展的工作")).to_be_focused()


def test_a_selection_becomes_a_phrase_and_goes_in_elsewhere(
    page: playwright_api.Page,
) -> None:
    register(page)
    field = page.get_by_label("下一步工作")
    field.fill("我局将按季度通报进展。另一句。")
    field.evaluate("area => { area.focus(); area.setSelectionRange(0, 11); }")
    page.get_by_role("button", name="存为常用语").first.click()
    expect(page.locator("#status")).to_have_text("已存为常用语。")
    page.get_by_role("button", name="保存，写下一条").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("2.")
    page.get_by_role("link", name="借用").click()
    page.get_by_label("下一步工作").click()
    page.locator(".phrase").get_by_role("button", name="插入").first.click()
    expect(page.get_by_label("下一步工作")).to_have_value("我局将按季度通报进展。")
    wait_saved(page)


def test_what_is_pasted_is_plain_text_and_a_picture_is_said(
    page: playwright_api.Page,
) -> None:
    register(page)
    field = page.get_by_label("已开展的工作")
    field.click()
    paste = """(area, [text, picture]) => {
        const data = new DataTransfer();
        if (text) data.setData("text/plain", text);
        if (text) data.setData("text/html", `<p style="mso-list:l0">${text}</p>`);
        if (picture) data.items.add(new File(["x"], "图.png", { type: "image/png" }));
        area.dispatchEvent(new ClipboardEvent("paste",
            { clipboardData: data, bubbles: true, cancelable: true }));
    }"""
    word = "\u3000\u3000一是新建\u200b泊位。\r\n\r\n·\t二是规范\u00a0收费。\r\n\ufeff"
    field.evaluate(paste, [word, False])
    assert field.input_value() == "一是新建泊位。\n二是规范 收费。"
    field.evaluate(paste, ["", True])
    expect(page.locator("#status")).to_contain_text("图片不能粘贴到答复正文")
    assert field.input_value() == "一是新建泊位。\n二是规范 收费。"
    field.press("Control+Z")
    assert field.input_value() == ""


# ------------------------------------------------------------------ 会办 and 送核稿


def test_an_opinion_comes_in_stands_beside_its_suggestion_and_goes_into_the_answer(
    page: playwright_api.Page,
) -> None:
    matter_id = register(page)
    page.get_by_role("link", name="会办意见").click()
    unit = page.locator(".opinion").filter(has_text="区住建局")
    unit.get_by_text("收到意见：粘贴或上传").click()
    unit.get_by_label("或者选择文件").set_input_files(OPINIONS / "zhujian.txt")
    unit.get_by_role("button", name="收下").click()
    expect(page.locator(".notice").first).to_contain_text("已收下区住建局的会办意见")
    page.goto(f"/matters/{matter_id}?s=5")
    shown = page.locator(".opinions .passage")
    expect(shown).to_have_count(1)
    shown.get_by_role("button", name="插入").click()
    expect(page.locator("#sources")).to_contain_text("区住建局会办意见")
    done = page.get_by_label("已开展的工作")
    assert done.input_value().startswith("经商区住建局，该局将督促物业")
    wait_saved(page)
    page.get_by_role("link", name="事实", exact=True).click()
    expect(page.locator(".fact").filter(has_text="43辆")).to_contain_text("有出处")


def test_sending_is_blocked_until_a_reason_is_given(
    desk: playwright_api.BrowserContext,
) -> None:
    sheet = desk.new_page()
    register(sheet, "确认，生成初稿")
    sheet.get_by_role("link", name="送核稿").click()
    expect(sheet.get_by_role("heading", name=re.compile("处待核实，不能送核稿"))).to_be_visible()
    sheet.get_by_text("确需先送的，写明理由").click()
    sheet.get_by_role("button", name="仍要送核稿").click()
    expect(sheet.get_by_role("alert")).to_contain_text("请写明理由")
    sheet.get_by_label(re.compile("^理由")).fill("统计数据下周公布，先送文字稿。")
    sheet.get_by_role("button", name="仍要送核稿").click()
    expect(sheet.locator("table")).to_contain_text("统计数据下周公布，先送文字稿。")
    expect(sheet.locator("#matter-facts")).to_contain_text("已送核稿")


def test_the_pages_of_the_workbench_fit_the_screen_and_name_every_field(
    page: playwright_api.Page,
) -> None:
    matter_id = register(page, "确认，生成初稿")
    paths = [
        "",
        "?tab=facts",
        "?tab=reuse",
        "/opinions",
        "/figures",
        "/figures/new",
        "/review",
        "/versions",
    ]
    paths += ["/compare?from=1&to=2", "/intake"]
    for path in paths:
        page.goto(f"/matters/{matter_id}{path}")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
        nameless = page.evaluate(
            """() => [...document.querySelectorAll('input,select,textarea,button,a,summary')]
                .filter(e => e.type !== 'hidden' && !e.closest('[aria-hidden=true]'))
                .filter(e => !(e.labels && e.labels.length) && !e.getAttribute('aria-label')
                    && !e.textContent.trim())
                .map(e => e.outerHTML)"""
        )
        assert nameless == [], path
        weight = page.evaluate(
            """() => performance.getEntriesByType('navigation')
                .concat(performance.getEntriesByType('resource'))
                .reduce((sum, one) => sum + one.transferSize, 0)"""
        )
        assert weight < 200_000, (path, weight)


def test_a_text_that_is_too_long_is_said_once_and_stays_on_the_page(
    desk: playwright_api.BrowserContext, server: Server
) -> None:
    sheet = desk.new_page()
    matter_id = register(sheet)
    field = sheet.get_by_label("责任单位")
    field.fill("局" * 201)
    expect(sheet.locator("#status")).to_contain_text("不能超过200个字")
    posts: list[str] = []
    sheet.on("request", lambda request: posts.append(request.method))
    sheet.wait_for_timeout(6_000)
    assert posts.count("POST") == 0
    field.fill("区城管局")
    wait_saved(sheet)
    with Casework.open(server.folder) as casework:
        found = casework.matter(matter_id)
    assert found is not None and found.draft.answers[0].next_unit == "区城管局"


def test_a_refused_text_made_right_is_saved_without_a_further_letter(
    desk: playwright_api.BrowserContext, server: Server
) -> None:
    sheet = desk.new_page()
    matter_id = register(sheet)
    field = sheet.get_by_label("责任单位")
    field.fill("局" * 201)
    expect(sheet.locator("#status")).to_contain_text("不能超过200个字")
    # While the page waits for another session.
    field.fill("区城管局")
    wait_saved(sheet)
    with Casework.open(server.folder) as casework:
        found = casework.matter(matter_id)
    assert found is not None and found.draft.answers[0].next_unit == "区城管局"


def test_a_whole_book_pasted_is_said_at_its_place_and_stays(page: playwright_api.Page) -> None:
    page.goto("/new")
    area = page.get_by_label("粘贴全文")
    area.evaluate("(area) => { area.value = '停车建设管理提升'.repeat(400000); }")
    page.get_by_role("button", name="读取并核对建议").click()
    assert area.evaluate("(area) => area.validationMessage") == (
        "文字共 3200000 个，超过 30 万字，请只粘贴提案正文。"
    )
    assert area.evaluate("(area) => area.value.length") == 3_200_000
    area.fill("关于增加停车位的提案\n案号：第9号\n建议：\n1.增加停车位。")
    page.get_by_role("button", name="读取并核对建议").click()
    page.wait_for_url(re.compile("/intake$"))
