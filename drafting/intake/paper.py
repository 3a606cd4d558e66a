"""The paper as the readers of single fields see it, and the type of what they return."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from drafting.intake.entries import CardEntry, entries_of
from drafting.intake.nouns import FieldReading, FieldState, Place
from drafting.language.sessions import Session, find_sessions
from drafting.language.spans import Span
from drafting.model import Document, Kind

_RUNNING = re.compile(r"[。；;！？]")
_LONG = 60
# A proposal's card stands in its first pages; a longer text is a book of something else.
_CARD_CHARS = 30_000
_MOST_SESSIONS = 40


@dataclass(frozen=True, slots=True)
class Found:
    """A value of one field: as it is to be kept, where it stands, and how it was found."""

    value: str
    spans: tuple[Span, ...] = ()
    state: FieldState = "读出"
    why: str = ""


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A line of the text with where it stands; ``running`` says that it is of sentences."""

    text: str
    start: int

    @property
    def span(self) -> Span:
        """Where it begins and ends."""
        return self.start, self.start + len(self.text)

    @property
    def running(self) -> bool:
        """Whether it is a sentence or several rather than a title or a field."""
        return len(self.text) > _LONG or (len(self.text) > 20 and bool(_RUNNING.search(self.text)))


class Paper:
    """A document with its lines, fields and sessions, each worked out once."""

    def __init__(self, document: Document) -> None:
        """Look at ``document``; nothing is read of it yet."""
        self.document = document
        self.text = document.text

    @cached_property
    def entries(self) -> list[CardEntry]:
        """The fields of the form, in the order printed."""
        return entries_of(self.document)

    @cached_property
    def lines(self) -> list[PaperLine]:
        """The lines of the text, blank ones left out."""
        return [
            PaperLine(found[0].strip(), found.start() + len(found[0]) - len(found[0].lstrip()))
            for found in re.finditer(r"[^\n]+", self.text)
            if found[0].strip()
        ]

    @cached_property
    def head(self) -> list[PaperLine]:
        """The lines above the first running text, at most thirty."""
        above: list[PaperLine] = []
        for line in self.lines[:30]:
            if line.running:
                break
            above.append(line)
        return above

    @cached_property
    def opening(self) -> list[PaperLine]:
        """The first lines of running text: where a report says who proposes what."""
        return [line for line in self.lines if line.running][:6]

    @cached_property
    def beginning(self) -> str:
        """The first pages of the text."""
        return self.text[:_CARD_CHARS]

    @cached_property
    def sessions(self) -> list[Session]:
        """The sessions that the text names where cards print theirs, in order."""
        return find_sessions(self.beginning)[:_MOST_SESSIONS]

    @property
    def is_reply(self) -> bool:
        """Whether the document answers a proposal instead of being one."""
        return self.document.kind is Kind.REPLY

    def values(self, *fields: str) -> list[CardEntry]:
        """Return the entries of ``fields`` in the order printed."""
        return [entry for entry in self.entries if entry.field in fields]

    def line_at(self, place: int) -> PaperLine:
        """Return the line in which the character at ``place`` stands."""
        return self.lines[bisect_right(self._starts, place) - 1]

    @cached_property
    def _starts(self) -> list[int]:
        return [line.start for line in self.lines]


def reading(found: Found | None) -> FieldReading:
    """Return how a field was come by; ``None`` for one that was not found."""
    if found is None:
        return FieldReading()
    places = tuple(Place(start, end) for start, end in found.spans)
    return FieldReading(found.state, next(iter(places), None), found.why, places[1:])
