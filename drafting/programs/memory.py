"""Memory that is free again goes back to the system: glibc keeps it for the next time. Linux only.

A list, a text, a row of a database that takes more than 512 bytes is the C library's; what lies
free between others that stay is given back only when somebody asks for it.
"""

from __future__ import annotations

import contextlib
import ctypes
import mmap
import threading
from pathlib import Path

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
_LARGE_BYTES, _ARENAS = 256 * 1024, 2
_GROWN_KB = 16 * 1024
_LOOK_SECONDS = 1.0
_PAGE_KB = mmap.PAGESIZE // 1024


def give_back_large() -> None:
    """Have large blocks given back as soon as they are free.

    By default the C library keeps what an upload took for the next one, in each thread's own arena.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):
        library = ctypes.CDLL(None)
        library.mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
        library.mallopt(_M_ARENA_MAX, _ARENAS)


def give_back() -> None:
    """Give back what is free; some milliseconds for a hundred megabytes, other threads go on."""
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def keep_giving_back() -> threading.Event:
    """Give back what is free whenever this process has grown; set the event to end it."""
    stop = threading.Event()
    if own_kb():
        threading.Thread(target=_keep, args=(stop,), name="memory", daemon=True).start()
    return stop


def _keep(stop: threading.Event) -> None:
    least = own_kb()
    while not stop.wait(_LOOK_SECONDS):
        held = own_kb()
        if held > least + _GROWN_KB:
            give_back()
            held = least = own_kb()
        least = min(least, held)


def own_kb(process: int | str = "self") -> int:
    """Return how much memory a process has to itself or shares with what it was forked from, files
    not counted; 0 where unknown."""
    with contextlib.suppress(OSError, ValueError):
        resident, files = Path(f"/proc/{process}/statm").read_text("ascii").split()[1:3]
        return (int(resident) - int(files)) * _PAGE_KB
    return 0
