"""Whoever opens connections and says nothing shuts the door to nobody, not even next door."""

import contextlib
import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from service.doors import EACH, Door
from service.server import SERVING

resource = pytest.importorskip("resource", reason="只在 Unix 上")
SILENT = 1_050
Serve = Callable[..., int]


def app(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"ok"]


@pytest.fixture(scope="module", autouse=True)
def _room() -> Iterator[None]:
    """Both ends of all connections are open in this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 4096:
        pytest.skip("打开的文件数限得太低")
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def serve() -> Iterator[Serve]:
    doors: list[tuple[Door, threading.Thread]] = []

    def begin(*shared: str) -> int:
        listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        door = Door(app, listener, shared, {"threads": 2, **SERVING})
        thread = threading.Thread(target=door.run, daemon=True)
        thread.start()
        doors.append((door, thread))
        port: int = listener.getsockname()[1]
        return port

    yield begin
    for door, _ in doors:
        door.task_dispatcher.shutdown()
        door.close()


def asked(port: int, address: str) -> tuple[int, http.client.HTTPConnection]:
    connection = http.client.HTTPConnection(
        "127.0.0.1", port, timeout=60, source_address=(address, 0)
    )
    connection.request("GET", "/")
    answer = connection.getresponse()
    answer.read()
    return answer.status, connection


def silent(port: int, address: str, number: int) -> list[socket.socket]:
    made = []
    for _ in range(number):
        one = socket.create_connection(("127.0.0.1", port), 60, source_address=(address, 0))
        made.append(one)
    return made


def still_open(connections: list[socket.socket]) -> int:
    """Count those that the server has not closed."""
    count = 0
    for one in connections:
        one.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            count -= one.recv(1) == b""
        count += 1
    return count


def test_silent_connections_of_one_address_leave_the_door_open(serve: Serve) -> None:
    port = serve()
    _, working = asked(port, "127.0.0.3")
    held = silent(port, "127.0.0.2", SILENT)
    statuses = [asked(port, address)[0] for address in ("127.0.0.1", "127.0.0.2")]
    assert statuses == [200, 200]
    # Somebody else's kept connection was not the one that had to go.
    working.request("GET", "/")
    assert working.getresponse().status == 200
    # Closing is told a moment later.
    assert EACH - 1 <= still_open(held) <= EACH + 1
    for one in held:
        one.close()


def test_many_addresses_take_no_more_places_than_there_are(serve: Serve) -> None:
    """Each keeps within its share; of the crowd the longest silent go."""
    port = serve()
    held = [one for n in range(5) for one in silent(port, f"127.0.1.{n + 1}", SILENT // 5)]
    assert asked(port, "127.0.0.1")[0] == 200
    for one in held:
        one.close()


def test_a_proxy_has_no_share_but_the_whole(serve: Serve) -> None:
    port = serve("127.0.0.2")
    held = silent(port, "127.0.0.2", EACH + 50)
    assert asked(port, "127.0.0.1")[0] == 200
    assert still_open(held) == EACH + 50
    for one in held:
        one.close()
