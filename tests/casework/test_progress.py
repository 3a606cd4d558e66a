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
from drafting.answering.progress import joined
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


# ------------------------------------------------------------------ every way to say it

LOOKING_BACK = ("只讲以往工作",)


@pytest.mark.parametrize(
    ("done", "lacks"),
    [
        *((f"该路段{word}施划泊位。", ()) for word in (
            "尚不具备条件", "暂不", "不宜", "难以", "无法",
        )),
        *((f"{this}条建议已办结。", ()) for this in "本该此这"),
        *((f"本条建议{what}{already}{wholly}{settled}。", ())
          for what in ("", "所提", "反映的", "所提停车难问题")
          for already in ("已", "已经")
          for wholly in ("", "全部", "基本")
          for settled in ("办结", "落实", "解决", "实现", "完成", "采纳")),
        *((f"停车难问题{already}{wholly}{settled}。", ())
          for already in ("已", "已经")
          for wholly in ("全部", "基本")
          for settled in ("办结", "落实", "解决", "实现")),
        # Twelve characters lie between, in one sentence; else it is of something else.
        (f"本条建议{'甲' * 12}已办结。", ()),
        (f"本条建议{'甲' * 13}已办结。", LOOKING_BACK),
        ("本条建议收悉。已办结。", LOOKING_BACK),
        ("本条建议收悉；已办结。", LOOKING_BACK),
        ("本条建议收悉\n已办结。", LOOKING_BACK),
        ("停车难问题已解决。", LOOKING_BACK),
        ("泊位建设已全部完成。", LOOKING_BACK),
        ("每条建议已办结。", LOOKING_BACK),
    ],
)  # fmt: skip
def test_a_refusal_or_a_settled_suggestion_answers(done: str, lacks: tuple[str, ...]) -> None:
    assert shortfalls(replace(FULL, done=done)) == lacks


@pytest.mark.parametrize(
    ("answer", "lacks"),
    [
        # A reason alone answers; spaces are nothing.
        (Answer(ASKED[0], reason="规划不允许。", disposition="留作参考"), ()),
        (Answer(ASKED[0], next_step=" \n", reason=" ", disposition="采纳"), ("未答",)),
        (replace(FULL, done="已建3处。", next_step=" ", reason=" "), LOOKING_BACK),
        (replace(FULL, disposition="留作参考", reason=" \n"), ("未采纳缺理由",)),
        (replace(FULL, disposition="列入计划"), ()),
        (replace(FULL, disposition=None), ("未定采纳情况",)),
        (
            Answer(ASKED[0], done="【待核实：甲】【】", disposition="部分采纳"),
            ("待核实 2", "未采纳缺理由", "只讲以往工作"),
        ),
    ],
)
def test_everything_that_an_answer_lacks_is_said_in_order(
    answer: Answer, lacks: tuple[str, ...]
) -> None:
    assert shortfalls(answer) == lacks


def test_what_needs_a_reason_is_told_by_the_profile() -> None:
    planned = replace(FULL, disposition="列入计划")
    assert shortfalls(planned, ("列入计划",)) == ("未采纳缺理由",)
    assert shortfalls(replace(FULL, disposition="留作参考"), ()) == ()


@pytest.mark.parametrize("field", ["done", "next_step", "next_unit", "next_date", "reason"])
def test_a_mark_in_any_field_is_pending(field: str) -> None:
    marked = replace(FULL, **{field: "甲【待核实：乙】丙【 】"})
    assert pending_marks(marked) == ["【待核实：乙】", "【 】"]
    assert answer_state(marked) == "partial"


def test_progress_counts_whole_answers_only() -> None:
    answers = (
        FULL,
        replace(FULL, suggestion=ASKED[1], next_unit="【待核实：单位】"),
        Answer(ASKED[2]),
    )
    draft = Draft(Proposal(suggestions=ASKED[:3]), answers)
    assert progress(draft) == Progress(answered=1, total=3, pending=1)
    assert progress(Draft(Proposal())) == Progress() == Progress(0, 0, 0)


# ------------------------------------------------------------------ the corrected list


def ids(draft: Draft) -> list[str]:
    return [one.id for one in draft.proposal.suggestions]


def test_ids_go_with_their_answers_and_a_new_suggestion_gets_one_that_was_never_there() -> None:
    draft = aligned(
        Draft(Proposal(suggestions=ASKED), tuple(Answer(s, done=s.text) for s in ASKED))
    )
    a, b, c, d = ids(draft)
    # The second and first joined; one that is new, worded as the third that goes; the fourth.
    new = (Suggestion(None, "合并"), ASKED[2], ASKED[3])
    moved = realign(draft, Proposal(suggestions=new), [[b, a, "没有"], [], [d]])
    assert [one.done for one in moved.answers] == ["建议1\n建议0", "", "建议3"]
    assert ids(moved)[0] == b and ids(moved)[2] == d
    assert ids(moved)[1] not in {a, b, c, d, ""}
    assert [one.suggestion for one in moved.answers] == list(moved.proposal.suggestions)
    assert [one.text for one in moved.proposal.suggestions] == ["合并", "建议2", "建议3"]


def test_of_two_suggestions_made_from_one_the_first_has_its_answer() -> None:
    draft = aligned(Draft(Proposal(suggestions=ASKED[:1]), (FULL,)))
    (known,) = ids(draft)
    halves = (Suggestion(None, "前一半"), Suggestion(None, "后一半"))
    parted = realign(draft, Proposal(suggestions=halves), [[known], [known]])
    first, second = parted.answers
    assert (first.done, first.disposition, first.suggestion.id) == (FULL.done, "采纳", known)
    assert second == Answer(parted.proposal.suggestions[1])
    assert second.suggestion.id != known
    with pytest.raises(ValueError, match=r"shorter|longer"):
        realign(draft, Proposal(suggestions=halves), [[known]])


def test_three_joined_answers_keep_what_each_says() -> None:
    other = Evidence(Passage(2, "b", Kind.POLICY, "t", "y"), "y")
    parts = [
        Answer(ASKED[0], "甲", "子", "城管局", "年底", "采纳", "", (SOURCE,)),
        Answer(ASKED[1], "甲", "丑", "住建局", "", "采纳", "因为"),
        Answer(ASKED[2], "乙", "", "", "六月", "采纳", "所以", (other,)),
    ]
    assert joined(parts) == Answer(
        *(ASKED[0], "甲\n乙", "子\n丑", "城管局、住建局", "年底、六月", "采纳", "因为\n所以"),
        (SOURCE, other),
    )
    assert joined(parts[:1]) is parts[0]
