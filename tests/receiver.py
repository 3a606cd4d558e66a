"""A robot or gateway on this machine, as kind or unkind as a test wants it."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Got:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """What it answers, and what it got; ``trickle`` sends a byte of the answer every so often."""

    port: int = 0
    status: int = 200
    answer: bytes = b'{"errcode":0,"code":0}'
    headers: dict[str, str] = field(default_factory=dict)
    hang: float = 0
    trickle: float = 0
    got: list[Got] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def allowed(self) -> str:
        return f"127.0.0.1:{self.port}"


@contextmanager
def receiver(context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Run one until the end of the block, by TLS with ``context``."""
    found, over = Receiver(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            found.got.append(Got(self.command, self.path, dict(self.headers), body))
            if found.hang:
                over.wait(found.hang)
                return
            if found.trickle:
                self._trickle()
                return
            self.send_response(found.status)
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(found.answer)))
            self.end_headers()
            self.wfile.write(found.answer)

        do_GET = do_POST

        def _trickle(self) -> None:
            self.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
            try:
                while not over.is_set():
                    self.wfile.write(b"x")
                    time.sleep(found.trickle)
            except OSError:
                """Cut off, as it should be."""

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    found.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join()
