"""Tells other systems of what happened, in the background: webhooks are sent and tried again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from casework import Casework
from casework.notices.addresses import opened
from casework.webhooks import deliveries
from casework.webhooks.hooks import KEY
from desk.context import open_folder
from desk.exchange import sending
from desk.jobs.nouns import Hold, Kind, Need, one
from service.telling import AFTER_FAULT, now
from storage.configuration import Configuration
from storage.log import runlog

NAME = "webhooks"


def check(configuration: Configuration) -> None:
    """Raise :class:`drafting.errors.UserError` where the list of what may be reached cannot be
    read."""
    opened(configuration.webhooks.allow, KEY)


class WebhookWork:
    """Sends what is due to other systems, in order, as :class:`desk.jobs.nouns.Doing`."""

    def __init__(self, folder: Path, chosen: Configuration) -> None:
        """Keep where, and what may be reached."""
        self._folder, self._chosen = folder, chosen.webhooks
        self._cleared = dt.date.min

    def do(self, _: Hold) -> str:
        """Go through one round; what could not be sent is tried again by its own table."""
        with open_folder(self._folder) as context:
            if context.casework is None:
                return ""
            if now().date() != self._cleared:
                deliveries.clear_old(context.casework, now())
                self._cleared = now().date()
            done = sending.send_waiting(context, self._chosen, now)
        if done.sent or done.failed:
            runlog.say("webhooks sent", sent=done.sent, failed=done.failed)
        return ""

    def refuse(self, key: str, why: str) -> None:
        """The running log has it, and ``drafting doctor`` tells it."""

    def close(self) -> None:
        """Nothing is open."""


def _needs(casework: Casework, _folder: Path, _chosen: Configuration) -> Iterator[Need]:
    if casework.run(deliveries.waiting_hooks, now()):
        yield Need("")


KIND = Kind(NAME, "通知其他系统", WebhookWork, _needs, one, 0.0, AFTER_FAULT)
