"""Tables in the text, and the ruled forms (征询意见表、面商记录表).

Word takes widths from ``w:tblW`` and ``w:tcW``, WPS from ``w:gridCol``: all three are written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from drafting.writing import gbt9704 as gb
from drafting.writing.ooxml import Element, paragraph, w
from drafting.writing.runs import text_runs
from drafting.writing.words import width_pt

Rows = tuple[tuple[str, ...], ...]

_TABLE_WIDTH = gb.mm(gb.TEXT_WIDTH_MM)


def text_table(rows: Rows) -> list[Element]:
    """A table of the text: a head that repeats on each page, columns after their contents."""
    widths = column_widths(rows)
    head = w("trPr", w("cantSplit"), w("tblHeader"))
    elements = [w("tr", head, *_spanning_cells(rows[0], widths, lambda _column: "TableHead"))]
    for row in rows[1:]:
        cells = _spanning_cells(row, widths, lambda _column: "TableText")
        elements.append(w("tr", w("trPr", w("cantSplit")), *cells))
    return [_table(widths, elements)]


def form_table(rows: Rows) -> list[Element]:
    """A form: labels and room to write by turns; a short row's last cell takes what is left."""
    widths = form_widths(max(len(row) for row in rows))
    elements = []
    for row in rows:
        height = w("trHeight", val=gb.mm(form_row_mm(row)), hRule="atLeast")
        properties = w("trPr", w("cantSplit"), height)
        style = _form_heading if len(row) == 1 else _form_cell
        elements.append(w("tr", properties, *_spanning_cells(row, widths, style)))
    return [_table(widths, elements)]


def form_row_mm(row: tuple[str, ...]) -> float:
    """The least height of a form's row: more where there is room to write by hand."""
    return gb.FORM_ROOM_MM if is_room(row) else gb.FORM_ROW_MM


def is_room(row: tuple[str, ...]) -> bool:
    """Whether a row is a label and room to write."""
    return len(row) <= 2 and not row[-1]


def _form_heading(_column: int) -> str:
    return "FormLabel"


def _form_cell(column: int) -> str:
    return "FormLabel" if column % 2 == 0 else "TableText"


def column_widths(rows: Rows) -> list[int]:
    """Widths in twips that share 版心 after the longest cell of each column, none too narrow."""
    count = max(len(row) for row in rows)
    least = gb.TABLE_MIN_COLUMN_CHARS * gb.SIZE_SMALL_4_PT
    longest = [
        max(
            [least]
            + [
                max(width_pt(line, gb.SIZE_SMALL_4_PT) for line in row[column].split("\n"))
                for row in rows
                if column < len(row)
            ]
        )
        for column in range(count)
    ]
    # A long cell wraps: its column grows with the root of its length, not with the length.
    shares = [least + (length - least) ** 0.5 * least**0.5 for length in longest]
    return _share_out(shares)


def form_widths(count: int) -> list[int]:
    """Widths in twips of a form's columns: labels narrow, room to write wide."""
    if count == 1:
        return [_TABLE_WIDTH]
    pairs = count / 2
    label = gb.FORM_LABEL_SHARE * 2 / max(pairs, 2)
    room = max(1 / pairs - label, label)
    return _share_out([label if column % 2 == 0 else room for column in range(count)])


def _share_out(shares: list[float]) -> list[int]:
    total = sum(shares)
    widths = [int(_TABLE_WIDTH * share / total) for share in shares]
    widths[-1] += _TABLE_WIDTH - sum(widths)
    return widths


def _spanning_cells(
    row: tuple[str, ...], widths: list[int], style: Callable[[int], str]
) -> Iterable[Element]:
    """The row's cells; the last one takes the columns that the row leaves over."""
    for column, text in enumerate(row):
        last = column == len(row) - 1
        span = len(widths) - column if last else 1
        width = sum(widths[column : column + span])
        properties = w("tcPr", w("tcW", w=width, type="dxa"))
        if span > 1:
            properties.append(w("gridSpan", val=span))
        properties.append(w("vAlign", val="center"))
        lines = (_cell_line(line, style(column)) for line in text.split("\n"))
        yield w("tc", properties, *lines)


def _cell_line(text: str, style: str) -> Element:
    return paragraph(style, text_runs(text))


def _table(widths: list[int], rows: Iterable[Element]) -> Element:
    return w(
        "tbl",
        w(
            "tblPr",
            w("tblStyle", val="RuledTable"),
            w("tblW", w=sum(widths), type="dxa"),
            w("jc", val="center"),
            w("tblLayout", type="fixed"),
        ),
        w("tblGrid", *(w("gridCol", w=width) for width in widths)),
        *rows,
    )
