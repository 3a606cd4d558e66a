"""Joined patches of a small mask: what hangs together with a given dot, side by side."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]


def joined(seed: Mask, mask: Mask) -> Mask:
    """Return the part of ``mask`` that hangs together with the dots of ``seed``.

    Whole runs are filled at once, along rows and columns in turn: a few rounds do.
    """
    found = seed & mask
    while True:
        spread = _along_rows(_along_rows(found, mask).T, mask.T).T
        if spread.sum() == found.sum():
            return found
        found = spread


def patches(mask: Mask, most: int) -> Iterator[Mask]:
    """Yield at most ``most`` joined patches of ``mask``."""
    left = mask.copy()
    for _ in range(most):
        if not left.any():
            return
        seed = np.zeros_like(left)
        seed.flat[int(left.argmax())] = True
        patch = joined(seed, left)
        yield patch
        left &= ~patch


def long_runs(mask: Mask, least: int) -> Mask:
    """Return the dots of ``mask`` that stand in an unbroken run of ``least`` or more in a row."""
    runs = _numbered_runs(mask)
    long = np.bincount(runs[mask], minlength=int(runs[-1, -1]) + 1) >= least
    found: Mask = mask & long[runs]
    return found


def _along_rows(found: Mask, mask: Mask) -> Mask:
    """Fill every unbroken run of ``mask`` in a row that holds a dot of ``found``."""
    runs = _numbered_runs(mask)
    hit = np.bincount(runs[found], minlength=int(runs[-1, -1]) + 1) > 0
    filled: Mask = mask & hit[runs]
    return filled


def _numbered_runs(mask: Mask) -> npt.NDArray[np.int64]:
    """Give every unbroken run of dots in a row its number, from 1."""
    starts = mask.copy()
    starts[:, 1:] &= ~mask[:, :-1]
    numbers: npt.NDArray[np.int64] = np.cumsum(starts, dtype=np.int64).reshape(mask.shape)
    return numbers
