"""Whatever was done to a paper: each line of the file is printed once, or it is said why not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import pytest
from assembly_cases import CASES, DEPUTY_DRAFT
from back_laws import Paper, lost_or_doubled
from hypothesis import given
from hypothesis import strategies as st
from laws import tried
from test_edit_kinds import DRAFT

from drafting.assembly import FROM_ANSWERS
from drafting.returning.edited import Edited, read_edited

PAPERS = {
    "信函": Paper(DRAFT),
    "五华": Paper(DRAFT, "wuhua"),
    "先述后列": Paper(replace(DRAFT, structure="summary-then-plan")),
    "先办理经过": Paper(replace(DRAFT, structure="handling-then-answers")),
    "简短": Paper(replace(DRAFT, structure="short")),
    "代表": Paper(DEPUTY_DRAFT, skin="document"),
    **{
        name: Paper(draft, profile, form, skin)
        for name, (draft, profile, form, skin) in CASES.items()
        if form in FROM_ANSWERS and name in ("co-handling", "second-reply", "reply-joint-to-a-body")
    },
}
WORDS = (
    "另有两处点位正在办理手续。",
    "详见附表",
    "五、其他情况",
    "（五）补充说明",
    "2025年新增300个，",
    "。",
)


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    anchor: str
    kind: str


@cache
def sent(paper: Paper) -> Edited:
    return read_edited(paper.file())


def lines_of(paper: Paper) -> list[Line]:
    read = sent(paper)
    return [Line(*one) for one in zip(read.lines, read.anchors, read.kinds, strict=True)]


def made(paper: Paper, lines: list[Line], *, kept: bool) -> Edited:
    read = sent(paper)
    return Edited(
        tuple(one.text for one in lines),
        suggestions=read.suggestions if kept else (),
        kinds=tuple(one.kind for one in lines),  # type: ignore[arg-type]
        anchors=tuple(one.anchor for one in lines) if kept else (),
        sent=read.sent if kept else (),
        extras=read.extras,
    )


def step(lines: list[Line], data: st.DataObject) -> None:
    """One thing that a hand does."""
    at = data.draw(st.integers(0, len(lines) - 1))
    other = data.draw(st.integers(0, len(lines) - 1))
    word = data.draw(st.sampled_from(WORDS))
    what = data.draw(st.sampled_from(("edit", "drop", "put", "move", "join", "split", "retype")))
    one = lines[at]
    cut = data.draw(st.integers(0, len(one.text)))
    if what == "edit":
        lines[at] = replace(one, text=one.text[:cut] + word + one.text[cut + 2 :])
    elif what == "retype":
        lines[at] = Line(word, "", "text")
    elif what == "drop" and len(lines) > 8:
        del lines[at]
    elif what == "put":
        lines.insert(at, Line(word, "", "text"))
    elif what == "move":
        lines.insert(other, lines.pop(at))
    elif what == "join" and at + 1 < len(lines):
        lines[at : at + 2] = [replace(one, text=one.text + lines[at + 1].text)]
    elif what == "split" and 0 < cut < len(one.text):
        lines[at : at + 1] = [replace(one, text=one.text[:cut]), Line(one.text[cut:], "", "text")]


@tried(6)
@pytest.mark.parametrize("name", PAPERS)
@given(data=st.data())
def test_each_line_is_printed_once_or_said_to_be_dropped(name: str, data: st.DataObject) -> None:
    paper = PAPERS[name]
    lines = lines_of(paper)
    for _ in range(data.draw(st.integers(1, 5))):
        step(lines, data)
    edited = made(paper, lines, kept=data.draw(st.booleans()))
    assert lost_or_doubled(paper, edited, paper.review(edited)) == []


@pytest.mark.parametrize(
    ("name", "label", "written"),
    [
        ("second-reply", "签发人", "签发人另有两处点位正在办理手续。承安"),
        ("second-reply", "签发人", "签发人：另有两处点位正在办理手续。"),
        ("reply-joint-to-a-body", "抄送", "抄送：区政府办另有两处点位。，区政协提案委员会。"),
    ],
)
@pytest.mark.parametrize("kept", [True, False])
def test_a_sentence_is_no_signer_and_no_unit_that_gets_a_copy(
    name: str, label: str, written: str, kept: bool
) -> None:
    paper = PAPERS[name]
    lines = lines_of(paper)
    (at,) = (n for n, one in enumerate(lines) if one.text.startswith(label))
    lines[at] = replace(lines[at], text=written)
    edited = made(paper, lines, kept=kept)
    found = paper.review(edited)
    assert [one.takes for one in found.changes if written in one.after] == [False]
    assert lost_or_doubled(paper, edited, found) == []


@pytest.mark.parametrize("doc_no", ["", "另有两处点位正在办理手续。"])
@pytest.mark.parametrize("kept", [True, False])
def test_a_number_split_off_its_heading_is_not_dropped_in_silence(doc_no: str, kept: bool) -> None:
    paper = PAPERS["信函"]
    lines = lines_of(paper)
    (at,) = (n for n, one in enumerate(lines) if one.text.startswith("二、"))
    lines[at : at + 1] = [
        Line("二、", lines[at].anchor, "text"),
        Line(lines[at].text[2:], "", "text"),
    ]
    lines[0] = replace(lines[0], text=doc_no + lines[0].text)
    edited = made(paper, lines, kept=kept)
    assert lost_or_doubled(paper, edited, paper.review(edited)) == []
