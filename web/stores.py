"""The databases behind the pages.

Each request has a connection to the matters' database to itself. It is opened once and reused from
request to request, while the file is the same and no newer version of the program has changed its
schema. The archive is opened when a page first needs it and then kept: it may be shared between
threads, and its caches stay warm.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeVar

from flask import Flask, abort, current_app, g, request

from casework import Casework, Matter, Person, door
from casework.migrations import STEPS
from casework.store import FILE_NAME
from corpus import EVERYTHING, Archive, ArchivedDocument, ArchiveView, Reader
from corpus.facts import ArchiveFacts
from desk.context import Context
from desk.jobs import running
from desk.jobs.kinds import KINDS
from storage import database
from storage.engine import Connection
from storage.log import audit, missed

if TYPE_CHECKING:
    from drafting.checking import FactLibrary
    from storage.configuration import Configuration

_opening = threading.Lock()
_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")


class Log(Protocol):
    """Runs a query of :mod:`storage.log.audit` on a log."""

    def __call__(
        self,
        query: Callable[Concatenate[Connection, _Asked], _Answer],
        *args: _Asked.args,
        **kwargs: _Asked.kwargs,
    ) -> _Answer:
        """Return what the query finds."""
        ...


@dataclass(frozen=True, slots=True)
class Moment:
    """The archive as the viewer sees it, in one state; ``state`` is the key of caches."""

    state: tuple[str, ...]
    archive: ArchiveView = field(compare=False)


def install(app: Flask) -> None:
    """Return the databases for reuse at the end of each request."""
    app.extensions["casework"] = deque[tuple[_File, Casework]]()
    app.teardown_appcontext(_hand_on)


def close(app: Flask) -> None:
    """Close the connections kept for reuse, at the end of the service."""
    waiting: deque[tuple[_File, Casework]] = app.extensions["casework"]
    while waiting:
        waiting.pop()[1].close()


def warm(app: Flask) -> None:
    """Load what the first search needs; whoever comes first shall not wait for it."""
    with app.app_context():
        found = _whole_archive()
    found.reader(EVERYTHING).look("停车")
    # This thread's connections; those of the requests are theirs.
    found.close()


def casework() -> Casework:
    """Return the matters in hand."""
    if "casework" not in g:
        g.casework = _kept() or Casework.open(folder())
        g.casework_file = _file()
    found: Casework = g.casework
    return found


def enter(token: str, matter_id: int | None, *, used: bool) -> door.Admission:
    """Return who comes with ``token``, and to which matter; :func:`matter_or_404` knows it then."""
    found = casework().run(door.look, token, matter_id, used=used)
    if found.schema != len(STEPS):
        # Another program has changed the schema meanwhile: opened anew, it is found right or
        # refused.
        g.pop("casework").close()
        found = casework().run(door.look, token, matter_id, used=used)
    g.seen = (found.matter, casework().run(_changes))
    return found


def archive() -> ArchiveView:
    """Return the archive as the viewer may see it.

    The single user and 督办 see all of it, everybody else without what other units keep to
    themselves; where nobody is known, only what is shown to all.
    """
    view = _whole_archive().reader(reader())
    return replace(view, looked=_looked) if sees_all() and not g.get("single_user") else view


def _looked(found: ArchivedDocument) -> None:
    """Keep that 督办 looked at what another unit keeps to itself, once a request."""
    seen: set[int] = g.setdefault("looked", set())
    if found.id not in seen and unit_archive().is_kept_from(found.source):
        seen.add(found.id)
        note_look("查看档案", f"档案 {found.id} {found.source}", request.path)


def note_look(action: str, what: str, detail: str, *, result: str = "成功") -> None:
    """Keep in the log that something was read; a full disk keeps nobody from reading it."""
    found = casework()
    found.run(missed.write, action, actor=found.actor, what=what, result=result, detail=detail)


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


def sees_all() -> bool:
    """Whether the viewer sees what is every unit's: 督办 and the single user."""
    return reader() == EVERYTHING


def unit_archive() -> Archive:
    """Return the archive of the viewer's unit, for what the unit sets about it."""
    return _whole_archive().for_unit(viewer().unit)


def archive_of(unit: str) -> ArchiveView:
    """Return the archive as ``unit`` sees it, for what is drafted for that unit."""
    return _whole_archive().reader(Reader(unit))


