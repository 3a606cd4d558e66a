"""How much of a page's print lies outside every line that was recognised.

An engine that loses half a page is sure of the other half: confidence does not tell.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from drafting.reading.pages.paragraphs import Strip
from drafting.reading.scans.pages.patches import Mask, long_runs
from drafting.reading.scans.pages.prepare import Sheet

_STEP = 2
_DARK = 140
_LONGEST = 45
_AROUND = 0.35
_LEAST_DOTS = 400


def missed(sheet: Sheet, strips: Sequence[Strip]) -> float:
    """Return which share of the strokes on ``sheet``, 0 to 1, stands in none of ``strips``.

    Rules, black edges and pictures have runs of dots longer than strokes and are left out.
    """
    strokes = _strokes(sheet)
    total = int(strokes.sum())
    if total < _LEAST_DOTS:
        return 0.0
    for strip in strips:
        around = _AROUND * (strip.bottom - strip.top)
        top, bottom = max(0.0, strip.top - around), strip.bottom + around
        left, right = max(0.0, strip.left - around), strip.right + around
        strokes[
            int(top / _STEP) : int(bottom / _STEP) + 1, int(left / _STEP) : int(right / _STEP) + 1
        ] = False
    return float(strokes.sum()) / total


def _strokes(sheet: Sheet) -> Mask:
    dots = np.frombuffer(sheet.dots, dtype=np.uint8).reshape(sheet.height, sheet.width)
    dark: Mask = dots[::_STEP, ::_STEP] < _DARK
    long = long_runs(dark, _LONGEST) | long_runs(dark.T, _LONGEST).T
    strokes: Mask = dark & ~long
    return strokes
