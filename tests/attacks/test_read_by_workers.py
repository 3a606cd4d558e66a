"""What somebody hands in is read by workers, and what takes long is done aside, by rule: every
route there is, and every one to come."""

from __future__ import annotations

import io
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from attack_fakes import SECRET, UNIT, enter, set_up
from docx import Document
from flask import Flask
from flask.testing import FlaskClient
from units_fakes import OF_NOBODY, Office, addresses, settle
from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser

from casework import Casework
from casework.systems import tokens
from corpus import Archive
from desk.jobs.running import leave_to
from drafting.programs import workers
from service import aside
from web import create_app

READERS = str(Path(workers.__file__).resolve().parents[1] / "reading")
LOOKS = ("bounds.py", "archive_guard.py", "pasted.py", "report.py")
"""These only count, read what was typed, or tell what was read."""
OF_THE_PROGRAM = {"setup.samples"}
"""These read files that the program brings."""

FORM = {
    "version": "2", "moves": "0", "kind": "来往函件", "form": "reply", "profile": "default",
    "number": "1", "action": "look", "received": "2026-05-02", "name": "顾清和",
}  # fmt: skip


class Watched:
    """Workers that work here, and are seen at it; ``asked`` is what was asked of them, ``read``
    what was read beside them, both by the route."""

    def __init__(self) -> None:
        self.route, self._within = "", False
        self.asked: dict[str, set[str]] = defaultdict(set)
        self.read: dict[str, set[str]] = defaultdict(set)

    def ask(self, name: str, *args: Any, how: object = None) -> Any:
        from desk.handing_in.handed_in import JOBS

        self.asked[self.route].add(name)
        self._within = True
        try:
            return JOBS[name].work(*args)
        finally:
            self._within = False

    @contextmanager
    def at(self, route: str) -> Iterator[None]:
        self.route = route
        sys.setprofile(self._see)
        try:
            yield
        finally:
            sys.setprofile(None)

    def _see(self, frame: FrameType, event: str, _: object) -> None:
        place = frame.f_code.co_filename
        if self._within or event != "call" or not place.startswith(READERS):
            return
        if not place.endswith(LOOKS):
            self.read[self.route].add(f"{Path(place).name} {frame.f_code.co_name}")


@pytest.fixture
def watched() -> Iterator[Watched]:
    found = Watched()
    workers.install(found)  # type: ignore[arg-type]
    leave_to(lambda kind: None)
    yield found
    leave_to(None)
    workers.install(None)


@pytest.fixture
def app(tmp_path: Path, quick_passwords: None) -> Flask:
    made = create_app(set_up(tmp_path))
    made.testing = False
    return made


@pytest.fixture
def casework(app: Flask) -> Iterator[Casework]:
    with Casework.open(app.config["DATA_FOLDER"]) as opened:
        yield opened


@pytest.fixture
def office(app: Flask, casework: Casework) -> Iterator[Office]:
    casework.people.add("管理员", SECRET, unit=UNIT, roles=["系统管理", "督办", "审计"])
    archive = Archive.open(app.config["DATA_FOLDER"])
    yield settle(casework, archive, UNIT, "照明")
    archive.close()


def paper() -> bytes:
    made, out = Document(), io.BytesIO()
    for line in ("关于增设街边座椅的提案", "建议：", "一、增设座椅。", "二、添置遮阳棚。"):
        made.add_paragraph(line)
    made.save(out)
    return out.getvalue()


def routes(app: Flask, office: Office) -> Iterator[tuple[str, str, str]]:
    yield from addresses(app, office)
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if (
                rule.arguments and rule.endpoint not in OF_NOBODY
            ) or rule.endpoint == "login.leave":
                continue
            named = {"name": "default", "form": "reply", "filename": "app.css"}
            values = {one: named.get(one, office.ids.get(one, 1)) for one in rule.arguments}
            if "step" in rule.arguments:
                values["step"] = "people"
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule.endpoint, method, app.url_for(rule.endpoint, **values)


