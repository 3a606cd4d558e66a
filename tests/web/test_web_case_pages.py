"""The parts of 核对: marks in the original, undo, proposers as rows, what the reading offers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake_fakes import ASKING, DOUBTS, FIELDS, FOUR, LEFT, PROPOSAL, SURE, TEXT, UNSURE, place

from drafting.intake.nouns import FieldReading, Intake, Place
from drafting.model import Proposal, Proposer
from web.case_pages.confirming import offers, original, proposers, undoing
from web.case_pages.confirming.forms import IntakeForm, ProposerRow, Row, Step
from web.case_pages.confirming.intake_form import Sent, act, of_proposal, to_proposal
from web.case_pages.confirming.original import OriginalLine, Stretch
from web.case_pages.confirming.states import State, counts, states

# ------------------------------------------------------------------ the original


def test_a_line_is_cut_where_something_was_read() -> None:
    marks = {"f-item_no": Place(1, 3), "s1": Place(5, 9), "s2": Place(7, 12)}
    assert original.lines("第12号\n甲乙丙丁\n戊己庚", marks) == [
        OriginalLine(0, (Stretch("第"), Stretch("12", (), ("f-item_no",)), Stretch("号"))),
        OriginalLine(5, (Stretch("甲乙", (1,), ("s1",)), Stretch("丙丁", (1, 2), ("s2",)))),
        OriginalLine(10, (Stretch("戊己", (2,)), Stretch("庚"))),
    ]


def test_marks_outside_the_text_are_left_out_and_rare_characters_count_once() -> None:
    marks = {"s1": Place(1, 2), "s2": Place(3, 3), "s3": Place(2, 99), "s4": Place(9, 4)}
    assert original.lines("𠮷㛃x", marks) == [
        OriginalLine(0, (Stretch("𠮷"), Stretch("㛃", (1,), ("s1",)), Stretch("x")))
    ]


@given(
    st.text("甲乙\n", max_size=30),
    st.lists(st.tuples(st.integers(0, 32), st.integers(0, 32)), max_size=6),
)
def test_cutting_loses_no_character(text: str, spans: list[tuple[int, int]]) -> None:
    marks = {f"s{n}": Place(*span) for n, span in enumerate(spans, 1)}
    lines = original.lines(text, marks)
    assert "\n".join("".join(one.text for one in line.stretches) for line in lines) == text
    for line in lines:
        at = line.start
        for one in line.stretches:
            for offset in range(at, at + len(one.text)):
                over = [
                    n
                    for n, (start, end) in enumerate(spans, 1)
                    if start <= offset < end <= len(text)
                ]
                assert list(one.numbers) == over
            at += len(one.text)


def test_a_row_is_found_by_its_words_where_no_place_was_kept() -> None:
    rows = original.with_places(of_proposal(PROPOSAL).rows, TEXT, {})
    assert [row.place for row in rows] == list(FOUR.places)
    no_label = original.with_places((Row("开放机关大院"), Row("停车难", label="9.")), TEXT, {})
    assert [row.place for row in no_label] == [place("开放机关大院"), place("停车难")]
    assert original.with_places((Row("原文没有的话"),), TEXT, {})[0].place is None


# ------------------------------------------------------------------ states


def test_a_field_that_was_changed_no_longer_counts_as_read() -> None:
    form = of_proposal(UNSURE.proposal)
    shown = states(form, UNSURE)
    assert shown["subject"] == State(
        "读出", "读出", str(PROPOSAL.subject), "", place(TEXT[:14]), needed=True
    )
    assert shown["matter"].why == "见标题" and shown["proposers"].was == "路遥岑、井和平、蔺若溪"
    assert counts(shown) == [("读出", 6), ("推测", 2), ("没有读到", 1)]
    other = replace(form, fields={**form.fields, "session": "", "due": "2027-02-01"})
    assert counts(states(other, UNSURE)) == [("读出", 5), ("推测", 2), ("已改", 2)]
    assert states(form, None) == {}
    few = Intake(PROPOSAL, {"key": FieldReading(), "overseer": FieldReading("读出")})
    assert counts(states(form, few)) == [("读出", 1)]
    strange = Intake(PROPOSAL, {**FIELDS, "text": FieldReading("读出")})
    assert "text" not in states(form, strange)


# ------------------------------------------------------------------ undo


ROWS = (Row("甲", id=0), Row("乙", "说明", "2.", (1,), Place(3, 9), 1), Row("丙", id=2))
FORM = IntakeForm(of_proposal(Proposal()).fields, ROWS, (ProposerRow("路遥岑", "委员", id=0),))


@pytest.mark.parametrize("action", ["delete:1", "up:1", "down:0", "merge:0", "p-delete:0"])
def test_each_action_says_what_it_was_and_is_undone(action: str) -> None:
    after = act(FORM, action)
    assert (after.rows, after.proposers) != (FORM.rows, FORM.proposers)
    assert after.steps[-1].what
    again = act(after, "undo")
    assert (again.rows, again.proposers, again.steps) == (FORM.rows, FORM.proposers, ())
    assert [row.id for row in again.rows] == [0, 1, 2]


def test_what_was_typed_since_stays_typed() -> None:
    after = act(FORM, "delete:1")
    typed = replace(after, rows=(replace(after.rows[0], text="甲改过"), after.rows[1]))
    longer = act(typed, "add")
    longer = replace(longer, rows=(*longer.rows[:2], replace(longer.rows[2], text="后加的")))
    assert [row.text for row in act(longer, "undo").rows] == ["甲改过", "乙", "丙", "后加的"]


def test_an_id_is_never_given_twice() -> None:
    form = act(act(FORM, "delete:2"), "add")
    assert form.rows[-1].id not in {0, 1, 2}
    assert [row.text for row in act(form, "undo").rows] == ["甲", "乙"]
    assert [row.text for row in act(act(form, "undo"), "undo").rows] == ["甲", "乙", "丙"]


def test_an_empty_row_is_undone_unless_it_was_filled() -> None:
    added = act(act(FORM, "up:1"), "p-add")
    assert (added.steps[-1].what, len(added.proposers)) == ("添加一位", 2)
    assert act(added, "undo").proposers == FORM.proposers
    filled = replace(added, proposers=(*FORM.proposers, replace(added.proposers[1], name="柏青")))
    back = act(filled, "undo")
    assert [row.name for row in back.proposers] == ["路遥岑", "柏青"]
    assert (back.rows, back.steps) == (FORM.rows, ())


ACTIONS = st.builds(
    "{}:{}".format,
    st.sampled_from(
        ["up", "down", "delete", "merge", "split", "take", "drop", "other", "p-up", "add"]
    ),
    st.integers(0, 4),
)


@given(st.lists(ACTIONS, max_size=10))
def test_undoing_everything_leads_back_to_the_beginning(actions: list[str]) -> None:
    begin = undoing.numbered(of_proposal(PROPOSAL))
    form, sent = begin, Sent(TEXT, UNSURE)
    for action in actions:
        form = act(form, action, sent)
        # As the page carries them.
        form = replace(form, errors={}, steps=undoing.unpacked(undoing.packed(form.steps)))
    while form.steps:
        form = act(form, "undo")
    assert (form.rows, form.proposers) == (begin.rows, begin.proposers)
    assert (form.settled, form.listing) == ((), 0)


@pytest.mark.parametrize("text", ["", "[", "{}", '[{"what": 3}]', "[" * 5000, '["x"]', "null"])
def test_steps_that_are_none_of_ours_count_as_none(text: str) -> None:
    assert undoing.unpacked(text) == ()


def test_only_so_many_steps_are_kept() -> None:
    form = FORM
    for _ in range(30):
        form = act(form, "down:0")
    assert len(form.steps) == undoing.STEPS_MOST
    long = [Step("删除", (Row("长" * 150_000, id=n),)) for n in range(4)]
    kept = undoing.unpacked(undoing.packed(long))
    assert kept == tuple(long[2:])


# ------------------------------------------------------------------ proposers


def test_everything_that_is_known_of_a_proposer_is_kept() -> None:
    proposal = replace(
        PROPOSAL,
        key=True,
        overseer="区政协副主席 沈知秋",
        merged=("31", "032"),
        proposers=(
            *PROPOSAL.proposers,
            Proposer("区工商联", "团体", "附议", delegation="第三代表团", address="文庙街9号"),
        ),
    )
    again, form = to_proposal(of_proposal(proposal), proposal)
    assert form.errors == {}
    assert again == proposal


def test_a_list_of_names_becomes_rows_and_none_is_taken_twice() -> None:
    rows = (ProposerRow("路遥岑", "委员", "领衔", "经济界"), ProposerRow("", "委员", "联名"))
    found = proposers.with_names(rows, "井和平、路遥岑\n民盟青岚区委员会，区工商联", "提案")
    assert found == (
        rows[0],
        ProposerRow("井和平", "委员", "联名"),
        ProposerRow("民盟青岚区委员会", "党派", "联名"),
        ProposerRow("区工商联", "团体", "联名"),
    )
    assert proposers.with_names((), "柏青", "建议") == (ProposerRow("柏青", "代表", "领衔"),)


def test_names_pasted_and_not_yet_taken_in_are_not_lost() -> None:
    proposal, form = to_proposal(of_proposal(PROPOSAL), PROPOSAL, "柏青\n井和平")
    assert [one.name for one in proposal.proposers] == ["路遥岑", "井和平", "蔺若溪", "柏青"]
    assert proposal.proposers[0] == PROPOSAL.proposers[0]
    assert form.proposers[-1] == ProposerRow("柏青", "委员", "联名")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (ProposerRow("", phone="0000-1"), "第1位提案者没有写姓名或名称，请补上，或者删除这一行。"),
        (ProposerRow("长" * 61), "提案者请每行写一位，每位不超过60个字。"),
        (ProposerRow("柏青", address="长" * 201), "界别、代表团、电话、地址各不能超过200个字。"),
    ],
)
def test_what_is_wrong_with_a_proposer_is_said_at_its_row(row: ProposerRow, said: str) -> None:
    _, form = to_proposal(replace(of_proposal(PROPOSAL), proposers=(row,)), PROPOSAL)
    assert form.errors == {"p0": said}


def test_more_proposers_than_any_proposal_has_are_refused() -> None:
    rows = tuple(ProposerRow(f"委员{n}") for n in range(201))
    assert proposers.mistakes(rows) == {"proposers": "提案者不能超过200位。"}


# ------------------------------------------------------------------ what the reading offers


def texts(form: IntakeForm) -> list[str]:
    return [row.text for row in form.rows]


def read(reading: Intake = UNSURE) -> IntakeForm:
    form = of_proposal(reading.proposal)
    known = offers.known_places(reading)
    return replace(form, rows=original.with_places(form.rows, TEXT, known))


def test_a_sentence_left_out_comes_in_at_its_place_in_the_text() -> None:
    sent = Sent(TEXT, UNSURE)
    form = act(read(), "take:0", sent)
    assert texts(form)[2:] == ["清理私占泊位", "同时要加强巡查，防止清理后反弹", "建设智慧停车平台"]
    # The cursor goes on to the next sentence, and at the end to where the last one went.
    assert (form.focus, form.settled) == ("l1", (0,))
    assert act(form, "take:1", sent).focus == "s4"
    assert [number for number, _ in offers.notice(form, UNSURE).left_out] == [1]
    dropped = act(form, "drop:1", sent)
    assert dropped.focus == "suggestions"
    assert texts(dropped) == texts(form)
    assert offers.notice(dropped, UNSURE).left_out == []
    assert offers.notice(act(dropped, "undo"), UNSURE).left_out == [(1, LEFT[1])]


def test_ticked_sentences_make_the_list_of_a_text_without_numbers() -> None:
    empty = replace(of_proposal(PROPOSAL), rows=(Row(),))
    form = act(empty, "ticked", Sent(TEXT, UNSURE, ticked=(1, 0, 7)))
    assert texts(form) == ["同时要加强巡查，防止清理后反弹", "希望区财政对开放泊位的单位给予补助"]


def test_another_reading_takes_the_place_of_the_list_and_can_be_taken_back() -> None:
    sent = Sent(TEXT, UNSURE)
    form = act(read(), "other:1", sent)
    assert texts(form) == [one.text for one in ASKING.suggestions]
    assert [row.place for row in form.rows] == list(ASKING.places)
    # The answer to （二） goes on with the sentence that stands in it.
    assert [row.origins for row in form.rows] == [(FOUR.suggestions[1].key,), (), ()]
    told = offers.notice(form, UNSURE)
    assert (told.left_out, told.others) == ([], [(0, FOUR)])
    assert texts(act(form, "other:0", sent)) == texts(read())
    assert texts(act(form, "undo")) == texts(read())


@pytest.mark.parametrize("action", ["take:9", "drop:9", "other:9", "take:0", "other:0", "nothing"])
def test_what_the_reading_does_not_offer_changes_nothing(action: str) -> None:
    form = undoing.numbered(read(SURE))
    after = act(form, action, Sent(TEXT, SURE))
    assert (after.rows, after.settled, after.steps) == (form.rows, (), ())


def test_a_sure_list_has_no_notice() -> None:
    assert offers.notice(read(SURE), SURE) == offers.Notice((), [], [])
    assert offers.notice(read(), None) == offers.Notice()
    told = offers.notice(read(), UNSURE)
    assert told == offers.Notice(DOUBTS, list(enumerate(LEFT)), [(1, ASKING)])


@pytest.mark.parametrize(
    ("words", "row"),
    [
        ("（二）加密班次。早晚各加两班。", Row("加密班次", "早晚各加两班。", "（二）")),
        ("3.加密班次", Row("加密班次", "", "3.")),
        ("加密班次\n早晚各加两班。", Row("加密班次", "早晚各加两班。")),
        ("建议加密班次。", Row("建议加密班次")),
        ("甲" * 41 + "。乙。", Row("甲" * 41 + "。乙")),
        ("一、", Row("一、")),
        ("", Row("")),
    ],
)
def test_selected_words_are_taken_apart(words: str, row: Row) -> None:
    assert offers.row_of_words(words, None) == row


def test_words_come_in_where_they_stand() -> None:
    sent = Sent(TEXT, SURE, "要加强巡查", place("要加强巡查"))
    form = act(read(SURE), "insert", sent)
    assert texts(form)[3] == "要加强巡查" and form.focus == "s3"
    first = act(form, "insert", replace(sent, words="停车尤其困难", place=place("停车尤其困难")))
    assert first.focus == "s0"
    typed = replace(read(SURE), rows=(Row("手写的一条"),))
    assert texts(act(typed, "insert", sent)) == ["手写的一条", "要加强巡查"]
    nothing = act(typed, "insert", Sent(TEXT))
    assert texts(nothing) == ["手写的一条"] and "suggestions" in nothing.errors


def test_the_parts_of_a_split_suggestion_have_their_own_places() -> None:
    row = Row("开放机关大院。可以借鉴邻区做法", origins=("a",), place=FOUR.places[0])
    form = act(replace(read(), rows=(row,)), "split:0", Sent(TEXT))
    assert [TEXT[r.place.start : r.place.end] for r in form.rows if r.place] == texts(form)
    joined = act(form, "merge:0")
    assert joined.rows[0].place == place("开放机关大院。可以借鉴邻区做法")
