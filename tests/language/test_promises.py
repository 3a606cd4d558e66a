"""What an answer promises, read from its fields: each sentence once, with unit and term."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.language.sentences.promises import find_commitments, promises_of
from drafting.language.sentences.tense import is_promise
from drafting.language.terms import find_term
from drafting.model import Answer, Block, Suggestion

ASKED = Suggestion(None, "增加停车泊位")


def said(
    next_step: str, unit: str = "区城管局", term: str = "2026年12月底前", **more: str
) -> list[tuple[str, str | None, str | None]]:
    answer = Answer(ASKED, next_step=next_step, next_unit=unit, next_date=term, **more)  # type: ignore[arg-type]
    return [(one.text, one.unit, one.due) for one in promises_of(answer, 2026)]


USUAL = ("区城管局", "2026年12月底前")


@pytest.mark.parametrize(
    "sentence",
    [
        "增设路灯",
        "对已建成的泊位加强管理",
        "针对目前存在的问题，加强巡查",
        "为了方便群众，增设指示牌",
        "深入了解群众需求",
        "在去年试点的基础上，扩大错时共享范围",
        "积极争取上级补助",
        "方案已经批复，加快推进建设",
        "项目已于7月开工，预计年底完成",
    ],
)
def test_whatever_is_to_be_done_is_promised(sentence: str) -> None:
    found = said(f"下一步，{sentence}。")
    assert [(text, unit) for text, unit, _ in found] == [(sentence, "区城管局")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "【待核实：下一步工作】",
        "目前已完成1宗。",
        "目前正在编制方案。",
        "2025年完成改造3处。",
        "感谢您的关心和支持。",
        "方案已经批复，资金已经到位。",
    ],
)
def test_what_stands_or_is_done_is_not(text: str) -> None:
    assert said(text) == []


def test_each_clause_has_its_own_unit_and_term_or_the_fields() -> None:
    text = (
        "下一步，我局将于年底前新建泊位2处。2027年上半年完成收费公示；由区交通局负责，3月底前开通专线；"
        "同步更新站牌。"
    )
    assert said(text) == [
        ("我局将于年底前新建泊位2处", "我局", "年底前"),
        ("2027年上半年完成收费公示", "区城管局", "2027年上半年"),
        ("由区交通局负责，3月底前开通专线", "区交通局", "2027年3月底前"),
        ("同步更新站牌", "区交通局", "2026年12月底前"),
    ]


def test_a_list_is_its_items_and_its_lead_in_says_who_and_when() -> None:
    text = (
        "下一步，由区住建局牵头，2027年6月底前做好以下工作：\n（一）摸清底数\n对机关停车场逐一登记。\n"
        "（二）签订协议\n由街道与单位签订协议。"
    )
    assert said(text) == [
        ("对机关停车场逐一登记", "区住建局", "2027年6月底前"),
        ("由街道与单位签订协议", "区住建局", "2027年6月底前"),
    ]
    assert said("1.新建停车场2处\n2.改造道路3条") == [
        ("新建停车场2处", *USUAL),
        ("改造道路3条", *USUAL),
    ]


def test_work_done_and_reasons_promise_where_they_say_so() -> None:
    found = said("", done="已建成3处。二期将于2027年建成。", reason="受资金限制，拟待2028年启动。")
    assert found == [
        ("二期将于2027年建成", None, "2027年"),
        ("受资金限制，拟待2028年启动", None, "2028年"),
    ]


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("2026年底前完成设计，2027年6月底前完工", "2027年6月底前"),
        ("在2025年的基础上扩大", None),
        ("落实《2026—2030年行动方案》", None),
        ("2027年1月至6月施工", "2027年1月至6月"),
        ("“十五五”期间再建10处", "“十五五”期间"),
        ("未来三年内全部改造", "未来三年内"),
        ("明年上半年启动", "明年上半年"),
        ("加强巡查", None),
    ],
)
def test_the_last_term_that_has_not_passed(text: str, term: str | None) -> None:
    assert find_term(text, 2026) == term


ACTS = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "我局将", "继续", "由区住建局牵头，", "2027年底前", "对已建的泊位"]),
    st.sampled_from(["新建", "改造", "加强", "规范", "推进", "完善"]),
    st.text("停车泊位收费小区道路消防通道街道居民", min_size=3, max_size=9),
)


@given(
    st.lists(ACTS, min_size=1, max_size=8, unique=True),
    st.sampled_from(["。", "。\n", "；"]),
    st.sampled_from(["", "下一步，", "今后，"]),
)
def test_each_sentence_is_promised_exactly_once(acts: list[str], joint: str, start: str) -> None:
    found = said(f"{start}{joint.join(acts)}。")
    assert [text for text, _, _ in found] == acts
    assert all(unit and term for _, unit, term in found)
    # The same whatever came before: read again, it says the same again.
    assert found == said(f"{start}{joint.join(acts)}。")


@given(st.text(max_size=80), st.text(max_size=20), st.text(max_size=20))
def test_no_text_whatever_breaks_the_reading(text: str, unit: str, term: str) -> None:
    for promise, _, _ in said(text, unit, term, done=text, reason=text):
        assert promise in "".join(text.split("\n")) and promise.strip("。！； ")


TOLD = st.sampled_from(
    [
        "目前已建成泊位20个",
        "该项目正在施工",
        "截至6月改造完成3处",
        "去年新增了12处",
        "方案已经批复，加快推进建设",
    ]
)


@given(st.lists(st.one_of(ACTS, TOLD), min_size=1, max_size=6, unique=True))
def test_paper_and_fields_promise_the_same(sentences: list[str]) -> None:
    """The list of promises of a draft and what is read from its paper are of one notion."""
    text = "。".join(sentences) + "。"
    paper = (
        Block("heading", "三、下一步工作打算", level=1, label="三、"),
        Block("paragraph", text),
    )
    answer = Answer(ASKED, next_step=text)
    of_paper = [one.text for one in find_commitments(paper, 2026)]
    assert of_paper == [one.text for one in promises_of(answer, 2026)]
    assert of_paper == [one for one in sentences if is_promise(one, ahead=True, year=2026)]
