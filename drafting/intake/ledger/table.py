"""A ledger's file → its tables: the lines above the head, the head, and the rows below it.

The meaning of the columns is decided later, possibly by a person. Rows that hold no item (totals,
headings between rows, a repeated head) are kept with their number, so that a page can list what was
skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from drafting.errors import UserError
from drafting.intake.ledger.columns import key_of, may_name, printed
from drafting.language.secrecy import refuse_secrets
from drafting.reading.sheets.merged import Range
from drafting.reading.sheets.rows import csv_rows, sheet_rows
from drafting.reading.sheets.xlsx import SheetRow

SUFFIXES = (".xlsx", ".xlsm", ".csv")
MOST_ROWS = 5_000

_HEAD_WITHIN = 15
_HEAD_ROWS = 3
_LABEL_CHARS = 16
_SAMPLES = 3
_TOTAL = re.compile(r"^(?:总计|合计|小计|共计|总数|汇总|合\s*计)|^共\s*\d+\s*件|合计$")
_NOTE = re.compile(
    r"^(?:备\s*注|说\s*明|注|填表人|填报人|制表人?|联系人|审核人?|经办人|制表单位|填报单位|填报日期)\s*[:：]"
)
_DIGIT = re.compile(r"\d")
_ITEM = re.compile(r"^关于.{4,}|(?:的提案|的建议|议案)$|^第?\s*\d+\s*号")


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row: its number as Excel counts it and its cells, those that are one filled alike.

    ``continues``: columns whose cell is one with the row's above. ``heading`` is what the nearest
    heading between the rows says (二、会办件). ``hidden``: the sheet does not show it.
    """

    number: int
    cells: tuple[str, ...]
    continues: tuple[int, ...] = ()
    heading: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet's table; ``head`` holds for each column the names above it, the uppermost first.

    ``passed_over`` are its rows that hold no item, ``beside`` the sheets that hold no table.
    """

    sheet: str
    above: tuple[str, ...]
    head: tuple[tuple[str, ...], ...]
    rows: tuple[TableRow, ...]
    passed_over: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()

    def samples(self, place: int) -> tuple[str, ...]:
        """Return what the first rows say in a column."""
        values = (row.cells[place] for row in self.rows if place < len(row.cells))
        found = [one for one in values if one]
        return tuple(dict.fromkeys(found[:50]))[:_SAMPLES]


@dataclass(slots=True)
class _Grid:
    """A sheet's rows by number, with the cells that are one filled alike."""

    title: str
    rows: dict[int, list[str]] = field(default_factory=dict)
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    merged: dict[Range, str] = field(default_factory=dict)
    """What the first of the cells says that are one."""
    above: dict[int, set[int]] = field(default_factory=dict)
    """Columns by row whose cell is one with the cell above."""


def read_tables(path: Path, name: str) -> tuple[Table, ...]:
    """Return the tables in the ledger at ``path``, called ``name``; hidden sheets are left out.

    Raises :class:`UserError` for what is no ledger, has no row, or bears a 密级 above its table.
    """
    workbook = path.suffix.lower() != ".csv"
    # Of the hidden sheets too is said that they are there.
    grids = _grids(sheet_rows(path) if workbook else _csv(path), name)
    shown = [grid for grid in grids if not grid.hidden]
    for grid in shown:
        refuse_secrets(" ".join(filter(None, cells)) for _, cells in sorted(grid.rows.items())[:3])
    tables = [table for grid in shown if (table := _table(grid)) is not None]
    if not any(table.rows for table in tables):
        raise UserError("台账里没有读出一行提案：没有认出表头，或者表头下面是空的。", field=name)
    kept = [table for table in tables if any(map(key_of, table.head))] or tables
    left = [
        f"{'隐藏的' if grid.hidden else ''}工作表“{grid.title}”没有读"
        for grid in grids
        if grid.title not in {table.sheet for table in kept}
    ]
    return (replace(kept[0], beside=tuple(left)), *kept[1:])