@pytest.mark.slow
def test_no_route_reads_in_the_service_what_was_handed_in(
    app: Flask, casework: Casework, office: Office, watched: Watched
) -> None:
    file = paper()
    whoever = [enter(app, name) for name in (office.clerk, "管理员")]
    _, token = casework.run(
        tokens.add, "提案系统", UNIT, ("登记", "交会办意见"), actor=casework.actor
    )

    def send(client: FlaskClient, csrf: str, method: str, path: str) -> bool:
        more: dict[str, Any] = {}
        if method != "GET":
            files = {name: (io.BytesIO(file), "件.docx") for name in ("file", "files")}
            more = {"data": {**FORM, "csrf": csrf, **files}}
        with client.open(
            path, method=method, headers={"Origin": "http://localhost"}, **more
        ) as got:
            return got.status_code not in (403, 404)

    for endpoint, method, path in routes(app, office):
        # A page that is about no single thing that was handed in has nothing to read.
        if endpoint in OF_THE_PROGRAM or (method == "GET" and not re.search(r"\d/.*\d", path)):
            continue
        with watched.at(endpoint):
            # Whoever may: a clerk, else who keeps the house.
            any(send(client, csrf, method, path) for client, csrf in whoever)
    with watched.at("exchange.register"):
        made = app.test_client().post(
            "/api/v1/matters",
            data={"data": '{"external_no": "7"}', "file": (io.BytesIO(file), "件.docx")},
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "k"},
        )
    assert dict(watched.read) == {}
    assert made.status_code == 201
    assert watched.asked.keys() >= {
        "register.take", "check.read", "attaching.add", "own_templates.hand_in",
        "setup.read_replies", "library.keep_columns", "exchange.register",
    }  # fmt: skip


# ------------------------------------------------------------------ what goes aside


def channel(method: str, path: str, kind: str, body: bytes, more: str = "") -> Any:
    """A connection on which a request has come, as waitress has read it."""
    parser = HTTPRequestParser(Adjustments(host="127.0.0.1", port=0))
    size = "" if "chunked" in more else f"Content-Length: {len(body)}\r\n"
    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n{size}{more}\r\n"
    if "chunked" in more:
        body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    left = head.encode() + body
    while left and not parser.completed:
        left = left[parser.received(left) :]
    assert parser.completed and not parser.error

    class Channel:
        requests = (parser,)

    return Channel()


def form(file: tuple[str, bytes] | None) -> tuple[str, bytes]:
    """A form as a browser sends it, with a field for a file that was left empty or not."""
    name, content = file or ("", b"")
    head = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n'
    body = b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xe7\x94\xb2\r\n'
    body += b"--b\r\n" + head.encode() + b"\r\n" + content + b"\r\n--b--\r\n"
    return "multipart/form-data; boundary=b", body


def test_whoever_hands_in_a_file_or_much_is_served_aside_at_every_address(app: Flask) -> None:
    tell = aside.is_long(app.url_map)
    written = "application/x-www-form-urlencoded"
    sent = {
        "a file": (*form(("件.docx", b"PK")), ""),
        "a file in pieces": (*form(("件.docx", b"PK")), "Transfer-Encoding: chunked\r\n"),
        "a file named otherwise": (
            "Multipart/Form-Data; boundary=b",
            form(None)[1].replace(b'filename=""', b"FileName*=UTF-8''a.docx"), "",
        ),
        "a large file": (*form(("件.docx", b"x" * aside.MUCH_BYTES)), ""),
        "a long text": (written, b"text=" + b"%E7%94%B2" * 30_000, ""),
        "much JSON": ("application/json", b'{"text":"' + b"x" * aside.MUCH_BYTES + b'"}', ""),
        "what a system sends": ("application/json", b"{}", "Authorization: Bearer x\r\n"),
    }  # fmt: skip
    little = {
        "no file": (*form(None), ""),
        "a short text": (written, b"text=%E7%94%B2", ""),
        "no file in pieces": (*form(None), "Transfer-Encoding: chunked\r\n"),
    }
    known = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert known >= aside.LONG
    found = defaultdict(set)
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            values = {one: {"filename": "a"}.get(one, 1) for one in rule.arguments}
            path = app.url_for(rule.endpoint, **values)
            for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}:
                for what, one in {**sent, **little}.items():
                    if tell(channel(method, path, *one)) != (
                        what in sent or rule.endpoint in aside.LONG
                    ):
                        found[what].add(rule.endpoint)
    assert dict(found) == {}
    assert all(tell(channel("POST", "/nowhere", *one)) for one in sent.values())


def test_a_body_that_was_looked_into_is_read_whole(app: Flask) -> None:
    tell = aside.is_long(app.url_map)
    kind, body = form(("件.docx", b"PK" * 1000))
    for more in ("", "Transfer-Encoding: chunked\r\n"):
        come = channel("POST", "/new", kind, body, more)
        assert tell(come)
        assert come.requests[0].get_body_stream().read() == body
