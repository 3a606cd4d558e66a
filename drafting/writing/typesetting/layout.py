"""The nouns of a paper laid out: its rows, its pages, and what each of these holds."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from drafting.writing.typesetting.fit import Fit
from drafting.writing.typesetting.flow import Item

_TEXT_ROLES = frozenset(("paragraph", "heading", "table"))


@dataclass(frozen=True, slots=True)
class Row:
    """A piece of a page that is not divided: a line of a paragraph, a row of a table, a blank.

    ``item`` counts in the flow; of a paragraph's line ``start`` and ``end`` are its place in the
    item's text, of a table's row ``start`` is its number, and of a head that is repeated ``end``
    is the row behind it; ``lines`` are those of a title. ``keep``
    binds a row to the following one; ``head_pt`` is how high the head is that a table repeats
    above this row where it begins a page, ``head`` how many rows it has; ``across``: the page is
    turned (8 横排表格).
    """

    height_pt: float
    item: int = -1
    start: int = 0
    end: int = 0
    lines: tuple[str, ...] = ()
    keep: bool = False
    page_break: bool = False
    head_pt: float = 0.0
    head: int = 0
    across: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """A reply laid out: its flow, the rows on each page, what gave way, and why.

    The rows of the last page may end with one of item −1: the room of 版记. ``rooms_pt`` is the
    height that each page had for its rows.
    """

    items: tuple[Item, ...]
    pages: tuple[tuple[Row, ...], ...]
    fit: Fit
    notes: tuple[str, ...] = ()
    rooms_pt: tuple[float, ...] = ()

    @property
    def divided(self) -> frozenset[int]:
        """The items that stand on more than one page."""
        pages = [{row.item for row in page} for page in self.pages]
        return frozenset(item for one, other in pairwise(pages) for item in one & other)

    @property
    def fits(self) -> bool:
        """Whether each page holds what stands on it: what is bound may be too high for one."""
        pages = zip(self.pages, self.rooms_pt, strict=True)
        return all(
            page[-1].across or sum(row.height_pt for row in page) <= room for page, room in pages
        )

    @property
    def has_text(self) -> bool:
        """Whether the paper has text at all."""
        return any(item.role in _TEXT_ROLES for item in self.items)

    def text_rows(self, page: tuple[Row, ...]) -> int:
        """How many lines of text (and rows of tables) stand on a page."""
        return sum(row.item >= 0 and self.items[row.item].role in _TEXT_ROLES for row in page)

    def behind_turned(self, number: int) -> bool:
        """Whether a page, counted from 0, follows a turned one: it may have no text, for nothing
        else may stand there."""
        return number > 0 and self.pages[number - 1][-1].across

    def tail_pages(self) -> list[int]:
        """The pages, counted from 0, on which something of the signature stands, row by row."""
        return [
            number
            for number, page in enumerate(self.pages)
            for row in page
            if row.item >= 0 and self.items[row.item].tail
        ]
