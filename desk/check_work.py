"""The background work on long texts that wait to be proofread, one after the other.

The queue is in the database: a service that was killed goes on at its next start, or when somebody
opens a text that waits. Each person's first text comes before anybody's second.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from casework import Casework
from casework.matters import proofing
from corpus import Archive, Reader
from corpus.facts import ArchiveFacts
from desk import long_texts
from desk.context import Context
from desk.going_on import go_on
from drafting.errors import UserError
from drafting.model import Finding
from drafting.programs.workers import on_behalf_of
from storage.background import Threads

_threads = Threads("checks")


def ensure_running(data_folder: Path) -> None:
    """Start the thread that checks what waits, where it is not running."""
    _threads.ensure(data_folder, lambda: CheckWork(data_folder))


def resume(data_folder: Path) -> bool:
    """Go on with what was waiting; return whether there is any."""
    return go_on(data_folder, _waits, ensure_running)


def _waits(casework: Casework) -> bool:
    return casework.run(proofing.next_waiting) is not None


class CheckWork:
    """The work on the waiting texts of one data folder, as :class:`storage.background.Work`."""

    def __init__(self, data_folder: Path) -> None:
        """Open the databases."""
        self._folder = data_folder
        self._casework = Casework.open(data_folder)
        self._archive = Archive.open(data_folder)

    def step(self) -> bool:
        """Check the text whose turn it is; return whether there was any."""
        found = self._casework.run(proofing.next_waiting)
        if found is None:
            return False
        findings: list[Finding] = []
        failed = ""
        try:
            with on_behalf_of(found.author):
                findings = long_texts.check(
                    self._context(found.unit),
                    found.text,
                    found.profile,
                    automatic=found.numbers,
                    patience=long_texts.LATER,
                )
        except UserError as error:
            failed = error.message
        self._casework.run(proofing.settle, found.id, findings, failed)
        return True

    def waits(self) -> bool:
        """Whether a text waits."""
        return _waits(self._casework)

    def close(self) -> None:
        """Close the databases."""
        self._casework.close()
        self._archive.close()

    def _context(self, unit: str | None) -> Context:
        seen = self._archive.reader(Reader(unit))
        today = dt.date.today()
        return Context(self._folder, today, archive=seen, facts=ArchiveFacts(seen, today))
