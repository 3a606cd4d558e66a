"""The service mails the digest of each day by itself, where a mail server is configured."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

from drafting import runlog
from drafting.configuration import Mail
from drafting.model import UserError

_PAUSE = 60.0
_AFTER_FAULT = 900.0


def send(data_folder: Path, mail: Mail, today: dt.date) -> tuple[int, list[str]]:
    """Send what has not been sent on ``today``; see :func:`casework.mail.send_digests`."""
    from casework import Casework
    from casework.mail import send_digests
    from drafting.profile import load_profile

    with Casework.open(data_folder) as casework:
        return send_digests(
            casework,
            mail,
            lambda name: load_profile(name, data_folder / "profiles"),
            data_folder,
            today,
        )


def start(
    data_folder: Path, mail: Mail, pause: float = _PAUSE, after_fault: float = _AFTER_FAULT
) -> threading.Event:
    """Mail the digests for as long as the process runs; set the event to end it.

    Every ``pause`` seconds it is asked whether some are due; after a fault it waits longer.
    """
    stop = threading.Event()
    if mail.host:
        threading.Thread(
            target=_keep,
            args=(data_folder, mail, stop, pause, after_fault),
            name="reminders",
            daemon=True,
        ).start()
    return stop


def _keep(
    data_folder: Path, mail: Mail, stop: threading.Event, pause: float, after_fault: float
) -> None:
    at = dt.time.fromisoformat(mail.at)
    wait = pause
    while not stop.wait(wait):
        wait = pause
        now = dt.datetime.now()
        if now.time() < at:
            continue
        try:
            sent, failed = send(data_folder, mail, now.date())
        except UserError as error:
            runlog.warn("digest not sent", reason=error.message)
            wait = after_fault
            continue
        if sent or failed:
            runlog.say("digest sent", sent=sent, failed=len(failed))
        wait = after_fault if failed else pause
