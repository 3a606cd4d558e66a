"""数据征集 on the pages: asked, recorded, put in its place; bad input said where it stands."""

from __future__ import annotations

import datetime as dt
import html
import io
import re
import zipfile
from dataclasses import replace

import pytest
from days import today
from procedure_fakes import through
from web_fakes import PROPOSAL, Browser, matter_now

from casework import Casework, Matter, aligned, figures
from casework.figures import Asking, FigureRequest
from desk.drafts.figures import asking_of, place_of, unasked
from drafting.answering.figures import day_in_words
from drafting.model import Answer

TEXT = "全区新增公共停车泊位【待核实：数量】，投入资金860万元。"


def day() -> dt.date:
    """The day as of which the figures are given."""
    return today() - dt.timedelta(days=20)


def in_words() -> str:
    return day_in_words(day())


def put_in() -> str:
    return TEXT.replace("【待核实：数量】", f"1310个（截至{in_words()}）")


def given() -> dict[str, object]:
    """What is typed of a given figure."""
    return {
        "value": "1310个", "as_of": day().isoformat(), "giver": "停车管理科 沈知秋", "note": "月报",
    }  # fmt: skip


@pytest.fixture
def drafted(casework: Casework, matter: Matter) -> Matter:
    """The first suggestion answered with a mark and a figure, the second with a mark."""
    answers = (
        Answer(PROPOSAL.suggestions[0], TEXT),
        Answer(PROPOSAL.suggestions[1], "已核查【待核实：停车场数量】停车场。"),
        Answer(PROPOSAL.suggestions[2], "协调错时开放泊位。"),
    )
    casework.save_draft(matter.id, replace(matter.draft, answers=answers), matter.version)
    return matter_now(casework, matter.id)


def listed(casework: Casework, matter: Matter) -> list[FigureRequest]:
    return figures.listed(casework.db, matter.id)


def asked(casework: Casework, matter: Matter, section: str = "停车管理科") -> FigureRequest:
    """A request made of the first mark of the draft."""
    first = unasked(matter.draft, listed(casework, matter))[0]
    asking = replace(asking_of(matter.draft, first), section=section)
    (made,) = figures.ask(casework, matter.id, [asking], today())
    found = figures.one(casework.db, matter.id, made)
    assert found is not None
    return found


