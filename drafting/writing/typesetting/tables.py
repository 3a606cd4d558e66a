"""How a table of the text is set: size, widths of columns, lines and places of its cells.

The same for the Word file, the preview and the pages. What does not fit is set smaller, then across
on pages of its own (GB/T 9704-2012, 8); what still does not is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from drafting.errors import UserError
from drafting.language.days import DAY
from drafting.writing import gbt9704 as gb
from drafting.writing.typesetting.lines import break_lines
from drafting.writing.typesetting.words import width_pt

Rows = tuple[tuple[str, ...], ...]
Span = tuple[int, int, int, int]
Align = Literal["left", "center", "right"]

_NUMBER = re.compile(
    r"(?P<whole>[+＋\-－−<＜>＞≤≥约]?\d[\d,，]*)(?P<part>[.．]\d+)?\s?(?P<unit>[%％‰℃㎡]?)"
)
_NOTHING = frozenset(("", "—", "——", "-", "－", "/", "…", "……"))
_SUM = re.compile(r"(?:合|总|小|共)\s*计")
_SHOWN = 12
_PIECE = re.compile(rf"{DAY}|\d{{4}}年(?:\d{{1,2}}月)?|[!-~]+|.")
_ALONE = frozenset(("序号", "编号", "年度", "年份", "月份"))
"""Heads of columns whose figures count nothing: they stand in the middle."""
_PAGES = (
    (False, gb.TABLE_SIZES, gb.TEXT_WIDTH_MM, gb.mm_to_pt(gb.TEXT_HEIGHT_MM)),
    (True, gb.TABLE_SIZES_ACROSS, gb.ACROSS_WIDTH_MM, gb.mm_to_pt(gb.ACROSS_HEIGHT_MM)),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its place, the rows and columns that it takes, its words, how they stand.

    ``lines`` are its words as they are broken. The figures of a column stand point below point:
    ``indent_pt`` is what is left free on the right of one, ``before`` and ``behind`` the figures
    that it is shorter by than the longest.
    """

    row: int
    column: int
    rows: int
    columns: int
    text: str
    lines: tuple[str, ...]
    align: Align = "center"
    indent_pt: float = 0.0
    before: str = ""
    behind: str = ""


@dataclass(frozen=True, slots=True)
class TableSetting:
    """A table as it is set: widths in twips, type, pitch, cells row by row, heights of the rows.

    ``across``: on pages of its own, turned. ``keep`` says which rows stay with the following one.
    """

    widths: tuple[int, ...]
    size_pt: float
    line_pt: float
    margin_mm: float
    across: bool
    head: int
    rows: tuple[tuple[Cell, ...], ...]
    heights_pt: tuple[float, ...]
    keep: tuple[bool, ...]

    @property
    def head_pt(self) -> float:
        """How high the head is that is repeated on each page."""
        return sum(self.heights_pt[: self.head])


@dataclass(frozen=True, slots=True)
class _Words:
    """A cell before anything is measured."""

    row: int
    column: int
    rows: int
    columns: int
    text: str


@lru_cache(maxsize=256)
def set_table(
    rows: Rows, head: int = 1, merged: tuple[Span, ...] = (), name: str = ""
) -> TableSetting:
    """Set a table in the largest type with which it fits.

    Raises :class:`UserError` with the table's ``name`` where it fits in none: too many columns, or
    a row that is higher than a page.
    """
    cells = tuple(_words(rows, merged))
    count = max(len(row) for row in rows)
    found: list[tuple[TableSetting, float]] = []
    for across, sizes, width_mm, page_pt in _PAGES:
        for size in sizes:
            widths = _widths(cells, count, size, head, gb.mm(width_mm))
            if widths is None:
                continue
            one = _set(cells, widths, size, head, across=across)
            if _fits(one, gb.TABLE_ROW_SHARE * page_pt):
                return one
            found.append((one, page_pt))
    for one, page_pt in found:
        if _fits(one, page_pt):
            return one
    where = table_called(name, rows)
    if found:
        worst = max(range(len(rows)), key=found[-1][0].heights_pt.__getitem__)
        raise UserError(f"{where}第{worst + 1}行的文字太多，一面排不下；请拆成几行，或写到正文里。")
    raise UserError(
        f"{where}有{count}栏，横排也排不下；请减少栏数、拆成几张表，或作为附件另附文件。"
    )


