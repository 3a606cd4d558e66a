"""The workbench: state of each answer, ledger, 会办, 送核稿, reuse, versions, bad input."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import replace

import pytest
from days import today
from flask import Flask
from web_fakes import PASSAGES, PROPOSAL, REPLY_TEXT, Browser, confirm_each

from casework import Casework, Matter, aligned, answer_mark
from casework.procedure import stage as stages
from drafting.model import Answer, Contact, Evidence, Suggestion
from drafting.profile import due_date, load_profile

LONG_AGO = dt.timedelta(days=90)
JSON = {"Accept": "application/json"}
MOVES = {"moves": "1"}
"""What the page says of a matter that has made one move."""
OPINION = """一、关于停车收费
我局已对12处停车场的收费标准作了核查，2026年12月底前公示。
二、关于错时开放
第三条建议：同意向居民错时开放泊位260个。
"""


def matter_now(casework: Casework, matter_id: int) -> Matter:
    found = casework.matter(matter_id)
    assert found is not None
    return found


def send(browser: Browser, matter: Matter, number: int, **fields: object) -> dict[str, object]:
    answer = aligned_answer(matter, number)
    form = {"version": matter.version, "base": answer_mark(answer), **fields}
    reply = browser.post(f"/matters/{matter.id}/answers/{number}", form, headers=JSON)
    assert reply.status_code == 200, reply.text
    found: dict[str, object] = reply.json or {}
    return found


def aligned_answer(matter: Matter, number: int) -> Answer:
    return aligned(matter.draft).answers[number - 1]


def answered(casework: Casework, matter: Matter) -> Matter:
    """Every suggestion answered, nothing left to verify."""
    answers = tuple(
        Answer(one, "已建成3处。", "再建2处。", "区城管局", "2026年12月底前", "采纳")
        for one in PROPOSAL.suggestions
    )
    draft = replace(matter.draft, answers=answers, disclosure="主动公开", date=dt.date(2026, 5, 1))
    draft = replace(draft, contacts=(Contact("林知远", "0000-1234567"),))
    casework.save_draft(matter.id, draft, matter.version)
    return matter_now(casework, matter.id)


@pytest.fixture
def co_handled(casework: Casework) -> Matter:
    proposal = replace(PROPOSAL, co_units=("区发改局",), assigned=today() - LONG_AGO)
    matter_id = casework.create_matter(proposal, "default")
    casework.confirm_suggestions(matter_id, matter_now(casework, matter_id).draft, 1)
    return matter_now(casework, matter_id)


# ------------------------------------------------------------------ the contract


def test_the_list_says_in_words_what_each_answer_lacks(browser: Browser, matter: Matter) -> None:
    page = browser.get(f"/matters/{matter.id}").text
    assert page.count("未答") >= 3
    saved = send(
        browser, matter, 1, done="已建【待核实：数量】处，成效明显。", disposition="留作参考"
    )
    words = re.sub(r"<[^>]+>|\s", "", str(saved["states"]))
    assert "1.利用边角地增加停车泊位待核实1未采纳缺理由只讲以往工作" in words


def test_the_bar_proposes_the_result_class(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    assert "结果类别 未定" in browser.get(f"/matters/{matter.id}").text
    whole = answered(casework, matter)
    assert "结果类别 A（拟）" in browser.get(f"/matters/{matter.id}").text
    saved = send(browser, whole, 1, done="已建。", next_step="再建。", disposition="列入计划")
    assert "结果类别 B（拟）" in str(saved["facts"])
    draft = replace(matter_now(casework, matter.id).draft, class_code="C")
    casework.save_draft(matter.id, draft, matter_now(casework, matter.id).version)
    assert "结果类别 C<" in browser.get(f"/matters/{matter.id}").text


def test_the_paper_shows_the_pages_of_this_answer(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    answers = tuple(
        Answer(one, f"第{n}条的答复。" * 200, "再建。", disposition="采纳")
        for n, one in enumerate(PROPOSAL.suggestions, 1)
    )
    casework.save_draft(matter.id, replace(matter.draft, answers=answers), matter.version)
    strip = browser.get(f"/matters/{matter.id}/strip?s=3").text
    assert "第3条的答复" in re.sub(r"<[^>]+>|\s", "", strip)
    assert "第1条的答复" not in re.sub(r"<[^>]+>|\s", "", strip)
    assert browser.get(f"/matters/{matter.id}/strip?s=9").status_code == 404


# ------------------------------------------------------------------ the ledger


def test_the_ledger_names_source_and_author(browser: Browser, casework: Casework) -> None:
    matter_id = casework.create_matter(PROPOSAL, "default")
    matter = matter_now(casework, matter_id)
    evidence = (Evidence(PASSAGES[0], REPLY_TEXT),)
    answer = Answer(
        PROPOSAL.suggestions[0],
        done=f"{REPLY_TEXT}另有机械车位88个。",
        evidence=evidence,
    )
    casework.confirm_suggestions(matter_id, matter.draft, 1)
    casework.save_answer(matter_id, 0, answer, matter.version, author="周望舒")
    page = browser.get(f"/matters/{matter_id}?tab=facts").text
    assert "88个" in page and "无出处" in page and "周望舒 于" in page
    assert 'data-field="done"' in page and "可能过时" not in page
    assert "有出处" in page and PASSAGES[0].title in page
    fragment = browser.get(f"/matters/{matter_id}/side?s=1&tab=facts").text
    assert "<html" not in fragment and "88个" in fragment


def test_an_answer_without_particulars_says_so(browser: Browser, matter: Matter) -> None:
    assert "还没有数字" in browser.get(f"/matters/{matter.id}?tab=facts").text


# ------------------------------------------------------------------ 送核稿


def test_a_mark_blocks_sending_and_a_reason_is_kept(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    path = f"/matters/{matter.id}/review"
    page = browser.get(path).text
    assert "不能送核稿" in page and "尚未答复" in page
    assert browser.post(path, MOVES).status_code == 400
    assert stages.stage_of(casework.db, matter.id).state == "起草"
    whole = answered(casework, matter)
    send(browser, whole, 2, done="【待核实：处数】", next_step="再建。", disposition="采纳")
    assert "【待核实：处数】" in browser.get(path).text
    confirm_each(browser, matter.id)
    refused = browser.post(path, {**MOVES, "reason": "  "})
    assert refused.status_code == 400 and "请写明理由" in refused.text
    sent = browser.post(path, {**MOVES, "reason": "待统计局公布"}, follow_redirects=True)
    assert "已送核稿" in sent.text and "待统计局公布" in sent.text
    step = stages.history(casework.db, matter.id)[-1]
    assert (step.move.name, step.target, step.override) == ("送核稿", "核稿", "待统计局公布")
    assert "已送核稿" in browser.get("/").text


def test_a_whole_draft_is_sent_named_and_can_be_taken_back(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    whole = answered(casework, matter)
    path = f"/matters/{matter.id}/review"
    assert "没有待核实的内容" in browser.get(path).text
    refused = browser.post(path, MOVES)
    assert refused.status_code == 400 and "没有出处、没有人确认" in refused.text
    assert confirm_each(browser, matter.id) == 9
    assert browser.post(path, MOVES).status_code == 302
    assert casework.versions(matter.id)[0].note == "送核稿"
    whole = matter_now(casework, matter.id)
    send(browser, whole, 1, done="又改了。", next_step="再建。", disposition="采纳")
    assert "送核稿后有改动" in browser.get(f"/matters/{matter.id}").text
    browser.post(f"{path}/withdraw", {"moves": "2"})
    assert "已送核稿" not in browser.get(f"/matters/{matter.id}").text
    steps = stages.history(casework.db, matter.id)
    assert [one.move.name for one in steps] == ["直接承办", "送核稿", "撤回"]


def test_what_is_missing_on_the_paper_blocks_too(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    whole = answered(casework, matter)
    casework.save_draft(matter.id, replace(whole.draft, disclosure=None), whole.version)
    page = browser.get(f"/matters/{matter.id}/review").text.partition("<main")[2]
    assert "【待核实：公开属性】" in page and "文稿信息" in page and "编号" not in page


# ------------------------------------------------------------------ 会办


def test_an_opinion_is_asked_received_matched_inserted_and_kept_as_source(
    browser: Browser, co_handled: Matter, casework: Casework
) -> None:
    path = f"/matters/{co_handled.id}/opinions"
    # Nobody asked: nothing can be late, however long ago 交办 was.
    assert "未征求" in browser.get(path).text and "会办逾期" not in browser.get("/").text
    (line,) = casework.co_opinions(co_handled.id)
    asked = today() - LONG_AGO + dt.timedelta(days=3)
    browser.post(f"{path}/{line.id}/ask", {"asked": asked.isoformat(), "due": ""})
    (line,) = casework.co_opinions(co_handled.id)
    assert (line.asked, line.due) == (
        asked,
        due_date(load_profile("default"), asked, role="会办"),
    )
    assert "逾期未反馈" in browser.get(path).text
    for shown in ("/", f"/matters/{co_handled.id}"):
        assert "会办逾期 1" in browser.get(shown).text
    upload = {"file": (io.BytesIO(OPINION.encode()), "意见.txt"), "received": str(asked)}
    browser.post(f"{path}/{line.id}/receive", upload)
    assert "会办逾期" not in browser.get("/").text
    assert browser.get(f"{path}/{line.id}/file").data == OPINION.encode()
    second = browser.get(f"/matters/{co_handled.id}?s=2").text
    assert "会办意见 <small>1</small>" in second and "12处停车场" in second
    form = {"version": co_handled.version, "insert": f"o{line.id}:0", "done": "已公示。"}
    browser.post(f"/matters/{co_handled.id}/answers/2", form)
    kept = aligned_answer(matter_now(casework, co_handled.id), 2)
    assert kept.done == (
        "已公示。\n经商区发改局，该局已对12处停车场的收费标准作了核查，2026年12月底前公示。"
    )
    assert kept.evidence[0].passage.source == f"会办意见/{line.id}"
    third = browser.get(f"/matters/{co_handled.id}?s=3").text
    assert "同意向居民错时开放泊位260个" in third
    facts = browser.get(f"/matters/{co_handled.id}?s=2&tab=facts").text
    assert "区发改局会办意见" in facts


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"text": " \n"}, "请粘贴会办意见"),
        ({"text": "同意。", "received": "昨天"}, "收到日期请写成"),
        ({"file": (io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9), "图.docx")}, "error"),
    ],
)
def test_a_bad_opinion_is_refused_at_its_field(
    browser: Browser,
    co_handled: Matter,
    casework: Casework,
    data: dict[str, object],
    said: str,
) -> None:
    path = f"/matters/{co_handled.id}/opinions"
    browser.get(path)
    (line,) = casework.co_opinions(co_handled.id)
    answer = browser.post(f"{path}/{line.id}/receive", data)
    assert answer.status_code == 400 and said in answer.text
    assert casework.co_opinions(co_handled.id)[0].received is None
    assert browser.post(f"{path}/99/ask").status_code == 404


def test_a_co_handling_unit_awaits_no_opinions(browser: Browser, casework: Casework) -> None:
    proposal = replace(PROPOSAL, role="会办", co_units=("区发改局",))
    matter_id = casework.create_matter(proposal)
    assert "没有会办单位" in browser.get(f"/matters/{matter_id}/opinions").text


# ------------------------------------------------------------------ reuse


def test_phrases_are_kept_offered_and_removed_with_their_words_shown(
    browser: Browser, matter: Matter
) -> None:
    back = {"matter": matter.id, "s": 2}
    answer = browser.post("/phrases", {"phrase": "我局将按季度通报。", **back})
    assert answer.location.endswith(f"/matters/{matter.id}?s=2&tab=reuse")
    page = browser.get(answer.location).text
    assert "我局将按季度通报。" in page
    number = re.search(r"/phrases/(\d+)/delete", page)
    assert number is not None
    gone = browser.post(f"/phrases/{number[1]}/delete", back, follow_redirects=True)
    assert "已删去常用语：我局将按季度通报。" in gone.text
    assert browser.post(f"/phrases/{number[1]}/delete", back).status_code == 404
    assert browser.post("/phrases", {"phrase": " "}).status_code == 400


def test_structure_and_closing_are_chosen_and_printed(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    page = browser.get(f"/matters/{matter.id}?tab=reuse").text
    assert "感谢你们对我区交通出行工作的关心和支持。" in page
    form = {"structure": "summary-then-plan", "closing": "感谢你们关注停车。", "matter": matter.id}
    assert browser.post(f"/matters/{matter.id}/shape", form).status_code == 302
    draft = matter_now(casework, matter.id).draft
    assert (draft.structure, draft.closing) == ("summary-then-plan", "感谢你们关注停车。")
    paper = re.sub(r"<[^>]+>|\s", "", browser.get(f"/matters/{matter.id}/reply").text)
    assert "提案的主要内容" in paper and "感谢你们关注停车。" in paper
    wrong = browser.post(f"/matters/{matter.id}/shape", {"structure": "poem"})
    assert wrong.status_code == 400


def test_last_years_reply_is_opened_beside_and_its_paragraphs_can_be_taken(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    page = browser.get(f"/matters/{matter.id}?tab=reuse").text
    assert "主题相近" in page and REPLY_TEXT in page
    handle = re.search(r'name="insert" value="(1:1\d{6}:[0-9a-f]{8})"', page)
    assert handle is not None
    form = {"version": matter.version, "insert": handle[1], "tab": "reuse"}
    answer = browser.post(f"/matters/{matter.id}/answers/1", form)
    assert answer.location.endswith("tab=reuse#f-done")
    kept = aligned_answer(matter_now(casework, matter.id), 1)
    assert kept.evidence[0].passage.document == 1 and kept.done


def test_an_item_alike_is_shown_at_intake(browser: Browser, casework: Casework) -> None:
    first = casework.create_matter(PROPOSAL)
    again = casework.create_matter(replace(PROPOSAL, subject="关于老旧小区停车管理的建议"))
    page = browser.get(f"/matters/{again}/intake").text
    assert "重复或相近" in page and f"/matters/{first}/intake" in page and "在办，已答" in page
    other = Suggestion(None, "发展冷链物流")
    far = replace(PROPOSAL, subject="关于发展冷链物流的提案", suggestions=(other,), text="冷链")
    unlike = casework.create_matter(far)
    assert "重复或相近" not in browser.get(f"/matters/{unlike}/intake").text


def test_a_matters_own_reply_in_the_archive_is_no_item_alike(
    browser: Browser, casework: Casework
) -> None:
    matter_id = casework.create_matter(replace(PROPOSAL, subject="关于泊位的提案", text=REPLY_TEXT))
    assert "已答复" in browser.get(f"/matters/{matter_id}/intake").text
    now = matter_now(casework, matter_id)
    numbered = replace(now.draft, doc_no="青城管函〔2024〕31号")
    casework.save_draft(matter_id, numbered, now.version)
    assert "已答复" not in browser.get(f"/matters/{matter_id}/intake").text


# ------------------------------------------------------------------ versions


def test_two_versions_are_compared_with_who_and_why(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    answer = Answer(PROPOSAL.suggestions[0], done="新建泊位320个。")
    first = casework.save_answer(matter.id, 0, answer, matter.version, author="周望舒").version
    more = replace(answer, done="新建泊位350个。", disposition="采纳")
    last = casework.save_answer(matter.id, 0, more, first, author="沈知秋", note="按局长意见改")
    page = browser.get(f"/matters/{matter.id}/compare?from={last.version}&to={first}").text
    assert "新建泊位<del>320</del><ins>350</ins>个。" in page
    assert "<ins>采纳</ins>" in page and "沈知秋" in page and "按局长意见改" in page
    assert browser.get(f"/matters/{matter.id}/compare?from=77&to=1").status_code == 404
    same = browser.get(f"/matters/{matter.id}/compare?from={first}&to={first}").text
    assert "两版的答复相同" in same


def test_a_version_is_named(browser: Browser, matter: Matter, casework: Casework) -> None:
    path = f"/matters/{matter.id}/versions"
    page = browser.post(path, {"note": "送局长看的稿"}, follow_redirects=True).text
    assert "已存为“送局长看的稿”" in page
    assert casework.versions(matter.id)[0].note == "送局长看的稿"
    assert browser.post(path, {"note": " "}).status_code == 400


# ------------------------------------------------------------------ two people, bad input


def test_changes_in_different_lines_come_back_put_together(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    base = replace(aligned_answer(matter, 1), done="第一段。\n第二段。")
    casework.save_answer(matter.id, 0, base, matter.version)
    opened = matter_now(casework, matter.id)
    theirs = replace(base, done="对方改的第一段。\n第二段。")
    casework.save_answer(matter.id, 0, theirs, opened.version, author="沈知秋")
    saved = send(browser, opened, 1, done="第一段。\n我改的第二段。")
    assert saved["merged"] == {
        "done": "对方改的第一段。\n我改的第二段。",
        "next_step": "",
        "next_unit": "",
        "next_date": "",
        "reason": "",
        "disposition": "",
        "heading": "",
    }


def test_a_suggestion_deleted_after_it_was_answered_is_said_and_the_text_given_back(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    left = replace(PROPOSAL, suggestions=PROPOSAL.suggestions[:1])
    draft = replace(matter.draft, proposal=left, answers=(Answer(left.suggestions[0]),))
    casework.confirm_suggestions(matter.id, draft, matter.version)
    form = {"version": matter.version, "done": "这一条写了很久，不能丢。"}
    path = f"/matters/{matter.id}/answers/3"
    page = browser.post(path, form)
    assert page.status_code in (404, 409) and "这一条写了很久，不能丢。" in page.text
    said = browser.post(path, form, headers=JSON)
    assert said.status_code in (404, 409) and said.json and said.json["error"]


def test_a_session_that_ended_is_told_to_script_and_the_pulse_brings_the_new_token(
    app: Flask, browser: Browser, matter: Matter, casework: Casework
) -> None:
    assert browser.get(f"/matters/{matter.id}/pulse").json["version"] == matter.version
    casework.people.add("林知远", "云湖青岚区-2026")
    form = {"version": matter.version, "done": "登录失效的时候写下的一段答复。", "csrf": "old"}
    refused = browser.client.post(f"/matters/{matter.id}/answers/1", data=form, headers=JSON)
    assert refused.status_code == 401 and "重新登录" in refused.json["error"]
    assert browser.client.get(f"/matters/{matter.id}/pulse", headers=JSON).status_code == 401
    page = browser.client.post(f"/matters/{matter.id}/answers/1", data=form)
    assert page.status_code == 401 and "登录失效的时候写下的一段答复。" in page.text


def test_forty_suggestions_and_twenty_thousand_characters_stay_small(
    browser: Browser, casework: Casework
) -> None:
    asked = tuple(Suggestion(f"{n}.", f"第{n}条：增加停车泊位和管理人员" * 3) for n in range(40))
    matter_id = casework.create_matter(replace(PROPOSAL, suggestions=asked))
    casework.confirm_suggestions(matter_id, matter_now(casework, matter_id).draft, 1)
    matter = matter_now(casework, matter_id)
    long = ("2025年，全区新增公共停车泊位1310个，投入资金260万元。" * 700)[:20_000]
    saved = send(browser, matter, 40, done=long, next_step="再建。", disposition="采纳")
    assert saved["place"] == 40
    for path in ("?s=40", "?s=40&tab=facts", "?s=40&tab=reuse", "/intake", "/versions", "/review"):
        # How quick they are is bench's to measure, where nothing else runs.
        page = browser.get(f"/matters/{matter_id}{path}")
        assert page.status_code == 200
        assert len(page.data) < 1_000_000, path


# ------------------------------------------------------------------ picked instead of typed


def offered(page: str, name: str) -> list[str]:
    part = page.partition(f'<datalist id="offered-{name}">')[2].partition("</datalist>")[0]
    return re.findall(r'value="([^"]+)"', part)


def test_terms_and_units_are_offered_and_first_what_the_other_answers_say(
    browser: Browser, matter: Matter
) -> None:
    year = today().year
    usual = [f"{year}年12月底前", f"{year + 1}年6月底前", f"{year + 1}年12月底前"]
    page = browser.get(f"/matters/{matter.id}?s=1").text
    assert (offered(page, "next_date"), offered(page, "next_unit")) == (usual, [])
    send(browser, matter, 1, next_date="2031年9月底前", next_unit="区城管局", done="甲。")
    page = browser.get(f"/matters/{matter.id}?s=2").text
    assert offered(page, "next_date") == ["2031年9月底前", *usual]
    assert offered(page, "next_unit") == ["区城管局"]


def test_a_mark_is_not_offered(browser: Browser, matter: Matter) -> None:
    send(browser, matter, 1, next_date="【待核实：完成时限】", done="甲。")
    page = browser.get(f"/matters/{matter.id}?s=2").text
    assert "待核实" not in "".join(offered(page, "next_date"))
