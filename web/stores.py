"""The databases behind the pages.

The matters are opened for each request and closed after it. The archive is opened when a page
first asks for it, not at the start, and then kept: it may be shared between threads, and what it
has read stays warm.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, abort, current_app, g

from casework import Casework, Matter, Person
from corpus import Archive
from corpus.facts import ArchiveFacts
from desk.context import Context
from storage import audit, transaction

if TYPE_CHECKING:
    from corpus import Archive
    from corpus.visibility import UnitArchive
    from drafting.checking import FactLibrary

_opening = threading.Lock()


def install(app: Flask) -> None:
    """Have the databases closed at the end of each request."""
    app.teardown_appcontext(_close)


def casework() -> Casework:
    """Return the matters in hand."""
    if "casework" not in g:
        g.casework = Casework.open(_folder())
    found: Casework = g.casework
    return found


def archive() -> Archive:
    """Return the archive as whoever looks at the page may see it.

    The single user and 督办 see all of it, everybody else without what other units keep to
    themselves; what is put in is the viewer's unit's.
    """
    found = _whole_archive()
    if g.get("single_user") or not isinstance(person := g.get("person"), Person):
        return found
    if "督办" in person.roles:
        return found
    return found.seen_by(person.unit)


def unit_archive() -> UnitArchive:
    """Return the archive of the viewer's unit, for what the unit sets about it."""
    return _whole_archive().seen_by(viewer().unit)


def working_archive() -> Archive:
    """Return the archive as whoever looks at the page may change it: as the own unit's.

    The single user works on the whole of it.
    """
    return _whole_archive() if g.get("single_user") else unit_archive()


def _whole_archive() -> Archive:
    with _opening:
        if "archive" not in current_app.extensions:
            current_app.extensions["archive"] = Archive.open(_folder())
    found: Archive = current_app.extensions["archive"]
    return found


def facts() -> FactLibrary:
    """Return the archive as the proofreader asks it, for the reading of one text."""
    return ArchiveFacts(archive())


def context() -> Context:
    """Return what a use case is handed: the stores as the viewer sees them, and who it is."""
    return Context(_folder(), dt.date.today(), casework(), archive(), facts(), author(), own_unit())


@contextmanager
def archive_deed(deed: str, what: str) -> Iterator[Archive]:
    """Do something to the archive and write it into its log: both or neither."""
    found = working_archive()
    with transaction(found.db) as db:
        yield found
        actor = casework().actor
        audit.write(db, deed, who=actor.who, where=actor.where, what=what)


@contextmanager
def deed(name: str, what: str, detail: str = "") -> Iterator[None]:
    """Do something to the matters' tables and write it into their log: both or neither."""
    found = casework()
    with transaction(found.db):
        yield
        found.log(name, what, detail=detail)


def viewer() -> Person:
    """Return whoever looks at the page; the single user is a person of no name."""
    person: Person = g.person
    return person


def own_unit() -> str | None:
    """Return the viewer's unit, whose own things are shown; ``None`` is the single user's: all."""
    return None if g.get("single_user") else viewer().unit


def matter_or_404(matter_id: int) -> Matter:
    """Return the matter; answer 404 where there is none of that id."""
    found = casework().matter(matter_id)
    if found is None:
        abort(404, "没有这件提案，或者它已被删除。")
    return found


def author() -> str:
    """Return the name under which a save is kept: the account's, or nothing for a single user."""
    return str(g.get("user") or "")


def _folder() -> Path:
    folder: Path = current_app.config["DATA_FOLDER"]
    return folder


def _close(_: BaseException | None) -> None:
    opened = g.pop("casework", None)
    if opened is not None:
        opened.close()
