"""Tables in the text, and the ruled forms (征询意见表、面商记录表).

Word takes widths from ``w:tblW`` and ``w:tcW``, WPS from ``w:gridCol``: all three are written.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import replace
from functools import lru_cache

from drafting.writing import gbt9704 as gb
from drafting.writing.typesetting.lines import break_lines
from drafting.writing.typesetting.tables import Cell, TableSetting
from drafting.writing.typesetting.titles import title_lines
from drafting.writing.typesetting.words import width_pt as width_of
from drafting.writing.word.ooxml import Element, paragraph, qn, rpr, spacing, w
from drafting.writing.word.runs import cell_runs

Rows = tuple[tuple[str, ...], ...]

_TABLE_WIDTH = gb.mm(gb.TEXT_WIDTH_MM)


def text_table(table: TableSetting, bound: frozenset[int] = frozenset()) -> list[Element]:
    """A table of the text: a head that repeats on each page, columns after their contents.

    The rows ``bound``, besides those that the table binds, stay with what follows each.
    """
    if bound:
        keep = tuple(one or at in bound for at, one in enumerate(table.keep))
        table = replace(table, keep=keep)
    elements = []
    above: dict[int, Cell] = {}
    for number, row in enumerate(table.rows):
        properties = w("trPr", w("cantSplit"), *([w("tblHeader")] if number < table.head else []))
        here = {cell.column: cell for cell in row}
        shown = sorted((*here.values(), *above.values()), key=lambda cell: cell.column)
        cells = [_text_cell(cell, number, table) for cell in shown]
        elements.append(w("tr", properties, *cells))
        both = {**above, **here}
        above = {at: one for at, one in both.items() if one.row + one.rows > number + 1}
    return [_table(list(table.widths), elements, table.margin_mm)]


def _text_cell(cell: Cell, number: int, table: TableSetting) -> Element:
    """A cell in row ``number``; what is merged downwards is continued in the rows below."""
    width = sum(table.widths[cell.column : cell.column + cell.columns])
    merge = "" if cell.rows == 1 else "restart" if number == cell.row else "continue"
    properties = deepcopy(_cell_properties(cell.columns, width, merge))
    head = number < table.head
    style = "TableHead" if head else "TableText"
    extra = [w("keepNext")] if table.keep[number] and not head else []
    if not head and cell.align != "left":
        extra.append(w("jc", val=cell.align))
    if not head and cell.indent_pt:
        extra.append(w("ind", right=gb.pt(cell.indent_pt)))
    size = None
    if table.size_pt != gb.SIZE_SMALL_4_PT:
        size = gb.half_points(table.size_pt)
        extra.append(spacing(gb.pt(table.line_pt)))
    lines = cell.text.split("\n") if number == cell.row else [""]
    # Each paragraph has properties of its own: an element has one parent.
    made = (paragraph(style, _sized(line, size), *deepcopy(extra)) for line in lines)
    return w("tc", properties, *made)


def _sized(line: str, half_points: int | None) -> list[Element]:
    runs = cell_runs(line)
    if half_points is None:
        return runs
    for one in runs:
        properties = one.find(qn("rPr"))
        if properties is None:
            properties = w("rPr")
            one.insert(0, properties)
        sizes = (w("sz", val=half_points), w("szCs", val=half_points))
        one.replace(properties, rpr(*properties, *sizes))
    return runs


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


def form_lines(row: tuple[str, ...], column: int, text: str, width_pt: float) -> tuple[str, ...]:
    """The lines of a form's cell as they are written: where several names or units do not fit one
    line, each stands whole; other text is left to break by itself."""
    if is_label(row, column):
        return cell_lines(text, width_pt, label=True)
    inner = width_pt - 2 * gb.mm_to_pt(gb.TABLE_CELL_MARGIN_MM)
    return tuple(one for line in text.split("\n") for one in _by_items(line, inner))


def _by_items(line: str, inner: float) -> list[str]:
    """``line`` cut behind 、 where each of what it lists fits, and all of it does not."""
    items = [f"{one}、" for one in line.split("、")]
    items[-1] = items[-1][:-1]
    listed = len(items) > 1 and len(set("，。；：？！") & set(line)) == 0
    most = min(inner, gb.FORM_ITEM_CHARS * gb.SIZE_SMALL_4_PT)
    if not listed or max(width_of(one, gb.SIZE_SMALL_4_PT) for one in items) > most:
        return [line]
    lines = [items[0]]
    for one in items[1:]:
        if width_of(lines[-1] + one, gb.SIZE_SMALL_4_PT) > inner:
            lines.append(one)
        else:
            lines[-1] += one
    return lines


def form_row_pt(row: tuple[str, ...], widths: list[int]) -> float:
    """How high a form's row is, after its highest cell."""
    highest = 0.0
    for column, (text, _, width) in enumerate(spanned(row, widths)):
        width_pt = width / gb.TWIPS_PER_PT
        written = form_lines(row, column, text, width_pt)
        count = sum(len(cell_lines(one, width_pt)) for one in written)
        margins = 2 * gb.mm_to_pt(gb.FORM_LINES_MARGIN_MM) if count > 1 else 0.0
        highest = max(highest, count * gb.TABLE_LINE_PT + margins)
    return highest + gb.TABLE_BORDER_PT


