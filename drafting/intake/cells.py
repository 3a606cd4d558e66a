"""A document's text as rows of cells, each with its position: the input of the form reader.

A table kept by the reader gives its rows; a line with bars is a row too; any other line is a row of
one cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from drafting.model import Document

_BAR = re.compile(r"[|｜\t]")


@dataclass(frozen=True, slots=True)
class Cell:
    """A stretch of the text; ``column`` counts in its row, empty cells counted."""

    text: str
    start: int
    column: int = 0

    @property
    def end(self) -> int:
        """Where it ends, the end excluded."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Row:
    """The filled cells of a row; ``grid`` says that it is one of a table."""

    cells: tuple[Cell, ...]
    grid: bool = False


def rows_of(document: Document) -> list[Row]:
    """Return the rows of ``document.text`` in order; blank lines are left out."""
    text = document.text
    rows: list[Row] = []
    at = 0
    for start, row in _tables(document):
        rows += _lines(text, at, start)
        rows.append(row)
        at = row.cells[-1].end
    rows += _lines(text, at, len(text))
    return rows


def lines_of(text: str, at: int) -> list[Row]:
    """Return the rows of ``text``, which stands at ``at`` of the document's."""
    rows = []
    for line in re.finditer(r"[^\n]+", text):
        cells = _cells(line[0], at + line.start())
        if cells:
            rows.append(Row(tuple(cells), grid=bool(_BAR.search(line[0]))))
    return rows


def _lines(text: str, start: int, end: int) -> list[Row]:
    return lines_of(text[start:end], start)


def _cells(line: str, at: int) -> list[Cell]:
    cells = []
    start = 0
    for column, piece in enumerate(_BAR.split(line)):
        bare = piece.strip()
        if bare:
            cells.append(Cell(bare, at + start + piece.index(bare), column))
        start += len(piece) + 1
    return cells


def _tables(document: Document) -> list[tuple[int, Row]]:
    """Return the rows of the tables, each with where it begins in the text."""
    found: list[tuple[int, Row]] = []
    at = 0
    for block in document.body:
        for above, row in pairwise(((), *block.rows)):
            cells = _place(document.text, row, at, above)
            if cells:
                found.append((cells[0].start, Row(cells, grid=True)))
                at = cells[-1].end
    return found


def _place(text: str, row: tuple[str, ...], at: int, above: tuple[str, ...]) -> tuple[Cell, ...]:
    """Find the cells of a row one after another; ``()`` where the text has them elsewhere.

    A cell that reaches down from the row ``above`` is repeated in the row and not in the text.
    """
    cells = []
    line_end = text.find("\n", at + 1)
    for column, cell in enumerate(row):
        if not cell.strip():
            continue
        start = text.find(cell, at)
        beyond = start < 0 or (line_end >= 0 and start >= line_end)
        if beyond and cell in above[column : column + 1]:
            continue
        if start < 0:
            return ()
        cells.append(Cell(cell, start, column))
        at = start + len(cell)
    return tuple(cells)