def _fits(found: TableSetting, page_pt: float) -> bool:
    """Whether each row fits a page below the head."""
    heads = found.head_pt if found.head < len(found.rows) else 0.0
    return max(found.heights_pt) <= page_pt - heads


def table_called(name: str, rows: Rows) -> str:
    """Return how a table is called where something is said of it."""
    if name:
        return f"“{name}”"
    first = next((cell for row in rows for cell in row if cell), "")
    return f"“{first[:_SHOWN]}”开头的表" if first else "空表"


# --------------------------------------------------------------------------- cells


def _words(rows: Rows, merged: tuple[Span, ...]) -> Iterator[_Words]:
    """Return the cells that are shown; a short row's last cell takes what the row leaves."""
    width = max(len(row) for row in rows)
    spans = {(at, column): (down, right) for at, column, down, right in merged}
    covered = {
        (at + down, column + right)
        for at, column, height, across in merged
        for down in range(height)
        for right in range(across)
        if down or right
    }
    for at, row in enumerate(rows):
        for column, text in enumerate(row):
            if (at, column) in covered:
                continue
            down, right = spans.get((at, column), (1, 1))
            if column == len(row) - 1:
                right = max(right, width - column)
            yield _Words(at, column, down, right, text)


def _set(
    cells: Sequence[_Words],
    widths: tuple[int, ...],
    size: tuple[float, float, float],
    head: int,
    *,
    across: bool,
) -> TableSetting:
    size_pt, line_pt, margin_mm = size
    count = max(one.row + one.rows for one in cells)
    placed: list[list[Cell]] = [[] for _ in range(count)]
    columns = _columns(cells, widths, size, head)
    for one in cells:
        inner = _inner(sum(widths[one.column : one.column + one.columns]), margin_mm)
        stands = columns.get((one.row, one.column), _Stands())
        lines = tuple(
            part
            for line in one.text.split("\n")
            for part in (_broken(line, inner, size_pt) or [""])
        )
        placed[one.row].append(
            Cell(one.row, one.column, one.rows, one.columns, one.text, lines, *astuple(stands))
        )
    heights = _heights(placed, line_pt)
    return TableSetting(
        widths,
        *size,
        across,
        head,
        tuple(tuple(row) for row in placed),
        tuple(heights),
        tuple(_keeps(placed, heights, head, len(widths), across=across)),
    )


def _heights(rows: Sequence[Sequence[Cell]], line_pt: float) -> list[float]:
    heights = [
        max([1, *(len(cell.lines) for cell in row if cell.rows == 1)]) * line_pt
        + gb.TABLE_BORDER_PT
        for row in rows
    ]
    for row in rows:
        for cell in row:
            last = cell.row + cell.rows - 1
            missing = len(cell.lines) * line_pt - sum(heights[cell.row : last + 1])
            heights[last] += max(0.0, missing)
    return heights