def _csv(path: Path) -> Iterator[SheetRow]:
    return (SheetRow(*row) for row in csv_rows(path))


def _grids(rows: Iterable[SheetRow], name: str) -> list[_Grid]:
    grids: list[_Grid] = []
    for count, row in enumerate(rows, 1):
        if count > MOST_ROWS:
            raise UserError(f"台账超过 {MOST_ROWS} 行，请拆成几份再登记。", field=name)
        if not grids or grids[-1].title != row.sheet:
            grids.append(_Grid(row.sheet, hidden=row.hidden == "sheet"))
        _take(grids[-1], row)
    return grids


def _plain(cell: str) -> str:
    lines = (re.sub(r"[ \t\u3000\xa0]+", " ", line).strip() for line in cell.splitlines())
    return "\n".join(filter(None, lines))


def _take(grid: _Grid, row: SheetRow) -> None:
    """Take a row, every cell of those that are one with what the first of them says."""
    grid.rows[row.number] = cells = [_plain(cell) for cell in row.cells]
    if row.hidden == "row":
        grid.hidden_rows.add(row.number)
    for one in row.merged:
        if one.row == row.number:
            grid.merged[one] = _cell(cells, one.column)
        else:
            grid.above.setdefault(row.number, set()).update(range(one.column, one.last_column + 1))
        cells.extend([""] * (one.last_column + 1 - len(cells)))
        for place in range(one.column, one.last_column + 1):
            cells[place] = grid.merged.get(one, "")


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""


# ------------------------------------------------------------------ the head


def _table(grid: _Grid) -> Table | None:
    numbers = [number for number, cells in sorted(grid.rows.items()) if any(cells)]
    found = _find_head(grid, numbers)
    if found is None:
        return None
    first, depth = found
    head = _head(grid, numbers[first : first + depth])
    above = tuple(
        text for number in numbers[:first] for text in dict.fromkeys(grid.rows[number]) if text
    )
    rows, passed_over = _below(grid, numbers[first + depth :], head)
    return Table(grid.title, above, head, rows, passed_over)


def _find_head(grid: _Grid, numbers: Sequence[int]) -> tuple[int, int] | None:
    """Return where the head begins among ``numbers`` and how many rows it has.

    It is what names the most columns that are known; where none does, the first row of three
    labels or more.
    """
    best, found = 1, None
    for first in range(min(_HEAD_WITHIN, len(numbers))):
        for depth in range(1, _HEAD_ROWS + 1):
            rows = numbers[first : first + depth]
            if len(rows) < depth or not all(_is_labels(grid.rows[row]) for row in rows):
                break
            if depth > 1 and not _names_columns(grid, rows[-1]):
                break
            head = _head(grid, rows)
            known = len({key_of(parts) for parts in head} - {""})
            # Names of one row that are known without the row below need no second row, unless it
            # is one with the first: then what is below is not yet a line of the table.
            if known > best or (known == best and found and _goes_on(grid, found, first, rows)):
                best, found = known, (first, depth)
    if found:
        return found
    for first, number in enumerate(numbers[:_HEAD_WITHIN]):
        cells = [cell for cell in dict.fromkeys(grid.rows[number]) if cell]
        if len(cells) > 2 and _is_labels(grid.rows[number]):
            return first, 1
    return None


def _names_columns(grid: _Grid, row: int) -> bool:
    """Whether what a row says itself are names of columns: it is no item yet."""
    above = grid.above.get(row, ())
    own = [cell for place, cell in enumerate(grid.rows[row]) if cell and place not in above]
    return sum(map(may_name, own)) * 2 >= len(own)


def _goes_on(grid: _Grid, found: tuple[int, int], first: int, rows: Sequence[int]) -> bool:
    """Whether the last of ``rows`` belongs to the head already found: a cell of it is merged up."""
    return (
        first == found[0]
        and len(rows) == found[1] + 1
        and bool(grid.above.get(rows[-1]))
        and len(set(filter(None, grid.rows[rows[-1]]))) > 1
    )


