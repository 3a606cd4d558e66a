"""Drafts where the input is bad: an honest empty one, or what there is. Whole answers."""

from __future__ import annotations

import datetime as dt

import pytest

from bench import bad_input
from corpus import EVERYTHING, Archive
from drafting.answering.first_draft import first_draft
from drafting.model import Answer, Proposal

TODAY = dt.date(2026, 11, 28)
NOTHING_DONE = "【待核实：本条建议已开展的工作】"
NO_STEP = "【待核实：下一步举措、责任单位和完成时限】"
NO_ARCHIVE = "档案里还没有可用的材料。请先导入本单位以往答复和现行文件，或向有关科室征集。"
PARKING = "增加老旧小区停车泊位"


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Archive]:
    return bad_input.build(tmp_path_factory.mktemp("bad"), letters_count=60)


def drafted(archive: Archive, *texts: str, subject: str = "缓解老旧小区停车难") -> list[Answer]:
    asked: Proposal = bad_input.asking(*texts, subject=subject)
    return list(first_draft(asked, archive.reader(EVERYTHING), today=TODAY).answers)


def said(answer: Answer) -> tuple[str, str, tuple[str, ...]]:
    return answer.done, answer.next_step, tuple(one.passage.source for one in answer.evidence)


def test_no_archive_is_an_empty_draft_that_says_why(archives: dict[str, Archive]) -> None:
    answers = drafted(archives["empty"], PARKING, "规范道路停车收费")
    assert [said(one) for one in answers] == [(NOTHING_DONE, NO_STEP, ())] * 2
    assert [one.notes for one in answers] == [(NO_ARCHIVE,)] * 2


@pytest.mark.parametrize(
    ("kind", "why"),
    [("elsewhere", "外地材料，只供对照"), ("letters", "群众来信的答复，不作依据")],
)
def test_nothing_of_others_or_of_letters_is_used(
    archives: dict[str, Archive], kind: str, why: str
) -> None:
    (answer,) = drafted(archives[kind], PARKING)
    assert said(answer) == (NOTHING_DONE, NO_STEP, ())
    *near, last = answer.notes
    assert near and all(note.startswith("相近未用：") and why in note for note in near)
    assert last.startswith("档案中没有找到能回答本条的内容。")


def test_a_policy_repealed_is_asked_about_and_no_ground(archives: dict[str, Archive]) -> None:
    (answer,) = drafted(archives["repealed"], PARKING)
    asked = (
        "【待核实：《青岚区人民政府关于印发青岚区停车泊位管理办法的通知》（青政发〔2008〕3号）"
        "（已废止）曾安排“增加停车泊位”：在老旧小区增加停车泊位，每年新增泊位200个。请写明完成情况】"
    )
    assert said(answer) == (asked, NO_STEP, ("办法",))


def test_two_alike_are_handled_together(archives: dict[str, Archive]) -> None:
    first, second = drafted(archives["own"], PARKING, PARKING)
    work = "我局已增加老旧小区停车泊位，完成投资【待核实：原文为300万元（2025年）】。"
    assert said(first) == (work, NO_STEP, ("答复0",))
    assert said(second) == (f"本条与第1条建议一并办理。{work}", NO_STEP, ("答复0",))


def test_one_word_rests_on_what_speaks_of_it(archives: dict[str, Archive]) -> None:
    (answer,) = drafted(archives["own"], "停车", subject="停车")
    assert answer.evidence
    assert all("停车" in one.passage.text for one in answer.evidence)


def test_forty_are_each_answered_by_their_own_or_not_at_all(archives: dict[str, Archive]) -> None:
    answers = drafted(archives["own"], *bad_input.FORTY)
    assert [one.suggestion.text for one in answers] == list(bad_input.FORTY)
    for answer in answers:
        about = answer.suggestion.text[-4:]
        assert all(about in one.passage.text for one in answer.evidence), answer.suggestion.text


def test_a_document_that_is_used_is_not_told_as_unused(archives: dict[str, Archive]) -> None:
    (answer,) = drafted(archives["own"], PARKING)
    titles = [note.split("《", 1)[1].split("》", 1)[0] for note in answer.notes if "《" in note]
    assert len(titles) == len(set(titles))
