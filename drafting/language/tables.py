"""Tables as text: ``| a | b |`` a row a line, read into blocks and written again.

The form is documented in docs/tables.md and is kept: drafts, files and edited Word papers use it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from drafting.model import Block

LEFT, ABOVE = "<", "^"
"""A cell that is one with the cell on its left, or with the one above."""

END = "|"
"""A line of its own: the table above ends here, what follows is another."""

BREAK = "<br>"
"""A line end within a cell."""

_BAR = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r":?-{3,}:?")
_MEANT = re.compile(rf"\\*(?:[{LEFT}\{ABOVE}]|{_RULE.pattern})")
_APART = re.compile(r"(^[ \t]*[|｜][^\n]*)(?:\n[ \t]*)+(\n[ \t]*[|｜])", re.MULTILINE)
_FIRST_CELL = re.compile(r"^[ \t]*[|｜][ \t]*(?P<number>[1-9][0-9]{0,3})[ \t]*[|｜]", re.MULTILINE)
_LISTED = re.compile(
    r"[（(]?(?:\d{1,3}|[一二三四五六七八九十]{1,3}|[a-zA-Z·•●])[.．、）)]|[·•●◆■]|"
)
_BREAKS = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)
_NAME = re.compile(
    r"表[ \u3000]{0,2}(?:\d{1,3}|[一二三四五六七八九十]{1,3})?(?:[：:．.]|[ \u3000]+)[ \u3000]*"
    r"(?P<name>[^。；;！？!?：:]{1,60})"
)
_UNIT = re.compile(r"[（(]?(?:计量)?单位[：:][ \u3000]*(?P<unit>[^。；;：:]{1,20}?)[）)]?")
_REMARK = re.compile(
    r"[（(]?(?:注|表注|附注|备注|说明|填表说明|(?:资料|数据)?来源) ?[0-9]{0,2}[：:](?P<text>.+)"
)
_NUMBERED = re.compile(r"\s*(?P<number>[1-9][0-9]?)[.．、]")

Place = tuple[int, int]
Span = tuple[int, int, int, int]
"""Row and column of the first cell of what is merged, and how many rows and columns it takes."""


def is_row(line: str) -> bool:
    """Whether a line of text is a row of a table."""
    return line[:1] in ("|", "｜") and len(_BAR.findall(_plain_bars(line))) > 1


def is_tabular(text: str) -> bool:
    """Whether a text has a row of a table."""
    return any(map(is_row, text.split("\n")))


def apart(text: str) -> str:
    """Return ``text`` with :data:`END` for the empty lines between two tables."""
    return _APART.sub(rf"\1\n{END}\2", text)


def from_tabs(text: str) -> str:
    """Return ``text`` with lines of cells apart by tabs as rows: so a sheet pastes without script.

    Two such lines or more are a table, unless each only begins with its number; one is text.
    """
    found: list[str] = []
    for tabs, group in groupby(text.split("\n"), key=lambda line: "\t" in line):
        run = list(group)
        cells = [line.split("\t") for line in run]
        if tabs and len(run) > 1 and not all(_LISTED.fullmatch(one[0].strip()) for one in cells):
            width = max(map(len, cells))
            run = [_line(map(_written, one + [""] * (width - len(one)))) for one in cells]
        found += run
    return "\n".join(found)


def belongs(lines: Sequence[str]) -> list[bool]:
    """Say of each line whether it is part of a table: a row, its name, unit or remark, an end."""
    return [of >= 0 or line == END for of, line in zip(table_of(lines), lines, strict=True)]


def table_of(lines: Sequence[str]) -> list[int]:
    """Say of each line in which table it stands, counted from 0; -1 where in none."""
    found = [-1] * len(lines)
    for number, (_start, _end, first, last) in enumerate(_tables(lines)):
        found[first : last + 1] = [number] * (last + 1 - first)
    return found


def split_tables(lines: Sequence[str]) -> list[str | Block]:
    """Return the lines with each run of rows as a table; what names it above goes into it."""
    parts: list[str | Block] = []
    done = 0
    for start, end, first, last in _tables(lines):
        parts += lines[done:first]
        parts.append(_table(lines[first:start], lines[start:end], lines[end : last + 1]))
        done = last + 1
    return [part for part in (*parts, *lines[done:]) if part != END]


def _tables(lines: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Where tables stand: their first row, the line behind the last, and all that is theirs."""
    at = free = 0
    while at < len(lines):
        if not is_row(lines[at]):
            at += 1
            continue
        end = at
        while end < len(lines) and is_row(lines[end]):
            end += 1
        first = at
        while first > max(free, at - 2) and _is_above(lines[first - 1], lines[first:at]):
            first -= 1
        last = end - 1 + _remarks(lines[end:])
        yield at, end, first, last
        at = free = last + 1


def _remarks(below: Sequence[str]) -> int:
    """How many lines below a table are its remarks: 注：1.…, and 2.… that goes on with it."""
    due = 0
    for count, line in enumerate(below):
        remark = _REMARK.match(line)
        numbered = _NUMBERED.match(remark["text"] if remark else line)
        goes_on = numbered is not None and int(numbered["number"]) == due > 1
        if not (remark or goes_on):
            return count
        due = int(numbered["number"]) + 1 if numbered else 0
    return len(below)


def _is_above(line: str, below: Sequence[str]) -> bool:
    pattern = _NAME if not any(map(_NAME.fullmatch, below)) else None
    unit = not any(map(_UNIT.fullmatch, below)) and _UNIT.fullmatch(line)
    return bool(unit or (pattern and pattern.fullmatch(line)))


