"""Tells other systems of what happened, in the background: webhooks are sent and tried again."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from pathlib import Path

from casework.notices.addresses import opened
from casework.webhooks import deliveries
from casework.webhooks.hooks import KEY
from desk.context import open_folder
from desk.exchange import sending
from drafting.errors import UserError
from service.telling import AFTER_FAULT, Clock, now
from service.upkeep import repeat
from storage import runlog
from storage.configuration import Configuration

PAUSE = 5.0


def start(
    data_folder: Path,
    configuration: Configuration,
    pause: float = PAUSE,
    after_fault: float = AFTER_FAULT,
    clock: Clock = now,
) -> threading.Event:
    """Send for as long as the process runs; set the event to end it.

    Raises :class:`UserError` where the list of what may be reached cannot be read.
    """
    opened(configuration.webhooks.allow, KEY)
    stop, cleared = threading.Event(), set[dt.date]()

    def one_round(done: threading.Event) -> None:
        try:
            deliver(data_folder, configuration, clock, cleared)
        except (UserError, sqlite3.Error) as error:
            runlog.warn("webhooks not sent", reason=str(error))
            return
        done.set()

    repeat("webhooks", one_round, stop, pause, after_fault)
    return stop


def deliver(
    data_folder: Path, configuration: Configuration, clock: Clock, cleared: set[dt.date]
) -> sending.Round:
    """Go through one round; ``cleared`` holds the day on which old ones were deleted.

    Raises :class:`UserError` and :class:`sqlite3.Error`; nothing is lost by either.
    """
    with open_folder(data_folder) as context:
        if context.casework is None:
            return sending.Round()
        today = clock().date()
        if today not in cleared:
            deliveries.clear_old(context.casework, clock())
            cleared.clear()
            cleared.add(today)
        if not context.casework.run(deliveries.waiting_hooks, clock()):
            return sending.Round()
        done = sending.send_waiting(context, configuration.webhooks, clock)
    if done.sent or done.failed:
        runlog.say("webhooks sent", sent=done.sent, failed=done.failed)
    return done
