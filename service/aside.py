"""One process that steps back behind the others, and the requests that are handed over to it.

Whoever has lately had much of the processor, and what is known to take long (importing, first
drafts), is served there: the processes that show pages are left to everybody else's short ones.
The request goes by a socket in a folder of the service's own, and the answer comes back by it, in
frames: ``Q`` whose and what it is, ``D`` a piece of a body, ``E`` its end, ``S`` the answer's head.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, RequestRedirect

from drafting.programs import frames
from drafting.programs.resting import at_rest
from service.doors import refusal
from service.turns import FairTurns, Spends, goes_aside, no_asides
from web.access.security import HEADERS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

NAME = "aside.sock"
NICENESS = 10
"""Of the process aside: a tenth of what a page gets where both want the core."""

LONG: frozenset[str] = frozenset(
    {
        "intake.confirm",
        "redraft.make",
        "batch.confirm",
        "batch.resume",
        "batch.keep_columns",
        "library.resume",
        "library.empty",
        "packages.make",
        "packages.plan",
        "packages.take",
        "people.rename_unit",
        "setup.samples",
    }
)
"""What takes long though little is sent: it drafts, or works on what was handed in before."""

MUCH_BYTES = 256 * 1024
"""So much is no everyday form: thirty thousand characters as a form has them."""

_BLOCK = 256 * 1024
_MOST_FRAME = 64 * 1024 * 1024
_HEAD_SECONDS, _ANSWER_SECONDS, _LEAVE_SECONDS = 5.0, 900.0, 5
_SAFE = ("GET", "HEAD")
_NAMED, _NO_FILE = b"filename", b'filename=""'


class _Request(msgspec.Struct):
    """Whose request, and its environment as far as it is text."""

    who: str
    environ: dict[str, str]


class _Answer(msgspec.Struct):
    status: str
    headers: list[tuple[str, str]]


def is_long(urls: Map) -> Callable[[Any], bool]:
    """Return what tells of a waiting connection whether its request takes long: because of what it
    brings, whatever its address is, or because of what its address does."""
    adapter = urls.bind("localhost")

    def tell(channel: Any) -> bool:
        request = channel.requests[0]
        if request.error:
            return False
        if request.command not in _SAFE and _brings_work(request):
            return True
        try:
            endpoint, _ = adapter.match(request.path, request.command)
        except (HTTPException, RequestRedirect):
            return False
        return endpoint in LONG

    return tell


def _brings_work(request: Any) -> bool:
    """Whether somebody hands in a file or much else, or another system hands in anything."""
    if request.body_bytes_received > MUCH_BYTES or request.headers.get("AUTHORIZATION"):
        return True
    if not request.headers.get("CONTENT_TYPE", "").lower().startswith("multipart/"):
        return False
    body = request.get_body_stream()
    sent = body.read(MUCH_BYTES + 1)
    body.seek(0)
    # A field for a file that was left empty has the empty name.
    return len(sent) > MUCH_BYTES or sent.lower().count(_NAMED) > sent.count(_NO_FILE)


# ------------------------------------------------------------------ the side that hands over


class HandedOver:
    """A WSGI application whose requests go aside where the turns say so."""

    def __init__(self, app: WSGIApplication, folder: Path) -> None:
        """``folder`` is where the process aside listens."""
        self._app, self._place = app, str(folder / NAME)

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Serve a request here or there."""
        if not goes_aside.get():
            return self._app(environ, start)
        stream = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            stream.connect(self._place)
        except OSError:
            # Nobody has heard of it yet.
            stream.close()
            return self._app(environ, start)
        stream.settimeout(_ANSWER_SECONDS)
        return self._ask(stream, environ, start)

    def _ask(
        self, stream: socket.socket, environ: WSGIEnvironment, start: StartResponse
    ) -> Iterable[bytes]:
        try:
            with at_rest():
                _send_request(stream, goes_aside.get(), environ)
                head = _expect(stream, b"S")
        except (OSError, EOFError):
            stream.close()
            if environ["REQUEST_METHOD"] in _SAFE:
                return self._app(environ, start)
            # What it has done before it ended is not known: to do it again might do it twice.
            return _broken(environ, start)
        answer = msgspec.msgpack.decode(head, type=_Answer)
        start(answer.status, answer.headers)
        return _pieces(stream)