def words(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>|\s+", " ", page)).replace("  ", " ")


def plain(page: str) -> str:
    return re.sub(r"\s", "", words(page[page.index("<main") :]))


def facts(browser: Browser, matter: Matter, place: int = 1) -> list[str]:
    page = browser.get(f"/matters/{matter.id}/side?s={place}&tab=facts").text
    return [
        re.sub(r"\s", "", words(one)) for one in re.findall(r'<li class="fact.*?</li>', page, re.S)
    ]


# ------------------------------------------------------------------ from the facts


def test_an_unproven_figure_leads_to_the_form_filled_in(browser: Browser, drafted: Matter) -> None:
    page = browser.get(f"/matters/{drafted.id}/side?s=1&tab=facts").text
    links = [html.unescape(one) for one in re.findall(r'href="([^"]+figures/new[^"]+)"', page)]
    assert len(links) == 2 and "give=1" in links[1]
    form = browser.get(links[0]).text
    assert "全区新增公共停车泊位……，投入资金" in form
    assert "<b>860万元</b>" in form and f'action="/matters/{drafted.id}/figures/new"' in form
    assert 'value="860万元"' in browser.get(links[1]).text


def test_what_is_recorded_of_a_fact_is_proven_by_name_and_day(
    browser: Browser, drafted: Matter, casework: Casework
) -> None:
    assert facts(browser, drafted) == [
        "860万元无出处本机用户于" + clock(browser, drafted) + "写入去确认征集登记提供"
    ]
    form = {"s": 1, "field": "done", "at": 25, "words": "860万元", "give": "1",
            "what": "停车设施投入资金", **given(), "value": "860万元"}  # fmt: skip
    saved = browser.post(f"/matters/{drafted.id}/figures/new", form)
    (request,) = listed(casework, drafted)
    assert saved.location == f"/matters/{drafted.id}/figures/{request.id}"
    assert request.asking == Asking(
        "停车设施投入资金", "停车管理科 沈知秋", None, PROPOSAL.suggestions[0].text, "done",
        "860万元", "全区新增公共停车泊位【待核实：数量】，投入资金", "",
        PROPOSAL.suggestions[0].key,
    )  # fmt: skip
    assert facts(browser, drafted) == [
        f"860万元有出处本单位提供：停车管理科沈知秋，截至{in_words()}"
    ]
    # Changed in the text it is 无出处 again; changed back it is proven.
    answer = aligned(drafted.draft).answers[0]
    casework.save_answer(
        drafted.id, 0, replace(answer, done=TEXT.replace("860", "880")), drafted.version
    )
    assert facts(browser, drafted)[0].startswith("880万元无出处")
    casework.save_answer(drafted.id, 0, answer, drafted.version + 1)
    assert facts(browser, drafted)[0].startswith("860万元有出处本单位提供")


def test_the_same_value_of_something_else_is_named_and_proves_nothing(
    browser: Browser, drafted: Matter, casework: Casework
) -> None:
    form = {"give": "1", "what": "路灯维护经费", **given(), "value": "860万元"}
    browser.post(f"/matters/{drafted.id}/figures/new", form)
    (found,) = facts(browser, drafted)
    assert found.startswith("860万元无出处")
    assert "另有登记：路灯维护经费860万元（停车管理科沈知秋），说的不像同一件事" in found


def clock(browser: Browser, matter: Matter) -> str:
    page = browser.get(f"/matters/{matter.id}/side?s=1&tab=facts").text
    found = re.search(r"于 ([^<]+?) 写入", page)
    assert found is not None
    return re.sub(r"\s", "", found[1])


def test_what_is_asked_says_so_at_the_fact(
    browser: Browser, drafted: Matter, casework: Casework
) -> None:
    form = {"s": 1, "field": "done", "at": 25, "words": "860万元", "what": "投入资金",
            "section": "计划财务科", "due": today().isoformat()}  # fmt: skip
    browser.post(f"/matters/{drafted.id}/figures/new", form)
    (request,) = listed(casework, drafted)
    assert (request.asking.section, request.asking.due) == ("计划财务科", today())
    assert facts(browser, drafted)[0].endswith("征集中：计划财务科")


def test_a_place_that_has_changed_is_said_and_nothing_typed_is_lost(
    browser: Browser, drafted: Matter, casework: Casework
) -> None:
    gone = f"/matters/{drafted.id}/figures/new?s=1&field=done&at=3&words=777个"
    assert "这一处已经改动" in browser.get(gone).text
    form = {"s": 1, "field": "done", "at": 3, "words": "777个", "what": "投入资金",
            "section": "计划财务科"}  # fmt: skip
    page = browser.client.post(
        f"/matters/{drafted.id}/figures/new", data={"csrf": browser.token(), **form},
        follow_redirects=True,
    ).text  # fmt: skip
    assert "没有对应到原处" in page
    (request,) = listed(casework, drafted)
    assert (request.asking.mark, request.asking.suggestion) == ("", PROPOSAL.suggestions[0].text)


# ------------------------------------------------------------------ the marks in one go


def test_the_marks_are_asked_in_one_go_and_taken_back_in_one(
    browser: Browser, drafted: Matter, casework: Casework
) -> None:
    path = f"/matters/{drafted.id}/figures"
    page = browser.get(path).text
    assert "把 2 处待核实列入征集" in page
    marks = [html.unescape(one) for one in re.findall(r'name="mark" value="([^"]+)"', page)]
    form = {"mark": marks, "section": "停车管理科", "due": (today() + dt.timedelta(7)).isoformat()}
    saved = browser.post(f"{path}/pending", form)
    found = listed(casework, drafted)
    assert [(one.asking.what, one.asking.mark, one.asking.section) for one in found] == [
        ("数量（全区新增公共停车泊位____）", "【待核实：数量】", "停车管理科"),
        ("停车场数量（已核查____停车场）", "【待核实：停车场数量】", "停车管理科"),
    ]
    after = browser.get(saved.location.split("#")[0]).text
    assert "已列入征集 2 项" in after and "没有列入征集" not in after
    ids = re.findall(r'name="request" value="(\d+)"', after)
    browser.post(f"{path}/withdraw", {"request": ids})
    assert [one.state for one in listed(casework, drafted)] == ["已撤回", "已撤回"]
    assert "把 2 处待核实列入征集" in browser.get(path).text


def test_a_wrong_day_is_said_and_the_choice_stays(browser: Browser, drafted: Matter) -> None:
    path = f"/matters/{drafted.id}/figures"
    marks = re.findall(r'name="mark" value="([^"]+)"', browser.get(path).text)
    form = {"mark": [html.unescape(marks[0])], "section": "停车科", "due": "2020-01-05"}
    wrong = browser.post(f"{path}/pending", form)
    assert wrong.status_code == 400 and "提供时限早于今天" in wrong.text
    assert 'value="停车科"' in wrong.text and 'value="2020-01-05"' in wrong.text
    assert wrong.text.count(" checked>") == 1
    none = browser.post(f"{path}/pending", {"section": "停车科"})
    assert none.status_code == 400 and "请至少选一处待核实" in none.text


def test_a_mark_that_is_gone_by_now_is_left_out_and_said(
    browser: Browser, drafted: Matter, casework: Casework
) -> None:
    path = f"/matters/{drafted.id}/figures"
    found = re.findall(r'name="mark" value="([^"]+)"', browser.get(path).text)
    marks = [html.unescape(one) for one in found]
    answer = Answer(PROPOSAL.suggestions[1], "已核查46处停车场。")
    casework.save_answer(drafted.id, 1, answer, drafted.version)
    form = {"csrf": browser.token(), "mark": marks, "section": "停车科"}
    page = browser.client.post(f"{path}/pending", data=form, follow_redirects=True).text
    assert "有 1 处待核实在文中已经改动" in page
    assert len(listed(casework, drafted)) == 1


def test_three_hundred_marks_are_one_page_and_one_go(
    browser: Browser, casework: Casework, matter: Matter
) -> None:
    many = "。".join(f"第{n}个片区改造泊位【待核实：数量】" for n in range(300))
    answer = Answer(PROPOSAL.suggestions[0], many)
    casework.save_answer(matter.id, 0, answer, matter.version)
    path = f"/matters/{matter.id}/figures"
    page = browser.get(path)
    assert len(page.data) < 200_000
    marks = [html.unescape(one) for one in re.findall(r'name="mark" value="([^"]+)"', page.text)]
    assert len(marks) == 300
    assert browser.post(f"{path}/pending", {"mark": marks, "section": "停车科"}).status_code == 302
    page = browser.get(path)
    assert "第 1 页，共 6 页" in page.text and len(page.data) < 200_000
    assert browser.get(f"{path}.docx").status_code == 200


# ------------------------------------------------------------------ what is given


def test_a_figure_is_offered_for_its_mark_put_in_on_request_and_taken_out_again(
    browser: Browser, drafted: Matter, casework: Casework
) -> None:
    request = asked(casework, drafted)
    path = f"/matters/{drafted.id}/figures/{request.id}"
    assert "填入答复" not in browser.get(path).text
    browser.post(f"{path}/record", given())
    page = browser.get(path).text
    assert f"<del>【待核实：数量】</del><ins>1310个（截至{in_words()}）</ins>" in page
    assert "停车管理科 沈知秋提供" in page and "月报" in page
    # Offered, never silently.
    assert matter_now(casework, drafted.id) == drafted
    browser.post(f"{path}/put", {"version": drafted.version})
    put = matter_now(casework, drafted.id)
    assert aligned(put.draft).answers[0].done == put_in()
    assert casework.versions(drafted.id)[0].note == "填入提供的数据"
    assert [one.split("无出处")[0] for one in facts(browser, drafted)] == [
        "860万元",
        f"1310个有出处本单位提供：停车管理科沈知秋，截至{in_words()}",
        f"{in_words()}有出处本单位提供：停车管理科沈知秋，截至{in_words()}",
    ]
    page = browser.get(path).text
    assert "已填入答复" in page and "撤销填入" in page
    browser.post(f"{path}/put", {"version": put.version, "back": "1"})
    assert aligned(matter_now(casework, drafted.id).draft).answers[0].done == TEXT


def test_a_text_changed_in_between_is_not_written_over(
    browser: Browser, drafted: Matter, casework: Casework
) -> None:
    request = asked(casework, drafted)
    path = f"/matters/{drafted.id}/figures/{request.id}"
    browser.post(f"{path}/record", given())
    theirs = Answer(PROPOSAL.suggestions[0], f"对方加了一句。{TEXT}")
    casework.save_answer(drafted.id, 0, theirs, drafted.version)
    refused = browser.post(f"{path}/put", {"version": drafted.version})
    assert refused.status_code == 409 and "刚被他人修改" in refused.text
    now = matter_now(casework, drafted.id)
    assert aligned(now.draft).answers[0] == theirs
    # The page shows what stands now, and its button works.
    assert f'name="version" value="{now.version}"' in refused.text
    assert browser.post(f"{path}/put", {"version": now.version}).status_code == 302
    done = aligned(matter_now(casework, drafted.id).draft).answers[0].done
    assert done == f"对方加了一句。{put_in()}"
    # Others' changes of other answers are no conflict.
    twice = browser.post(f"{path}/put", {"version": now.version + 1})
    assert twice.status_code == 400 and "已经变了" in twice.text


def test_figures_of_one_day_that_differ_are_shown_and_not_offered(
    browser: Browser, drafted: Matter, casework: Casework
) -> None:
    request = asked(casework, drafted)
    path = f"/matters/{drafted.id}/figures/{request.id}"
    browser.post(f"{path}/record", given())
    browser.post(f"{path}/record", {**given(), "value": "1290个", "giver": "统计站"})
    page = browser.get(path).text
    assert "两次提供的数据不一致" in page and "填入答复" not in page
    assert "两次提供不一致" in browser.get(f"/matters/{drafted.id}/figures").text
    answer = Answer(PROPOSAL.suggestions[0], TEXT.replace("【待核实：数量】", "1310个"))
    casework.save_answer(drafted.id, 0, answer, drafted.version)
    assert facts(browser, drafted)[0] == (
        f"1310个两次提供不一致本单位另提供1290个：统计站，截至{in_words()}"
        f"本单位提供：停车管理科沈知秋，截至{in_words()}去确认"
    )
    wrong = figures.one(casework.db, drafted.id, request.id)
    assert wrong is not None
    browser.post(f"{path}/void", {"figure": wrong.figures[0].id})
    assert "1310个有出处" in "".join(facts(browser, drafted))
    browser.post(f"{path}/void", {"figure": wrong.figures[0].id, "back": "1"})
    assert facts(browser, drafted)[0].startswith("1310个两次提供不一致")


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("value", "没有统计", "“没有统计”里没有数字"),
        ("value", "1310", "没有单位"),
        ("as_of", "明天", "截至日期晚于今天"),
        ("as_of", "上月底", "截至日期请写成"),
        ("as_of", "", "请填写数据截至哪一天"),
        ("giver", "", "请写明由谁提供"),
        ("note", "注" * 201, "备注不能超过200个字"),
    ],
)
def test_what_is_given_wrongly_is_said_at_its_place_and_stays_typed(
    browser: Browser, drafted: Matter, casework: Casework, field: str, typed: str, said: str
) -> None:
    request = asked(casework, drafted)
    if typed == "明天":
        typed = (today() + dt.timedelta(1)).isoformat()
    form = {**given(), field: typed}
    wrong = browser.post(f"/matters/{drafted.id}/figures/{request.id}/record", form)
    assert wrong.status_code == 400 and said in wrong.text
    assert f'id="h-{field}"' in wrong.text
    assert all(f'value="{value}"' in wrong.text for value in form.values())
    assert figures.given(casework.db, drafted.id) == ()


