"""What an engine finds on a page."""

from __future__ import annotations

from dataclasses import dataclass

from drafting.reading.pages.parts import Strip


@dataclass(frozen=True, slots=True)
class Found:
    """The printed lines in reading order, and the pieces of text as the engine gave them, each
    with its confidence of 0 to 100."""

    strips: tuple[Strip, ...]
    pieces: tuple[tuple[str, float], ...]
