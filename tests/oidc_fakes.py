"""A provider for attacks: it speaks OpenID Connect over loopback, and forges what it is told to.

What is right is proven against a real provider (tests/web/test_web_sign_on.py); this one lies.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

CLIENT = "tian"
RSA = RSAKey.generate_key(2048, {"kid": "r1", "use": "sig"})
EC = ECKey.generate_key("P-256", {"kid": "e1", "use": "sig"})
Forge = Callable[[dict[str, Any], dict[str, Any]], str | None]
"""Gets header and claims of the ID token, may change them, and may return a token of its own."""


@dataclass
class Lying:
    """The provider. Its fields are set by a test before the browser comes back."""

    issuer: str = ""
    keys: list[Any] = field(default_factory=lambda: [RSA, EC])
    metadata: dict[str, Any] = field(default_factory=dict)
    """Put over the document of discovery; ``None`` takes a line away."""
    forge: Forge = lambda header, claims: None
    answer: Mapping[str, Any] | None = None
    """The whole answer of the token endpoint, with ``status``."""
    userinfo: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    wait: float = 0.0
    asked: list[str] = field(default_factory=list)
    begun: dict[str, dict[str, str]] = field(default_factory=dict)
    """By code, what the browser brought."""
    secret: str = ""

    def discovery(self) -> dict[str, Any]:
        """Return the document of discovery."""
        at = self.issuer
        said: dict[str, Any] = {
            "issuer": at,
            "authorization_endpoint": f"{at}/auth",
            "token_endpoint": f"{at}/token",
            "jwks_uri": f"{at}/jwks",
            "userinfo_endpoint": f"{at}/me",
            "end_session_endpoint": f"{at}/end",
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            "backchannel_logout_supported": True,
            "authorization_response_iss_parameter_supported": True,
        }
        return {one: value for one, value in (said | self.metadata).items() if value is not None}

    def sign(self, header: dict[str, Any], claims: dict[str, Any], key: Any = RSA) -> str:
        """Return a token signed as its header says."""
        registry = jws.JWSRegistry(algorithms=[header["alg"]], strict_check_header=False)
        return jws.serialize_compact(header, json.dumps(claims), key, registry=registry)

    def consent(self, address: str, sub: str = "u-1", **claims: Any) -> dict[str, str]:
        """Sign on as ``sub``; return what the browser brings back. ``address`` is where it was
        sent to."""
        split = urlsplit(address)
        assert split.path == urlsplit(f"{self.issuer}/auth").path
        asked = dict(parse_qsl(split.query))
        code = f"c{len(self.begun)}-{time.monotonic_ns()}"
        self.begun[code] = asked | {"sub": sub, "more": json.dumps(claims)}
        return {"code": code, "state": asked["state"], "iss": self.issuer}

    def token(self, form: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        """Answer at the token endpoint: a code is good once, and for its verifier."""
        if self.answer is not None:
            given = dict(self.answer)
            return int(given.pop("status", 200)), given
        asked = self.begun.pop(form.get("code", ""), None)
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if (
            asked is None
            or form.get("redirect_uri") != asked["redirect_uri"]
            or _text(challenge) != asked["code_challenge"]
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": asked["sub"],
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
            "sid": f"s-{asked['sub']}",
            "preferred_username": "shen",
            **self.claims,
            **json.loads(asked["more"]),
        }
        header: dict[str, Any] = {"alg": "RS256", "kid": "r1", "typ": "JWT"}
        forged = self.forge(header, claims)
        return 200, {
            "id_token": forged if forged is not None else self.sign(header, claims),
            "access_token": "a",
            "token_type": "Bearer",
        }

    def logout_token(self, **claims: Any) -> str:
        """Return a notice that somebody has signed off; what is ``None`` is left out."""
        now = int(time.time())
        said = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 120,
            "jti": f"j{time.monotonic_ns()}",
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        } | claims
        said = {one: value for one, value in said.items() if value is not None}
        return self.sign({"alg": "RS256", "kid": "r1", "typ": "logout+jwt"}, said)


@contextmanager
def lying(context: ssl.SSLContext | None = None) -> Iterator[Lying]:
    """Run the provider on a port of its own; with ``context`` by https, as ``localhost``."""
    told = Lying()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            pages: dict[str, Callable[[], Any]] = {
                "/.well-known/openid-configuration": told.discovery,
                "/jwks": lambda: {"keys": [_public(one) for one in told.keys]},
                "/me": lambda: told.userinfo,
            }
            self._say(200 if path in pages else 404, pages[path]() if path in pages else {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            told.secret = self.headers.get("Authorization", "")
            form = {one: values[0] for one, values in parse_qs(body).items()}
            self._say(*told.token(form))

        def _say(self, status: int, said: Any) -> None:
            told.asked.append(urlsplit(self.path).path)
            if told.wait:
                stop.wait(told.wait)
            raw = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_: object) -> None: ...

    stop = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    # Who is tired of waiting hangs up.
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    told.issuer = f"http://127.0.0.1:{server.server_port}"
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        told.issuer = f"https://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield told
    finally:
        stop.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _public(key: Any) -> dict[str, Any]:
    return key if isinstance(key, dict) else dict(key.as_dict(private=False))


def hs256_with_the_public_key(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Return the token of who takes the provider's public key for a shared secret."""
    first, content, _ = unsigned(header, claims, alg="HS256").split(".")
    signed = hmac.digest(RSA.as_pem(private=False), f"{first}.{content}".encode(), "sha256")
    return f"{first}.{content}.{_text(signed)}"


def unsigned(header: dict[str, Any], claims: dict[str, Any], alg: str = "none") -> str:
    """Return a token that nobody has signed."""
    parts = (header | {"alg": alg}, claims)
    return ".".join([*(_text(json.dumps(one).encode()) for one in parts), ""])


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
