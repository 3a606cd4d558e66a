"""What a clerk typed and what may befall it: no room in the browser, a list that changed, a server
in trouble, a file let go over the text, a clipboard full of rubbish."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from chromium_desk import needs_chromium, playwright_api, register, wait_saved
from own_server import Server

from casework import Casework

expect = playwright_api.expect
pytestmark = needs_chromium

DONE = "已开展的工作"
FULL = """() => {
  for (const size of [1024 * 1024, 10000, 100, 1]) {
    try { for (let n = 0; ; n += 1) localStorage.setItem(`x${size}:${n}`, "x".repeat(size)); }
    catch (error) { /* full for this size */ }
  }
}"""
FORBIDDEN = """Object.defineProperty(window, "localStorage",
  { get() { throw new DOMException("forbidden", "SecurityError"); } });"""
PASTE = """(area, data) => {
  const clipboard = new DataTransfer();
  for (const [kind, text] of Object.entries(data)) {
    if (kind === "picture") clipboard.items.add(new File(["x"], text, { type: "image/png" }));
    else clipboard.setData(kind, text);
  }
  area.focus();
  area.dispatchEvent(new ClipboardEvent("paste",
    { clipboardData: clipboard, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def noise() -> str:
    """What Chromium logs of a cut line and of a refused text."""
    return "ERR_INTERNET_DISC|status of (400|404|409|503)"


def answers(folder: Path, matter_id: int) -> list[tuple[str, str]]:
    with Casework.open(folder) as casework:
        found = casework.matter(matter_id)
    assert found is not None
    return [(one.suggestion.text, one.done) for one in found.draft.answers]


# ------------------------------------------------------------------ no room in the browser


@pytest.mark.parametrize("store", ["full", "forbidden"])
def test_what_stands_on_the_page_alone_is_not_said_to_be_stored(
    window: Callable[..., playwright_api.BrowserContext], server: Server, store: str
) -> None:
    browser = window(server.address)
    if store == "forbidden":
        browser.add_init_script(FORBIDDEN)
    sheet = browser.new_page()
    matter_id = register(sheet)
    if store == "full":
        sheet.evaluate(FULL)
    browser.set_offline(True)
    sheet.get_by_label(DONE).fill("断网时写的。")
    status = sheet.locator("#status")
    expect(status).to_have_text("连接中断，本机也存不下，请不要关闭这一页，稍后自动重存。")

    # A window that closes asks first: "stay" keeps the text.
    asked: list[str] = []

    def stay(dialog: playwright_api.Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    sheet.on("dialog", stay)
    sheet.close(run_before_unload=True)
    sheet.wait_for_timeout(500)
    assert asked == ["beforeunload"] and not sheet.is_closed()
    browser.set_offline(False)
    wait_saved(sheet)
    assert answers(server.folder, matter_id)[0][1] == "断网时写的。"


def test_a_link_waits_for_the_line_instead_of_leaving_the_text(
    desk: playwright_api.BrowserContext, server: Server
) -> None:
    sheet = desk.new_page()
    matter_id = register(sheet)
    desk.set_offline(True)
    sheet.get_by_label(DONE).fill("断网时写的。")
    sheet.get_by_role("link", name="历次版本").click()
    expect(sheet.locator("#status")).to_contain_text("再点一次链接才离开")
    assert sheet.get_by_label(DONE).input_value() == "断网时写的。"
    desk.set_offline(False)
    wait_saved(sheet)
    sheet.get_by_role("link", name="历次版本").click()
    sheet.wait_for_url(re.compile("/versions$"))
    assert answers(server.folder, matter_id)[0][1] == "断网时写的。"


# ------------------------------------------------------------------ a list that changed


def test_a_text_finds_its_suggestion_where_the_list_now_has_it(
    desk: playwright_api.BrowserContext, server: Server
) -> None:
    sheet = desk.new_page()
    matter_id = register(sheet)
    asked = [text for text, _ in answers(server.folder, matter_id)]
    sheet.goto(f"/matters/{matter_id}?s=4")
    desk.set_offline(True)
    sheet.get_by_label(DONE).fill("写给原第四条的话。")
    expect(sheet.locator("#status")).to_contain_text("暂存在本机")
    sheet.close()
    desk.set_offline(False)
    other = desk.new_page()
    other.goto(f"/matters/{matter_id}/intake")
    other.get_by_role("button", name="删除第 2 条").click()
    expect(other.locator("[name=s_text]")).to_have_count(len(asked) - 1)
    other.get_by_role("button", name="确认修改").click()
    other.get_by_role("button", name="第 3 条有内容没有存上，去看").click()
    expect(other.get_by_label(DONE)).to_have_value("写给原第四条的话。")
    wait_saved(other)
    wanted = [(text, "写给原第四条的话。" if text == asked[3] else "") for text in asked]
    assert answers(server.folder, matter_id) == [wanted[0], *wanted[2:]]


def test_a_text_whose_suggestion_is_gone_is_taken_in_elsewhere(
    desk: playwright_api.BrowserContext, server: Server
) -> None:
    sheet = desk.new_page()
    matter_id = register(sheet)
    asked = [text for text, _ in answers(server.folder, matter_id)]
    last = len(asked)
    sheet.goto(f"/matters/{matter_id}?s={last}")
    desk.set_offline(True)
    sheet.get_by_label(DONE).fill("写给末条的话。")
    expect(sheet.locator("#status")).to_contain_text("暂存在本机")
    sheet.close()
    desk.set_offline(False)
    other = desk.new_page()
    other.goto(f"/matters/{matter_id}/intake")
    other.get_by_role("button", name=f"删除第 {last} 条").click()
    expect(other.locator("[name=s_text]")).to_have_count(last - 1)
    other.get_by_role("button", name="确认修改").click()
    other.get_by_label(DONE).fill("第一条自己的话。")
    other.get_by_role("button", name=f"“{asked[-1][:12]}”已不在清单中").click()
    wait_saved(other)
    assert answers(server.folder, matter_id)[0] == (asked[0], "第一条自己的话。\n写给末条的话。")
    other.reload()
    expect(other.locator("#offers button")).to_have_count(0)


def test_two_pages_keep_their_texts_apart(
    context: playwright_api.BrowserContext, page: playwright_api.Page
) -> None:
    matter_id = register(page)
    other = context.new_page()
    other.goto(f"/matters/{matter_id}")
    other.get_by_label(DONE).fill("对方写的一段。")
    wait_saved(other)
    page.get_by_label(DONE).fill("我写的一段。")
    expect(page.get_by_role("link", name="已有他人修改，比对两份内容")).to_be_visible()
    # The other page saves once more, and forgets what it kept: its own, not mine.
    other.get_by_label(DONE).fill("对方又写了一段。")
    wait_saved(other)
    third = context.new_page()
    third.goto(f"/matters/{matter_id}")
    third.get_by_role("button", name="上次有内容没有存上，取回").click()
    expect(third.get_by_label(DONE)).to_have_value("我写的一段。")


# ------------------------------------------------------------------ a server in trouble


def test_a_server_that_cannot_write_for_a_while_is_asked_again(
    page: playwright_api.Page, data_folder: Path
) -> None:
    matter_id = register(page)
    body = json.dumps({"error": "磁盘已满，没有存上。"})
    refuse = {"status": 503, "content_type": "application/json", "body": body}
    page.route(re.compile("/answers/"), lambda route: route.fulfill(**refuse), times=1)
    page.get_by_label(DONE).fill("磁盘满时写的。")
    expect(page.locator("#status")).to_have_text("尚未保存，内容暂存在本机：磁盘已满，没有存上。")
    wait_saved(page)
    assert answers(data_folder, matter_id)[0][1] == "磁盘满时写的。"


def test_a_passage_taken_in_while_the_line_is_cut_keeps_its_source(
    context: playwright_api.BrowserContext, page: playwright_api.Page, data_folder: Path
) -> None:
    matter_id = register(page)
    passage = page.locator(".passage").first
    link = passage.locator(".passage-head a")
    subject = link.inner_text()
    title = link.get_attribute("title") or subject
    context.set_offline(True)
    passage.get_by_role("button", name="插入").click()
    expect(page.locator("#status")).to_contain_text("连接中断")
    context.set_offline(False)
    expect(page.locator("#sources")).to_contain_text(subject)
    wait_saved(page)
    with Casework.open(data_folder) as casework:
        found = casework.matter(matter_id)
    assert found is not None
    assert [one.passage.title for one in found.draft.answers[0].evidence] == [title]


# ------------------------------------------------------------------ what is pasted and dropped


@pytest.mark.parametrize(
    ("data", "wanted", "said"),
    [
        (
            {"text/plain": "\uf06c\u3000一是新建。\r\n\uf0d8 二是管理。\r\n", "picture": "a.png"},
            "一是新建。\n二是管理。",
            "",
        ),
        (
            {"text/plain": "见图。", "text/html": "<p>见图。<img src=x></p>", "picture": "a.png"},
            "见图。",
            "图片不能放进答复正文，请作为附件上传。",
        ),
        (
            {
                "text/html": "<html><style>p{color:red}</style><p class=MsoNormal "
                "style='mso-list:l0'>一是<b>新建</b>&nbsp;泊\n位。</p><p>二是&lt;管理&gt;。</p>"
            },
            "一是新建 泊位。\n二是<管理>。",
            "加粗 1 处没有带来（公文正文不加粗，层次标题的字体由系统排）。",
        ),
        ({"text/rtf": r"{\rtf1 abc}"}, "", "剪贴板里没有可以粘贴的文字。"),
        ({"text/plain": "一行\r另一行\u0085再一行 & <b>"}, "一行\n另一行\n再一行 & <b>", ""),
    ],
)
def test_a_clipboard_is_read_for_its_words(
    page: playwright_api.Page, data: dict[str, str], wanted: str, said: str
) -> None:
    register(page)
    field = page.get_by_label(DONE)
    field.evaluate(PASTE, data)
    assert field.input_value() == wanted
    # What a paste left out stays below the field; that there was nothing is said in passing.
    if wanted:
        expect(page.locator(".pasted").first).to_have_text(said)
    else:
        expect(page.locator("#status")).to_have_text(said)


def test_ten_thousand_lines_go_in_and_out_again(page: playwright_api.Page) -> None:
    register(page)
    field = page.get_by_label(DONE)
    field.fill("头尾")
    field.evaluate("area => area.setSelectionRange(1, 1)")
    lines = [f"第{n}行" for n in range(10_000)]
    field.evaluate(PASTE, {"text/plain": "\r\n".join(lines)})
    assert field.input_value() == "头" + "\n".join(lines) + "尾"
    expect(page.locator("#status")).to_contain_text("不能超过50000个字")
    field.press("Control+Z")
    assert field.input_value() == "头尾"
    wait_saved(page)


def test_a_file_let_go_over_the_text_leaves_the_page_alone(page: playwright_api.Page) -> None:
    register(page)
    taken = page.get_by_label(DONE).evaluate(
        """area => ["dragover", "drop"].map((kind) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File(["x"], "意见.docx"));
          const event = new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true });
          area.dispatchEvent(event);
          return event.defaultPrevented;
        })"""
    )
    assert taken == [True, True]
    expect(page.locator("#status")).to_contain_text("文件不能拖进答复正文")


def test_caps_lock_saves_too(page: playwright_api.Page, data_folder: Path) -> None:
    matter_id = register(page)
    page.get_by_label(DONE).fill("大写锁定时写的。")
    taken = page.evaluate(
        """() => !document.dispatchEvent(new KeyboardEvent("keydown",
          { key: "S", ctrlKey: true, bubbles: true, cancelable: true }))"""
    )
    assert taken is True
    wait_saved(page)
    assert answers(data_folder, matter_id)[0][1] == "大写锁定时写的。"
