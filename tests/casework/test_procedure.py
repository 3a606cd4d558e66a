"""The moves of a matter: what each needs, does and keeps, and what is refused."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from procedure_fakes import (
    ALL,
    PROFILE,
    TO_SENT,
    TODAY,
    answered_for,
    co_handled,
    given_for,
    go,
    look,
    matter_of,
    ready,
    through,
    whole,
)

from casework import Casework
from casework.moving import Hindered, NotYours, Overtaken, offers, take
from casework.procedure import numbers
from casework.procedure import promises as owed
from casework.procedure.filing import file_reply
from casework.procedure.guards import Doer
from casework.procedure.stage import Stage, begin, history, stage_of
from casework.procedure.turns import waits_for
from corpus import EVERYTHING, Archive
from drafting.errors import UserError
from drafting.model import FormerReply, HeadMarks, Ignored, Opinion, Structure
from storage.log import audit

CLERK = Doer("沈知秋", "停车科", frozenset({"经办"}), alone=False)
EDITOR = Doer("林知远", "办公室", frozenset({"核稿"}), alone=False)
SIGNER = Doer("顾清和", "", frozenset({"签发"}), alone=False)
OVERSEER = Doer("许闻笛", "督查室", frozenset({"督办"}), alone=False)


def names(casework: Casework, matter_id: int) -> list[str]:
    return [step.move.name for step in history(casework.db, matter_id)]


def test_the_whole_way_by_four_people(casework: Casework) -> None:
    matter_id = ready(casework, author="沈知秋")
    go(casework, matter_id, "submit", CLERK, name="", opinion="请审")
    go(casework, matter_id, "review", EDITOR, name="", opinion="文字已改")
    go(casework, matter_id, "countersign", EDITOR, unit="区财政局", name="白屿", opinion="同意")
    go(casework, matter_id, "countersigned", CLERK)
    go(casework, matter_id, "approve", SIGNER, name="")
    go(casework, matter_id, "number", CLERK)
    go(casework, matter_id, "send", CLERK)
    go(casework, matter_id, "satisfied", CLERK, satisfaction="基本满意")
    now = go(casework, matter_id, "archive", CLERK)
    assert now == Stage(
        matter_id,
        state="归档",
        moves=10,
        round=1,
        section="",
        handler="沈知秋",
        entered=now.entered,
        signed=now.signed,
        sent=TODAY,
        first_sent=TODAY,
        finished=TODAY,
        source="本单位办结/青城管函〔2026〕1号.docx",
        satisfaction="基本满意",
        feedback=TODAY,
    )
    assert stage_of(casework.db, matter_id) == now
    draft = matter_of(casework, matter_id).draft
    assert (draft.doc_no, draft.date, draft.signer) == ("青城管函〔2026〕1号", TODAY, "顾清和")
    assert draft.opinions == (
        Opinion("拟稿", "沈知秋", "请审", TODAY),
        Opinion("核稿", "林知远", "文字已改", TODAY),
        Opinion("会签", "白屿", "同意", TODAY, "区财政局"),
        Opinion("签发", "顾清和", "同意", TODAY),
    )
    steps = history(casework.db, matter_id)
    assert [(s.move.name, s.author, s.source, s.target) for s in steps] == [
        ("直接承办", "沈知秋", "登记", "起草"),
        ("送核稿", "沈知秋", "起草", "核稿"),
        ("核稿通过，送会签", "林知远", "核稿", "会签"),
        ("记会签意见", "林知远", "会签", "会签"),
        ("会签完毕，送签发", "沈知秋", "会签", "签发"),
        ("签发", "顾清和", "签发", "编号"),
        ("编号", "沈知秋", "编号", "印送"),
        ("印送，征询意见", "沈知秋", "印送", "征询"),
        ("反馈满意或基本满意", "沈知秋", "征询", "办结"),
        ("归档", "沈知秋", "办结", "归档"),
    ]
    logged = [entry.detail for entry in audit.entries(casework.db, audit.Filters(action="流转"))]
    assert logged[0] == "归档：办结→归档" and len(logged) == 9


def test_a_matter_is_assigned_to_a_section_and_a_person(casework: Casework) -> None:
    matter_id = casework.create_matter(whole().proposal)
    go(casework, matter_id, "distribute", CLERK)
    with pytest.raises(NotYours, match="由核稿、签发办理"):
        go(casework, matter_id, "assign", CLERK)
    now = go(casework, matter_id, "assign", EDITOR, handler="沈知秋", section="停车科")
    assert (now.state, now.handler, now.section) == ("起草", "沈知秋", "停车科")
    assert waits_for(now, CLERK) and not waits_for(now, replace(CLERK, name="白屿"))
    now = go(casework, matter_id, "reassign", EDITOR, handler="白屿", section="")
    assert (now.state, now.handler) == ("起草", "白屿")


def test_where_there_are_accounts_the_handler_is_one_of_them(casework: Casework) -> None:
    password = "青岚-城管-2026-春"
    casework.people.add("沈知秋", password, section="停车科", roles={"经办"})
    casework.people.add("许闻笛", password, roles={"督办"})
    casework.people.add("白屿", password, unit="教育局", roles={"经办"})
    matter_id = casework.create_matter(whole().proposal)
    go(casework, matter_id, "distribute", CLERK)
    for nobody in ("许闻笛", "白屿", "某人"):
        with pytest.raises(UserError, match="可以经办的用户"):
            go(casework, matter_id, "assign", EDITOR, handler=nobody)
    now = go(casework, matter_id, "assign", EDITOR, handler="沈知秋", section="")
    assert (now.handler, now.section) == ("沈知秋", "停车科")


def test_who_checks_the_suggestions_handles_them_in_his_section(casework: Casework) -> None:
    casework.people.add("沈知秋", "青岚-城管-2026-春", section="停车科", roles={"经办"})
    now = stage_of(casework.db, ready(casework, author="沈知秋"))
    assert (now.state, now.handler, now.section) == ("起草", "沈知秋", "停车科")


def test_what_is_not_verified_hinders_and_a_reason_is_kept(casework: Casework) -> None:
    draft = whole()
    first = replace(draft.answers[0], done="已建【待核实：处数】处。")
    matter_id = ready(casework, replace(draft, answers=(first, draft.answers[1])))
    with pytest.raises(Hindered, match=r"【待核实：处数】.*请写明理由"):
        go(casework, matter_id, "submit")
    go(casework, matter_id, "submit", override="待统计局公布")
    assert history(casework.db, matter_id)[-1].override == "待统计局公布"
    assert stage_of(casework.db, matter_id).state == "核稿"


def test_what_must_be_fixed_is_let_stand_with_a_reason_only(casework: Casework) -> None:
    draft = whole()
    first = replace(draft.answers[0], done="区人民攻府已新建泊位3处。")
    draft = replace(draft, answers=(first, draft.answers[1]))
    words = "区人民攻府已新建泊位3处"
    matter_id = ready(casework, draft)
    (found,) = look(casework, matter_id).blocks
    assert found.endswith("（W13）")
    casework.proofing.ignore("default", Ignored("W13", words), matter=matter_id)
    assert look(casework, matter_id).blocks == [found]
    casework.proofing.ignore("default", Ignored("W13", words, "原件如此"), matter=matter_id)
    assert look(casework, matter_id).blocks == []


def test_an_override_that_nothing_needed_is_not_kept(casework: Casework) -> None:
    matter_id = ready(casework)
    go(casework, matter_id, "submit", override="以防万一")
    assert history(casework.db, matter_id)[-1].override == ""


def test_opinions_of_co_units_must_be_in(casework: Casework) -> None:
    proposal = replace(whole().proposal, co_units=("区财政局",))
    matter_id = ready(casework, whole(proposal))
    casework.keep_co_units(matter_id, proposal.co_units)
    with pytest.raises(Hindered, match="【待核实：区财政局的会办意见尚未征求】"):
        go(casework, matter_id, "submit")
    go(casework, matter_id, "submit", override="边征求边审核")
    with pytest.raises(Hindered, match="区财政局的会办意见还没有征求"):
        go(casework, matter_id, "pass")
    line = casework.co_opinions(matter_id)[0]
    casework.ask_opinion(line, TODAY, None)
    with pytest.raises(Hindered, match="区财政局的会办意见还没有收到"):
        go(casework, matter_id, "pass")
    casework.receive_opinion(line.id, TODAY, "同意。", ("意见.txt", b"x"))
    assert go(casework, matter_id, "pass").state == "签发"


def test_an_opinion_that_comes_in_after_signing_changes_the_paper(casework: Casework) -> None:
    proposal = replace(whole().proposal, co_units=("区财政局",))
    matter_id = ready(casework, whole(proposal))
    casework.keep_co_units(matter_id, proposal.co_units)
    (line,) = casework.co_opinions(matter_id)
    casework.ask_opinion(line, TODAY, None)
    for move in ("submit", "pass", "approve"):
        go(casework, matter_id, move, override="急件")
    casework.receive_opinion(line.id, TODAY, "同意。", ("意见.txt", b"x"))
    with pytest.raises(Hindered, match="签发以后文稿有改动"):
        go(casework, matter_id, "number")


def test_nobody_reviews_what_he_sent_himself(casework: Casework) -> None:
    both = replace(CLERK, roles=frozenset(ALL))
    matter_id = ready(casework)
    go(casework, matter_id, "submit", both)
    with pytest.raises(Hindered, match="应由别人核签"):
        go(casework, matter_id, "pass", both)
    assert go(casework, matter_id, "pass", both, override="办公室只有一人").state == "签发"


def test_a_paper_changed_after_signing_gets_no_number(casework: Casework) -> None:
    matter_id = ready(casework)
    through(casework, matter_id, "submit", "pass", "approve")
    matter = matter_of(casework, matter_id)
    changed = replace(matter.draft, closing="另有感谢。")
    casework.save_draft(matter_id, changed, matter.version)
    with pytest.raises(Hindered, match="签发以后文稿有改动"):
        go(casework, matter_id, "number", override="只改了一个字")
    now = go(casework, matter_id, "return-number", opinion="改后重签")
    draft = matter_of(casework, matter_id).draft
    assert now.state == "起草" and now.signed is None
    assert (draft.signer, draft.date, draft.doc_no) == (None, None, None)
    assert [one.step for one in draft.opinions] == ["拟稿"]
    through(casework, matter_id, "submit", "pass", "approve", "number")
    assert matter_of(casework, matter_id).draft.doc_no == "青城管函〔2026〕1号"


def test_a_number_typed_over_by_hand_is_noticed(casework: Casework) -> None:
    matter_id = ready(casework)
    through(casework, matter_id, "submit", "pass", "approve", "number")
    matter = matter_of(casework, matter_id)
    wrong = replace(matter.draft, doc_no="青城管函〔2026〕99号")
    casework.save_draft(matter_id, wrong, matter.version)
    with pytest.raises(Hindered, match="与登记的青城管函〔2026〕1号不一致"):
        go(casework, matter_id, "send")


def test_a_recalled_paper_leaves_its_number_void_and_gets_a_new_one(casework: Casework) -> None:
    matter_id = ready(casework)
    through(casework, matter_id, "submit", "pass", "approve", "number")
    go(casework, matter_id, "recall", opinion="附件有误")
    assert matter_of(casework, matter_id).draft.doc_no is None
    assert history(casework.db, matter_id)[-1].details == {"作废": "青城管函〔2026〕1号"}
    through(casework, matter_id, "submit", "pass", "approve", "number")
    assert matter_of(casework, matter_id).draft.doc_no == "青城管函〔2026〕2号"


def test_who_is_not_satisfied_gets_a_second_reply(casework: Casework) -> None:
    matter_id = ready(casework)
    through(casework, matter_id, *TO_SENT)
    now = go(casework, matter_id, "dissatisfied", opinion="没有说明何时建成", attitude="满意")
    assert (now.state, now.round, now.satisfaction, now.sent) == ("起草", 2, "不满意", None)
    draft = matter_of(casework, matter_id).draft
    assert draft.former == FormerReply("青城管函〔2026〕1号", TODAY, "没有说明何时建成")
    assert draft.proposal.due == dt.date(2026, 6, 18)
    assert (draft.doc_no, draft.date, draft.opinions) == (None, None, ())
    now = through(casework, matter_id, *TO_SENT)
    assert (now.state, now.round, now.satisfaction) == ("征询", 2, "")
    assert matter_of(casework, matter_id).draft.doc_no == "青城管函〔2026〕2号"


def test_what_has_gone_out_is_changed_by_a_move_only(casework: Casework) -> None:
    matter_id = ready(casework)
    through(casework, matter_id, *TO_SENT)
    for move in ("satisfied", "archive", ""):
        matter = matter_of(casework, matter_id)
        with pytest.raises(UserError, match="已经印送，不能再改"):
            changed = replace(matter.draft, closing="另有感谢。")
            casework.save_draft(matter_id, changed, matter.version)
        with pytest.raises(UserError, match="已经印送，不能再改"):
            answer = replace(matter.draft.answers[0], done="另写。")
            casework.save_answer(matter_id, 0, answer, matter.version)
        if move:
            go(casework, matter_id, move)
    go(casework, matter_id, "dissatisfied", opinion="还要补充")
    matter = matter_of(casework, matter_id)
    casework.save_draft(matter_id, replace(matter.draft, closing="另有感谢。"), matter.version)


def test_a_clock_set_back_keeps_the_order(casework: Casework) -> None:
    matter_id = casework.create_matter(whole().proposal)
    ahead = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
    begin(casework.db, matter_id, 1, ahead, "沈知秋")
    go(casework, matter_id, "urge", OVERSEER)
    assert [step.at for step in history(casework.db, matter_id)] == [ahead, ahead]


def test_promises_are_listed_kept_and_answered_again(casework: Casework) -> None:
    matter_id = ready(casework)
    through(casework, matter_id, *TO_SENT)
    found = owed.of_matter(casework.db, matter_id)
    assert [(one.text, one.unit, one.due, one.state) for one in found] == [
        ("我局将于2026年12月底前再建泊位2处", "区城管局", dt.date(2026, 12, 31), "待落实")
    ]
    through(casework, matter_id, "satisfied", "archive")
    assert "follow-up" not in [one.move.id for one in offers(look(casework, matter_id))]
    owed.keep(casework.db, found[0].id, dt.date(2026, 11, 2), "2处泊位已经建成。", "沈知秋")
    now = go(casework, matter_id, "follow-up", today=dt.date(2026, 11, 3))
    assert (now.state, now.round) == ("起草", 2)
    former = matter_of(casework, matter_id).draft.former
    assert former == FormerReply("青城管函〔2026〕1号", TODAY, "", kept=True)
    through(casework, matter_id, *TO_SENT, today=dt.date(2026, 11, 5))  # type: ignore[arg-type]
    kept = owed.of_matter(casework.db, matter_id)[0]
    assert (kept.state, kept.answered, kept.answered_no) == (
        "已续办答复",
        dt.date(2026, 11, 5),
        "青城管函〔2026〕2号",
    )


@pytest.mark.parametrize("disposition", ["采纳", "部分采纳", "列入计划", "留作参考"])
def test_a_reply_of_every_class_leaves_its_promises(casework: Casework, disposition: str) -> None:
    matter_id = ready(casework, whole(disposition=disposition))
    through(casework, matter_id, *TO_SENT)
    assert [one.text for one in owed.of_matter(casework.db, matter_id)] == [
        "我局将于2026年12月底前再建泊位2处"
    ]


def test_a_co_handled_matter_ends_when_the_opinion_is_out(casework: Casework) -> None:
    matter_id = ready(casework, co_handled())
    through(casework, matter_id, "submit", "pass", "approve", "number")
    moves = [one.move.id for one in offers(look(casework, matter_id))]
    assert "send-opinion" in moves and "send" not in moves
    assert go(casework, matter_id, "send-opinion").state == "办结"


def test_an_item_is_sent_back_within_its_days(casework: Casework) -> None:
    matter_id = ready(casework)
    late = dt.date(2026, 5, 19)  # five working days after the 11th is the 18th
    with pytest.raises(Hindered, match="2026-05-18以前"):
        go(casework, matter_id, "send-back", today=late)
    go(casework, matter_id, "send-back", opinion="不属本单位职责", unit="区住建局")
    returning = matter_of(casework, matter_id).draft.returning
    assert returning is not None
    assert (returning.reason, returning.unit) == ("不属本单位职责", "区住建局")
    assert go(casework, matter_id, "back-refused").state == "分办"
    go(casework, matter_id, "send-back", override="另有新情况", today=late)
    assert go(casework, matter_id, "back-granted", OVERSEER).state == "已退"
    assert offers(look(casework, matter_id)) == []


def test_an_extension_is_asked_granted_and_moves_the_date(casework: Casework) -> None:
    matter_id = ready(casework)
    with pytest.raises(UserError, match="晚于原定期限"):
        go(casework, matter_id, "ask-extension", until="2026-08-11")
    now = go(casework, matter_id, "ask-extension", until="2026-10-30", opinion="需现场勘察")
    assert (now.state, now.extension) == ("起草", "待批")
    assert matter_of(casework, matter_id).draft.proposal.due == dt.date(2026, 8, 11)
    moves = [one.move.id for one in offers(look(casework, matter_id))]
    assert "ask-extension" not in moves and "extension-granted" in moves
    now = go(casework, matter_id, "extension-granted", OVERSEER)
    assert (now.state, now.extension) == ("起草", "获准")
    assert matter_of(casework, matter_id).draft.proposal.due == dt.date(2026, 10, 30)
    go(casework, matter_id, "ask-extension", until="2026-11-30")
    assert go(casework, matter_id, "extension-refused").extension == "未准"
    assert matter_of(casework, matter_id).draft.proposal.due == dt.date(2026, 10, 30)


def test_letters_take_their_numbers_from_the_same_series(casework: Casework) -> None:
    matter_id = ready(casework)
    for until in ("2026-10-30", "2026-11-30"):
        go(casework, matter_id, "ask-extension", until=until, letter="自动取号")
        go(casework, matter_id, "extension-granted")
    extension = matter_of(casework, matter_id).draft.extension
    assert extension is not None and extension.doc_no == "青城管函〔2026〕2号"
    through(casework, matter_id, "submit", "pass", "approve", "number")
    assert matter_of(casework, matter_id).draft.doc_no == "青城管函〔2026〕3号"
    book = [(one.text, one.paper) for one in numbers.book(casework.db, 2026)]
    assert book == [
        ("青城管函〔2026〕1号", "延期申请"),
        ("青城管函〔2026〕2号", "延期申请"),
        ("青城管函〔2026〕3号", ""),
    ]
    other = ready(casework)
    go(casework, other, "send-back", letter="自动取号", unit="区住建局")
    returning = matter_of(casework, other).draft.returning
    assert returning is not None and returning.doc_no == "青城管函〔2026〕4号"


def test_feedback_may_stay_out_and_come_late(casework: Casework) -> None:
    matter_id = ready(casework)
    through(casework, matter_id, *TO_SENT)
    with pytest.raises(Hindered, match="还没有过"):
        go(casework, matter_id, "unanswered", today=dt.date(2026, 6, 8))
    now = go(casework, matter_id, "unanswered", today=dt.date(2026, 6, 10))
    assert (now.state, now.satisfaction) == ("办结", "")
    now = go(casework, matter_id, "feedback-late", day="2026-05-20", today=dt.date(2026, 6, 20))
    assert (now.state, now.satisfaction, now.feedback) == ("办结", "满意", dt.date(2026, 5, 20))
    assert "feedback-late" not in [one.move.id for one in offers(look(casework, matter_id))]


def test_reminding_is_kept_and_changes_nothing(casework: Casework) -> None:
    matter_id = ready(casework)
    with pytest.raises(NotYours):
        go(casework, matter_id, "urge", CLERK)
    before = stage_of(casework.db, matter_id)
    after = go(casework, matter_id, "urge", OVERSEER, opinion="请于周五前送核")
    assert after == replace(before, moves=2)
    assert history(casework.db, matter_id)[-1].opinion == "请于周五前送核"
    assert [one.detail for one in audit.entries(casework.db, audit.Filters(action="催办"))]


# ------------------------------------------------------------------ bad input


def test_a_move_sent_twice_is_made_once(casework: Casework) -> None:
    matter_id = ready(casework)
    go(casework, matter_id, "submit", CLERK)
    now = look(casework, matter_id, CLERK)
    with pytest.raises(Overtaken, match=r"“送核稿”已经办过（沈知秋，.*没有重复办理"):
        take(casework, "submit", given_for("submit"), now, expected=1)
    assert names(casework, matter_id) == ["直接承办", "送核稿"]


def test_who_was_overtaken_is_told_by_what(casework: Casework) -> None:
    matter_id = ready(casework)
    answered_for(casework, matter_id)
    before = look(casework, matter_id, CLERK)
    go(casework, matter_id, "urge", OVERSEER)
    with pytest.raises(Overtaken, match=r"刚刚已经办了“催办”（许闻笛，.*请看过最新情况再办"):
        take(casework, "submit", given_for("submit"), before, expected=1)
    assert stage_of(casework.db, matter_id).state == "起草"


def test_a_draft_saved_in_between_is_noticed(casework: Casework) -> None:
    matter_id = ready(casework)
    answered_for(casework, matter_id)
    before = look(casework, matter_id)
    matter = matter_of(casework, matter_id)
    casework.save_draft(matter_id, replace(matter.draft, closing="谢谢。"), matter.version)
    with pytest.raises(Overtaken, match="文稿刚刚有改动"):
        take(casework, "submit", given_for("submit"), before, expected=1)


def test_a_move_that_is_not_declared_from_here_or_at_all_is_refused(casework: Casework) -> None:
    matter_id = ready(casework)
    with pytest.raises(Overtaken, match="现在是“起草”，不能办“签发”"):
        go(casework, matter_id, "approve")
    now = look(casework, matter_id)
    with pytest.raises(LookupError):
        take(casework, "burn", given_for("submit"), now, expected=1)


def test_many_at_once_make_one_move(casework: Casework, tmp_path: Path) -> None:
    matter_id = ready(casework)
    answered_for(casework, matter_id)
    before = look(casework, matter_id)
    outcomes: list[str] = []
    start = threading.Barrier(6)

    def one() -> None:
        with Casework.open(tmp_path) as own:
            start.wait()
            try:
                take(own, "submit", given_for("submit"), before, expected=1)
                outcomes.append("made")
            except Overtaken as error:
                outcomes.append(error.message[:9])

    threads = [threading.Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made", *["“送核稿”已经办过"] * 5]
    assert names(casework, matter_id) == ["直接承办", "送核稿"]


def test_a_failing_move_leaves_nothing(casework: Casework) -> None:
    """The number is taken, then the record fails: neither stands."""
    matter_id = ready(casework)
    through(casework, matter_id, "submit", "pass", "approve")
    casework.db.execute(
        "CREATE TRIGGER full BEFORE INSERT ON moves BEGIN SELECT RAISE(ABORT, 'disk'); END"
    )
    before = (stage_of(casework.db, matter_id), matter_of(casework, matter_id).version)
    with pytest.raises(sqlite3.IntegrityError):
        go(casework, matter_id, "number")
    casework.db.execute("DROP TRIGGER full")
    assert (stage_of(casework.db, matter_id), matter_of(casework, matter_id).version) == before
    assert go(casework, matter_id, "number").state == "印送"
    assert matter_of(casework, matter_id).draft.doc_no == "青城管函〔2026〕1号"


def test_the_record_cannot_be_changed(casework: Casework) -> None:
    ready(casework)
    for statement in ("UPDATE moves SET author = 'x'", "DELETE FROM moves"):
        with pytest.raises(sqlite3.IntegrityError, match="办理经过不能"):
            casework.db.execute(statement)


def test_days_that_cannot_be_are_refused(casework: Casework) -> None:
    matter_id = ready(casework)
    through(casework, matter_id, *TO_SENT[:-1])
    with pytest.raises(UserError, match="晚于今天"):
        go(casework, matter_id, "send", day="2026-05-19")
    with pytest.raises(UserError, match="早于成文日期"):
        go(casework, matter_id, "send", day="2026-05-17")
    go(casework, matter_id, "send")
    with pytest.raises(UserError, match="早于印送日期"):
        go(casework, matter_id, "satisfied", day="2026-05-01")


def test_the_profile_says_the_terms(casework: Casework) -> None:
    profile = replace(PROFILE, deadlines=replace(PROFILE.deadlines, return_days=1))
    matter_id = ready(casework)
    with pytest.raises(Hindered, match="2026-05-12以前"):
        go(casework, matter_id, "send-back", profile=profile)


def test_a_secret_paper_is_not_filed(tmp_path: Path) -> None:
    archive = Archive.open(tmp_path)
    draft = replace(whole(), doc_no="青城管函〔2026〕1号", date=TODAY)
    secret = replace(draft, marks=HeadMarks(copy_no="000001", secrecy="秘密", secrecy_term="1年"))
    with pytest.raises(UserError, match="文件标有密级“秘密★1年”"):
        file_reply(secret, PROFILE, archive)
    assert archive.reader(EVERYTHING).count() == 0
    assert file_reply(draft, PROFILE, archive).startswith("本单位办结/2026年/青城管函")
    assert archive.reader(EVERYTHING).count() == 1


@pytest.mark.parametrize("structure", get_args(Structure))
def test_promises_are_the_same_in_every_structure_and_doubled_by_no_sending(
    casework: Casework, structure: Structure
) -> None:
    steps = (
        "下一步，增设路灯。2027年上半年改造道路3条。",
        "增设路灯。由区交通局负责，年底前开通专线。",
    )
    answers = tuple(
        replace(one, next_step=text, next_unit=unit)
        for one, text, unit in zip(whole().answers, steps, ("区城管局", "区住建局"), strict=True)
    )
    matter_id = ready(casework, replace(whole(), answers=answers, structure=structure))
    for move in TO_SENT:
        go(casework, matter_id, move, override="面商情况另附")
    found = owed.of_matter(casework.db, matter_id)
    assert [(one.text, one.unit, one.due) for one in found] == [
        ("增设路灯", "区城管局、区住建局", dt.date(2026, 12, 31)),
        ("2027年上半年改造道路3条", "区城管局", dt.date(2027, 6, 30)),
        ("由区交通局负责，年底前开通专线", "区交通局", dt.date(2026, 12, 31)),
    ]
    draft = matter_of(casework, matter_id).draft
    assert owed.note(casework.db, matter_id, 2, draft, TODAY) == 0
    assert owed.of_matter(casework.db, matter_id) == found
