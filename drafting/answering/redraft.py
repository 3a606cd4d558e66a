"""A newly composed answer beside the current one: what was typed since, what is taken over.

Machine-written text is recognised by digests kept with the answer, so that they follow it through
versions, corrected lists and files. Pure functions; the use case is ``desk.drafts.redrafting``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from hashlib import blake2b
from typing import Any

from drafting.model import (
    ANSWER_FIELDS,
    ANSWER_TITLES,
    Answer,
    Evidence,
    Passage,
    Suggestion,
    field_names,
)
from drafting.model.serial import dumps

FIELDS = field_names(composed=True)
"""What is composed. What becomes of a suggestion, and why, is for the clerk alone to say."""

PARTS = (*FIELDS, "evidence")
_TEXTS = field_names(searched=True)
_TITLES = {name: f"{ANSWER_TITLES[name]}：" for name in field_names(composed=True, kind="text")}
_LEAST_SHARED = 8
"""So many characters in common are no chance: no set phrase of the trade is as long."""


def mark(value: object) -> str:
    """Return a short digest of a part of an answer, or of anything that JSON can hold."""
    return blake2b(dumps(value).encode(), digest_size=6).hexdigest()


def marks(answer: Answer) -> tuple[str, ...]:
    """Return the marks of the parts of ``answer``, in the order of :data:`PARTS`."""
    return tuple(mark(getattr(answer, name)) for name in PARTS)


def suggestion_mark(suggestion: Suggestion) -> str:
    """Return the mark of what an answer speaks to; the label does not count."""
    return mark((suggestion.text, suggestion.detail))


def typed(answer: Answer) -> frozenset[str]:
    """Return the parts that somebody has changed since the answer was composed.

    Of an answer that was never composed: the parts that are not empty.
    """
    known = answer.composed.marks if answer.composed else ()
    if len(known) != len(PARTS):
        return frozenset(name for name in PARTS if getattr(answer, name))
    now = zip(PARTS, known, marks(answer), strict=True)
    return frozenset(name for name, then, today in now if then != today)


def differing(current: Answer, anew: Answer) -> tuple[str, ...]:
    """Return the fields in which the two answers differ."""
    return tuple(name for name in FIELDS if getattr(current, name) != getattr(anew, name))


def news(current: Answer, anew: Answer) -> bool:
    """Whether a field of ``anew`` has text that was not composed for ``current`` before."""
    then = current.composed.marks if current.composed else ()
    return len(then) != len(PARTS) or then[: len(FIELDS)] != marks(anew)[: len(FIELDS)]


def taken_whole(current: Answer, anew: Answer) -> Answer:
    """Return ``anew`` in place of ``current``, keeping what only the clerk decides."""
    own: dict[str, Any] = {
        one.name: getattr(current, one.name) for one in ANSWER_FIELDS if not one.composed
    }
    return replace(anew, suggestion=current.suggestion, **own)


def taken(current: Answer, anew: Answer, fields: Collection[str]) -> Answer:
    """Return ``current`` with ``fields`` from ``anew``; sources and notes follow the text.

    A source is dropped only where it belonged to a replaced text and to no other; or where all is
    replaced and nobody touched the sources. Text that then differs from the composed one counts as
    typed.
    """
    going = [name for name in differing(current, anew) if name in fields]
    mixed = replace(current, **{name: getattr(anew, name) for name in going})
    gone = [getattr(current, name) for name in going]
    stays = [getattr(mixed, name) for name in _TEXTS]
    come = [getattr(mixed, name) for name in going]
    whole = bool(going) and len(going) == len(differing(current, anew))
    new = [one for one in anew.evidence if whole or _rests(come, one.passage)]
    kept = [
        one
        for one in current.evidence
        if (not _rests(gone, one.passage) or _rests(stays, one.passage)) and not _among(one, new)
    ]
    if whole and "evidence" not in typed(current):
        alike = [getattr(current, name) for name in _TEXTS if name not in going]
        kept = [one for one in kept if _rests(alike, one.passage)]
    return replace(
        mixed,
        evidence=(*kept, *new),
        notes=_notes(current, anew, going),
        composed=anew.composed,
    )


def _notes(current: Answer, anew: Answer, going: Collection[str]) -> tuple[str, ...]:
    """Return the notes that are true of an answer whose fields ``going`` come from ``anew``."""
    staying = [name for name in differing(current, anew) if name not in going]
    if staying and not going:
        return current.notes
    stay = tuple(title for name, title in _TITLES.items() if name in staying)
    return (
        *(note for note in current.notes if note.startswith(stay)),
        *(note for note in anew.notes if not note.startswith(stay)),
    )


def _among(one: Evidence, others: Iterable[Evidence]) -> bool:
    here = (one.passage.source, one.passage.seq)
    return any((other.passage.source, other.passage.seq) == here for other in others)


def _rests(texts: Iterable[str], passage: Passage) -> bool:
    """Return whether one of ``texts`` names the document of ``passage`` or uses its words."""
    return any(
        (passage.title and passage.title in text)
        or (passage.doc_no and passage.doc_no in text)
        or _shares(text, passage.text)
        for text in texts
    )


def _shares(text: str, source: str) -> bool:
    runs = range(len(text) - _LEAST_SHARED + 1)
    return any(text[start : start + _LEAST_SHARED] in source for start in runs)