def is_several(lines: Iterable[str], width_pt: float) -> bool:
    """Whether a cell of a form has more than one line, and so room above and below them."""
    return sum(len(cell_lines(one, width_pt)) for one in lines) > 1


def _broken(line: str, width: float) -> list[str]:
    return break_lines(line, width, size_pt=gb.SIZE_SMALL_4_PT, tracking_pt=0.0)


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


def _form_cells(row: tuple[str, ...], widths: list[int]) -> Iterable[Element]:
    for column, (text, span, width) in enumerate(spanned(row, widths)):
        width_pt = width / gb.TWIPS_PER_PT
        lines = form_lines(row, column, text, width_pt)
        style = "FormLabel" if is_label(row, column) else "TableText"
        yield _cell(lines, style, span, width, several=is_several(lines, width_pt))


def spanned(row: tuple[str, ...], widths: list[int]) -> Iterable[tuple[str, int, int]]:
    """The row's cells, each with its columns and width; the last takes what the row leaves."""
    for column, text in enumerate(row):
        last = column == len(row) - 1
        span = len(widths) - column if last else 1
        yield text, span, sum(widths[column : column + span])


def _cell(
    lines: Iterable[str], style: str, span: int, width: int, *, several: bool = False
) -> Element:
    properties = deepcopy(_cell_properties(span, width))
    if several:
        margin = gb.mm(gb.FORM_LINES_MARGIN_MM)
        sides = (w(side, w=margin, type="dxa") for side in ("top", "bottom"))
        properties.insert(len(properties) - 1, w("tcMar", *sides))
    return w("tc", properties, *(paragraph(style, cell_runs(line)) for line in lines))


@lru_cache(maxsize=256)
def _cell_properties(span: int, width: int, merge: str = "") -> Element:
    properties = w("tcPr", w("tcW", w=width, type="dxa"))
    if span > 1:
        properties.append(w("gridSpan", val=span))
    if merge:
        properties.append(w("vMerge", val=merge))
    properties.append(w("vAlign", val="center"))
    return properties


def _table(
    widths: list[int], rows: Iterable[Element], margin_mm: float = gb.TABLE_CELL_MARGIN_MM
) -> Element:
    margin = gb.mm(margin_mm)
    margins = w("tblCellMar", w("left", w=margin, type="dxa"), w("right", w=margin, type="dxa"))
    return w(
        "tbl",
        w(
            "tblPr",
            w("tblStyle", val="RuledTable"),
            w("tblW", w=sum(widths), type="dxa"),
            w("jc", val="center"),
            w("tblLayout", type="fixed"),
            *([] if margin_mm == gb.TABLE_CELL_MARGIN_MM else [margins]),
        ),
        w("tblGrid", *(w("gridCol", w=width) for width in widths)),
        *rows,
    )
