"""A server that speaks the OpenAI form on loopback, and behaves as a test or a bench says.

``Behaviour`` is a function from the question (system and user text, decoded) to what is sent: the
words, or a whole HTTP answer of its own. Nothing here understands Chinese: what a model would say
is said by whoever serves it.
"""

from __future__ import annotations

import json
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Question = Mapping[str, Any]


@dataclass
class Reply:
    """An HTTP answer: ``pieces`` are sent one by one, with ``pause`` seconds between them."""

    pieces: list[bytes] = field(default_factory=list)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    kind: str = "text/event-stream"
    pause: float = 0.0


Behaviour = Callable[[str, Question], "str | Reply"]


def streamed(words: str, size: int = 7) -> list[bytes]:
    """Return ``words`` as server-sent events, in pieces that cut through characters' escapes."""
    parts = [words[place : place + size] for place in range(0, len(words), size)]
    events = [
        {"model": "fake-7b", "choices": [{"delta": {"content": part}, "finish_reason": None}]}
        for part in parts
    ]
    events.append({"choices": [{"delta": {}, "finish_reason": "stop"}]})
    lines = [f"data: {json.dumps(one, ensure_ascii=False)}\n\n".encode() for one in events]
    return [*lines, b"data: [DONE]\n\n"]


def lines(*values: Mapping[str, object]) -> str:
    """Return objects as a model writes them: one a line."""
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in values)


@dataclass
class Served:
    """A running server: its address, and the questions that came with their headers."""

    url: str
    asked: list[tuple[str, Question]] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)


@contextmanager
def serving(behaviour: Behaviour, context: ssl.SSLContext | None = None) -> Iterator[Served]:
    """Serve ``behaviour`` on a free port of loopback, with ``context`` by TLS."""
    served = Served("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            self._send(Reply([json.dumps({"data": [{"id": "fake-7b"}]}).encode()], kind=_JSON))

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            system, user = (one["content"] for one in body["messages"])
            question = {**json.loads(user), "_model": body["model"]}
            served.asked.append((system, question))
            served.headers.append(dict(self.headers))
            said = behaviour(system, question)
            self._send(said if isinstance(said, Reply) else Reply(streamed(said)))

        def _send(self, reply: Reply) -> None:
            self.send_response(reply.status)
            for name, value in {"content-type": reply.kind, **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("connection", "close")
            self.end_headers()
            self.close_connection = True
            try:
                for piece in reply.pieces:
                    self.wfile.write(piece)
                    self.wfile.flush()
                    time.sleep(reply.pause)
            except OSError:
                return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    scheme = "https" if context else "http"
    served.url = f"{scheme}://127.0.0.1:{server.server_port}/v1"
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()


_JSON = "application/json"

# ------------------------------------------------------------------ models of several kinds


def faithful(system: str, question: Question) -> str:
    """Answer as a good model would that only copies: whole sentences of what it may use."""
    if "逐条判断" in system:
        return lines(*(_judged(one) for one in question["材料"]))
    if "原稿" in question:
        return lines(
            *(
                {"栏": one["栏"], "文字": one["文字"], "依据": [f"P{number}"]}
                for number, one in enumerate(question["原稿"], 1)
                if one["文字"]
            )
        )
    return lines(*(one for shown in question["材料"] for one in _copied(shown)))


def _judged(shown: Question) -> Mapping[str, object]:
    titles = shown["可写"]
    use = "已做" if "已开展的工作" in titles else "依据" if titles else "参考"
    return {"编号": shown["编号"], "用途": use, "原句": _sentences(shown["文字"])[0]}


def _copied(shown: Question) -> Iterator[Mapping[str, object]]:
    for title in shown["可写"]:
        for sentence in _sentences(shown["文字"])[:2]:
            yield {"栏": title, "文字": sentence, "依据": [shown["编号"]]}


def _sentences(text: str) -> list[str]:
    return re.findall(r"[^。]+。", text) or [text]
