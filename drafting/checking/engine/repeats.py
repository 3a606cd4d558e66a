"""Passages said twice, found in one pass over the text.

Every passage of at least 25 characters holds one whole piece of 13 that starts at a multiple of
13. So the pieces at those places are remembered, every piece of 13 is looked up, and what is found
is stretched both ways: linear, where a table of all windows would cost a hundred times the memory.
Of two equal pieces the first is remembered; a passage whose every piece stands earlier in other
company can so be missed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

LEAST = 25
PIECE = (LEAST + 1) // 2
_BREAK = "\0\n"


@dataclass(frozen=True, slots=True)
class Repeat:
    """``text[start:end]`` stands already at ``earlier``."""

    start: int
    end: int
    earlier: int


def repeats(text: str) -> Iterator[Repeat]:
    """Yield the passages of at least 25 characters that stand earlier in ``text``, in order.

    A passage never crosses a line break or a NUL, which callers put where repetition is meant,
    and the two places never overlap.
    """
    known: dict[str, int] = {}
    done = 0
    at = 0
    while at + PIECE <= len(text):
        piece = text[at : at + PIECE]
        earlier = known.get(piece)
        if earlier is not None and at >= done:
            start, end, origin = _stretch(text, earlier, at, done)
            if end - start >= LEAST:
                yield Repeat(start, end, origin)
                done = end
        if at % PIECE == 0 and "\0" not in piece and "\n" not in piece:
            known.setdefault(piece, at)
        at += 1


def _stretch(text: str, earlier: int, at: int, floor: int) -> tuple[int, int, int]:
    """Widen two equal pieces as far as they stay equal, apart, and within their lines."""
    before = 0
    while (
        earlier - before > 0
        and at - before > floor
        and text[earlier - before - 1] == text[at - before - 1]
        and text[at - before - 1] not in _BREAK
        and before < LEAST
    ):
        before += 1
    after = PIECE
    while (
        at + after < len(text)
        and earlier + after < at - before
        and text[earlier + after] == text[at + after]
        and text[at + after] not in _BREAK
    ):
        after += 1
    return at - before, at + after, earlier - before