def _is_labels(cells: Sequence[str]) -> bool:
    # One cell over the whole width is a title, however short.
    there = {cell for cell in cells if cell}
    return len(there) > 1 and all(map(_is_label, there))


def _is_label(cell: str) -> bool:
    """Whether a cell may name a column: short, without figures but one behind (会办单位2)."""
    stem = cell.rstrip("0123456789")
    return bool(stem) and len(cell) <= _LABEL_CHARS and not _DIGIT.search(stem)


def _head(grid: _Grid, rows: Sequence[int]) -> tuple[tuple[str, ...], ...]:
    """Return the names above each column; a name over several columns that are not merged counts
    for those right of it which have none in its row but one below."""
    width = max(len(grid.rows[row]) for row in rows)
    lines = [[_cell(grid.rows[row], place) for place in range(width)] for row in rows]
    for line, below in pairwise(lines):
        for place in range(1, width):
            if not line[place] and below[place]:
                line[place] = line[place - 1]
    columns = [tuple(dict.fromkeys(line[place] for line in lines)) for place in range(width)]
    named = [tuple(part for part in parts if part) for parts in columns]
    while named and not named[-1]:
        named.pop()
    return _distinct(named)


def _distinct(head: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Number the names that stand over several columns, so that each can be told."""
    seen: dict[tuple[str, ...], int] = {}
    found = []
    for parts in head:
        seen[parts] = seen.get(parts, 0) + 1
        again = bool(parts) and seen[parts] > 1
        found.append((*parts[:-1], f"{parts[-1]}（{seen[parts]}）") if again else parts)
    return tuple(found)


# ------------------------------------------------------------------ the rows


def _below(
    grid: _Grid, numbers: Sequence[int], head: Sequence[tuple[str, ...]]
) -> tuple[tuple[TableRow, ...], tuple[str, ...]]:
    rows: list[TableRow] = []
    passed_over: list[str] = []
    heading = ""
    names = {parts[-1] for parts in head if parts}
    for number in numbers:
        cells = tuple(_cell(grid.rows[number], place) for place in range(len(head)))
        distinct = list(dict.fromkeys(cell for cell in cells if cell))
        if not distinct:
            continue
        why = _no_row(cells, distinct, names)
        if why:
            passed_over.append(f"第{number}行（{why}）：{' '.join(distinct)[:40]}")
            if why == "小标题":
                heading = distinct[0]
            continue
        continues = tuple(sorted(grid.above.get(number, ())))
        hidden = number in grid.hidden_rows
        rows.append(TableRow(number, cells, continues, heading, hidden))
    return tuple(rows), tuple(passed_over)


def _no_row(cells: Sequence[str], distinct: Sequence[str], names: set[str]) -> str:
    """Return what a row is that holds no item; "" where it may hold one."""
    compact = [re.sub(r"\s+", "", cell) for cell in distinct]
    if _TOTAL.search(compact[0]) or (len(compact) > 1 and _TOTAL.search(compact[1])):
        return "合计"
    if _NOTE.match(distinct[0]):
        return "说明"
    if len(distinct) > 1 and sum(cell in names for cell in distinct) > len(distinct) / 2:
        return "重复的表头"
    return "小标题" if len(distinct) == 1 and _is_heading(cells, distinct[0]) else ""


def _is_heading(cells: Sequence[str], text: str) -> bool:
    """Whether the one text of a row is a heading: it stands at the left or over several columns."""
    places = [place for place, cell in enumerate(cells) if cell]
    if len(cells) < 3 or text.isdigit() or _ITEM.search(text):
        return False
    return len(places) > 1 or places[0] < 2


def columns_of(tables: Sequence[Table]) -> Mapping[str, tuple[str, ...]]:
    """Return, by its printed name, what the first rows say in each column of all tables."""
    found: dict[str, tuple[str, ...]] = {}
    for table in tables:
        for place, parts in enumerate(table.head):
            if parts:
                found.setdefault(printed(parts), table.samples(place))
    return found
