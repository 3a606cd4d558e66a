"""Loads in the background what the first reading of a paper needs.

The proofreader's tables and the segmenter's dictionary take half a second to load. Loading them at
the start would delay the first page, loading them with the first paper its reader. So a thread
loads them a few seconds after the start and yields at every turn. Where several processes serve
they are loaded before, as each would otherwise have its own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from drafting.checking import check_text

DELAY = 3.0
"""Seconds after the start: the first page has been shown by then, no paper has been opened."""

_SAMPLE = "关于停车的答复\n下一步，我局将新建停车泊位20个。"


def load() -> None:
    """Load it here and now: once, before the processes that share it are forked."""
    check_text(_SAMPLE)


def start(delay: float = DELAY, more: Iterable[Callable[[], object]] = ()) -> threading.Event:
    """Load everything ``delay`` seconds from now, and do ``more``; set the event to cancel."""
    stop = threading.Event()
    threading.Thread(target=_load, args=(stop, delay, more), name="warming", daemon=True).start()
    return stop


def _load(stop: threading.Event, delay: float, more: Iterable[Callable[[], object]]) -> None:
    if stop.wait(delay):
        return

    load()
    for one in more:
        if not stop.is_set():
            one()
