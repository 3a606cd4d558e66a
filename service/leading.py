"""What only one process of a folder does at a time: backups, pruning, mails, messages.

The first that asks leads until it ends; then the next one takes over. So it is between the
processes of one service and between two services on one folder.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from storage.lock import in_turn

NAME = "leading"

Begin = Callable[[], Iterable[threading.Event]]
"""Begins what goes on in the background; returns the events that end it."""


def lead(data_folder: Path, begin: Begin, name: str = NAME) -> threading.Event:
    """Call ``begin`` as soon as this process leads in what ``name`` says; set the returned event to
    end all of it."""
    stop = threading.Event()

    def keep() -> None:
        with in_turn(data_folder, name, stop.is_set) as held:
            if not held or stop.is_set():
                return
            begun = tuple(begin())
            stop.wait()
            for one in begun:
                one.set()

    threading.Thread(target=keep, name=name, daemon=True).start()
    return stop
