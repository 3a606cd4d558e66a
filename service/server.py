"""Serving the browser's pages by waitress, a production server in pure Python."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from casework import Casework
from casework.notices import channels
from casework.sign_on import settings as sign_on
from casework.store import FILE_NAME as MATTERS
from corpus import EVERYTHING, Archive, import_samples
from corpus.archive import FILE_NAME as ARCHIVE
from corpus.importing import uploads
from desk.jobs.running import ensure_running, leave_to
from desk.unit_profiles import adopt
from drafting import __version__
from drafting.errors import UserError
from drafting.programs import memory, workers
from service import arranging, aside, delivering, meaning, supervising, upkeep, warming, working
from service.calling import Calls
from service.leading import lead
from service.spent import Spent
from service.turns import Asides, Spends, no_asides
from storage import database
from storage.backups import daily, restoring
from storage.backups.restoring import finish_restore
from storage.backups.soundness import check_databases
from storage.configuration import Configuration
from storage.connection import is_there
from storage.lock import TIDYING, exclusive, in_turn, serving
from storage.log import missed, runlog
from storage.originals import cleaning, use
from storage.originals.places import waiting
from web import create_app, stores

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from flask import Flask

SERVING: Mapping[str, Any] = {
    "ident": "",
    "max_request_body_size": 64 * 1024 * 1024,
    "max_request_header_size": 32 * 1024,
    "channel_timeout": 60,
    # Whoever opens connections and sends nothing takes a place, but no thread: there must be more
    # places than one visitor fills, and poll() knows no bound on their number as select() does.
    "connection_limit": 1000,
    "asyncore_use_poll": True,
    # Who may speak of the visitor is decided by the app itself (web.access.proxy).
    "clear_untrusted_proxy_headers": False,
}
"""How waitress is set against huge headers, slow senders and forged proxies; tests use the same."""

_TURN_SECONDS = 0.0005
_STARTING = "starting"


def serve_forever(
    data: Path, configuration: Configuration, *, with_samples: bool, say: Callable[[str], None]
) -> int:
    """Serve until interrupted; say the address first. Raises :class:`UserError` on a taken port."""
    # What the service writes is nobody else's on this machine to read.
    os.umask(0o077)
    memory.give_back_large()
    runlog.install(configuration.log)
    use(data, configuration.originals)
    server = configuration.server
    listener = _bind(server.host, server.port)
    with (
        _opened(data, say),
        TemporaryDirectory(prefix="drafting-service-") as shared,
        workers.working("desk.handing_in.handed_in", at_once=False) as at_work,
    ):
        check_databases(data, daily.backup_folder(data, configuration.backup))
        channels.check(configuration)
        delivering.check(configuration)
        sign_on.check(configuration, data)
        app = _prepare(data, configuration, with_samples, say, Path(shared))
        service = _Service(app, data, configuration, listener)
        service.announce(say)
        count = supervising.number_of(server.processes)
        try:
            if count == 1:
                return service.run(say, warm=at_work)
            several = _Several(service, count, Path(shared), aside.listen(Path(shared)))
            warming.load()
            stores.warm(app)
            supervising.share_what_is_loaded()
            # The readers of what is handed in are loaded when the first pages have been shown.
            tending = _Tending(at_work)
            runlog.install(configuration.log, rotates=False)
            return supervising.supervise(
                count + 1, lambda number: several.run(say, number), tending
            )
        finally:
            say("已停止。")
            runlog.say("service stopped")


@dataclass(slots=True)
class _Tending:
    """What the parent does every second: it keeps the foreman of the workers up."""

    at_work: workers.Workers | None
    from_: float = field(default_factory=lambda: time.monotonic() + warming.DELAY)

    def __call__(self) -> None:
        if self.at_work and time.monotonic() >= self.from_ and self.at_work.ensure():
            runlog.say("workers started")


@dataclass(frozen=True, slots=True)
class _Service:
    """What each process serves: the pages, from the listening socket that all share."""

    app: Flask
    data: Path
    configuration: Configuration
    listener: socket.socket

    def announce(self, say: Callable[[str], None]) -> None:
        """Say the address, and the link for the first administrator where one is needed."""
        server = self.configuration.server
        shown = "127.0.0.1" if server.host in ("0.0.0.0", "::") else server.host
        # The listener's own: port 0 asks the system for a free one.
        address = f"http://{shown}:{self.listener.getsockname()[1]}"
        say(f"提案答复助手已启动：{address}　按 Ctrl+C 停止。")
        if self.configuration.needs_accounts():
            say_first_link(self.app, address, say)
        runlog.say("service started", version=__version__, host=server.host, port=server.port)

    def run(
        self,
        say: Callable[[str], None],
        warm: workers.Workers | None = None,
        *,
        first: bool = True,
        goes_on: bool = True,
        serve: Callable[[Flask], int] | None = None,
    ) -> int:
        """Serve until SIGTERM or Ctrl+C, by default what comes to the listening socket.

        The ``first`` process rotates the log; the one that ``goes_on`` takes up again what was
        under way, and does what nobody asks for.
        """
        runlog.install(self.configuration.log, rotates=first)
        stops = [
            warming.start(more=(*((warm.ensure,) if warm else ()), partial(stores.warm, self.app))),
            memory.keep_giving_back(),
        ]
        if goes_on:
            _take_up(self.data, self.configuration, say)
            stops.append(lead(self.data, self._in_background))
        try:
            with _held_open(self.data):
                try:
                    return (serve or self._serve)(self.app)
                finally:
                    stores.close(self.app)
        finally:
            for stop in stops:
                stop.set()

    def _serve(self, app: Flask) -> int:
        return _serve(app, self.listener, self.configuration)

    def _in_background(self) -> tuple[threading.Event, ...]:
        chosen = self.configuration
        return (
            upkeep.start(self.data, chosen.backup),
            upkeep.start_heads(self.data, chosen.log),
            upkeep.start_clearing(self.data, chosen.accounts.log_days, chosen.backup.at),
            upkeep.start_cleaning(self.data, chosen.backup.at),
            working.start(self.data, chosen, lambda kind: ensure_running(self.data, chosen, kind)),
            meaning.start(self.data),
            arranging.start(self.data),
        )


@dataclass(frozen=True, slots=True)
class _Several:
    """``count`` processes that serve pages, and behind them one aside, which does what nobody
    waits for as well."""

    service: _Service
    count: int
    folder: Path
    handed_over: socket.socket
    spent: Spent = field(init=False)
    calls: Calls = field(default_factory=Calls)

    def __post_init__(self) -> None:
        object.__setattr__(self, "spent", Spent(self.count + 1))

    def run(self, say: Callable[[str], None], number: int) -> int:
        """Serve as process ``number``; the last is the one aside."""
        spends = partial(self.spent.add, number)
        if number == self.count:
            aside.step_back()
            return self.service.run(say, first=False, serve=partial(self._aside, spends))
        return self.service.run(
            say, first=number == 0, goes_on=False, serve=partial(self._pages, spends)
        )

    def _pages(self, spends: Spends, app: Flask) -> int:
        leave_to(self.calls.call)
        asides = Asides(aside.is_long(app.url_map), self.spent.much)
        handing = aside.HandedOver(app, self.folder)
        chosen = self.service.configuration
        return _serve(handing, self.service.listener, chosen, spends=spends, asides=asides)

    def _aside(self, spends: Spends, app: Flask) -> int:
        chosen = self.service.configuration
        self.calls.listen(lambda kind: ensure_running(self.service.data, chosen, kind))
        with _until_stopped():
            threads = chosen.server.threads
            aside.serve(app, self.handed_over, threads, spends)
        return 0


@contextmanager
def _opened(data: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Serve the folder while the block runs, once what a killed process left is put in order.

    Services that start together do that one after the other: none is refused for another's sake.
    """
    with ExitStack() as stack:
        with in_turn(data, _STARTING):
            if finish_restore(data):
                say("上次恢复备份时中断，现已恢复完毕。")
            tidy(data)
            stack.enter_context(serving(data))
        yield


