"""What still stands in the way of a draft: 待核实, suggestions without an answer."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from drafting.answering.progress import pending_marks, shortfalls
from drafting.assembly import assemble, main_form
from drafting.checking import check_reply, office_of, printed_lines
from drafting.checking.engine.ignoring import sift
from drafting.checking.engine.ignoring import told as say
from drafting.errors import UserError
from drafting.language.particulars import pending
from drafting.model import Draft, Finding, Ignored
from drafting.model.identity import aligned
from drafting.profile import Profile
from drafting.writing import write_text

if TYPE_CHECKING:
    from drafting.checking import Office

# The number is given when the letter is signed: it cannot be known before.
_LATER = ("【待核实：编号】", "【待核实：发文字号】")
_UNANSWERED = "【待核实：本条建议尚未答复】"
_COUNTED = "Q14"
"""The proofreader's rule on 待核实, which are counted already."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something not verified or not said; ``place`` counts suggestions from 0."""

    text: str
    place: int | None = None


def obstacles(draft: Draft, profile: Profile) -> list[Obstacle]:
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
    left = Counter(_on_paper(draft, profile)) - Counter(one.text for one in found)
    return found + [Obstacle(mark) for mark in left if mark not in (*_LATER, _UNANSWERED)]


@dataclass(frozen=True, slots=True)
class Proofread:
    """What the proofreader finds in a paper, and its lines; or why the paper cannot be made."""

    findings: tuple[Finding, ...] = ()
    lines: tuple[str, ...] = ()
    problem: str = ""


def proofread(
    draft: Draft, profile: Profile, today: dt.date, office: Office | None = None
) -> Proofread:
    """Read the main paper of ``draft`` as ``office`` has it read: the profile's rules, where it is
    not said what else.

    A date that is still open is not missing: it is the day of the signing.
    """
    draft = aligned(replace(draft, date=draft.date or today))
    try:
        reply = assemble(draft, profile, form=main_form(draft))
    except UserError as error:
        return Proofread(problem=error.message)
    habits = profile.checking
    findings = check_reply(reply, draft, office or office_of(habits.off, habits.severity))
    return Proofread(tuple(findings), tuple(text for _, text in printed_lines(reply)))


def blocks(read: Proofread, ignored: Collection[Ignored]) -> list[str]:
    """Return what the proofreader says must be fixed (须改) and nobody ignored with a reason."""
    if read.problem:
        return [read.problem]
    return [
        f"{one.message}（{one.rule}）"
        for one in sift(read.findings, read.lines, [one for one in ignored if one.reason]).left
        if one.severity == "block" and one.rule != _COUNTED
    ]


def told(read: Proofread, ignored: Collection[Ignored]) -> str:
    """Say in a few lines what the proofreader found, as the sign-off sheet does."""
    return read.problem or say(sift(read.findings, read.lines, ignored))


def _on_paper(draft: Draft, profile: Profile) -> list[str]:
    draft = aligned(draft)
    try:
        return pending(write_text(assemble(draft, profile, form=main_form(draft))))
    except UserError as error:
        return [error.message]
