"""A paper edited in each way that Word's and WPS's users have: taken as what it is, or said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from assembly_cases import PARKING_DRAFT
from back_laws import Paper, lost_or_doubled, read
from edit_kinds import FIRST, Edit, Expected
from further_kinds import FURTHER
from later_kinds import LATER

DRAFT = replace(
    PARKING_DRAFT,
    doc_no="青城管函〔2026〕12号",
    answers=(
        *PARKING_DRAFT.answers,
        replace(
            PARKING_DRAFT.answers[1],
            suggestion=PARKING_DRAFT.proposal.suggestions[3],
            done="已会同消防救援大队清理“僵尸车”36辆。",
            next_step="下一步，每月巡查一次。",
            next_unit="",
            next_date="",
        ),
    ),
)
PAPERS = {
    "信函": Paper(DRAFT, skin="letter"),
    "文件": Paper(DRAFT, skin="document"),
    "五华": Paper(DRAFT, "wuhua"),
    "再次答复": Paper(DRAFT, form="second-reply"),
}


def judge(paper: Paper, edit: Edit, expected: Expected) -> None:
    edited = read(edit(paper.file()))
    found = paper.review(edited)
    assert tuple(one.kind for one in found.changes) == expected.kinds
    assert tuple(one.kind for one in found.extras) == expected.extras
    assert sum(not one.takes for one in found.changes) == expected.refused
    assert lost_or_doubled(paper, edited, found) == []


@pytest.mark.parametrize("kind", FIRST)
def test_an_edit_of_a_letter_is_taken_as_what_it_is(kind: str) -> None:
    judge(PAPERS["信函"], *FIRST[kind])


@pytest.mark.parametrize("kind", LATER)
def test_an_edit_written_after_the_freeze_is_taken_as_what_it_is(kind: str) -> None:
    judge(PAPERS["信函"], *LATER[kind])


@pytest.mark.parametrize("kind", FURTHER)
def test_what_word_and_wps_do_by_themselves_is_taken_or_told(kind: str) -> None:
    judge(PAPERS["信函"], *FURTHER[kind])


@pytest.mark.parametrize("kind", ["第二条提前", "并两段", "新起一节", "文号", "表格", "删一条"])
@pytest.mark.parametrize("name", ["文件", "再次答复"])
def test_an_edit_of_another_paper_is_taken_as_what_it_is(kind: str, name: str) -> None:
    judge(PAPERS[name], *FIRST[kind])
