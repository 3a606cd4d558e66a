"""An assembled reply, read beside its draft."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from drafting.checking import Office, check_reply, printed_lines
from drafting.model import (
    Answer,
    Block,
    Draft,
    Finding,
    Proposal,
    Proposer,
    Reply,
    Suggestion,
)

ASKED = (Suggestion("一、", "增加老旧小区停车位"), Suggestion("二、", "规范停车收费"))
PROPOSAL = Proposal(
    session="区政协十届三次会议",
    item_no="12",
    subject="关于改善停车秩序的提案",
    proposers=(Proposer("苏明远"),),
    handling_unit="青岚区城市管理局",
    co_units=("青岚区财政局",),
    assigned=dt.date(2026, 3, 10),
    suggestions=ASKED,
)
ANSWERS = (
    Answer(ASKED[0], done="2025年新增泊位1200个。", disposition="采纳"),
    Answer(
        ASKED[1], next_step="公示收费标准。", next_date="2026年12月底前", disposition="列入计划"
    ),
)
DRAFT = Draft(PROPOSAL, ANSWERS)
REPLY = Reply(
    form="reply",
    skin="letter",
    title="关于区政协十届三次会议第12号提案的答复",
    issuers=("青岚区城市管理局",),
    doc_no="青城管函〔2026〕7号",
    salutation="苏明远委员",
    body=(
        Block(
            "paragraph",
            "您提出的《关于改善停车秩序的提案》收悉，经会同区财政局研究，现答复如下：",
        ),
        Block("heading", "关于“增加老旧小区停车位”的建议", level=1, label="一、"),
        Block("paragraph", "2025年新增泊位1200个。"),
        Block("heading", "关于“规范停车收费”的建议", level=1, label="二、"),
        Block("paragraph", "下一步，我局将于2026年12月底前公示收费标准。"),
        Block("paragraph", "感谢您对城市管理工作的关心和支持。"),
    ),
    signatures=("青岚区城市管理局",),
    date=dt.date(2026, 5, 20),
    remark="联系人：林夏；联系电话：62310000",
    copies_to=("区政府办公室", "区政协提案委", "区财政局"),
    result_label="办理结果类别：B",
    disclosure_label="公开属性：主动公开",
)


def marks(reply: Reply, draft: Draft | None = DRAFT) -> list[tuple[str, int, str]]:
    return [(f.rule, f.paragraph, f.text) for f in check_reply(reply, draft)]


def with_line(number: int, text: str) -> Reply:
    """The reply with another text in one block of its body."""
    body = list(REPLY.body)
    body[number] = replace(body[number], text=text)
    return replace(REPLY, body=tuple(body))


def test_a_whole_reply_that_keeps_to_its_draft_is_clean() -> None:
    assert marks(REPLY) == []
    assert marks(REPLY, None) == []


def test_paragraphs_are_counted_as_printed() -> None:
    assert printed_lines(REPLY) == [
        ("head", "青城管函〔2026〕7号"),
        ("head", "办理结果类别：B"),
        ("head", "公开属性：主动公开"),
        ("title", "关于区政协十届三次会议第12号提案的答复"),
        ("salutation", "苏明远委员："),
        ("body", "您提出的《关于改善停车秩序的提案》收悉，经会同区财政局研究，现答复如下："),
        ("body", "一、关于“增加老旧小区停车位”的建议"),
        ("body", "2025年新增泊位1200个。"),
        ("body", "二、关于“规范停车收费”的建议"),
        ("body", "下一步，我局将于2026年12月底前公示收费标准。"),
        ("body", "感谢您对城市管理工作的关心和支持。"),
        ("tail", "青岚区城市管理局"),
        ("tail", "2026年5月20日"),
        ("tail", "（联系人：林夏；联系电话：62310000）"),
        ("tail", "抄送：区政府办公室，区政协提案委，区财政局。"),
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"date": None}, [("T23", 13, "")]),
        ({"signatures": ()}, [("T23", 13, "")]),
        ({"salutation": None}, [("T23", 13, "")]),
        ({"remark": None}, [("T27", 13, "")]),
        ({"copies_to": ()}, [("T27", 13, "")]),
        ({"result_label": None}, [("T28", 2, "")]),
        ({"disclosure_label": None}, [("Q10", 2, "")]),
        ({"title": "关于区政协十届三次会议第21号提案的答复"}, [("T01", 3, "21")]),
        ({"title": "关于区政协十届三次会议第12号建议的答复"}, [("T04", 3, "建议")]),
        ({"salutation": "苏明元委员"}, [("T03", 4, "苏明元委员")]),
        ({"salutation": "苏明远代表"}, [("T04", 4, "代表")]),
        ({"date": dt.date(2026, 3, 1)}, [("D23", 12, "2026年3月1日")]),
        ({"doc_no": "青城管函[2026]07号"}, [("D01", 0, "[2026]")]),
        (
            {"signatures": ("青岚区住房和城乡建设局",)},
            [("T22", 11, "青岚区住房和城乡建设局"), ("T30", 11, "青岚区住房和城乡建设局")],
        ),
        ({"doc_no": "青城管函〔2025〕12号"}, [("D25", 0, "2025")]),
    ],
)
def test_elements_are_checked(
    change: dict[str, object], expected: list[tuple[str, int, str]]
) -> None:
    assert marks(replace(REPLY, **change)) == expected  # type: ignore[arg-type]


def test_a_wrong_subject_is_a_block() -> None:
    reply = with_line(0, "您提出的《关于改善交通的提案》收悉，经会同区财政局研究，现答复如下：")
    [finding] = check_reply(reply, DRAFT)
    assert finding == Finding(
        "T02", "block", "notice", 5, 5, 14, "关于改善交通的提案",
        "案由与来件不符，来件为“关于改善停车秩序的提案”", "答复与来件一致",
    )  # fmt: skip


def test_a_mark_left_open_is_a_block() -> None:
    [finding] = check_reply(with_line(2, "2025年新增泊位【待核实：数量】个。"), DRAFT)
    assert (finding.rule, finding.severity, finding.text) == ("Q14", "block", "【待核实：数量】")


def test_an_empty_answer_is_unanswered() -> None:
    draft = replace(DRAFT, answers=(ANSWERS[0], Answer(ASKED[1])))
    [finding] = check_reply(REPLY, draft)
    assert (finding.rule, finding.paragraph, finding.message) == (
        "Q01", 8, "第2条建议“规范停车收费”尚未答复",
    )  # fmt: skip


def test_a_suggestion_the_text_never_takes_up_is_unanswered() -> None:
    asked = (*ASKED, Suggestion("三、", "推广共享电动自行车集中充电设施"))
    draft = replace(DRAFT, proposal=replace(PROPOSAL, suggestions=asked))
    [finding] = check_reply(REPLY, draft)
    assert finding.message == "文中未见对第3条建议“推广共享电动自行车集中充电设施”的答复"


@pytest.mark.parametrize(
    ("answer", "rule"),
    [
        (Answer(ASKED[1], done="收悉。", disposition="留作参考"), "Q15"),
        (Answer(ASKED[1], done="已部分办理。", disposition="部分采纳"), "Q15"),
        (Answer(ASKED[1], next_step="公示标准。", disposition="列入计划"), "Q16"),
        (Answer(ASKED[1], next_step="2026年公示。", disposition="采纳"), "Q02"),
    ],
)
def test_disposition_and_words_agree(answer: Answer, rule: str) -> None:
    assert marks(REPLY, replace(DRAFT, answers=(ANSWERS[0], answer))) == [(rule, 8, "规范停车收费")]


def test_a_co_unit_never_named_is_missed() -> None:
    reply = with_line(0, "您提出的《关于改善停车秩序的提案》收悉，现答复如下：")
    reply = replace(reply, copies_to=("区政府办公室", "区政协提案委"))
    assert marks(reply) == [("T20", 5, "")]


def test_a_joint_reply_does_not_say_our_bureau() -> None:
    both = ("青岚区城市管理局", "青岚区财政局")
    reply = replace(REPLY, issuers=both, signatures=both)
    assert marks(reply) == [("T21", 9, "我局")]


def test_a_co_handling_opinion_goes_to_the_lead_unit() -> None:
    reply = replace(REPLY, form="co-handling", title="关于区政协十届三次会议第12号提案会办意见的函")
    draft = replace(DRAFT, proposal=replace(PROPOSAL, role="会办"))
    assert "T26" in {rule for rule, _, _ in marks(reply, draft)}


def test_a_form_that_is_no_letter_is_not_asked_for_a_date() -> None:
    table = Block("table", rows=(("编号", "12"), ("办理结果", "")))
    form = Reply("consultation", "document", "提案办理情况征询意见表", ("青岚区政府",), (table,))
    assert check_reply(form, DRAFT) == []


def test_switched_off_rules_are_silent() -> None:
    assert check_reply(replace(REPLY, date=None), DRAFT, Office(off=frozenset({"T23"}))) == []


def test_of_two_suggestions_worded_alike_only_the_one_without_an_answer_is_unanswered() -> None:
    asked = (Suggestion("一、", "规范停车收费"), Suggestion("二、", "规范停车收费"))
    block = Block("heading", "关于“规范停车收费”的建议", level=1, label="一、")
    body = (REPLY.body[0], block, REPLY.body[4], replace(block, label="二、"), REPLY.body[5])
    for empty in (0, 1):
        answers = [replace(ANSWERS[1], suggestion=one) for one in asked]
        answers[empty] = Answer(asked[empty])
        draft = Draft(replace(PROPOSAL, suggestions=asked), tuple(answers))
        reply = replace(REPLY, body=body)
        found = [one for one in check_reply(reply, draft) if one.rule == "Q01"]
        (line,) = {one.paragraph for one in found}
        assert [one.message for one in found] == [f"第{empty + 1}条建议“规范停车收费”尚未答复"]
        lines = [text for _, text in printed_lines(reply)]
        assert lines[line].startswith(asked[empty].label or "")
