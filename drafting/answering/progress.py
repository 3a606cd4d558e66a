"""How complete a draft is, and how answers follow their suggestions when the list is corrected."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from drafting.language.particulars import pending
from drafting.language.sentences.tense import looks_ahead
from drafting.model import ANSWER_FIELDS, Answer, Disposition, Draft, Proposal, Role
from drafting.model.identity import aligned, numbered

AnswerState = Literal["done", "partial", "open"]
"""已答, 有待补正 (a 待核实, no disposition, or a refusal without reason), 未答."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How complete a draft is: suggestions answered of all, and 待核实 marks left."""

    answered: int = 0
    total: int = 0
    pending: int = 0


def pending_marks(answer: Answer) -> list[str]:
    """Return the 待核实 marks in all fields of ``answer``."""
    texts = (getattr(answer, field.name) for field in ANSWER_FIELDS if field.searched)
    return [mark for text in texts for mark in pending(text)]


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
    answer: Answer,
    reason_required: Collection[Disposition] = REASON_REQUIRED,
    role: Role = "主办",
) -> tuple[str, ...]:
    """Return what an answer still lacks to be one, in the words of the list; () where it is whole.

    未答; 待核实 n; 未采纳缺理由: refused without a reason; 只讲以往工作: work done and nothing else
    (避免总结工作式答复), though it may say that the very suggestion is settled; 未定采纳情况. What
    becomes of a suggestion is the lead unit's to say: of a 会办 unit's opinion it is not asked.
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
    if role == "会办":
        return tuple(found)
    if not (ahead or looks_ahead(answer.done) or _answers_otherwise(answer.done)):
        found.append("只讲以往工作")
    if answer.disposition is None:
        found.append("未定采纳情况")
    return tuple(found)


def _answers_otherwise(done: str) -> bool:
    return bool(_REFUSED.search(done) or _SETTLED.search(done))


def answer_state(answer: Answer, role: Role = "主办") -> AnswerState:
    """Return whether a suggestion is answered: ``done`` where :func:`shortfalls` finds nothing."""
    lacks = shortfalls(answer, role=role)
    return "done" if not lacks else "open" if lacks == ("未答",) else "partial"


def realign(draft: Draft, proposal: Proposal, origins: Sequence[Sequence[str]]) -> Draft:
    """Return ``draft`` about the corrected ``proposal``, its answers moved along.

    ``origins[i]`` holds the ids of the suggestions from which suggestion ``i`` was made: none for
    a new one, several where some were joined, of which the first gives it its id. Unknown ids are
    ignored; of two suggestions made from one the first has its answer, so that none is doubled.
    """
    left = {answer.suggestion.id: answer for answer in aligned(draft).answers}
    made, parts = [], []
    for suggestion, ids in zip(proposal.suggestions, origins, strict=True):
        found = [left.pop(id) for id in ids if id in left]
        made.append(replace(suggestion, id=found[0].suggestion.id if found else ""))
        parts.append(found)
    # What was joined or taken away gives its id to no suggestion that has nothing to do with it.
    known = [answer.suggestion.id for answer in aligned(draft).answers]
    suggestions = numbered(made, known)
    return replace(
        draft,
        proposal=replace(proposal, suggestions=suggestions),
        answers=tuple(
            replace(joined(found), suggestion=suggestion) if found else Answer(suggestion)
            for found, suggestion in zip(parts, suggestions, strict=True)
        ),
    )


def joined(parts: Sequence[Answer]) -> Answer:
    """Return the answers of joined suggestions as one; nothing that was written is dropped."""
    first, *rest = parts
    for part in rest:
        values: dict[str, Any] = {
            field.name: field.join(getattr(first, field.name), getattr(part, field.name))
            for field in ANSWER_FIELDS
        }
        first = replace(first, **values, evidence=first.evidence + part.evidence)
    return first


def progress(draft: Draft) -> Progress:
    """Count the answered suggestions and the marks to be verified."""
    answers = aligned(draft).answers
    return Progress(
        answered=sum(answer_state(answer, draft.proposal.role) == "done" for answer in answers),
        total=len(answers),
        pending=sum(len(pending_marks(answer)) for answer in answers),
    )