def _keeps(
    rows: Sequence[Sequence[Cell]],
    heights: Sequence[float],
    head: int,
    width: int,
    *,
    across: bool,
) -> Iterator[bool]:
    """Say which rows stay with the next: the head, a row over all columns, rows of one cell, the
    row above a sum, all of a small table, and of a larger one two at each end, so that no row
    stands alone beside a head.
    """
    page_pt = gb.mm_to_pt(gb.ACROSS_HEIGHT_MM if across else gb.TEXT_HEIGHT_MM)
    bound = set(range(head))
    if sum(heights) <= gb.TABLE_WHOLE_SHARE * page_pt:
        bound.update(range(len(rows)))
    for pair in (range(head, head + 2), range(len(rows) - 2, len(rows))):
        high = sum(heights[at] for at in pair if 0 <= at < len(rows))
        if head <= pair[0] and high <= gb.TABLE_WHOLE_SHARE * page_pt:
            bound.add(pair[0])
    for row in rows:
        if row and row[0].row > head and _SUM.match(row[0].text):
            bound.add(row[0].row - 1)
        for cell in row:
            below = range(cell.row, cell.row + cell.rows)
            if sum(heights[at] for at in below) <= gb.TABLE_KEEP_SHARE * page_pt:
                bound.update(below[:-1])
            if cell.columns == width > 1 and cell.text:
                bound.add(cell.row)
    last = len(rows) - 1
    yield from (at in bound and at != last for at in range(len(rows)))


def _inner(width: int, margin_mm: float) -> float:
    return width / gb.TWIPS_PER_PT - 2 * gb.mm_to_pt(margin_mm)


def _broken(line: str, width: float, size_pt: float) -> list[str]:
    width = max(size_pt, width)
    return break_lines(line, width, size_pt=size_pt, tracking_pt=0.0)


# --------------------------------------------------------------------------- figures


@dataclass(frozen=True, slots=True)
class _Stands:
    align: Align = "center"
    indent_pt: float = 0.0
    before: str = ""
    behind: str = ""


def _columns(
    cells: Sequence[_Words],
    widths: tuple[int, ...],
    size: tuple[float, float, float],
    head: int,
) -> dict[tuple[int, int], _Stands]:
    """How the cells of the body stand; those of the head stand in the middle."""
    found: dict[tuple[int, int], _Stands] = {}
    for column, width in enumerate(widths):
        own = [one for one in cells if one.column == column and one.row >= head]
        single = [one for one in own if one.columns == 1]
        titles = {one.text for one in cells if one.column == column and one.row < head}
        inner = _inner(width, size[2])
        if titles & _ALONE or not single:
            continue
        stands = _Stands(_alignment(single, inner, size[0]))
        found.update(((one.row, one.column), stands) for one in single)
        found.update(_points(single, inner, size[0]))
    return found


def _alignment(cells: Sequence[_Words], inner: float, size_pt: float) -> Align:
    widest = max(
        (width_pt(line, size_pt) for one in cells for line in one.text.split("\n")), default=0.0
    )
    return "left" if widest > min(inner, gb.TABLE_CENTRED_CHARS * size_pt) else "center"


@dataclass(frozen=True, slots=True)
class _Figures:
    """The figures of a column: the longest before the point and behind it, and what they count."""

    whole: str
    part: str
    unit: str
    found: tuple[tuple[_Words, re.Match[str]], ...]

    @property
    def widest(self) -> str:
        return f"{self.whole}{self.part}{self.unit}"


def _figures(cells: Iterable[_Words]) -> _Figures | None:
    """Return the figures of a column that holds nothing else."""
    matches = [(one, _NUMBER.fullmatch(one.text)) for one in cells if one.text not in _NOTHING]
    numbers = tuple((one, match) for one, match in matches if match)
    units = {match["unit"] for _, match in numbers}
    if len(numbers) < len(matches) or len(units) != 1:
        return None
    whole = max((match["whole"] for _, match in numbers), key=len)
    part = max((match["part"] or "" for _, match in numbers), key=len)
    return _Figures(whole, part, units.pop(), numbers)


def _points(
    cells: Sequence[_Words], inner: float, size_pt: float
) -> dict[tuple[int, int], _Stands]:
    """Set the figures of a column point below point, in the middle of it."""
    figures = _figures(cells)
    if figures is None:
        return {}
    free = max(0.0, inner - width_pt(figures.widest, size_pt) - gb.TABLE_NUMBER_SLACK_PT) / 2
    stands = {}
    for one, match in figures.found:
        behind = figures.part[len(match["part"] or "") :]
        before = figures.whole[: len(figures.whole) - len(match["whole"])]
        indent = round(free + width_pt(behind, size_pt), 1)
        stands[one.row, one.column] = _Stands("right", indent, before, behind)
    return stands


