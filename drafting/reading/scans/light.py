"""Even light and less noise: the paper becomes white everywhere, the ink stays."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

_STEP = 8
_WINDOW = 9
_QUIET, _LOUD = 5.0, 32.0
_ALONE, _SPECKED = 60, 0.0005
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


def denoise(page: Image.Image, found: float, *, small: bool) -> Image.Image:
    """Return the page with less noise, by how much was ``found`` (see :func:`noise`).

    Quiet pages stay as they are. The median of 3×3 takes single wrong dots; it would eat the
    strokes of a ``small`` page (under 170 dots an inch), which is enlarged first. Where every dot
    is wrong, a mean is better than the median.
    """
    if found > _LOUD:
        return page.filter(ImageFilter.GaussianBlur(1.2))
    if found < _QUIET and not _is_specked(page):
        return page
    if small:
        size = (round(page.width * _ENLARGED), round(page.height * _ENLARGED))
        page = page.resize(size, Image.Resampling.BICUBIC)
    return page.filter(ImageFilter.MedianFilter(3))


def _is_specked(page: Image.Image) -> bool:
    """Whether single black or white dots lie about."""
    values = np.asarray(page, dtype=np.int16)
    centre = values[1:-1, 1:-1]
    around = np.stack([values[:-2, 1:-1], values[2:, 1:-1], values[1:-1, :-2], values[1:-1, 2:]])
    alone = (centre < around.min(axis=0) - _ALONE) | (centre > around.max(axis=0) + _ALONE)
    return float(alone.mean()) > _SPECKED
