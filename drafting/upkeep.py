"""What the service does for itself beside answering pages: the backup of every day."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from pathlib import Path

from drafting import runlog
from drafting.configuration import Backups
from drafting.model import UserError
from storage.daily import back_up_if_due

PAUSE = 60.0
AFTER_FAULT = 900.0


def backup_folder(data_folder: Path, chosen: Backups) -> Path:
    """Return where the daily backups stand; a relative name is meant within the data folder."""
    return data_folder / (chosen.folder or "backups")


def start(
    data_folder: Path, chosen: Backups, pause: float = PAUSE, after_fault: float = AFTER_FAULT
) -> threading.Event:
    """Have the daily backup made for as long as the process runs; set the event to end it.

    Every ``pause`` seconds it is asked whether one is due; after a fault it is left alone longer.
    """
    stop = threading.Event()
    if chosen.daily:
        repeat("backup", lambda done: _round(data_folder, chosen, done), stop, pause, after_fault)
    return stop


Round = Callable[[threading.Event], None]
"""One round of something that the service does again and again; it sets the event when done."""


def repeat(
    name: str,
    one_round: Round,
    stop: threading.Event,
    pause: float = PAUSE,
    after_fault: float = AFTER_FAULT,
) -> None:
    """Have ``one_round`` gone through every ``pause`` seconds until ``stop`` is set.

    Each round is a thread of its own: whatever goes wrong in one, foreseen or not, is logged and
    ends that round, and the next one is tried ``after_fault`` seconds later.
    """

    def keep() -> None:
        wait = pause
        while not stop.wait(wait):
            done = threading.Event()
            one = threading.Thread(target=one_round, args=(done,), name=name, daemon=True)
            one.start()
            one.join()
            wait = pause if done.is_set() else after_fault

    threading.Thread(target=keep, name=f"upkeep-{name}", daemon=True).start()


def _round(data_folder: Path, chosen: Backups, done: threading.Event) -> None:
    folder = backup_folder(data_folder, chosen)
    at = dt.time.fromisoformat(chosen.at)
    now = dt.datetime.now()
    try:
        made = back_up_if_due(data_folder, folder, now, at, chosen.keep_days, chosen.keep_months)
    except UserError as error:
        runlog.warn("backup failed", reason=error.message)
        return
    if made is not None:
        runlog.say("backup made", file=made.name, bytes=made.stat().st_size)
    done.set()