def _send_request(stream: socket.socket, who: str, environ: WSGIEnvironment) -> None:
    told_of = {name: value for name, value in environ.items() if isinstance(value, str)}
    frames.send(stream, b"Q", msgspec.msgpack.encode(_Request(who, told_of)))
    body = environ["wsgi.input"]
    while block := body.read(_BLOCK):
        frames.send(stream, b"D", block)
    frames.send(stream, b"E", b"")


def _pieces(stream: socket.socket) -> Iterator[bytes]:
    with stream:
        while True:
            kind, body = frames.read(stream, _MOST_FRAME)
            if kind == b"E":
                return
            yield body


def _broken(environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
    code = HTTPStatus.SERVICE_UNAVAILABLE
    kind, body = refusal(code, environ.get("HTTP_ACCEPT", ""))
    start(f"{code.value} {code.phrase}", [("Content-Type", kind), *HEADERS.items()])
    return [body]


# ------------------------------------------------------------------ the side that serves


def listen(folder: Path) -> socket.socket:
    """Open the place where requests are handed over."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(folder / NAME))
    listener.listen(128)
    return listener


def step_back() -> None:
    """Have this process come after those that show pages."""
    os.nice(NICENESS)


def serve(app: WSGIApplication, listener: socket.socket, threads: int, spends: Spends) -> None:
    """Serve what is handed over until interrupted, one request of a person at a time."""
    turns = FairTurns(threads, lambda task: task.who, spends=spends, alone=1, asides=no_asides)
    try:
        while True:
            stream, _ = listener.accept()
            stream.settimeout(_HEAD_SECONDS)
            try:
                request = msgspec.msgpack.decode(_expect(stream, b"Q"), type=_Request)
            except (OSError, EOFError, msgspec.DecodeError):
                stream.close()
                continue
            stream.settimeout(_ANSWER_SECONDS)
            turns.add_task(_Task(request.who, app, stream, request.environ))
    finally:
        turns.shutdown(timeout=_LEAVE_SECONDS)


@dataclass(eq=False, slots=True)
class _Task:
    """A request that was handed over, as the turns know it."""

    who: str
    app: WSGIApplication
    stream: socket.socket
    told_of: Mapping[str, str]
    head: _Answer | None = field(default=None)

    def service(self) -> None:
        with contextlib.suppress(OSError, EOFError), self.stream, _body(self.stream) as body:
            self._answer(body)

    def cancel(self) -> None:
        self.stream.close()

    def _answer(self, body: BinaryIO) -> None:
        answer = self.app(_environment(self.told_of, body), self._start)
        try:
            for piece in answer:
                self._say_head()
                if piece:
                    frames.send(self.stream, b"D", piece)
            self._say_head()
            frames.send(self.stream, b"E", b"")
        finally:
            close = getattr(answer, "close", None)
            if close:
                close()

    def _start(self, status: str, headers: list[tuple[str, str]], _: object = None) -> Any:
        self.head = _Answer(status, headers)

    def _say_head(self) -> None:
        if self.head is not None:
            frames.send(self.stream, b"S", msgspec.msgpack.encode(self.head))
            self.head = None


@contextlib.contextmanager
def _body(stream: socket.socket) -> Iterator[BinaryIO]:
    """Take a body off the stream, to the disk where it is large."""
    with tempfile.SpooledTemporaryFile(max_size=4 * _BLOCK) as body:
        while True:
            kind, block = frames.read(stream, _MOST_FRAME)
            if kind == b"E":
                break
            body.write(block)
        body.seek(0)
        yield body  # type: ignore[misc]  # a file in all that is asked of it


def _environment(told_of: Mapping[str, str], body: BinaryIO) -> dict[str, Any]:
    return {
        **told_of,
        "wsgi.version": (1, 0),
        "wsgi.input": body,
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def _expect(stream: socket.socket, expected: bytes) -> bytes:
    kind, body = frames.read(stream, _MOST_FRAME)
    if kind != expected:
        raise EOFError
    return body
