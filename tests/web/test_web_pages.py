"""办理清单, 登记, 核对, 检索与档案 as pages: what they show, take in and refuse."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from urllib.parse import unquote

import pytest
from days import today
from web_fakes import (
    PROPOSAL,
    REPLY_TEXT,
    Browser,
    intake_form,
    matter_now,
)

from casework import Casework, Matter
from drafting.model import Answer, Suggestion

PASTED = """区政协十届三次会议第012号提案
案由：关于加强老旧小区停车管理的提案
提案者：周望舒
近年来，老旧小区停车难问题突出。建议：
一、利用边角地增加停车泊位。
二、规范道路停车收费。
"""


# ------------------------------------------------------------------ 办理清单


def test_an_empty_list_says_what_to_do_first(browser: Browser) -> None:
    page = browser.get("/")
    assert page.status_code == 200
    assert "登记第一件提案" in page.text
    assert "单用户模式" in page.text


def test_the_list_shows_what_is_due(browser: Browser, casework: Casework) -> None:
    due = today() + dt.timedelta(days=18)
    matter_id = casework.create_matter(replace(PROPOSAL, due=due))
    page = browser.get("/").text
    for shown in ("第012号", "关于加强老旧小区停车管理的提案", "周望舒等2位", "还有 18 天", "主办"):
        assert shown in page
    assert f"/matters/{matter_id}/intake" in page


def test_deleting_offers_the_undo(browser: Browser, matter: Matter, casework: Casework) -> None:
    page = browser.post(f"/matters/{matter.id}/delete", follow_redirects=True).text
    assert ">撤销</button>" in page and "还没有在办的提案" in page
    assert browser.get(f"/matters/{matter.id}").status_code == 404
    assert "恢复" in browser.get("/deleted").text
    page = browser.post(f"/matters/{matter.id}/restore", follow_redirects=True).text
    assert "已恢复" in page
    assert matter_now(casework, matter.id).draft == matter.draft
    assert browser.post(f"/matters/{matter.id}/restore").status_code == 404


# ------------------------------------------------------------------ 登记


def test_a_pasted_proposal_is_registered(browser: Browser, casework: Casework) -> None:
    answer = browser.post("/new", {"text": PASTED, "profile": "default"})
    assert answer.status_code == 302
    assert answer.location.endswith("/matters/1/intake")
    made = matter_now(casework, 1)
    assert not made.confirmed
    assert made.draft.proposal.item_no == "012"
    assert len(made.draft.proposal.suggestions) == 2
    page = browser.get("/matters/1/intake").text
    assert "利用边角地增加停车泊位" in page and "关于加强老旧小区停车管理的提案" in page
    assert casework.original(1) == ("粘贴的提案.txt", PASTED.strip().encode())


def test_an_uploaded_file_is_registered_and_kept(browser: Browser, casework: Casework) -> None:
    upload = (io.BytesIO(PASTED.encode("gb18030")), "第012号提案.txt")
    answer = browser.post("/new", {"text": "", "file": upload})
    assert answer.status_code == 302
    assert matter_now(casework, 1).draft.proposal.subject == "关于加强老旧小区停车管理的提案"
    original = browser.get("/matters/1/original")
    assert original.data == PASTED.encode("gb18030")
    assert unquote(original.headers["Content-Disposition"]).endswith("第012号提案.txt")
    assert original.headers["Content-Type"] == "application/octet-stream"
    assert original.headers["X-Content-Type-Options"] == "nosniff"


def test_what_the_reading_left_out_is_said_on_the_next_page(browser: Browser) -> None:
    damaged = PASTED.encode("gb18030").replace("停车难".encode("gbk"), b"\xff" * 6, 1)
    browser.post("/new", {"text": "", "file": (io.BytesIO(damaged), "第012号提案.txt")})
    assert "有 1 处字符已损坏，无法识别" in browser.get("/matters/1/intake").text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("空.txt", b""),
        ("空白.txt", b" \r\n\r\n"),
        ("图片.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50),
        ("假的.docx", "其实是文字".encode()),
        ("残缺.docx", b"PK\x03\x04" + b"\0" * 200),
        ("程序.exe", b"MZ\x90\0" * 100),
        ("很大.txt", b"\xe5\xad\x97" * (21 * 1024 * 1024 // 3)),
    ],
)
def test_a_bad_file_is_refused_at_its_field_and_the_text_stays(
    browser: Browser, casework: Casework, name: str, content: bytes
) -> None:
    data = {"text": "我打的字𠮷😀", "file": (io.BytesIO(content), name)}
    answer = browser.post("/new", data)
    assert answer.status_code == 400
    assert 'id="h-file"' in answer.text and "请重新选择文件" in answer.text
    assert "我打的字𠮷😀" in answer.text
    assert casework.matters() == []


@pytest.mark.parametrize("text", ["", " \n\t", "\x00\x01", "字" * 300_001])
def test_no_text_or_too_much_is_said_at_the_field(
    browser: Browser, casework: Casework, text: str
) -> None:
    answer = browser.post("/new", {"text": text})
    assert answer.status_code == 400
    assert 'class="error" id="h-text"' in answer.text
    assert casework.matters() == []


def test_control_characters_vanish_and_rare_ones_stay(browser: Browser, casework: Casework) -> None:
    text = PASTED.replace("周望舒", "𠮷\x07㛃").replace("泊位", "泊位\x0b😀")
    browser.post("/new", {"text": text})
    proposal = matter_now(casework, 1).draft.proposal
    assert "\x07" not in proposal.text
    assert "𠮷㛃" in proposal.text and "😀" in proposal.text


def test_a_request_beyond_all_bounds_is_413(browser: Browser) -> None:
    big = (io.BytesIO(b"x" * (61 * 1024 * 1024)), "大.txt")
    answer = browser.post("/new", {"file": big})
    assert answer.status_code == 413
    assert "20 MB" in answer.text


def test_a_proposal_on_paper_is_typed_in(browser: Browser, casework: Casework) -> None:
    assert "逐项填写" in browser.get("/new/typed").text
    form = {"subject": "关于增设公交线路的建议", "matter": "建议", "s_text": ["增设线路"]}
    longer = browser.post("/new/typed", {**form, "action": "add"})
    assert longer.text.count('name="s_text"') == 2 and casework.matters() == []
    bad = browser.post("/new/typed", {**form, "due": "明天"})
    assert bad.status_code == 400
    assert 'value="明天"' in bad.text and "增设线路" in bad.text and casework.matters() == []
    assert browser.post("/new/typed", form).status_code == 302
    made = matter_now(casework, 1).draft.proposal
    assert (made.matter, made.suggestions) == ("建议", (Suggestion(None, "增设线路"),))


# ------------------------------------------------------------------ 核对


def test_no_suggestions_found_is_said_and_can_be_typed(
    browser: Browser, casework: Casework
) -> None:
    matter_id = casework.create_matter(replace(PROPOSAL, suggestions=()))
    page = browser.get(f"/matters/{matter_id}/intake").text
    assert "没有从原文中找出分条的建议" in page
    assert browser.get(f"/matters/{matter_id}").location.endswith("/intake")
    made = matter_now(casework, matter_id)
    answer = browser.post(f"/matters/{matter_id}/intake", intake_form(made, "", "增加泊位"))
    assert answer.status_code == 302
    after = matter_now(casework, matter_id)
    assert after.confirmed
    assert after.draft.answers == (Answer(Suggestion(None, "增加泊位")),)


def test_correcting_the_list_saves_nothing(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    form = intake_form(matter, "甲改过", "乙", action="down:0")
    page = browser.post(f"/matters/{matter.id}/intake", form)
    assert page.status_code == 200
    assert page.text.index(">\n乙</textarea>") < page.text.index(">\n甲改过</textarea>")
    assert matter_now(casework, matter.id) == matter


def test_confirming_moves_answers_with_their_suggestions(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    answer = Answer(PROPOSAL.suggestions[2], done="已错时开放泊位260个。")
    version = casework.save_answer(matter.id, 2, answer, matter.version).version
    form = intake_form(matter, "推动停车场错时开放", "新增的一条", version=version)
    form["s_origin"] = [PROPOSAL.suggestions[2].key, ""]
    page = browser.post(f"/matters/{matter.id}/intake", form, follow_redirects=True).text
    assert "已错时开放泊位260个" in page
    assert [a.done for a in matter_now(casework, matter.id).draft.answers] == [answer.done, ""]


def test_an_answered_suggestion_taken_off_can_be_found_again(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    answer = Answer(PROPOSAL.suggestions[2], done="已错时开放泊位260个。")
    version = casework.save_answer(matter.id, 2, answer, matter.version).version
    form = intake_form(matter, "利用边角地增加停车泊位", version=version)
    page = browser.post(f"/matters/{matter.id}/intake", form, follow_redirects=True).text
    assert f"有 1 条已写的答复随建议一起移出，可在“历次版本”第 {version} 版中找回。" in page
    assert "已错时开放泊位260个" in browser.get(f"/matters/{matter.id}/versions/{version}").text
    browser.post(f"/matters/{matter.id}/versions/{version}/restore")
    assert matter_now(casework, matter.id).draft.answers[2] == answer


def test_mistakes_come_back_with_everything_typed(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    form = intake_form(matter, "改过的建议", due="后天", co_units="区公安分局")
    answer = browser.post(f"/matters/{matter.id}/intake", form)
    assert answer.status_code == 400
    for kept in ("改过的建议", 'value="后天"', "区公安分局", "办理期限请写成 2026-03-15"):
        assert kept in answer.text
    assert matter_now(casework, matter.id) == matter


def test_a_stale_confirmation_shows_both_lists(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    browser.post(f"/matters/{matter.id}/intake", intake_form(matter, "先到的"))
    late = browser.post(f"/matters/{matter.id}/intake", intake_form(matter, "后到的"))
    assert late.status_code == 409
    assert "先到的" in late.text and "后到的" in late.text
    now = matter_now(casework, matter.id)
    assert now.draft.proposal.suggestions == (Suggestion(None, "先到的"),)
    again = browser.post(f"/matters/{matter.id}/intake", intake_form(now, "后到的"))
    assert again.status_code == 302


def test_thirty_suggestions_are_confirmed_and_shown(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    texts = [f"第{n}件要办的事" for n in range(1, 31)]
    form = intake_form(matter, *texts)
    assert browser.post(f"/matters/{matter.id}/intake", form).status_code == 302
    page = browser.get(f"/matters/{matter.id}?s=30")
    assert page.status_code == 200
    assert "30. 第30件要办的事" in page.text
    assert len(matter_now(casework, matter.id).draft.answers) == 30


def test_the_term_follows_from_the_day_of_assignment(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    form = intake_form(matter, "甲", assigned="2026年11月30日")
    browser.post(f"/matters/{matter.id}/intake", form)
    assert matter_now(casework, matter.id).draft.proposal.due == dt.date(2027, 2, 28)


def test_a_first_draft_is_made_on_request_only_where_nothing_is_written(
    browser: Browser, casework: Casework
) -> None:
    matter_id = casework.create_matter(PROPOSAL)
    form = intake_form(matter_now(casework, matter_id), "利用边角地增加停车泊位", start="draft")
    assert browser.post(f"/matters/{matter_id}/intake", form).status_code == 302
    (answer,) = matter_now(casework, matter_id).draft.answers
    assert answer.done or answer.next_step
    written = replace(answer, done="我写的。")
    version = casework.save_answer(matter_id, 0, written, 2).version
    form["version"] = version
    browser.post(f"/matters/{matter_id}/intake", form)
    assert matter_now(casework, matter_id).draft.answers[0].done == "我写的。"


# ------------------------------------------------------------------ 检索与档案


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", "查往年怎么答的"),
        ("停", "青城管函〔2024〕31号"),
        ("停车泊位", "<mark>停车泊位</mark>"),
        ('"', "检索词里没有汉字、字母或数字"),
        ("，。！", "检索词里没有汉字、字母或数字"),
        ("*%()-", "检索词里没有汉字、字母或数字"),
        ("😀", "检索词里没有汉字、字母或数字"),
        ("zzz", "没有找到"),
        ("停" * 3_000, "文字较长"),
    ],
)
def test_every_query_is_answered(browser: Browser, query: str, shown: str) -> None:
    page = browser.get("/search", query_string={"q": query})
    assert page.status_code == 200
    assert shown in page.text


def test_kinds_narrow_the_search(browser: Browser) -> None:
    page = browser.get("/search?q=停车泊位&kind=policy&kind=forged").text
    assert "三年行动计划" in page and "第31号提案的答复" not in page


def test_a_past_document_shows_fields_text_and_the_way_to_its_like(browser: Browser) -> None:
    page = browser.get("/documents/1").text
    for shown in (
        "青城管函〔2024〕31号",
        "2024年5月20日",
        "一、增加停车泊位",
        REPLY_TEXT,
        "查找相似",
    ):
        assert shown in page
    alike = browser.get("/search?like=1").text
    assert "三年行动计划" in alike and 'href="/documents/1"' not in alike
    original = browser.get("/documents/1/original")
    assert original.data == "原件".encode()
    assert original.headers["Content-Disposition"].startswith("attachment")


# ------------------------------------------------------------------ wrong addresses


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/matters/99",
        "/matters/99/intake",
        "/matters/99/reply",
        "/matters/99/reply.docx",
        "/matters/99/versions",
        "/matters/99/original",
        "/matters/-1",
        "/matters/x",
        "/matters/99999999999999999999999",
        "/matters/9223372036854775807",
        "/documents/99",
        "/documents/99/original",
        "/static/../app.py",
    ],
)
def test_unknown_addresses_are_404_in_chinese(browser: Browser, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 404
    assert "没有" in answer.text and "Traceback" not in answer.text


def test_a_wrong_method_is_said(browser: Browser, matter: Matter) -> None:
    assert browser.get(f"/matters/{matter.id}/delete").status_code == 405
    assert browser.post("/search").status_code == 405


def test_an_unforeseen_error_is_a_page_without_traceback(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(folder: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("corpus.Archive.open", broken)
    answer = browser.get("/search?q=停车")
    assert answer.status_code == 500
    assert "程序出错" in answer.text
    assert "secret" not in answer.text and "Traceback" not in answer.text
