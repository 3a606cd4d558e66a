"""An answer on its way into a draft that others may have changed meanwhile: where it goes now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import blake2b

from casework.matters.drafts.merging import merged
from casework.nouns import Conflict, Matter
from drafting.model import Answer, Draft
from drafting.model.identity import aligned, place_of, worded
from drafting.model.serial import dumps

MERGED = "合并两人的修改"
"""The note of a version in which two people's changes were put together."""


def with_answer(draft: Draft, place: int, answer: Answer) -> Draft:
    """Return ``draft`` with ``answer`` at ``place``; raises :class:`LookupError` without one."""
    answers = list(aligned(draft).answers)
    if not 0 <= place < len(answers):
        raise LookupError(place)
    answers[place] = answer
    return replace(draft, answers=tuple(answers))


def answer_mark(answer: Answer) -> str:
    """Return a short mark that tells an answer from any other text of it."""
    return blake2b(dumps(answer).encode(), digest_size=9).hexdigest()


def place_now(place: int, answer: Answer, now: Sequence[Answer]) -> int:
    """Return where the answered suggestion stands now; ``place`` where it is there no more."""
    at = place_of((one.suggestion for one in now), answer.suggestion.key)
    return place if at is None else at


def as_worded(answer: Answer, now: Sequence[Answer], place: int) -> Answer:
    """Return ``answer`` about its suggestion as worded now, where that is at ``place``."""
    current = now[place].suggestion if place < len(now) else None
    same = current is not None and current.key == answer.suggestion.key
    return worded(answer, current) if current is not None and same else answer


def joined(
    current: Matter, was: Draft | None, place: int, mine: Answer, base: str, note: str
) -> tuple[Answer, str]:
    """Return what to save over an answer that others may have changed, or raise Conflict."""
    now = aligned(current.draft).answers
    key = mine.suggestion.key
    theirs = now[place] if place < len(now) else None
    old = aligned(was).answers if was is not None else ()
    # Never into the answer to another suggestion, be it empty.
    if theirs is not None and theirs.suggestion.key == key:
        former = next((one for one in old if one.suggestion.key == key), None)
        if answer_mark(theirs) == base or (not base and theirs == former):
            return mine, note
        if former is not None:
            both = merged(former, mine, theirs)
            if both is not None:
                return both, note or MERGED
    raise Conflict(current, with_answer(was or current.draft, place, mine))
