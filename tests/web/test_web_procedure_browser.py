"""The whole chain in a real Chromium, from 起草 to 归档, and what keyboard and script-less need."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pytest
from chromium_desk import confirm_each, needs_chromium, playwright_api
from days import today
from procedure_fakes import whole
from web_fakes import PROPOSAL

from casework import Casework
from casework.procedure.stage import history, stage_of

expect = playwright_api.expect
pytestmark = needs_chromium


@pytest.fixture
def matter_id(data_folder: Path) -> int:
    proposal = replace(
        PROPOSAL,
        subject="关于增设亲水步道照明的提案",
        assigned=today(),
        due=today() + dt.timedelta(90),
    )
    with Casework.open(data_folder) as casework:
        number = casework.create_matter(proposal)
        casework.confirm_suggestions(number, whole(proposal), 1)
    return number


def test_the_whole_chain_is_clicked_through(
    page: playwright_api.Page,
    data_folder: Path,
    matter_id: int,
) -> None:
    at = page.locator(".track [aria-current=step]")

    def press(name: str, then: str) -> None:
        page.get_by_role("button", name=name, exact=True).click()
        expect(at).to_have_text(then)
        expect(page.locator(".notice.done")).to_contain_text(f"已办：{name}")

    page.goto(f"/matters/{matter_id}")
    page.get_by_role("link", name="办理流程").click()
    expect(at).to_have_text("起草")
    page.get_by_role("link", name="逐处确认").click()
    confirm_each(page, matter_id)
    page.get_by_role("link", name="办理流程").click()
    press("送核稿", "核稿")

    # Back once, by keyboard: the summary opens, the words are typed, Enter presses the button.
    page.locator("summary", has_text="核稿退回").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.insert_text("第二条请补充完成时限")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(at).to_have_text("起草")
    expect(page.locator(".course li").first).to_contain_text("第二条请补充完成时限")
    press("送核稿", "核稿")

    form = page.locator("details", has=page.locator("summary", has_text="送会签"))
    form.get_by_label("姓名").fill("林知远")
    form.get_by_label("核稿意见").fill("文字已改")
    press("核稿通过，送会签", "会签")
    page.get_by_label("单位", exact=True).fill("区财政局")
    page.get_by_label("姓名", exact=True).fill("白屿")
    page.get_by_label("会签意见", exact=True).fill("经费已列入预算")
    press("记会签意见", "会签")
    press("会签完毕，送签发", "签发")
    page.get_by_label("姓名（签发人）").fill("顾清和")
    press("签发", "编号")
    number = f"青城管函〔{today().year}〕1号"
    expect(page.locator(".hint", has_text=number)).to_be_visible()
    press("编号", "印送")
    press("印送，征询意见", "征询")
    page.get_by_label("对办理结果").select_option("基本满意")
    press("反馈满意或基本满意", "办结")
    press("归档", "归档")

    page.goto("/")
    page.locator("main").get_by_role("link", name=re.compile("^已办")).first.click()
    expect(page.locator("tbody tr")).to_contain_text("已归档")
    page.goto("/search?q=亲水步道照明")
    expect(page.get_by_text(number).first).to_be_visible()
    page.goto("/promises")
    expect(page.locator(".promises")).to_contain_text("再建泊位2处")
    with Casework.open(data_folder) as casework:
        assert stage_of(casework.db, matter_id).state == "归档"
        assert len(history(casework.db, matter_id)) == 12


def test_a_page_left_open_tells_what_others_did(
    context: playwright_api.BrowserContext,
    matter_id: int,
) -> None:
    one, other = context.new_page(), context.new_page()
    confirm_each(one, matter_id)
    for sheet in (one, other):
        sheet.goto(f"/matters/{matter_id}/procedure")
    one.get_by_role("button", name="送核稿", exact=True).click()
    expect(one.locator(".track [aria-current=step]")).to_have_text("核稿")
    other.locator("summary", has_text="申请延期").click()
    other.get_by_label("延期到").fill("2099-01-01")
    other.get_by_label("延期理由").fill("需要现场勘察，请予延期。")
    other.get_by_role("button", name="申请延期").click()
    expect(other.get_by_role("alert")).to_contain_text("刚刚已经办了“送核稿”")
    expect(other.get_by_label("延期理由")).to_have_value("需要现场勘察，请予延期。")
    other.get_by_role("button", name="申请延期").click()
    expect(other.locator(".where")).to_contain_text("待批")


def test_the_pages_fit_the_screen(
    page: playwright_api.Page,
    matter_id: int,
) -> None:
    paths = ("/", "/today", "/promises", "/numbers", "/statistics", "/holidays?year=2026")
    for path in (*paths, f"/matters/{matter_id}/procedure"):
        page.goto(path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 1366, path
