"""The listening side: waitress, with a share of the connections for each address.

Whoever opens connections and says nothing takes places. Where an address has more than its share,
or nearly all places are taken, the address with the most loses the connection that has been silent
longest; whoever works meanwhile loses nothing, and nobody finds the door shut.

What waitress refuses by itself, before any page is asked, is said in Chinese as well; and where a
browser is still sending what is too large, it is let finish: it reads no answer before.
"""

from __future__ import annotations

import contextlib
import json
import socket
import time
from collections import Counter
from collections.abc import Collection
from http import HTTPStatus
from typing import Any

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask

from service.turns import Asides, Askers, FairTurns, Spends, no_asides
from storage.limits import visitor
from web.access.security import HEADERS
from web.errors import told

EACH = 256
"""Connections of one address; a browser opens six, an office may come by one address."""

LARGE_EACH = 16
"""Large bodies that one address may have on the way; they wait on the disk, up to 64 MB each."""

_LARGE_BYTES = 1024 * 1024
_BLOCK = 256 * 1024
_SPARE = 32
"""Places that are kept free of those of ``connection_limit``."""


_DRAIN_SECONDS, _DRAIN_BYTES = 30.0, 512 * 1024 * 1024
"""So long, and so much, a browser may go on sending what has been refused."""

_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{title} · 提案答复助手</title></head>
<body><h1>{title}</h1><p>{message}</p></body></html>
"""


def refusal(code: int, accepted: str) -> tuple[str, bytes]:
    """Return the media type and body of an error that no page can tell: JSON where ``accepted``
    (the header Accept) names it."""
    title, message = told(code)
    if "application/json" in accepted:
        return "application/json", json.dumps({"error": message}, ensure_ascii=False).encode()
    return "text/html; charset=utf-8", _PAGE.format(title=title, message=message).encode()


_STILL_SENDING = (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.TOO_MANY_REQUESTS)


class _Refusal(ErrorTask):  # type: ignore[misc]
    """The answer to what waitress refuses."""

    def execute(self) -> None:
        code = int(self.request.error.code)
        kind, body = refusal(code, self.request.headers.get("ACCEPT", ""))
        self.status = f"{code} {self.request.error.reason}"
        self.response_headers.extend([("Content-Type", kind), *HEADERS.items()])
        self.set_close_on_finish()
        self.content_length = len(body)
        self.channel.drains = code in _STILL_SENDING
        self.write(body)


class _Crowded:
    """The error of a body that is one too many of its address."""

    code, reason = HTTPStatus.TOO_MANY_REQUESTS.value, HTTPStatus.TOO_MANY_REQUESTS.phrase


class _Channel(HTTPChannel):  # type: ignore[misc]
    """A connection; one that has been refused while it was sending is read to its end."""

    error_task_class = _Refusal
    drains = False
    _since = 0.0
    _drained = 0
    _admitted: Any = None
    request: Any

    def readable(self) -> bool:
        """Whether to read on."""
        return (self._since > 0 and not self.will_close) or bool(super().readable())

    def has_large(self) -> bool:
        """Whether the body of a request is large, or of a size that nobody has said."""
        with self.requests_lock:
            known = [one for one in (self.request, *self.requests) if one and one.headers_finished]
            return any(one.chunked or one.content_length > _LARGE_BYTES for one in known)

    def _admit(self) -> None:
        """Refuse a body whose beginning was just read, where its address has too many."""
        begun = self.request
        if self._admitted is begun or begun is None or not begun.headers_finished:
            return
        self._admitted = begun
        if not self.has_large() or self.server.has_room_for(self):
            return
        with self.requests_lock:
            if self.request is begun and not begun.completed:
                begun.error, begun.completed, self.request = _Crowded(), True, None
                self.requests.append(begun)
                if len(self.requests) == 1:
                    self.server.add_task(self)

    def writable(self) -> bool:
        """Whether there is something to send, or to close."""
        return bool(self.will_close if self._since else super().writable())

    def handle_write(self) -> None:
        """Send; after the last word of a refusal, begin to read what comes to nothing."""
        if self.drains and self.close_when_flushed and not self._since:
            self._flush_exception(self._flush_some)
            if not self.total_outbufs_len and not self.will_close:
                with contextlib.suppress(OSError):
                    self.socket.shutdown(socket.SHUT_WR)
                self._since = time.monotonic()
                return
        super().handle_write()

    def handle_read(self) -> None:
        """Read; what was refused is thrown away."""
        if not self._since:
            super().handle_read()
            self._admit()
            return
        try:
            data = self.recv(_BLOCK)
        except OSError:
            data = b""
        self._drained += len(data)
        late = time.monotonic() - self._since > _DRAIN_SECONDS
        if not data or late or self._drained > _DRAIN_BYTES:
            self.handle_close()


class Door(TcpWSGIServer):  # type: ignore[misc]  # waitress has no types
    """Serves an application from a listening socket. ``shared`` are addresses of many people: the
    proxies'; they have no share, only the whole."""

    channel_class = _Channel

    def __init__(
        self,
        app: Any,
        listener: Any,
        shared: Collection[str],
        settings: Any,
        *,
        spends: Spends = lambda who, seconds: None,
        asides: Asides = no_asides,
    ) -> None:
        """``settings`` are waitress's own (``Adjustments``); ``spends`` and ``asides`` those of
        :class:`service.turns.FairTurns`."""
        self._shared = frozenset(visitor(one) for one in shared)
        adjustments = Adjustments(sockets=[listener], **settings)
        address = (listener.family, listener.type, listener.proto, listener.getsockname())
        askers = Askers(shared)
        super().__init__(
            askers.told_by(app),
            _sock=listener,
            bind_socket=False,
            adj=adjustments,
            sockinfo=address,
            dispatcher=FairTurns(adjustments.threads, askers.of, spends=spends, asides=asides),
        )

    def handle_accept(self) -> None:
        """Let somebody in, and make room where that was one too many."""
        super().handle_accept()
        self._make_room()

    def has_room_for(self, channel: _Channel) -> bool:
        """Whether the address of a connection may send one more large body."""
        address = _address(channel)
        if address in self._shared:
            return True
        others = (one for one in self.active_channels.values() if one is not channel)
        many: int = sum(_address(one) == address and one.has_large() for one in others)
        return many < LARGE_EACH

    def _make_room(self) -> None:
        open_ones = [one for one in self.active_channels.values() if not one.will_close]
        counts = Counter(_address(one) for one in open_ones)
        crowded = len(open_ones) > self.adj.connection_limit - _SPARE
        for address, count in counts.most_common(len(self._shared) + 1):
            if not crowded and (count <= EACH or address in self._shared):
                continue
            silent = [one for one in open_ones if _address(one) == address and not one.requests]
            if silent:
                min(silent, key=_last_heard).will_close = True
                return


def _address(channel: HTTPChannel) -> str:
    return visitor(str(channel.addr[0]))


def _last_heard(channel: HTTPChannel) -> float:
    heard: float = channel.last_activity
    return heard
