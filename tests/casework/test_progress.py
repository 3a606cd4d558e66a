from __future__ import annotations

from dataclasses import replace

import pytest

from casework import (
    Progress,
    aligned,
    answer_state,
    pending_marks,
    progress,
    realign,
    shortfalls,
)
from drafting.model import Answer, Draft, Evidence, Kind, Passage, Proposal, Suggestion

ASKED = tuple(Suggestion(None, f"建议{n}") for n in range(4))
FULL = Answer(ASKED[0], done="本条建议已办结。", disposition="采纳")
SOURCE = Evidence(Passage(1, "a", Kind.REPLY, "t", "x"), "x")


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Answer(ASKED[0]), "open"),
        (Answer(ASKED[0], done=" \n "), "open"),
        (Answer(ASKED[0], disposition="采纳"), "open"),
        (Answer(ASKED[0], done="已办。"), "partial"),
        (FULL, "done"),
        (Answer(ASKED[0], next_step="将办。", disposition="列入计划"), "done"),
        (replace(FULL, next_date="【待核实：时限】"), "partial"),
        (replace(FULL, disposition="留作参考"), "partial"),
        (replace(FULL, disposition="留作参考", reason="规划不允许。"), "done"),
    ],
)
def test_the_state_of_an_answer(answer: Answer, state: str) -> None:
    assert answer_state(answer) == state


@pytest.mark.parametrize(
    ("answer", "lacks"),
    [
        (Answer(ASKED[0]), ("未答",)),
        (FULL, ()),
        (replace(FULL, done="已新建泊位320个，成效明显。"), ("只讲以往工作",)),
        (replace(FULL, done="已将3个小区纳入改造计划。"), ("只讲以往工作",)),
        (replace(FULL, done="已建3处。我局将继续增加泊位。"), ()),
        (replace(FULL, done="已建3处，2026年底前再建2处。"), ()),
        (replace(FULL, done="已建3处。", next_step="再建2处。"), ()),
        (replace(FULL, disposition="留作参考"), ("未采纳缺理由",)),
        (replace(FULL, disposition="部分采纳"), ("未采纳缺理由",)),
        (replace(FULL, disposition="部分采纳", reason="用地紧张。"), ()),
        (
            Answer(ASKED[0], done="已建【待核实：数量】处。"),
            ("待核实 1", "只讲以往工作", "未定采纳情况"),
        ),
    ],
)
def test_what_an_answer_lacks_is_said_in_words(answer: Answer, lacks: tuple[str, ...]) -> None:
    assert shortfalls(answer) == lacks


def test_marks_are_counted_in_every_field() -> None:
    answer = Answer(
        ASKED[0], "【待核实：甲】和【待核实：乙】", "【待核实：丙】", "【待核实：丁】", "", "采纳"
    )
    assert len(pending_marks(answer)) == 4
    draft = Draft(Proposal(suggestions=ASKED[:2]), (answer, replace(FULL, suggestion=ASKED[1])))
    assert progress(draft) == Progress(answered=1, total=2, pending=4)


def test_a_draft_without_answers_gets_empty_ones_in_order() -> None:
    draft = Draft(Proposal(suggestions=ASKED[:3]), (Answer(ASKED[2], "丙"), Answer(ASKED[0], "甲")))
    assert aligned(draft).answers == (
        Answer(ASKED[0], "甲"),
        Answer(ASKED[1]),
        Answer(ASKED[2], "丙"),
    )


def test_two_suggestions_alike_keep_their_own_answers() -> None:
    same = Suggestion(None, "同一句话")
    answers = (Answer(same, "一"), Answer(same, "二"))
    draft = Draft(Proposal(suggestions=(same, same)), answers)
    assert aligned(draft).answers == answers


def test_answers_follow_their_suggestions_when_the_list_is_corrected() -> None:
    draft = Draft(
        Proposal(suggestions=ASKED), tuple(Answer(s, done=f"答{n}") for n, s in enumerate(ASKED))
    )
    new = (Suggestion(None, "改写的建议2"), Suggestion(None, "新增"), ASKED[0])
    corrected = replace(draft.proposal, suggestions=new)
    assert realign(draft, corrected, [[ASKED[2].key], [], [ASKED[0].key]]) == Draft(
        corrected, (Answer(new[0], done="答2"), Answer(new[1]), Answer(new[2], done="答0"))
    )


def test_merged_suggestions_keep_both_answers() -> None:
    first = Answer(ASKED[0], "甲", "子", "", "年底", "采纳", "", (SOURCE,))
    second = Answer(ASKED[1], "乙", "", "城管局", "", "留作参考", "因为", (SOURCE,))
    draft = Draft(Proposal(suggestions=ASKED[:2]), (first, second))
    both = Suggestion(None, "建议0；建议1")
    merged = realign(draft, Proposal(suggestions=(both,)), [[ASKED[0].key, ASKED[1].key]])
    assert merged.answers == (
        Answer(both, "甲\n乙", "子", "城管局", "年底", None, "因为", (SOURCE, SOURCE)),
    )
