"""Mails the daily digest, where a mail server is configured."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

from casework import Casework
from casework.overview.mail import send_digests
from drafting.errors import UserError
from drafting.profile import load_profile
from service.upkeep import AFTER_FAULT, PAUSE, repeat
from storage import runlog
from storage.configuration import Mail


def send(data_folder: Path, mail: Mail, today: dt.date) -> tuple[int, list[str]]:
    """Send what has not been sent on ``today``; see :func:`casework.overview.mail.send_digests`."""
    with Casework.open(data_folder) as casework:
        return send_digests(
            casework,
            mail,
            lambda name: load_profile(name, data_folder / "profiles"),
            data_folder,
            today,
        )


def start(
    data_folder: Path, mail: Mail, pause: float = PAUSE, after_fault: float = AFTER_FAULT
) -> threading.Event:
    """Mail the digests for as long as the process runs; set the event to end it.

    Every ``pause`` seconds it is asked whether some are due; after a fault it waits longer.
    """
    stop = threading.Event()
    if mail.host:
        repeat("digest", lambda done: _round(data_folder, mail, done), stop, pause, after_fault)
    return stop


def _round(data_folder: Path, mail: Mail, done: threading.Event) -> None:
    now = dt.datetime.now()
    if now.time() >= dt.time.fromisoformat(mail.at):
        try:
            sent, failed = send(data_folder, mail, now.date())
        except UserError as error:
            runlog.warn("digest not sent", reason=error.message)
            return
        if sent or failed:
            runlog.say("digest sent", sent=sent, failed=len(failed))
        if failed:
            return
    done.set()
