"""Which paper belongs to which line: by number or subject, in its name or in its words."""

from __future__ import annotations

import pytest

from drafting.intake.ledger import LedgerItem
from drafting.intake.ledger.matching import Match, PaperCard, match, unlike, unlike_paper
from drafting.model import Proposal

PARKING, LAMPS = "关于缓解老旧小区停车难的提案", "关于更换背街小巷路灯的提案"


def item(number: str | None, subject: str | None, file: str = "") -> LedgerItem:
    return LedgerItem("", 2, Proposal(item_no=number, subject=subject), file=file)


def card(id: int, name: str, subject: str = "", number: str = "", text: str = "") -> PaperCard:
    return PaperCard(id, name, Proposal(item_no=number or None, subject=subject or None, text=text))


ITEMS = [item("118", PARKING), item("0119", LAMPS)]


@pytest.mark.parametrize(
    "paper",
    [
        card(7, "第118号.docx"),
        card(7, "118.doc"),
        card(7, "0118.pdf"),
        card(7, "118号提案.docx"),
        card(7, "提案118.docx"),
        card(7, "提案包.zip/第118号/正文.docx"),
        card(7, "118 关于缓解老旧小区停车难的提案.docx"),
        card(7, "关于缓解老旧小区停车难的提案.pdf"),
        card(7, "祁听雨：关于缓解老旧小区停车难.pdf"),
        card(7, "1.关于缓解老旧小区停车难的提案.docx"),
        card(7, "扫描件.pdf", number="118"),
        card(7, "扫描件.pdf", subject="缓解老旧小区停车难"),
        card(7, "扫描件.pdf", text="案由：关于缓解老旧小区停车难的提案……"),
    ],
    ids=lambda one: one.name,
)
def test_a_paper_is_found(paper: PaperCard) -> None:
    assert match(ITEMS, [paper]) == [Match((7,)), Match()]


def test_the_file_that_the_ledger_names_is_it() -> None:
    items = [item("118", PARKING, file="扫描0001.pdf"), item("119", LAMPS)]
    assert match(items, [card(7, "包.zip/扫描0001.pdf")]) == [Match((7,)), Match()]


def test_two_papers_that_fit_are_two() -> None:
    papers = [card(1, "第118号.docx"), card(2, "关于缓解老旧小区停车难的提案.pdf")]
    assert match(ITEMS, papers)[0] == Match((1, 2))


def test_a_place_in_a_list_is_no_number_of_an_item() -> None:
    """119 stands before the parking: the subject decides, and nothing else fits the lamps."""
    papers = [card(1, "119.关于缓解老旧小区停车难的提案.docx")]
    assert match(ITEMS, papers) == [Match((1,)), Match()]


@pytest.mark.parametrize(
    ("paper", "offered"),
    [
        (card(1, "118扫描件.pdf"), True),
        (card(1, "包.zip/118城建类/扫描件.pdf"), False),
        (card(1, "通知.docx", "关于做好交办工作的通知", text=f"附：{PARKING}"), True),
    ],
    ids=["a figure before no subject", "a folder of a kind", "a notice that lists the items"],
)
def test_what_only_seems_to_belong_is_not_taken(paper: PaperCard, offered: bool) -> None:
    assert match(ITEMS, [paper]) == [Match(alike=(1,) if offered else ()), Match()]


def test_a_year_or_a_document_number_is_no_number_of_an_item() -> None:
    items = [item("2026", PARKING), item("12", LAMPS)]
    papers = [card(1, "2026年通知.docx"), card(2, "青政发〔2026〕12号.docx")]
    assert match(items, papers) == [Match(), Match()]


def test_one_paper_that_fits_two_lines_is_said() -> None:
    items = [item(None, PARKING), item(None, PARKING)]
    assert match(items, [card(1, "关于缓解老旧小区停车难的提案.docx")]) == [
        Match((1,), shared=(1,)),
        Match((1,), shared=(0,)),
    ]


def test_what_is_only_alike_is_offered_and_not_taken() -> None:
    papers = [card(1, "a.docx", subject="关于缓解我区老旧小区停车难题的提案")]
    assert match(ITEMS, papers) == [Match(alike=(1,)), Match()]


def test_plainly_another_subject_is_told() -> None:
    assert unlike(Proposal(subject=PARKING), Proposal(subject=LAMPS))
    assert not unlike(Proposal(subject=PARKING), Proposal(subject="关于缓解停车难的提案"))
    assert not unlike(Proposal(subject=PARKING), Proposal())


def test_a_subject_misread_contradicts_nothing_where_the_words_are_there() -> None:
    item = Proposal(subject=PARKING)
    assert unlike_paper(item, card(1, "第118号.docx", LAMPS))
    assert not unlike_paper(item, card(1, f"第118号{PARKING}.docx", LAMPS))
    assert not unlike_paper(item, card(1, "第118号.docx", LAMPS, text=f"案由：{PARKING}"))
