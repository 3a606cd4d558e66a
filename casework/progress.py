"""How far a draft is, and how answers follow their suggestions when the list is corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from casework.nouns import AnswerState, Progress
from drafting.facts import pending
from drafting.model import Answer, Draft, Proposal


def pending_marks(answer: Answer) -> list[str]:
    """Return the 待核实 marks that stand in any field of ``answer``."""
    fields = (answer.done, answer.next_step, answer.next_unit, answer.next_date, answer.reason)
    return [mark for text in fields for mark in pending(text)]


def answer_state(answer: Answer) -> AnswerState:
    """Tell whether a suggestion is answered.

    ``done`` needs a text, a disposition, a reason where the suggestion is only noted for
    reference (留作参考), and no 待核实.
    """
    if not (answer.done.strip() or answer.next_step.strip() or answer.reason.strip()):
        return "open"
    if answer.disposition is None or pending_marks(answer):
        return "partial"
    if answer.disposition == "留作参考" and not answer.reason.strip():
        return "partial"
    return "done"


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
