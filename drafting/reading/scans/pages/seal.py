"""Coloured page → grey page without its red seals.

Seen through its red part a seal is paper. A red letterhead or 武文线 must stay readable: only a
patch as round and as large as a seal (GB/T 9704-2012 leaves its size to the State Council's rules
on seals: 4.2 to 6 cm; loosely here) is seen so.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from drafting.reading.scans.pages.patches import patches

_CELL = 16
_REDNESS = 45
_INKED = 0.04
_SMALLEST, _LARGEST = 0.1, 0.36
"""Sides of a seal, as shares of the page's shorter side (21 cm)."""

_MOST_LENGTH = 1.6
_MOST_PATCHES = 60


def without_seals(page: Image.Image) -> Image.Image:
    """Return ``page`` (``L`` or ``RGB``) in grey, its red seals seen through their red part."""
    grey = page.convert("L")
    if page.mode == "L":
        return grey
    for box in _seals(page):
        grey.paste(page.crop(box).getchannel("R"), box)
    return grey


def _seals(page: Image.Image) -> list[tuple[int, int, int, int]]:
    red, green, blue = (channel.astype(np.int16) for channel in np.asarray(page).transpose(2, 0, 1))
    mask = red - np.maximum(green, blue) > _REDNESS
    inked = np.asarray(Image.fromarray(mask.astype(np.uint8) * 255).reduce(_CELL)) > 255 * _INKED
    shorter = min(page.size) / _CELL
    found = []
    for patch in patches(inked, _MOST_PATCHES):
        rows, columns = np.nonzero(patch)
        top, left = int(rows.min()), int(columns.min())
        high, wide = int(rows.max()) + 1 - top, int(columns.max()) + 1 - left
        round_enough = max(high, wide) <= _MOST_LENGTH * min(high, wide)
        if round_enough and _SMALLEST * shorter <= min(high, wide) <= _LARGEST * shorter:
            box = (left - 1, top - 1, left + wide + 1, top + high + 1)
            left_, top_, right_, bottom_ = (side * _CELL for side in box)
            found.append(
                (max(left_, 0), max(top_, 0), min(right_, page.width), min(bottom_, page.height))
            )
    return found
