"""The context of a use case: the stores, who asks, and today's date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from casework import Casework
from casework.store import FILE_NAME as MATTERS
from corpus import EVERYTHING, Archive, ArchiveView
from corpus.archive import FILE_NAME as ARCHIVE
from corpus.facts import ArchiveFacts
from desk.unit_profiles import FOLDER, refuse_shipped
from drafting.checking import FactLibrary
from drafting.profile import Profile, load_profile
from storage.connection import is_there


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Context:
    """The stores of one data folder as whoever asks may see them.

    ``author`` is the name under which a save is kept, ``unit`` the unit as which the archive is
    seen; the single user has no name, and ``None`` for a unit: he sees all. ``facts`` is the
    archive as the proofreader asks it. A store that the folder does not have is ``None``: a
    command on a file makes no folder. ``lends`` tells whether the shipped profiles may be answered
    under, as by whoever names one on the command line, and while the sample archive is tried.
    """

    folder: Path
    today: dt.date
    casework: Casework | None = None
    archive: ArchiveView | None = None
    facts: FactLibrary | None = None
    author: str = ""
    unit: str | None = None
    lends: Callable[[], bool] = _always

    def profile(self, name: str) -> Profile:
        """Return the profile ``name``, to answer under it.

        Raises :class:`drafting.errors.UserError`, also for a shipped one in a real installation,
        which never answers in the name of an invented unit.
        """
        refuse_shipped(self.folder, name, self.lends)
        return self.habits(name)

    def habits(self, name: str) -> Profile:
        """Return the profile ``name``, for its terms and switches."""
        return load_profile(name, self.folder / FOLDER)

    def unit_names(self, profile: str) -> tuple[str, str]:
        """Return the full and the short name of the unit whose profile it is."""
        unit = self.habits(profile).unit
        return unit.name, unit.short


@contextmanager
def open_folder(folder: Path, today: dt.date | None = None) -> Iterator[Context]:
    """Yield the context of the single user over what ``folder`` has; nothing is made there."""
    day = today or dt.date.today()
    archive = Archive.open(folder) if is_there(folder / ARCHIVE) else None
    seen = archive.reader(EVERYTHING) if archive else None
    facts = ArchiveFacts(seen, day) if seen else None
    casework = Casework.open(folder) if is_there(folder / MATTERS) else None
    try:
        yield Context(folder, day, casework, seen, facts)
    finally:
        if casework is not None:
            casework.close()
        if archive is not None:
            archive.close()
