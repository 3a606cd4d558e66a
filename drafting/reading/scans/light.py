"""Even light and less noise: the paper becomes white everywhere, the ink stays."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

_STEP = 8
_WINDOW = 9
_QUIET = 5.0
_NARROWEST, _WIDEST = 0.9, 1.4
_ALONE = 60
_ENLARGED = 1.5


def even(page: Image.Image) -> Image.Image:
    """Return a grey page divided by its own background: shadows and falling light go.

    The background is the brightest of the small means around each place; ink is narrower than the
    window (72 dots) in which it is looked for.
    """
    small = page.reduce(_STEP).filter(ImageFilter.MedianFilter(3))
    paper = small.filter(ImageFilter.MaxFilter(_WINDOW)).filter(ImageFilter.GaussianBlur(_WINDOW))
    background = np.asarray(paper.resize(page.size, Image.Resampling.BILINEAR), dtype=np.float32)
    values = np.asarray(page, dtype=np.float32) * (255 / np.maximum(background, 24))
    return Image.fromarray(values.clip(0, 255).astype(np.uint8))


def noise(page: Image.Image) -> float:
    """Return the noise of a page: the typical difference of a dot from the mean of its
    neighbours, in grey values."""
    values = np.asarray(page, dtype=np.float32)
    around = (values[:-2, 1:-1] + values[2:, 1:-1] + values[1:-1, :-2] + values[1:-1, 2:]) / 4
    return float(np.median(np.abs(values[1:-1, 1:-1] - around)) * 1.4826 / 1.118)


def despeckle(page: Image.Image) -> Image.Image:
    """Return the page with every dot that stands alone, far from all four beside it, put to their
    mean: a median of 3×3 would do it too, and eat the strokes of small print."""
    values = np.asarray(page, dtype=np.int16)
    around = np.stack([values[:-2, 1:-1], values[2:, 1:-1], values[1:-1, :-2], values[1:-1, 2:]])
    centre = values[1:-1, 1:-1]
    alone = (centre < around.min(axis=0) - _ALONE) | (centre > around.max(axis=0) + _ALONE)
    if not alone.any():
        return page
    cleaned = values.astype(np.uint8)
    cleaned[1:-1, 1:-1][alone] = around.mean(axis=0)[alone].astype(np.uint8)
    return Image.fromarray(cleaned)


def smooth(page: Image.Image, found: float, *, small: bool) -> Image.Image:
    """Return the page with less noise, by how much was ``found`` (see :func:`noise`).

    Quiet pages stay as they are: smoothing eats strokes. Those of a ``small`` page (under 170 dots
    an inch) are so thin that it is enlarged first.
    """
    if found < _QUIET:
        return page
    if small:
        size = (round(page.width * _ENLARGED), round(page.height * _ENLARGED))
        page = page.resize(size, Image.Resampling.BICUBIC)
    return page.filter(ImageFilter.GaussianBlur(min(_WIDEST, _NARROWEST + found / 100)))
