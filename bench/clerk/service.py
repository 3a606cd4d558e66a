"""A service on a free port of this machine, and a clerk who uses it over HTTP as a browser does."""

from __future__ import annotations

import copy
import http.client
import json
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import IO, Protocol

ROOT = Path(__file__).resolve().parents[2]
PROPOSAL = ROOT / "corpus" / "samples" / "proposals" / "laojiu-pianqu-tingche.txt"
_PORTS = 5
START_SECONDS = 180
STOP_SECONDS = 120.0

Form = Mapping[str, object] | Sequence[tuple[str, object]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service answered."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def json(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.body)
        return found


class Clerk:
    """One person's browser: a kept connection, a cookie, the token of the forms."""

    def __init__(self, port: int, timeout: float = 60, address: str = "127.0.0.1") -> None:
        """``address`` is the clerk's own, of those that all mean this machine (127.0.0.0/8)."""
        self.port = port
        self._connection = http.client.HTTPConnection(
            "127.0.0.1", port, timeout=timeout, source_address=(address, 0)
        )
        self._cookie = ""
        self._token = ""

    def log_in(self, name: str, password: str) -> None:
        found = dict(fields_of(self.get("/login").text))
        self._token = found["csrf"]
        answer = self.post("/login", {**found, "name": name, "password": password})
        assert answer.status == 302, answer.text[:2000]
        self._token = ""

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, b"", {})

    def post(self, path: str, form: Form, *, as_script: bool = False) -> Answer:
        """Send a form with the session's token; ``as_script`` as the pages' scripts do."""
        pairs = list(form.items()) if isinstance(form, Mapping) else list(form)
        sent = [("csrf", self.token()), *((name, one) for name, one in pairs if name != "csrf")]
        body = urllib.parse.urlencode(sent).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if as_script:
            headers["Accept"] = "application/json"
        return self._ask("POST", path, body, headers)

    def post_json(self, path: str, value: object) -> Answer:
        """Send JSON, as other systems do."""
        body = json.dumps(value, ensure_ascii=False).encode()
        return self._ask("POST", path, body, {"Content-Type": "application/json"})

    def another(self) -> Clerk:
        """Return the same person with a connection of its own, as a browser opens several."""
        made = copy.copy(self)
        made._connection = http.client.HTTPConnection(
            "127.0.0.1",
            self.port,
            timeout=self._connection.timeout,
            source_address=self._connection.source_address,
        )
        return made

    def upload(
        self, path: str, name: str, data: bytes, form: Mapping[str, str], field: str = "file"
    ) -> Answer:
        """Send a form with a file in its field ``field``."""
        mark = uuid.uuid4().hex
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in {"csrf": self.token(), **form}.items()
        ]
        said = f'form-data; name="{field}"; filename="{name}"'
        head = f"--{mark}\r\nContent-Disposition: {said}\r\n\r\n"
        body = b"".join([*parts, head.encode(), data, f"\r\n--{mark}--\r\n".encode()])
        return self._ask(
            "POST", path, body, {"Content-Type": f"multipart/form-data; boundary={mark}"}
        )

    def token(self) -> str:
        if not self._token:
            page = self.get("/new").text
            found = re.search(r'name="csrf" value="([^"]+)"', page)
            assert found is not None, page[:2000]
            self._token = found[1]
        return self._token

    def register(self, text: str) -> int:
        """Register a proposal and confirm its suggestions as they were read; return its number."""
        made = self.post("/new", {"text": text})
        assert made.status == 302, made.text[:2000]
        number = int(re.findall(r"\d+", made.headers["Location"])[0])
        page = self.get(f"/matters/{number}/intake").text
        form = [*fields_of(page), ("start", "draft")]
        confirmed = self.post(f"/matters/{number}/intake", form)
        assert confirmed.status == 302, confirmed.text[:2000]
        return number

    def workbench(self, number: int, place: int = 1) -> dict[str, str]:
        """Open the workbench; return the fields of its form."""
        page = self.get(f"/matters/{number}?s={place}")
        assert page.status == 200, page.text[:2000]
        return dict(fields_of(page.text))

    def close(self) -> None:
        self._connection.close()

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        sent = {**headers, **({"Cookie": self._cookie} if self._cookie else {})}
        self._connection.request(
            method, urllib.parse.quote(path, safe="/?&=%+"), body or None, sent
        )
        answer = self._connection.getresponse()
        found = Answer(answer.status, answer.headers, answer.read())
        for value in answer.headers.get_all("Set-Cookie", []):
            jar = SimpleCookie(value)
            self._cookie = "; ".join(f"{name}={jar[name].value}" for name in jar)
        return found


def fields_of(page: str) -> list[tuple[str, str]]:
    """Return the fields of a page's main form as a browser would send them back."""
    from lxml import html

    document = html.document_fromstring(page)
    for area in document.iter("textarea"):
        # Browsers drop the line break after the tag; the parser does not.
        area.text = (area.text or "").removeprefix("\n")
    forms = [one.form_values() for one in document.forms]
    return [(name, value or "") for name, value in max(forms, key=len)]


class Running(Protocol):
    """A service under way, as those that start it use it: a ``subprocess.Popen`` or alike."""

    @property
    def pid(self) -> int: ...
    @property
    def returncode(self) -> int | None: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...


Begin = Callable[[Sequence[str], IO[str]], Running]
"""Begins ``drafting`` with arguments; what it says goes to a file."""


def from_nothing(arguments: Sequence[str], said: IO[str]) -> Running:
    """Begin it as an office does: a new interpreter that imports all of it."""
    command = [sys.executable, "-m", "service.cli.app", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stderr=said, text=True)


@contextmanager
def running(
    data: Path, *more: str, config: Path | None = None, begin: Begin = from_nothing
) -> Iterator[tuple[Running, int]]:
    """Run a service over ``data`` on a free port; stop it at the end of the block."""
    server, port = start(data, *more, config=config, begin=begin)
    try:
        yield server, port
    finally:
        stop(server)


def start(
    data: Path, *more: str, config: Path | None = None, begin: Begin = from_nothing
) -> tuple[Running, int]:
    """Start a service and wait until it answers.

    A port that was free may be taken before the service has it, even by the very attempts to reach
    it: then another is tried.
    """
    for _ in range(_PORTS):
        port = free_port()
        arguments = [
            "--data", str(data), "serve", "--port", str(port),
            *(("--config", str(config)) if config else ()), *more,
        ]  # fmt: skip
        with tempfile.NamedTemporaryFile("w+") as said:
            server = begin(arguments, said)
            if _answers(server, port):
                return server, port
            stop(server)
            said.seek(0)
            why = said.read()
        if f"端口 {port} 用不了" not in why:
            break
    raise AssertionError(f"the service did not start: {server.returncode} {why}")


def _answers(server: Running, port: int) -> bool:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            # The port is bound before the databases are opened; a page tells that they are.
            clerk = Clerk(port)
            clerk.get("/health")
            clerk.close()
            return True
        except (OSError, http.client.HTTPException):
            time.sleep(0.02)
    return False


def stop(server: Running) -> None:
    """End a service and wait until it has ended."""
    if server.poll() is None:
        server.terminate()
    server.wait(timeout=STOP_SECONDS)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
