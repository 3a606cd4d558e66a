"""The paper as PDF and zip, the further forms' fields, and the way back from Word."""

from __future__ import annotations

import html
import io
import re
import threading
import time
import zipfile
from dataclasses import replace
from urllib.parse import unquote

import docx
import pytest
from flask import Flask
from web_fakes import Browser

from casework import Casework, Matter, aligned
from drafting.errors import UserError
from drafting.model import Opinion
from drafting.programs.workers import GivenUp, How
from drafting.returning.edited import read_edited
from storage.configuration import Ofd

DONE = "新建停车泊位120个。\n改造小区7个。"


def filled(matter: Matter, casework: Casework) -> Matter:
    """The matter with its first suggestion answered."""
    draft = aligned(matter.draft)
    first = replace(
        draft.answers[0], done="新建停车泊位120个。\n改造小区7个。", next_step="再建2处"
    )
    changed = replace(draft, answers=(first, *draft.answers[1:]))
    casework.save_draft(matter.id, changed, matter.version)
    found = casework.matter(matter.id)
    assert found is not None
    return found


def word_file(browser: Browser, matter: Matter, old: str, new: str) -> bytes:
    document = docx.Document(io.BytesIO(browser.get(f"/matters/{matter.id}/reply.docx").data))
    (found,) = (p for p in document.paragraphs if old in p.text)
    found.runs[0].text = found.text.replace(old, new)
    for run in found.runs[1:]:
        run.text = ""
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def send(browser: Browser, matter: Matter, data: bytes, **fields: str) -> str:
    upload = {"file": (io.BytesIO(data), "改过的.docx"), "form": "reply", **fields}
    answer = browser.post(f"/matters/{matter.id}/edited", upload)
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def sent_along(page: str, name: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(rf'name="{name}" value="([^"]*)"', page)]


def test_a_change_made_in_word_is_shown_and_taken_over(
    browser: Browser, casework: Casework, matter: Matter
) -> None:
    matter = filled(matter, casework)
    page = send(browser, matter, word_file(browser, matter, "泊位120个", "泊位150个"))
    assert "<del>120</del>" in page and "<ins>150</ins>" in page
    (edited,), (key,) = sent_along(page, "edited"), sent_along(page, "change")
    path = f"/matters/{matter.id}/edited/take"
    fields = {"edited": edited, "form": "reply", "version": str(matter.version)}
    assert "没有选定要取用的修改" in browser.post(path, fields).text
    answer = browser.post(path, {**fields, "change": key})
    assert answer.status_code == 302
    now = casework.matter(matter.id)
    assert now is not None
    assert now.draft.answers[0].done == "新建停车泊位150个。\n改造小区7个。"
    assert casework.versions(matter.id)[0].note == "取用 Word 文稿的修改 1 处"


def test_all_changes_are_taken_over_against_what_stands_now(
    browser: Browser, casework: Casework, matter: Matter
) -> None:
    matter = filled(matter, casework)
    page = send(browser, matter, word_file(browser, matter, "泊位120个", "泊位150个"))
    draft = replace(aligned(matter.draft), doc_no="青城管函〔2026〕9号")
    casework.save_draft(matter.id, draft, matter.version)
    (edited,) = sent_along(page, "edited")
    fields = {"edited": edited, "form": "reply", "version": str(matter.version), "all": "1"}
    assert browser.post(f"/matters/{matter.id}/edited/take", fields).status_code == 302
    now = casework.matter(matter.id)
    assert now is not None
    assert now.draft.answers[0].done.startswith("新建停车泊位150个")


def test_the_changes_are_given_as_a_file_with_tracked_changes(
    browser: Browser, casework: Casework, matter: Matter
) -> None:
    matter = filled(matter, casework)
    page = send(browser, matter, word_file(browser, matter, "泊位120个", "泊位150个"))
    (edited,) = sent_along(page, "edited")
    path = f"/matters/{matter.id}/edited/redlined.docx"
    answer = browser.post(path, {"edited": edited, "form": "reply"})
    assert answer.status_code == 200
    name = unquote(answer.headers["Content-Disposition"].rpartition("''")[2])
    assert name.startswith("花脸稿_") and not set("《》“” ").intersection(name)
    tracked = read_edited(answer.data).tracked
    assert [(one.kind, one.text) for one in tracked] == [("deleted", "120"), ("inserted", "150")]


def test_what_has_no_paragraphs_of_word_is_refused_with_the_reason(
    browser: Browser, matter: Matter
) -> None:
    upload = {"file": (io.BytesIO(b"%PDF-1.7\n"), "改过的.pdf"), "form": "reply"}
    answer = browser.post(f"/matters/{matter.id}/edited", upload)
    assert answer.status_code == 400
    assert "PDF不能取回修改" in answer.text


