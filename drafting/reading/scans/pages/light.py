"""Even light and less noise: the paper becomes white everywhere, the ink stays."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

_STEP = 8
_WINDOW = 9
_QUIET = 5.0
_NARROWEST, _WIDEST = 0.9, 1.4
_OUT, _GRAINY = 60, 12.0
_FEW, _MANY = 0.0005, 0.01
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


def despeckle(page: Image.Image, found: float) -> Image.Image:
    """Return the page with dots that stand alone, far from all four beside them, put to the median
    of the nine around; where there are so many that they touch, all that stand out.

    Strokes of small print stand out too: on a page with grain, by the noise ``found``, or with few
    such dots they are spared.
    """
    values = np.asarray(page, dtype=np.int16)
    sides = np.stack([values[:-2, 1:-1], values[2:, 1:-1], values[1:-1, :-2], values[1:-1, 2:]])
    centre = values[1:-1, 1:-1]
    wrong = np.zeros(values.shape, dtype=np.bool_)
    wrong[1:-1, 1:-1] = (centre < sides.min(axis=0) - _OUT) | (centre > sides.max(axis=0) + _OUT)
    if wrong.mean() < _FEW:
        # On a clean page what stands alone is print: the end of a hyphen, a point.
        return page
    middle = np.asarray(page.filter(ImageFilter.MedianFilter(3)), dtype=np.int16)
    if wrong.mean() > _MANY and found < _GRAINY:
        wrong = np.abs(values - middle) > _OUT
    return Image.fromarray(np.where(wrong, middle, values).astype(np.uint8))


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
