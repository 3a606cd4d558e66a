"""Tells people in time: notices become messages, and messages are sent, in the background."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

from casework import Casework, jobs
from casework.notices import outbox
from casework.notices.due import tell_of_due
from casework.notices.spreading import is_new, spread
from desk.jobs.nouns import Hold, Kind, Need, one
from drafting.profile import load_profile
from storage.configuration import Configuration
from storage.log import runlog

MESSAGES, DEADLINES = "notices", "deadlines"
AFTER_FAULT = 60.0
DUE_FROM = dt.time(7, 30)
"""When the day's deadlines are told of: what is told then is read when the day's work begins."""

Clock = Callable[[], dt.datetime]
"""Tells the time with its zone."""


def now() -> dt.datetime:
    """Return the present, with the zone of this machine."""
    return dt.datetime.now(dt.UTC).astimezone()


class _Round:
    """What both rounds are, as :class:`desk.jobs.nouns.Doing`."""

    def __init__(self, folder: Path, chosen: Configuration) -> None:
        """Open the matters."""
        self.folder, self.chosen = folder, chosen
        self.casework = Casework.open(folder)

    def refuse(self, key: str, why: str) -> None:
        """The running log has it, and ``drafting doctor`` tells it."""

    def close(self) -> None:
        """Close the matters."""
        self.casework.close()


class MessageWork(_Round):
    """Turns notices into messages and sends what is due.

    It is done without a channel too: the page 通知 is filled, and what happened before a channel
    was configured is not sent by it later.
    """

    def do(self, _: Hold) -> str:
        """Go through one round; what could not be sent is tried again by the outbox itself."""
        at = now()
        spread(self.casework, self.chosen, at)
        done = outbox.send_waiting(self.casework, self.chosen, self.folder, at)
        if done.sent or done.failed:
            runlog.say("messages sent", sent=done.sent, failed=done.failed)
        return ""


class DeadlineWork(_Round):
    """Tells once a day of what is soon due or overdue, and deletes old messages."""

    def do(self, _: Hold) -> str:
        """Tell of the day; what was told already is not told again."""
        at = now()
        tell_of_due(self.casework, at, lambda name: load_profile(name, self.folder / "profiles"))
        outbox.clear_old(self.casework, at)
        return ""


def _new(casework: Casework, _folder: Path, _chosen: Configuration) -> Iterator[Need]:
    if casework.run(is_new) or casework.run(outbox.is_due, now()):
        yield Need("")


def _day(casework: Casework, _folder: Path, _chosen: Configuration) -> Iterator[Need]:
    local = now().astimezone()
    day = local.date().isoformat()
    if local.time() >= DUE_FROM:
        found = casework.run(jobs.latest, DEADLINES, day)
        if found is None or found.state == "failed":
            yield Need(day)


KINDS = (
    Kind(MESSAGES, "发消息", MessageWork, _new, one, 0.0, AFTER_FAULT),
    Kind(DEADLINES, "提醒期限", DeadlineWork, _day, one, 0.0, AFTER_FAULT),
)