def working_archive() -> Archive:
    """Return the archive as the viewer may change it: as the own unit's.

    The single user works on the whole of it.
    """
    return _whole_archive() if g.get("single_user") else unit_archive()


def imports() -> Archive:
    """Return the archive for the imports that the viewer sees: those of the own
    unit, or all."""
    unit = reader().unit
    return _whole_archive() if unit is None else _whole_archive().for_unit(unit)


def _whole_archive() -> Archive:
    with _opening:
        if "archive" not in current_app.extensions:
            current_app.extensions["archive"] = Archive.open(folder())
    found: Archive = current_app.extensions["archive"]
    return found


def every_archive() -> Archive:
    """Return the archive of all units, for what concerns more than one."""
    return _whole_archive()


def facts() -> FactLibrary:
    """Return the archive as the proofreader asks it, for the reading of one text."""
    return ArchiveFacts(archive())


def context() -> Context:
    """Return what a use case is handed: the stores as the viewer sees them, and who it is."""
    return Context(
        folder(),
        dt.date.today(),
        casework(),
        archive(),
        facts(),
        author(),
        own_unit(),
        lends,
    )


def lends() -> bool:
    """Whether the shipped profiles may be answered under: while the sample archive is there."""
    if "lends" not in g:
        g.lends = archive().has_samples()
    return bool(g.lends)


@contextmanager
def archive_action(action: str, what: str, unit: str | None = None) -> Iterator[Archive]:
    """Change the archive and log the change: both are kept or neither.

    ``unit`` is as whose it is changed, where that is not the viewer's own.
    """
    found = working_archive() if unit is None else _whole_archive().for_unit(unit)
    with found.logged(casework().actor, action, what):
        yield found


@contextmanager
def action(name: str, what: str, detail: str = "") -> Iterator[None]:
    """Change the matters' tables and log the change: both are kept or neither."""
    found = casework()
    with found.transaction():
        yield
        found.log(name, what, detail=detail)


def log(part: str) -> Log:
    """Return the query function of the matters' log (``casework``) or of the archive's."""
    return casework().run if part == "casework" else _whole_archive().ask_log


def viewer() -> Person:
    """Return the viewer; the single user is a person without a name."""
    person: Person = g.person
    return person


def own_unit() -> str | None:
    """Return the viewer's unit, whose own things are shown; ``None`` is the single user's: all."""
    return None if g.get("single_user") else viewer().unit


def matter_or_404(matter_id: int) -> Matter:
    """Return the matter; answer 404 where no matter has that id."""
    found: Matter | None
    found, changes = g.pop("seen", (None, 0))
    # What was seen at the door stands as long as this request has written nothing.
    if found is None or found.id != matter_id or changes != casework().run(_changes):
        found = casework().matter(matter_id)
    if found is None:
        abort(404, "没有这件提案，或者它已被删除。")
    return found


def author() -> str:
    """Return the name under which a save is kept: the account's, or nothing for a single user."""
    return str(g.get("user") or "")


def work_on(kind: str) -> None:
    """Have this process do what waits of a kind of work, where that is the service's to do."""
    configuration: Configuration = current_app.config["CONFIGURATION"]
    running.ensure_running(folder(), configuration, KINDS[kind])


def folder() -> Path:
    """Return the data folder."""
    found: Path = current_app.config["DATA_FOLDER"]
    return found


def _changes(db: Connection) -> int:
    return db.total_changes


def _is_writing(db: Connection) -> bool:
    return db.in_transaction


_File = tuple[int, int]
_MOST_KEPT = 16


def _file() -> _File:
    """Return what tells the database's file from another one put in its place."""
    if database.url_of(folder()):
        return 0, 0  # A server: there is no file that could be another one.
    found = (folder() / FILE_NAME).stat()
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
    if database.url_of(folder()) and (archive := current_app.extensions.get("archive")):
        archive.rest()
    opened: Casework | None = g.pop("casework", None)
    if opened is None:
        return
    waiting: deque[tuple[_File, Casework]] = current_app.extensions["casework"]
    if opened.run(_is_writing) or len(waiting) >= _MOST_KEPT:
        opened.close()
        return
    opened.actor = audit.Actor()
    waiting.append((g.pop("casework_file"), opened))
