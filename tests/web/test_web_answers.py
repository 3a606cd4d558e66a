"""起草: an answer is saved, takes passages in, meets another's changes, and keeps its text."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from flask import Flask
from web_fakes import (
    PASSAGES,
    POLICY_QUOTE,
    PROPOSAL,
    REPLY_TEXT,
    Browser,
    EmptyArchive,
    answer_form,
    intake_form,
    standing,
)

from casework import Casework, Matter
from drafting.model import Answer, Evidence


def test_the_workbench_shows_suggestions_answer_and_evidence(
    browser: Browser, matter: Matter
) -> None:
    page = browser.get(f"/matters/{matter.id}?s=2").text
    for shown in ("规范停车收费", "公示收费标准", "往年答复"[2:], "青城管函〔2024〕31号", "插入"):
        assert shown in page
    assert "<mark>停车泊位</mark>" in browser.get(f"/matters/{matter.id}").text


def test_saving_an_answer_and_going_on(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    fields = answer_form(
        matter,
        done="已新建320个。\r\n\r\n均已启用。\x00",
        next_step="再建。",
        next_unit=" 区城管局 ",
        next_date="2026年12月底前",
        disposition="部分采纳",
        reason="用地有限。",
        goto="2",
    )
    answer = browser.post(f"/matters/{matter.id}/answers/1", fields)
    assert answer.location.endswith(f"/matters/{matter.id}?s=2")
    assert standing(casework, matter.id).draft.answers[0] == Answer(
        PROPOSAL.suggestions[0],
        done="已新建320个。\n\n均已启用。",
        next_step="再建。",
        next_unit="区城管局",
        next_date="2026年12月底前",
        disposition="部分采纳",
        reason="用地有限。",
    )


def test_inserting_a_passage_keeps_text_and_source(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    fields = answer_form(matter, done="先有的话。", insert="1:3")
    page = browser.post(f"/matters/{matter.id}/answers/1", fields, follow_redirects=True).text
    assert "本条出处" in page and "〔1〕" in page
    answer = standing(casework, matter.id).draft.answers[0]
    assert answer.done == f"先有的话。\n{REPLY_TEXT}"
    assert answer.evidence == (Evidence(PASSAGES[0], REPLY_TEXT),)

    now = standing(casework, matter.id)
    second = answer_form(now, done=answer.done, insert="2:5", target="next_step")
    browser.post(f"/matters/{matter.id}/answers/1", second)
    answer = standing(casework, matter.id).draft.answers[0]
    assert answer.next_step == POLICY_QUOTE
    assert [e.passage.document for e in answer.evidence] == [1, 2]

    now = standing(casework, matter.id)
    third = answer_form(now, done="留下的。", remove="0")
    browser.post(f"/matters/{matter.id}/answers/1", third)
    answer = standing(casework, matter.id).draft.answers[0]
    assert [e.passage.document for e in answer.evidence] == [2]


def test_the_same_passage_is_one_source(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    for _ in range(2):
        now = standing(casework, matter.id)
        fields = answer_form(now, done="x", insert="1:3", placed="1")
        browser.post(f"/matters/{matter.id}/answers/1", fields)
    answer = standing(casework, matter.id).draft.answers[0]
    assert (answer.done, len(answer.evidence)) == ("x", 1)


@pytest.mark.parametrize("forged", ["99:1", "1", "1:x", "a:b:c", "1:3;DROP"])
def test_a_forged_passage_is_refused_and_the_text_shown_back(
    browser: Browser, matter: Matter, casework: Casework, forged: str
) -> None:
    text = "这是一段写了很久的答复文字。"
    fields = answer_form(matter, done=text, insert=forged)
    answer = browser.post(f"/matters/{matter.id}/answers/1", fields)
    assert answer.status_code == 400
    assert "请重新检索后再插入" in answer.text and text in answer.text
    assert standing(casework, matter.id) == matter


def test_looking_for_other_evidence_saves_first(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    fields = answer_form(matter, done="写到一半", look="1", q="智慧停车")
    answer = browser.post(f"/matters/{matter.id}/answers/1", fields)
    assert unquote(answer.location).endswith("?s=1&q=智慧停车")
    page = browser.get(answer.location).text
    assert "“智慧停车”的检索结果" in page and "写到一半" in page
    fragment = browser.get(f"/matters/{matter.id}/side?s=1&q=zzz").text
    assert "没有找到相近的材料" in fragment and "<html" not in fragment


def test_an_empty_archive_says_how_to_fill_it(
    app: Flask, browser: Browser, matter: Matter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpus.Archive.open", lambda folder: EmptyArchive())
    assert "档案还是空的" in browser.get(f"/matters/{matter.id}").text
    assert "档案还是空的" in browser.get("/search?q=停车").text


JSON = {"Accept": "application/json"}


def test_autosave_answers_with_the_new_state(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    fields = answer_form(matter, done="共【待核实：数量】个。", disposition="采纳")
    answer = browser.post(f"/matters/{matter.id}/answers/1", fields, headers=JSON)
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["version"] == matter.version + 1
    assert "待核实 1" in answer.json["states"] and "【待核实：数量】" in answer.json["sources"]
    assert casework.matters()[0].progress.pending == 1


def test_a_stale_autosave_is_409_and_the_form_then_shows_both_texts(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    path = f"/matters/{matter.id}/answers/1"
    browser.post(path, answer_form(matter, done="对方写的。"))
    late = answer_form(matter, done="我写的。")
    assert browser.post(path, late, headers=JSON).status_code == 409
    page = browser.post(path, late)
    assert page.status_code == 409
    assert "对方写的。" in page.text and "我写的。" in page.text
    now = standing(casework, matter.id)
    assert now.draft.answers[0].done == "对方写的。"
    assert browser.post(path, answer_form(now, done="我写的。")).status_code == 302
    assert standing(casework, matter.id).draft.answers[0].done == "我写的。"
    assert casework.version(matter.id, now.version) == now.draft


def test_a_passage_taken_in_during_a_conflict_stays_a_source(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    path = f"/matters/{matter.id}/answers/1"
    browser.post(path, answer_form(matter, done="对方写的。"))
    page = browser.post(path, answer_form(matter, done="我写的。", insert="1:3"))
    assert page.status_code == 409
    assert 'name="insert" value="1:3"' in page.text and REPLY_TEXT in page.text
    now = standing(casework, matter.id)
    again = answer_form(now, done=f"我写的。\n{REPLY_TEXT}", insert="1:3", placed="1")
    assert browser.post(path, again).status_code == 302
    answer = standing(casework, matter.id).draft.answers[0]
    assert answer.done == f"我写的。\n{REPLY_TEXT}"
    assert answer.evidence == (Evidence(PASSAGES[0], REPLY_TEXT),)


def test_an_answer_whose_suggestion_has_gone_is_shown_back(
    browser: Browser, matter: Matter
) -> None:
    browser.post(f"/matters/{matter.id}/intake", intake_form(matter, "只剩一条"))
    fields = answer_form(matter, done="第三条的答复，写了很久。")
    page = browser.post(f"/matters/{matter.id}/answers/3", fields)
    assert page.status_code == 409
    assert "第三条的答复，写了很久。" in page.text and "已从清单中移出" in page.text


@pytest.mark.parametrize("number", ["0", "4", "999999999"])
def test_an_answer_to_no_suggestion_is_404(browser: Browser, matter: Matter, number: str) -> None:
    assert browser.post(f"/matters/{matter.id}/answers/{number}").status_code == 404


def test_an_answer_of_twenty_thousand_characters_is_kept_and_more_refused(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    path = f"/matters/{matter.id}/answers/1"
    browser.post(path, answer_form(matter, done="字" * 20_000))
    assert len(standing(casework, matter.id).draft.answers[0].done) == 20_000
    now = standing(casework, matter.id)
    answer = browser.post(path, answer_form(now, done="字" * 50_001))
    assert answer.status_code == 400
    assert "“已开展的工作”不能超过50000个字" in answer.text and "字" * 50_001 in answer.text
    assert standing(casework, matter.id) == now


def test_markup_in_a_text_is_only_text(browser: Browser, matter: Matter) -> None:
    evil = "<script>alert(1)</script></textarea><img src=x>"
    path = f"/matters/{matter.id}/answers/1"
    browser.post(path, answer_form(matter, done=evil))
    for page in (f"/matters/{matter.id}", f"/matters/{matter.id}/reply", "/search?q=" + evil):
        text = browser.get(page).text
        assert "<script>alert" not in text and "<img" not in text
