"""Where the signing names and the date stand (GB/T 9704-2012, 7.3.5).

All positions are points from the left edge of 版心.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from drafting.writing import gbt9704 as gb
from drafting.writing.typesetting.words import body_width_pt, width_pt

# A date not yet known keeps the room of a common one.
_NOMINAL_DATE = "2026年10月10日"


@dataclass(frozen=True, slots=True)
class Placed:
    """Where things stand: ``rows`` of names, each with the middle or left edge of the name.

    ``anchor`` says which of the two; ``date_left`` is the date's left edge; ``squeeze``: how wide
    the names' characters are, in per cent.
    """

    rows: tuple[tuple[tuple[str, float], ...], ...]
    anchor: str
    date_left: float
    squeeze: int = gb.NAME_SQUEEZES[0]


def place(names: tuple[str, ...], date: str, *, sealed: bool) -> Placed:
    """Place ``names`` (lead unit first) and ``date`` (may be empty)."""
    return _sealed(names, date) if sealed else _unsealed(names, date)


def name_width_pt(name: str, squeeze: int) -> float:
    """How wide a name is whose characters are set narrower; what stands between them is not."""
    return width_pt(name, gb.SIZE_3_PT * squeeze / 100, gb.TRACKING_PT)


def _sealed(names: tuple[str, ...], date: str) -> Placed:
    """7.3.5.1: the date four characters from the right, each name under the middle of a seal.

    Names stand in order, row by row, as many a row as 版心 holds and each row as full as another;
    the last is centred on the date. Where the names need the room, the last ends at the edge of
    版心 and the date is centred under it. Names of which no two fit a row are set narrower, as a
    typist sets them, where that makes two fit: seals one below another would take pages.
    """
    date_width = body_width_pt(date or _NOMINAL_DATE)
    date_middle = gb.TEXT_WIDTH_PT - gb.SEALED_DATE_RIGHT_CHARS * gb.CHAR_PT - date_width / 2
    if not names:
        return Placed((), "middle", date_middle - date_width / 2)
    squeeze, rows, widest = _narrowed(names)
    columns = len(rows[0]) if widest else 0
    placed = [_row(row, widest, columns, date_middle) for row in rows]
    named = tuple(tuple((one.name, middle) for one, middle in row) for row in placed)
    return Placed(named, "middle", placed[-1][-1][1] - date_width / 2, squeeze)


@dataclass(frozen=True, slots=True)
class _Name:
    name: str
    width_pt: float


_Names = tuple[_Name, ...]
_Widths = tuple[float, ...]


def _narrowed(names: tuple[str, ...]) -> tuple[int, tuple[_Names, ...], float]:
    """The least narrowing that takes the fewest rows, the rows, and the widest name where they
    stand in columns.

    Two may be brought onto a row by it; three stand there only where some do at full width.
    """
    found = []
    most = gb.SEALS_PER_ROW
    for squeeze in gb.NAME_SQUEEZES:
        rows, widest = _in_rows(names, squeeze, most)
        found.append((squeeze, rows, widest))
        most = max(2, *map(len, rows)) if squeeze == gb.NAME_SQUEEZES[0] else most
    return min(found, key=lambda one: len(one[1]))


def _in_rows(names: tuple[str, ...], squeeze: int, most: int) -> tuple[tuple[_Names, ...], float]:
    """Names in columns where that takes no more rows than each row by itself."""
    wide = tuple(_Name(name, name_width_pt(name, squeeze)) for name in names)
    grid, freely = _in_columns(wide, most), _as_many_as_fit(wide, most)
    if len(grid) <= len(freely):
        return grid, max(one.width_pt for one in wide)
    return freely, 0.0


def _in_columns(names: _Names, most: int) -> tuple[_Names, ...]:
    """Rows as full as one another, every name with the room of the widest."""
    per_row = min(most, len(names))
    widest = max(one.width_pt for one in names)
    while per_row > 1 and not _fits((widest,) * per_row):
        per_row -= 1
    per_row = math.ceil(len(names) / math.ceil(len(names) / per_row))
    return tuple(names[start : start + per_row] for start in range(0, len(names), per_row))


def _as_many_as_fit(names: _Names, most: int) -> tuple[_Names, ...]:
    """The fewest rows, each by itself; of these the most even, the fuller ones first."""
    best: list[tuple[_Names, ...]] = [()]
    for end in range(1, len(names) + 1):
        rows = (names[end - count : end] for count in range(1, min(most, end) + 1))
        fitting = (
            (*best[end - len(row)], row)
            for row in rows
            if len(row) == 1 or _fits(tuple(one.width_pt for one in row))
        )
        best.append(min(fitting, key=_unevenness))
    return best[-1]


def _unevenness(rows: tuple[_Names, ...]) -> tuple[int, int, tuple[int, ...]]:
    counts = [len(row) for row in rows]
    return len(rows), sum(count**2 for count in counts), tuple(-count for count in counts)


def _fits(widths: _Widths) -> bool:
    return _half(widths[0]) + sum(_steps(widths)) + _half(widths[-1]) <= gb.TEXT_WIDTH_PT


def _half(width: float) -> float:
    return max(width, gb.mm_to_pt(gb.SEAL_MM)) / 2


def _steps(widths: _Widths) -> list[float]:
    """From the middle of each name to that of the next: neither names nor seals touch."""
    seal = gb.mm_to_pt(gb.SEAL_MM + gb.SEAL_GAP_MM)
    return [max(seal, (one + other) / 2 + gb.CHAR_PT) for one, other in pairwise(widths)]


def _row(
    row: _Names, widest: float, columns: int, date_middle: float
) -> tuple[tuple[_Name, float], ...]:
    """The middles of the names of a row: the last under the date, where the others have room.

    In ``columns`` each name has the room of the ``widest``.
    """
    widths = (widest,) * len(row) if widest else tuple(one.width_pt for one in row)
    steps = _steps(widths)
    # The first begins at the left edge at the earliest: so far right stands the last.
    first = _half(widths[0]) + (sum(_steps((widest,) * columns)) if widest else sum(steps))
    # A name wider than 版心 wraps, about its middle.
    right = gb.TEXT_WIDTH_PT - _half(widths[-1])
    middles = [max(gb.TEXT_WIDTH_PT / 2, min(max(date_middle, first), right))]
    for step in reversed(steps):
        middles.insert(0, middles[0] - step)
    return tuple(zip(row, middles, strict=True))


def _unsealed(names: tuple[str, ...], date: str) -> Placed:
    """7.3.5.2: the name two characters from the right, the date's first character two further in.

    Where the date is the longer, it stands two characters from the right and the name gives way.
    Joint: the lead unit first, the others below, all beginning at one edge.
    """
    right = gb.TEXT_WIDTH_PT - gb.UNSEALED_RIGHT_CHARS * gb.CHAR_PT
    date_width = body_width_pt(date or _NOMINAL_DATE)
    if not names:
        return Placed((), "left", right - date_width)
    widest = max(body_width_pt(name) for name in names)
    shift = gb.UNSEALED_DATE_SHIFT_CHARS * gb.CHAR_PT
    left = right - widest if widest >= date_width else right - date_width - shift
    left = max(0.0, left)
    return Placed(tuple(((name, left),) for name in names), "left", left + shift)
