"""Where in an answer a passage's words go, what they take the place of, and how they go again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.answering.bringing import Brought
from drafting.answering.openings import OPENINGS
from drafting.answering.placing import Cursor, place, take_back
from drafting.model import Answer, Change, Kind, Passage, Suggestion

ASKED = Suggestion(None, "建设口袋停车场")
WORDS = "我局已建成口袋停车场6处。"
DONE = Brought("done", WORDS)
STEP = Brought("next_step", "按照《计划》要求，建设停车场。", "区城管局", "2026年12月底前")


def put(text, brought=DONE, cursor=None, **more):
    return place(Answer(ASKED, **{brought.field: text}), brought, cursor, **more)


def at(text, sign="｜"):
    """The text without its sign, and the cursor where the sign (or the pair of them) stood."""
    start, end = text.index(sign), text.rindex(sign)
    plain = text.replace(sign, "")
    return plain, Cursor("done", start, end if start == end else end - 1)


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("", WORDS),
        (OPENINGS["done"], WORDS),
        ("【】", WORDS),
        ("【待核实：】", WORDS),
        ("先有的话。", f"先有的话。\n{WORDS}"),
        ("先有的话。\n\n", f"先有的话。\n{WORDS}\n\n"),
        (f"先有的话。{OPENINGS['done']}", f"先有的话。{OPENINGS['done']}\n{WORDS}"),
        ("【待核实：停车场开工日期】", f"【待核实：停车场开工日期】\n{WORDS}"),
    ],
)
def test_without_a_cursor_the_opening_mark_goes_else_words_come_last(text, stands):
    placed = put(text)
    assert placed.answer == Answer(ASKED, done=stands)
    assert placed.answer.done[placed.start : placed.end] == WORDS


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("第一段。｜\n第二段。", f"第一段。\n{WORDS}\n第二段。"),
        ("｜第一段。", f"{WORDS}\n第一段。"),
        ("前一句。｜后一句。", f"前一句。\n{WORDS}\n后一句。"),
        ("一句话｜没有完。\n第二段。", f"一句话没有完。\n{WORDS}\n第二段。"),
        ("前一句。【待核实：建｜成情况】。后一句。", f"前一句。{WORDS}后一句。"),
        ("前一句。｜【待核实：建成情况】｜", f"前一句。{WORDS}"),
        ("新建【待核实：泊｜位数】个。", f"新建【待核实：泊位数】个。\n{WORDS}"),
        ("有【待核实：一。二｜】个。\n下。", f"有【待核实：一。二】个。\n{WORDS}\n下。"),
        ("选中的｜话｜不丢。", f"选中的话不丢。\n{WORDS}"),
    ],
)
def test_at_the_cursor(text, stands):
    plain, cursor = at(text)
    placed = put(plain, cursor=cursor)
    assert placed.answer.done == stands
    assert take_back(placed.answer, placed.changes) == (Answer(ASKED, done=plain), ())


def test_a_cursor_in_another_field_does_not_move_the_passage():
    answer = Answer(ASKED, done="做了。", next_step="要做。")
    placed = place(answer, STEP, Cursor("done", 0, 0))
    assert placed.answer.done == "做了。"
    assert placed.answer.next_step == f"要做。\n{STEP.words}"


def test_a_fragment_stands_within_the_sentence_and_fills_a_mark_in_it():
    part = Brought("next_step", "410个", fragment=True)
    plain, cursor = at("新建【待核实：泊｜位数】泊位。")
    placed = place(Answer(ASKED, done=plain), part, cursor)
    assert placed.answer.done == "新建410个泊位。"
    assert placed.changes == (Change("done", "410个", "【待核实：泊位数】"),)
    plain, cursor = at("新建｜泊位。")
    assert place(Answer(ASKED, done=plain), part, cursor).answer.done == "新建410个泊位。"


def test_the_pointer_to_the_same_document_goes_with_the_opening_mark():
    source = Passage(
        1, "1.txt", Kind.POLICY, "停车计划", "建设停车场。", doc_no="青政发〔2025〕4号"
    )
    lead = "【待核实：下一步举措可参考《停车计划》（青政发〔2025〕4号）：建设停车场。】"
    other = "【待核实：下一步举措可参考《路灯计划》：换路灯。】"
    placed = put(lead + OPENINGS["next_step"], STEP, source=source)
    assert placed.answer.next_step == STEP.words
    assert put(other + OPENINGS["next_step"], STEP, source=source).answer.next_step == (
        other + STEP.words
    )


@pytest.mark.parametrize("now", ["", "【待核实：责任单位】", " ", "【】"])
def test_unit_and_term_fill_what_is_empty_or_a_mark(now):
    placed = place(Answer(ASKED, next_unit=now, next_date=now), STEP)
    assert placed.answer == Answer(
        ASKED, next_step=STEP.words, next_unit="区城管局", next_date="2026年12月底前"
    )
    assert take_back(placed.answer, placed.changes)[0] == Answer(
        ASKED, next_unit=now, next_date=now
    )


@pytest.mark.parametrize("now", ["区财政局", "2026年【待核实：月份】"])
def test_unit_and_term_never_stand_over_what_was_typed(now):
    placed = place(Answer(ASKED, next_unit=now, next_date=now), STEP)
    assert (placed.answer.next_unit, placed.answer.next_date) == (now, now)
    assert placed.kept == ("next_unit", "next_date")


def test_the_same_words_are_not_put_in_twice():
    once = place(Answer(ASKED), DONE).answer
    again = place(once, DONE)
    assert (again.answer, again.again, again.changes) == (once, True, ())
    assert once.done[again.start : again.end] == WORDS


def test_what_was_changed_since_stays_and_is_told():
    placed = place(Answer(ASKED), STEP)
    changed = Answer(ASKED, next_step=f"{STEP.words[:-3]}口袋车场。", next_unit="区城管局")
    left, names = take_back(changed, placed.changes)
    assert left == Answer(ASKED, next_step=changed.next_step)
    assert names == ("next_date", "next_step")


TEXTS = st.text("字句。；\n【】待核实：、责任单位 \U00020bb7", max_size=40)


@given(
    done=TEXTS,
    step=TEXTS,
    unit=TEXTS,
    words=st.text("甲乙。，", min_size=1, max_size=12),
    field=st.sampled_from(["done", "next_step"]),
    fragment=st.booleans(),
    where=st.sampled_from(["", "done", "next_step", "reason"]),
    ends=st.tuples(st.integers(0, 60), st.integers(0, 60)),
)
def test_what_comes_in_can_go_again_and_nothing_typed_is_lost(
    done, step, unit, words, field, fragment, where, ends
):
    was = Answer(ASKED, done=done, next_step=step, next_unit=unit)
    brought = Brought(field, words, "丙局", "丁时", fragment=fragment)
    placed = place(was, brought, Cursor(where, min(ends), max(ends)) if where else None)
    now = getattr(placed.answer, placed.field)
    assert now[placed.start : placed.end] == words
    back, left = take_back(placed.answer, placed.changes)
    # Words that stand there twice by now are left to the clerk.
    if not left:
        assert back == was
    else:
        assert now.count(words) > 1
    assert placed.answer.next_unit in (unit, "丙局")
