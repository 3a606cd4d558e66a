"""The listening side: waitress, with a share of the connections for each address.

Whoever opens connections and says nothing takes places. Where an address has more than its share,
or nearly all places are taken, the address with the most loses the connection that has been silent
longest; whoever works meanwhile loses nothing, and nobody finds the door shut.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer

from service.turns import Askers, FairTurns

EACH = 256
"""Connections of one address; a browser opens six, an office may come by one address."""

_SPARE = 32
"""Places that are kept free of those of ``connection_limit``."""


class Door(TcpWSGIServer):  # type: ignore[misc]  # waitress has no types
    """Serves an application from a listening socket. ``shared`` are addresses of many people: the
    proxies'; they have no share, only the whole."""

    def __init__(self, app: Any, listener: Any, shared: Collection[str], settings: Any) -> None:
        """``settings`` are waitress's own (``Adjustments``)."""
        self._shared = frozenset(shared)
        adjustments = Adjustments(sockets=[listener], **settings)
        address = (listener.family, listener.type, listener.proto, listener.getsockname())
        askers = Askers(shared)
        super().__init__(
            askers.told_by(app),
            _sock=listener,
            bind_socket=False,
            adj=adjustments,
            sockinfo=address,
            dispatcher=FairTurns(adjustments.threads, askers.of),
        )

    def handle_accept(self) -> None:
        """Let somebody in, and make room where that was one too many."""
        super().handle_accept()
        self._make_room()

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
    return str(channel.addr[0])


def _last_heard(channel: HTTPChannel) -> float:
    heard: float = channel.last_activity
    return heard
