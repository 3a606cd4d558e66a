"""The page of 核对 as the server gives it: what it says of the reading, what its buttons do."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest
from intake_fakes import DOUBTS, FIELDS, PROPOSAL, PROSE, SURE, TEXT, UNSURE
from web_fakes import Browser, matter_now
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from bench.clerk import fields_of
from casework import Casework
from drafting.intake.nouns import FieldReading, Intake, Listing, ListReading
from drafting.model import Proposer, Suggestion

DUE = dt.date(2027, 1, 26)
"""Three months after the day of 交办."""
HOSTILE = "<img src=x onerror=alert(1)>&\"'</p></div>"


def of(casework: Casework, reading: Intake | None, **more: object) -> str:
    proposal = replace(reading.proposal if reading else PROPOSAL, **more)
    number = casework.create_matter(proposal, "default", ("提案.docx", b"x"), reading=reading)
    return f"/matters/{number}/intake"


def post(browser: Browser, path: str, fields: list[tuple[str, str]]) -> TestResponse:
    return browser.client.post(path, data=MultiDict(fields))


def send(browser: Browser, path: str, page: str, **more: str) -> str:
    """Press a button of ``page`` as a browser without script does."""
    return post(browser, path, [*fields_of(page), *more.items()]).text


def heads(page: str) -> list[str]:
    return re.findall(r'name="s_text"[^>]*>\n([^<]*)</textarea>', page)


def test_what_is_registered_keeps_how_it_was_read(browser: Browser, casework: Casework) -> None:
    browser.post("/new", {"text": TEXT, "profile": "default"})
    reading = casework.reading(1)
    assert reading is not None
    assert reading.proposal == matter_now(casework, 1).draft.proposal
    assert reading.suggestions.chosen.suggestions == reading.proposal.suggestions
    assert "data-count=" in browser.get("/matters/1/intake").text


def test_each_field_says_how_it_was_come_by(browser: Browser, casework: Casework) -> None:
    page = browser.get(of(casework, SURE)).text
    assert re.findall(r'data-count="(\w+)">\1 (\d+)<', page) == [
        ("读出", "6"),
        ("推测", "2"),
        ("没有读到", "1"),
    ]
    said = dict(re.findall(r'data-name="(\w+)"(?: data-needed)? data-read="(\w+)"', page))
    assert said == {name: field.state for name, field in FIELDS.items()}
    assert re.findall(r'class="come-by is-\w+"[^>]*>(\w+)<', page).count("读出") == 6
    assert (
        '>推测</a><small class="why" id="h-matter">见标题</small>' in page
        and "推测：与往年同类提案相同" in page
    )
    at = FIELDS["handling_unit"].place
    assert at and f'data-place="{at.start}-{at.end}"' in page
    assert 'href="#at-f-handling_unit"' in page and 'id="at-f-handling_unit"' in page


def test_the_sessions_of_the_unit_are_offered_the_latest_first(
    browser: Browser, casework: Casework
) -> None:
    number = casework.create_matter(PROPOSAL, "default", ("提案.txt", "提案全文".encode()))
    for path in ("/new/typed", f"/matters/{number}/intake"):
        page = browser.get(path).text
        assert 'name="session"' in page and 'list="sessions"' in page
        offered = page.partition('<datalist id="sessions">')[2].partition("</datalist>")[0]
        found = re.findall(r'value="([^"]+)"', offered)
        assert found[0] == "区政协十届五次会议" and found[5] == "区人大十届五次会议"


def test_a_matter_without_a_reading_says_so_and_can_be_checked(
    browser: Browser, casework: Casework
) -> None:
    path = of(casework, None)
    page = browser.get(path).text
    assert "没有留存读取情况，请对照原文逐项核对" in page and "come-by" not in page
    # The suggestions are found in the text all the same.
    assert [f'id="at-s{n}"' in page for n in range(1, 5)] == [True] * 4
    assert post(browser, path, fields_of(page)).status_code == 302
    assert matter_now(casework, 1).draft.proposal == replace(PROPOSAL, due=DUE)


def test_confirming_what_is_shown_changes_nothing(browser: Browser, casework: Casework) -> None:
    proposal = replace(
        PROPOSAL,
        key=True,
        overseer="沈知秋",
        merged=("31", "32"),
        proposers=(*PROPOSAL.proposers, Proposer("区工商联", "团体", "联名", "", "第三团")),
    )
    path = of(casework, replace(SURE, proposal=proposal))
    assert post(browser, path, fields_of(browser.get(path).text)).status_code == 302
    assert matter_now(casework, 1).draft.proposal == replace(proposal, due=DUE)


def test_an_unsure_list_says_why_and_offers_what_it_left_out(
    browser: Browser, casework: Casework
) -> None:
    path = of(casework, UNSURE)
    page = browser.get(path).text
    assert DOUBTS[0] in page and "没有列入的 2 句：" in page
    assert "共 3 条：按“建议、希望、要”分的句子" in page and "改用这种分法" in page
    assert page.index(DOUBTS[0]) < page.index('name="s_text"')
    taken = send(browser, path, page, action="take:0")
    assert "同时要加强巡查，防止清理后反弹" in heads(taken)
    assert "撤销：加入一句" in taken and "没有列入的 1 句：" in taken
    dropped = send(browser, path, taken, action="drop:1")
    assert "没有列入的" not in dropped and len(heads(dropped)) == 5
    other = send(browser, path, dropped, action="other:1")
    assert len(heads(other)) == 3 and "原来的分法，共 4 条：“三、建议”下编号的4条" in other
    back = other
    for action in ("换一种分法", "不算建议", "加入一句"):
        assert f"撤销：{action}" in back
        back = send(browser, path, back, action="undo")
    assert heads(back) == heads(page) and "撤销：" not in back
    assert matter_now(casework, 1).draft.proposal == PROPOSAL


def test_once_confirmed_the_list_is_not_doubted_again(browser: Browser, casework: Casework) -> None:
    path = of(casework, UNSURE)
    post(browser, path, fields_of(browser.get(path).text))
    page = browser.get(path).text
    assert DOUBTS[0] not in page and "没有列入的" not in page
    assert "换一种分法" in page and "确认修改" in page


def test_prose_without_numbers_gives_its_sentences_to_tick(
    browser: Browser, casework: Casework
) -> None:
    path = of(casework, PROSE)
    page = browser.get(path).text
    assert "建议 0 条" in page and page.count('name="tick"') == 2
    ticked = send(browser, path, page, tick="1", action="ticked")
    assert heads(ticked) == ["希望区财政对开放泊位的单位给予补助"]


def test_readings_that_are_sure_are_offered_quietly(browser: Browser, casework: Casework) -> None:
    lists = replace(UNSURE.suggestions, doubts=(), left_out=())
    page = browser.get(of(casework, replace(UNSURE, suggestions=lists))).text
    assert "清单可能不全" not in page and "改用这种分法" in page


def test_the_script_is_sent_the_lists_alone(browser: Browser, casework: Casework) -> None:
    path = of(casework, UNSURE)
    page = browser.get(path).text
    lists = send(browser, path, page, action="delete:0", part="lists")
    assert heads(lists) == heads(page)[1:]
    assert 'id="proposers"' in lists and 'id="suggestions"' in lists
    assert "<html" not in lists and "近年来，老旧片区" not in lists


def test_hostile_words_are_shown_and_do_nothing(browser: Browser, casework: Casework) -> None:
    text = f"{HOSTILE}\n{TEXT}"
    reading = Intake(
        replace(PROPOSAL, text=text, subject=HOSTILE, suggestions=(Suggestion("1.", HOSTILE),)),
        {"subject": FieldReading("推测", None, HOSTILE)},
        ListReading(
            Listing((Suggestion("1.", HOSTILE),), (), HOSTILE),
            (Listing((Suggestion(None, HOSTILE),), (), HOSTILE),),
            doubts=(HOSTILE,),
        ),
    )
    proposers = (Proposer(HOSTILE, sector=HOSTILE, phone=HOSTILE, address=HOSTILE),)
    path = of(casework, reading, proposers=proposers)
    page = browser.get(path).text
    page += send(browser, path, page, action="delete:0", q_place=HOSTILE, steps=HOSTILE)
    assert "<img" not in page and "</p></div>&" not in page
    assert page.count("&lt;img src=x onerror=alert(1)&gt;") > 10


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("s_place", "9-"),
        ("s_place", "9999999-1"),
        ("steps", '[{"what":"x","rows":[9]}]'),
        ("settled", "99,x"),
        ("listing", "77"),
        ("s_id", "x"),
    ],
)
def test_what_the_page_carries_may_be_forged(
    browser: Browser, casework: Casework, name: str, value: str
) -> None:
    path = of(casework, UNSURE)
    fields = [(one, had) for one, had in fields_of(browser.get(path).text) if one != name]
    for action in ("undo", "up:1", "other:1"):
        sent = [*fields, (name, value), ("action", action)]
        assert post(browser, path, sent).status_code == 200


def test_a_telephone_is_shown_masked_and_nowhere_else(browser: Browser, casework: Casework) -> None:
    path = of(casework, SURE, text="")
    page = browser.get(path).text
    assert "电话 138****1228" in page and page.count("13800001228") == 1
    post(browser, path, fields_of(page))
    for other in ("/", "/matters/1", "/today"):
        assert "13800001228" not in browser.get(other).text


def test_what_was_typed_from_paper_has_no_original_beside_it(
    browser: Browser, casework: Casework
) -> None:
    page = browser.get("/new/typed").text
    assert 'id="original"' not in page and "登记并核对" in page
    form = [*fields_of(page), ("subject", "关于增设照明的提案"), ("s_text", "增设路灯")]
    form = [one for one in form if one not in (("s_text", ""), ("proposers", ""))]
    more = post(browser, "/new/typed", [*form, ("action", "p-add")]).text
    assert more.count('name="p_name"') == 2
    named = [*form, ("proposers", "柏青、路遥岑")]
    assert post(browser, "/new/typed", named).status_code == 302
    kept = matter_now(casework, 1).draft.proposal
    assert kept.proposers == (Proposer("柏青"), Proposer("路遥岑", part="联名"))
    assert kept.suggestions == (Suggestion(None, "增设路灯"),)
