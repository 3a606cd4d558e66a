"""征求会办意见函: to whom, about which suggestions, until when."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from assembly_cases import AWAITING_DRAFT, BARE_DRAFT, PARKING, PARKING_DRAFT, TODAY
from hypothesis import given
from hypothesis import strategies as st
from laws import tried

from drafting.assembly import assemble, form_notes
from drafting.assembly.requesting import concerned
from drafting.errors import UserError
from drafting.model import Attachment, Draft, OpinionState, Reply
from drafting.profile import load_profile
from drafting.writing.bundle import make_letters

DEFAULT = load_profile("default")
NUMBERS = ("第一条", "第二条", "第三条", "第四条")


def letter(draft: Draft, *to: str) -> Reply:
    return assemble(draft, DEFAULT, form="opinion-request", today=TODAY, to=to)


def asked_about(reply: Reply) -> list[str]:
    return [block.text[:3] for block in reply.body if block.text.startswith("第")]


def test_a_letter_to_one_unit_holds_what_concerns_it_alone() -> None:
    reply = letter(AWAITING_DRAFT, "区公安分局")
    assert [block.text for block in reply.body] == [
        "普绍平委员提出的《关于加强老城区停车管理的提案》（区政协十届五次会议第031号）由我局主办、"
        "贵局会办。现就其中与贵局职责有关的下列建议征求意见：",
        "第二条：建议规范路内停车收费；公开收费标准。",
        "第四条：对占用消防通道的“僵尸车”集中清理。",
        "请贵局逐条写明工作情况、下一步打算和完成时限，不宜采纳的说明理由，加盖公章后于2026年10月9日"
        "前反馈我局。",
        "特此函达，请予支持。",
    ]
    assert (reply.salutation, reply.date, reply.signer) == ("区公安分局", dt.date(2026, 9, 1), None)
    assert reply.attachments == (Attachment("区政协十届五次会议第031号提案复印件", enclosed=True),)
    # The reply's own number is not the letter's.
    numbered = letter(replace(AWAITING_DRAFT, doc_no="青城管函〔2026〕31号"), "区公安分局")
    assert numbered.doc_no == "青城管函〔2026〕【待核实：编号】号"


def test_who_is_responsible_is_asked_where_nobody_chose() -> None:
    answers = tuple(
        replace(one, next_unit=unit)
        for one, unit in zip(
            PARKING_DRAFT.answers, ("青岚区公安分局", "区住建局、区公安分局", ""), strict=True
        )
    )
    draft = replace(AWAITING_DRAFT, answers=answers, co_opinions=())
    assert concerned(draft, "区公安分局") == (0, 1)
    assert concerned(draft, "区住建局") == (1,)
    assert concerned(draft, "区财政局") == (0, 1, 2, 3)
    # What was chosen of a suggestion that is no more there tells nothing.
    gone = OpinionState("区住建局", about=("早已删去的建议",))
    assert concerned(replace(draft, co_opinions=(gone,)), "区住建局") == (1,)


@given(
    st.lists(
        st.tuples(st.text("甲乙丙丁和", min_size=1, max_size=60), st.sets(st.integers(0, 3))),
        max_size=6,
    )
)
@tried(60)
def test_each_suggestion_goes_to_those_whom_it_concerns(
    shares: list[tuple[str, set[int]]],
) -> None:
    units = [f"{name}局" for name, _ in shares]
    texts = [one.text for one in PARKING.suggestions]
    states = tuple(
        OpinionState(unit, about=tuple(texts[n] for n in sorted(places)))
        for unit, (_, places) in zip(units, shares, strict=True)
    )
    draft = replace(
        PARKING_DRAFT,
        answers=(),
        proposal=replace(PARKING, co_units=tuple(units)),
        co_opinions=states,
    )
    for unit in units:
        places = concerned(draft, unit)
        assert asked_about(letter(draft, unit)) == [NUMBERS[n] for n in places]
    whole = {n for unit in units for n in concerned(draft, unit)} if units else set(range(4))
    assert asked_about(letter(draft)) == [NUMBERS[n] for n in sorted(whole)]


def test_a_unit_that_does_not_handle_the_matter_is_refused() -> None:
    with pytest.raises(UserError, match="“区水务局”不是本件的会办单位"):
        letter(AWAITING_DRAFT, "区水务局")
    with pytest.raises(UserError, match="征求会办意见是主办单位的事"):
        letter(replace(PARKING_DRAFT, proposal=replace(PARKING, role="会办")))
    assert form_notes(BARE_DRAFT, DEFAULT, "opinion-request") == [
        "本件没有登记会办单位，主送留作待核实。"
    ]


def test_letters_in_a_zip_are_one_a_unit_and_the_same_each_time() -> None:
    units = ["区公安分局", "区住建局"]
    name, content = make_letters(AWAITING_DRAFT, DEFAULT, units)
    assert name == "区政协十届五次会议第031号提案征求会办意见函.zip"
    assert make_letters(AWAITING_DRAFT, DEFAULT, units) == (name, content)