def test_two_who_change_one_request_do_not_lose_each_others_words(
    browser: Browser, drafted: Matter, casework: Casework
) -> None:
    request = asked(casework, drafted)
    path = f"/matters/{drafted.id}/figures/{request.id}"
    form = {"what": "新增泊位数", "section": "停车管理科", "due": "", "version": request.version}
    assert browser.post(path, form).status_code == 302
    mine = browser.post(path, {**form, "what": "2025年新增泊位数"})
    assert mine.status_code == 409 and "刚被他人改过" in mine.text
    assert "<h1>新增泊位数" in mine.text and "2025年新增泊位数</textarea>" in mine.text
    assert browser.post(path, {**form, "what": "2025年新增泊位数", "version": 2}).status_code == 302
    assert listed(casework, drafted)[0].asking.what == "2025年新增泊位数"
    assert "撤销上次修改" in browser.get(path).text
    browser.post(path, {"back": "1", "version": 3})
    assert listed(casework, drafted)[0].asking.what == "新增泊位数"


# ------------------------------------------------------------------ around it


def test_a_suggestion_that_was_removed_leaves_its_request_standing(
    browser: Browser, drafted: Matter, casework: Casework
) -> None:
    request = asked(casework, drafted)
    path = f"/matters/{drafted.id}/figures"
    browser.post(f"{path}/{request.id}/record", given())
    proposal = replace(drafted.draft.proposal, suggestions=PROPOSAL.suggestions[1:])
    answers = aligned(drafted.draft).answers[1:]
    draft = replace(drafted.draft, proposal=proposal, answers=answers)
    casework.confirm_suggestions(drafted.id, draft, drafted.version)
    assert place_of(draft, request.asking) is None
    page = browser.get(f"{path}/{request.id}").text
    assert "所属建议已改动或移出清单，请到起草页自行填写" in page
    assert "所属建议已改动或移出" in browser.get(path).text
    refused = browser.post(f"{path}/{request.id}/put", {"version": drafted.version + 1})
    assert refused.status_code == 400