@contextmanager
def _held_open(data: Path) -> Iterator[None]:
    """Hold the file of the matters open beside the requests while the block runs.

    Whoever closes a database last writes its WAL back and deletes it, which costs each request
    more than its own work, and cannot make it anew where the disk is full. PostgreSQL has no such
    thing, and a bound on how many are connected.
    """
    with nullcontext() if database.url_of(data) else Casework.open(data):
        yield


def tidy(data: Path) -> int:
    """Delete what a process that was killed left behind, and return how many files that were; where
    another service works on the folder, or a database is damaged, nothing."""
    gone = 0
    with suppress(UserError, sqlite3.DatabaseError), exclusive(data, TIDYING):
        gone += restoring.sweep(data)
        if is_there(data / ARCHIVE):
            with closing(Archive.open(data)) as archive:
                gone += uploads.sweep(archive.db, data)
        if is_there(data / MATTERS):
            with Casework.open(data) as casework:
                gone += cleaning.sweep(data, casework.run(waiting))
    if gone:
        runlog.say("leftovers removed", files=gone)
    return gone


def _prepare(
    data: Path,
    configuration: Configuration,
    with_samples: bool,
    say: Callable[[str], None],
    shared: Path,
) -> Flask:
    """Bring the databases up to date, with the samples where they are wanted; make the pages.

    ``shared`` is a folder for what the processes of this service share while it runs.

    Nothing is left open: processes that serve are forked from this one.
    """
    archive = Archive.open(data)
    try:
        if with_samples and archive.reader(EVERYTHING).count() == 0:
            outcome = import_samples(archive)
            say(f"首次启动：已载入样例档案 {outcome.imported} 件。")
    finally:
        archive.close()
    with Casework.open(data) as casework:
        adopt(casework, data)
    for name in (MATTERS, ARCHIVE):
        missed.keep_room(data / name)
    return create_app(data, configuration, shared)


