"""How far a page is turned, told by its lines of print, and turning it level.

Summed along the lines of print, ink makes peaks with empty rows between; along any other direction
it smears. The best direction is the one whose sums change most from row to row (Postl's criterion).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

from drafting.reading.scans.pages.patches import long_runs

_SMALL = 1000
"""The longer side of the reduced page on which angles are tried."""

_MOST_POINTS = 80_000
_DARK = 0.72
_COARSE, _FINE = 0.5, 0.05
_SIDEWAYS = 1.35
"""How much better a direction beyond 45° must fit: ruled tables have upright lines too."""

_RULE = 30
"""Dots of the reduced page in one run: longer than any stroke of print (a character has 20)."""

_Floats = npt.NDArray[np.float64]


def skew(page: Image.Image) -> float:
    """Return by how many degrees, counter-clockwise, a grey evenly lit page must be turned so that
    its lines are level: −90 to 90, found to a twentieth; 0 where there is no ink."""
    across, down = _ink(page)
    if len(across) == 0:
        return 0.0
    coarse = np.arange(-90, 90, _COARSE)
    fits = np.array([_fit(across, down, angle) for angle in coarse])
    upright = np.abs(coarse) <= 45
    best = coarse[upright][fits[upright].argmax()]
    lying = coarse[~upright][fits[~upright].argmax()]
    if fits[~upright].max() > _SIDEWAYS * fits[upright].max():
        best = lying
    near = np.arange(best - _COARSE, best + _COARSE + _FINE / 2, _FINE)
    return float(near[np.argmax([_fit(across, down, angle) for angle in near])])


def turn(page: Image.Image, degrees: float) -> Image.Image:
    """Return ``page`` turned counter-clockwise, nothing of it cut off, on white."""
    if abs(degrees) < _FINE:
        return page
    white: int | tuple[int, int, int] = 255 if page.mode == "L" else (255, 255, 255)
    return page.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=white)


def _ink(page: Image.Image) -> tuple[_Floats, _Floats]:
    """Return the places of dark dots on the page made small, at most :data:`_MOST_POINTS`."""
    factor = max(1, round(max(page.size) / _SMALL))
    small = np.asarray(page.reduce(factor), dtype=np.float32)
    dark = small < _DARK * np.median(small)
    ruled = long_runs(dark, _RULE) | long_runs(dark.T, _RULE).T
    # The rules of a form run both ways and say nothing of how its print runs.
    rows, columns = np.nonzero(dark & ~ruled)
    step = max(1, len(rows) // _MOST_POINTS + 1)
    # Dots stand on a lattice, whose own rows at 45° would pass for print: shake them off it.
    shaken = np.random.default_rng(0).uniform(0, 1, (2, len(rows[::step])))
    return columns[::step] + shaken[0], rows[::step] + shaken[1]


def _fit(across: _Floats, down: _Floats, degrees: float) -> float:
    """Return how sharply the ink falls into rows after turning it by ``degrees``."""
    radians = np.radians(degrees)
    rows = down * np.cos(radians) - across * np.sin(radians)
    counts = np.bincount((rows - rows.min()).astype(np.int64))
    return float(np.square(np.diff(counts, prepend=0, append=0)).sum())
