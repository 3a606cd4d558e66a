"""Tells people in time: notices become messages, and messages are sent, in the background."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

from casework import Casework
from casework.notices import channels, outbox
from casework.notices.due import tell_of_due
from casework.notices.spreading import spread
from drafting.errors import UserError
from drafting.profile import load_profile
from service.upkeep import repeat
from storage import runlog
from storage.configuration import Configuration

PAUSE = 10.0
AFTER_FAULT = 60.0
DUE_FROM = dt.time(7, 30)
"""When the day's deadlines are told of: what is told then is read when the day's work begins."""

Clock = Callable[[], dt.datetime]
"""Tells the time with its zone."""


def now() -> dt.datetime:
    """Return the present, with the zone of this machine."""
    return dt.datetime.now(dt.UTC).astimezone()


def start(
    data_folder: Path,
    configuration: Configuration,
    pause: float = PAUSE,
    after_fault: float = AFTER_FAULT,
    clock: Clock = now,
) -> threading.Event:
    """Tell people for as long as the process runs; set the event to end it.

    It runs without a channel too: the page 通知 is filled, and what happened before a channel was
    configured is not sent by it later. Raises :class:`UserError` where the configuration of the
    channels cannot be read.
    """
    channels.check(configuration)
    stop, days = threading.Event(), set[dt.date]()

    def one_round(done: threading.Event) -> None:
        try:
            tell(data_folder, configuration, clock(), days)
        except (UserError, sqlite3.Error) as error:
            runlog.warn("people not told", reason=str(error))
            return
        done.set()

    repeat("notices", one_round, stop, pause, after_fault)
    return stop


def tell(
    data_folder: Path, configuration: Configuration, at: dt.datetime, days: set[dt.date]
) -> outbox.Round:
    """Go through one round at ``at``; ``days`` holds those whose deadlines have been told of.

    Raises :class:`UserError` and :class:`sqlite3.Error`; nothing is lost by either.
    """
    with Casework.open(data_folder) as casework:
        local = at.astimezone()
        if local.time() >= DUE_FROM and local.date() not in days:
            load = lambda name: load_profile(name, data_folder / "profiles")  # noqa: E731
            tell_of_due(casework, at, load)
            outbox.clear_old(casework, at)
            days.clear()
            days.add(local.date())
        spread(casework, configuration, at)
        done = outbox.send_waiting(casework, configuration, data_folder, at)
    if done.sent or done.failed:
        runlog.say("messages sent", sent=done.sent, failed=done.failed)
    return done