def name_in(line: str) -> str:
    """Return the name that a line above a table gives it (``表：名称``), else nothing."""
    found = _NAME.fullmatch(line.strip())
    return found["name"].strip() if found else ""


def serial_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the rows of tables are numbered 1, 2, 3 …: such a number counts nothing."""
    due = 1
    for found in _FIRST_CELL.finditer(text):
        number = int(found["number"])
        if number in (1, due):
            yield found.span("number")
            due = number + 1


# --------------------------------------------------------------------------- reading


@dataclass(slots=True)
class _Grid:
    rows: list[list[str]]
    doubts: list[str]
    head: int = 1


def _table(above: Iterable[str], rows: Sequence[str], remarks: Sequence[str]) -> Block:
    name = unit = ""
    for line in above:
        if found := _UNIT.fullmatch(line):
            unit = found["unit"].strip()
        else:
            name = name_in(line)
    made = read_rows(rows)
    return replace(made, text=name, unit=unit, remarks=tuple(remarks))


def read_rows(lines: Sequence[str]) -> Block:
    """Return the table of rows ``lines``; what had to be guessed is told in ``doubts``."""
    grid = _grid([_cells(line) for line in lines])
    merged = _merged(grid)
    rows = tuple(tuple(_text(cell) for cell in row) for row in grid.rows)
    return Block("table", rows=rows, head=grid.head, merged=merged, doubts=tuple(grid.doubts))


def _cells(line: str) -> list[str]:
    line = _plain_bars(line.strip())[1:]
    cells = [cell.strip() for cell in _BAR.split(line)]
    return cells[:-1] if line.rstrip().endswith("|") and not cells[-1] else cells


def _plain_bars(line: str) -> str:
    # Whoever types a whole table with a Chinese keyboard types ｜.
    return line.replace("｜", "|") if line.startswith("｜") else line


def _grid(rows: list[list[str]]) -> _Grid:
    grid = _Grid([], [])
    for cells in rows:
        if cells and all(_RULE.fullmatch(cell) for cell in cells):
            grid.head = len(grid.rows)
        else:
            grid.rows.append(cells)
    width = max((len(row) for row in grid.rows), default=0)
    for number, row in enumerate(grid.rows, start=1):
        if len(row) == 1 < width and row[0]:
            row += [LEFT] * (width - 1)
        elif len(row) < width:
            grid.doubts.append(f"第{number}行只有{len(row)}格，已补足{width}格")
            row += [""] * (width - len(row))
    grid.head = min(grid.head, len(grid.rows))
    return grid


def _merged(grid: _Grid) -> tuple[Span, ...]:
    """Find what is merged; covered cells are emptied, and what is no rectangle is not merged."""
    origins: dict[Place, list[Place]] = {}
    of: dict[Place, Place] = {}
    for at, row in enumerate(grid.rows):
        for column, cell in enumerate(row):
            here = (at, column)
            near = (at, column - 1) if cell == LEFT else (at - 1, column)
            of[here] = of.get(near, here) if cell in (LEFT, ABOVE) else here
            if cell in (LEFT, ABOVE):
                row[column] = ""
                if near not in of:
                    grid.doubts.append(f"第{at + 1}行第{column + 1}格没有可以合并的格，已留空")
            origins.setdefault(of[here], []).append(here)
    spans = []
    for (at, column), covered in origins.items():
        if len(covered) == 1:
            continue
        rows = max(one for one, _ in covered) - at + 1
        columns = max(one for _, one in covered) - column + 1
        if rows * columns == len(covered) and min(one for _, one in covered) == column:
            spans.append((at, column, rows, columns))
        else:
            grid.doubts.append(f"第{at + 1}行第{column + 1}格的合并范围不是长方形，没有合并")
    return tuple(spans)


def _text(cell: str) -> str:
    if cell[:1] == "\\" and _MEANT.fullmatch(cell):
        return cell[1:]
    return _BREAKS.sub("\n", cell.replace(r"\|", "|"))


# --------------------------------------------------------------------------- writing


def to_lines(table: Block) -> list[str]:
    """Return a table as lines of text that :func:`split_tables` reads as the same table."""
    lines = [f"表：{table.text}"] if table.text else []
    lines += [f"单位：{table.unit}"] if table.unit else []
    covered = _covered(table.merged)
    width = max((len(row) for row in table.rows), default=0)
    for at, row in enumerate(table.rows):
        if at == table.head != 1 and width:
            lines.append(_line(["---"] * width))
        cells = [_written(cell) for cell in row]
        # Of a row of one cell the cell is over all columns.
        cells += [LEFT if len(row) == 1 else ""] * (width - len(row))
        lines.append(_line(covered.get((at, column), cell) for column, cell in enumerate(cells)))
    if table.head == len(table.rows) != 1 and width:
        lines.append(_line(["---"] * width))
    return [*lines, *table.remarks]


def _covered(merged: Iterable[Span]) -> Mapping[Place, str]:
    return {
        (at + down, column + right): LEFT if right else ABOVE
        for at, column, rows, columns in merged
        for down in range(rows)
        for right in range(columns)
        if down or right
    }


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _written(cell: str) -> str:
    text = BREAK.join(line.strip() for line in cell.strip().split("\n")).replace("|", r"\|")
    # A row of dashes alone would be the line below the head.
    return rf"\{text}" if _MEANT.fullmatch(text) else text
