"""In which order a page is read: columns one by one, tables by rows, the rest downwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from drafting.reading.pages.parts import Page, Strip, joined, rows_of, side_by_side
from drafting.reading.pages.tables import Table, find_tables

_MOST_COLUMNS_DEEP = 6
_MOST_CANDIDATES = 24
_LEAST_LINES = 4
_FULL, _FULL_SHARE = 0.75, 0.45
_LEAST_CHARS = 8
_SAME = 3.0

Item = Strip | Table


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a page that is read on its own; ``column`` where others stand beside it."""

    items: tuple[Item, ...]
    column: bool = False


def regions(page: Page, strips: Sequence[Strip]) -> list[Region]:
    """Return the parts of ``page`` in reading order, with ``strips`` of it joined into lines.

    What stands turned on the page comes last: it belongs to the margin.
    """
    if not page.exact:
        return [Region(tuple(_in_given_order(strips)))]
    upright = [strip for strip in strips if not strip.turned and strip.text.strip()]
    tables, rest = find_tables(page.rules, upright)
    found = list(_ordered([*rest, *tables], _MOST_COLUMNS_DEEP, column=False))
    turned = [Region((strip,), column=True) for strip in strips if strip.turned]
    return found + turned


def _in_given_order(strips: Sequence[Strip]) -> Iterator[Strip]:
    row: list[Strip] = []
    for strip in strips:
        if not strip.text.strip():
            continue
        if row and not side_by_side(joined(row), strip):
            yield joined(row)
            row = []
        row.append(strip)
    if row:
        yield joined(row)


def _ordered(items: Sequence[Item], depth: int, *, column: bool) -> Iterator[Region]:
    parted = _columns(items) if depth else None
    if parted is None:
        if lines := _downwards(items):
            yield Region(tuple(lines), column)
        return
    above, left, right, below = parted
    for part, beside in ((above, column), (left, True), (right, True), (below, column)):
        yield from _ordered(part, depth - 1, column=beside)


def _downwards(items: Sequence[Item]) -> list[Item]:
    lines: list[Item] = [joined(row) for row in rows_of(i for i in items if isinstance(i, Strip))]
    lines += [item for item in items if isinstance(item, Table)]
    return sorted(lines, key=lambda item: item.top)


def _columns(items: Sequence[Item]) -> tuple[list[Item], ...] | None:
    """Return what stands above, left, right and below of the widest gutter, or ``None``."""
    starts = Counter(round(item.left / _SAME) for item in items if isinstance(item, Strip))
    best: tuple[list[Item], list[Item]] | None = None
    for place, times in starts.most_common(_MOST_CANDIDATES):
        if times < _LEAST_LINES - 2:
            break
        for left, right in _runs(items, (place - 1) * _SAME):
            size = min(len(left), len(right))
            if (best is None or size > min(map(len, best))) and _are_columns(left, right):
                best = (left, right)
    if best is None:
        return None
    beside = set(map(id, (*best[0], *best[1])))
    top = min(item.top for side in best for item in side)
    rest = [item for item in items if id(item) not in beside]
    above = [item for item in rest if item.top < top]
    return above, best[0], best[1], [item for item in rest if item.top >= top]


def _runs(items: Sequence[Item], at: float) -> Iterator[tuple[list[Item], list[Item]]]:
    """Yield what stands left and right of ``at`` between two things that cross it."""
    left: list[Item] = []
    right: list[Item] = []
    for item in sorted(items, key=lambda item: item.top):
        if item.left < at < item.right:
            if left and right:
                yield left, right
            left, right = [], []
        elif item.left >= at:
            right.append(item)
        else:
            left.append(item)
    if left and right:
        yield left, right


def _are_columns(left: Sequence[Item], right: Sequence[Item]) -> bool:
    """Whether both sides are running text, line under line: the cells of a table are not.

    The last column of a text may be short.
    """
    if not _runs_on(left, _LEAST_LINES):
        return False
    if _runs_on(right, _LEAST_LINES):
        return True
    wide = [max(i.right for i in side) - min(i.left for i in side) for side in (left, right)]
    top = [min(item.top for item in side) for side in (left, right)]
    return (
        len(left) >= 2 * _LEAST_LINES
        and _runs_on(right, 2)
        and wide[1] > 0.7 * wide[0]
        and abs(top[1] - top[0]) < 2 * (left[0].bottom - left[0].top)
    )


def _runs_on(side: Sequence[Item], least: int) -> bool:
    strips = [item for item in side if isinstance(item, Strip)]
    if len(strips) < least:
        return False
    widest = max(strip.right - strip.left for strip in strips)
    full = [strip for strip in strips if strip.right - strip.left > _FULL * widest]
    chars = sum(len(strip.text) for strip in strips) / len(strips)
    return len(full) >= _FULL_SHARE * len(strips) and chars >= _LEAST_CHARS
