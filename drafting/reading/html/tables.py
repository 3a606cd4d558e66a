"""Tables of a page: rows of data, or a page laid out by a table, which is read as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import html

from drafting.papers.plain.lines import Line

_LONG_CELL = 800
_MOST_SPANNED = 100


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell and the lines in it."""

    node: html.HtmlElement
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """The cell's text, its lines separated by line breaks."""
        return "\n".join(line.text for line in self.lines)


def own_rows(table: html.HtmlElement) -> list[html.HtmlElement]:
    """Return the rows of ``table`` itself as they are shown: those of ``tfoot`` last."""
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table"), None) is table]
    return sorted(rows, key=lambda row: next(row.iterancestors("tfoot", "table")).tag == "tfoot")


def is_layout(table: html.HtmlElement, rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the table only lays out the page: another in it, a heading in a cell, one column."""
    if (table.get("role") or "").lower() in ("presentation", "none"):
        return True
    if any(next(table.iter(tag), None) is not None for tag in ("h1", "h2")):
        return True
    if any(table is not inner for inner in table.iter("table")):
        return True
    return max((sum(bool(cell.lines) for cell in row) for row in rows), default=0) < 2


def lines_of(rows: Sequence[Sequence[Cell]], *, layout: bool) -> list[Line]:
    """Return the rows as lines; those of a layout, and one with a long text in it, as text.

    A cell that spans rows stands in the cells of each, a cell that spans columns is followed by
    empty ones, so that columns keep their places.
    """
    lines: list[Line] = []
    spanning: dict[int, tuple[int, str]] = {}
    for row in rows:
        texts = _placed(row, spanning)
        if layout or any(len(cell.text) > _LONG_CELL for cell in row):
            lines += [line for cell in row for line in cell.lines]
        elif any(cell.lines for cell in row):
            shown = " ".join(cell.text for cell in row if cell.lines)
            lines.append(Line(shown, cells=texts if len(texts) > 1 else ()))
    return lines


def _placed(row: Sequence[Cell], spanning: dict[int, tuple[int, str]]) -> tuple[str, ...]:
    """Return the texts of a row by column and note in ``spanning`` what reaches into the next."""
    texts: list[str] = []

    def fill() -> None:
        while len(texts) in spanning:
            left, text = spanning.pop(len(texts))
            if left > 1:
                below[len(texts)] = (left - 1, text)
            texts.append(text)

    below: dict[int, tuple[int, str]] = {}
    for cell in row:
        fill()
        across, down = _span(cell, "colspan"), _span(cell, "rowspan")
        if down > 1:
            below[len(texts)] = (down - 1, cell.text)
            below.update({len(texts) + n: (down - 1, "") for n in range(1, across)})
        texts += [cell.text, *[""] * (across - 1)]
    fill()
    spanning.clear()
    spanning.update(below)
    return tuple(texts)


def _span(cell: Cell, name: str) -> int:
    given = (cell.node.get(name) or "").strip()
    return max(1, min(int(given), _MOST_SPANNED)) if given.isdecimal() else 1
