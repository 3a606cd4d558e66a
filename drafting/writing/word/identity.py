"""What a Word file keeps for the way back, in bookmarks that Word hides.

Before the first paragraph stand the ids of the suggestions that the file answers, and the marks of
all its lines; around each paragraph, or in each row of a table, stands its own mark. They say
nothing of the text but digests (:mod:`drafting.language.paragraph_marks`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count

from drafting.language.paragraph_marks import anchor_name, listed_names, mark_of
from drafting.model import Reply
from drafting.model.proposals import bookmarks_of
from drafting.writing.word.ooxml import Element, qn, w

_PARAGRAPH, _TABLE, _ROW, _RUN, _TEXT = (qn(name) for name in ("p", "tbl", "tr", "r", "t"))
_HYPHEN = qn("noBreakHyphen")


def with_marks(reply: Reply, elements: Iterable[Element]) -> list[Element]:
    """Return the elements of the body with what is kept for the way back: bookmarks."""
    body = list(elements)
    if not reply.suggestions:
        return body
    numbers = count(1)
    marked = [(one, mark_of(text)) for one in _units(body) if (text := _text(one))]
    kept = [*bookmarks_of(reply.suggestions), *listed_names([mark for _, mark in marked])]
    head: list[Element] = []
    for name in kept:
        head.extend(_bookmark(next(numbers), name))
    for place, (unit, mark) in enumerate(marked):
        first = next(unit.iter(_RUN))
        start, end = _bookmark(next(numbers), anchor_name(place, mark))
        first.addprevious(start)
        paragraph = next(first.iterancestors(_PARAGRAPH))
        paragraph.append(end)
    return [*head, *body]


def _bookmark(number: int, name: str) -> tuple[Element, Element]:
    return w("bookmarkStart", id=number, name=name), w("bookmarkEnd", id=number)


def _units(elements: Iterable[Element]) -> Iterator[Element]:
    """What is read as a line: a paragraph, or a row of a table."""
    for element in elements:
        if element.tag == _PARAGRAPH:
            yield element
        elif element.tag == _TABLE:
            yield from element.iter(_ROW)


def _text(unit: Element) -> str:
    said = unit.iter(_TEXT, _HYPHEN)
    return "".join("-" if one.tag == _HYPHEN else one.text or "" for one in said)
