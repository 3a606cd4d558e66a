"""What each line of a batch will be, and why; nothing is made by looking at it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from batch_fakes import (
    HEAD,
    SESSION,
    batch_of,
    begun,
    items_ledger,
    ledger,
    line_of,
    planned,
    said,
)

from bench.ledger_files import Item, items, packed, paper
from casework import Casework
from casework.batches import Batches
from desk.batch import planning
from desk.batch.nouns import Choices
from drafting.errors import UserError
from drafting.model import Proposal, Proposer

DUE = "2026-06-02"
PARKING = Item(118, "关于缓解老旧小区停车难的提案", ("祁听雨",), "", ("增加停车泊位", "错时开放"))
LINE = [118, PARKING.subject, "祁听雨", "区城管局", DUE]


@pytest.fixture
def casework(tmp_path: Path):
    with Casework.open(tmp_path) as opened:
        yield opened


def test_a_ledger_with_its_papers_is_all_new_and_nothing_is_made(
    casework: Casework, tmp_path: Path
) -> None:
    found = items(12)
    files = [(f"正文/第{one.number}号.docx", paper(one)) for one in found]
    number = begun(
        casework, tmp_path, ("a.zip", packed([("表.xlsx", items_ledger(found)), *files]))
    )
    plan = planned(casework, number)
    assert [(line.status, line.ticked, line.differs) for line in plan.lines] == [
        ("新登记", True, ())
    ] * 12
    assert [line.proposal.subject for line in plan.lines] == [one.subject for one in found]
    assert plan.lines[4].proposal.role == "会办" and plan.lines[0].proposal.role == "主办"
    assert plan.passed_over == ("第17行（合计）：合计 共12件",)
    assert casework.matters() == []


def test_a_card_holds_what_either_says_and_the_paper_its_suggestions(
    casework: Casework, tmp_path: Path
) -> None:
    head = [*HEAD, "界别", "联名人", "是否重点", "督办领导", "并案"]
    row = [
        118,
        "缓解老旧小区停车难",
        "祁听雨",
        "区城管局",
        DUE,
        "民建",
        "薄望舒",
        "是",
        "檀副区长",
        "121",
    ]
    number = begun(
        casework, tmp_path, ("表.xlsx", ledger(row, head=head)), ("118.docx", paper(PARKING))
    )
    (line,) = planned(casework, number).lines
    assert line.status == "新登记"
    assert line.proposal == Proposal(
        session=SESSION,
        item_no="118",
        subject=PARKING.subject,
        proposers=(Proposer("祁听雨", sector="民建"), Proposer("薄望舒", part="联名")),
        handling_unit="区城管局",
        due=dt.date(2026, 6, 2),
        suggestions=line.proposal.suggestions,
        text=line.proposal.text,
        key=True,
        overseer="檀副区长",
        merged=("121",),
    )
    assert [one.text for one in line.proposal.suggestions] == ["增加停车泊位", "错时开放"]


def test_lines_without_a_paper_wait_for_somebody_to_say_so(
    casework: Casework, tmp_path: Path
) -> None:
    rows = [
        [118, PARKING.subject, "祁听雨", "区城管局", DUE],
        [119, "关于路灯的提案", "薄听雨", "", DUE],
    ]
    number = begun(casework, tmp_path, ("表.xlsx", ledger(*rows)), ("118.docx", paper(PARKING)))
    plan = planned(casework, number)
    assert said(plan) == {"第3行": ("新登记", []), "第4行": ("不明确", ["no-paper"])}
    assert [line.ticked for line in plan.lines] == [True, False]
    assert plan.groups() == {"no-paper": ("没有找到正文的，只按台账登记", 1)}
    assert plan.with_groups(["no-paper"]).ticked == 2


def test_a_text_in_the_ledger_is_a_paper(casework: Casework, tmp_path: Path) -> None:
    row = [118, PARKING.subject, "祁听雨", "区城管局", DUE, "建议：\n1.增加泊位。\n2.错时开放。"]
    number = begun(casework, tmp_path, ("表.xlsx", ledger(row, head=[*HEAD, "建议内容"])))
    assert said(planned(casework, number)) == {"第3行": ("新登记", [])}


def test_two_papers_that_fit_are_unclear_until_one_is_chosen(
    casework: Casework, tmp_path: Path
) -> None:
    files = [("118.docx", paper(PARKING)), ("第118号.docx", paper(PARKING) + b"\0")]
    number = begun(casework, tmp_path, ("表.xlsx", ledger(LINE)), *files)
    (line,) = planned(casework, number).lines
    assert (line.status, [one.code for one in line.reasons]) == ("不明确", ["two-papers"])
    assert line.must_choose and [name for _, name in line.offered] == ["118.docx", "第118号.docx"]
    chosen = Choices(frozenset({line.key}), {line.key: line.offered[1][0]})
    (again,) = planned(casework, number, chosen).lines
    assert (again.status, again.paper_name, again.ticked) == ("新登记", "第118号.docx", True)


def test_where_the_paper_says_otherwise_the_line_says_so_and_one_is_chosen(
    casework: Casework, tmp_path: Path
) -> None:
    row = [118, "关于缓解老旧片区停车难题的提案", "薄望舒", "区城管局", DUE]
    number = begun(casework, tmp_path, ("表.xlsx", ledger(row)), ("118.docx", paper(PARKING)))
    (line,) = planned(casework, number).lines
    assert [(one.field, one.ledger, one.paper, one.side) for one in line.differs] == [
        ("subject", row[1], PARKING.subject, "ledger"),
        ("proposers", "薄望舒", "祁听雨", "ledger"),
    ]
    assert line.proposal.subject == row[1]
    chosen = Choices(None, {}, {f"{line.key}:proposers": "paper"})
    (again,) = planned(casework, number, chosen).lines
    assert [one.name for one in again.proposal.proposers] == ["祁听雨"]
    assert again.proposal.subject == row[1]


def test_a_number_with_plainly_another_subject_is_unclear(
    casework: Casework, tmp_path: Path
) -> None:
    row = [118, "关于推进河道清淤的提案", "祁听雨", "区城管局", DUE]
    number = begun(casework, tmp_path, ("表.xlsx", ledger(row)), ("第118号.docx", paper(PARKING)))
    assert said(planned(casework, number)) == {"第3行": ("不明确", ["unlike"])}


def test_the_same_item_twice_is_registered_once(casework: Casework, tmp_path: Path) -> None:
    again = ["第0118号", "缓解老旧小区停车难", "祁听雨", "区城管局", DUE]
    other = [118, "关于推进河道清淤的提案", "闻听雨", "区城管局", DUE]
    number = begun(
        casework, tmp_path, ("表.xlsx", ledger(LINE, again, other)), ("118.docx", paper(PARKING))
    )
    plan = planned(casework, number)
    assert said(plan) == {
        "第3行": ("新登记", []),
        "第4行": ("已登记", ["repeated"]),
        "第5行": ("不明确", ["no-paper", "like-above"]),
    }
    assert line_of(plan, "第4行").same_as == line_of(plan, "第3行").key


@pytest.mark.parametrize(
    ("known", "status", "codes"),
    [
        (Proposal(session="政协青岚区第十届委员会第五次会议", item_no="0118",
                  subject=PARKING.subject),
         "已登记", []),
        (Proposal(session=SESSION, item_no=None, subject=PARKING.subject,
                  proposers=(Proposer("祁听雨"),)), "已登记", []),
        (Proposal(session=SESSION, item_no="118", subject="关于推进河道清淤的提案"),
         "不明确", ["like-known"]),
        (Proposal(session="区政协十届四次会议", item_no="118", subject=PARKING.subject),
         "新登记", []),
        (Proposal(matter="建议", session="区十八届人大五次会议", item_no="118",
                  subject="关于菜场的建议"), "新登记", []),
    ],
    ids=["number", "subject and proposer", "another subject", "last year's", "a deputy's"],
)  # fmt: skip
def test_what_is_registered_already_is_not_doubled(
    casework: Casework, tmp_path: Path, known: Proposal, status: str, codes: list[str]
) -> None:
    matter = casework.create_matter(known)
    number = begun(casework, tmp_path, ("表.xlsx", ledger(LINE)), ("118.docx", paper(PARKING)))
    plan = planned(casework, number)
    assert said(plan) == {"第3行": (status, codes)}
    assert line_of(plan, "第3行").matter == (matter if status != "新登记" else None)


@pytest.mark.parametrize(
    ("title", "due", "code"),
    [
        ("区政协十届四次会议", DUE, "other-session"),
        ("区政协", "2025-06-02", "other-year"),
        ("2024年区政协", "", "other-year"),
    ],
)
def test_another_years_ledger_is_unclear(
    casework: Casework, tmp_path: Path, title: str, due: str, code: str
) -> None:
    casework.create_matter(Proposal(session=SESSION, item_no="1", subject="关于路灯的提案"))
    row = [118, PARKING.subject, "祁听雨", "区城管局", due]
    data = ledger(row, title=title)
    text = "关于缓解老旧小区停车难的提案\n建议：\n1.增加泊位。\n2.错时开放。"
    number = begun(casework, tmp_path, ("表.xlsx", data), ("118.txt", text.encode()))
    assert said(planned(casework, number)) == {"第3行": ("不明确", [code])}


def test_another_units_item_is_unclear(casework: Casework, tmp_path: Path) -> None:
    rows = [[118, PARKING.subject, "祁听雨", "区教育局", DUE]]
    number = begun(casework, tmp_path, ("表.xlsx", ledger(*rows)), ("118.docx", paper(PARKING)))
    assert said(planned(casework, number)) == {"第3行": ("不明确", ["other-unit"])}


def test_files_without_a_ledger_are_matters_of_their_own(
    casework: Casework, tmp_path: Path
) -> None:
    reply = "关于区政协十届四次会议第3号提案的答复\n祁听雨委员：\n您提出的《关于路灯的提案》收悉。"
    number = begun(
        casework,
        tmp_path,
        ("甲.docx", paper(PARKING)),
        ("乙.docx", paper(items(1)[0])),
        ("答复.txt", reply.encode()),
        ("坏.docx", b"broken"),
        ("密.txt", "机密★1年\n关于某事的提案\n建议：\n1.办。".encode()),
    )
    plan = planned(casework, number)
    assert said(plan) == {
        "甲.docx": ("新登记", []),
        "乙.docx": ("新登记", []),
        "答复.txt": ("不明确", ["not-proposal"]),
        "坏.docx": ("不能登记", ["unreadable"]),
        "密.txt": ("不能登记", ["unreadable"]),
    }
    assert "涉密文件不得导入" in line_of(plan, "密.txt").reasons[0].text


def test_a_paper_that_no_line_names_is_offered_as_its_own_matter(
    casework: Casework, tmp_path: Path
) -> None:
    row = [7, "关于路灯的提案", "薄听雨", "区城管局", DUE]
    number = begun(casework, tmp_path, ("表.xlsx", ledger(row)), ("甲.docx", paper(PARKING)))
    plan = planned(casework, number)
    assert said(plan) == {
        "第3行": ("不明确", ["no-paper"]),
        "甲.docx": ("不明确", ["not-in-ledger"]),
    }
    # …or to a line that has none: then it is no matter of its own.
    line = line_of(plan, "第3行")
    chosen = Choices(None, {line.key: line.offered[0][0]})
    assert [one.name for one in planned(casework, number, chosen).lines] == ["第3行"]


def test_secret_lines_and_lines_that_name_nothing_are_refused(
    casework: Casework, tmp_path: Path
) -> None:
    rows = [[118, PARKING.subject, "祁听雨", "", DUE, "机密"], [119, None, "薄听雨", "", DUE, None]]
    number = begun(casework, tmp_path, ("表.xlsx", ledger(*rows, head=[*HEAD, "密级"])))
    assert said(planned(casework, number)) == {
        "第3行": ("不能登记", ["secret"]),
        "第4行": ("不能登记", ["no-subject"]),
    }


def test_columns_are_asked_for_once_and_remembered_for_the_same_head(
    casework: Casework, tmp_path: Path
) -> None:
    head, row = ["流水", "事项", "谁提的"], [1, PARKING.subject, "祁听雨"]
    first = begun(casework, tmp_path, ("甲.xlsx", ledger(row, head=head)))
    batches = Batches(casework)
    batch = batch_of(casework, first)
    columns = planning.columns(batches, batch)
    assert columns.unknown
    assert [(one.name, one.key, one.samples) for one in columns.columns] == [
        ("流水", "", ("1",)),
        ("事项", "subject", (PARKING.subject,)),
        ("谁提的", "proposers", ("祁听雨",)),
    ]
    with pytest.raises(UserError, match="没有“案由”或“案号”一列"):
        planned(casework, first)
    with pytest.raises(UserError, match="没有“案由”或“案号”一列"):
        planning.keep_columns(batches, batch, {"谁提的": "proposers"})
    planning.keep_columns(batches, batch, {"事项": "subject", "谁提的": "proposers", "流水": ""})
    assert said(planned(casework, first)) == {"第3行": ("不明确", ["no-paper"])}
    second = begun(
        casework, tmp_path, ("乙.xlsx", ledger([2, "关于路灯的提案", "薄听雨"], head=head))
    )
    assert not planning.columns(batches, batch_of(casework, second)).unknown
    (line,) = planned(casework, second).lines
    assert line.proposal.proposers == (Proposer("薄听雨"),)


def test_what_was_said_of_one_head_does_not_hide_what_another_names_plainly(
    casework: Casework, tmp_path: Path
) -> None:
    head = ["编号", "事项", "谁提的"]
    row = [1, PARKING.subject, "祁听雨"]
    first = begun(casework, tmp_path, ("甲.xlsx", ledger(row, head=head)))
    keys = {"编号": "", "事项": "subject", "谁提的": "proposers"}
    planning.keep_columns(Batches(casework), batch_of(casework, first), keys)
    head = ["编号", "案由", "谁提的"]
    second = begun(casework, tmp_path, ("乙.xlsx", ledger(row, head=head)))
    lines = [planned(casework, number).lines[0].proposal for number in (first, second)]
    assert [(one.item_no, one.subject, one.proposers) for one in lines] == [
        (None, PARKING.subject, (Proposer("祁听雨"),)),
        ("1", PARKING.subject, (Proposer("祁听雨"),)),
    ]


def test_another_table_beside_the_ledger_is_passed_over(casework: Casework, tmp_path: Path) -> None:
    other = ledger(["停车", 3, 5], head=["领域", "件数", "占比"])
    number = begun(
        casework,
        tmp_path,
        ("交办表.xlsx", ledger(LINE)),
        ("统计.xlsx", other),
        ("118.docx", paper(PARKING)),
    )
    plan = planned(casework, number)
    assert said(plan) == {"交办表.xlsx 第3行": ("新登记", [])}
    assert plan.passed_over == ("统计.xlsx：没有读作台账",)


def test_papers_beside_a_table_that_is_no_ledger_are_registered_without_it(
    casework: Casework, tmp_path: Path
) -> None:
    other = ledger(["停车", 3, 5], head=["领域", "件数", "占比"])
    number = begun(casework, tmp_path, ("统计.xlsx", other), ("118.docx", paper(PARKING)))
    batches = Batches(casework)
    assert planning.columns(batches, batch_of(casework, number)).unknown
    choices = planning.packed_choices(Choices(no_ledger=True))
    batches.keep_choices(number, choices)
    assert not planning.columns(batches, batch_of(casework, number)).unknown
    plan = planned(casework, number)
    assert said(plan) == {"118.docx": ("新登记", [])}
    assert plan.passed_over == ("统计.xlsx：没有读作台账",)
