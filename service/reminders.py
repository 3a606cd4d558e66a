"""Mails the daily digest, where a mail server is configured."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from casework import Casework
from casework.overview.mail import letters_due, send_digests
from desk.jobs.nouns import Hold, Kind, Need, one
from drafting.errors import UserError
from drafting.profile import Profile, load_profile
from storage.configuration import Configuration, Mail
from storage.log import runlog

NAME = "digest"
PAUSE = 60.0
AFTER_FAULT = 900.0


def now() -> dt.datetime:
    """Return the present, as the clock on this machine's wall."""
    return dt.datetime.now()


def send(data_folder: Path, mail: Mail, today: dt.date) -> tuple[int, list[str]]:
    """Send what has not been sent on ``today``; see :func:`casework.overview.mail.send_digests`."""
    with Casework.open(data_folder) as casework:
        return send_digests(casework, mail, partial(_profile, data_folder), data_folder, today)


class DigestWork:
    """Mails the digests of the day, as :class:`desk.jobs.nouns.Doing`."""

    def __init__(self, folder: Path, chosen: Configuration) -> None:
        """Keep where, and by which server."""
        self._folder, self._mail = folder, chosen.mail

    def do(self, hold: Hold) -> str:
        """Send what has not been sent on the day; return why not all of it went."""
        try:
            sent, failed = send(self._folder, self._mail, dt.date.fromisoformat(hold.key))
        except UserError as error:
            runlog.warn("digest not sent", reason=error.message)
            return error.message
        if sent or failed:
            runlog.say("digest sent", sent=sent, failed=len(failed))
        return f"{len(failed)} 封没有发出。" if failed else ""

    def refuse(self, key: str, why: str) -> None:
        """The running log has it, and ``drafting doctor`` tells it."""

    def close(self) -> None:
        """Nothing is open."""


def _needs(casework: Casework, folder: Path, chosen: Configuration) -> Iterator[Need]:
    at, mail = now(), chosen.mail
    if mail.host and at.time() >= dt.time.fromisoformat(mail.at):
        try:
            due = letters_due(casework, mail, partial(_profile, folder), at.date())
        except UserError as error:
            # A wrong address in the configuration keeps nothing else from being done.
            runlog.warn("digest not sent", reason=error.message)
            return
        if due:
            yield Need(at.date().isoformat())


def _profile(folder: Path, name: str) -> Profile:
    return load_profile(name, folder / "profiles")


KIND = Kind(NAME, "发提醒邮件", DigestWork, _needs, one, PAUSE, AFTER_FAULT)
