"""Keeping the originals: what nobody refers to is cleaned up, what stands in rows moved out, what
is there compared with what rows name."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from casework import Casework
from casework.store import FILE_NAME as MATTERS
from corpus import Archive
from corpus.archive import FILE_NAME as ARCHIVE
from corpus.importing import uploads
from drafting.errors import UserError
from storage import originals
from storage.connection import is_there
from storage.log import audit
from storage.originals import KEPT, WAITING, cleaning, places
from storage.originals.cleaning import Cleaned, State
from storage.originals.fallback import Fallback
from storage.originals.folder import Folder
from storage.originals.owner import claim, mark_of
from storage.originals.places import referenced

_UNREAD = "数据库读不了，不知道哪些原件还要用，没有清理。"


@dataclass(frozen=True, slots=True)
class Rows:
    """The open databases, whose rows name the files."""

    folder: Path
    casework: Casework
    archive: Archive

    def needed(self) -> frozenset[str]:
        """Return the digests of all files that rows name."""
        return referenced(self.casework.db, MATTERS) | referenced(self.archive.db, ARCHIVE)

    def claim(self, *, adopt: bool = False) -> None:
        """Note that the store has this installation's files; raises as
        :func:`storage.originals.owner.claim`."""
        marks = {
            MATTERS: mark_of(self.casework.db, MATTERS),
            ARCHIVE: mark_of(self.archive.db, ARCHIVE),
        }
        claim(originals.of(self.folder), marks, adopt=adopt)


@contextmanager
def opened(folder: Path, actor: audit.Actor | None = None) -> Iterator[Rows]:
    """Yield the databases of ``folder``. Raises :class:`UserError` where one is not there, or
    cannot be read."""
    for name in (MATTERS, ARCHIVE):
        if not is_there(folder / name):
            raise UserError(f"数据目录里没有 {name}，不知道哪些原件还要用，没有做。")
    try:
        with Casework.open(folder, actor) as casework, closing(Archive.open(folder)) as archive:
            yield Rows(folder, casework, archive)
    except sqlite3.DatabaseError as error:
        raise UserError(_UNREAD) from error


def clean(rows: Rows, *, adopt: bool = False) -> Cleaned:
    """Delete the files that no row names and that are older than a day.

    Raises :class:`UserError` where the store does not answer or is another installation's, or the
    databases cannot be read; then nothing, or nothing more, is deleted.
    """
    rows.claim(adopt=adopt)
    done = cleaning.clean(originals.of(rows.folder, KEPT), rows.needed)
    cleaning.clean(originals.of(rows.folder, WAITING), lambda: places.waiting(rows.casework.db))
    uploaded = originals.of(rows.folder, uploads.FOLDER)
    cleaning.clean(uploaded, lambda: uploads.waiting(rows.archive.db))
    if done.count:
        rows.casework.log("清理原件", "没有引用的文件", detail=f"{done.count} 个")
    return done


def move(rows: Rows, told: Callable[[int], None] = lambda _: None) -> Cleaned:
    """Bring the files that a former program kept in rows into the store, and with an S3 store those
    of the data folder too; return what was moved. ``told`` is given how many so far.

    It can be ended anywhere and goes on from there.
    """
    store = originals.of(rows.folder)
    count = size = 0
    for db, name in ((rows.casework.db, MATTERS), (rows.archive.db, ARCHIVE)):
        while (some := places.move_out(db, name, store))[0]:
            count, size = count + some[0], size + some[1]
            told(count)
    if isinstance(store, Fallback):
        for part in (KEPT, WAITING):
            over = originals.of(rows.folder, part)
            while (more := cleaning.bring_over(Folder(rows.folder, part), over)).count:
                count, size = count + more.count, size + more.size
                told(count)
    if count:
        rows.casework.log("移出原件", store.place, detail=f"{count} 个")
    return Cleaned(count, size)


def inside(rows: Rows) -> Cleaned:
    """Return how many files a former program left in rows."""
    found = [
        places.still_inside(rows.casework.db, MATTERS),
        places.still_inside(rows.archive.db, ARCHIVE),
    ]
    return Cleaned(sum(one[0] for one in found), sum(one[1] for one in found))


def look(rows: Rows, *, whole: bool) -> State:
    """Compare what rows name with the store, all of it or some by lot."""
    return cleaning.state(originals.of(rows.folder), rows.needed(), whole=whole)
