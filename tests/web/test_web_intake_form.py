from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_fakes import PROPOSAL, Browser

from casework import Casework
from drafting.model import Proposal, Proposer, Suggestion
from web.case_pages.confirming.intake_form import IntakeForm, Row, act, of_proposal, to_proposal

ROWS = (Row("甲", origins=("a",)), Row("乙", "说明", "2.", ("b",)), Row("丙", origins=("c",)))
FORM = replace(of_proposal(Proposal()), rows=ROWS)


def texts(form: IntakeForm) -> list[str]:
    return [row.text for row in form.rows]


@pytest.mark.parametrize(
    ("action", "after"),
    [
        ("add", ["甲", "乙", "丙", ""]),
        ("up:1", ["乙", "甲", "丙"]),
        ("down:1", ["甲", "丙", "乙"]),
        ("up:0", ["甲", "乙", "丙"]),
        ("down:2", ["甲", "乙", "丙"]),
        ("delete:1", ["甲", "丙"]),
        ("merge:0", ["甲；乙", "丙"]),
        ("merge:2", ["甲", "乙", "丙"]),
        ("up:99", ["甲", "乙", "丙"]),
        ("up:-1", ["甲", "乙", "丙"]),
        ("up:", ["甲", "乙", "丙"]),
        ("nothing:1", ["甲", "乙", "丙"]),
        ("stay", ["甲", "乙", "丙"]),
    ],
)
def test_the_buttons_correct_the_list(action: str, after: list[str]) -> None:
    assert texts(act(FORM, action)) == after


def test_merging_keeps_explanations_and_origins() -> None:
    assert act(FORM, "merge:1").rows[1] == Row("乙；丙", "说明", "2.", ("b", "c"))


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("增加泊位\n规范收费", ["增加泊位", "规范收费"]),
        ("增加泊位；规范收费；错时开放。", ["增加泊位", "规范收费；错时开放"]),
        ("增加泊位。规范收费", ["增加泊位", "规范收费"]),
    ],
)
def test_splitting_at_a_break_or_after_a_sentence(text: str, after: list[str]) -> None:
    form = replace(FORM, rows=(Row(text, "说明", "1.", ("a",)),))
    parted = act(form, "split:0")
    assert texts(parted) == after
    assert parted.rows[0].origins == ("a",) and parted.rows[1].origins == ()


@pytest.mark.parametrize("text", ["增加泊位", "增加泊位。", "", "\n"])
def test_what_cannot_be_split_stays_and_says_how(text: str) -> None:
    form = replace(FORM, rows=(Row(text),))
    after = act(form, "split:0")
    assert after.rows == form.rows
    assert after.errors == {"s0": "请先把光标放在要拆开的地方（或按回车键换行），再点“拆分”。"}


@given(
    st.lists(
        st.builds(
            "{}:{}".format,
            st.sampled_from(["up", "down", "delete", "merge", "split", "add"]),
            st.integers(0, 4),
        ),
        max_size=12,
    )
)
def test_no_sequence_of_buttons_loses_a_text_but_delete(actions: list[str]) -> None:
    form = FORM
    for action in actions:
        before = len(form.rows)
        form = act(form, action)
        if not action.startswith("delete"):
            assert abs(len(form.rows) - before) <= 1
    if not any(action.startswith("delete") for action in actions):
        whole = "".join(texts(form))
        assert all(text in whole for text in "甲乙丙")


def test_what_is_shown_means_what_was_stored() -> None:
    proposal = Proposal(
        matter="建议",
        session="区十八届人大四次会议",
        item_no="031",
        subject="关于增设公交线路的建议",
        proposers=(Proposer("顾言之", "代表"), Proposer("区工商联", "团体")),
        role="会办",
        handling_unit="区交通运输局",
        co_units=("区城市管理局", "区财政局"),
        suggestions=(Suggestion("1.", "增设线路", "理由"), Suggestion(None, "加密班次")),
        text="全文",
    )
    again, form = to_proposal(of_proposal(proposal), proposal)
    assert form.errors == {}
    assert again == proposal


def test_numbers_and_subjects_lose_their_dress() -> None:
    fields = {**FORM.fields, "item_no": "第 012 号", "subject": "《关于停车的提案》"}
    proposal, _ = to_proposal(replace(FORM, fields=fields), Proposal())
    assert (proposal.item_no, proposal.subject) == ("012", "关于停车的提案")


def test_each_mistake_is_said_at_its_field() -> None:
    fields = {
        **FORM.fields,
        "session": "长" * 61,
        "assigned": "三月",
        "due": "2026-01-01",
        "matter": "别的",
    }
    rows = (Row("", "只有说明"), Row("长" * 2001), Row(""), Row("好"))
    proposal, form = to_proposal(replace(FORM, fields=fields, rows=rows), Proposal())
    assert form.errors == {
        "session": "届次不能超过60个字。",
        "assigned": "交办日期请写成 2026-03-15 或 2026年3月15日。",
        "s0": "这条只有说明，请写出建议本身，或者删除这一条。",
        "s1": "一条建议不能超过2000字，请拆分，或把理由移到说明里。",
    }
    assert proposal.matter == "提案"
    assert form.rows == (rows[0], rows[1], rows[3])


def test_a_due_date_before_the_day_of_assignment_is_refused() -> None:
    fields = {**FORM.fields, "assigned": "2026-03-02", "due": "2026-03-01"}
    _, form = to_proposal(replace(FORM, fields=fields), Proposal())
    assert form.errors == {"due": "办理期限早于交办日期，请核对。"}


@pytest.mark.parametrize("count", [0, 101])
def test_there_is_at_least_one_suggestion_and_a_limit(count: int) -> None:
    form = replace(FORM, rows=tuple(Row(f"建议{n}") for n in range(count)))
    _, checked = to_proposal(form, Proposal())
    assert list(checked.errors) == ["suggestions"]


@pytest.mark.parametrize(
    ("handling", "co_units", "said"),
    [
        ("区城管局", (), ""),
        ("青岚区城市管理局", ("区财政局",), ""),
        ("", (), ""),
        (
            "区交通运输局",
            (),
            "与答复单位（青岚区城市管理局）不是同一单位，请核对“本单位角色”和“答复单位”。",
        ),
        (
            "区交通运输局",
            ("区城市管理局", "区财政局"),
            "青岚区城市管理局在会办单位之列，请核对“本单位角色”。",
        ),
    ],
)
def test_a_proposal_for_another_unit_is_pointed_out(
    browser: Browser, casework: Casework, handling: str, co_units: tuple[str, ...], said: str
) -> None:
    proposal = replace(PROPOSAL, handling_unit=handling or None, co_units=co_units)
    number = casework.create_matter(proposal, "default")
    page = browser.get(f"/matters/{number}/intake").text
    hint = re.search(r'<p class="hint" id="e-handling_unit">([^<]*)</p>', page)
    assert (hint[1] if hint else "") == said