# --------------------------------------------------------------------------- widths


def _widths(
    cells: Sequence[_Words], count: int, size: tuple[float, float, float], head: int, width: int
) -> tuple[int, ...] | None:
    """Share ``width`` (twips) out by what the columns hold; ``None`` where it is too little.

    No column is so narrow that a figure or a word breaks, but an address may, which would take all
    the room; nor a short head, where there is room. What is left goes to the columns whose cells
    would wrap, by the root of what they want, for a long text wraps anyway.
    """
    size_pt, _, margin_mm = size
    room = width / gb.TWIPS_PER_PT
    margins = 2 * gb.mm_to_pt(margin_mm) + gb.TABLE_NUMBER_SLACK_PT
    least = [gb.TABLE_MIN_COLUMN_CHARS * size_pt * 2 / 3 + margins] * count
    for column in range(count):
        own = [one for one in cells if one.column == column and one.columns == 1]
        if figures := _figures([one for one in own if one.row >= head]):
            least[column] = max(least[column], width_pt(figures.widest, size_pt) + margins)
        elif column == 0 and own:
            # What the rows are called is read first.
            named = min(max(len(one.text) for one in own), gb.TABLE_NAMED_CHARS) * size_pt
            least[0] = max(least[0], named + margins)
    wanted = list(least)
    for one in cells:
        longest = _longest_piece(one.text, size_pt)
        piece = min(longest, gb.TABLE_WORD_SHARE * room) + margins
        whole = max(width_pt(line, size_pt) for line in one.text.split("\n")) + margins
        covered = range(one.column, one.column + one.columns)
        for values, asked in ((least, piece), (wanted, whole)):
            missing = asked - sum(values[at] for at in covered)
            for at in covered if missing > 0 else ():
                values[at] += missing / one.columns
    if sum(least) > room:
        return None
    heads = [one for one in cells if one.row < head and one.columns == 1]
    headed = list(least)
    for one in heads:
        if len(one.text) <= gb.TABLE_HEAD_CHARS:
            asked = width_pt(one.text, size_pt) + margins
            headed[one.column] = max(headed[one.column], asked)
    least = headed if sum(headed) <= room else least
    wanted = [max(pair) for pair in zip(least, wanted, strict=True)]
    return _in_twips(_shared(least, wanted, room), width)


def _longest_piece(text: str, size_pt: float) -> float:
    """The widest of what is not broken: a figure, a word, a date, a character."""
    pieces = [found[0] for found in _PIECE.finditer(text)]
    words = [width_pt(piece, size_pt) for piece in pieces if piece != "\n"]
    return max(words, default=0.0)


def _shared(least: Sequence[float], wanted: Sequence[float], room: float) -> list[float]:
    if sum(wanted) <= room:
        return [one * room / sum(wanted) for one in wanted]
    found = list(least)
    left = room - sum(found)
    open_ones = [at for at in range(len(found)) if wanted[at] > found[at]]
    while open_ones and left > 0.01:
        shares = {at: (wanted[at] - least[at]) ** 0.5 for at in open_ones}
        total = sum(shares.values())
        given = {at: min(left * shares[at] / total, wanted[at] - found[at]) for at in open_ones}
        for at, more in given.items():
            found[at] += more
        left -= sum(given.values())
        open_ones = [at for at in open_ones if wanted[at] - found[at] > 0.01]
    return found


def _in_twips(shares: Sequence[float], width: int) -> tuple[int, ...]:
    total = sum(shares)
    edges = [0]
    for share in shares:
        edges.append(edges[-1] + int(width * share / total))
    edges[-1] = width
    return tuple(end - start for start, end in pairwise(edges))
