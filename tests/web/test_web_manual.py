"""The manual inside the product, what each page is for, and what a refused form gives back."""

from __future__ import annotations

import re
from contextlib import suppress
from html import unescape
from pathlib import Path

import every_page
import pytest
from flask import Flask
from web_fakes import PROPOSAL, Browser
from werkzeug.exceptions import NotFound

from casework import Casework
from web import create_app
from web.access.rules import RULES
from web.menus import NAVIGATION, OFFICE, Menu
from web.office_pages import manual
from web.purposes import PURPOSES


def words_of(page: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", page.partition("<main")[2].partition("</main>")[0]))


def chinese(text: str) -> str:
    return "".join(re.findall(r"[\u4e00-\u9fff]", text))


@pytest.mark.parametrize("page", manual.PAGES)
def test_the_manual_shows_every_sentence_and_picture_of_its_file(
    browser: Browser, page: str
) -> None:
    shown = browser.get(f"/manual?page={page}")
    assert shown.status_code == 200
    source = (manual.FOLDER / f"{page}.md").read_text("utf-8")
    flat = chinese(words_of(shown.text))
    plain = re.sub(r"!\[[^\]]*\]\([^)]*\)|\]\([^)]*\)", "", source)
    assert [one for one in re.split(r"[。；]", plain) if chinese(one) not in flat] == []
    pictures = re.findall(r'<img src="([^"]+)"', shown.text)
    assert len(pictures) == len(re.findall(r"!\[", source)) > 0
    assert {browser.get(one).status_code for one in pictures} == {200}


def test_links_of_the_manual_stay_inside_it(browser: Browser) -> None:
    article = browser.get("/manual").text.partition("<article")[2].partition("</article>")[0]
    assert set(re.findall(r'href="([^"]+)"', article)) == {
        "manual?page=first-day",
        "manual?page=journey",
    }


def test_the_manual_is_searched_by_words(browser: Browser) -> None:
    page = browser.get("/manual?q=会办 逾期").text
    titles = re.findall(r'<h2><a href="([^"]+)"', page)
    assert any(one.startswith("/manual?page=guide#") for one in titles)
    assert "<mark>会办</mark>" in page and "<mark>逾期</mark>" in page
    assert "没有找到" in browser.get("/manual?q=没有这样的词").text
    assert "&lt;b&gt;" in browser.get("/manual?q=<b>").text
    assert browser.get("/manual?page=operations").status_code == 404
    assert browser.get("/manual/images/../guide.md").status_code == 404


@pytest.mark.parametrize("page", manual.PAGES)
def test_the_manual_has_no_word_of_the_command_line(page: str) -> None:
    source = (manual.FOLDER / f"{page}.md").read_text("utf-8")
    assert re.findall(r"drafting |\.py\b|命令行|服务器上|pip |\$ ", source) == []


def test_every_purpose_is_a_pages_and_names_a_part_of_the_manual(app: Flask) -> None:
    assert PURPOSES.keys() <= RULES.keys()
    with app.test_request_context():
        titles = {one.title for one in manual.sections("guide")}
    assert {one.section for one in PURPOSES.values()} - titles == set()
    assert [one.line for one in PURPOSES.values() if not one.line.endswith("。")] == []
    lines = [one.line for one in PURPOSES.values()]
    assert len(set(lines)) == len(lines)


# The way in and the manual itself say it in their heading; the start of 审阅 leads on.
PLAIN = {
    "login.show",
    "login.second",
    "login.invited",
    "manual.show",
    "manual.keys",
    "deciding.start",
}


def test_every_page_has_a_line_of_purpose(data_folder: Path) -> None:
    with Casework.open(data_folder) as casework:
        number = casework.create_matter(PROPOSAL, "default", ("提案.txt", "提案全文".encode()))
        found = casework.matter(number)
        assert found is not None
        casework.confirm_suggestions(number, found.draft, 1)
    app = create_app(data_folder)
    adapter = app.url_map.bind("localhost")
    pages = {"notices.show", "account.show", "batch.show", "check.show", "figures.one"}
    for path in every_page.addresses(data_folder, number):
        with suppress(NotFound):
            pages.add(str(adapter.match(path.partition("?")[0])[0]))
    assert len(pages) > 50
    assert pages - PLAIN - PURPOSES.keys() == set()


def test_a_page_says_what_it_is_for(browser: Browser) -> None:
    page = browser.get("/new").text
    assert PURPOSES["register.show"].line in page
    assert page.count("/manual#%E4%B8%80%E3%80%81%E7%99%BB%E8%AE%B0") == 2


def test_the_navigation_leads_only_to_pages_for_whoever_may(app: Flask) -> None:
    links = [
        link for one in NAVIGATION for link in (one.links if isinstance(one, Menu) else (one,))
    ]
    for link in (*links, *OFFICE):
        assert RULES[link.endpoint] == link.permission, link.word
        assert link.endpoint in app.view_functions
