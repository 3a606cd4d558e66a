"""Tables in the text, and the ruled forms (征询意见表、面商记录表).

Word takes widths from ``w:tblW`` and ``w:tcW``, WPS from ``w:gridCol``: all three are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy
from functools import lru_cache

from drafting.writing import gbt9704 as gb
from drafting.writing.lines import break_lines
from drafting.writing.titles import title_lines
from drafting.writing.word.ooxml import Element, paragraph, w
from drafting.writing.word.runs import cell_runs
from drafting.writing.words import width_pt as width_of

Rows = tuple[tuple[str, ...], ...]

_TABLE_WIDTH = gb.mm(gb.TEXT_WIDTH_MM)


def text_table(rows: Rows) -> list[Element]:
    """A table of the text: a head that repeats on each page, columns after their contents."""
    widths = column_widths(rows)
    head = w("trPr", w("cantSplit"), w("tblHeader"))
    elements = [w("tr", head, *_spanning_cells(rows[0], widths, "TableHead"))]
    for row in rows[1:]:
        keep = [w("keepNext")] if is_subhead(row, rows) else []
        cells = _spanning_cells(row, widths, "TableText", keep)
        elements.append(w("tr", w("trPr", w("cantSplit")), *cells))
    return [_table(widths, elements)]


def form_table(rows: Rows, room_mm: float = gb.FORM_ROOMS_MM[0]) -> list[Element]:
    """A form: labels and room to write by turns; a short row's last cell takes what is left."""
    widths = form_widths(max(len(row) for row in rows))
    elements = []
    for row in rows:
        height = w("trHeight", val=gb.mm(form_row_mm(row, room_mm)), hRule="atLeast")
        properties = w("trPr", w("cantSplit"), height)
        elements.append(w("tr", properties, *_form_cells(row, widths)))
    return [_table(widths, elements)]


def form_row_mm(row: tuple[str, ...], room_mm: float) -> float:
    """The least height of a form's row: ``room_mm`` where there is room to write by hand."""
    return room_mm if is_room(row) else min(gb.FORM_ROW_MM, room_mm * gb.FORM_ROW_SHARE)


def is_room(row: tuple[str, ...]) -> bool:
    """Whether a row is a label and room to write."""
    return len(row) <= 2 and not row[-1]


def is_label(row: tuple[str, ...], column: int) -> bool:
    """Whether a form's cell is a label, not what is filled in."""
    return len(row) == 1 or column % 2 == 0


@lru_cache(maxsize=2048)
def cell_lines(text: str, width_pt: float, *, label: bool = False) -> tuple[str, ...]:
    """The lines of a cell ``width_pt`` wide, its margins included.

    A label is cut between words and evenly, as a title is: 具体意见 / 和建议. Kept: a form is laid
    out with more room and less, and then written, and its cells stay as they are.
    """
    inner = max(gb.SIZE_SMALL_4_PT, width_pt - 2 * gb.mm_to_pt(gb.TABLE_CELL_MARGIN_MM))
    lines: list[str] = []
    for line in text.split("\n"):
        # What needs more lines is no label, and weighing its cuts would take long.
        if label and width_of(line, gb.SIZE_SMALL_4_PT) <= gb.FORM_LABEL_LINES * inner:
            lines.extend(title_lines(line, gb.SIZE_SMALL_4_PT, inner) or ("",))
        else:
            lines.extend(_broken(line, inner) or ("",))
    return tuple(lines)


def _broken(line: str, width: float) -> list[str]:
    return break_lines(line, width, size_pt=gb.SIZE_SMALL_4_PT, tracking_pt=0.0)


def column_widths(rows: Rows) -> list[int]:
    """Widths in twips that share 版心 after the longest cell of each column, none too narrow."""
    count = max(len(row) for row in rows)
    least = gb.TABLE_MIN_COLUMN_CHARS * gb.SIZE_SMALL_4_PT
    longest = [
        max(
            [least]
            + [
                max(width_of(line, gb.SIZE_SMALL_4_PT) for line in row[column].split("\n"))
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


def is_subhead(row: tuple[str, ...], rows: Rows) -> bool:
    """Whether a row is one cell over all columns, which names those below and stays with them."""
    return len(row) == 1 < max(len(other) for other in rows)


def _spanning_cells(
    row: tuple[str, ...], widths: list[int], style: str, keep: Sequence[Element] = ()
) -> Iterable[Element]:
    for text, span, width in spanned(row, widths):
        yield _cell(text.split("\n"), style, span, width, keep)


def _form_cells(row: tuple[str, ...], widths: list[int]) -> Iterable[Element]:
    for column, (text, span, width) in enumerate(spanned(row, widths)):
        if is_label(row, column):
            lines = cell_lines(text, width / gb.TWIPS_PER_PT, label=True)
            yield _cell(lines, "FormLabel", span, width)
        else:
            yield _cell(text.split("\n"), "TableText", span, width)


def spanned(row: tuple[str, ...], widths: list[int]) -> Iterable[tuple[str, int, int]]:
    """The row's cells, each with its columns and width; the last takes what the row leaves."""
    for column, text in enumerate(row):
        last = column == len(row) - 1
        span = len(widths) - column if last else 1
        yield text, span, sum(widths[column : column + span])


def _cell(
    lines: Iterable[str], style: str, span: int, width: int, keep: Sequence[Element] = ()
) -> Element:
    properties = deepcopy(_cell_properties(span, width))
    return w("tc", properties, *(paragraph(style, cell_runs(line), *keep) for line in lines))


@lru_cache(maxsize=256)
def _cell_properties(span: int, width: int) -> Element:
    properties = w("tcPr", w("tcW", w=width, type="dxa"))
    if span > 1:
        properties.append(w("gridSpan", val=span))
    properties.append(w("vAlign", val="center"))
    return properties


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
