"""Twice as long a text takes at most 2.6 times as many steps: what is read and checked is linear.

Steps are lines of Python gone through, counted: a clock would tell of the machine.
"""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from drafting.checking import check_text, spelling
from drafting.checking.engine.sheet import _mark_tail
from drafting.checking.spelling.candidates import Candidates
from drafting.checking.spelling.evidence import evidence
from drafting.checking.spelling.lattice import Cut
from drafting.checking.spelling.tables import Tables
from drafting.intake import understand
from drafting.intake.suggestions.outline import outline
from drafting.reading import read_pasted

LENGTH = 1_000
MOST = 2.6

SHAPES = (
    "一、\n",
    "一、加强管理\n",
    "（一）\n",
    "1.\n",
    "一是\n",
    "附件：1.\n",
    "建议\n",
    "一、",
    "（",
    "“",
    "《一",
    "1,",
    "甲\t乙\n",
    "甲\n",
    "、",
    " 　",
    "我局将新建停车泊位20个。",
)


def steps(work: Callable[[str], Any], text: str) -> int:
    """Count the lines of Python that ``work`` goes through."""
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work(text)
    finally:
        sys.settrace(before)
    return count


def take_in(text: str) -> object:
    return understand(read_pasted(text))


@pytest.mark.parametrize("work", [take_in, check_text], ids=["intake", "checking"])
@pytest.mark.parametrize("shape", SHAPES)
def test_steps_grow_with_the_length(work: Callable[[str], object], shape: str) -> None:
    def of_length(length: int) -> str:
        return "关于停车的提案\n" + (shape * length)[:length]

    # What is loaded or learned at the first call is not counted.
    work(of_length(50))
    short, long = (steps(work, of_length(length)) for length in (LENGTH, 2 * LENGTH))
    assert long <= MOST * short


def test_a_quadratic_way_would_be_noticed() -> None:
    def pairs(text: str) -> int:
        found = 0
        for one in text:
            for other in text:
                found += one == other
        return found

    assert steps(pairs, "甲" * 200) > MOST * steps(pairs, "甲" * 100)


def test_no_line_of_a_list_of_enclosures_looks_at_all_before_it() -> None:
    """What goes on within one line of Python, a search through a list, counts too: each opcode of
    the module is a step."""

    def work(text: str) -> int:
        count = 0

        def trace(frame: FrameType, event: str, _: object) -> Any:
            nonlocal count
            if not frame.f_code.co_filename.endswith("outline.py"):
                return None
            frame.f_trace_opcodes = True
            count += event == "opcode"
            return trace

        sys.settrace(trace)
        try:
            outline(text)
        finally:
            sys.settrace(None)
        return count

    work("附件：1.\n")
    assert work("附件：1.\n" * 600) <= MOST * work("附件：1.\n" * 300)


@pytest.mark.parametrize("text", ["壹" * 2_000, "是时事市式实" * 300, "一以义议意" * 400])
def test_what_is_no_prose_costs_the_proofreader_no_more_than_prose(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of twenty words for each character evidence was gathered: 20,000 of them took ten seconds."""
    looked_at = []

    def counted(way: Cut, found: Candidates, known: Tables) -> Any:
        looked_at.append(len(found))
        return evidence(way, found, known)

    monkeypatch.setattr(spelling, "evidence", counted)
    said = "全区共有提案承办单位，请及时处里群众反映的问题。"
    alone = spelling.slips([said])
    both = spelling.slips([said, text])
    # What stands beside it in the same text is found as before.
    assert [one for one in both if one.line == 0] == alone != []
    assert looked_at[1] - looked_at[0] <= len(text)


def test_the_tail_of_a_text_is_not_copied_for_each_of_its_lines() -> None:
    class Lines(list[str]):
        """Lines that tell how many of them were looked at."""

        looked = 0

        def __getitem__(self, at: Any) -> Any:
            found = super().__getitem__(at)
            self.looked += len(found) if isinstance(at, slice) else 1
            return found

    lines = Lines(["附件：1."] * 500)
    places: list[Any] = ["body"] * len(lines)
    _mark_tail(lines, places)
    assert places == ["tail"] * len(lines)
    assert lines.looked <= 2 * len(lines)