def test_after_the_reply_is_out_the_pages_only_show(
    browser: Browser, drafted: Matter, casework: Casework
) -> None:
    request = asked(casework, drafted)
    through(casework, drafted.id, "submit", "pass", "approve", "number", "send", override="先送")
    path = f"/matters/{drafted.id}/figures"
    for part in ("", "/new", f"/{request.id}", "/new?give=1"):
        page = browser.get(path + part).text
        assert "已经印送，数据只能查看" in page, part
        assert 'method="post"' not in page, part
    assert "征集</a>" not in "".join(facts_html(browser, drafted))
    late = browser.post(f"{path}/{request.id}/record", given())
    assert late.status_code == 400 and "已经印送，不能再征集或登记数据" in late.text
    assert 'value="1310个"' in late.text
    new = browser.post(f"{path}/new", {"what": "投入资金", "section": "计财科"})
    assert new.status_code == 400 and "已经印送，不能再征集" in new.text and "投入资金" in new.text
    assert browser.post(f"{path}/withdraw", {"request": request.id}).status_code == 400
    assert figures.given(casework.db, drafted.id) == ()
    assert "数据待提供" not in browser.get("/").text


def facts_html(browser: Browser, matter: Matter) -> list[str]:
    page = browser.get(f"/matters/{matter.id}/side?s=1&tab=facts").text
    return re.findall(r'<li class="fact.*?</li>', page, re.S)


