"""Bodies that are small on the wire and large in memory: forms, JSON, exchange packages."""

from __future__ import annotations

import http.client
import io
import socket
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from attack_fakes import PROPOSAL, SECRET, UNIT, Sender, enter, set_up
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from procedure_fakes import whole

from casework import Casework
from casework.systems import tokens
from desk.exchange.packages import manifest
from drafting.checking import check_text
from drafting.errors import UserError
from drafting.reading import bounds
from service.doors import LARGE_EACH, Door
from service.server import SERVING
from web import create_app, form_bodies
from web.forms import _nowhere

MB = 1024 * 1024
WRITTEN = "application/x-www-form-urlencoded"


@pytest.fixture
def app(tmp_path: Path, quick_passwords: None) -> Iterator[Flask]:
    data = set_up(tmp_path)
    with Casework.open(data) as casework:
        casework.people.add("shen", SECRET, unit=UNIT, roles=["经办"])
    made = create_app(data)
    made.testing = False
    yield made


def peak(work: Callable[[], object]) -> int:
    """Return how many bytes of Python's were taken at once."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


# ------------------------------------------------------------------ forms

PART = b'--b\r\nContent-Disposition: form-data; name="a"; filename="x"\r\n\r\n\r\n'
FORMS = {
    "fields without end": (WRITTEN, b"a&" * MB),
    "fields without names": (WRITTEN, b"&=" * MB),
    "names without end": (WRITTEN, b"".join(b"k%d&" % n for n in range(200_000))),
}


@pytest.mark.parametrize("what", FORMS)
def test_a_form_of_many_fields_is_refused_before_it_is_parsed(app: Flask, what: str) -> None:
    """Of anybody who comes by: no account is needed to send a form."""
    kind, body = FORMS[what]
    client = app.test_client()
    statuses = []

    def send() -> None:
        answer = client.post("/login", data=body, content_type=kind)
        statuses.append((answer.status_code, "exceeds" in answer.text))

    # What is loaded for the first of them is not counted.
    send()
    assert peak(send) < 8 * len(body) + 8 * MB
    assert statuses == [(413, False)] * 2


def test_a_form_of_many_parts_is_refused_and_opens_no_file_for_each(app: Flask) -> None:
    body = PART * (form_bodies.MOST_FIELDS + 1) + b"--b--\r\n"
    kind = "multipart/form-data; boundary=b"
    answer = app.test_client().post("/login", data=body, content_type=kind)
    assert (answer.status_code, "exceeds" in answer.text) == (413, False)
    with _nowhere() as one:
        assert isinstance(one, io.BytesIO)
        one.write(b"x" * 1000)
        assert one.getvalue() == b""


def test_a_form_that_is_too_long_gives_back_what_was_pasted(app: Flask) -> None:
    """A book pasted where a proposal belongs: beyond the bound, and nothing of it is lost."""
    sender = Sender(*enter(app, "shen"))
    words = "新建停车泊位。" * 140_000
    answer = sender.post("/new", {"text": words})
    assert answer.status_code == 413
    assert "正文不能超过 30 万字" in answer.text
    assert words in answer.text


# ------------------------------------------------------------------ JSON

NESTED = b"[" + b"[]," * 250_000 + b"[]]"


def test_json_of_many_values_is_refused_before_it_is_built(app: Flask) -> None:
    sender = Sender(*enter(app, "shen"))
    for body in (
        b'{"text":' + NESTED + b"}",
        b'{"draft":' + NESTED + b"}",
        b"{" + b",".join(b'"k%d":{}' % n for n in range(260_000)) + b"}",
    ):

        def send(body: bytes = body) -> None:
            answer = sender.client.post("/api/check", data=body, content_type="application/json")
            assert (answer.status_code, answer.json) == (
                413,
                {"error": "内容里的值超过 50 万个。"},
            )

        assert peak(send) < 4 * len(body) + 4 * MB


def test_what_a_system_sends_is_refused_before_it_is_built(app: Flask, tmp_path: Path) -> None:
    with Casework.open(tmp_path) as casework:
        _, token = casework.run(tokens.add, "提案系统", UNIT, ("登记",), actor=casework.actor)
    one = b'{"name":"' + "甲".encode() + b'"}'
    body = b'{"external_no":"1","text":"x","proposers":[' + b",".join([one] * 260_000) + b"]}"
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "k"}
    client = app.test_client()

    def send() -> None:
        answer = client.post(
            "/api/v1/matters", data=body, content_type="application/json", headers=headers
        )
        assert (answer.status_code, "50 万个" in answer.text) == (413, True)

    assert peak(send) < 4 * len(body) + 4 * MB


def test_a_manifest_of_many_values_is_refused_before_it_is_built() -> None:
    raw = b'{"format":"drafting-exchange","version":1,"entries":' + NESTED + b"}"
    with pytest.raises(UserError, match="过长，没有收"):
        manifest._decoded(raw)


PLAIN = st.recursive(
    st.none() | st.text(max_size=3),
    lambda one: st.lists(one, max_size=4) | st.dictionaries(st.text(max_size=2), one, max_size=4),
)


@given(PLAIN)
def test_no_text_has_more_values_than_are_counted(value: object) -> None:
    def many(one: object) -> int:
        below = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        return 1 + sum(map(many, below))

    assert many(value) <= bounds.values(msgspec.json.encode(value)) + 1


# ------------------------------------------------------------------ bodies on the disk


def test_one_address_has_so_many_large_bodies_on_the_way_and_no_more() -> None:
    """They wait on the disk: 256 connections of one address would fill 16 GB of it."""

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        environ["wsgi.input"].read()
        start("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    door = Door(app, listener, (), {**SERVING, "threads": 2})
    threading.Thread(target=door.run, daemon=True).start()
    port = listener.getsockname()[1]
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\nx"
    held = [_begun(port, "127.0.0.2", head) for _ in range(LARGE_EACH)]
    try:
        # The next of them is refused, in whichever way its size is told or not told.
        for one in (head, head.replace(b"Content-Length: 3000000", b"Transfer-Encoding: chunked")):
            refused = _begun(port, "127.0.0.2", one)
            assert b" 429 " in refused.recv(4096)
            refused.close()
        # Short forms of the same address, and large ones of another, are taken.
        for address, size in (("127.0.0.2", 1000), ("127.0.0.3", 3_000_000)):
            connection = http.client.HTTPConnection(
                "127.0.0.1", port, timeout=60, source_address=(address, 0)
            )
            connection.request("POST", "/", b"x" * size)
            assert connection.getresponse().status == 200
            connection.close()
        # One that has come whole is answered; one that is gone leaves its place.
        held[0].sendall(b"x" * 2_999_999)
        assert b" 200 " in held[0].recv(4096)
        held.pop().close()
        _heard(port)
        again = _begun(port, "127.0.0.2", head)
        again.sendall(b"x" * 2_999_999)
        assert b" 200 " in again.recv(4096)
        again.close()
    finally:
        for stream in held:
            stream.close()
        door.task_dispatcher.shutdown()
        door.close()


def _begun(port: int, address: str, head: bytes) -> socket.socket:
    """Begin a request, and see that the server has read its head: a second one answers."""
    stream = socket.create_connection(("127.0.0.1", port), 60, source_address=(address, 0))
    stream.sendall(head)
    _heard(port)
    return stream


def _heard(port: int) -> None:
    """Have the server answer somebody else: what came before, it has read."""
    other = http.client.HTTPConnection(
        "127.0.0.1", port, timeout=60, source_address=("127.0.0.9", 0)
    )
    other.request("GET", "/")
    assert other.getresponse().status == 200
    other.close()


# ------------------------------------------------------------------ what stops a paper

FOREIGN = ("٣", "三٣", "１٢", "𝟗", "²", "①", "½٣")


@pytest.mark.parametrize("digit", FOREIGN)
def test_a_digit_of_another_script_stops_no_paper(app: Flask, digit: str) -> None:
    """Patterns know it as a digit; who pasted one had the matter's pages fail for everybody."""
    text = (
        f"已建成{digit}个泊位，完成{digit}%，投入{digit}万元，{digit}成、{digit}折、第{digit}次。"
    )
    assert isinstance(check_text(f"关于停车的提案\n{text}\n"), list)
    with Casework.open(app.config["DATA_FOLDER"]) as casework:
        draft = whole(PROPOSAL)
        answers = tuple(replace(one, done=text) for one in draft.answers)
        matter = casework.create_matter(PROPOSAL, unit=UNIT)
        casework.confirm_suggestions(matter, replace(draft, answers=answers), 1)
    sender = Sender(*enter(app, "shen"))
    pages = [f"/matters/{matter}/{page}" for page in ("procedure", "check", "review")]
    assert [sender.get(page).status_code for page in pages] == [200] * 3


def test_an_archive_without_documents_is_searched(app: Flask) -> None:
    sender = Sender(*enter(app, "shen"))
    for words in ("停車", "停", "停车泊", "٣", "a", "停车泊位不足的问题怎么办"):
        assert sender.get("/search", query_string={"q": words}).status_code == 200
