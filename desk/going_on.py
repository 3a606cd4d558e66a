"""Background work that an ended service left waiting goes on at the next start."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from casework import Casework


def go_on(
    data_folder: Path, waits: Callable[[Casework], bool], ensure: Callable[[Path], None]
) -> bool:
    """Have ``ensure`` start the work on the folder where something ``waits``; return whether it
    does."""
    with Casework.open(data_folder) as casework:
        found = waits(casework)
    if found:
        ensure(data_folder)
    return found
