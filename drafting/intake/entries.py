"""Labels and values of a form → entries, each with its place in the text.

Values stand behind their label on a line, in the cell beside it, on the line below it, or in a
column under it; a list of names or units may go on over lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from drafting.intake.cells import Cell, Row, lines_of, rows_of
from drafting.intake.labels import Label, enclosed_labels, header_labels, labels_of_line, lone_label
from drafting.intake.values import fits, goes_on
from drafting.language.spans import trimmed
from drafting.model import Document

_COLUMNS = frozenset(
    ("proposers", "joint", "seconding", "sector", "delegation", "phone", "address")
)
_GROUPS = frozenset(("proposers", "joint", "seconding"))
_MOST_RECORDS = 60


@dataclass(frozen=True, slots=True)
class CardEntry:
    """A field of the card as printed; ``record`` numbers the row of a table of persons it is of."""

    field: str
    value: str
    start: int
    end: int
    record: int = 0


@dataclass(slots=True)
class _Form:
    """The form while it is read: what was found, and the rows still to come."""

    text: str
    rows: Sequence[Row]
    at: int = 0
    records: int = 0

    def entry(self, field: str, start: int, end: int, record: int = 0) -> CardEntry | None:
        start, end = trimmed((start, end), self.text)
        # A title broken over lines is one; names on two lines are two.
        value = re.sub(r"\s*\n\s*", "" if field == "subject" else " ", self.text[start:end])
        return CardEntry(field, value, start, end, record) if value else None


def entries_of(document: Document) -> list[CardEntry]:
    """Return the entries of ``document`` in the order printed, values as printed."""
    return [entry for entry in _read(document.text, rows_of(document)) if entry]


def _read(text: str, rows: Sequence[Row]) -> Iterator[CardEntry | None]:
    form = _Form(text, rows)
    while form.at < len(rows):
        row = rows[form.at]
        form.at += 1
        header = _header(form, row)
        if header:
            yield from _records(form, *header)
        elif row.grid:
            yield from _of_grid(form, row)
        else:
            yield from _of_line(form, row.cells[0])


# ------------------------------------------------------------------ a line


def _of_line(form: _Form, cell: Cell) -> Iterator[CardEntry | None]:
    if label := lone_label(cell.text, cell.start):
        yield from _below(form, label)
        return
    labels = labels_of_line(cell.text, cell.start)
    for label, end in _stretches(labels, cell.end):
        last = label is labels[-1]
        if last and not form.text[label.end : end].strip():
            yield from _below(form, label)
        elif label.field not in ("text", "other"):
            stop = _to_the_end(form, label, end) if last else end
            yield form.entry(label.field, label.end, stop)
    for label, end in enclosed_labels(cell.text, cell.start):
        if label.field not in ("text", "other") and not cell.text.startswith(("（", "(")):
            yield form.entry(label.field, label.end, end)


def _stretches(labels: Sequence[Label], end: int) -> Iterator[tuple[Label, int]]:
    """Yield each label with where its value ends: at the next label, or at ``end``."""
    starts = [label.start for label in labels[1:]]
    return zip(labels, [*starts, end][: len(labels)], strict=True)


def _below(form: _Form, label: Label) -> Iterator[CardEntry | None]:
    """Read the value of a label that stands alone from the line below, where it fits there."""
    if label.field in ("text", "other") or form.at >= len(form.rows):
        return
    row = form.rows[form.at]
    cell = row.cells[0]
    if row.grid or _is_label(cell) or not fits(label.field, cell.text):
        return
    form.at += 1
    yield form.entry(label.field, cell.start, _to_the_end(form, label, cell.end))


def _to_the_end(form: _Form, label: Label, end: int) -> int:
    """Return where a value ends that may go on over the next lines, which are then read."""
    while form.at < len(form.rows):
        row = form.rows[form.at]
        cell = row.cells[0]
        if row.grid or _is_label(cell):
            break
        if not goes_on(label.field, form.text[label.end : end].strip(), cell.text):
            break
        form.at += 1
        end = cell.end
    return end


def _is_label(cell: Cell) -> bool:
    return bool(lone_label(cell.text) or labels_of_line(cell.text))


# ------------------------------------------------------------------ a row


def _of_grid(form: _Form, row: Row) -> Iterator[CardEntry | None]:
    waiting: Label | None = None
    for cell in row.cells:
        label = lone_label(cell.text, cell.start)
        if label:
            waiting = label
        elif waiting and waiting.field not in ("text", "other"):
            yield form.entry(waiting.field, cell.start, cell.end)
            waiting = None
        elif waiting is None or waiting.field == "text" or labels_of_line(cell.text):
            yield from _read(form.text, [*_plain(cell)])
            waiting = None
        else:
            waiting = None


def _plain(cell: Cell) -> list[Row]:
    """Return the lines within a cell as rows of their own."""
    return [Row(row.cells) for row in lines_of(cell.text, cell.start) if len(row.cells) == 1]


# ------------------------------------------------------------------ columns of persons

_Columns = list[tuple[int, str]]


def _header(form: _Form, row: Row) -> tuple[_Columns, Callable[[], list[Cell] | None]] | None:
    """Return the columns that ``row`` heads, and what takes the next record of the table."""
    labels = _labels_of_row(row)
    if labels is None:
        return None
    if len(labels) == 1:
        if row.grid or labels[0][1].colon:
            return None
        return _stacked(form, row.cells[0])
    columns = _columns(labels)
    if row.grid:
        return (columns, lambda: _grid_record(form, columns)) if len(columns) > 1 else None
    return (columns, lambda: _line_record(form, columns)) if len(columns) > 1 else None


def _labels_of_row(row: Row) -> list[tuple[int, Label]] | None:
    """Return the labels of a row that is nothing but labels without colons, by column."""
    if row.grid:
        labels = [(cell.column, lone_label(cell.text, cell.start)) for cell in row.cells]
    elif label := lone_label(row.cells[0].text, row.cells[0].start):
        labels = [(0, label)]
    else:
        cell = row.cells[0]
        labels = list(enumerate(header_labels(cell.text, cell.start)))
    known = [(column, label) for column, label in labels if label and not label.colon]
    return known if known and len(known) == len(labels) else None


def _columns(labels: Sequence[tuple[int, Label]]) -> _Columns:
    """Return the columns: one that only groups the others (联名提案人 before 姓名) names no column.

    ``proposers`` under such a group are of its part.
    """
    named = [(column, label.field, label.name) for column, label in labels]
    own = [entry for entry in named if entry[2] in ("姓名", "人")]
    groups = [entry for entry in named if entry[1] in _GROUPS and entry not in own]
    if own and groups:
        part = groups[0][1]
        named = [
            (column, part if (column, field, name) in own else field, name)
            for column, field, name in named
            if (column, field, name) not in groups
        ]
    return [(column, field) for column, field, _ in named]


def _stacked(form: _Form, first: Cell) -> tuple[_Columns, Callable[[], list[Cell] | None]] | None:
    """Read a header whose cells stand one a line: 姓名 / 界别 / 通讯地址, then the values."""
    labels: list[tuple[int, Label]] = []
    ahead = form.at - 1
    while ahead < len(form.rows) and not form.rows[ahead].grid:
        cell = form.rows[ahead].cells[0]
        label = lone_label(cell.text, cell.start)
        if label is None or label.colon or label.field == "text":
            break
        labels.append((len(labels), label))
        ahead += 1
    columns = _once([field for _, field in _columns(labels)])
    persons = {field for _, field in columns} & _GROUPS
    if len(columns) < 2 or not persons or not {field for _, field in columns} & _COLUMNS - _GROUPS:
        return None
    form.at = ahead
    return columns, lambda: _stacked_record(form, columns)


def _once(fields: list[str]) -> _Columns:
    """Return the columns of one person, where a header has those of two side by side."""
    half = len(fields) // 2
    if half and fields[:half] == fields[half:]:
        fields = fields[:half]
    return list(enumerate(fields))


def _records(
    form: _Form, columns: _Columns, take: Callable[[], list[Cell] | None]
) -> Iterator[CardEntry | None]:
    for _ in range(_MOST_RECORDS):
        cells = take()
        if cells is None:
            return
        form.records += 1
        fields = dict(columns)
        seen: set[str] = set()
        for cell in cells:
            field = fields.get(cell.column, "other")
            if field in _GROUPS and field in seen:
                # A table of two persons side by side.
                form.records += 1
            seen.add(field)
            if field not in ("other", "text"):
                yield form.entry(field, cell.start, cell.end, form.records)


def _grid_record(form: _Form, columns: _Columns) -> list[Cell] | None:
    """Take the next row of the table, if it holds values under ``columns``."""
    row = form.rows[form.at] if form.at < len(form.rows) else None
    if row is None or not row.grid or any(lone_label(cell.text) for cell in row.cells):
        return None
    # A cell that groups the rows (联名人) may be printed once, and the others stand one further.
    for shift in (0, 1):
        cells = [replace(cell, column=cell.column + shift) for cell in row.cells]
        if _is_record(columns, cells):
            form.at += 1
            return cells
    return None


def _line_record(form: _Form, columns: _Columns) -> list[Cell] | None:
    """Take the next line, its values parted by blanks: 王某 妇联 139… 某某街道."""
    row = form.rows[form.at] if form.at < len(form.rows) else None
    if row is None or row.grid:
        return None
    line = row.cells[0]
    pieces = [
        Cell(piece[0], line.start + piece.start(), columns[number][0])
        for number, piece in enumerate(re.finditer(r"\S+", line.text))
        if number < len(columns)
    ]
    if len(line.text) > 100 or _is_label(line) or not _is_record(columns, pieces):
        return None
    form.at += 1
    return pieces


def _stacked_record(form: _Form, columns: _Columns) -> list[Cell] | None:
    """Take the next lines, one for each of ``columns``."""
    rows = form.rows[form.at : form.at + len(columns)]
    cells = [row.cells[0] for row in rows]
    if any(row.grid or _is_label(row.cells[0]) or len(row.cells[0].text) > 60 for row in rows):
        return None
    placed = [Cell(cell.text, cell.start, number) for number, cell in enumerate(cells)]
    if len(placed) < len(columns) or not _is_record(columns, placed):
        return None
    form.at += len(columns)
    return placed


def _is_record(columns: _Columns, cells: list[Cell]) -> bool:
    """Whether ``cells`` hold what the columns say: names under names, numbers under numbers."""
    fields = dict(columns)
    checked = [(fields[cell.column], cell.text) for cell in cells if cell.column in fields]
    named = [text for field, text in checked if field in _GROUPS]
    if any(text.strip().endswith("界") for text in named):
        return False
    return bool(checked) and all(
        fits(field, text) for field, text in checked if field not in ("other", "text", "address")
    )
