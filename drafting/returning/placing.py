"""Where each line of an edited paper belongs: a line of ours to its place, a new one by those
around it.

A line that was moved belongs where it stands now. What has no place in a draft is said to have
none (:class:`Homeless`); nothing is put where it merely fits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from drafting.assembly.text import line_label, stands_alone
from drafting.model import AT_END
from drafting.returning.nouns import LineKind
from drafting.returning.sheet import FURTHER, Place, Sheet

HEAD = frozenset(("head", "doc_no", "class", "disclosure", "signer"))
TAIL = frozenset(
    ("attachments", "attached", "signature", "date", "contacts", "copies_to", "imprint")
)
_RANKS = {
    "heading": 0,
    "done": 1,
    "next_step": 2,
    "disposition": 3,
    "reason": 3,
    **dict.fromkeys(FURTHER, 4),
}


class Homeless(Exception):
    """A line that has no place in a draft; says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the paper as it is to be: what it says, and what line of ours it continues.

    ``theirs`` is its line in the file where it is not as it was; ``moved``: it stands elsewhere.
    """

    text: str
    ours: int | None = None
    theirs: int | None = None
    moved: bool = False
    kind: LineKind = "text"

    @property
    def is_as_it_was(self) -> bool:
        """Whether nothing happened to it."""
        return self.theirs is None


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a draft: a field, of an answer or of the matter; ``key`` of a section is the
    id behind whose answer it stands."""

    field: str
    key: str = ""


def starts_section(entry: Entry) -> bool:
    """Whether a new line is a heading of the first level."""
    label = line_label(entry.text)
    if label is None:
        return entry.kind == "heading" and stands_alone(entry.text)
    rest = entry.text[label.length :]
    return label.level == 1 and stands_alone(rest, label.text)


def placed(sheet: Sheet, entries: Sequence[Entry]) -> Iterator[tuple[Entry, Slot]]:
    """Yield each line with its place. Raises :class:`Homeless`."""
    return _Placing(sheet, entries).run()


@dataclass(slots=True)
class _Placing:
    sheet: Sheet
    entries: Sequence[Entry]
    ids: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.ids = {one.suggestion.key: one.suggestion.id for one in self.sheet.draft.answers}

    def run(self) -> Iterator[tuple[Entry, Slot]]:
        """Place all, in order."""
        before = Slot("head")
        for number, entry in enumerate(self.entries):
            before = self._slot(number, entry, before)
            yield entry, before

    def _slot(self, number: int, entry: Entry, before: Slot) -> Slot:
        own = self._own(entry)
        if own is not None and not entry.moved:
            return own
        after = self._next(number)
        if own is not None and self._stays(own, before, after):
            return own
        if _ATTACHED.match(entry.text) and before.field not in ("done", "next_step"):
            raise Homeless(_ATTACHMENT)
        if starts_section(entry) and not (before.key and before.key == after.key):
            return self._section(before, after)
        return self._by_neighbours(before, after)

    def _own(self, entry: Entry) -> Slot | None:
        if entry.ours is None:
            return None
        place = self.sheet.places[entry.ours]
        if place.field == "section":
            return Slot("section", self.sheet.draft.sections[place.answer].behind)
        return Slot(place.field, place.suggestion)

    def _next(self, number: int) -> Slot:
        """The place of the next line that stands where it stood."""
        for entry in self.entries[number + 1 :]:
            own = self._own(entry)
            if own is not None and (not entry.moved or own.field == "heading"):
                return own
        return Slot("imprint")

    def _stays(self, own: Slot, before: Slot, after: Slot) -> bool:
        """Whether a line that moved is still what it was: a heading, or within its own answer."""
        if own.field == "heading" or (not own.field and own.key and own.key == before.key):
            return True
        rank = _RANKS.get(own.field)
        if rank is None or own.key != before.key or rank < _RANKS.get(before.field or "heading", 9):
            return False
        return own.key != after.key or rank <= _RANKS.get(after.field, -1)

    def _section(self, before: Slot, after: Slot) -> Slot:
        if before.field in HEAD | {"title", "salutation"} or before.field in TAIL:
            return self._by_neighbours(before, after)
        if before.field in ("opening", "") and not before.key:
            return Slot("section", "")
        if before.field in ("closing",):
            return Slot("section", AT_END)
        return Slot("section", before.key if before.field == "section" else self.ids[before.key])

    def _by_neighbours(self, before: Slot, after: Slot) -> Slot:
        if before.field in TAIL:
            raise Homeless(_NO_TAIL)
        if before.field in HEAD or before.field in ("title", "salutation"):
            raise Homeless(_NO_HEAD)
        if before.field in ("done", "next_step", "reason", "section", *FURTHER):
            return before
        if before.field in ("heading", "") and before.key:
            same = after.key == before.key and after.field in ("done", "next_step")
            return Slot(after.field if same else "done", before.key)
        if before.field == "disposition":
            return Slot("section", self.ids[before.key])
        if before.field == "closing":
            return Slot("section", AT_END)
        if after.key and after.field in ("done", "next_step"):
            return after
        return Slot("section", "")


_ATTACHED = re.compile(r"附\s*件\s*\d*\s*(?:[：:]|$)")
_ATTACHMENT = "附件不从正文取用，请在文稿页的“附件”填写。"
_NO_TAIL = "落款、附件和版记由程序编排，不能加文字；需要的请写进正文，或到文稿页填写。"
_NO_HEAD = "版头、标题和主送之间不能加文字；需要的请写进正文。"


def told_apart(place: Place) -> bool:
    """Whether a line is one that the program composes by itself."""
    return place.field in ("", "head", "signature", "imprint", "attachments")
