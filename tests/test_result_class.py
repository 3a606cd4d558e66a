"""办理结果类别: proposed by dispositions and by what is promised."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.answering.result_class import propose_class
from drafting.assembly import assemble
from drafting.model import Answer, Disposition, Draft, Proposal, Suggestion
from drafting.profile import load_profile

DEFAULT = load_profile("default")
MADE = dt.date(2026, 5, 18)
ASKED = Suggestion(None, "增加停车泊位")
DONE = Answer(ASKED, "已新建泊位3处。", "", "", "", "采纳")


def proposed(*answers: Answer) -> tuple[str | None, str]:
    found = propose_class(DEFAULT, answers, MADE)
    return found.code, found.told


def test_work_done_and_no_more_is_solved() -> None:
    assert proposed(DONE) == ("A", "")
    assert proposed(replace(DONE, next_step="年底前再建2处。", next_date="2026年12月底前")) == (
        "A",
        "",
    )


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"next_date": "2027年6月底前"}, "建议1的完成时限是2027年6月底前，按“列入计划”计。"),
        ({"next_step": "明年再建2处。"}, "建议1的完成时限是明年，按“列入计划”计。"),
        ({"next_step": "3月底前再建2处。"}, "建议1的完成时限是3月底前，按“列入计划”计。"),
        (
            {"next_step": "“十五五”期间再建10处。"},
            "建议1的完成时限是“十五五”期间，按“列入计划”计。",
        ),
        ({"done": "已建成3处。二期将于2027年建成。"}, "建议1的完成时限是2027年，按“列入计划”计。"),
        (
            {"done": "", "next_step": "新建泊位2处。"},
            "建议1只有打算，没有已开展的工作，按“列入计划”计。",
        ),
        (
            {"done": "【待核实：已开展的工作】", "next_step": "新建泊位2处。"},
            "建议1只有打算，没有已开展的工作，按“列入计划”计。",
        ),
    ],
)
def test_work_to_come_is_planned_and_it_is_said_why(changes: dict[str, str], why: str) -> None:
    assert proposed(replace(DONE, **changes)) == ("B", why)  # type: ignore[arg-type]
    # One such answer among many is enough.
    assert proposed(DONE, DONE, replace(DONE, **changes))[0] == "B"  # type: ignore[arg-type]


def test_many_reasons_are_cut_short() -> None:
    later = replace(DONE, next_date="2027年")
    assert proposed(*[later] * 5)[1].endswith("；另有3条。")


def test_the_profile_decides_what_planned_is_called() -> None:
    assert proposed(replace(DONE, disposition=None)) == (None, "")
    assert proposed(replace(DONE, disposition="留作参考", next_date="2027年")) == ("C", "")


def test_the_paper_prints_what_is_proposed() -> None:
    later = replace(DONE, next_step="再建2处。", next_date="2027年6月底前")
    draft = Draft(Proposal(suggestions=(ASKED,)), (later,), date=MADE, disclosure="主动公开")
    assert assemble(draft, DEFAULT).result_label == "办理结果类别：B"
    # By the time that the term's year has come, the same words are of this year.
    then = replace(draft, date=dt.date(2027, 1, 4))
    assert assemble(then, DEFAULT).result_label == "办理结果类别：A"
    chosen = replace(draft, class_code="A")
    assert assemble(chosen, DEFAULT).result_label == "办理结果类别：A"


@given(
    st.lists(st.sampled_from(["采纳", "部分采纳", "列入计划", "留作参考"]), min_size=1, max_size=6),
    st.integers(2027, 2040),
)
def test_nothing_due_in_a_year_to_come_is_ever_solved(
    dispositions: list[Disposition], year: int
) -> None:
    answers = [replace(DONE, disposition=one) for one in dispositions]
    late = replace(DONE, next_step="继续推进。", next_date=f"{year}年底前")
    assert proposed(*answers, late)[0] != "A"
