"""The process that opens images of pages; run as a script by ``prepare.py``.

Standard input is the image; the arguments are the page's number, from 0, and the most dots that it
may have. Standard output is a line of JSON ``{"pages", "width", "height", "ink", "skew", "noise"}``
and then the page's grey dots, row by row; nothing where the file is damaged.
"""

from __future__ import annotations

import json
import struct
import sys
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    # Isolated (-I), so that neither the folder nor the environment of the caller is looked in.
    sys.path.insert(0, str(Path(__file__).resolve().parents[4]))

import numpy as np
from PIL import Image

from drafting.reading.scans.pages import light, photo, seal, straighten
from drafting.reading.scans.pages.raster import open_page

_MOST_SHORT, _SHORT = 2150, 1850
"""A page whose shorter side has more dots is made smaller: time grows and accuracy does not."""

_LEAST_SHORT = 1400
_DARK = 160
_FAILED = 1
_DAMAGED = (OSError, ValueError, SyntaxError, EOFError, struct.error, Image.DecompressionBombError)
"""What Pillow raises for files that are not what they say."""


def main() -> int:
    """Prepare one page of the image on standard input."""
    number, most_pixels = int(sys.argv[1]), int(sys.argv[2])
    try:
        page, count = open_page(sys.stdin.buffer.read(), number, most_pixels)
        told, cleaned = prepare(page)
    except _DAMAGED:
        return _FAILED
    head = json.dumps({"pages": count, **told}).encode("ascii")
    sys.stdout.buffer.write(head + b"\n" + cleaned.tobytes())
    return 0


def prepare(page: Image.Image) -> tuple[dict[str, Any], Image.Image]:
    """Return what was found on ``page``, and the page level, evenly lit and clean, in grey."""
    page = _sized(photo.flatten(page))
    grey = light.even(seal.without_seals(page))
    degrees, found, small = straighten.skew(grey), light.noise(grey), _is_small(grey)
    # Single wrong dots go before the page is turned, which would smear them.
    level = straighten.turn(light.despeckle(grey, found), degrees)
    cleaned = light.smooth(level, found, small=small)
    ink = float((np.asarray(cleaned) < _DARK).mean())
    told = {
        "width": cleaned.width, "height": cleaned.height,
        "ink": round(ink, 5), "skew": round(degrees, 2), "noise": round(found, 1),
    }  # fmt: skip
    return told, cleaned


def _sized(page: Image.Image) -> Image.Image:
    short = min(page.size)
    if short <= _MOST_SHORT:
        return page
    factor = _SHORT / short
    size = (round(page.width * factor), round(page.height * factor))
    return page.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _is_small(page: Image.Image) -> bool:
    return min(page.size) < _LEAST_SHORT


if __name__ == "__main__":
    sys.exit(main())
