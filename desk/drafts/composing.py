"""起草: composes answers from the archive's best passages, the first time and every time after.

Used when a matter is registered, when it is composed anew, and for a file on the command line. What
each answer was composed from is stored with it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Protocol

from drafting.answering.first_draft import Verdicts, first_draft
from drafting.answering.passages.evidence import find_evidence
from drafting.answering.passages.library import Library
from drafting.answering.passages.sources import who_we_are
from drafting.answering.reasons import NEAR
from drafting.answering.redraft import mark, marks, suggestion_mark
from drafting.model import Answer, Composed, Draft


class Shelves(Library, Protocol):
    """An archive that knows its own state; ``corpus.Archive`` is one."""

    def count(self) -> int:
        """Return how many documents there are."""
        ...

    def state(self) -> tuple[str, ...]:
        """Return a value that differs between any two states."""
        ...

    def count_newer(self, numbers: Collection[int], moment: dt.datetime) -> int:
        """Return how many of the documents were put in, or in anew, after ``moment``."""
        ...


@dataclass(frozen=True, slots=True)
class Change:
    """What has changed since an answer was composed.

    The unit, its suggestion, and the number of documents near it that came into the archive since.
    """

    unit: str = ""
    suggestion: bool = False
    documents: int = 0


def compose(
    draft: Draft,
    library: Shelves,
    names: Collection[str],
    now: dt.datetime,
    *,
    reader: str = "",
    verdicts: Verdicts = MappingProxyType({}),
) -> Draft:
    """Return ``draft`` with all answers composed of what ``library`` holds.

    ``names`` are those of the profile's unit, ours where the matter names none; ``reader`` is the
    unit as which the archive is seen, "" where all of it is; ``verdicts`` are a local model's.
    """
    basis = Composed(
        units=who_we_are(draft.proposal, names).units,
        archive=mark(library.state()),
        reader=reader,
        at=now,
    )
    made = first_draft(draft.proposal, library, draft.profile, units=names, verdicts=verdicts)
    return replace(draft, answers=tuple(_stamped(answer, basis) for answer in made.answers))


def changed(draft: Draft, place: int, library: Shelves, names: Collection[str]) -> Change | None:
    """Return what has changed since the answer at ``place`` was composed, ``None`` for nothing.

    Where the archive is as it was, this asks it for its state only; else for what it holds about
    the suggestion, which the page shows anyway.
    """
    answer = draft.answers[place]
    then = answer.composed
    if then is None or then.at is None:
        return None
    units = who_we_are(draft.proposal, names).units
    documents = 0
    if mark(library.state()) != then.archive:
        near = find_evidence(draft.proposal, answer.suggestion, library, units=units)
        documents = library.count_newer({one.document for one in near}, then.at)
    found = Change(
        unit=(units[0] if units else "未填") if units != then.units else "",
        suggestion=suggestion_mark(answer.suggestion) != then.suggestion,
        documents=documents,
    )
    return found if found != Change() else None


def notes_for(answer: Answer, reader: str | None) -> tuple[str, ...]:
    """Return the notes of ``answer`` that ``reader`` may read; ``None`` may read all.

    What was near and not used is quoted from the archive as another unit sees it.
    """
    unit = answer.composed.reader if answer.composed else ""
    if reader is None or unit in ("", reader):
        return answer.notes
    return tuple(note for note in answer.notes if not note.startswith(NEAR))


def _stamped(answer: Answer, basis: Composed) -> Answer:
    made = replace(basis, marks=marks(answer), suggestion=suggestion_mark(answer.suggestion))
    return replace(answer, composed=made)
