"""The background work on long texts that wait to be proofread."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from casework import Casework, jobs
from casework.matters import proofing
from corpus import Archive, Reader
from corpus.facts import ArchiveFacts
from desk.context import Context
from desk.handing_in import long_texts
from desk.jobs.nouns import Hold, Kind, Need, any_number
from drafting.errors import UserError
from storage.configuration import Configuration


class CheckWork:
    """The work on the waiting texts of one data folder, as :class:`desk.jobs.nouns.Doing`."""

    def __init__(self, folder: Path, _: Configuration) -> None:
        """Open the databases."""
        self._folder = folder
        self._casework = Casework.open(folder)
        self._archive = Archive.open(folder)

    def do(self, hold: Hold) -> str:
        """Check the text; return why it could not be."""
        found = self._casework.run(proofing.waiting, int(hold.key))
        if found is None:
            return ""
        try:
            findings = long_texts.check(
                self._context(found.unit),
                found.text,
                found.profile,
                automatic=found.numbers,
                patience=long_texts.LATER,
            )
        except UserError as error:
            with hold.writing() as casework:
                casework.run(proofing.settle, found.id, [], error.message)
            return error.message
        with hold.writing() as casework:
            casework.run(proofing.settle, found.id, findings)
        return ""

    def refuse(self, key: str, why: str) -> None:
        """Say on the text's page why it was not checked."""
        self._casework.run(proofing.settle, int(key), [], why)

    def close(self) -> None:
        """Close the databases."""
        self._casework.close()
        self._archive.close()

    def _context(self, unit: str | None) -> Context:
        seen = self._archive.reader(Reader(unit))
        today = dt.date.today()
        return Context(self._folder, today, archive=seen, facts=ArchiveFacts(seen, today))


def _needs(casework: Casework, _folder: Path, _chosen: Configuration) -> Iterator[Need]:
    for number, author in casework.run(proofing.all_waiting):
        yield Need(str(number), author)


KIND = Kind(jobs.CHECK, "校对长文", CheckWork, _needs, any_number)
