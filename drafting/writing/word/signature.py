"""Where the signing names and the date stand (GB/T 9704-2012, 7.3.5).

All positions are points from the left edge of 版心.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from drafting.writing import gbt9704 as gb
from drafting.writing.words import body_width_pt

# A date not yet known keeps the room of a common one.
_NOMINAL_DATE = "2026年10月10日"


@dataclass(frozen=True, slots=True)
class Placed:
    """Where things stand: ``rows`` of names, each with the middle or left edge of the name.

    ``anchor`` says which of the two; ``date_left`` is the date's left edge.
    """

    rows: tuple[tuple[tuple[str, float], ...], ...]
    anchor: str
    date_left: float


def place(names: tuple[str, ...], date: str, *, sealed: bool) -> Placed:
    """Place ``names`` (lead unit first) and ``date`` (may be empty)."""
    return _sealed(names, date) if sealed else _unsealed(names, date)


def _sealed(names: tuple[str, ...], date: str) -> Placed:
    """7.3.5.1: the date four characters from the right, each name under the middle of a seal.

    Names stand in order, row by row, as many a row as 版心 holds and each row as full as another;
    the last is centred on the date. Where the names need the room, the last ends at the edge of
    版心 and the date is centred under it.
    """
    date_width = body_width_pt(date or _NOMINAL_DATE)
    date_middle = gb.TEXT_WIDTH_PT - gb.SEALED_DATE_RIGHT_CHARS * gb.CHAR_PT - date_width / 2
    if not names:
        return Placed((), "middle", date_middle - date_width / 2)
    widest = max(body_width_pt(name) for name in names)
    seal = gb.mm_to_pt(gb.SEAL_MM + gb.SEAL_GAP_MM)
    step = max(seal, widest + gb.CHAR_PT)
    half = max(widest, seal - gb.mm_to_pt(gb.SEAL_GAP_MM)) / 2
    room = 1 + max(0, math.floor((gb.TEXT_WIDTH_PT - 2 * half) / step))
    per_row = min(gb.SEALS_PER_ROW, room, len(names))
    per_row = math.ceil(len(names) / math.ceil(len(names) / per_row))
    # The first of a row begins at the left edge at the earliest: so far right stands the last.
    first_row = half + step * (per_row - 1)
    # A name wider than 版心 wraps, about its middle.
    last_middle = max(
        gb.TEXT_WIDTH_PT / 2, min(max(date_middle, first_row), gb.TEXT_WIDTH_PT - half)
    )
    rows: list[tuple[tuple[str, float], ...]] = []
    for start in range(0, len(names), per_row):
        row = names[start : start + per_row]
        middles = [last_middle - step * (len(row) - 1 - column) for column in range(len(row))]
        rows.append(tuple(zip(row, middles, strict=True)))
    return Placed(tuple(rows), "middle", last_middle - date_width / 2)


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
