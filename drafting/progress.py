"""The progress bar of long work: count, rate, time left; silent where nobody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """Yield a function to be called with ``(done, total)``; drawn on a terminal only."""
    from tqdm import tqdm

    bar = tqdm(
        desc=label,
        unit="件",
        disable=not sys.stderr.isatty(),
        bar_format="{desc} {percentage:3.0f}%|{bar:30}| {n_fmt}/{total_fmt} {rate_fmt}"
        " 剩余 {remaining}",
    )

    def step(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)

    try:
        yield step
    finally:
        bar.close()
