"""Finds a value again where a text prints it, with blanks and line breaks inside it."""

from __future__ import annotations

import re
from collections.abc import Iterable

Span = tuple[int, int]
"""Where a stretch begins and ends, the end excluded."""


def squeeze(text: str) -> tuple[str, list[int]]:
    """Return ``text`` without blanks, line breaks kept, and where each character stood.

    The list has one entry more than the characters: the end of the last one.
    """
    places = [at for at, char in enumerate(text) if char == "\n" or not char.isspace()]
    squeezed = "".join(text[at] for at in places)
    places.append(places[-1] + 1 if places else 0)
    return squeezed, places


def locate(value: str, text: str, within: Span | None = None) -> Span | None:
    """Return where ``value`` stands in ``text``, or in ``within`` of it; blanks do not count."""
    characters = [re.escape(char) for char in value if not char.isspace()]
    if not characters:
        return None
    start, end = within or (0, len(text))
    found = re.compile(r"[\s|｜]*".join(characters)).search(text, start, end)
    return found.span() if found else None


def trimmed(span: Span, text: str, marks: str = " \n\t|｜；;，,、") -> Span:
    """Return ``span`` without ``marks`` at its ends."""
    start, end = span
    while start < end and text[start] in marks:
        start += 1
    while end > start and text[end - 1] in marks:
        end -= 1
    return start, end


def hull(spans: Iterable[Span]) -> Span:
    """Return the stretch from the first to the last of ``spans``, which must not be empty."""
    known = list(spans)
    return min(start for start, _ in known), max(end for _, end in known)
