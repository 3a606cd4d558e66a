"""A photo of a page on a desk → the page alone, seen straight from above.

The page is the bright patch around the middle, with four straight sides and a clear step of
brightness across them; anything else is left as it is.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from drafting.reading.scans.pages.patches import Mask, joined

_SMALL = 500
_LEAST_AREA = 0.2
_LEAST_FILL = 0.94
_STEP = 25.0
_BAND = 6
_A4 = 2**0.5
_NEAR_A4 = 0.12

_Corners = npt.NDArray[np.float64]
"""Four rows of x and y: top left, top right, bottom right, bottom left."""


def flatten(page: Image.Image) -> Image.Image:
    """Return the page that lies on ``page``, cut out and straight; ``page`` where there is none."""
    corners = find_corners(page)
    if corners is None:
        return page
    width = max(_length(corners, 0, 1), _length(corners, 3, 2))
    height = max(_length(corners, 0, 3), _length(corners, 1, 2))
    # A page seen aslant is shortened: where it may well be A4, it is.
    for long, short in ((height, width), (width, height)):
        if abs(long / short / _A4 - 1) < _NEAR_A4:
            width, height = (short, short * _A4) if long is height else (short * _A4, short)
            break
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float64)
    size = (round(width), round(height))
    way = homography(target, corners)
    return page.transform(size, Image.Transform.PERSPECTIVE, way, Image.Resampling.BICUBIC)


def homography(target: _Corners, source: _Corners) -> tuple[float, ...]:
    """Return the eight numbers by which places of ``target`` go to those of ``source``."""
    rows, values = [], []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return tuple(np.linalg.solve(np.array(rows), np.array(values)).tolist())


def find_corners(page: Image.Image) -> _Corners | None:
    """Return the corners of the sheet that lies on ``page``, or ``None``."""
    factor = max(1, round(max(page.size) / _SMALL))
    small = page.reduce(factor).filter(ImageFilter.MedianFilter(7))
    # Paper is bright in all colours; wood is dark in one of them.
    values = np.asarray(small, dtype=np.float32)
    values = values.min(axis=2) if values.ndim == 3 else values
    sheet = _sheet(values)
    if sheet is None:
        return None
    corners = _fit_sides(sheet, _extremes(sheet))
    if corners is None or not _is_page(values, sheet, corners):
        return None
    return (corners + 0.5) * factor


def _sheet(values: npt.NDArray[np.float32]) -> Mask | None:
    """Return the bright patch in the middle, its holes filled."""
    high, wide = values.shape
    bright = values > _threshold(values)
    seed = np.zeros_like(bright)
    seed[high * 2 // 5 : high * 3 // 5, wide * 2 // 5 : wide * 3 // 5] = True
    patch = joined(seed, bright)
    if not _LEAST_AREA * patch.size < patch.sum() < 0.97 * patch.size:
        return None
    rim = np.ones_like(patch)
    rim[1:-1, 1:-1] = False
    return ~joined(rim, ~patch)


def _threshold(values: npt.NDArray[np.float32]) -> float:
    """Return the grey value that parts bright from dark best (Otsu)."""
    counts, edges = np.histogram(values, bins=128, range=(0, 256))
    middles = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)
    above = below[-1] - below
    sums = np.cumsum(counts * middles)
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = sums / below - (sums[-1] - sums) / above
        between = np.nan_to_num(below * above * apart**2)
    return float(middles[int(between.argmax())])


def _extremes(sheet: Mask) -> _Corners:
    rows, columns = np.nonzero(sheet)
    total, difference = columns + rows, columns - rows
    ends = (total.argmin(), difference.argmax(), total.argmax(), difference.argmin())
    return np.array([(columns[end], rows[end]) for end in ends], dtype=np.float64)


def _fit_sides(sheet: Mask, corners: _Corners) -> _Corners | None:
    """Return where the straight lines through the four sides cross."""
    padded = np.pad(sheet, 1)
    inner = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    rows, columns = np.nonzero(sheet & ~inner)
    rim = np.stack([columns, rows], axis=1).astype(np.float64)
    lines = []
    for start, end in pairwise([*corners, corners[0]]):
        along = end - start
        length = float(np.hypot(*along))
        if length < _SMALL / 10:
            return None
        unit = along / length
        offset = rim - start
        far = np.abs(offset[:, 0] * unit[1] - offset[:, 1] * unit[0])
        place = offset @ unit
        near = rim[(far < 0.04 * length) & (place > 0.08 * length) & (place < 0.92 * length)]
        if len(near) < 0.5 * length:
            return None
        middle = np.median(near, axis=0)
        _, _, axes = np.linalg.svd(near - near.mean(axis=0), full_matrices=False)
        normal = np.array([-axes[0][1], axes[0][0]])
        lines.append((normal, float(np.median(near @ normal)) if len(near) else middle @ normal))
    crossed = []
    for number in range(4):
        (one, at), (other, there) = lines[number - 1], lines[number]
        both = np.array([one, other])
        if abs(np.linalg.det(both)) < 0.3:
            return None
        crossed.append(np.linalg.solve(both, np.array([at, there])))
    return np.array(crossed)


def _is_page(values: npt.NDArray[np.float32], sheet: Mask, corners: _Corners) -> bool:
    """Whether the four-sided figure is full and stands out from what is around it."""
    following = np.roll(corners, -1, axis=0)
    area = abs(np.sum(corners[:, 0] * following[:, 1] - following[:, 0] * corners[:, 1])) / 2
    if not _LEAST_FILL < sheet.sum() / max(area, 1) < 1 / _LEAST_FILL:
        return False
    steps = [_step(values, start, end) for start, end in zip(corners, following, strict=True)]
    told = [step for step in steps if step is not None]
    return len(told) >= 2 and min(told) > _STEP


def _step(values: npt.NDArray[np.float32], start: _Corners, end: _Corners) -> float | None:
    """Return how much brighter it is inside a side than outside; ``None`` at the picture's rim."""
    along = (end - start) / max(float(np.hypot(*(end - start))), 1.0)
    outward = np.array([along[1], -along[0]])
    places = start + np.linspace(0.1, 0.9, 40)[:, None] * (end - start)
    inside, outside = places - _BAND * outward, places + _BAND * outward
    limits = np.array([values.shape[1] - 1, values.shape[0] - 1])
    seen = ((outside >= 0) & (outside <= limits)).all(axis=1)
    if seen.mean() < 0.5:
        return None

    def at(where: _Corners) -> npt.NDArray[np.float32]:
        columns, rows = where[seen].clip(0, limits).round().astype(int).T
        found: npt.NDArray[np.float32] = values[rows, columns]
        return found

    return float(np.quantile(at(inside) - at(outside), 0.2))


def _length(corners: _Corners, one: int, other: int) -> float:
    return float(np.hypot(*(corners[one] - corners[other])))
