"""Comparing two texts that somebody wrote to keep the service busy: bounded, and still right."""

import sys
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.matters.drafts.merging import merged_text
from drafting.language.likeness.matching import MOST, Matcher, Work, ratio
from drafting.language.likeness.redline import compare
from drafting.returning.aligning import align
from drafting.returning.redlined import redlined, spans
from drafting.returning.sealed import MOST as MOST_DIFFERENCES
from drafting.returning.sealed import differences

TEXT = st.text("一二三\n", max_size=60)
WORK = st.integers(0, 200)


def steps(work: Callable[[], object]) -> int:
    """Count the lines of Python that ``work`` goes through; difflib is Python too."""
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(None)
    return count


@given(TEXT, TEXT)
def test_within_its_work_it_finds_what_difflib_finds(old: str, new: str) -> None:
    theirs = SequenceMatcher(None, old, new, autojunk=False)
    assert Matcher(old, new).get_opcodes() == theirs.get_opcodes()
    assert ratio(old, new) == theirs.ratio()


@given(TEXT, TEXT, WORK)
def test_beyond_its_work_it_leads_from_one_to_the_other_all_the_same(
    old: str, new: str, most: int
) -> None:
    made = ""
    for tag, i, j, k, m in Matcher(old, new, Work(most)).get_opcodes():
        if tag == "equal":
            assert old[i:j] == new[k:m]
        made += new[k:m]
    assert made == new
    runs = compare(old, new, Work(most))
    assert "".join(text for kind, text in runs if kind != "inserted") == old
    assert "".join(text for kind, text in runs if kind != "deleted") == new


def test_what_is_alike_at_its_ends_is_told_so_however_long_it_is() -> None:
    old = "一" * 20_000 + "二" * 20_000
    new = "一" * 20_000 + "三" + "二" * 20_000
    work = Work()
    assert [one[0] for one in Matcher(old, new, work).get_opcodes()] == [
        "equal", "insert", "equal",
    ]  # fmt: skip
    assert 0 <= work.left <= MOST


SHAPES: dict[str, tuple[str, str]] = {
    "one character": ("一" * 3_000, "一" * 2_000 + "二" + "一" * 900),
    "two in turn": ("一二" * 1_500, "二一" * 1_400),
    "less and less": (
        "".join("一" * n + "二" for n in range(75, 0, -1)),
        "".join("一" * n + "三" for n in range(75, 0, -1)),
    ),
    "all others": ("一" * 3_000, "二" * 3_000),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_no_shape_of_text_takes_more_than_its_work(shape: str) -> None:
    """Six million pairs are looked at without a bound; lines are counted, not seconds."""
    old, new = SHAPES[shape]
    most = 20_000
    taken = steps(lambda: Matcher(old, new, Work(most)).get_opcodes())
    # A pair is looked at in five lines; what else is done goes with the length.
    assert taken <= 6 * most + 25 * (len(old) + len(new))


def test_a_way_without_a_bound_would_be_noticed() -> None:
    old, new = "一" * 300, "一" * 200 + "二"
    way = SequenceMatcher(None, old, new, autojunk=False).get_opcodes
    assert steps(way) > 6 * 2_000 + 25 * (len(old) + len(new))


LINES: dict[str, tuple[Sequence[str], Sequence[str]]] = {
    "all others": (
        [f"甲{n}" for n in range(3_000)],
        [f"乙{n}" for n in range(3_000)],
    ),
    "all alike": (["一"] * 9_000, ["一"] * 8_000 + ["二"]),
}


@pytest.mark.parametrize("shape", LINES)
def test_a_paper_whose_lines_are_all_changed_is_told_by_its_order(shape: str) -> None:
    old, new = LINES[shape]
    spots = redlined(old, new)
    assert len(spots) <= len(old) + len(new)
    for spot in spots[:100]:
        assert list(spans(spot))
    links = align(old, new)
    assert sorted(n for one in links for n in one.ours) == list(range(len(old)))
    assert sorted(n for one in links for n in one.theirs) == list(range(len(new)))


def test_two_saves_of_an_endless_answer_are_merged_or_said_to_differ() -> None:
    base = "一\n" * 25_000
    mine, theirs = f"二\n{base}", f"{base}三\n"
    assert merged_text(base, mine, theirs) == f"二\n{base}三\n"


SEALED: dict[str, Callable[[], tuple[str, list[str]]]] = {
    "another paper": lambda: (
        "\n".join(f"第{n}行文字各不相同" for n in range(3_000)),
        [f"{n}别的字句别的字句" for n in range(3_000)],
    ),
    "one endless line": lambda: ("一" * 9_000 + "二", ["一" * 9_500]),
}


@pytest.mark.parametrize("what", SEALED)
def test_a_sealed_paper_that_is_another_is_told_in_few_words(what: str) -> None:
    ours, theirs = SEALED[what]()
    found = differences(ours, theirs)
    assert 1 <= len(found) <= MOST_DIFFERENCES
    assert all(len(one.ours) <= 2_002 and len(one.theirs) <= 2_002 for one in found)
