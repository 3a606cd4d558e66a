"""Contrast as it is seen: each text of each page against what stands behind it (WCAG AA)."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from chromium_desk import needs_chromium, playwright_api, register
from intake_fakes import PROSE, UNSURE

from casework import Casework
from drafting.model import Proposal
from web.office_pages.worklist import FEW

pytestmark = needs_chromium

# WCAG 2.1, 1.4.3: 4.5 : 1, large text (24 px, or 18.66 px bold) 3 : 1; what cannot be used is free.
WEAK = """() => {
  const parse = (text) => {
    const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number);
    return [r, g, b, a];
  };
  const over = (rgba, under) => under.map((v, n) => rgba[n] * rgba[3] + v * (1 - rgba[3]));
  const light = (rgb) => {
    const [r, g, b] = rgb.slice(0, 3).map((v) => v / 255)
      .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const ground = (element) => {
    const above = [];
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour[3] > 0) above.push(colour);
      if (colour[3] === 1) break;
    }
    return above.reverse().reduce((under, colour) => over(colour, under), [255, 255, 255]);
  };
  const found = new Set();
  const look = (element, colour, words) => {
    // Of the calendar beside a day only the icon shows: the day is written in the field.
    if (element.matches(".day-picker")) return;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const behind = ground(element);
    const seen = ratio(over(parse(colour), behind), behind);
    if (seen < (large ? 3 : 4.5)) {
      const where = `${colour} on ${behind.map(Math.round)}`;
      found.add(`${seen.toFixed(2)} ${where} “${words.slice(0, 20)}”`);
    }
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const words = texts.currentNode.textContent.trim();
    const element = texts.currentNode.parentElement;
    const shown = { checkVisibilityCSS: true, checkOpacity: true };
    if (!words || !element.checkVisibility(shown)) continue;
    if (element.closest("[aria-hidden=true], :disabled, script, style, option, .unseen")) continue;
    // The state's red on the paper is the standard's, not ours to choose.
    if (element.closest(".page .mark")) continue;
    look(element, getComputedStyle(element).color, words);
  }
  for (const field of document.querySelectorAll("input:not([type=hidden]), textarea, select")) {
    if (field.disabled || !field.checkVisibility()) continue;
    look(field, getComputedStyle(field).color, field.value || "·");
    const hint = getComputedStyle(field, "::placeholder").color;
    if (field.placeholder) look(field, hint, field.placeholder);
  }
  return [...found];
}"""

PAGES = (
    "/",
    "/new",
    "/new/typed",
    "/search",
    "/search?q=停车",
    "/documents/1",
    "/archive",
    "/?q=照明",
    "/?q=没有这件",
    *("/today", "/promises", "/numbers", "/statistics", "/holidays", "/?show=全部"),
    "/check",
    *("/settings", "/settings/default/history", "/setup", "/setup/unit", "/setup/paper"),
    *("/setup/sessions", "/setup/people", "/setup/archive", "/setup/replies"),
)
OF_A_MATTER = (
    *("", "?tab=facts", "?tab=reuse", "/intake", "/reply", "/reply?form=sign-off", "/versions"),
    *("/versions/1", "/opinions", "/review", "/procedure", "/decide", "/check"),
    *("/figures", "/figures/new", "/figures/new?give=1"),
)


def test_every_text_stands_out_from_its_ground(
    page: playwright_api.Page, data_folder: Path
) -> None:
    with Casework.open(data_folder) as casework:
        # One more than the list shows without its search.
        for number in range(FEW + 1):
            casework.create_matter(Proposal(item_no=str(number), subject="关于增设照明的提案"))
    matter = f"/matters/{register(page, '确认，生成初稿')}"
    page.goto("/")
    assert page.get_by_role("search").count() == 1
    weak = {}
    for path in (*PAGES, *(matter + part for part in OF_A_MATTER)):
        answer = page.goto(path)
        assert answer is not None and answer.ok, path
        if found := page.evaluate(WEAK):
            weak[re.sub(r"\d+", "N", path)] = found
    assert weak == {}


def test_what_is_wrong_stands_out_too(
    window: Callable[..., playwright_api.BrowserContext],
    address: str,
) -> None:
    page = window(address).new_page()
    page.goto("/new/typed")
    page.get_by_label("交办日期").fill("昨天")
    page.locator("form .primary").first.click()
    page.get_by_role("alert").wait_for()
    assert page.evaluate(WEAK) == []


def test_what_was_read_stands_out_in_every_state(
    page: playwright_api.Page, data_folder: Path
) -> None:
    with Casework.open(data_folder) as casework:
        made = [casework.create_matter(one.proposal, reading=one) for one in (UNSURE, PROSE)]
    for number in made:
        page.goto(f"/matters/{number}/intake")
        page.locator(".proposers > summary").click()
        page.locator(".keys summary").click()
        page.get_by_label("届次").fill("改过")
        page.get_by_label("案号").focus()
        assert page.evaluate(WEAK) == []
        page.locator("[name=s_text]").first.focus()
        page.locator("#original").press("ArrowDown")
        page.locator("#grab").wait_for()
        assert page.evaluate(WEAK) == []
