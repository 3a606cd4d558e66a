"""本单位提供: what a figure of the house proves, what is asked for, and its way into the text."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.answering.figures import (
    NOT_SAID,
    Wanted,
    find_place,
    is_figure,
    printed,
    read_value,
    same_value,
    series_of,
    speaks_of,
    wanted_fact,
    wanted_marks,
    words_beside,
)
from drafting.answering.particulars import Particular, ledger
from drafting.errors import UserError
from drafting.model import Answer, Draft, Evidence, GivenFigure, Kind, Passage, Proposal, Suggestion

TODAY = dt.date(2026, 11, 22)
DAY = dt.date(2026, 10, 31)
ASKED = Suggestion("一、", "利用边角地增加停车泊位")
OTHER = Suggestion("二、", "规范停车收费")
NOW = dt.datetime(2026, 11, 1, 9, tzinfo=dt.UTC)
TEXT = "2026年，全区新增公共停车泊位1310个，投入资金860万元。"


def figure(text: str, **more: object) -> GivenFigure:
    what = "全区新增公共停车泊位"
    kept = GivenFigure(1, 1, what, what, text, DAY, "停车管理科", NOW, "林知远")
    return replace(kept, **more)  # type: ignore[arg-type]


def entries(
    text: str, *figures: GivenFigure, field: str = "done", **more: object
) -> list[Particular]:
    answer = replace(Answer(ASKED), **{field: text})
    draft = Draft(Proposal(suggestions=(ASKED,)), (answer,))
    return ledger(draft, given=figures, today=TODAY, **more)  # type: ignore[arg-type]


def states(text: str, *figures: GivenFigure, **more: object) -> dict[str, str]:
    return {one.fact.text: one.state for one in entries(text, *figures, **more)}  # type: ignore[arg-type]


# ------------------------------------------------------------------ what it proves


def test_a_given_figure_is_proven_by_name_and_date() -> None:
    year, spots, money = entries(TEXT, figure("1310个"))
    assert [one.state for one in (year, spots, money)] == ["unproven", "proven", "unproven"]
    assert spots.source is not None
    assert (spots.source.kind, spots.source.title, spots.source.date) == (
        "given",
        "停车管理科",
        DAY,
    )


@pytest.mark.parametrize(
    ("text", "state"),
    [
        (TEXT.replace("1310", "1311"), "unproven"),
        (TEXT.replace("1310个", "1310处"), "unproven"),
        ("全区新增公共停车泊位1,310个。", "proven"),
        ("举办培训班，参训1310个。", "unproven"),
    ],
)
def test_only_the_same_value_and_unit_of_the_same_thing_is_proven(text: str, state: str) -> None:
    found = [one.state for one in entries(text, figure("1310个")) if one.fact.text.startswith("1")]
    assert found == [state]


def asked_at(text: str, words: str) -> GivenFigure:
    """A figure given for its own place in ``text``."""
    wanted = wanted_fact(Answer(ASKED, done=text), 0, "done", text.index(words), words)
    assert wanted is not None
    left, right = wanted.left, wanted.right
    return figure(
        words,
        what=wanted.what,
        about=speaks_of(wanted.what, left, right),
        suggestion=ASKED.key,
        field="done",
        behind=words_beside(left, right)[1],
    )


def test_in_a_list_each_figure_counts_something_of_its_own() -> None:
    text = "中等职业学校1所，特殊教育学校1所，建成5处充电桩，建成5处公园，床位比例不低于50%。"
    assert [one.state for one in entries(text, asked_at(text, "1所"))] == [
        "proven", "unproven", "unproven", "unproven", "unproven",
    ]  # fmt: skip
    assert [one.state for one in entries(text, asked_at(text, "5处"))] == [
        "unproven", "unproven", "proven", "unproven", "unproven",
    ]  # fmt: skip
    doctors = "床位比例不低于50%，老年医学科比例不低于50%。"
    assert [one.state for one in entries(doctors, asked_at(doctors, "50%"))] == [
        "proven", "unproven",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "now",
    [
        "新增公共停车泊位1310个主要集中在老城。",
        "2026年新增停车泊位1310个。",
        "截至2026年10月31日，全区共新增公共停车泊位1310个，另有改造。",
        "全区新增公共停车泊位1310个（截至2026年10月31日），投入860万元。",
    ],
)
def test_a_sentence_that_is_put_otherwise_leaves_its_figure_proven(now: str) -> None:
    assert states(now, asked_at(TEXT, "1310个"))["1310个"] == "proven"


@given(
    st.text("全区新增公共停车泊位改造投入资金，。", max_size=30),
    st.text("个处投入资金建成公园，。", max_size=30),
)
def test_at_its_own_place_a_given_figure_is_always_proven(left: str, right: str) -> None:
    text = f"{left}1310个{right}"
    assert [one.state for one in entries(text, asked_at(text, "1310个"))] == ["proven"]


def test_ten_thousands_are_the_same_however_written() -> None:
    given_ = figure("8600000元", about="全区投入资金", request=2)
    assert states(TEXT, given_)["860万元"] == "proven"
    assert same_value("1.2万个", "一万二千个") and not same_value("10—20个", "10个")


def test_a_newer_figure_replaces_the_old_one_and_says_so() -> None:
    newer = figure("1350个", id=2, as_of=dt.date(2026, 11, 15), giver="停车管理科 沈知秋")
    old = entries(TEXT, figure("1310个"), newer)[1]
    assert (old.state, old.figure) == ("stale", "1350个")
    assert old.other is not None and old.other.title == "停车管理科 沈知秋"
    assert states(TEXT.replace("1310", "1350"), figure("1310个"), newer)["1350个"] == "proven"
    # What was recorded later as of an earlier day does not replace it.
    early = replace(newer, as_of=dt.date(2026, 9, 30), recorded=NOW + dt.timedelta(days=9))
    assert states(TEXT, figure("1310个"), early)["1310个"] == "proven"


def test_two_figures_of_one_day_that_differ_contradict_each_other() -> None:
    other = figure("1290个", id=2, giver="统计站")
    found = entries(TEXT, figure("1310个"), other)[1]
    assert (found.state, found.figure) == ("contradicted", "1290个")
    assert found.other is not None and (found.other.kind, found.other.title) == ("given", "统计站")
    (series,) = series_of([figure("1310个"), figure("1310 个", id=3)])
    assert not series.differ


def test_dates_and_titles_can_be_given_and_the_day_beside_a_figure_is_proven_with_it() -> None:
    date = figure("2026年6月", about="停车场建成开放时间", request=2)
    title = figure("《青岚区停车管理办法》", about="印发停车管理的办法", request=3)
    found = states("2026年6月建成开放停车场，印发《青岚区停车管理办法》。", date, title)
    assert found == {"2026年6月": "proven", "《青岚区停车管理办法》": "proven"}
    put = "全区新增公共停车泊位1310个（截至2026年10月31日）。"
    assert states(put, figure("1310个")) == {"1310个": "proven", "2026年10月31日": "proven"}
    led = "截至2026年10月底，全区新增公共停车泊位1310个。"
    assert states(led, figure("1310个")) == {"2026年10月底": "proven", "1310个": "proven"}
    # Not the day alone, nor another day.
    assert states("截至2026年10月31日，成效明显。", figure("1310个")) == {
        "2026年10月31日": "unproven"
    }
    other = put.replace("31日", "30日")
    assert states(other, figure("1310个"))["2026年10月30日"] == "unproven"


def test_a_figure_that_stands_alone_is_proven_where_it_was_asked_for_only() -> None:
    term = figure("2026年12月底", about="完成时限", suggestion=ASKED.key, field="next_date")
    assert states("2026年12月底", term, field="next_date") == {"2026年12月底": "proven"}
    elsewhere = replace(term, suggestion=OTHER.key)
    assert states("2026年12月底", elsewhere, field="next_date") == {"2026年12月底": "unproven"}


def test_a_figure_of_a_former_year_is_stale_unless_its_year_is_said() -> None:
    old = figure("1310个", as_of=dt.date(2025, 12, 31))
    text = "全区新增公共停车泊位1310个。"
    assert states(text, old) == {"1310个": "stale"}
    assert states(f"2025年，{text}", old)["1310个"] == "proven"
    assert states("全区新增公共停车泊位1310个（截至2025年12月31日）。", old)["1310个"] == "proven"


class Shelf:
    """An archive of one reply."""

    def __init__(self, date: dt.date) -> None:
        text = "2026年，全区新增公共停车泊位1250个。"
        self._one = Passage(9, "答复/9.txt", Kind.REPLY, "第9号提案的答复", text, date=date)

    def passages(self, query: str, **more: object) -> list[Passage]:
        return [self._one]


def test_a_later_document_contradicts_what_was_given_an_earlier_one_does_not() -> None:
    assert states(TEXT, figure("1310个"), library=Shelf(DAY))["1310个"] == "proven"
    later = entries(TEXT, figure("1310个"), library=Shelf(dt.date(2026, 11, 20)))[1]
    assert (later.state, later.figure) == ("contradicted", "1250个")
    assert later.source is not None and later.source.kind == "given"


# ------------------------------------------------------------------ no other way


def evidenced(text: str, said: str, kind: Kind = Kind.REPLY) -> dict[str, str]:
    passage = Passage(1, "a.txt", kind, "某件", said, date=dt.date(2026, 1, 5))
    answer = Answer(ASKED, done=text, evidence=(Evidence(passage, said),))
    draft = Draft(Proposal(suggestions=(ASKED,)), (answer,))
    return {one.fact.text: one.state for one in ledger(draft, today=TODAY)}


def test_a_range_proves_itself_and_no_other_range() -> None:
    text = "每处补助10—20万元。"
    assert evidenced(text, "每处补助10—20万元。") == {"10—20万元": "proven"}
    assert evidenced(text, "每处补助30—50万元。") == {"10—20万元": "unproven"}


def test_a_proposal_is_no_proof_wherever_it_is_taken_from() -> None:
    assert evidenced(TEXT, TEXT, Kind.PROPOSAL)["1310个"] == "unproven"
    assert evidenced(TEXT, TEXT)["1310个"] == "proven"


def test_a_month_is_not_proven_by_the_end_of_another() -> None:
    assert evidenced("1月已完工。", "11月已完工。") == {"1月": "unproven"}
    assert evidenced("1月已完工。", "2026年1月已完工。") == {"1月": "proven"}


@given(st.text("0123456789.,万亿个元处年月日《》停车泊位，。", max_size=40))
def test_without_a_given_figure_of_its_value_nothing_becomes_proven(text: str) -> None:
    one = figure("1310个", about=text)
    for entry in entries(text, one):
        alike = same_value(entry.fact.text, "1310个")
        assert entry.state == "unproven" or alike, (text, entry)


# ------------------------------------------------------------------ what is typed


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("860万元", "860万元"),
        (" １，３１０ 个", "1,310个"),
        ("36.5％", "36.5%"),
        ("10—20个", "10—20个"),
        ("2026年6月", "2026年6月"),
        ("《青岚区停车管理办法》", "《青岚区停车管理办法》"),
        ("35眼", "35眼"),
    ],
)
def test_a_figure_a_date_or_a_title_is_taken(typed: str, kept: str) -> None:
    assert read_value(typed) == kept


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "请填写数据"),
        ("没有统计", "没有数字"),
        ("八百六十", "没有单位"),
        ("860", "没有单位"),
        ("约860万元", "请只填“860万元”"),
        ("新建3处、改造5处", "一次登记一个"),
        ("个860", "不像一个数据"),
        ("8" * 101, "不能超过100个字"),
    ],
)
def test_what_is_no_figure_is_refused_at_its_place(typed: str, said: str) -> None:
    with pytest.raises(UserError, match=said) as refused:
        read_value(typed)
    assert refused.value.field == "value"


# ------------------------------------------------------------------ what is asked for


def test_each_mark_is_asked_for_in_the_words_of_its_sentence() -> None:
    answers = (
        Answer(
            ASKED,
            "2025年以来，我局新增公共停车泊位1310个，其中利用边角地改造泊位"
            "【待核实：原文为180个（2024年）】。已对全区【待核实：停车场数量】停车场作了核查。",
            next_date="【待核实：完成时限】",
            reason="【】",
        ),
    )
    found = wanted_marks(Draft(Proposal(suggestions=(ASKED,)), answers))
    assert [(one.place, one.field, one.mark, one.what) for one in found] == [
        (
            0,
            "done",
            "【待核实：原文为180个（2024年）】",
            "2025年，利用边角地改造泊位（2024年为180个）",
        ),
        (0, "done", "【待核实：停车场数量】", "停车场数量（已对全区____停车场作了核查）"),
        (0, "next_date", "【待核实：完成时限】", "完成时限"),
        (0, "reason", "【】", NOT_SAID),
    ]
    assert (found[1].left, found[1].right) == ("已对全区", "停车场作了核查")


def test_a_particular_is_found_where_it_stands_now() -> None:
    answer = Answer(ASKED, done=f"前面新写了一句。{TEXT}")
    assert wanted_fact(answer, 2, "done", 14, "1310个") == Wanted(
        2,
        "done",
        "1310个",
        "2026年，全区新增公共停车泊位",
        "2026年，全区新增公共停车泊位",
        "，投入资金860万元",
    )
    assert wanted_fact(answer, 2, "done", 14, "1311个") is None
    assert wanted_fact(answer, 2, "suggestion", 0, "1310个") is None


# ------------------------------------------------------------------ into the text


def test_the_day_is_said_once_a_sentence_and_not_of_dates() -> None:
    assert printed(figure("1310个")) == "1310个（截至2026年10月31日）"
    assert printed(figure("1310个"), "截至2026年10月31日，新增") == "1310个"
    assert printed(figure("10—20个")) == "10—20个（截至2026年10月31日）"
    assert printed(figure("2026年6月")) == "2026年6月"
    assert printed(figure("《青岚区停车管理办法》")) == "《青岚区停车管理办法》"


def test_a_place_is_told_by_the_words_around_it_or_not_at_all() -> None:
    text = "新建【待核实】处。改造【待核实】处。"
    assert text[slice(*find_place(text, "【待核实】", "改造", "处"))] == "【待核实】"
    assert find_place(text, "【待核实】", "改造", "处") == (11, 16)
    assert find_place("只有【待核实】处。", "【待核实】", "改过的句子", "") == (2, 7)
    with pytest.raises(UserError, match="2 处同样"):
        find_place(text, "【待核实】", "拆除", "处")
    with pytest.raises(UserError, match="已经没有"):
        find_place("都填好了。", "【待核实】", "", "")


@given(st.text("甲乙停车泊位，。0123个处【】待核实：", max_size=60))
def test_a_place_that_is_found_holds_the_mark_that_was_asked_for(text: str) -> None:
    answer = Answer(ASKED, done=text)
    for wanted in wanted_marks(Draft(Proposal(suggestions=(ASKED,)), (answer,))):
        try:
            start, end = find_place(text, wanted.mark, wanted.left, wanted.right)
        except UserError:
            continue
        assert (start, text[start:end]) == (text.find(wanted.mark, start), wanted.mark)


def test_a_section_is_asked_for_figures_and_not_for_what_the_clerk_writes() -> None:
    draft = Draft(
        Proposal(suggestions=(ASKED,)),
        (
            Answer(
                ASKED,
                done="【待核实：可参考《停车答复》改写：已建88个。】已建【待核实：原文为88个（2024年）】。",
                next_step="再建【待核实：数量】。【待核实：下一步举措、责任单位和完成时限】",
                next_unit="【待核实：责任单位】",
                next_date="【待核实：完成时限（文件要求2027年）】",
                reason="因【待核实：面积】不足。",
            ),
        ),
    )
    assert [one.mark for one in wanted_marks(draft) if is_figure(one)] == [
        "【待核实：原文为88个（2024年）】",
        "【待核实：数量】",
        "【待核实：面积】",
    ]
    bare = Draft(
        Proposal(suggestions=(ASKED,)), (Answer(ASKED, "【待核实：本条建议已开展的工作】"),)
    )
    assert [is_figure(one) for one in wanted_marks(bare)] == [False]