@pytest.mark.parametrize("data", [b"", b"PK not a zip", b"\xd0\xcf\x11\xe0"])
def test_a_file_that_is_none_of_ours_is_refused(
    browser: Browser, matter: Matter, data: bytes
) -> None:
    upload = {"file": (io.BytesIO(data), "x.docx"), "form": "reply"}
    answer = browser.post(f"/matters/{matter.id}/edited", upload)
    assert answer.status_code == 400
    assert re.search("请先选择|不是 ?Word|已损坏", answer.text)


def test_a_page_that_was_tampered_with_is_refused(browser: Browser, matter: Matter) -> None:
    for edited in ("", "{", '{"lines": 3}', "[" * 5000):
        fields = {"edited": edited, "form": "reply", "all": "1"}
        assert browser.post(f"/matters/{matter.id}/edited/take", fields).status_code == 400


def test_the_whole_file_is_a_zip_with_the_proposal(browser: Browser, matter: Matter) -> None:
    answer = browser.get(f"/matters/{matter.id}/papers.zip")
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        names = archive.namelist()
    assert names[0] == "1_发文稿纸.docx"
    assert names[-2].endswith("_原件_提案.txt")
    assert names[-1] == "目录.txt"


def office(monkeypatch: pytest.MonkeyPatch, *, there: bool) -> None:
    for place in (
        "drafting.writing.printing.pdf",
        "web.paper_pages.paper",
        "web.paper_pages.paperfiles",
    ):
        monkeypatch.setattr(f"{place}.office_available", lambda: there)


def state_of(page: str) -> str:
    (found,) = re.findall(r'id="printing" data-state="([a-z]*)"', page)
    return str(found)


def test_a_pdf_is_given_or_its_absence_explained(
    browser: Browser, matter: Matter, monkeypatch: pytest.MonkeyPatch
) -> None:
    office(monkeypatch, there=True)
    made: list[bool] = []

    def to_pdf(docx: bytes, *, archival: bool) -> bytes:
        made.append(archival)
        return b"%PDF-" + str(archival).encode()

    monkeypatch.setattr("drafting.writing.printing.pdf.to_pdf", to_pdf)
    path = f"/matters/{matter.id}/reply.pdf"
    answer = browser.get(path)
    assert (answer.data, answer.mimetype) == (b"%PDF-False", "application/pdf")
    assert browser.get(f"{path}?kind=archival").data == b"%PDF-True"
    # The same paper is not made twice.
    assert browser.get(path).data == b"%PDF-False"
    assert made == [False, True]
    shown = browser.get(f"/matters/{matter.id}/reply").text
    assert "reply.pdf" in shown and "kind=archival" in shown
    office(monkeypatch, there=False)
    assert "没有安装 LibreOffice" in browser.get(path).text
    assert "reply.pdf" not in browser.get(f"/matters/{matter.id}/reply").text


def test_a_pdf_that_takes_long_tells_how_far_it_is_and_can_be_given_up(
    browser: Browser, matter: Matter, monkeypatch: pytest.MonkeyPatch
) -> None:
    office(monkeypatch, there=True)
    monkeypatch.setattr("web.paper_pages.paperfiles.BREATH_SECONDS", 0.0)
    asked: list[How] = []
    held, gone = threading.Event(), threading.Event()

    def make(docx: bytes, how: How, *, archival: bool) -> bytes:
        asked.append(how)
        held.wait(30)
        try:
            if how.given_up and how.given_up():
                raise GivenUp("已取消。")
            return docx
        finally:
            gone.set()

    monkeypatch.setattr("desk.prints.printing.make_pdf", make)
    path, told = f"/matters/{matter.id}/reply.pdf", f"/matters/{matter.id}/printing"
    assert state_of(browser.get(told).text) == "none"
    led = browser.get(path)
    assert (led.status_code, led.location) == (303, f"{told}?kind=pdf")
    while not asked:
        time.sleep(0.01)
    page = browser.get(told).text
    assert state_of(page) == "asked" and '<noscript><meta http-equiv="refresh"' in page
    assert asked[0].waiting
    asked[0].waiting(2)
    assert "前面还有 2 件" in browser.get(told).text
    asked[0].waiting(0)
    assert state_of(browser.get(told).text) == "making"
    # Asked again while it is under way, it is not made a second time.
    assert browser.get(path).status_code == 303 and len(asked) == 1
    answer = browser.post(f"{told}/drop", {"kind": "pdf"})
    assert answer.location == f"/matters/{matter.id}/reply"
    assert state_of(browser.get(told).text) == "none"
    held.set()
    assert gone.wait(30)
    assert state_of(browser.get(f"{told}?begin=1").text) in ("asked", "making", "ready")
    while state_of(page := browser.get(told).text) != "ready":
        time.sleep(0.01)
    assert f'<meta http-equiv="refresh" content="0; url={path}?kind=pdf">' in page
    assert browser.get(path).status_code == 200


