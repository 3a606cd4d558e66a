"""The clerk of ``python -m bench clerk``: her counting, and one whole reply in a real browser."""

from __future__ import annotations

import io

import docx
import pytest
from chromium import needs_chromium

playwright_api = pytest.importorskip("playwright.sync_api", reason="未安装 playwright，跳过")

from bench.clerk import hand, replies  # noqa: E402

FORM = """<form>
<input name="first"><input name="second" list="terms"><input name="third">
<datalist id="terms"><option value="甲"></option><option value="乙"></option></datalist></form>
<button type="button">办</button>"""


@pytest.mark.browser
@pytest.mark.skipif(not needs_chromium, reason="未安装 Chromium，跳过")
def test_clicks_keys_and_their_time_are_counted(chromium: playwright_api.Browser) -> None:
    page = chromium.new_page()
    page.set_content(FORM)
    clerk = hand.Hand(page)
    clerk.type(page.locator("[name=first]"), "前12", "第一栏")
    clerk.pick(page.locator("[name=second]"), "乙", "第二栏")
    clerk.click(page.get_by_role("button", name="办"), "办")
    clerk.read("一二三四五 六")
    tally = clerk.tally
    # Select all, three keys and two; Tab, select all, the arrow twice, Enter.
    assert (tally.clicks, tally.keys, tally.typed, tally.read) == (2, 2 + 5 + 1 + 2 + 3, 3, 6)
    assert tally.by == {"到“第一栏”": 1, "办": 1}
    expected = (
        2 * (hand.DECISION + hand.POINT + hand.BUTTON)
        + tally.keys * hand.KEY
        + 2 * hand.HOMING
        + hand.DECISION
        + 6 / hand.CHARACTERS_A_SECOND
    )
    assert tally.seconds == pytest.approx(expected)
    page.close()


def test_the_form_in_word_holds_the_paper() -> None:
    paper = replies.INVENTED[1]
    made = docx.Document(io.BytesIO(replies._word(paper)))
    cells = [cell.text for row in made.tables[0].rows for cell in row.cells]
    assert made.paragraphs[0].text == paper.text.splitlines()[0]
    assert "题目" in cells and paper.subject in cells


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.skipif(not needs_chromium, reason="未安装 Chromium，跳过")
def test_a_reply_is_made_within_the_marks(chromium: playwright_api.Browser) -> None:
    ((_, tally),) = replies.measure(replies.INVENTED[:1], chromium)
    assert tally.minutes <= replies.MOST_MINUTES
    assert tally.clicks <= replies.MOST_CLICKS
    assert tally.retyped == []
