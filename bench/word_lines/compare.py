"""Where the engines break lines and pages, beside each other and beside our own model."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from drafting.writing.typesetting.flow import Item, setting_of
from drafting.writing.typesetting.pages import Layout, table_lines

_ROLES = frozenset(("paragraph", "heading", "salutation", "remark"))
_SMALL = frozenset(("table", "table-remark"))
# Glyphs that a stand-in lacks are not drawn by every engine; dashes and the like are drawn under
# another code by some.
_DROPPED = re.compile(r"[\s²³½㎡℃～〜~·•—―－…⋯‘’“”\"'□☑‑-]")


def plain(text: str) -> str:
    """``text`` without what engines draw under different codes or not at all."""
    return _DROPPED.sub("", text)


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """A row of a table: the page that it stands on, and of each cell the ends of its lines."""

    page: int
    cells: tuple[tuple[int, ...], ...]


@dataclass(slots=True)
class Broken:
    """How one engine broke a paper: pages, of each paragraph the ends of its lines, and the rows
    of the tables with the remarks below them.

    ``ends[n]`` is ``None`` where the paragraph was not found as it was written, as ``rows[n]`` is.
    """

    pages: int
    ends: list[tuple[int, ...] | None] = field(default_factory=list)
    rows: list[PrintedRow | None] = field(default_factory=list)


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
    broken.rows = [
        PrintedRow(page, tuple(_ends(lines) for lines in cells))
        for page, cells in _small_rows(layout)
    ]
    return broken


def table_rows(layout: Layout) -> list[tuple[str, ...]]:
    """The rows of the tables of a layout, cell by cell, and the remarks below them."""
    return [
        tuple("".join(map(plain, lines)) for lines in cells) for _, cells in _small_rows(layout)
    ]


def _small_rows(layout: Layout) -> Iterator[tuple[int, tuple[tuple[str, ...], ...]]]:
    """Each row with its page and the lines of its cells; what says nothing is left out."""
    stands = {
        (row.item, row.start if layout.items[row.item].role == "table" else 0): number
        for number, page in enumerate(layout.pages)
        for row in page
        if row.item >= 0 and layout.items[row.item].role in _SMALL and not row.end
    }
    for (index, number), page in sorted(stands.items()):
        item = layout.items[index]
        cells = _cells(item, number) if item.role == "table" else (table_lines(item),)
        if plain("".join("".join(lines) for lines in cells)):
            yield page, cells


def _cells(table: Item, number: int) -> tuple[tuple[str, ...], ...]:
    return tuple(cell.lines for cell in setting_of(table).rows[number])


def _ends(lines: Iterable[str]) -> tuple[int, ...]:
    """Where the lines of a cell end in its text; a line that says nothing is none."""
    ends: list[int] = []
    for line in lines:
        ends += [(ends[-1] if ends else 0) + len(plain(line))] if plain(line) else []
    return tuple(ends)


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


def rows_in(
    pages: Sequence[Iterable[str]], wanted: Sequence[tuple[str, ...]]
) -> list[PrintedRow | None]:
    """The rows of ``wanted`` in what an engine printed in small type, in the order of its file."""
    text, ends, begins = "", [], []
    for page in pages:
        begins.append(len(text))
        for line in page:
            text += plain(line)
            ends.append(len(text))
    found: list[PrintedRow | None] = []
    at = 0
    for cells in wanted:
        start = text.find("".join(cells), at)
        if start < 0:
            found.append(None)
            continue
        at, page_number = start, bisect_right(begins, start) - 1
        broken = []
        for cell in cells:
            inside = [end - at for end in ends if at < end < at + len(cell)]
            broken.append((*dict.fromkeys(inside), len(cell)) if cell else ())
            at += len(cell)
        found.append(PrintedRow(page_number, tuple(broken)))
    return found


@dataclass(slots=True)
class Agreement:
    """How many lines of one begin and end as the other's do, papers with as many pages, rows of
    tables on the same page, and what one did not print."""

    same: int = 0
    lines: int = 0
    same_cells: int = 0
    cell_lines: int = 0
    same_rows: int = 0
    rows: int = 0
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
        for row, printed in zip(one.rows, other.rows, strict=True):
            if row is None or printed is None:
                self.missing += 1
                continue
            self.rows += 1
            self.same_rows += row.page == printed.page
            for cell, broken in zip(row.cells, printed.cells, strict=True):
                spans, others = _spans(cell), _spans(broken)
                self.cell_lines += max(len(spans), len(others))
                self.same_cells += len(spans & others)

    @property
    def share(self) -> float:
        """The share of lines that agree, in per cent."""
        return 100 * self.same / max(1, self.lines)

    @property
    def cell_share(self) -> float:
        """The share of lines in cells that agree, in per cent."""
        return 100 * self.same_cells / max(1, self.cell_lines)


def _spans(ends: tuple[int, ...]) -> set[tuple[int, int]]:
    return set(zip((0, *ends), ends, strict=False))
