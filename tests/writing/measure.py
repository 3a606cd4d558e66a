"""Measuring a rendered page: text lines from the PDF, red ink from its picture."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image, ImageChops

MM = 25.4 / 72
CHAR = 15.7
LINE = 28.95 * MM
_LINES: dict[int, tuple[Any, list[dict[str, Any]]]] = {}


def lines(page: Any) -> list[dict[str, Any]]:
    """The page's text lines from the top, in millimetres, spaces dropped."""
    # The page is kept with its lines, so that no other can take its id.
    if id(page) not in _LINES:
        _LINES[id(page)] = (page, _lines(page))
    return _LINES[id(page)][1]


def _lines(page: Any) -> list[dict[str, Any]]:
    return [
        {
            "text": line["text"].replace(" ", ""),
            **{key: line[key] * MM for key in ("x0", "x1", "top", "bottom")},
            "size": max(char["size"] for char in line["chars"]),
            "fonts": {char["fontname"].split("+")[-1] for char in line["chars"]},
        }
        for line in page.extract_text_lines()
    ]


def text_lines(page: Any) -> list[dict[str, Any]]:
    """The lines of the body: 3号, inside 版心."""
    return [line for line in lines(page) if abs(line["size"] - 16) < 0.1 and line["top"] < 262]


def find(page: Any, start: str) -> dict[str, Any]:
    return next(line for line in lines(page) if line["text"].startswith(start))


def about(value: float) -> Any:
    return pytest.approx(value, abs=1.0)


def red_rows(image: Image.Image) -> list[tuple[float, float, float, float]]:
    """Bands of red ink from the top: (top, bottom, left, right) in millimetres.

    ``image`` has ten pixels a millimetre.
    """
    red, green, blue = image.split()
    ink = ImageChops.multiply(
        red.point(lambda value: 255 if value > 200 else 0),
        ImageChops.multiply(
            green.point(lambda value: 255 if value < 120 else 0),
            blue.point(lambda value: 255 if value < 120 else 0),
        ),
    )
    width, height = ink.size
    rows = ink.resize((1, height), Image.Resampling.BOX, reducing_gap=None).tobytes()
    # A row of little ink rounds to nothing when it is averaged: those are looked at one by one.
    inked = [
        y for y in range(height) if rows[y] or ink.crop((0, y, width, y + 1)).getbbox() is not None
    ]
    bands: list[list[int]] = []
    for y in inked:
        if bands and y - bands[-1][1] <= 1:
            bands[-1][1] = y
        else:
            bands.append([y, y])
    found = []
    for top, bottom in bands:
        box = ink.crop((0, top, width, bottom + 1)).getbbox()
        assert box is not None
        found.append((top / 10, bottom / 10, box[0] / 10, (box[2] - 1) / 10))
    return found
