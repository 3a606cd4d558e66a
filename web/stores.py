"""The databases behind the pages.

A request has the matters' database to itself. It is opened once and handed from one request to the
next, while the file is the same one and no newer program has changed its schema. The archive is
opened when a page first asks for it, not at the start, and then kept: it may be shared between
threads, and what it has read stays warm.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, abort, current_app, g

from casework import Casework, Matter, Person, door
from casework.migrations import STEPS
from casework.store import FILE_NAME
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
    """Have the databases handed on at the end of each request."""
    app.extensions["casework"] = deque[tuple[_File, Casework]]()
    app.teardown_appcontext(_hand_on)


def close(app: Flask) -> None:
    """Close what is handed from one request to the next, at the end of the service."""
    waiting: deque[tuple[_File, Casework]] = app.extensions["casework"]
    while waiting:
        waiting.pop()[1].close()


def casework() -> Casework:
    """Return the matters in hand."""
    if "casework" not in g:
        g.casework = _kept() or Casework.open(_folder())
        g.casework_file = _file()
    found: Casework = g.casework
    return found


def enter(token: str, matter_id: int | None, *, used: bool) -> door.Entry:
    """Return who comes with ``token``, and to which matter; :func:`matter_or_404` knows it then."""
    found = door.look(casework().db, token, matter_id, used=used)
    if found.schema != len(STEPS):
        # Another program has changed the schema meanwhile: opened anew, it is found right or
        # refused.
        g.pop("casework").close()
        found = door.look(casework().db, token, matter_id, used=used)
    g.seen = (found.matter, casework().db.total_changes)
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
    found: Matter | None
    found, changes = g.pop("seen", (None, 0))
    # What was seen at the door stands as long as this request has written nothing.
    if found is None or found.id != matter_id or changes != casework().db.total_changes:
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


_File = tuple[int, int]
_MOST_KEPT = 16


def _file() -> _File:
    """Return what tells the database's file from another one put in its place."""
    found = (_folder() / FILE_NAME).stat()
    return found.st_dev, found.st_ino


def _kept() -> Casework | None:
    """Return a connection that a former request has handed on, where its file is still there."""
    waiting: deque[tuple[_File, Casework]] = current_app.extensions["casework"]
    while waiting:
        try:
            file, found = waiting.pop()
        except IndexError:
            # Another thread was faster.
            return None
        try:
            if file == _file():
                return found
        except OSError:
            """The file is gone; a new one is made, as at the start."""
        found.close()
    return None


def _hand_on(_: BaseException | None) -> None:
    opened: Casework | None = g.pop("casework", None)
    if opened is None:
        return
    waiting: deque[tuple[_File, Casework]] = current_app.extensions["casework"]
    if opened.db.in_transaction or len(waiting) >= _MOST_KEPT:
        opened.close()
        return
    opened.actor = audit.Actor()
    waiting.append((g.pop("casework_file"), opened))
