"""Accounts in a real Chromium: the first administrator, a colleague's link, an expired session."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from chromium_desk import needs_chromium, playwright_api
from waitress.server import create_server
from web_fakes import set_up

from casework import Casework
from service.server import SERVING
from storage.configuration import Accounts, Configuration
from web import create_app

SECRET, THEIRS = "青岚的路灯又亮了", "银杏叶子落在院里"

pytestmark = needs_chromium


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    app = create_app(set_up(tmp_path), Configuration(accounts=Accounts(required=True)))
    server = create_server(app, host="127.0.0.1", port=0, threads=4, **SERVING)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()


@pytest.fixture
def noise() -> str:
    return "status of 40[13]"


def test_an_office_sets_itself_up_and_nothing_typed_is_lost(
    page: playwright_api.Page,
    window: Callable[..., playwright_api.BrowserContext],
    address: str,
    tmp_path: Path,
) -> None:
    with Casework.open(tmp_path) as casework:
        page.goto(f"/invited/{casework.people.invite(None)}")
        page.get_by_label("用户名").fill("林知远")
        page.get_by_label("密码", exact=True).fill(SECRET)
        page.get_by_label("再输一次").fill(SECRET)
        page.keyboard.press("Enter")
        page.locator(".who summary", has_text="林知远").click()
        page.get_by_role("link", name="用户", exact=True).click()

        page.get_by_label("用户名").fill("周望舒")
        page.get_by_label("单位").fill("青岚区城管局")
        page.get_by_label("核稿").check()
        page.get_by_role("button", name="增加").click()
        link = page.get_by_label("一次性链接").input_value()

        colleague = window(address).new_page()
        colleague.goto(link)
        colleague.get_by_label("密码", exact=True).fill(THEIRS)
        colleague.get_by_label("再输一次").fill(THEIRS)
        colleague.get_by_role("button", name="保存并登录").click()
        colleague.get_by_role("link", name="登记第一件提案").click()
        text = "关于加强夜间照明的提案\n建议：\n1.增设路灯。\n2.定期检修。"
        colleague.locator("textarea[name=text]").fill(text)

        page.goto("/people")
        page.get_by_role("row", name=re.compile("周望舒.*结束")).get_by_role("button").click()
        playwright_api.expect(page.get_by_role("status")).to_contain_text("已结束这次登录")

        colleague.locator("main form button.primary").first.click()
        playwright_api.expect(colleague.get_by_label("全文")).to_have_value(text)
        colleague.get_by_label("用户名").fill("周望舒")
        colleague.get_by_label("密码", exact=True).fill(THEIRS)
        colleague.get_by_role("button", name="登录").click()
        colleague.get_by_role("button", name="继续提交").click()
        colleague.wait_for_url("**/matters/*/intake")
        (matter,) = casework.matters()
        assert matter.subject is not None and "夜间照明" in matter.subject
        assert casework.units_of(matter.id) == {"青岚区城管局"}
