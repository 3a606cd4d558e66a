"""How far a draft is, and how answers follow their suggestions when the list is corrected."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from drafting.language.particulars import pending
from drafting.language.tense import looks_ahead
from drafting.model import Answer, Disposition, Draft, Proposal

AnswerState = Literal["done", "partial", "open"]
"""已答, 有待补正 (a 待核实, no disposition, or a refusal without reason), 未答."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a draft is: suggestions answered of all, and 待核实 marks that stand."""

    answered: int = 0
    total: int = 0
    pending: int = 0


def pending_marks(answer: Answer) -> list[str]:
    """Return the 待核实 marks that stand in any field of ``answer``."""
    fields = (answer.done, answer.next_step, answer.next_unit, answer.next_date, answer.reason)
    return [mark for text in fields for mark in pending(text)]


REASON_REQUIRED: tuple[Disposition, ...] = ("部分采纳", "留作参考")
"""What is not taken up, or not wholly, is refused without a reason where none is given."""

# What answers besides a look ahead: a refusal, …
_REFUSED = re.compile("尚不具备|暂不|不宜|难以|无法")
# … or that what was asked for is settled.
_SETTLED = re.compile(
    r"(?:本|该|此|这)条建议(?:所提|反映的)?[^。；\n]{0,12}?已经?(?:全部|基本)?(?:办结|落实|解决|实现|完成|采纳)|"
    r"已经?(?:全部|基本)(?:办结|落实|解决|实现)"
)


def shortfalls(
    answer: Answer, reason_required: Collection[Disposition] = REASON_REQUIRED
) -> tuple[str, ...]:
    """Say what an answer still lacks to be one, in the words of the list; () where it is whole.

    未答; 待核实 n; 未采纳缺理由: refused without a reason; 只讲以往工作: work done and nothing else
    (避免总结工作式答复), though it may say that the very suggestion is settled; 未定采纳情况.
    """
    ahead = answer.next_step.strip() or answer.reason.strip()
    if not (answer.done.strip() or ahead):
        return ("未答",)
    found = []
    marks = len(pending_marks(answer))
    if marks:
        found.append(f"待核实 {marks}")
    if answer.disposition in reason_required and not answer.reason.strip():
        found.append("未采纳缺理由")
    if not (ahead or looks_ahead(answer.done) or _answers_otherwise(answer.done)):
        found.append("只讲以往工作")
    if answer.disposition is None:
        found.append("未定采纳情况")
    return tuple(found)


def _answers_otherwise(done: str) -> bool:
    return bool(_REFUSED.search(done) or _SETTLED.search(done))


def answer_state(answer: Answer) -> AnswerState:
    """Tell whether a suggestion is answered: ``done`` where :func:`shortfalls` finds nothing."""
    lacks = shortfalls(answer)
    return "done" if not lacks else "open" if lacks == ("未答",) else "partial"


def aligned(draft: Draft) -> Draft:
    """Return ``draft`` with exactly one answer a suggestion, in the order of the suggestions.

    Drafts from elsewhere (a file, an older program) may lack answers; the first answer that
    names a suggestion is its answer.
    """
    answers = []
    left = list(draft.answers)
    for suggestion in draft.proposal.suggestions:
        found = next((answer for answer in left if answer.suggestion == suggestion), None)
        if found is None:
            found = Answer(suggestion)
        else:
            left.remove(found)
        answers.append(found)
    return draft if tuple(answers) == draft.answers else replace(draft, answers=tuple(answers))


def realign(draft: Draft, proposal: Proposal, origins: Sequence[Sequence[int]]) -> Draft:
    """Return ``draft`` about the corrected ``proposal``, its answers moved along.

    ``origins[i]`` holds the places in the former list from which suggestion ``i`` was made: none
    for a new one, several where suggestions were merged. Places outside the list are ignored.
    """
    former = aligned(draft).answers
    answers = []
    for suggestion, places in zip(proposal.suggestions, origins, strict=True):
        parts = [former[place] for place in places if 0 <= place < len(former)]
        answers.append(replace(_joined(parts), suggestion=suggestion) if parts else None)
    return replace(
        draft,
        proposal=proposal,
        answers=tuple(
            answer or Answer(suggestion)
            for answer, suggestion in zip(answers, proposal.suggestions, strict=True)
        ),
    )


def _joined(parts: Sequence[Answer]) -> Answer:
    """Return the answers of merged suggestions as one; nothing that was written is dropped."""
    first, *rest = parts
    for part in rest:
        first = replace(
            first,
            done=_lines(first.done, part.done),
            next_step=_lines(first.next_step, part.next_step),
            next_unit=first.next_unit or part.next_unit,
            next_date=first.next_date or part.next_date,
            disposition=first.disposition if first.disposition == part.disposition else None,
            reason=_lines(first.reason, part.reason),
            evidence=first.evidence + part.evidence,
        )
    return first


def _lines(*texts: str) -> str:
    return "\n".join(text for text in texts if text)


def progress(draft: Draft) -> Progress:
    """Count what is answered and what waits to be verified."""
    answers = aligned(draft).answers
    return Progress(
        answered=sum(answer_state(answer) == "done" for answer in answers),
        total=len(answers),
        pending=sum(len(pending_marks(answer)) for answer in answers),
    )
