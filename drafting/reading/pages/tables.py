"""Tables drawn with lines on a page → rows of cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from drafting.papers.plain.lines import Line
from drafting.reading.pages.parts import Rule, Strip, join, joined, rows_of

_NEAR = 3.0
_LONG_CELL = 800
_MOST_LINES = 200
_WIDEST = 40
_LEAST_FILLED = 0.15


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its place on the page, its rows read."""

    left: float
    right: float
    top: float
    bottom: float
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where the lines of a table run: those across by height, those down by place."""

    downs: tuple[Rule, ...]
    acrosses: tuple[Rule, ...]
    xs: tuple[float, ...]
    ys: tuple[float, ...]


def find_tables(rules: Sequence[Rule], strips: Sequence[Strip]) -> tuple[list[Table], list[Strip]]:
    """Return the tables that ``rules`` draw, and the strips that stand in none of them.

    A frame of one column is none: what stands in it is text.
    """
    tables: list[Table] = []
    rest = list(strips)
    for grid in _grids(rules):
        left, right, top, bottom = grid.xs[0], grid.xs[-1], grid.ys[0], grid.ys[-1]
        inside = [
            strip
            for strip in rest
            if left - _NEAR < (strip.left + strip.right) / 2 < right + _NEAR
            and top - _NEAR < (strip.top + strip.bottom) / 2 < bottom + _NEAR
        ]
        lines = tuple(_lines(grid, inside))
        if not _holds_data(grid, lines):
            continue
        tables.append(Table(left, right, top, bottom, lines))
        taken = set(map(id, inside))
        rest = [strip for strip in rest if id(strip) not in taken]
    return tables, rest


def _holds_data(grid: _Grid, lines: Sequence[Line]) -> bool:
    """Whether rows with cells came of a grid; one nearly empty is a drawing."""
    rows = [line.cells for line in lines if len(line.cells) > 1]
    filled = sum(bool(cell) for row in rows for cell in row)
    return bool(rows) and filled >= _LEAST_FILLED * sum(map(len, rows)) and len(grid.xs) <= _WIDEST


def _grids(rules: Sequence[Rule]) -> Iterator[_Grid]:
    """Yield the grids: lines that touch, at least two across and three down among them."""
    groups: list[list[Rule]] = []
    for rule in rules[: _MOST_LINES * 10]:
        touching = [group for group in groups if any(_touch(rule, other) for other in group)]
        merged = [rule, *(other for group in touching for other in group)]
        groups = [group for group in groups if group not in touching]
        groups.append(merged)
    for group in groups:
        downs = [rule for rule in group if rule.bottom - rule.top > rule.right - rule.left]
        acrosses = [rule for rule in group if rule not in downs]
        xs = _places([(rule.left + rule.right) / 2 for rule in downs])
        ys = _places([(rule.top + rule.bottom) / 2 for rule in acrosses])
        if 3 <= len(xs) <= _MOST_LINES and 2 <= len(ys) <= _MOST_LINES:
            yield _Grid(tuple(downs), tuple(acrosses), xs, ys)


def _touch(one: Rule, other: Rule) -> bool:
    return (
        one.left - _NEAR <= other.right
        and other.left - _NEAR <= one.right
        and one.top - _NEAR <= other.bottom
        and other.top - _NEAR <= one.bottom
    )


def _places(values: list[float]) -> tuple[float, ...]:
    """Return the places in order, those that differ by a line's width as one."""
    places: list[float] = []
    for value in sorted(values):
        if not places or value - places[-1] > _NEAR:
            places.append(value)
    return tuple(places)


def _lines(grid: _Grid, strips: Sequence[Strip]) -> Iterator[Line]:
    """Yield the rows; a cell that spans rows stands in each, its text is shown once."""
    homes = _cells(grid)
    held: dict[tuple[int, int], list[Strip]] = {}
    for strip in strips:
        row = _between(grid.ys, (strip.top + strip.bottom) / 2)
        column = _between(grid.xs, (strip.left + strip.right) / 2)
        held.setdefault(homes[row, column], []).append(strip)
    ends = {home: grid.xs[column + 1] for (_, column), home in sorted(homes.items())}
    texts = {home: cell_text(held.get(home, []), end) for home, end in ends.items()}
    for row in range(len(grid.ys) - 1):
        own = [homes[row, column] for column in range(len(grid.xs) - 1)]
        cells = [
            texts[home] if not column or home != own[column - 1] else ""
            for column, home in enumerate(own)
        ]
        shown = [texts[home] for home in dict.fromkeys(own) if home[0] == row and texts[home]]
        if not shown:
            continue
        if len(set(own)) == 1 or any(len(text) > _LONG_CELL for text in shown):
            yield from (Line(text) for cell in shown for text in cell.split("\n"))
        else:
            yield Line(" ".join(shown), cells=tuple(cells))


def _cells(grid: _Grid) -> dict[tuple[int, int], tuple[int, int]]:
    """Return for each square of the grid the square in which its cell begins.

    Where no line parts two squares they are one cell; of cells that are no rectangle the parts
    are taken as they come.
    """
    homes: dict[tuple[int, int], tuple[int, int]] = {}
    for row, (top, bottom) in enumerate(pairwise(grid.ys)):
        for column, (left, right) in enumerate(pairwise(grid.xs)):
            home = (row, column)
            if column and not _parted(grid.downs, left, top, bottom, down=True):
                home = homes[row, column - 1]
            elif row and not _parted(grid.acrosses, top, left, right, down=False):
                home = homes[row - 1, column]
            homes[row, column] = home
    return homes


def _parted(rules: Sequence[Rule], at: float, start: float, end: float, *, down: bool) -> bool:
    """Whether a line at ``at`` runs past the middle between ``start`` and ``end``."""
    middle = (start + end) / 2
    for rule in rules:
        place = (rule.left + rule.right) / 2 if down else (rule.top + rule.bottom) / 2
        low, high = (rule.top, rule.bottom) if down else (rule.left, rule.right)
        if abs(place - at) <= _NEAR and low <= middle <= high:
            return True
    return False


def _between(places: Sequence[float], at: float) -> int:
    """Return the number of the gap between ``places`` in which ``at`` lies."""
    return max(0, min(sum(place <= at for place in places) - 1, len(places) - 2))


def cell_text(strips: Sequence[Strip], right: float) -> str:
    """Return a cell's text: lines full to its ``right`` run on, a short one ends its paragraph."""
    text, before = "", None
    for row in rows_of(strips):
        strip = joined(row)
        if before and before.right > right - 2 * before.size:
            text = join(text, strip.text)
        else:
            text = f"{text}\n{strip.text}" if text else strip.text
        before = strip
    return text