def test_late_figures_show_where_late_opinions_do(
    browser: Browser, drafted: Matter, casework: Casework
) -> None:
    asked(casework, drafted)
    for path in ("/", "/today"):
        page = words(browser.get(path).text)
        assert ("数据待提供 1" if path == "/" else "待提供 1 项") in page
        assert "逾期 1" not in page
    casework.db.execute("UPDATE figure_requests SET due = '2026-01-05'")
    assert "数据逾期 1" in words(browser.get("/").text)
    assert "▲ 逾期 1 项" in words(browser.get("/today").text)
    assert "数据逾期 1" in words(browser.get(f"/matters/{drafted.id}").text)


def test_the_sheet_goes_round_by_section(
    browser: Browser, drafted: Matter, casework: Casework
) -> None:
    empty = browser.get(f"/matters/{drafted.id}/figures.docx")
    assert empty.status_code == 400 and "还没有征集的数据" in empty.text
    asked(casework, drafted)
    asked(casework, drafted, "执法科")
    made = browser.get(f"/matters/{drafted.id}/figures.docx")
    name = "%E6%95%B0%E6%8D%AE%E5%BE%81%E9%9B%86%E8%A1%A8.docx"
    assert name in made.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(made.data)) as package:
        text = re.sub("<[^>]+>", "", package.read("word/document.xml").decode())
    order = ["停车管理科", "1.数量（全区新增公共停车泊位____）", "执法科", "2.停车场数量"]
    places = [text.replace(" ", "").replace("\u2002", "").find(one) for one in order]
    assert -1 not in places and places == sorted(places)


def test_what_the_proofreader_is_told_to_ignore_is_as_unproven_as_before(
    browser: Browser, drafted: Matter
) -> None:
    before = facts(browser, drafted)
    page = browser.get(f"/matters/{drafted.id}/check").text
    for rule in sorted(set(re.findall(r'name="rule" value="([^"]+)"', page))):
        browser.post(
            f"/matters/{drafted.id}/check",
            {"action": "ignore", "rule": rule, "reason": "数据无误", "words": "860万元"},
        )
    assert facts(browser, drafted) == before
