"""文稿与下载: the information of a paper, its forms and skins, the Word file."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from typing import get_args
from urllib.parse import unquote

import pytest
from days import today
from ofd_files import lines, ofd, page
from web_fakes import (
    PROPOSAL,
    Browser,
    matter_now,
)

from casework import Casework, Matter, aligned
from casework.matters import sealed
from drafting.assembly import assemble
from drafting.model import Answer, Contact, Form
from drafting.profile import load_profile
from drafting.writing import write_text


def paper_form(matter: Matter, **fields: object) -> dict[str, object]:
    return {
        "version": matter.version,
        "doc_no": "青城管函〔2026〕12号",
        "date": "2026-05-20",
        "contact_name": ["林知远", ""],
        "contact_phone": ["0000-1234567", ""],
        "copies_mode": "profile",
        **fields,
    }


def test_the_information_is_saved_and_printed(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    path = f"/matters/{matter.id}/reply"
    fields = paper_form(matter, copies_mode="own", copies_to="区政府督查室\n区政协提案委")
    page = browser.post(path, fields, follow_redirects=True)
    assert page.status_code == 200
    draft = matter_now(casework, matter.id).draft
    assert draft == replace(
        matter.draft,
        doc_no="青城管函〔2026〕12号",
        date=dt.date(2026, 5, 20),
        contacts=(Contact("林知远", "0000-1234567"),),
        copies_to=("区政府督查室", "区政协提案委"),
    )
    assert "青城管函〔2026〕12号" in page.text and "第012号提案" in page.text
    assert "核对意见" in page.text


def test_title_and_salutation_by_hand_are_printed_with_a_warning_and_the_rules_is_not_kept(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    path = f"/matters/{matter.id}/reply"
    ruled = "关于区政协十届三次会议第012号提案的答复"
    assert f"按规则为：{ruled}" in browser.get(path).text
    fields = paper_form(matter, title="关于第013号提案\n办理情况的通报", salutation="刘某某委员：")
    page = browser.post(path, fields, follow_redirects=True)
    draft = matter_now(casework, matter.id).draft
    assert (draft.title, draft.salutation) == ("关于第013号提案办理情况的通报", "刘某某委员")
    assert "案号写作“第013号”，登记为“第012号”" in page.text
    assert "末尾没有文种（答复、函、意见）" in page.text and f"按规则为“{ruled}”" in page.text
    assert "多了“刘某某”" in page.text
    now = matter_now(casework, matter.id)
    browser.post(path, paper_form(now, title=ruled, salutation=""))
    draft = matter_now(casework, matter.id).draft
    assert (draft.title, draft.salutation) == ("", "")


def test_one_press_saves_and_goes_on_to_the_review(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    path = f"/matters/{matter.id}/reply"
    assert "保存，送核稿" in browser.get(path).text
    answer = browser.post(path, paper_form(matter, then="review"))
    assert (answer.status_code, answer.location) == (302, f"/matters/{matter.id}/review")
    assert matter_now(casework, matter.id).draft.doc_no == "青城管函〔2026〕12号"
    # What is wrong is said at its place first.
    wrong = browser.post(
        path, paper_form(matter_now(casework, matter.id), date="五月", then="review")
    )
    assert wrong.status_code == 400 and "成文日期请写成" in wrong.text


def test_a_wrong_date_comes_back_with_the_rest(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    path = f"/matters/{matter.id}/reply"
    answer = browser.post(path, paper_form(matter, date="五月", issuers="甲局\n乙局"))
    assert answer.status_code == 400
    for kept in ("成文日期请写成", 'value="五月"', "甲局\n乙局", "林知远", "青城管函〔2026〕12号"):
        assert kept in answer.text
    assert matter_now(casework, matter.id) == matter


def test_answers_saved_meanwhile_do_not_stop_the_information(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    answer = Answer(PROPOSAL.suggestions[0], done="同时写的。")
    casework.save_answer(matter.id, 0, answer, matter.version)
    assert browser.post(f"/matters/{matter.id}/reply", paper_form(matter)).status_code == 302
    draft = matter_now(casework, matter.id).draft
    assert (draft.answers[0], draft.doc_no) == (answer, "青城管函〔2026〕12号")


def test_the_information_changed_by_another_is_409(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    path = f"/matters/{matter.id}/reply"
    browser.post(path, paper_form(matter, doc_no="青城管函〔2026〕7号"))
    late = browser.post(path, paper_form(matter, doc_no="青城管函〔2026〕8号"))
    assert late.status_code == 409
    assert (
        "已被他人修改" in late.text
        and "青城管函〔2026〕8号" in late.text
        and "青城管函〔2026〕7号" in late.text
    )
    assert matter_now(casework, matter.id).draft.doc_no == "青城管函〔2026〕7号"


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("doc_no", "12号", "发文字号由机关代字、年份、序号组成"),
        ("date", "0226-11-06", "成文日期的年份“226”不对"),
        ("date", "11月6日", "成文日期请写成 2026-03-15"),
        ("copy_no", "一号", "份号用阿拉伯数字"),
        ("former_doc_no", "青城管函2026-1", "原答复文号由机关代字、年份、序号组成"),
    ],
)
def test_a_wrong_number_or_date_is_said_at_its_place_and_stays_typed(
    browser: Browser, matter: Matter, casework: Casework, field: str, typed: str, said: str
) -> None:
    form = paper_form(matter, form="second-reply", **{field: typed})
    shown = browser.post(f"/matters/{matter.id}/reply", form)
    assert shown.status_code == 400
    assert said in shown.text and f'value="{typed}"' in shown.text
    assert matter_now(casework, matter.id) == matter


@pytest.mark.parametrize("form", [*get_args(Form), "forged"])
@pytest.mark.parametrize("skin", ["letter", "document", "forged"])
def test_every_form_and_skin_can_be_seen_and_downloaded(
    browser: Browser, matter: Matter, form: str, skin: str
) -> None:
    # Nothing is published whose disclosure is undecided.
    browser.post(f"/matters/{matter.id}/reply", paper_form(matter, disclosure="主动公开"))
    query = f"?form={form}&skin={skin}"
    assert browser.get(f"/matters/{matter.id}/reply{query}").status_code == 200
    file = browser.get(f"/matters/{matter.id}/reply.docx{query}")
    assert file.status_code == 200 and file.data[:2] == b"PK"


def test_the_word_file_is_named_as_offices_name_it(browser: Browser, matter: Matter) -> None:
    browser.post(f"/matters/{matter.id}/reply", paper_form(matter))
    file = browser.get(f"/matters/{matter.id}/reply.docx")
    disposition = file.headers["Content-Disposition"]
    assert disposition.startswith('attachment; filename="2026-12-012.docx"; ')
    assert unquote(disposition).endswith(
        "filename*=UTF-8''青城管函〔2026〕12号_关于区政协十届三次会议第012号提案的答复.docx"
    )
    assert file.headers["Content-Type"].endswith("wordprocessingml.document")


def test_it_is_said_why_a_class_is_proposed(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    answers = tuple(
        replace(one, done="已完成普查。", next_step="", next_date="", disposition="采纳")
        for one in aligned(matter.draft).answers
    )
    later = (replace(answers[0], next_date=f"{today().year + 1}年底前"), *answers[1:])
    casework.save_draft(matter.id, replace(matter.draft, answers=later), matter.version)
    path = f"/matters/{matter.id}/reply"
    page = browser.get(path).text
    assert "按采纳情况和承诺定（现为 B）" in page and "办理结果类别：B" in page
    assert f"建议1的完成时限是{today().year + 1}年底前，按“列入计划”计。" in page
    chosen = casework.matter(matter.id)
    assert chosen is not None
    casework.save_draft(matter.id, replace(chosen.draft, class_code="A"), chosen.version)
    assert "另定为 A，按采纳情况和承诺应为 B。" in browser.get(path).text


def test_contacts_and_disclosure_of_the_last_matter_are_offered_and_not_printed_before_saving(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    other = casework.create_matter(replace(PROPOSAL, item_no="77"))
    kept = casework.matter(other)
    assert kept is not None
    was = replace(
        kept.draft, contacts=(Contact("顾清和", "0000-7654321"),), disclosure="依申请公开"
    )
    casework.save_draft(other, was, kept.version)
    path = f"/matters/{matter.id}/reply"
    page = browser.get(path).text
    assert 'name="contact_name" value="顾清和"' in page
    assert '<option value="依申请公开" selected>' in page
    assert page.count("取自第77号，核对后保存才印上。") == 2
    preview = page[page.index('<div class="paper">') :]
    assert "顾清和" not in preview and "依申请公开" not in preview
    assert matter_now(casework, matter.id).draft.contacts == ()
    # Of another kind of item the contacts alone are taken.
    deputy = replace(was.proposal, matter="建议")
    casework.save_draft(other, replace(was, proposal=deputy), kept.version + 1)
    page = browser.get(path).text
    assert 'name="contact_name" value="顾清和"' in page
    assert '<option value="依申请公开" selected>' not in page


def sealed_file(text: str) -> bytes:
    rows = [line[at : at + 25] for line in text.split("\n") for at in range(0, len(line), 25)]
    return ofd(*(page(lines(rows[at : at + 20], 28, 40)) for at in range(0, len(rows), 20)))


def test_a_sealed_paper_is_filed_compared_and_shown_with_the_paper(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    path = f"/matters/{matter.id}"
    reply = assemble(aligned(matter.draft), load_profile(matter.draft.profile))
    printed = write_text(reply).replace("第012号", "第013号")
    data = {"form": "reply", "file": (io.BytesIO(sealed_file(printed)), "盖章.ofd")}
    shown = browser.post(f"{path}/sealed", data, follow_redirects=True)
    assert shown.status_code == 200 and "盖章件已存放" in shown.text
    assert "<del>012</del><ins>013</ins>" in shown.text
    listed = browser.get(f"{path}/reply").text
    assert "盖章.ofd" in listed and "与文稿有" in listed
    (found,) = casework.run(sealed.of_matter, matter.id)
    file = browser.get(f"{path}/materials/{found.material.id}")
    assert (file.status_code, file.data) == (200, sealed_file(printed))
    gone = browser.post(f"{path}/materials/{found.material.id}/remove", follow_redirects=True)
    assert "已移除" in gone.text
    assert browser.get(f"{path}/sealed/{found.material.id}").status_code == 404
    assert "盖章.ofd" not in browser.get(f"{path}/reply").text


def test_what_cannot_be_a_sealed_paper_is_said(browser: Browser, matter: Matter) -> None:
    path = f"/matters/{matter.id}/sealed"
    none = browser.post(path, {"form": "reply"})
    assert none.status_code == 400 and "请先选择盖章后的 PDF 或 OFD 文件" in none.text
    word = browser.post(path, {"form": "reply", "file": (io.BytesIO(b"PK"), "章.docx")})
    assert word.status_code == 400 and "请选盖章后的 PDF 或 OFD 文件" in word.text
