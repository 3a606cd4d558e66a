"""What still stands in a draft's way: 待核实, suggestions without an answer, what must be fixed.

The paper is assembled and proofread by :mod:`desk.papers`; here is judged what was found in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from drafting.answering.answerable import Claim, said
from drafting.answering.progress import pending_marks, shortfalls
from drafting.model import Draft, Finding
from drafting.model.identity import aligned

LATER = ("【待核实：编号】", "【待核实：发文字号】")
"""The number is given when the letter is signed: it cannot be known before."""

_UNANSWERED = "【待核实：本条建议尚未答复】"
COUNTED = "Q14"
"""The proofreader's rule on 待核实, which are counted already."""


@dataclass(frozen=True, slots=True)
class PaperRead:
    """The main paper of a matter as the guards are handed it.

    ``marks`` are the 待核实 printed on it; ``findings`` what the proofreader finds and nobody let
    stand with a reason; ``told`` says in a few lines what it found, as the sign-off sheet does;
    ``particulars`` are the figures, dates, titles and numbers that it says, each with its source
    and whoever confirmed it; ``problem`` why the paper cannot be made.
    """

    marks: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    told: str = ""
    problem: str = ""
    particulars: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something not verified or not said; ``place`` counts suggestions from 0."""

    text: str
    place: int | None = None


def obstacles(draft: Draft, paper: PaperRead) -> list[Obstacle]:
    """Return what is marked 待核实, in the answers and elsewhere on the paper.

    A suggestion without an answer is such a mark too: the paper prints one in its place. A paper
    that cannot be made is one obstacle, which says why.
    """
    answers = aligned(draft).answers
    found = [
        Obstacle(mark, place)
        for place, answer in enumerate(answers)
        for mark in pending_marks(answer)
    ]
    found += [
        Obstacle("尚未答复", place)
        for place, answer in enumerate(answers)
        if shortfalls(answer) == ("未答",)
    ]
    on_paper: Sequence[str] = (paper.problem,) if paper.problem else paper.marks
    left = Counter(on_paper) - Counter(one.text for one in found)
    return found + [Obstacle(mark) for mark in left if mark not in (*LATER, _UNANSWERED)]


def blocks(paper: PaperRead) -> list[str]:
    """Return what the proofreader says must be fixed (须改), or why there is no paper."""
    if paper.problem:
        return [paper.problem]
    return [
        f"{one.message}（{one.rule}）"
        for one in paper.findings
        if one.severity == "block" and one.rule != COUNTED
    ]


def unanswered(paper: PaperRead) -> list[str]:
    """Return which particulars have no source and were confirmed by nobody, a line each."""
    return [said(one) for one in paper.particulars if not one.settled]
