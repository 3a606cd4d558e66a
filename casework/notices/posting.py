"""One request to a robot or gateway, by the standard library: no redirect, no proxy, short limits.

Why http.client: see ``docs/decisions/notices.md``.
"""

from __future__ import annotations

import contextlib
import errno
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from casework.notices.addresses import Allowed, Resolver, Target, resolved, target
from drafting.errors import UserError

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 12.0
"""For all of it: a server that sends a byte now and then is no better than one that hangs."""
ANSWER_MAX_BYTES = 64 * 1024
# By OpenSSL's X509_V_ERR_ codes.
_MISTRUSTED = {9: "还没有生效", 10: "已过期", 62: "不是这个主机的", 64: "不是这个地址的"}
_UNREACHED = {
    errno.ECONNREFUSED: "对方没有开这个端口",
    errno.ECONNRESET: "对方中途断开",
    errno.EPIPE: "对方中途断开",
}


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent; ``url`` may hold a secret and is shown to nobody."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long is waited, in seconds: for the connection and each word, and for all of it; how
    long an answer may be, and whether one that is longer is ``cut`` where only its status counts.
    """

    step: float = CONNECT_SECONDS
    total: float = TOTAL_SECONDS
    most_bytes: int = ANSWER_MAX_BYTES
    cut: bool = False


def post(
    request: Request,
    allowed: Sequence[Allowed],
    *,
    ca_file: Path | None = None,
    limits: Limits = Limits(),
    resolver: Resolver = resolved,
) -> bytes:
    """Send ``request`` where the list allows it; return what was answered with a status of 2xx.

    Raises :class:`UserError` that says in a short line why it may not have arrived.
    """
    status, body = exchange(request, allowed, ca_file=ca_file, limits=limits, resolver=resolver)
    if not 200 <= status < 300:
        raise UserError(f"对方应答 {status}。")
    return body


def exchange(
    request: Request,
    allowed: Sequence[Allowed],
    *,
    ca_file: Path | None = None,
    limits: Limits = Limits(),
    resolver: Resolver = resolved,
) -> tuple[int, bytes]:
    """Send ``request`` as :func:`post` does; return the status of the answer and what it says."""
    return sent_to(target(request.url, allowed, resolver), request, ca_file, limits)


def sent_to(
    found: Target, request: Request, ca_file: Path | None, limits: Limits
) -> tuple[int, bytes]:
    """Send ``request`` to the address that was found fitting; return as :func:`exchange` does."""
    try:
        with _connected(found, ca_file, limits) as connection:
            return _asked(connection, request, found, limits)
    except ssl.SSLCertVerificationError as error:
        why = _MISTRUSTED.get(error.verify_code, "不是可信机构签发")
        raise UserError(f"对方证书不可信：{why}。") from error
    except ssl.SSLError as error:
        raise UserError("对方不是以加密应答（https）。") from error
    except TimeoutError as error:
        raise UserError("对方没有及时应答。") from error
    except (http.client.HTTPException, ValueError) as error:
        raise UserError("对方的应答不完整，或者不是网页服务。") from error
    except OSError as error:
        raise UserError(f"连不上对方：{_UNREACHED.get(error.errno or 0, '网络不通')}。") from error


def _asked(
    connection: http.client.HTTPConnection, request: Request, found: Target, limits: Limits
) -> tuple[int, bytes]:
    connection.request(
        request.method,
        found.path,
        body=request.body or None,
        headers={
            **request.headers,
            "User-Agent": "reply-drafting-assistant",
            "Connection": "close",
        },
    )
    answer = connection.getresponse()
    if 300 <= answer.status < 400:
        raise UserError(f"对方要转到别处（{answer.status}），没有跟随。")
    body = answer.read(limits.most_bytes + 1)
    if len(body) > limits.most_bytes and not limits.cut:
        raise UserError("对方的应答过长。")
    return answer.status, body[: limits.most_bytes]


@contextmanager
def _connected(
    found: Target, ca_file: Path | None, limits: Limits
) -> Iterator[http.client.HTTPConnection]:
    """Connect to the address that was compared with the list, under the name that was asked for."""
    raw = socket.create_connection((found.address, found.port), limits.step)
    # A second handle on the same connection: it can be cut from outside, also amid the handshake.
    handle = raw.dup()
    late = threading.Event()

    def cut() -> None:
        late.set()
        with contextlib.suppress(OSError):
            handle.shutdown(socket.SHUT_RDWR)

    watch = threading.Timer(limits.total, cut)
    watch.daemon = True
    watch.start()
    connection = http.client.HTTPConnection(found.host, found.port, timeout=limits.step)
    try:
        connection.sock = raw
        try:
            if found.scheme == "https":
                context = _context(ca_file)
                connection.sock = context.wrap_socket(raw, server_hostname=found.host)
                # The standard port of https is not named in the Host header.
                connection.default_port = 443
            yield connection
        except (OSError, http.client.HTTPException) as error:
            if late.is_set():
                raise TimeoutError from error
            raise
        # Cut off, an answer without a length looks like a whole one.
        if late.is_set():
            raise TimeoutError
    finally:
        watch.cancel()
        connection.close()
        raw.close()
        handle.close()


def _context(ca_file: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except OSError as error:
            raise UserError(f"读不出 CA 证书文件“{ca_file.name}”（ca_file）。") from error
    return context
