"""Where seals and 签名章 will sit on the paper (GB/T 9704-2012, 7.3.5.1, 7.3.5.3).

Nothing of them is printed: the layout keeps their room, the preview draws them, and the Word file
bears a bookmark where each will be. Heights are points below the top of the line of names.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from drafting.writing import gbt9704 as gb
from drafting.writing.typesetting.words import body_width_pt
from drafting.writing.word.signature import place

_RADIUS = gb.mm_to_pt(gb.SEAL_MM) / 2


@dataclass(frozen=True, slots=True)
class Seal:
    """The circle of one seal: its middle from the left edge of 版心, and below the names' line."""

    name: str
    middle_pt: float
    below_pt: float
    radius_pt: float = _RADIUS


def seals(names: tuple[str, ...], date: str, line_pt: float) -> tuple[Seal, ...]:
    """One seal a name, row by row; name and date stand a little below the middle of the last."""
    placed = place(names, date, sealed=True)
    step = (1 + gb.SEAL_ROW_BLANK_LINES) * line_pt
    return tuple(
        Seal(name, middle, number * step + seal_below_pt(line_pt))
        for number, row in enumerate(placed.rows)
        for name, middle in row
    )


def seal_below_pt(line_pt: float) -> float:
    """How far the middle of a seal is below the top of its line of names."""
    return line_pt - gb.mm_to_pt(gb.SEAL_MIDDLE_ABOVE_MM)


def reach_remark(names: tuple[str, ...], date: str, remark: str) -> bool:
    """Whether 附注 on the line after the date (7.3.6) would run into a seal."""
    line = gb.LINE_PT
    found = seals(names, date, line)
    if not found:
        return False
    lowest = max(one.below_pt for one in found)
    right = min(gb.INDENT_PT + body_width_pt(remark), gb.TEXT_WIDTH_PT)
    rows = len({one.below_pt for one in found})
    date_bottom = (rows - 1) * (1 + gb.SEAL_ROW_BLANK_LINES) * line + 2 * line
    depth = date_bottom + gb.ink_top_pt(line, gb.SIZE_3_PT) - lowest
    if abs(depth) >= _RADIUS:
        return False
    half = math.sqrt(_RADIUS**2 - depth**2)
    return any(one.below_pt == lowest and one.middle_pt - half < right for one in found)


def stamp_left_pt() -> float:
    """Where a 签名章 begins: 右空四字 (7.3.5.3)."""
    right = gb.SEALED_DATE_RIGHT_CHARS * gb.CHAR_PT
    return gb.TEXT_WIDTH_PT - right - gb.mm_to_pt(gb.STAMP_WIDTH_MM)


def post_right_pt() -> float:
    """What stands free to the right of the 职务: the 签名章 and 左空二字 (7.3.5.3)."""
    return gb.TEXT_WIDTH_PT - stamp_left_pt() + gb.STAMP_POST_GAP_CHARS * gb.CHAR_PT
