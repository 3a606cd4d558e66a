"""Which suggestions a Word file answers, kept in it for the way back: bookmarks that Word hides.

They stand before the first paragraph, mark no text, and say nothing but the ids and their order.
"""

from __future__ import annotations

from drafting.model import Reply
from drafting.model.proposals import bookmarks_of
from drafting.writing.word.ooxml import Element, w


def known_suggestions(reply: Reply) -> list[Element]:
    """Return the elements that keep :attr:`Reply.suggestions`, for the head of the body."""
    found: list[Element] = []
    for number, name in enumerate(bookmarks_of(reply.suggestions), start=1):
        found.append(w("bookmarkStart", id=number, name=name))
        found.append(w("bookmarkEnd", id=number))
    return found
