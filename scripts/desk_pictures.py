"""Pictures of the desks of those who read, countersign and co-handle, for the guide.

They need several people: a second server with accounts of two invented units, each in a browser of
its own. ``scripts/guide_pictures.py`` draws them with the others.
"""

from __future__ import annotations

import datetime as dt
import re
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import film_strip
from playwright.sync_api import Browser, Page, expect
from waitress.server import create_server

from casework import Casework
from casework.people.roles import UserRole
from corpus import Archive, import_samples
from web import create_app

SECRET = "青岚2026城管"
LEAD, OTHER = "青岚区城市管理局", "青岚区住房和城乡建设局"
PEOPLE: dict[str, tuple[str, UserRole]] = {
    "沈知秋": (LEAD, "经办"),
    "林知远": (LEAD, "核稿"),
    "苏念真": (OTHER, "经办"),
}
TEXT = f"""关于规范小区停车的提案
届次：区政协十届五次会议
提案编号：第118号
案由：关于规范小区停车的提案
提案者：路遥岑（经济界）
主办单位：{LEAD}
会办单位：{OTHER}
交办日期：{dt.date.today():%Y年%m月%d日}
建议：
1.清理占道车辆。建议把长期占道的车辆清走，把车位还给居民。
2.规范物业停车管理。建议督促物业公司公开车位的分配办法。
"""
FIRST = "我局已会同社区清理占道车辆，车位由社区登记后交居民使用。"
BETTER = "我局已会同街道和社区清理占道车辆，车位由社区登记后交居民使用。"
SECOND = "我局将督促物业公司公开车位的分配办法，接受居民监督。"


@contextmanager
def office() -> Iterator[str]:
    """Serve two units over the samples; yield the address."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        archive = Archive.open(folder)
        import_samples(archive)
        archive.close()
        with Casework.open(folder) as casework:
            casework.people.add("管理员甲", SECRET, roles=["系统管理"])
            for person, (unit, role) in PEOPLE.items():
                casework.people.add(person, SECRET, unit=unit, roles=[role])
        server = create_server(create_app(folder), host="127.0.0.1", port=0, threads=4)
        threading.Thread(target=server.run, daemon=True).start()
        yield f"http://127.0.0.1:{server.effective_port}"
        server.close()


def draw(browser: Browser) -> list[Path]:
    """Go to the desks and return their pictures."""
    with office() as address:
        clerk, reviewer = _seat(browser, address, "沈知秋"), _seat(browser, address, "林知远")
        _written(clerk)
        made = [_online(clerk)]
        _reviewed(clerk, reviewer)
        return [*made, _picture(reviewer, "deciding")]


def _seat(browser: Browser, address: str, name: str) -> Page:
    context = browser.new_context(
        viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=address
    )
    page = context.new_page()
    page.goto("/login")
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码", exact=True).fill(SECRET)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: not url.endswith("/login"))
    return page


def _written(clerk: Page) -> None:
    clerk.goto("/new")
    clerk.get_by_label("粘贴全文").fill(TEXT)
    clerk.get_by_role("button", name="读取并核对建议").click()
    clerk.get_by_role("button", name="确认，从空白起草").click()
    clerk.locator("#answer").wait_for()
    _answer(clerk, 1, done=FIRST)
    _answer(clerk, 2, next_step=SECOND)
    clerk.goto(f"{film_strip.MATTER}/reply")
    clerk.get_by_label("联系人 1 姓名").fill("沈知秋")
    clerk.get_by_label("联系人 1 电话").fill("0000-1234567")
    clerk.get_by_label("公开属性").select_option("主动公开")
    clerk.get_by_role("button", name=re.compile("保存")).first.click()


def _answer(clerk: Page, place: int, **fields: str) -> None:
    clerk.goto(f"{film_strip.MATTER}?s={place}")
    for name, words in fields.items():
        clerk.locator(f"#f-{name}").fill(words)
    clerk.get_by_role("radio", name="采纳", exact=True).check()
    clerk.locator("#save").click()
    expect(clerk.locator("#status")).to_contain_text("保存于")


def _online(clerk: Page) -> Path:
    """Ask the other unit on line, and urge it."""
    clerk.goto(f"{film_strip.MATTER}/opinions")
    clerk.locator("#online").get_by_role("button", name="在线征求").click()
    shown = clerk.locator(".online")
    shown.locator("summary", has_text="催办").click()
    shown.get_by_label("催办内容").fill("请于本周五前反馈。")
    shown.get_by_role("button", name="催办").click()
    clerk.locator(".online summary").first.click()
    clerk.locator(".opinion").scroll_into_view_if_needed()
    return _picture(clerk, "online")


def _reviewed(clerk: Page, reviewer: Page) -> None:
    """Comment on a passage, send the paper back, and read it once it is changed."""
    _send(clerk)
    reviewer.goto(f"{film_strip.MATTER}/decide")
    place = reviewer.get_by_label(re.compile("^批注哪一段"))
    texts = place.locator("option").all_inner_texts()
    place.select_option(index=next(n for n, text in enumerate(texts) if text[:8] == FIRST[:8]))
    reviewer.locator("#comment-form").get_by_label("批注", exact=True).fill("请补上街道。")
    reviewer.get_by_role("button", name="记下批注").click()
    expect(reviewer.locator(".said-list .said").last).to_have_text("请补上街道。")
    reviewer.get_by_role("button", name="退回").click()
    clerk.goto(f"{film_strip.MATTER}?s=1")
    clerk.locator("#f-done").fill(BETTER)
    clerk.get_by_label("对这条批注的答复").fill("已补上。")
    clerk.get_by_role("button", name="这条批注已处理").click()
    expect(clerk.locator(".comments")).to_have_count(0)
    _send(clerk)
    reviewer.goto(f"{film_strip.MATTER}/decide")


def _send(clerk: Page) -> None:
    clerk.goto(f"{film_strip.MATTER}/review")
    with_reason = clerk.locator("details summary", has_text="确需先送的")
    if with_reason.count():
        with_reason.click()
        clerk.get_by_label(re.compile("^理由")).fill("会办意见随后补上。")
    clerk.get_by_role("button", name=re.compile("送核稿$")).click()
    expect(clerk.get_by_role("status").first).to_contain_text("已送核稿")


def _picture(page: Page, name: str) -> Path:
    page.wait_for_load_state("networkidle")
    path = film_strip.IMAGES / f"guide-{name}.png"
    page.screenshot(path=path)
    film_strip.smaller(path, film_strip.LARGEST, 32)
    return path
