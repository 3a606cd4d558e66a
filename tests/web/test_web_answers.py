"""起草: an answer is saved, takes passages in, meets another's changes, and keeps its text."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote

import pytest
from flask import Flask
from web_fakes import (
    PASSAGES,
    PROPOSAL,
    REPLY_TEXT,
    Browser,
    EmptyArchive,
    FakeArchive,
    answer_form,
    intake_form,
    matter_now,
)

from casework import Casework, Matter
from desk.drafts.inserting import handle
from drafting.language.particulars import mark_stale
from drafting.model import Answer, Change, Evidence

TOLD = mark_stale(REPLY_TEXT, 2024)
"""The reply's words as they are told years later."""
JSON = {"Accept": "application/json"}


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
    assert matter_now(casework, matter.id).draft.answers[0] == Answer(
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
    sent = browser.post(f"/matters/{matter.id}/answers/1", fields)
    assert sent.location.endswith(f"/matters/{matter.id}?s=1#f-done")
    page = browser.get(sent.location).text
    assert "本条出处" in page and "〔1〕" in page
    assert "已插入“已开展的工作”，其余句子没有取，可选中后再插入。" not in page
    assert "已插入“已开展的工作”。" in page
    answer = matter_now(casework, matter.id).draft.answers[0]
    assert answer.done == f"先有的话。\n{TOLD}"
    change = Change("done", f"\n{TOLD}")
    assert answer.evidence == (Evidence(PASSAGES[0], REPLY_TEXT, (change,)),)

    now = matter_now(casework, matter.id)
    second = answer_form(now, done=answer.done, next_unit="区财政局", insert="2:5")
    browser.post(f"/matters/{matter.id}/answers/1", second)
    answer = matter_now(casework, matter.id).draft.answers[0]
    assert answer.next_step == (
        "按照《青岚区停车设施建设三年行动计划（2025—2027年）》（青政发〔2025〕4号）"
        "“新建公共停车泊位”的要求，到2027年，全区新增公共停车泊位1200个，由区城市管理局牵头。"
    )
    assert (answer.next_unit, answer.next_date) == (
        "区财政局",
        "【待核实：完成时限（文件要求2027年）】",
    )
    assert [e.passage.document for e in answer.evidence] == [1, 2]

    now = matter_now(casework, matter.id)
    third = answer_form(
        now,
        done=f"{answer.done}\n留下的。",
        next_step=answer.next_step,
        next_date=answer.next_date,
        remove="0",
    )
    browser.post(f"/matters/{matter.id}/answers/1", third)
    answer = matter_now(casework, matter.id).draft.answers[0]
    assert answer.done == "先有的话。\n留下的。"
    assert [e.passage.document for e in answer.evidence] == [2]


def test_script_is_told_where_the_words_stand(browser: Browser, matter: Matter) -> None:
    fields = answer_form(
        matter, done="第一段。\n第二段。", insert="1:3", cursor="done:4:4", disposition="采纳"
    )
    said = browser.post(f"/matters/{matter.id}/answers/1", fields, headers=JSON).json
    assert said is not None
    assert said["merged"] == {
        "heading": "",
        "done": f"第一段。\n{TOLD}\n第二段。",
        "next_step": "",
        "next_unit": "",
        "next_date": "",
        "reason": "",
        "disposition": "采纳",
    }
    assert said["inserted"] == {"field": "done", "start": 5, "end": 5 + len(TOLD)}
    assert (said["joined"], said["used"]) == (False, [handle(PASSAGES[0])])
    assert said["said"] == "已插入“已开展的工作”"


def test_only_the_selected_words_go_in(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    path = f"/matters/{matter.id}/answers/1"
    browser.post(path, answer_form(matter, insert="2:5", selected="全区新增公共停车泊位1200个"))
    answer = matter_now(casework, matter.id).draft.answers[0]
    assert answer.next_step == "全区新增公共停车泊位1200个"
    now = matter_now(casework, matter.id)
    wrong = answer_form(
        now, done="这是一段写了很久的答复文字。", insert="2:5", selected="别处的文字"
    )
    page = browser.post(path, wrong)
    assert page.status_code == 400
    assert "选中的文字不在这段材料里" in page.text and "写了很久的答复" in page.text


def test_a_colleagues_change_and_a_passage_come_together(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    path = f"/matters/{matter.id}/answers/1"
    browser.post(path, answer_form(matter, done="对方写的。"))
    mine = answer_form(matter, insert="2:5")
    said = browser.post(path, mine, headers=JSON).json
    assert said is not None and said["joined"]
    answer = matter_now(casework, matter.id).draft.answers[0]
    assert answer.done == "对方写的。" and answer.next_step.startswith("按照《青岚区")


@pytest.mark.parametrize("name", ["本单位", "本地", "未注明有效期"])
def test_a_badge_says_whose_a_source_is_and_whether_it_is_in_force(
    browser: Browser, matter: Matter, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    policy = replace(PASSAGES[1], state="现行")
    monkeypatch.setattr(FakeArchive, "passages_", (PASSAGES[0], policy))
    for path in (f"/matters/{matter.id}", "/search?q=停车"):
        text = browser.get(path).text
        assert f">{name}</span>" in text
        if name != "未注明有效期":
            continue
        ended = replace(policy, state="已到期", ends="2024-12-31")
        monkeypatch.setattr(FakeArchive, "passages_", (PASSAGES[0], ended))
        if "search" not in path:
            assert '<span class="tag ended" title="有效期至2024年">已到期</span>' in (
                browser.get(path).text
            )
        monkeypatch.setattr(FakeArchive, "passages_", (PASSAGES[0], policy))


def test_the_subject_leads_and_the_title_can_be_read(
    browser: Browser, matter: Matter, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = replace(PASSAGES[0], subject="关于缓解停车难的提案")
    monkeypatch.setattr(FakeArchive, "passages_", (told,))
    for path in (f"/matters/{matter.id}", "/search?q=停车"):
        text = browser.get(path).text
        head = text[text.index('<div class="passage-head">') :].split("</small>", 1)[0]
        assert re.sub(r"<[^>]+>|\s+", "", head) == (
            "本单位关于缓解停车难的提案青岚区城市管理局·2024年·青城管函〔2024〕31号"
        )
        assert f'title="{told.title}"' in head


def test_the_same_passage_is_one_source(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    for _ in range(2):
        now = matter_now(casework, matter.id)
        fields = answer_form(now, done="x", insert="1:3", placed="1")
        browser.post(f"/matters/{matter.id}/answers/1", fields)
    answer = matter_now(casework, matter.id).draft.answers[0]
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
    assert matter_now(casework, matter.id) == matter


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
    now = matter_now(casework, matter.id)
    assert now.draft.answers[0].done == "对方写的。"
    assert browser.post(path, answer_form(now, done="我写的。")).status_code == 302
    assert matter_now(casework, matter.id).draft.answers[0].done == "我写的。"
    assert casework.version(matter.id, now.version) == now.draft


def test_a_passage_taken_in_during_a_conflict_stays_a_source(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    path = f"/matters/{matter.id}/answers/1"
    browser.post(path, answer_form(matter, done="对方写的。"))
    page = browser.post(path, answer_form(matter, done="我写的。", insert="1:3"))
    assert page.status_code == 409
    assert 'name="insert" value="1:3"' in page.text and TOLD in page.text
    now = matter_now(casework, matter.id)
    again = answer_form(now, done=f"我写的。\n{TOLD}", insert="1:3", placed="1")
    assert browser.post(path, again).status_code == 302
    answer = matter_now(casework, matter.id).draft.answers[0]
    assert answer.done == f"我写的。\n{TOLD}"
    assert answer.evidence == (Evidence(PASSAGES[0], REPLY_TEXT, (Change("done", TOLD),)),)


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
    assert len(matter_now(casework, matter.id).draft.answers[0].done) == 20_000
    now = matter_now(casework, matter.id)
    answer = browser.post(path, answer_form(now, done="字" * 50_001))
    assert answer.status_code == 400
    assert "“已开展的工作”不能超过50000个字" in answer.text and "字" * 50_001 in answer.text
    assert matter_now(casework, matter.id) == now


def test_markup_in_a_text_is_only_text(browser: Browser, matter: Matter) -> None:
    evil = "<script>alert(1)</script></textarea><img src=x>"
    path = f"/matters/{matter.id}/answers/1"
    browser.post(path, answer_form(matter, done=evil))
    for page in (f"/matters/{matter.id}", f"/matters/{matter.id}/reply", "/search?q=" + evil):
        text = browser.get(page).text
        assert "<script>alert" not in text and "<img" not in text
