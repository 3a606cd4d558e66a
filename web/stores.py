"""The databases behind the pages.

The matters are opened for each request and closed after it. The archive is opened when a page
first asks for it, not at the start, and then kept: it may be shared between threads, and what it
has read stays warm.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeVar

from flask import Flask, abort, current_app, g

from casework import Casework, Matter, Person
from corpus import EVERYTHING, Archive, ArchiveView, Reader
from corpus.facts import ArchiveFacts

if TYPE_CHECKING:
    from drafting.checking import FactLibrary

_opening = threading.Lock()
_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")


class Log(Protocol):
    """Asks a log by a query of :mod:`storage.audit`."""

    def __call__(
        self,
        query: Callable[Concatenate[sqlite3.Connection, _Asked], _Answer],
        *args: _Asked.args,
        **kwargs: _Asked.kwargs,
    ) -> _Answer:
        """Return what the query finds."""
        ...


@dataclass(frozen=True, slots=True)
class Moment:
    """The archive as the viewer sees it, in one state: what is kept of it is kept by ``state``."""

    state: tuple[str, ...]
    archive: ArchiveView = field(compare=False)


def install(app: Flask) -> None:
    """Have the databases closed at the end of each request."""
    app.teardown_appcontext(_close)


def casework() -> Casework:
    """Return the matters in hand."""
    if "casework" not in g:
        g.casework = Casework.open(_folder())
    found: Casework = g.casework
    return found


def archive() -> ArchiveView:
    """Return the archive as whoever looks at the page may see it.

    The single user and 督办 see all of it, everybody else without what other units keep to
    themselves; where nobody is known, only what is shown to all.
    """
    return _whole_archive().reader(reader())


def moment() -> Moment:
    """Return the archive as the viewer sees it now."""
    found = archive()
    return Moment(found.state(), found)


def reader() -> Reader:
    """Return who reads the archive."""
    if g.get("single_user"):
        return EVERYTHING
    if not isinstance(person := g.get("person"), Person):
        return Reader("")
    return EVERYTHING if "督办" in person.roles else Reader(person.unit)


def unit_archive() -> Archive:
    """Return the archive of the viewer's unit, for what the unit sets about it."""
    return _whole_archive().for_unit(viewer().unit)


def working_archive() -> Archive:
    """Return the archive as whoever looks at the page may change it: as the own unit's.

    The single user works on the whole of it.
    """
    return _whole_archive() if g.get("single_user") else unit_archive()


def imports() -> Archive:
    """Return the archive for the imports that whoever looks at the page sees: those of the own
    unit, or all."""
    unit = reader().unit
    return _whole_archive() if unit is None else _whole_archive().for_unit(unit)


def _whole_archive() -> Archive:
    with _opening:
        if "archive" not in current_app.extensions:
            current_app.extensions["archive"] = Archive.open(_folder())
    found: Archive = current_app.extensions["archive"]
    return found


def facts() -> FactLibrary:
    """Return the archive as the proofreader asks it, for the reading of one text."""
    return ArchiveFacts(archive())


@contextmanager
def archive_deed(deed: str, what: str) -> Iterator[Archive]:
    """Do something to the archive and write it into its log: both or neither."""
    found = working_archive()
    with found.logged(casework().actor, deed, what):
        yield found


@contextmanager
def deed(name: str, what: str, detail: str = "") -> Iterator[None]:
    """Do something to the matters' tables and write it into their log: both or neither."""
    found = casework()
    with found.transaction():
        yield
        found.log(name, what, detail=detail)


def log(part: str) -> Log:
    """Return what asks the log of the matters (``casework``) or of the archive."""
    return casework().run if part == "casework" else _whole_archive().ask_log


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
