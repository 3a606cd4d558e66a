"""The progress bar of long work: count, rate, time left; silent without a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def progress_bar(label: str, unit: str = "件") -> Iterator[Callable[[int, int], None]]:
    """Yield a function to be called with ``(done, total)``; drawn on a terminal only, and only
    once it is called: short work shows no bar."""
    bar: Any = None

    def step(done: int, total: int) -> None:
        nonlocal bar
        if bar is None:
            from tqdm import tqdm  # only where somebody watches

            bar = tqdm(
                desc=label,
                unit=unit,
                disable=not sys.stderr.isatty(),
                bar_format="{desc} {percentage:3.0f}%|{bar:30}| {n_fmt}/{total_fmt} {rate_fmt}"
                " 剩余 {remaining}",
            )
        bar.total = total
        bar.update(done - bar.n)

    try:
        yield step
    finally:
        if bar is not None:
            bar.close()
