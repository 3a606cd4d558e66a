"""核对 in a real Chromium: the original beside the fields, by mouse, by keyboard, by neither."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from chromium_desk import needs_chromium, playwright_api
from intake_fakes import PROPOSAL, PROSE, SURE, TEXT, UNSURE

from casework import Casework
from drafting.intake.nouns import Intake, Place
from drafting.model import Proposal, Proposer, Suggestion
from web.case_pages.confirming.intake_form import NAMES

pytestmark = needs_chromium
expect = playwright_api.expect
Page = playwright_api.Page

SELECT = """(words) => {
  const walker = document.createTreeWalker(
    document.getElementById("original"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = walker.currentNode.data.indexOf(words);
    if (at < 0) continue;
    getSelection().setBaseAndExtent(
      walker.currentNode, at, walker.currentNode, at + words.length);
    return true;
  }
  return false;
}"""


@pytest.fixture
def opened(page: Page, data_folder: Path) -> Callable[..., int]:
    """Registers a matter as it was read and opens its page; returns the matter's number."""

    def open_one(reading: Intake | None, proposal: Proposal | None = None) -> int:
        wanted = proposal or (reading.proposal if reading else PROPOSAL)
        with Casework.open(data_folder) as casework:
            number = casework.create_matter(wanted, reading=reading)
        page.goto(f"/matters/{number}/intake")
        return number

    return open_one


def rows(page: Page) -> list[str]:
    return [one.input_value() for one in page.locator("[name=s_text]").all()]


def lit(page: Page) -> str:
    """The words of the original that are lit."""
    return "".join(page.locator("#original .current").all_text_contents())


def select(page: Page, words: str) -> None:
    assert page.evaluate(SELECT, words)
    page.locator("#grab").wait_for()


def saved(data_folder: Path, number: int) -> Proposal:
    with Casework.open(data_folder) as casework:
        found = casework.matter(number)
    assert found is not None
    return found.draft.proposal


# ------------------------------------------------------------------ the two panes


def test_the_focus_shows_its_place_in_the_original(page: Page, opened: Callable[..., int]) -> None:
    long = "前面的话。\n" * 200
    moved = replace(PROPOSAL, text=long + TEXT)
    by = len(long)
    reading = Intake(
        moved,
        {
            name: replace(one, place=one.place and Place(one.place.start + by, one.place.end + by))
            for name, one in SURE.fields.items()
        },
    )
    opened(reading)
    for field, words in (
        ("主办单位", "青岚区城市管理局"),
        ("届次", "区政协十届五次会议"),
        ("第 3 条建议", "（三）清理私占泊位。对地锁、杂物逐一清理。"),
        ("案号", "第118号"),
    ):
        page.get_by_label(field).focus()
        assert lit(page) == words
        expect(page.locator("#original .current").first).to_be_in_viewport()
    page.get_by_label("会办单位").focus()
    assert lit(page) == "第118号"


def test_the_places_are_right_behind_rare_characters(
    page: Page, opened: Callable[..., int]
) -> None:
    text = "𠮷㛃𪚥说\n一、增设𠮷路灯。"
    opened(None, Proposal(text=text, suggestions=(Suggestion("一、", "增设𠮷路灯"),)))
    page.get_by_label("第 1 条建议").focus()
    assert lit(page) == "一、增设𠮷路灯"
    select(page, "说")
    page.get_by_role("button", name="作为一条建议").click()
    expect(page.get_by_label("第 1 条建议")).to_have_value("说")
    page.get_by_label("第 1 条建议").focus()
    assert lit(page) == "说"
    assert page.locator("#original").inner_text().replace("\n\n", "\n") == text


def test_at_1366_by_768_only_the_panes_scroll(page: Page, opened: Callable[..., int]) -> None:
    forty = tuple(Suggestion(f"{n}.", f"第{n}件与停车有关的事情") for n in range(1, 41))
    people = tuple(Proposer(f"委员{n}") for n in range(20))
    opened(None, replace(PROPOSAL, text=TEXT * 20, suggestions=forty, proposers=people))
    sizes = page.evaluate(
        """() => {
          const of = (one) => [one.scrollHeight > one.clientHeight, one.clientHeight];
          return [document.documentElement.scrollHeight - innerHeight,
            of(document.getElementById("original")), of(document.getElementById("right-side"))];
        }"""
    )
    assert sizes[0] == 0
    assert all(scrolls and height > 480 for scrolls, height in sizes[1:]), sizes
    for shown in (page.get_by_role("button", name="确认，生成初稿"), page.get_by_label("案由")):
        expect(shown).to_be_in_viewport(ratio=1)
    page.get_by_label("第 40 条建议").focus()
    expect(page.get_by_role("button", name="确认，生成初稿")).to_be_in_viewport(ratio=1)
    expect(page.get_by_label("第 40 条建议")).to_be_in_viewport(ratio=1)


COVERED = """() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  const { left, right, top, bottom } = one.getBoundingClientRect();
  const middle = (left + right) / 2;
  const seen = [top + 2, bottom - 2].map((y) => document.elementFromPoint(middle, y));
  const free = seen.every((other) => other && (one.contains(other) || other.contains(one)));
  return free || one.id === "original" ? "" : one.outerHTML;
}"""


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (375, 812), (683, 384)])
@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
def test_no_bar_covers_what_has_the_focus(
    page: Page, opened: Callable[..., int], width: int, height: int, key: str
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    opened(UNSURE)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.locator(".proposers > summary").click()
    page.locator("body").evaluate("body => { document.activeElement.blur(); }")
    covered = []
    for _ in range(200):
        page.keyboard.press(key)
        found = page.evaluate(COVERED)
        if found is None:
            break
        covered += [found] if found else []
    assert found is None and covered == []


# ------------------------------------------------------------------ selecting


def test_selected_words_become_a_suggestion_at_their_place(
    page: Page, opened: Callable[..., int]
) -> None:
    opened(SURE)
    before = rows(page)
    select(page, "希望区财政对开放泊位的单位给予补助。")
    page.get_by_role("button", name="作为一条建议").click()
    expect(page.get_by_label("第 4 条建议")).to_be_focused()
    assert rows(page) == [*before[:3], "希望区财政对开放泊位的单位给予补助", before[3]]
    assert lit(page) == "希望区财政对开放泊位的单位给予补助。"
    assert page.locator("#grab").is_hidden()
    page.get_by_role("button", name="撤销：加入一条建议").click()
    expect(page.get_by_role("heading", name="建议 4 条")).to_be_visible()
    assert rows(page) == before


@pytest.mark.parametrize(
    ("words", "button", "field", "value"),
    [
        ("第118号", "案号", "案号", "118"),
        ("缓解老旧片区停车难", "案由", "案由", "缓解老旧片区停车难"),
        ("十届五次会议", "届次", "届次", "十届五次会议"),
        ("青岚区城市管理局", "会办单位", "会办单位", "区住建局、青岚区城市管理局"),
        ("路遥岑", "督办领导", "督办领导", "路遥岑"),
    ],
)
def test_selected_words_fill_a_field_and_can_be_taken_out_again(
    page: Page, opened: Callable[..., int], words: str, button: str, field: str, value: str
) -> None:
    opened(SURE)
    filled = page.locator(f"[name={_name(field)}]")
    before = filled.input_value()
    select(page, words)
    page.locator("#grab").get_by_role("button", name=button, exact=True).click()
    expect(filled).to_have_value(value)
    expect(filled).to_be_focused()
    assert lit(page) == words
    page.locator("#filled").get_by_role("button", name="撤销").click()
    assert filled.input_value() == before


def _name(label: str) -> str:
    return next(name for name, said in NAMES.items() if said == label)


def test_selected_names_become_proposers(page: Page, opened: Callable[..., int]) -> None:
    opened(SURE, replace(PROPOSAL, proposers=()))
    select(page, "井和平、蔺若溪")
    page.locator("#grab").get_by_role("button", name="提案者").click()
    names = page.locator("[name=p_name]")
    expect(names).to_have_count(2)
    assert [one.input_value() for one in names.all()] == ["井和平", "蔺若溪"]
    expect(page.locator("#f-proposers")).to_contain_text("井和平、蔺若溪")


def test_a_changed_field_says_so_and_the_count_follows(
    page: Page, opened: Callable[..., int]
) -> None:
    opened(SURE)
    counts = page.locator("#counts")
    expect(counts).to_have_text("读出 6推测 2没有读到 1")
    page.get_by_label("届次").fill("区政协十届六次会议")
    expect(counts).to_have_text("读出 5推测 2没有读到 1已改 1")
    page.get_by_label("届次").fill("区政协十届五次会议")
    expect(counts).to_have_text("读出 6推测 2没有读到 1")


# ------------------------------------------------------------------ the list


def test_a_list_in_doubt_offers_sentences_and_other_readings(
    page: Page, opened: Callable[..., int]
) -> None:
    opened(UNSURE)
    before = rows(page)
    notice = page.get_by_role("region", name="清单可能不全")
    expect(notice).to_contain_text("第（三）条后面还有 2 句像是建议")
    notice.get_by_role("button", name="不是建议：希望区财政").focus()
    assert lit(page) == "希望区财政对开放泊位的单位给予补助。"
    notice.get_by_role("button", name="不是建议：希望区财政").click()
    expect(notice.locator(".left-out li")).to_have_count(1)
    expect(notice.get_by_role("button", name="加入：同时要加强巡查")).to_be_focused()
    notice.get_by_role("button", name="加入：同时要加强巡查").click()
    expect(page.get_by_label("第 4 条建议")).to_have_value("同时要加强巡查，防止清理后反弹")
    page.get_by_role("button", name="改用这种分法").click()
    expect(page.get_by_role("heading", name="建议 3 条")).to_be_visible()
    for _ in range(3):
        page.locator(".undo").click()
        page.wait_for_timeout(50)
    expect(page.locator(".undo")).to_have_count(0)
    assert rows(page) == before


def test_undo_keeps_what_was_typed_since(page: Page, opened: Callable[..., int]) -> None:
    opened(SURE)
    page.get_by_role("button", name="删除第 2 条").click()
    expect(page.get_by_label("第 4 条建议")).to_have_count(0)
    page.get_by_label("第 1 条建议").fill("开放机关大院和学校")
    page.get_by_role("button", name="撤销：删除第 2 条").click()
    expect(page.get_by_label("第 2 条建议")).to_have_value("挖掘存量空间")
    expect(page.get_by_label("第 1 条建议")).to_have_value("开放机关大院和学校")


def test_prose_gives_sentences_to_tick(page: Page, opened: Callable[..., int]) -> None:
    opened(PROSE)
    page.get_by_label("希望区财政").check()
    assert lit(page) == "希望区财政对开放泊位的单位给予补助。"
    page.get_by_label("同时要加强巡查").check()
    page.get_by_role("button", name="加入选中的句子").click()
    expect(page.get_by_role("heading", name="建议 2 条")).to_be_visible()
    assert rows(page)[0] == "同时要加强巡查，防止清理后反弹"


def test_an_explanation_that_is_open_stays_open(page: Page, opened: Callable[..., int]) -> None:
    opened(SURE)
    page.locator(".row").nth(2).locator(".detail summary").click()
    page.get_by_role("button", name="第 3 条上移").click()
    expect(page.get_by_label("第 2 条建议")).to_have_value("清理私占泊位")
    expect(page.get_by_label("第 2 条的说明")).to_be_visible()
    expect(page.get_by_label("第 3 条的说明")).to_be_hidden()


def test_a_pasted_list_of_names_becomes_rows(page: Page, opened: Callable[..., int]) -> None:
    opened(SURE)
    page.locator(".proposers > summary").click()
    page.evaluate(
        """() => {
          const field = document.querySelector("[name=p_name]");
          const data = new DataTransfer();
          data.setData("text/plain", "柏青\\n区工商联");
          field.dispatchEvent(new ClipboardEvent("paste",
            { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    expect(page.locator("[name=p_name]")).to_have_count(5)
    last = page.locator(".person").nth(4)
    assert last.locator("[name=p_name]").input_value() == "区工商联"
    assert last.locator("[name=p_kind]").input_value() == "团体"
    first = page.locator(".person").first
    first.locator(".private summary").click()
    assert first.locator("[name=p_phone]").input_value() == "13800001228"


# ------------------------------------------------------------------ by the keyboard


def test_the_list_is_corrected_by_the_keyboard_alone(
    page: Page, opened: Callable[..., int], data_folder: Path
) -> None:
    number = opened(SURE)
    keys = page.keyboard
    keys.press("F6")
    expect(page.locator("#original")).to_be_focused()
    keys.press("F6")
    expect(page.locator("#f-suggestions")).to_be_focused()
    page.get_by_label("第 2 条建议").focus()
    keys.press("Alt+ArrowUp")
    expect(page.get_by_label("第 1 条建议")).to_have_value("挖掘存量空间")
    expect(page.get_by_label("第 1 条建议")).to_be_focused()
    keys.press("Alt+ArrowDown")
    expect(page.get_by_label("第 2 条建议")).to_be_focused()
    keys.press("Home")
    keys.press("ArrowRight")
    keys.press("ArrowRight")
    keys.press("Alt+Enter")
    expect(page.get_by_label("第 3 条建议")).to_have_value("存量空间")
    keys.press("Alt+ArrowUp")
    expect(page.get_by_label("第 2 条建议")).to_have_value("存量空间")
    keys.press("Alt+j")
    expect(page.get_by_label("第 2 条建议")).to_have_value("存量空间；挖掘")
    keys.press("Alt+Delete")
    expect(page.get_by_role("heading", name="建议 3 条")).to_be_visible()
    for size in (4, 5, 5, 4):
        keys.press("Alt+z")
        expect(page.get_by_role("heading", name=f"建议 {size} 条")).to_be_visible()
        page.wait_for_timeout(100)
    keys.press("Alt+n")
    expect(page.get_by_label("第 5 条建议")).to_be_focused()
    keys.type("加强停车执法")
    for _ in range(40):
        keys.press("Tab")
        if page.evaluate("document.activeElement.value") == "blank":
            break
    keys.press("Enter")
    page.wait_for_url(f"**/matters/{number}")
    kept = [one.text for one in saved(data_folder, number).suggestions]
    assert len(kept) == 5 and kept[-1] == "加强停车执法"


def test_words_are_selected_by_the_keyboard_alone(page: Page, opened: Callable[..., int]) -> None:
    opened(SURE)
    keys = page.keyboard
    keys.press("F6")

    def chosen() -> str:
        return str(page.evaluate("getSelection().toString()"))

    keys.press("ArrowDown")
    assert chosen() == "关于缓解老旧片区停车难的提案"
    for _ in range(5):
        keys.press("ArrowDown")
    assert chosen() == "一、基本情况"
    keys.press("ArrowDown")
    assert chosen() == "近年来，老旧片区车辆增长快，夜间停车尤其困难。"
    keys.press("ArrowUp")
    keys.press("Shift+ArrowDown")
    assert chosen().startswith("一、基本情况") and chosen().endswith("困难。")
    keys.press("Shift+ArrowUp")
    assert chosen() == "一、基本情况"
    keys.press("ArrowRight")
    keys.press("ArrowRight")
    keys.press("Shift+ArrowLeft")
    assert chosen() == "基本情"
    keys.press("Escape")
    assert chosen() == "" and page.locator("#grab").is_hidden()
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(page.get_by_role("button", name="作为一条建议")).to_be_focused()
    keys.press("ArrowRight")
    keys.press("Enter")
    expect(page.get_by_label("案由")).to_be_focused()
    expect(page.get_by_label("案由")).to_have_value("关于缓解老旧片区停车难的提案")


def test_the_keys_are_listed(page: Page, opened: Callable[..., int]) -> None:
    opened(SURE)
    page.get_by_text("只用键盘").click()
    for said in ("在原文和清单之间来回", "撤销对清单的改动", "选中上一句"):
        expect(page.get_by_text(said)).to_be_visible()


# ------------------------------------------------------------------ without script, and much text


def test_the_original_is_seen_and_the_lists_corrected_without_script(
    window: Callable[..., playwright_api.BrowserContext], address: str, data_folder: Path
) -> None:
    with Casework.open(data_folder) as casework:
        number = casework.create_matter(UNSURE.proposal, reading=UNSURE)
    page = window(address, java_script_enabled=False).new_page()
    page.goto(f"/matters/{number}/intake")
    assert page.locator("#original p").count() == TEXT.count("\n") + 1
    assert page.locator(".said[data-n]").count() == 4
    assert page.locator(".keys").is_hidden() and page.locator("#grab").is_hidden()
    page.get_by_title("看原文中的位置").first.click()
    assert page.url.endswith("#at-f-session")
    page.get_by_role("button", name="加入：同时要加强巡查").click()
    assert len(rows(page)) == 5
    page.get_by_role("button", name="改用这种分法").click()
    assert len(rows(page)) == 3
    page.get_by_role("button", name="撤销：换一种分法").click()
    page.get_by_role("button", name="第 1 条下移").click()
    assert rows(page)[:2] == ["挖掘存量空间", "开放机关大院"]
    page.locator(".proposers > summary").click()
    page.get_by_text("粘贴名单").click()
    page.get_by_label("提案者名单").fill("柏青\n区工商联")
    page.get_by_role("button", name="加入名单").click()
    assert page.locator("[name=p_name]").count() == 5
    page.get_by_role("button", name="确认，从空白起草").click()
    kept = saved(data_folder, number)
    assert [one.name for one in kept.proposers][3:] == ["柏青", "区工商联"]
    assert len(kept.suggestions) == 5


def test_three_hundred_thousand_characters_stay_quick(
    page: Page, opened: Callable[..., int]
) -> None:
    text = f"{TEXT}\n" + "老旧片区停车难，群众盼望早日解决。\n" * 17_000
    text = text[:300_000]
    reading = replace(SURE, proposal=replace(PROPOSAL, text=text))
    opened(reading)
    page.get_by_label("第 2 条建议").focus()
    took = page.evaluate(
        """() => {
          const begun = performance.now();
          for (let n = 0; n < 20; n += 1) {
            document.getElementById("f-s" + (n % 4)).focus();
          }
          return (performance.now() - begun) / 20;
        }"""
    )
    assert took < 100
    select(page, "对地锁、杂物逐一清理。")
    page.get_by_role("button", name="作为一条建议").click()
    expect(page.get_by_label("第 4 条建议")).to_have_value("对地锁、杂物逐一清理")


# ------------------------------------------------------------------ in line


def test_how_a_field_was_read_stands_in_its_line(page: Page, opened: Callable[..., int]) -> None:
    opened(SURE)
    apart = page.evaluate(
        """() => [...document.querySelectorAll('.how-read')].map((one) => {
            // A day has its calendar beside it, in a frame of both.
            const field = one.parentElement.querySelector(
                ':scope > input:not([type=radio]), :scope > .with-day > input[data-day]');
            const word = one.querySelector('.come-by');
            if (!field || !word || !field.checkVisibility()) return 0;
            const [a, b] = [field, word].map((part) => part.getBoundingClientRect());
            return Math.abs((a.top + a.bottom) / 2 - (b.top + b.bottom) / 2);
        })"""
    )
    assert len(apart) > 5 and sum(one > 0 for one in apart) > 3
    assert max(apart) <= 4