def _take_up(data: Path, chosen: Configuration, say: Callable[[str], None]) -> None:
    """Go on with what was under way when the service ended."""
    found = working.take_up(data, chosen)
    if found and chosen.work.in_service:
        say(f"接着做上次没有做完的：{'、'.join(kind.title for kind in found)}。")


def _serve(
    app: WSGIApplication,
    listener: socket.socket,
    configuration: Configuration,
    *,
    spends: Spends = lambda who, seconds: None,
    asides: Asides = no_asides,
) -> int:
    from service.doors import Door  # waitress: only what serves needs it

    chosen = configuration.server
    shared = {chosen.proxy} - {""}
    settings = {"threads": chosen.threads, **SERVING}
    server = Door(app, listener, shared, settings, spends=spends, asides=asides)
    with _until_stopped():
        server.run()
    return 0


@contextlib.contextmanager
def _until_stopped() -> Iterator[None]:
    """Run what serves until SIGTERM or Ctrl+C."""
    # Every look into a database lets go of the interpreter and waits for it again behind those who
    # calculate: at Python's 5 ms a turn a short page waits longer than it works.
    sys.setswitchinterval(_TURN_SECONDS)
    # systemd stops a service by SIGTERM: it ends as Ctrl+C does, with the databases closed.
    signal.signal(signal.SIGTERM, _interrupt)
    with contextlib.suppress(KeyboardInterrupt):
        yield


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def say_first_link(app: Flask, address: str, say: Callable[[str], None]) -> None:
    """Print the link for the first administrator, where there is no account yet."""
    with Casework.open(app.config["DATA_FOLDER"]) as casework:
        if not casework.people.any():
            token = casework.people.invite(None)
            say(
                f"还没有用户。请打开这个一次性链接，建立第一个管理员账号：{address}/invited/{token}"
            )


def _bind(host: str, port: int) -> socket.socket:
    """Bind the port before anything else: a second start must fail at once and change nothing."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OverflowError as error:
        raise UserError(f"端口 {port} 不对，应在 1—65535 之间。") from error
    except OSError as error:
        listener.close()
        raise UserError(
            f"端口 {port} 用不了：可能已有程序占用，请换一个端口（--port）。"
        ) from error
    listener.listen(128)
    return listener
