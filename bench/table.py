"""Rows of figures, printed as one table a benchmark."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: ours and the peer's in the same unit; ``mark`` is what was promised, if any."""

    what: str
    ours: float
    unit: str
    peer: str = ""
    theirs: float | None = None
    mark: str = ""
    higher_is_better: bool = False

    @property
    def ratio(self) -> str:
        """Return how many times better (×) or worse ours is than the peer's."""
        if self.theirs is None or not self.theirs or not self.ours:
            return ""
        better = self.ours / self.theirs if self.higher_is_better else self.theirs / self.ours
        return f"{better:.2f}×"


def show(title: str, rows: Sequence[Row]) -> None:
    """Print ``rows`` under ``title``."""
    print(f"\n## {title}\n")
    print("| what | ours | peer | theirs | better by | mark |")
    print("|---|---|---|---|---|---|")
    for row in rows:
        theirs = "" if row.theirs is None else f"{row.theirs:,.2f} {row.unit}"
        ours = f"{row.ours:,.2f} {row.unit}"
        cells = (row.what, ours, row.peer, theirs, row.ratio, row.mark)
        print(f"| {' | '.join(cells)} |", flush=True)


def median_ms(work: Callable[[], object], runs: int = 7, warm_up: int = 1) -> float:
    """Return the median time of ``work`` in milliseconds, after a warm-up."""
    for _ in range(warm_up):
        work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)
