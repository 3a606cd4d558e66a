"""The sign-on in a real Chromium: the button, the platform's page, back, and out of both."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from chromium_desk import needs_chromium, playwright_api
from sign_on_provider import PASSWORD, signing_on
from web_fakes import set_up

pytestmark = needs_chromium
expect = playwright_api.expect


def test_the_button_leads_to_the_platform_and_back_and_out_of_both(
    window: Callable[..., playwright_api.BrowserContext], tmp_path: Path
) -> None:
    with signing_on(set_up(tmp_path)) as provider:
        context = window(provider.address)
        asked: list[str] = []
        # The provider's own page asks for a font of the internet.
        context.route(re.compile("googleapis"), lambda route: route.abort())
        context.on("request", lambda one: asked.append(one.url))
        page = context.new_page()
        page.goto("/archive")
        expect(page).to_have_url(re.compile(r"/login\?next="))
        expect(page.get_by_label("密码")).to_be_hidden()
        page.get_by_role("link", name="用统一身份登录").click()
        page.locator("input[name=login]").fill("沈知秋")
        page.locator("input[name=password]").fill("x")
        page.get_by_role("button", name="Sign-in").click()
        page.get_by_role("button", name="Continue").click()
        expect(page).to_have_url(f"{provider.address}/archive")
        expect(page.locator(".who summary")).to_contain_text("沈知秋")

        page.locator(".who summary").click()
        page.get_by_role("button", name="退出登录").click()
        page.get_by_role("button", name="Yes, sign me out").click()
        expect(page.get_by_role("status")).to_have_text("已退出本系统和统一身份认证平台。")
        page.goto("/archive")
        expect(page).to_have_url(re.compile(r"/login\?next="))

        # An administrator comes in beside it, by the password.
        page.get_by_text("系统管理用密码登录").click()
        page.get_by_label("用户名").fill("管理员")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        expect(page.locator(".who summary")).to_contain_text("管理员")
        page.goto("/people/sign-on")
        page.get_by_role("button", name="现在试一次").click()
        expect(page.get_by_role("status")).to_have_text("平台应答正常。")
        expect(page.get_by_role("button", name="解除沈知秋的对应")).to_be_visible()
        hosts = {urlsplit(url).hostname for url in asked if "googleapis" not in url}
        assert hosts == {"localhost", "127.0.0.1"}
