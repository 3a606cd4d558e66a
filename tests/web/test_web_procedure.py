"""办理流程, 今日, 承诺, 发文登记, 统计, 工作日历 as pages: what they show, refuse and keep."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from dataclasses import replace

import openpyxl
import pytest
from days import today
from flask import Flask
from procedure_fakes import whole
from web_fakes import PROPOSAL, Browser, confirm_each, set_up

from casework import Casework, Matter
from casework.procedure import promises as owed
from casework.procedure.stage import history, stage_of
from corpus import EVERYTHING, Archive
from storage.log import audit
from web import create_app

OUT = ("submit", "pass", "approve", "number", "send")


@pytest.fixture
def matter_id(casework: Casework) -> int:
    """A matter at 起草 with a whole draft."""
    proposal = replace(PROPOSAL, assigned=today(), due=today() + dt.timedelta(90))
    number = casework.create_matter(proposal)
    casework.confirm_suggestions(number, whole(proposal), 1)
    return number


def make(browser: Browser, matter_id: int, move: str, **fields: str) -> object:
    if move in ("submit", "pass", "approve"):
        confirm_each(browser, matter_id)
    page = browser.get(f"/matters/{matter_id}/procedure").text
    found = re.search(r'name="moves" value="(\d+)"', page)
    usual = {"moves": found[1] if found else "0", "name": "顾清和", "satisfaction": "满意"}
    return browser.post(f"/matters/{matter_id}/procedure/{move}", {**usual, **fields})


def go_out(browser: Browser, matter_id: int, *moves: str) -> None:
    for move in moves:
        assert make(browser, matter_id, move).status_code == 302, move  # type: ignore[attr-defined]


def test_the_page_shows_where_it_stands_and_only_declared_moves(
    browser: Browser, matter_id: int
) -> None:
    stopped = browser.get(f"/matters/{matter_id}/procedure").text
    assert ">送核稿</button>" not in stopped and "review#particulars" in stopped
    confirm_each(browser, matter_id)
    page = browser.get(f"/matters/{matter_id}/procedure").text
    assert '<li class="now" aria-current="step"><span>起草</span></li>' in page
    for button in ("送核稿", "申请退办", "申请延期", "催办", "改派"):
        assert f">{button}</" in page, button
    for other in ("签发退回", "编号退回", "归档</button>"):
        assert other not in page
    assert "直接承办" in page


def test_a_move_is_made_and_told(browser: Browser, matter_id: int, casework: Casework) -> None:
    reply = make(browser, matter_id, "submit", opinion="请审")
    assert reply.status_code == 302  # type: ignore[attr-defined]
    page = browser.get(f"/matters/{matter_id}/procedure").text
    assert "已送核稿" in page and "请审" in page
    assert stage_of(casework.db, matter_id).state == "核稿"


def test_what_was_typed_stays_where_something_is_missing(
    browser: Browser, matter_id: int, casework: Casework
) -> None:
    refused = make(browser, matter_id, "ask-extension", opinion="需现场勘察", until="后天")
    text = refused.text  # type: ignore[attr-defined]
    assert refused.status_code == 400  # type: ignore[attr-defined]
    assert "请写成 2026-03-15" in text and "需现场勘察" in text and 'value="后天"' in text
    refused = make(browser, matter_id, "urge")
    assert "请写明催办内容。" in refused.text  # type: ignore[attr-defined]
    assert len(history(casework.db, matter_id)) == 1


def test_forged_moves_ids_and_stale_pages_are_refused(
    browser: Browser, matter_id: int, casework: Casework
) -> None:
    assert browser.post(f"/matters/{matter_id}/procedure/burn").status_code == 404
    assert browser.post("/matters/999/procedure/submit").status_code == 404
    assert browser.post("/matters/999/promises/1/keep").status_code == 404
    assert browser.post(f"/matters/{matter_id}/promises/1/keep").status_code == 404
    assert make(browser, matter_id, "approve").status_code == 409  # type: ignore[attr-defined]
    make(browser, matter_id, "submit")
    again = make(browser, matter_id, "submit", moves="1")
    assert again.status_code == 409 and "没有重复办理" in again.text  # type: ignore[attr-defined]
    for wrong in ("", "-1", "9" * 30, "x"):
        stale = make(browser, matter_id, "pass", moves=wrong)
        assert stale.status_code == 409, wrong  # type: ignore[attr-defined]
    assert [one.move.id for one in history(casework.db, matter_id)] == ["take", "submit"]


def test_a_role_sees_its_own_moves_and_others_are_refused(
    app: Flask, casework: Casework, matter_id: int
) -> None:
    password = "青岚-城管-2026-春"
    casework.people.add("许闻笛", password, unit="", roles={"督办"})
    client = Browser(app.test_client())
    token = re.search(r'name="csrf" value="([^"]+)"', client.get("/login").text)
    assert token is not None
    form = {"csrf": token[1], "name": "许闻笛", "password": password}
    assert client.client.post("/login", data=form).status_code == 302
    page = client.get(f"/matters/{matter_id}/procedure").text
    assert "催办</" in page and ">送核稿</button>" not in page
    assert "另由他人办理" in page and "送核稿（经办）" in page
    token = re.search(r'name="csrf" value="([^"]+)"', page)
    assert token is not None
    sent = {"csrf": token[1], "moves": "1"}
    refused = client.client.post(f"/matters/{matter_id}/procedure/submit", data=sent)
    assert refused.status_code == 403 and "您的账号没有这项职责" in refused.text
    urged = {**sent, "opinion": "请于周五前送核"}
    assert client.client.post(f"/matters/{matter_id}/procedure/urge", data=urged).status_code == 302
    last = history(casework.db, matter_id)[-1]
    assert (last.author, last.opinion) == ("许闻笛", "请于周五前送核")


def test_the_sign_off_sheet_prints_what_was_said(browser: Browser, matter_id: int) -> None:
    make(browser, matter_id, "submit")
    make(browser, matter_id, "review", name="林知远", opinion="文字已改")
    make(browser, matter_id, "countersign", unit="区财政局", name="白屿", opinion="经费已列入预算")
    go_out(browser, matter_id, "countersigned", "approve")
    sheet = browser.get(f"/matters/{matter_id}/reply?form=sign-off").text
    for said in ("文字已改", "林知远", "经费已列入预算", "区财政局", "同意。", "顾清和"):
        assert said in sheet, said


def test_the_next_number_is_shown_before_it_is_given(
    browser: Browser, matter_id: int, casework: Casework
) -> None:
    go_out(browser, matter_id, "submit", "pass", "approve")
    year = today().year
    assert (
        f"不填则编为 青城管函〔{year}〕1号" in browser.get(f"/matters/{matter_id}/procedure").text
    )
    make(browser, matter_id, "number", number=f"青城管函〔{year}〕31号")
    page = browser.get("/numbers").text
    assert f"青城管函〔{year}〕31号" in page and "有效" in page
    make(browser, matter_id, "recall", opinion="附件有误")
    assert "附件有误" in browser.get("/numbers").text
    found = casework.matter(matter_id)
    assert found is not None and found.draft.doc_no is None


def test_the_finished_reply_is_found_in_the_archive_at_once(tmp_path: object) -> None:
    app = create_app(set_up(tmp_path))  # type: ignore[arg-type]
    browser = Browser(app.test_client())
    with Casework.open(app.config["DATA_FOLDER"]) as casework:
        proposal = replace(PROPOSAL, assigned=today(), due=today() + dt.timedelta(90))
        matter_id = casework.create_matter(proposal)
        casework.confirm_suggestions(matter_id, whole(proposal), 1)
        go_out(browser, matter_id, *OUT, "satisfied", "archive")
        source = stage_of(casework.db, matter_id).source
    number = f"青城管函〔{today().year}〕1号"
    assert source.startswith(
        f"本单位办结/{today().year}年/{number} 关于区政协十届三次会议第012号提案的答复"
    )
    found = browser.get("/api/search?q=老旧小区停车管理").json
    assert found is not None and [hit["source"] for hit in found["hits"]] == [source]
    archive = Archive.open(app.config["DATA_FOLDER"])
    document = archive.reader(EVERYTHING).document(found["hits"][0]["document"])
    assert document is not None
    kept = archive.reader(EVERYTHING).original(document.id)
    assert kept is not None
    assert (document.document.doc_no, document.document.item_no) == (number, "012")
    assert kept[:2] == b"PK" and "再建泊位2处" in document.document.text
    assert [entry.what for entry in audit.entries(archive.db, audit.Filters(action="归档"))] == [
        number
    ]
    archive.close()


def test_promises_are_kept_on_their_page(
    browser: Browser, matter_id: int, casework: Casework
) -> None:
    assert "没有待落实的承诺" in browser.get("/promises").text
    go_out(browser, matter_id, *OUT)
    page = browser.get("/promises").text
    assert "我局将于2026年12月底前再建泊位2处" in page and "2026年12月31日" in page
    found = owed.of_matter(casework.db, matter_id)[0]
    path = f"/matters/{matter_id}/promises/{found.id}"
    refused = browser.post(f"{path}/keep", {"note": "", "day": "2026-01-01"})
    assert refused.status_code == 400 and "请写明落实情况" in refused.text
    late = (today() + dt.timedelta(2)).isoformat()
    refused = browser.post(f"{path}/keep", {"note": "泊位已经建成。", "day": late})
    assert refused.status_code == 400 and "晚于今天" in refused.text
    assert "泊位已经建成。" in refused.text
    assert browser.post(f"{path}/due", {"due": "明天"}).status_code == 400
    assert browser.post(f"{path}/due", {"due": "2027-03-31"}).status_code == 302
    assert browser.post(f"{path}/keep", {"note": "泊位已经建成。"}).status_code == 302
    kept = owed.one(casework.db, found.id)
    assert (kept.state, kept.kept, kept.due) == ("已落实", today(), dt.date(2027, 3, 31))
    go_out(browser, matter_id, "satisfied", "follow-up")
    paper = browser.get(f"/matters/{matter_id}/reply?form=second-reply").text
    assert "其中列入计划的事项现已落实" in paper


def test_today_lists_what_is_overdue_due_and_waiting(
    browser: Browser, casework: Casework, matter_id: int
) -> None:
    assert "等我办理" in browser.get("/today").text
    due = today() - dt.timedelta(3)
    late = casework.create_matter(replace(PROPOSAL, item_no="31", due=due, co_units=("区财政局",)))
    casework.keep_co_units(late, ("区财政局",))
    (line,) = casework.co_opinions(late)
    casework.ask_opinion(line, due - dt.timedelta(9), due)
    soon = casework.create_matter(replace(PROPOSAL, item_no="45", due=today() + dt.timedelta(6)))
    page = browser.get("/today").text
    assert re.search(r"逾期 <small>1 件.*?第31号.*?▲ 已超 3 天", page, re.S)
    assert re.search(r"7 日内到期 <small>1 件.*?第45号.*?◆ 还有 6 天", page, re.S)
    assert re.search(r"会办意见逾期 <small>1 家.*?区财政局", page, re.S)
    assert soon > late


def test_a_reminder_is_shown_until_the_matter_moves_on(browser: Browser, matter_id: int) -> None:
    make(browser, matter_id, "urge", opinion="请于周五前送核")
    assert re.search(r"催办 <small>1 件.*?请于周五前送核", browser.get("/today").text, re.S)
    assert 'title="请于周五前送核"' in browser.get("/").text
    make(browser, matter_id, "submit")
    assert "请于周五前送核" not in browser.get("/today").text
    assert "请于周五前送核" in browser.get(f"/matters/{matter_id}/procedure").text


def test_an_empty_day_says_so(browser: Browser) -> None:
    assert "今天没有要办的" in browser.get("/today").text


def test_the_list_is_narrowed_by_state_and_light(
    browser: Browser, casework: Casework, matter_id: int
) -> None:
    casework.create_matter(replace(PROPOSAL, item_no="31", due=today() - dt.timedelta(3)))
    make(browser, matter_id, "submit")
    page = browser.get("/?show=逾期").text
    assert "第31号" in page and "第012号" not in page and "▲ 已超 3 天" in page
    page = browser.get("/?show=核签").text
    assert "第012号" in page and "第31号" not in page
    assert "第31号" in browser.get("/?show=乱写").text


def test_holidays_are_entered_and_taken_back(browser: Browser) -> None:
    assert "2026年10月1日" in browser.get("/holidays?year=2026").text
    assert "还没有录入" in browser.get("/holidays?year=2031").text
    refused = browser.post("/holidays", {"first": "2031-01-01", "kind": "休", "name": ""})
    assert refused.status_code == 400 and "请写明节日名称" in refused.text
    assert 'value="2031-01-01"' in refused.text
    form = {"first": "2031-01-01", "last": "2031-01-03", "kind": "休", "name": "元旦"}
    assert browser.post("/holidays", form).status_code == 302
    assert "2031年1月3日" in browser.get("/holidays?year=2031").text
    browser.post("/holidays/remove", {"day": "2031-01-03"})
    assert "2031年1月3日" not in browser.get("/holidays?year=2031").text
    assert browser.post("/holidays/remove", {"day": ""}).status_code == 404


def test_the_figures_and_the_ledger(browser: Browser, casework: Casework, matter_id: int) -> None:
    assert "下载台账" in browser.get("/statistics").text
    hostile = replace(
        PROPOSAL, item_no="31", subject='=HYPERLINK("http://x.example")', assigned=today()
    )
    casework.create_matter(hostile)
    casework.create_matter(replace(PROPOSAL, item_no="+45", subject="@SUM(A1)", assigned=today()))
    go_out(browser, matter_id, *OUT, "satisfied")
    page = browser.get("/statistics").text
    assert "33.3%" in page and "100.0%" in page and 'role="img"' in page
    assert "按期 1 件，逾期 0 件，未答复 2 件" in page
    reply = browser.get(f"/statistics/ledger.xlsx?year={today().year}")
    sheet = openpyxl.load_workbook(io.BytesIO(reply.data)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == f"青岚区城市管理局{today().year}年提案、建议办理情况台账"
    assert rows[1][:6] == ("序号", "类别", "届次", "案号", "案由", "提案者")
    by_number = {row[3]: row for row in rows[2:]}
    assert set(by_number) == {"012", "31", "+45"}
    line = dict(zip(rows[1], by_number["012"], strict=True))
    assert (line["是否按期"], line["满意度"], line["办理结果类别"], line["发文字号"]) == (
        "是",
        "满意",
        "B",
        f"青城管函〔{today().year}〕1号",
    )
    assert line["答复日期"].date() == today()
    for row in sheet.iter_rows(min_row=3):
        assert all(cell.data_type != "f" for cell in row)
    assert by_number["31"][4] == '=HYPERLINK("http://x.example")'
    assert b"<f>" not in reply.data
    # The same lines as rows: csv as a spreadsheet program opens it, json as it stands.
    as_json = browser.get(f"/statistics/ledger?year={today().year}&as=json")
    assert as_json.mimetype == "application/json"
    told = as_json.json
    assert [tuple(one) for one in told] == [rows[1]] * 3
    assert {one["案号"]: one["案由"] for one in told}["31"] == '=HYPERLINK("http://x.example")'
    (sent,) = (one for one in told if one["案号"] == "012")
    assert (sent["答复日期"], sent["满意度"]) == (today().isoformat(), "满意")
    as_csv = browser.get(f"/statistics/ledger?year={today().year}&as=csv").data
    assert as_csv.startswith("\ufeff序号,类别".encode())
    lines = list(csv.DictReader(io.StringIO(as_csv.decode("utf-8-sig"))))
    assert [one["序号"] for one in lines] == ["1", "2", "3"]
    by_csv = {one["案号"]: one["案由"] for one in lines}
    assert by_csv["31"] == '\'=HYPERLINK("http://x.example")' and "'+45" in by_csv
    page = browser.get("/statistics").text
    assert [link in page for link in ("ledger.xlsx?", "as=csv", "as=json")] == [True] * 3


def test_an_unknown_column_is_told(browser: Browser, app: Flask, casework: Casework) -> None:
    folder = app.config["DATA_FOLDER"] / "profiles"
    folder.mkdir(exist_ok=True)
    unit = (
        '[unit]\nname = "青岚区民政局"\nshort = "区民政局"\ncalls_itself = "我局"\n'
        'calls_itself_jointly = "我们"\nplace = "我区"\nwork = "民政工作"\ncode = "青民函"\n'
        'printer = "青岚区民政局办公室"\n[ledger]\ncolumns = ["序号", "密码"]\n'
    )
    (folder / "minzheng.toml").write_text(unit, "utf-8")
    casework.create_matter(replace(PROPOSAL, assigned=today()), "minzheng")
    reply = browser.get(f"/statistics/ledger.xlsx?year={today().year}")
    assert reply.status_code == 400 and "不认识的列：密码" in reply.text


def test_a_leaders_name_that_the_list_has_otherwise_bars_the_way_to_review(
    app: Flask, browser: Browser, casework: Casework, matter: Matter
) -> None:
    names = '[leaders]\n"苏明远" = "区长"\n'
    (app.config["DATA_FOLDER"] / "names.toml").write_text(names, "utf-8")
    answer = replace(matter.draft.answers[0], done="由苏明远副区长牵头办理。")
    casework.save_answer(matter.id, 0, answer, matter.version)
    message = "名单中苏明远的职务为“区长”，请核对（Z08）"
    assert message in browser.get(f"/matters/{matter.id}/review").text
    assert message in browser.get(f"/matters/{matter.id}/procedure").text
    refused = browser.post(f"/matters/{matter.id}/review", {"moves": "1"})
    assert refused.status_code == 400 and "须改的问题，不能送核稿" in refused.text


def test_the_desk_says_why_a_draft_came_back_until_it_goes_on(
    browser: Browser, matter_id: int
) -> None:
    def note() -> list[str]:
        page = browser.get(f"/matters/{matter_id}").text
        return re.findall(r'<div class="returned".*?>([^<>]+)</a>\s*<p>([^<]+)</p>', page, re.S)

    assert note() == []
    go_out(browser, matter_id, "submit")
    make(browser, matter_id, "return-review", opinion="第二条请补充完成时限。")
    assert note() == [("核稿退回", "第二条请补充完成时限。")]
    # What leaves the matter where it stands does not hide it.
    make(browser, matter_id, "urge", opinion="请抓紧办理。")
    assert note() == [("核稿退回", "第二条请补充完成时限。")]
    go_out(browser, matter_id, "submit")
    assert note() == []


def test_after_an_unhappy_answer_every_page_shows_the_second_reply(
    browser: Browser, matter_id: int
) -> None:
    go_out(browser, matter_id, *OUT)
    make(browser, matter_id, "dissatisfied", opinion="没有说清何时建成。", satisfaction="")
    page = browser.get(f"/matters/{matter_id}/reply").text
    assert '<option value="second-reply" selected>' in page
    desk = browser.get(f"/matters/{matter_id}").text
    assert "反馈不满意，重新办理</a>" in desk and "没有说清何时建成。" in desk
    strip = browser.get(f"/matters/{matter_id}/strip?s=1").text
    file = browser.get(f"/matters/{matter_id}/reply.docx")
    assert "再次答复" in strip and "%E5%86%8D%E6%AC%A1" in file.headers["Content-Disposition"]


def test_what_a_letter_states_is_ticked_one_by_one(browser: Browser, matter_id: int) -> None:
    reason = "涉及3个街道、46处泊位，需现场勘察。"
    sent = {"opinion": reason, "until": (today() + dt.timedelta(200)).isoformat()}
    refused = make(browser, matter_id, "ask-extension", **sent)
    assert refused.status_code == 400  # type: ignore[attr-defined]
    page = refused.text  # type: ignore[attr-defined]
    assert "“3个”、“46处”没有出处，请核对无误后逐处勾选，或者改写。" in page
    assert reason in page
    half = make(browser, matter_id, "ask-extension", **sent, confirmed="3个")
    assert half.status_code == 400  # type: ignore[attr-defined]
    assert re.findall(r'name="confirmed" value="(\w+)" (checked)?', half.text) == [  # type: ignore[attr-defined]
        ("3个", "checked"),
        ("46处", ""),
    ]
    ticked = {**sent, "confirmed": ["3个", "46处"]}
    done = make(browser, matter_id, "ask-extension", **ticked)  # type: ignore[arg-type]
    assert done.status_code == 302  # type: ignore[attr-defined]
    assert "核实无误：3个、46处" in browser.get(f"/matters/{matter_id}/procedure").text


def test_the_list_and_the_figures_are_narrowed_alike(browser: Browser, casework: Casework) -> None:
    first = replace(PROPOSAL, subject="关于夜间照明的提案", key=True, overseer="顾清和副主席")
    casework.create_matter(first)
    casework.create_matter(replace(PROPOSAL, subject="关于古树保护的提案"))
    both = browser.get("/?show=全部").text
    assert "关于夜间照明的提案" in both and "关于古树保护的提案" in both
    assert '<option value="顾清和副主席" >顾清和副主席（1）</option>' in both
    for path in ("/?key=重点&show=全部", "/?overseer=顾清和副主席"):
        page = browser.get(path).text
        assert "关于夜间照明的提案" in page and "关于古树保护的提案" not in page
        assert "清除</a>" in page
    # It stays narrowed when another state is looked at.
    assert "key=%E9%87%8D%E7%82%B9" in browser.get("/?key=重点&show=全部").text
    nothing = browser.get("/?overseer=没有这位").text
    assert "没有符合筛选的提案" in nothing and "没有这位（0）" in nothing
    year = today().year
    figures = f"/statistics?year={year}"
    whole_, narrowed = (browser.get(figures + more).text for more in ("", "&key=重点"))
    assert "<strong>2</strong>承办件数" in whole_ and "<strong>1</strong>承办件数" in narrowed
    assert "按督办领导" in whole_
    rows = browser.get(f"/statistics/ledger?year={year}&as=json&key=重点").get_json()
    assert [row["案由"] for row in rows] == ["关于夜间照明的提案"]
