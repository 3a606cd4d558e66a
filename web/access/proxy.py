"""What a reverse proxy says of the visitor, accepted from the configured proxies only.

Anyone can send these headers, so the address of the peer decides: from a configured proxy the
visitor's address, https and the sign-on name are taken; from any other peer the headers are removed
before a page can see them.
"""

from __future__ import annotations

import ipaddress
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SIGNED_ON = "drafting.signed_on"
"""The key of the request's environment under which the pages find the signed-on name."""
FORWARDED = "drafting.forwarded"
"""The key that tells that the request came through some proxy, trusted or not."""
_FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PREFIX",
    "HTTP_FORWARDED",
)


class Proxied:
    """A WSGI application behind ``proxies`` (addresses), which name the person in ``header``."""

    def __init__(self, app: WSGIApplication, proxies: Iterable[str], header: str) -> None:
        self._app = app
        self._proxies = frozenset(filter(None, (_address(one) for one in proxies)))
        self._header = f"HTTP_{header.upper().replace('-', '_')}" if header else ""

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Serve a request."""
        said = {name: str(environ.pop(name, "")) for name in (*_FORWARDED, self._header) if name}
        environ[SIGNED_ON] = ""
        environ[FORWARDED] = any(said.values()) or "HTTP_VIA" in environ
        if _address(str(environ.get("REMOTE_ADDR", ""))) in self._proxies:
            # Each proxy appends whom it heard from: only the last entry is this one's word.
            visitor = _address(said[_FORWARDED[0]].rpartition(",")[2].strip())
            if visitor:
                environ["REMOTE_ADDR"] = visitor
            if said[_FORWARDED[1]] in ("http", "https"):
                environ["wsgi.url_scheme"] = said[_FORWARDED[1]]
            if self._header:
                environ[SIGNED_ON] = _name(said[self._header])
        return self._app(environ, start)


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return ""


def _name(raw: str) -> str:
    """Return a name as sent: UTF-8 as such, which WSGI shows as Latin-1, or percent-encoded; one
    name is one, however its characters are put together."""
    try:
        sent = unquote(raw.encode("latin-1").decode("utf-8"), errors="strict")
        return unicodedata.normalize("NFC", sent.strip())
    except UnicodeError:
        return ""
