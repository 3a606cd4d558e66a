"""What an edited file says: its lines, what they hold besides text, tracked changes, comments."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from drafting.model.serial import learned

LineKind = Literal["text", "heading", "row", "box"]
"""A paragraph, one of the first outline level, a row of a table, a paragraph of a text box."""


@dataclass(frozen=True, slots=True)
class Tracked:
    """One tracked change (修订): what was put in or struck out, by whom and when, in which line."""

    kind: Literal["inserted", "deleted"]
    text: str
    author: str = ""
    date: str = ""
    line: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment (批注) with the words that it is about."""

    text: str
    about: str = ""
    author: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Extra:
    """What a file holds besides the text of its lines: a picture, bold words, a header.

    ``kind`` names it as an office does, ``about`` are the words that it is on or that it says.
    ``line`` is the line that it stands in, or behind where it stands alone; -1 where it belongs
    to no line.
    """

    kind: str
    about: str = ""
    line: int = -1


@dataclass(frozen=True, slots=True)
class Edited:
    """What an uploaded file says: ``lines`` in reading order, a row of a table being one line.

    ``kinds`` and ``anchors`` go with the lines, one each, where they are known; an anchor is the
    mark (:mod:`drafting.language.paragraph_marks`) of the paragraph that we wrote there, ``sent``
    are the marks of all that the file was written with. ``suggestions`` are the ids that it was
    made with, in its order; none where another program dropped them.
    """

    lines: tuple[str, ...]
    tracked: tuple[Tracked, ...] = ()
    comments: tuple[Comment, ...] = ()
    suggestions: tuple[str, ...] = ()
    kinds: tuple[LineKind, ...] = ()
    anchors: tuple[str, ...] = ()
    sent: tuple[str, ...] = ()
    extras: tuple[Extra, ...] = ()

    def kind(self, line: int) -> LineKind:
        """Return what kind of line stands at ``line``."""
        return self.kinds[line] if line < len(self.kinds) else "text"

    def anchor(self, line: int) -> str:
        """Return the mark of the paragraph that we wrote at ``line``, or ``""``."""
        return self.anchors[line] if line < len(self.anchors) else ""


learned(Edited)