def test_why_no_pdf_came_out_is_said_and_it_can_be_asked_for_again(
    browser: Browser, matter: Matter, monkeypatch: pytest.MonkeyPatch
) -> None:
    office(monkeypatch, there=True)
    outcomes: list[UserError | bytes] = [UserError("超过 60 秒仍未完成，已停止。"), b"%PDF-"]

    def make(docx: bytes, how: How, *, archival: bool) -> bytes:
        outcome = outcomes.pop(0)
        if isinstance(outcome, bytes):
            return outcome
        raise outcome

    monkeypatch.setattr("desk.prints.printing.make_pdf", make)
    path, told = f"/matters/{matter.id}/reply.pdf", f"/matters/{matter.id}/printing"
    failed = browser.get(path)
    assert failed.status_code == 400 and "超过 60 秒仍未完成" in failed.text
    page = browser.get(told).text
    assert state_of(page) == "failed" and "没有生成：超过 60 秒仍未完成，已停止。" in page
    assert "再试一次" in page
    assert browser.get(path).data == b"%PDF-"


def test_ofd_is_offered_where_the_office_has_a_converter_and_refused_otherwise(
    browser: Browser, app: Flask, matter: Matter, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/matters/{matter.id}/reply.pdf?kind=ofd"
    assert "kind=ofd" not in browser.get(f"/matters/{matter.id}/reply").text
    refused = browser.get(path)
    assert refused.status_code == 400 and "没有配置 OFD 转换程序，不能生成 OFD。" in refused.text
    chosen = Ofd(command="convert {in} {out}")
    configuration = replace(app.config["CONFIGURATION"], ofd=chosen)
    monkeypatch.setitem(app.config, "CONFIGURATION", configuration)
    assert "kind=ofd" in browser.get(f"/matters/{matter.id}/reply").text
    asked: list[Ofd] = []

    def make(docx: bytes, chosen: Ofd, how: How) -> bytes:
        asked.append(chosen)
        return b"PK"

    monkeypatch.setattr("desk.prints.ofd.make_ofd", make)
    answer = browser.get(path)
    assert (answer.data, answer.mimetype) == (b"PK", "application/ofd")
    assert unquote(answer.headers["Content-Disposition"]).endswith("号提案的答复.ofd")
    assert asked == [chosen]


def test_the_further_forms_are_filled_in_beside_their_paper(
    browser: Browser, casework: Casework, matter: Matter
) -> None:
    path = f"/matters/{matter.id}/reply"
    fields = {"version": str(matter.version), "copies_mode": "profile", "urgency": "加急"}
    done = browser.post(path, {**fields, "form": "return", "return_reason": "不属职责范围"})
    assert done.status_code == 302
    page = browser.get(f"{path}?form=return").text
    assert "不属职责范围。" in page and "申请退办" in page
    now = casework.matter(matter.id)
    assert now is not None and now.draft.returning is not None
    # Another form's page does not show the reason, and so does not erase it.
    rows = {
        "opinion_step": ["核稿", "", "签发"],
        "opinion_unit": ["", "", ""],
        "opinion_name": ["江一苇", "", "陆承安"],
        "opinion_text": ["已核", "", "同意"],
        "opinion_date": ["2026-11-11", "", "2026年11月16日"],
    }
    fields["version"] = str(now.version)
    assert browser.post(path, {**fields, "form": "sign-off", **rows}).status_code == 302
    later = casework.matter(matter.id)
    assert later is not None
    assert later.draft.returning == now.draft.returning
    assert [(one.step, one.name) for one in later.draft.opinions] == [
        ("核稿", "江一苇"),
        ("签发", "陆承安"),
    ]
    assert isinstance(later.draft.opinions[0], Opinion)
    assert later.draft.marks.urgency == "加急"
    wrong = {
        **fields,
        "version": str(later.version),
        "extension_until": "下月",
        "form": "extension",
    }
    assert "延期到的日期请写成" in browser.post(path, wrong).text


def test_what_gave_way_on_the_paper_is_said(
    browser: Browser, casework: Casework, matter: Matter
) -> None:
    draft = replace(aligned(matter.draft), issuers=("甲局", "乙局"))
    casework.save_draft(matter.id, draft, matter.version)
    assert "联合行文盖印2枚" in browser.get(f"/matters/{matter.id}/reply").text
