"""The archive page in a real Chromium: files dropped on it, progress, undo, corrections."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from chromium import PATIENCE
from chromium_desk import needs_chromium, playwright_api
from waitress.server import create_server
from web_fakes import set_up

from web import create_app

DROP = """
(target, files) => {
  const data = new DataTransfer();
  for (const [name, text] of files) data.items.add(new File([text], name));
  for (const kind of ["dragover", "drop"]) {
    const how = { dataTransfer: data, bubbles: true, cancelable: true };
    target.dispatchEvent(new DragEvent(kind, how));
  }
}
"""

pytestmark = needs_chromium


def reply(number: int, body: str = "新建停车泊位1200个。") -> str:
    return (
        f"关于区政协十届四次会议第{number}号提案的答复\n薄望舒委员：\n"
        f"您提出的《关于第{number}事的提案》收悉，现答复如下：\n{body}\n"
        "青岚区城市管理局\n2025年6月3日"
    )


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    server = create_server(create_app(set_up(tmp_path)), host="127.0.0.1", port=0, threads=4)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()


@pytest.fixture
def page(context: playwright_api.BrowserContext) -> playwright_api.Page:
    # An import takes its time.
    context.set_default_timeout(PATIENCE)
    return context.new_page()


def test_dropped_files_go_in_and_the_list_follows(page: playwright_api.Page) -> None:
    page.goto("/archive")
    ledger = "\n".join(
        json.dumps({"source": f"s{n}", "text": reply(n)}, ensure_ascii=False)
        for n in range(20, 420)
    )
    files = [["a.txt", reply(3)], ["空.txt", ""], ["台账.jsonl", ledger]]
    page.locator("#drop").evaluate(DROP, files)
    # All three are with the server; whether it is done with them already depends on the machine.
    playwright_api.expect(page.locator("#upload-status")).to_have_text("")
    # A reload in the middle loses nothing.
    page.reload()
    page.locator(".job[data-state=done]").wait_for()
    assert "导入 401 件，未变 0 件，未能导入 1 件" in page.locator(".job-text").inner_text()
    assert page.locator(".job-failures li").all_inner_texts() == [
        "空.txt　文件是空的，没有可读的内容。"
    ]
    page.get_by_role("heading", name="档案 401 份").wait_for()
    page.get_by_label("标题里的词").fill("第3号")
    page.get_by_role("button", name="筛选").click()
    page.get_by_role("link", name="关于区政协十届四次会议第3号提案的答复").click()
    page.get_by_role("heading", name="关于区政协十届四次会议第3号提案的答复").wait_for()


def test_chosen_files_are_deleted_and_come_back_and_are_corrected(
    page: playwright_api.Page, tmp_path: Path
) -> None:
    path = tmp_path / "b.txt"
    path.write_text(reply(7), "utf-8")
    page.goto("/archive")
    page.locator("#f-files").set_input_files([path])
    page.get_by_role("button", name="导入", exact=True).click()
    page.get_by_role("link", name="第7号提案的答复").wait_for()
    page.get_by_role("button", name="删除").click()
    page.get_by_role("button", name="撤销", exact=True).click()
    page.get_by_role("link", name="更正").click()
    page.get_by_label("成文日期").fill("2025年6月30日")
    page.get_by_role("button", name="保存更正").click()
    page.get_by_text("已保存更正").wait_for()
    assert page.get_by_text("2025年6月30日").count() == 1


def test_without_script_the_form_still_imports(
    window: Callable[..., playwright_api.BrowserContext], address: str, tmp_path: Path
) -> None:
    path = tmp_path / "b.txt"
    path.write_text(reply(7), "utf-8")
    page = window(address, java_script_enabled=False).new_page()
    page.goto("/archive")
    page.locator("#f-files").set_input_files([path])
    page.get_by_role("button", name="导入", exact=True).click()
    for _ in range(80):
        page.goto("/archive")
        if page.get_by_text("：导入 1 件，未变 0 件").count():
            break
        page.wait_for_timeout(250)
    assert page.get_by_role("link", name="第7号提案的答复").count() == 1


def test_the_page_fits_the_screen_and_every_field_has_a_name(page: playwright_api.Page) -> None:
    page.goto("/archive")
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    unnamed = page.evaluate(
        "[...document.querySelectorAll('input:not([type=hidden]),select,textarea')]"
        ".filter(one => !one.labels.length && !one.ariaLabel).map(one => one.name)"
    )
    assert (wide, unnamed) == (False, [])


def test_a_folder_dropped_from_the_desk_goes_in_whole(
    page: playwright_api.Page, tmp_path: Path
) -> None:
    folder = tmp_path / "答复" / "2025年"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text(reply(3), "utf-8")
    (folder.parent / "b.txt").write_text(reply(4), "utf-8")
    (folder / "~$a.txt").write_text("锁", "utf-8")
    (folder.parent / ".DS_Store").write_bytes(b"\0")
    page.goto("/archive")
    box = page.locator("#drop").bounding_box()
    assert box is not None
    session = page.context.new_cdp_session(page)
    # As the desktop does it: a script's own DataTransfer holds no folders.
    data = {"items": [], "files": [str(folder.parent)], "dragOperationsMask": 1}
    where = {"x": box["x"] + 40, "y": box["y"] + 10, "data": data}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, **where})
    page.get_by_role("heading", name="档案 2 份").wait_for()
    sources = page.locator("td.wide-cell small").all_inner_texts()
    assert sorted(sources) == ["答复/2025年/a.txt", "答复/b.txt"]


def test_unknown_columns_are_said_and_the_ledger_goes_in(
    page: playwright_api.Page, tmp_path: Path
) -> None:
    path = tmp_path / "甲.csv"
    path.write_text("题目,回函正文\n关于停车的建议,新建停车泊位1200个。\n", "utf-8")
    page.goto("/archive")
    page.locator("#f-files").set_input_files([path])
    page.get_by_role("button", name="导入", exact=True).click()
    page.get_by_role("link", name="指定各列").click()
    page.get_by_label("“题目”是什么").select_option("标题或案由")
    page.get_by_label("“回函正文”是什么").select_option("正文")
    page.get_by_role("button", name="按此导入").click()
    page.get_by_role("link", name="关于停车的建议").wait_for()
    page.get_by_role("heading", name="档案 1 份").wait_for()
