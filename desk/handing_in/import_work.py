"""The background work on imports that were begun in the browser.

The uploaded files wait in the data folder that took them in, and a worker that has that folder
imports them; where several machines have an S3 store, in that, and any worker does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from casework import Casework, jobs
from corpus import Archive
from corpus.archive import FILE_NAME
from corpus.importing import jobs as imports
from desk.jobs.nouns import Hold, Kind, Need, one
from storage import place
from storage.configuration import Configuration
from storage.connection import is_there


class ImportWork:
    """The work on the imports of one data folder, as :class:`desk.jobs.nouns.Doing`."""

    def __init__(self, folder: Path, _: Configuration) -> None:
        """Open the archive."""
        self._archive = Archive.open(folder)

    def do(self, hold: Hold) -> str:
        """Import what waits of an import; return why it was stopped."""
        while imports.run(self._archive, int(hold.key), hold.reach):
            hold.rest()
        return ""

    def refuse(self, key: str, why: str) -> None:
        """Have the import wait until somebody goes on with it, and say why on the page."""
        imports.stop(self._archive, int(key), why)

    def close(self) -> None:
        """Close the archive."""
        self._archive.close()


def begin(casework: Casework, archive: Archive, number: int, author: str) -> None:
    """Have the files of an import taken in that were just added."""
    where = _place(archive, imports.where(archive, number))
    casework.run(jobs.enqueue, jobs.IMPORT, str(number), author, where)


def ask(casework: Casework, archive: Archive) -> bool:
    """Have the files imported that wait; return whether there are any.

    The archive is another database than the jobs': whoever is killed between the two leaves an
    import without a job, which is found here again.
    """
    found = list(_needed(archive))
    for need in found:
        casework.run(jobs.ensure, jobs.IMPORT, need.key, need.author, need.place)
    return bool(found)


def _needed(archive: Archive) -> Iterator[Need]:
    """Yield the imports that have a file waiting which this data folder's workers find."""
    for number, author in imports.waiting(archive):
        if (where := imports.where(archive, number)) != "elsewhere":
            yield Need(str(number), author, _place(archive, where))


def _place(archive: Archive, where: imports.Where) -> str:
    return "" if where == "anywhere" else place.of(archive.path.parent)


def _needs(_casework: Casework, folder: Path, _chosen: Configuration) -> Iterator[Need]:
    if not is_there(folder / FILE_NAME):
        return
    with closing(Archive.open(folder)) as archive:
        yield from _needed(archive)


KIND = Kind(jobs.IMPORT, "导入档案", ImportWork, _needs, one)
