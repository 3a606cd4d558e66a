"""From an empty folder to the first signed-off reply, in a real Chromium, by clicks alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from chromium_desk import confirm_each, needs_chromium, playwright_api
from days import today
from own_server import Server

from casework import Casework
from casework.procedure.stage import stage_of
from drafting.profile import load_profile

expect = playwright_api.expect
pytestmark = needs_chromium

PAST = """青岚区民政局
青民函〔2025〕{n}号
关于区政协十届四次会议第{n}号提案的答复
路遥岑委员：
您提出的《关于改善社区食堂的提案》收悉。经研究，现答复如下：
一、关于“增设社区食堂”的建议
我局在我区新建社区食堂6处。下一步，将逐个社区听取居民意见。
感谢您对我区民政工作的关心和支持。
青岚区民政局
2025年5月8日
（联系人：言知秋，电话：0000-1234567）
抄送：区政府办公室，区政协提案委。
"""
PROPOSAL = """区政协十届五次会议第18号提案
案由：关于增设社区食堂的提案
提案者：路遥岑
承办单位：青岚区民政局
建议：
1.在老旧小区增设社区食堂。
2.完善社区食堂的管理办法。
"""


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Server]:
    """A server over a folder in which there is nothing."""
    started = Server(tmp_path)
    yield started
    started.kill()


def file(name: str, text: str) -> playwright_api.FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": text.encode()}


def set_up(page: playwright_api.Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", name="先设置本单位")).to_be_visible()
    page.get_by_role("link", name="选三件让程序先读").click()
    past = [file(f"{n}.txt", PAST.format(n=n)) for n in (7, 12, 31)]
    page.get_by_label("往年的答复").set_input_files(past)
    page.get_by_role("button", name="读取并核对").click()
    expect(page.locator(".points")).to_contain_text("3 件印了，3 件一致")
    page.get_by_role("button", name="采用打勾的各项").click()
    expect(page.get_by_label("发文机关代字")).to_have_value("青民函")
    page.get_by_role("button", name="保存，下一步").click()
    if page.get_by_text("已按全称填好").count():
        page.get_by_role("button", name="保存，下一步").click()
    expect(page.locator(".preview .page").first).to_contain_text("青岚区民政局")
    page.get_by_role("button", name="保存，下一步").click()
    row = page.get_by_role("group", name="第 2 届")
    row.get_by_label("届次").fill("区政协十届五次会议")
    row.get_by_label("会议日期").fill("2026-01-12")
    page.get_by_role("button", name="保存，下一步").click()
    page.get_by_role("button", name="只有我一个人用，下一步").click()
    page.get_by_label("去年的文件").set_input_files(past)
    page.get_by_role("button", name="导入").click()
    expect(page.get_by_text(re.compile("导入 3 件"))).to_be_visible(timeout=30_000)
    page.goto("/setup")
    expect(page.get_by_role("heading", name="设置好了")).to_be_visible()


def reply(page: playwright_api.Page) -> int:
    page.get_by_role("link", name="登记第一件提案").click()
    page.get_by_label("粘贴全文").fill(PROPOSAL)
    page.get_by_role("button", name="读取并核对建议").click()
    page.get_by_role("button", name="确认，生成初稿").click()
    page.wait_for_url(re.compile(r"/matters/\d+$"))
    number = int(page.url.rsplit("/", 1)[1])
    for place in (1, 2):
        page.goto(f"/matters/{number}?s={place}")
        page.get_by_label("已开展的工作").fill("我局已对有关情况作了摸底，听取了居民意见。")
        page.get_by_label("下一步工作").fill("将按居民意见逐步落实。")
        page.get_by_label("责任单位").fill("区民政局")
        page.get_by_label("完成时限").fill(f"{today().year}年12月底前")
        page.get_by_label("采纳", exact=True).check()
        page.keyboard.press("Control+S")
        expect(page.locator("#status")).to_contain_text("保存于")
    page.goto(f"/matters/{number}/reply")
    page.get_by_label("公开属性").select_option("主动公开")
    page.get_by_label("联系人 1 姓名").fill("言知秋")
    page.get_by_label("联系人 1 电话").fill("0000-1234567")
    page.get_by_role("button", name="保存并刷新预览").click()
    expect(page.locator(".preview .page").first).to_contain_text("青岚区民政局")
    return number


def sign(page: playwright_api.Page, number: int) -> None:
    confirm_each(page, number)
    page.goto(f"/matters/{number}/procedure")
    at = page.locator(".track [aria-current=step]")
    for button, then in (("送核稿", "核稿"), ("核稿通过，送签发", "签发"), ("签发", "编号")):
        folded = page.locator("details.move:not([open]) > summary").filter(has_text=button)
        if folded.count():
            folded.first.click()
        form = page.locator("form", has=page.get_by_role("button", name=button, exact=True))
        name = form.get_by_label(re.compile("^姓名"))
        if name.count():
            name.first.fill("言知行")
        form.get_by_role("button", name=button, exact=True).click()
        expect(at).to_have_text(then)


def test_from_an_empty_folder_to_the_first_signed_reply(
    window: Callable[..., playwright_api.BrowserContext], empty: Server
) -> None:
    page = window(empty.address).new_page()
    set_up(page)
    number = reply(page)
    sign(page, number)
    with Casework.open(empty.folder) as casework:
        assert stage_of(casework.db, number).state == "编号"
        found = casework.matter(number)
        assert found is not None and found.draft.profile == "青岚区民政局"
    own = load_profile("青岚区民政局", empty.folder / "profiles")
    assert own.copies.units["提案"] == ("区政府办公室", "区政协提案委")


def test_every_step_works_without_script_and_fits_a_phone(
    window: Callable[..., playwright_api.BrowserContext], empty: Server
) -> None:
    phone = {"width": 375, "height": 812}
    page = window(empty.address, java_script_enabled=False, viewport=phone).new_page()
    page.goto("/setup/unit")
    page.get_by_label("全称").fill("青岚区民政局")
    page.get_by_label("发文机关代字").fill("青民函")
    page.get_by_role("button", name="保存，下一步").click()
    expect(page.get_by_text("已按全称填好 6 项")).to_be_visible()
    page.get_by_role("button", name="保存，下一步").click()
    page.get_by_role("button", name="按左边的设置看样稿").click()
    expect(page.locator(".preview .page").first).to_contain_text("青民函〔")
    page.get_by_role("button", name="保存，下一步").click()
    page.get_by_role("button", name="增加几行").click()
    expect(page.get_by_role("main").get_by_role("group")).to_have_count(5)
    steps = ("unit", "paper", "sessions", "people", "archive", "replies")
    for path in (
        *(f"/setup/{step}" for step in steps),
        "/setup",
        "/settings",
        "/settings?group=body",
    ):
        page.goto(path)
        box = page.locator("main").bounding_box()
        assert box is not None and box["width"] <= 375, path
