"""No door lets a paper out that bears a 密级, nor a telephone or a home address: judging, reading,
composing and the other helps, on the page, by a worker, or by the command line."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from sheets import ELSEWHERE, REPLY, UNIT, sheet_of

from desk.local_model.at_once import verdicts
from desk.local_model.door import Door
from drafting.answering.local_model import helping, prompts
from drafting.answering.local_model.sheet import make_sheet, masked
from drafting.errors import UserError
from drafting.model import Passage, Proposal, Suggestion
from storage.configuration import Model

TODAY = dt.date(2026, 11, 28)
PRIVATE = (
    "联系人周某，手机１３８００００００００，138-0000-0001，+86 138 0000 0002，"
    "办公室0871-6531 0003，65310004，身份证530102199001011234，家住光明路12号3栋。"
)
DIGITS = (
    *("１３８００００００００", "0000-0001", "0000 0002", "6531 0003", "65310004"),
    *("199001011234", "12号3栋"),
)


class Shelf:
    """A library that gives the same passages for every question."""

    def __init__(self, *passages: Passage) -> None:
        self.given = passages

    def passages(self, query: str, **more: object) -> list[Passage]:
        return list(self.given)


def paper(text: str = "", *suggestions: Suggestion) -> Proposal:
    asked = suggestions or (Suggestion("1", "增加停车泊位", PRIVATE),)
    return Proposal(subject="停车", suggestions=asked, handling_unit=UNIT, text=text)


@pytest.mark.parametrize("mark", ["机密★1年", "秘密", "绝密★长期", "密级：秘密", "000012 机密"])
def test_a_paper_with_a_mark_makes_no_sheet_and_no_parts(mark: str) -> None:
    secret = paper(f"{mark}\n关于停车的提案\n正文。")
    with pytest.raises(UserError, match="内容不交给模型"):
        make_sheet(secret, 0, Shelf(REPLY), today=TODAY)
    with pytest.raises(UserError, match="内容不交给模型"):
        helping.of_paper(secret, TODAY, 10_000)


def test_the_command_line_s_judging_stops_before_the_door_is_touched() -> None:
    nowhere = Door(Model(url="http://127.0.0.1:9/v1", name="m"), Path())
    with pytest.raises(UserError, match="内容不交给模型"):
        verdicts(paper("机密★1年\n正文。"), Shelf(REPLY), (UNIT,), nowhere)


def test_a_dead_model_is_asked_twice_and_the_draft_goes_on_by_the_rules() -> None:
    nowhere = Door(Model(url="http://127.0.0.1:9/v1", name="m"), Path())
    asked = [Suggestion(str(n), "增加停车泊位") for n in range(1, 6)]
    said: list[str] = []
    assert verdicts(paper("", *asked), Shelf(REPLY), (UNIT,), nowhere, said.append) == {}
    assert said == [
        "第1条没有经模型核对：连不上模型服务，请管理员检查。",
        "第2条没有经模型核对：连不上模型服务，请管理员检查。",
        "第3条起没有再问模型。",
    ]


def test_a_passage_with_a_mark_is_not_shown() -> None:
    secret = replace(REPLY, document=9, text="机密★1年\n我局新建停车泊位999个。")
    sheet = make_sheet(paper(), 0, Shelf(secret, REPLY, ELSEWHERE), units=(UNIT,), today=TODAY)
    assert [one.passage.document for one in sheet.shown] == [REPLY.document, ELSEWHERE.document]
    assert "999" not in prompts.to_compose(sheet).user


def test_no_prompt_has_a_telephone_or_a_home_address() -> None:
    told = replace(REPLY, text=REPLY.text + PRIVATE)
    sheet = make_sheet(paper(), 0, Shelf(told), units=(UNIT,), today=TODAY)
    own = helping.with_own_words(sheet, [("done", PRIVATE)], TODAY)
    parts = helping.of_paper(paper(PRIVATE), TODAY, 10_000)
    asked = (
        prompts.to_judge(sheet),
        prompts.to_compose(sheet),
        prompts.to_rewrite("formal", own, [("done", PRIVATE)]),
        prompts.to_rewrite("unanswered", sheet, [("done", PRIVATE)]),
        prompts.to_read(PRIVATE),
        prompts.make_prompt("summarize", {"原文": helping.numbered(parts)}),
    )
    for prompt in asked:
        assert [one for one in DIGITS if one in prompt.user] == [], prompt.task


def test_a_number_that_the_cut_would_divide_is_hidden_before_it_is_cut() -> None:
    told = replace(REPLY, text="一" * 893 + "13800000000。")
    sheet = make_sheet(paper(), 0, Shelf(told), units=(UNIT,), today=TODAY)
    assert "1380000" not in sheet.shown[0].text
    assert masked("13800000000")[:7] != "1380000"


# ------------------------------------------------------------------ what does not fit


def test_what_does_not_fit_is_left_out_by_passages_and_said() -> None:
    long = [replace(REPLY, document=n, text="停车泊位。" * 150) for n in range(1, 9)]
    sheet = make_sheet(paper(), 0, Shelf(*long), units=(UNIT,), today=TODAY, window=2_000)
    assert (len(sheet.shown), sheet.left_out) == (2, 6)
    assert len(prompts.to_judge(sheet).user) < 4_000


def test_a_passage_that_is_shown_in_part_is_counted_too() -> None:
    sheet = make_sheet(
        paper(), 0, Shelf(replace(REPLY, text="停车泊位。" * 400)), units=(UNIT,), today=TODAY
    )
    assert (len(sheet.shown[0].text), sheet.left_out) == (900, 1)


def test_a_suggestion_takes_at_most_half_of_the_window() -> None:
    long = Suggestion("1", "增加停车泊位", "理由很长。" * 2_000)
    sheet = make_sheet(paper("", long), 0, Shelf(REPLY), units=(UNIT,), today=TODAY, window=2_000)
    assert len(sheet.suggestion.text) + len(sheet.suggestion.detail) == 1_000
    assert (len(sheet.shown), sheet.left_out) == (1, 1)


def test_the_sheet_of_a_short_suggestion_has_it_whole() -> None:
    assert sheet_of().suggestion.detail == "建议商业停车场夜间开放"
    sheet = make_sheet(paper(), 0, Shelf(REPLY), units=(UNIT,), today=TODAY)
    assert sheet.suggestion.detail == PRIVATE and sheet.left_out == 0
