"""What was typed since an answer was composed, and what is taken of a new one: laws and cases."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from casework import realign
from drafting.answering.reasons import searches
from drafting.answering.redraft import (
    FIELDS,
    PARTS,
    differing,
    marks,
    news,
    taken,
    taken_whole,
    typed,
)
from drafting.model import Answer, Composed, Draft, Evidence, Kind, Passage, Proposal, Suggestion
from drafting.model.serial import dumps, loads_draft

ASKED = Suggestion("一、", "增设夜间路灯", "沿河一段。")


def passage(number: int, text: str, title: str = "") -> Passage:
    return Passage(number, f"{number}.txt", Kind.REPLY, title or f"第{number}号答复", text)


WORK = passage(1, "2024年在梧桐路沿线增设路灯十二盏，十月亮灯。")
PLAN = passage(2, "到2027年完成背街小巷照明补点四十处。", "青岚区照明补点方案")
NEWER = passage(3, "2025年在临水街沿线更换节能路灯九十盏。")


def composed(**parts: object) -> Answer:
    answer = Answer(ASKED, **parts)  # type: ignore[arg-type]
    when = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
    return replace(answer, composed=Composed(marks(answer), ("青岚区城管局",), "s", "a", at=when))


STOOD = composed(
    done="2024年在梧桐路沿线增设路灯十二盏。",
    next_step="按照《青岚区照明补点方案》要求，补点四十处。",
    next_unit="区城管局",
    evidence=(Evidence(WORK, WORK.text), Evidence(PLAN, PLAN.text)),
    notes=("已开展的工作：取自第1号答复。", "下一步工作：取自方案。", "相近未用：甲。"),
)
NEW = composed(
    done="2025年在临水街沿线更换节能路灯九十盏。",
    next_step="按照《青岚区照明补点方案》要求，补点四十处并巡查。",
    next_unit="区城管局",
    next_date="2027年底前",
    evidence=(Evidence(NEWER, NEWER.text), Evidence(PLAN, PLAN.text)),
    notes=("已开展的工作：取自第3号答复。", "下一步工作：取自方案（新）。", "相近未用：乙。"),
)


def test_nothing_is_typed_in_what_was_just_composed_and_a_change_is_told_by_its_part() -> None:
    assert typed(STOOD) == frozenset()
    assert typed(replace(STOOD, done="改。")) == {"done"}
    assert typed(replace(STOOD, evidence=STOOD.evidence[:1])) == {"evidence"}
    # 采纳情况 and the reason are never composed: choosing them is not typing over anything.
    assert typed(replace(STOOD, disposition="采纳", reason="已列入。")) == frozenset()


def test_of_an_answer_that_no_program_marked_whatever_stands_was_typed() -> None:
    assert typed(Answer(ASKED)) == frozenset()
    assert typed(Answer(ASKED, done="写过。", next_unit="区城管局")) == {"done", "next_unit"}
    other_program = replace(STOOD, composed=Composed(marks=("one",)))
    assert typed(other_program) == {"done", "next_step", "next_unit", "evidence"}
    assert news(other_program, NEW) and news(Answer(ASKED), NEW)


def test_the_marks_go_through_a_file_and_a_corrected_list() -> None:
    draft = Draft(Proposal(suggestions=(ASKED,)), (STOOD,))
    assert loads_draft(dumps(draft)) == draft
    reworded = replace(ASKED, text="增设夜间照明")
    (moved,) = realign(draft, Proposal(suggestions=(reworded,)), [(ASKED.key,)]).answers
    assert (typed(moved), moved.composed) == (frozenset(), STOOD.composed)
    # Drafts of a former program say nothing of it.
    former = dumps(draft).replace('"composed"', '"of_another_time"')
    (answer,) = loads_draft(former).answers
    assert answer == replace(STOOD, composed=None)


def test_a_field_brings_its_own_sources_and_notes_and_takes_along_those_it_replaces() -> None:
    mine = replace(STOOD, next_step="按照《青岚区照明补点方案》要求，我们另作安排。")
    assert differing(mine, NEW) == ("done", "next_step", "next_date")
    assert taken(mine, NEW, {"done"}) == replace(
        mine,
        done=NEW.done,
        # 第1号 went with its words; the plan is named by what stays.
        evidence=(Evidence(PLAN, PLAN.text), Evidence(NEWER, NEWER.text)),
        notes=("下一步工作：取自方案。", "已开展的工作：取自第3号答复。", "相近未用：乙。"),
        composed=NEW.composed,
    )


def test_a_source_that_the_clerk_took_in_stays_and_comes_once() -> None:
    own = Evidence(passage(9, "别处不引的材料。"), "别处不引的材料。")
    mine = replace(STOOD, done=f"{STOOD.done}并已验收。", evidence=(*STOOD.evidence, own))
    found = taken(mine, NEW, FIELDS)
    assert found.evidence == (own, *NEW.evidence)
    assert taken(found, NEW, FIELDS) == found


def test_all_fields_left_change_no_word_no_source_and_no_note() -> None:
    mine = replace(STOOD, done="改。")
    assert taken(mine, NEW, ()) == replace(mine, composed=NEW.composed)
    assert typed(taken(mine, NEW, ())) == {"done", "next_step", "next_date", "evidence"}


def test_taken_whole_it_is_the_new_answer_with_what_only_the_clerk_decides() -> None:
    decided = replace(STOOD, disposition="部分采纳", reason="经费所限。")
    assert taken_whole(decided, NEW) == replace(NEW, disposition="部分采纳", reason="经费所限。")
    assert not news(decided, STOOD) and news(decided, NEW)


TEXT = st.sampled_from(["", *(one.done for one in (STOOD, NEW)), "自己写的一句。", "区住建局"])
SHELF = [Evidence(one, one.text) for one in (WORK, PLAN, NEWER)]


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    made = composed(
        **{name: draw(TEXT) for name in FIELDS},
        evidence=tuple(draw(st.lists(st.sampled_from(SHELF), unique=True))),
        notes=("已开展的工作：取自某件。",),
    )
    later = {name: draw(TEXT) for name in draw(st.sets(st.sampled_from(FIELDS)))}
    return replace(made, **later)  # type: ignore[arg-type]


@given(answers(), answers(), st.sets(st.sampled_from(FIELDS)))
def test_each_field_is_one_of_the_two_and_no_source_of_a_text_that_stands_is_lost(
    current: Answer, anew: Answer, chosen: set[str]
) -> None:
    found = taken(current, anew, chosen)
    for name in FIELDS:
        assert getattr(found, name) == getattr(anew if name in chosen else current, name)
    assert len({one.passage.document for one in found.evidence}) == len(found.evidence)
    stays = "\n".join(getattr(current, name) for name in FIELDS if name not in chosen)
    kept = {one for one in current.evidence if one.passage.text[:12] in stays}
    assert kept <= set(found.evidence)
    if not chosen & set(differing(current, anew)):
        assert found == replace(current, composed=anew.composed, notes=found.notes)
    assert set(typed(found)) <= set(PARTS)


def test_the_words_to_search_for_stand_apart_in_a_note() -> None:
    note = "档案中没有找到能回答本条的内容。可试试检索“夜间照明”“路灯”，或向有关科室征集。"
    assert list(searches(note)) == [
        ("档案中没有找到能回答本条的内容。可试试检索", ""),
        ("“夜间照明”", "夜间照明"),
        ("“路灯”", "路灯"),
        ("，或向有关科室征集。", ""),
    ]
    assert list(searches("相近未用：《某方案》“路灯”")) == [("相近未用：《某方案》“路灯”", "")]
