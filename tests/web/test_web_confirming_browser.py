"""送核稿 in a real Chromium: fifteen invented figures go out one by one or not at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from chromium_desk import needs_chromium, playwright_api
from procedure_fakes import whole

from casework import Casework, aligned
from casework.procedure.stage import stage_of
from drafting.model import Answer

expect = playwright_api.expect
pytestmark = needs_chromium

DONE = (
    "新建公共停车场7座，新增泊位1368个，改造泊位427个。投入资金2450万元，市级补助963万元，"
    "区级配套1487万元。查处违法停车13257辆，劝离4218人次，覆盖率达到72.5%。"
    "整治老旧车棚46处，惠及居民9120户，增设充电桩318个。"
    "开展联合执法58次，巡查1742人次，错时开放车位615个。"
)
COUNT = 15


@pytest.fixture
def noise() -> str:
    """What Chromium logs of a refused sending."""
    return "status of 40[09]"


@pytest.fixture
def matter(data_folder: Path) -> int:
    """A draft in which nothing but the figures has no source."""
    draft = whole()
    first, second = (
        Answer(one.suggestion, "已经办理。", "继续做好。", disposition="采纳")
        for one in draft.answers
    )
    made = replace(draft, answers=(replace(first, done=DONE), second))
    with Casework.open(data_folder) as casework:
        number = casework.create_matter(made.proposal)
        casework.confirm_suggestions(number, aligned(made), 1)
    return number


def state(data_folder: Path, matter: int) -> str:
    with Casework.open(data_folder) as casework:
        return stage_of(casework.db, matter).state


def test_fifteen_invented_figures_do_not_leave_until_each_is_answered_for(
    page: playwright_api.Page, data_folder: Path, matter: int
) -> None:
    page.goto(f"/matters/{matter}/review")
    waiting = page.locator("button[name=which]")
    expect(waiting).to_have_count(COUNT)
    page.get_by_label("确认人姓名").fill("林知远")
    # Enter in the name's field confirms nothing.
    page.keyboard.press("Enter")
    expect(waiting).to_have_count(COUNT)
    for left in range(COUNT, 0, -1):
        page.get_by_role("button", name="送核稿", exact=True).click()
        alert = page.get_by_role("alert")
        expect(alert).to_have_text(
            f"还有{left}处没有出处、没有人确认的内容，不能送核稿。没有出处的请在下面逐处确认，或者改写。"
        )
        expect(waiting).to_have_count(left)
        name = page.get_by_label("确认人姓名")
        if left == COUNT:
            name.fill("林知远")
        # What was confirmed last had this name.
        expect(name).to_have_value("林知远")
        waiting.first.focus()
        page.keyboard.press("Enter")
        expect(waiting).to_have_count(left - 1)
    assert state(data_folder, matter) == "起草"
    expect(page.get_by_text("数字、日期和文件都有出处，或者已经确认。")).to_be_visible()
    page.get_by_role("button", name="送核稿", exact=True).click()
    expect(page.get_by_text("已送核稿").first).to_be_visible()
    assert state(data_folder, matter) == "核稿"


def test_the_keyboard_goes_on_to_the_next_and_a_press_is_taken_back(
    page: playwright_api.Page, matter: int
) -> None:
    page.goto(f"/matters/{matter}/review")
    page.get_by_label("确认人姓名").fill("林知远")
    for text in ("7座", "1368个", "427个"):
        page.keyboard.press("Tab")
        focused = page.locator("button:focus")
        # Before a row's button stands the link to its answer.
        if focused.count() == 0:
            page.keyboard.press("Tab")
        expect(page.locator("button:focus")).to_have_attribute("aria-label", f"确认{text}")
        page.keyboard.press("Enter")
        expect(page.get_by_text(f"已确认：{text}。")).to_be_visible()
        # Tab goes on from the place in the address, which a page takes when it is whole.
        page.wait_for_load_state()
    page.get_by_text("已确认 3 处").click()
    page.get_by_role("button", name="撤销对1368个的确认").click()
    expect(page.get_by_text("已撤销对“1368个”的确认。")).to_be_visible()
    expect(page.locator("button[name=which]").first).to_have_attribute("aria-label", "确认1368个")


def test_without_a_name_the_field_says_so_and_the_list_stays(
    page: playwright_api.Page, matter: int
) -> None:
    page.goto(f"/matters/{matter}/review")
    page.locator("button[name=which]").first.click()
    expect(page.get_by_text("请填写确认人姓名，姓名随签发单留存。")).to_be_visible()
    expect(page.get_by_label("确认人姓名")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("button[name=which]")).to_have_count(COUNT)


def test_without_script_it_is_the_same(
    chromium: playwright_api.Browser, address: str, matter: int
) -> None:
    bare = chromium.new_context(base_url=address, java_script_enabled=False)
    page = bare.new_page()
    page.goto(f"/matters/{matter}/review")
    page.get_by_label("确认人姓名").fill("林知远")
    page.locator("button[name=which]").first.click()
    assert page.get_by_text("已确认：7座。").is_visible()
    bare.close()
