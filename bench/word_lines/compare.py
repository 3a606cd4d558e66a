"""Where the engines break lines and pages, beside each other and beside our own model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from drafting.writing.pages import Layout

_ROLES = frozenset(("paragraph", "heading", "salutation", "remark"))
# Glyphs that a stand-in lacks are not drawn by every engine; dashes and the like are drawn under
# another code by some.
_DROPPED = re.compile(r"[\s²³½㎡℃～〜~·•—―－…⋯‘’“”\"'□☑‑-]")


def plain(text: str) -> str:
    """``text`` without what engines draw under different codes or not at all."""
    return _DROPPED.sub("", text)


@dataclass(slots=True)
class Broken:
    """How one engine broke a paper: pages, and of each paragraph the ends of its lines.

    ``ends[n]`` is ``None`` where the paragraph was not found as it was written.
    """

    pages: int
    ends: list[tuple[int, ...] | None] = field(default_factory=list)


def paragraphs(layout: Layout) -> list[str]:
    """The paragraphs of a layout that are compared."""
    return [plain(item.full_text) for item in layout.items if item.role in _ROLES]


def modelled(layout: Layout) -> Broken:
    """What our own layout says."""
    broken = Broken(len(layout.pages))
    rows = [row for page in layout.pages for row in page]
    for index, item in enumerate(layout.items):
        if item.role in _ROLES:
            ends = [
                len(plain(item.full_text[: row.end]))
                for row in rows
                if row.item == index and row.end
            ]
            broken.ends.append(tuple(ends))
    return broken


def found_in(pages: Sequence[Iterable[str]], wanted: Sequence[str], number: int) -> Broken:
    """The lines of ``wanted`` in the lines that an engine printed on ``number`` pages."""
    broken = Broken(number)
    text, ends = "", []
    for page in pages:
        for line in page:
            text += plain(line)
            ends.append(len(text))
    at = 0
    for paragraph in wanted:
        start = text.find(paragraph, at)
        if start < 0:
            broken.ends.append(None)
            continue
        at = start + len(paragraph)
        inside = [end - start for end in ends if start < end < at]
        broken.ends.append((*inside, len(paragraph)))
    return broken


@dataclass(slots=True)
class Agreement:
    """How many lines of one begin and end as the other's do, papers with as many pages, and
    paragraphs that one did not print."""

    same: int = 0
    lines: int = 0
    pages: int = 0
    papers: int = 0
    missing: int = 0

    def add(self, one: Broken, other: Broken) -> None:
        """Count one paper."""
        self.papers += 1
        self.pages += one.pages == other.pages
        for ours, theirs in zip(one.ends, other.ends, strict=True):
            if ours is None or theirs is None:
                self.missing += 1
                continue
            spans, others = _spans(ours), _spans(theirs)
            self.lines += max(len(spans), len(others))
            self.same += len(spans & others)

    @property
    def share(self) -> float:
        """The share of lines that agree, in per cent."""
        return 100 * self.same / max(1, self.lines)


def _spans(ends: tuple[int, ...]) -> set[tuple[int, int]]:
    return set(zip((0, *ends), ends, strict=False))
