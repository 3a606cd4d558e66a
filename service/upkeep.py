"""Background tasks of the service: the daily backup, the pruning of the log, its heads kept
elsewhere, the clean-up of originals that nobody refers to."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from drafting.errors import UserError
from service import originals
from service.steps import STEPS
from storage.backups.daily import back_up_if_due, backup_folder, clear_logs
from storage.configuration import Backups, Log
from storage.log import heads, runlog
from storage.originals import Unreachable

PAUSE = 60.0
AFTER_FAULT = 900.0


Clock = Callable[[], dt.datetime]
"""Tells the local time."""


def start(
    data_folder: Path, chosen: Backups, pause: float = PAUSE, after_fault: float = AFTER_FAULT
) -> threading.Event:
    """Run the daily backup while the process lives; set the returned event to end it.

    Every ``pause`` seconds it is checked whether a backup is due; after a failure the pause is
    longer.
    """
    stop = threading.Event()
    if chosen.daily:
        repeat("backup", lambda done: _round(data_folder, chosen, done), stop, pause, after_fault)
    return stop


def start_clearing(
    data_folder: Path,
    days: int,
    at: str,
    pause: float = PAUSE,
    after_fault: float = AFTER_FAULT,
    clock: Clock = dt.datetime.now,
) -> threading.Event:
    """Prune the logs once a day of entries older than ``days``; set the returned event to end it.

    It runs an hour after the backup, ``at``, which then still holds the pruned entries; ``clock``
    gives the local time.
    """
    stop, cleared = threading.Event(), _Cleared()

    def one_round(done: threading.Event) -> None:
        _clear(data_folder, days, _hour_later(at), cleared, clock, done)

    repeat("log", one_round, stop, pause, after_fault)
    return stop


def start_heads(
    data_folder: Path,
    chosen: Log,
    pause: float = PAUSE,
    after_fault: float = AFTER_FAULT,
    clock: Clock = dt.datetime.now,
) -> threading.Event:
    """Keep the newest numbers and hashes of the logs elsewhere, once a day and at each start; set
    the returned event to end it.

    The day's are kept before the logs are pruned. Where nothing is configured nothing is done.
    """
    stop, kept = threading.Event(), _Cleared()

    def one_round(done: threading.Event) -> None:
        keep_heads(data_folder, chosen, kept, clock(), done)

    if chosen.heads_file or chosen.heads_syslog:
        repeat("heads", one_round, stop, pause, after_fault)
    return stop


def keep_heads(
    data_folder: Path, chosen: Log, kept: _Cleared, now: dt.datetime, done: threading.Event
) -> None:
    """Keep the heads elsewhere where that was not done on this day; what fails is tried again."""
    if now.date() != kept.day:
        try:
            said = heads.lines(data_folder, now)
            if chosen.heads_file:
                heads.append(said, data_folder / chosen.heads_file)
            if chosen.heads_syslog:
                heads.send(said, chosen.heads_syslog)
        except UserError as error:
            runlog.warn("log heads not kept", reason=error.message)
            return
        kept.day = now.date()
        runlog.say("log heads kept", logs=len(said))
    done.set()


def start_cleaning(
    data_folder: Path,
    at: str,
    pause: float = PAUSE,
    after_fault: float = AFTER_FAULT,
    clock: Clock = dt.datetime.now,
) -> threading.Event:
    """Clean up once a day, an hour after the backup ``at``, what no row refers to; set the returned
    event to end it.

    At the start it is noted whose the files are (:mod:`storage.originals.owner`).
    """
    stop, cleaned = threading.Event(), _Cleaned()

    def one_round(done: threading.Event) -> None:
        clean_originals(data_folder, _hour_later(at), cleaned, clock(), done)

    repeat("originals", one_round, stop, pause, after_fault)
    return stop


def clean_originals(
    data_folder: Path, at: dt.time, cleaned: _Cleaned, now: dt.datetime, done: threading.Event
) -> None:
    """Clean up where that was not done on this day; a store that does not answer is asked again."""
    due = now.time() >= at and now.date() != cleaned.day
    try:
        if due or not cleaned.claimed:
            with originals.opened(data_folder) as rows:
                rows.claim()
                cleaned.claimed = True
                if due:
                    originals.clean(rows)
    except UserError as error:
        runlog.warn("originals not cleaned", reason=error.message)
        if isinstance(error, Unreachable):
            return
        # It will not mend itself within the day: said once.
        cleaned.claimed = True
    if due:
        cleaned.day = now.date()
    done.set()


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


@dataclass(slots=True)
class _Cleared:
    """The day on which the logs were last looked through; a restart only looks once more."""

    day: dt.date = dt.date.min


@dataclass(slots=True)
class _Cleaned:
    """The day of the last clean-up, and whether it was noted whose the files are."""

    day: dt.date = dt.date.min
    claimed: bool = False


def _hour_later(at: str) -> dt.time:
    """Return the time an hour after ``at``, or the last minute of the day."""
    chosen = dt.time.fromisoformat(at)
    return chosen.replace(hour=chosen.hour + 1) if chosen.hour < 23 else dt.time(23, 59)


def _clear(
    data_folder: Path,
    days: int,
    at: dt.time,
    cleared: _Cleared,
    clock: Clock,
    done: threading.Event,
) -> None:
    now = clock()
    if now.time() >= at and now.date() != cleared.day:
        try:
            gone = clear_logs(data_folder, days)
        except UserError as error:
            # It will not fix itself within the day: said once, not every quarter of an hour.
            cleared.day = now.date()
            runlog.warn("log not cleared", reason=error.message)
            return
        cleared.day = now.date()
        if gone:
            runlog.say("log cleared", entries=gone, days=days)
    done.set()


def _round(data_folder: Path, chosen: Backups, done: threading.Event) -> None:
    folder = backup_folder(data_folder, chosen)
    at = dt.time.fromisoformat(chosen.at)
    now = dt.datetime.now()
    try:
        made = back_up_if_due(
            data_folder, folder, now, at, chosen.keep_days, chosen.keep_months, STEPS
        )
    except UserError as error:
        runlog.warn("backup failed", reason=error.message)
        return
    if made is not None:
        runlog.say("backup made", file=made.name, bytes=made.stat().st_size)
    done.set()
