"""送核稿: nothing goes on that nobody answers for; who confirmed what is kept and printed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from procedure_fakes import (
    NOWHERE,
    TODAY,
    answered_for,
    co_handled,
    go,
    look,
    matter_of,
    ready,
    through,
    whole,
)

from casework import Casework, aligned, confirming
from casework.matters.tables import confirmations as confirmation_tables
from casework.moving import Hindered
from casework.procedure.stage import stage_of
from desk import papers
from desk.context import Context
from desk.drafts import particulars
from desk.drafts.particulars import Which
from drafting.errors import UserError
from drafting.model import Answer, Draft
from drafting.model.serial import dumps
from drafting.profile import load_profile
from drafting.writing import write_text
from storage import connect, transaction
from storage.log import audit

FIGURES = (
    "新建停车场7座，新增泊位1368个。投入2450万元，其中市级补助960万元。"
    "查处违停13257辆，劝离4218人次。"
)


@pytest.fixture
def casework(tmp_path: Path) -> Iterator[Casework]:
    with Casework.open(tmp_path) as opened:
        yield opened


@pytest.fixture
def context(casework: Casework) -> Context:
    return Context(NOWHERE, TODAY, casework)


def draft_with(done: str) -> Draft:
    draft = whole()
    first, second = (
        Answer(one.suggestion, disposition="采纳", next_step="继续做好。") for one in draft.answers
    )
    return replace(draft, answers=(replace(first, done=done), replace(second, done="已经办理。")))


def open_texts(context: Context, casework: Casework, matter: int) -> list[str]:
    found = particulars.of_matter(context, matter_of(casework, matter))
    return [one.text for one in found if not one.settled]


def which(context: Context, casework: Casework, matter: int, text: str) -> Which:
    found = particulars.of_matter(context, matter_of(casework, matter))
    one = next(part for part in found if part.text == text)
    return Which(one.suggestion, one.field, one.text, one.start)


def confirm(
    context: Context, casework: Casework, matter: int, text: str, name: str = "林知远"
) -> None:
    meant = which(context, casework, matter, text)
    particulars.confirm(context, matter_of(casework, matter), meant, name)


def retype(casework: Casework, matter: int, done: str) -> None:
    now = matter_of(casework, matter)
    answer = replace(aligned(now.draft).answers[0], done=done)
    casework.save_answer(matter, 0, answer, now.version)


def test_the_way_to_review_opens_with_the_last_one_confirmed(
    context: Context, casework: Casework
) -> None:
    matter = ready(casework, draft_with(FIGURES))
    texts = open_texts(context, casework, matter)
    assert texts == ["7座", "1368个", "2450万元", "960万元", "13257辆", "4218人次"]
    for done, text in enumerate(texts):
        with pytest.raises(Hindered) as refused:
            go(casework, matter, "submit", confirms=False, override="一定要送")
        assert len(refused.value.hindrances[0].items) == len(texts) - done
        assert f"“{text}”没有出处" in refused.value.message
        assert refused.value.message.endswith("请在“送核稿”页逐处确认，或者改写。")
        confirm(context, casework, matter, text)
    assert go(casework, matter, "submit", confirms=False).state == "核稿"


def test_what_changes_after_review_stops_at_the_next_step(
    context: Context, casework: Casework
) -> None:
    matter = ready(casework, draft_with("新建停车场7座。"))
    confirm(context, casework, matter, "7座")
    go(casework, matter, "submit", confirms=False)
    retype(casework, matter, "新建停车场9座。")
    for move in ("review", "pass"):
        with pytest.raises(Hindered, match="“9座”没有出处"):
            go(casework, matter, move, confirms=False)
    confirm(context, casework, matter, "9座", "顾清和")
    through(casework, matter, "pass", "approve", confirms=False)  # type: ignore[arg-type]
    assert stage_of(casework.db, matter).state == "编号"


def test_a_confirmation_lapses_with_its_own_words_and_is_there_again_with_them(
    context: Context, casework: Casework
) -> None:
    matter = ready(casework, draft_with("新建停车场7座，泊位120个。"))
    confirm(context, casework, matter, "7座")
    retype(casework, matter, "新建停车场7座，泊位160个。另外很好。")
    assert open_texts(context, casework, matter) == ["160个"]
    retype(casework, matter, "新建停车场8座，泊位160个。")
    assert open_texts(context, casework, matter) == ["8座", "160个"]
    retype(casework, matter, "新建停车场7座，泊位160个。")
    assert open_texts(context, casework, matter) == ["160个"]


def test_it_is_undone_and_both_are_in_the_log(context: Context, casework: Casework) -> None:
    matter = ready(casework, draft_with("新建停车场7座。"))
    confirm(context, casework, matter, "7座")
    # Pressed twice it is confirmed once.
    confirm(context, casework, matter, "7座")
    (kept,) = confirming.listed(casework.db, matter)
    assert (kept.text, kept.before, kept.name) == ("7座", "新建停车场", "林知远")
    assert confirming.undo(casework, matter, kept.id) == kept
    assert confirming.undo(casework, matter, kept.id) is None
    assert open_texts(context, casework, matter) == ["7座"]
    told = [
        (one.action, one.what, one.detail) for one in audit.entries(casework.db, audit.Filters())
    ][:2]
    assert told == [
        ("撤销确认", f"提案 {matter}", "数字 “新建停车场7座”：林知远"),
        ("确认内容", f"提案 {matter}", "数字 “新建停车场7座”：林知远"),
    ]


def test_nobody_confirms_without_a_name_or_what_is_no_longer_there(
    context: Context, casework: Casework
) -> None:
    matter = ready(casework, draft_with("新建停车场7座。"))
    seen = which(context, casework, matter, "7座")
    for name in ("", "长" * 61):
        with pytest.raises(UserError) as refused:
            particulars.confirm(context, matter_of(casework, matter), seen, name)
        assert refused.value.field == "name"
    retype(casework, matter, "新建停车场8座。")
    with pytest.raises(UserError, match="刚刚有改动"):
        particulars.confirm(context, matter_of(casework, matter), seen, "林知远")
    assert confirming.listed(casework.db, matter) == ()


def test_once_the_reply_is_out_nothing_is_confirmed_or_taken_back(
    context: Context, casework: Casework
) -> None:
    matter = ready(casework)
    through(casework, matter, "submit", "pass", "approve", "number", "send")
    kept = confirming.listed(casework.db, matter)
    with pytest.raises(UserError, match="已经印送"):
        confirming.undo(casework, matter, kept[0].id)
    assert confirming.listed(casework.db, matter) == kept


def test_an_opinion_to_another_unit_is_judged_too(casework: Casework) -> None:
    matter = ready(casework, co_handled())
    with pytest.raises(Hindered, match="“3处”没有出处"):
        go(casework, matter, "submit", confirms=False)
    assert through(casework, matter, "submit", "pass", "approve").state == "编号"


def test_a_profile_may_have_it_told_only(context: Context, casework: Casework) -> None:
    matter = ready(casework, draft_with("新建停车场7座。"))
    profile = load_profile("default")
    lenient = replace(profile, particulars=replace(profile.particulars, unproven="warn"))
    now = look(casework, matter, profile=lenient)
    assert now.unanswered == ["建议 1：“新建停车场7座”中的“7座”没有出处"]
    assert go(casework, matter, "submit", profile=lenient, confirms=False).state == "核稿"


def test_a_session_of_nobody_we_know_stops_too(context: Context, casework: Casework) -> None:
    draft = draft_with("已经办理。")
    strange = replace(draft.proposal, session="学习园地区政协十届三次会议")
    matter = ready(casework, replace(draft, proposal=strange))
    with pytest.raises(
        Hindered, match="届次“学习园地区政协十届三次会议”不在单位设置所列的届次之内"
    ):
        go(casework, matter, "submit", confirms=False, override="就这样")
    confirm(context, casework, matter, strange.session or "")
    assert go(casework, matter, "submit", confirms=False).state == "核稿"


# ------------------------------------------------------------------ the sign-off sheet


def test_the_sheet_tells_who_confirmed_what_and_no_alarm_of_what_is_given_later(
    context: Context, casework: Casework
) -> None:
    matter = ready(casework, draft_with("新建停车场7座，泊位120个。"))
    confirm(context, casework, matter, "7座")
    sheet = write_text(papers.paper(context, matter_of(casework, matter), "sign-off"))
    day = confirming.listed(casework.db, matter)[0].at.astimezone()
    assert f"确认：“新建停车场7座”，林知远，{day.year}年{day.month}月{day.day}日。" in sheet
    assert "未经确认：“泊位120个”，没有出处。" in sheet
    assert "须改" not in sheet and "成文日期" not in sheet and "待核实" not in sheet
    read = papers.judged(context, matter_of(casework, matter))
    assert [one for one in read.findings if one.severity == "block"] == []


# ------------------------------------------------------------------ what had passed before


def as_before(casework: Casework, folder: Path) -> sqlite3.Connection:
    """Put the database back to the schema without confirmations, and take the step again."""
    casework.close()
    db = connect(folder / "casework.db")
    db.execute("DROP TABLE confirmations")
    db.execute("DROP TABLE passed_before")
    # The one step alone: those after it are done and stay so.
    with transaction(db):
        confirmation_tables.install(db)
    return db


def test_a_matter_under_way_at_the_upgrade_goes_on_and_what_is_new_is_asked_for(
    tmp_path: Path,
) -> None:
    first = Casework.open(tmp_path)
    waiting, signed, writing = (ready(first, draft_with("新建停车场7座。")) for _ in range(3))
    go(first, waiting, "submit")
    through(first, signed, "submit", "pass", "approve")
    as_before(first, tmp_path).close()
    with Casework.open(tmp_path) as casework:
        assert confirming.listed(casework.db, waiting) == ()
        # Signed already: nothing is asked of it any more.
        through(casework, signed, "number", "send", confirms=False)  # type: ignore[arg-type]
        # With the reviewer: what he has before him goes on, what is typed now does not.
        now = matter_of(casework, waiting)
        retype(casework, waiting, "新建停车场7座，泊位120个。")
        with pytest.raises(Hindered, match="“120个”没有出处") as refused:
            go(casework, waiting, "pass", confirms=False)
        assert "7座”没有" not in refused.value.message
        retype(casework, waiting, aligned(now.draft).answers[0].done)
        go(casework, waiting, "pass", confirms=False)
        # Sent back, it is sent on by the rules of today.
        go(casework, waiting, "return-approve", opinion="请补充")
        for matter in (waiting, writing):
            with pytest.raises(Hindered, match="“7座”没有出处"):
                go(casework, matter, "submit", confirms=False)
            answered_for(casework, matter)
            assert go(casework, matter, "submit", confirms=False).state == "核稿"


def test_the_step_remembers_what_was_being_decided_of(tmp_path: Path) -> None:
    casework = Casework.open(tmp_path)
    matter = ready(casework, draft_with("新建停车场7座。"))
    go(casework, matter, "submit")
    draft = matter_of(casework, matter).draft
    db = as_before(casework, tmp_path)
    rows = db.execute("SELECT matter, draft, moves FROM passed_before").fetchall()
    assert [tuple(row) for row in rows] == [(matter, dumps(draft), 2)]


def test_figures_in_chinese_numerals_stop_and_are_the_same_when_written_anew(
    context: Context, casework: Casework
) -> None:
    matter = ready(casework, draft_with("投入八百六十万元，覆盖率达百分之九十五。"))
    assert open_texts(context, casework, matter) == ["八百六十万元", "百分之九十五"]
    confirm(context, casework, matter, "八百六十万元")
    retype(casework, matter, "投入860万元，覆盖率达百分之九十五。")
    assert open_texts(context, casework, matter) == ["百分之九十五"]
