"""Long lists come page by page, are searched, and stay light."""

from __future__ import annotations

import re
from dataclasses import replace

from web_fakes import PROPOSAL, Browser

from casework import Casework, Matter
from web.filters import proposers
from web.paging import Page, cut, page_of

LIGHT = 200_000


def numbers_on(page: str) -> list[str]:
    return re.findall(r'<td class="nowrap">第(\d+)号</td>', page)


def many(casework: Casework, count: int) -> None:
    for number in range(count):
        one = replace(PROPOSAL, item_no=f"{1000 + number}", subject=f"关于第{number}项工作的提案")
        casework.create_matter(one, "default")


def test_a_long_list_is_printed_whole(browser: Browser, casework: Casework) -> None:
    many(casework, 60)
    first = browser.get("/").text
    assert len(numbers_on(first)) == 50 and 'href="/?whole=1&amp;show=' in first
    whole = browser.get("/?whole=1").text
    assert len(numbers_on(whole)) == 60 and "whole=1" not in whole
    said = re.findall(r'<small>60 件<span class="print-only">，在办，[^<]+</span>', whole)
    assert len(said) == 1


def test_a_list_is_cut_into_pages_and_the_nearest_page_is_given() -> None:
    items = list(range(7))
    assert cut(items, 1, 3) == Page((0, 1, 2), 1, 3, 7)
    assert cut(items, 3, 3) == Page((6,), 3, 3, 7)
    assert cut(items, 0, 3) == cut(items, 1, 3)
    assert cut(items, 99, 3) == cut(items, 3, 3)
    assert cut([], 1, 3) == Page((), 1, 1, 0)
    assert page_of(items, 4, 3) == Page((3, 4, 5), 2, 3, 7)


def test_the_work_list_shows_fifty_and_turns_its_pages(
    casework: Casework, browser: Browser
) -> None:
    many(casework, 120)
    first, third = browser.get("/").text, browser.get("/?page=3").text
    assert numbers_on(first) == [str(1000 + number) for number in range(50)]
    assert numbers_on(third) == [str(1000 + number) for number in range(100, 120)]
    assert "120 件" in first and "第 1 页，共 3 页" in first
    assert len(first.encode()) < LIGHT
    assert numbers_on(browser.get("/?page=77").text) == numbers_on(third)
    assert numbers_on(browser.get("/?page=x").text) == numbers_on(first)


def test_the_work_list_is_searched_by_number_subject_and_proposer(
    casework: Casework, browser: Browser
) -> None:
    many(casework, 30)
    casework.create_matter(replace(PROPOSAL, item_no="0777", subject="关于口袋公园的提案"))
    assert numbers_on(browser.get("/?q=1029").text) == ["1029"]
    assert numbers_on(browser.get("/?q=口袋公园 沈知秋").text) == ["0777"]
    nothing = browser.get("/?q=没有这样的<b>").text
    assert numbers_on(nothing) == [] and "没有找到与“没有这样的&lt;b&gt;”相符的提案" in nothing
    # With few matters at hand there is nothing to look for.
    assert "案号、案由或提案者" in browser.get("/").text


def test_a_matter_that_is_done_is_found_without_choosing_a_filter(
    casework: Casework, matter: Matter, browser: Browser
) -> None:
    casework.db.execute("UPDATE stages SET state = '办结' WHERE matter = ?", (matter.id,))
    assert "没有在办的提案" in browser.get("/").text
    assert numbers_on(browser.get("/?q=停车管理").text) == ["012"]


def test_the_deleted_come_page_by_page(casework: Casework, browser: Browser) -> None:
    many(casework, 60)
    for summary in casework.matters():
        casework.delete(summary.id)
    assert len(numbers_on(browser.get("/deleted").text)) == 50
    assert len(numbers_on(browser.get("/deleted?page=2").text)) == 10
    assert "已删除的提案（60）" in browser.get("/").text


def test_today_shows_thirty_of_a_list_and_where_the_others_are(
    casework: Casework, browser: Browser
) -> None:
    many(casework, 45)
    page = browser.get("/today").text
    assert page.count("关于第") == 30
    assert '<a href="/?show=%E5%BE%85%E5%8A%9E">其余 15 件，到办理清单看</a>' in page


def test_a_thousand_facts_come_page_by_page_with_those_in_doubt_first(
    casework: Casework, matter: Matter, browser: Browser
) -> None:
    figures = [f"第{n}街道新建泊位{1000 + n}个" for n in range(1_000)]
    answer = replace(matter.draft.answers[0], done="，".join(figures) + "。")
    casework.save_answer(matter.id, 0, answer, matter.version)
    shown: list[str] = []
    for page in range(1, 18):
        text = browser.get(f"/matters/{matter.id}/side?s=1&tab=facts&facts={page}").text
        assert len(text.encode()) < LIGHT / 4
        shown += re.findall(r'data-end="\d+">([^<]+)</button>', text)
    assert shown == [f"{1000 + n}个" for n in range(1_000)]
    whole = browser.get(f"/matters/{matter.id}?tab=facts").text
    assert "共 1000 处，待核对的在前" in whole and "第 1 页，共 17 页" in whole
    assert len(whole.encode()) < LIGHT


def test_the_list_says_how_many_proposers_there_are() -> None:
    assert proposers([]) == "—"
    assert proposers(["祁听雨"]) == "祁听雨"
    assert proposers(["祁听雨", "慕容采薇"]) == "祁听雨等2位"
    assert proposers(["祁听雨", "慕容采薇等5名"]) == "祁听雨等5位"
    assert proposers(["慕容采薇等 12 位委员"]) == "慕容采薇等 12 位委员"
    assert proposers(["青岚区工商业联合会联络工作委员会"]) == "青岚区工商业联合会联络工作…"


def test_what_stands_in_the_way_is_counted_where_not_all_of_it_is_shown(
    casework: Casework, matter: Matter, browser: Browser
) -> None:
    marks = "".join(f"【待核实：第{n}项】" for n in range(12))
    answer = replace(matter.draft.answers[0], done=marks)
    casework.save_answer(matter.id, 0, answer, matter.version)
    page = browser.get(f"/matters/{matter.id}/procedure").text
    assert page.count("<li>建议 1：【待核实：第") == 8
    # Twelve marks and two suggestions without an answer, and what the paper itself lacks.
    assert re.findall(r"<li>其余 (\d+) 处</li>", page)[0] == "9"
