"""Attacks through the proxy example that is shipped, in a real nginx, on the program's own door."""

from __future__ import annotations

import contextlib
import http.client
import http.server
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from chromium import CHROMIUM
from proxies import NAME, Proxied, proxy, trusting

from service.doors import Door
from service.server import SERVING

if TYPE_CHECKING:
    from playwright import sync_api as playwright_api

ENGLISH = re.compile(r"nginx|[Rr]equest|[Ee]rror</|Too |Bad |Gateway")


FORM = """<!doctype html><meta charset="utf-8"><form method="post" action="/kept">
<textarea name="text"></textarea><button>保存</button></form>"""


@dataclass
class Behind:
    """The program's door, with an application that keeps what reached it."""

    port: int = 0
    came: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        told = {name: value for name, value in environ.items() if isinstance(value, str)}
        self.came.append({**told, "body": environ["wsgi.input"].read()})
        start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
        return [b"ok"]


@pytest.fixture(scope="module")
def behind() -> Iterator[Behind]:
    made = Behind()
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    made.port = listener.getsockname()[1]
    door = Door(made, listener, ["127.0.0.1"], {**SERVING, "threads": 4})
    threading.Thread(target=door.run, daemon=True).start()
    yield made
    door.task_dispatcher.shutdown()
    door.close()


@pytest.fixture(scope="module")
def proxied(behind: Behind, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    with proxy(tmp_path_factory.mktemp("proxy"), behind.port) as ports:
        yield ports


class Patient(http.server.BaseHTTPRequestHandler):
    """A program that shows a form, and answers ``/held`` once the test is over."""

    inside, over = threading.Semaphore(0), threading.Event()

    def do_GET(self) -> None:
        if self.path == "/held":
            self.inside.release()
            self.over.wait(60)
        page = FORM.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Cache-Control", "private, no-cache")
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Program(http.server.ThreadingHTTPServer):
    request_queue_size, daemon_threads = 256, True


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    """The proxy before a program that takes its time."""
    with Program(("127.0.0.1", 0), Patient) as program:
        threading.Thread(target=program.serve_forever, daemon=True).start()
        with proxy(tmp_path_factory.mktemp("patient"), program.server_address[1]) as ports:
            yield ports
        program.shutdown()


@contextlib.contextmanager
def all_that_one_may(patient: Proxied, address: str) -> Iterator[None]:
    """Have 128 requests of an address under way."""
    Patient.over.clear()
    asked = f"GET /held HTTP/1.1\r\nHost: {NAME}\r\n\r\n".encode()
    with contextlib.ExitStack() as stack:
        for _ in range(128):
            stack.enter_context(opened(patient, address)).sendall(asked)
            assert Patient.inside.acquire(timeout=60)
        yield
        Patient.over.set()


def opened(proxied: Proxied, address: str = "127.0.0.1") -> socket.socket:
    made = socket.create_connection(
        ("127.0.0.1", proxied.tls), timeout=30, source_address=(address, 0)
    )
    return trusting().wrap_socket(made, server_hostname=NAME)


def spoken(proxied: Proxied, raw: bytes) -> bytes:
    """Send ``raw`` and return all that is answered until the connection ends."""
    with opened(proxied) as stream:
        stream.sendall(raw)
        found = b""
        with contextlib.suppress(OSError):
            while block := stream.recv(65536):
                found += block
    return found


def told(
    proxied: Proxied, path: str, address: str, body: bytes = b"", **headers: str
) -> tuple[int, str, str]:
    """Ask, or send ``body``; return status, media type and body."""
    connection = http.client.HTTPSConnection(
        "127.0.0.1", proxied.tls, timeout=60, context=trusting(), source_address=(address, 0)
    )
    connection.request("POST" if body else "GET", path, body, {"Host": NAME, **headers})
    answer = connection.getresponse()
    said = answer.read().decode()
    connection.close()
    return answer.status, answer.headers["Content-Type"], said


# ------------------------------------------------------------------ who one is


@pytest.mark.parametrize("path", ["/matters/1", "/health"])
def test_no_location_lets_a_visitor_name_himself(
    proxied: Proxied, behind: Behind, path: str
) -> None:
    """By the header itself, in another writing, twice, or by having the proxy's own taken off."""
    behind.came.clear()
    claims = (
        "X-Remote-User: 管理员\r\nX-REMOTE-USER: root\r\nX_Remote_User: root\r\n"
        "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-For: 10.0.0.9\r\nX-Forwarded-Proto: http\r\n"
        "X-Forwarded-Host: elsewhere.example\r\nForwarded: for=10.0.0.9\r\n"
        "Connection: close, X-Forwarded-For, X-Remote-User\r\n"
    )
    spoken(proxied, f"GET {path} HTTP/1.1\r\nHost: {NAME}\r\n{claims}\r\n".encode())
    (came,) = behind.came
    said = {name: value for name, value in came.items() if name.startswith("HTTP_")}
    assert said == {
        "HTTP_HOST": NAME,
        "HTTP_X_FORWARDED_FOR": "127.0.0.1",
        "HTTP_X_FORWARDED_PROTO": "https",
    }


# ------------------------------------------------------------------ one request and no other

SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
HEAD = f"POST /outer HTTP/1.1\r\nHost: {NAME}\r\n".encode()
WAYS = {
    "length and chunks": b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": b"Content-Length: 0\r\nContent-Length: 37\r\n\r\n",
    "a list of lengths": b"Content-Length: 0, 37\r\n\r\n",
    "a length with a sign": b"Content-Length: +0\r\n\r\n",
    "a length in hexadecimal": b"Content-Length: 0x0\r\n\r\n",
    "an unknown coding": b"Transfer-Encoding: xchunked\r\nContent-Length: 0\r\n\r\n",
    "two codings": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "a blank before the colon": b"Transfer-Encoding : chunked\r\nContent-Length: 0\r\n\r\n",
    "a folded line": b"Transfer-Encoding:\r\n chunked\r\nContent-Length: 0\r\n\r\n",
    "a bare carriage return": b"X: a\rContent-Length: 37\r\nContent-Length: 0\r\n\r\n",
    "a NUL": b"X: a\0b\r\nContent-Length: 0\r\n\r\n",
    "an underscore": b"Content_Length: 37\r\nContent-Length: 0\r\n\r\n",
    "chunks that lie": b"Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
    "an extension": b"Transfer-Encoding: chunked\r\n\r\n0;a=\r\n\r\n",
}


@pytest.mark.parametrize("way", WAYS)
def test_what_follows_a_request_is_never_part_of_anothers(
    proxied: Proxied, behind: Behind, way: str
) -> None:
    """What is hidden behind a request is the same visitor's next one, or nothing at all."""
    behind.came.clear()
    last = SMUGGLED.replace(b"x\r\n", b"x\r\nConnection: close\r\n")
    spoken(proxied, HEAD + WAYS[way] + SMUGGLED + last)
    assert all(b"smuggled" not in one["body"] for one in behind.came)
    # All that came by, came by the front: the proxy made each of them.
    assert all(one["HTTP_X_FORWARDED_FOR"] == "127.0.0.1" for one in behind.came)
    paths = [one["PATH_INFO"] for one in behind.came]
    assert paths.count("/outer") <= 1
    # And the next visitor gets the answer to his own question.
    behind.came.clear()
    assert told(proxied, "/mine", "127.0.0.3")[0] == 200
    assert [one["PATH_INFO"] for one in behind.came] == ["/mine"]


# ------------------------------------------------------------------ slow, many, large


def test_who_sends_a_body_slowly_takes_no_thread_of_the_program(
    proxied: Proxied, behind: Behind
) -> None:
    behind.came.clear()
    head = f"POST /slow HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 1000\r\n\r\n一".encode()
    with contextlib.ExitStack() as stack:
        for _ in range(40):
            stack.enter_context(opened(proxied, "127.0.0.2")).sendall(head)
        assert told(proxied, "/page", "127.0.0.1")[0] == 200
        assert [one["PATH_INFO"] for one in behind.came] == ["/page"]


def test_of_many_large_bodies_of_one_address_one_too_many_is_refused_and_nobody_else(
    proxied: Proxied,
) -> None:
    head = f"POST /x HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 2000000\r\n\r\n一".encode()
    with contextlib.ExitStack() as stack:
        for _ in range(16):
            stack.enter_context(opened(proxied, "127.0.0.4")).sendall(head)
        # The proxy takes what comes in its order: asked after them, it has read all of them.
        assert told(proxied, "/page", "127.0.0.4")[0] == 200
        for accept in ("text/html", "application/json", "application/problem+json"):
            said = told(proxied, "/x", "127.0.0.4", b"x" * 2_000_000, Accept=accept)
            json_ = "json" in accept
            kind = "application/json" if json_ else "text/html; charset=utf-8"
            assert said[:2] == (429, kind)
            assert "同时打开的请求过多" in said[2] and not ENGLISH.search(said[2])
            if json_:
                assert json.loads(said[2])["error"] == json.loads(said[2])["detail"]
        # A short form of the same address, and a long one of another, are taken.
        assert told(proxied, "/x", "127.0.0.4", b"x" * 1_000)[0] == 200
        assert told(proxied, "/x", "127.0.0.5", b"x" * 2_000_000)[0] == 200


def test_more_than_an_address_may_have_under_way_is_told_so(patient: Proxied) -> None:
    with all_that_one_may(patient, "127.0.0.6"):
        status, _, body = told(patient, "/page", "127.0.0.6")
        assert (status, "填写的内容还在" in body) == (429, True)
        assert told(patient, "/page", "127.0.0.7")[0] == 200


TOO_MUCH = {
    "a cookie": (
        f"GET / HTTP/1.1\r\nHost: {NAME}\r\nCookie: {'x' * 9_000}\r\n\r\n", 431, "Cookie",
    ),
    "an address": (f"GET /{'x' * 9_000} HTTP/1.1\r\nHost: {NAME}\r\n\r\n", 414, "网址过长"),
    "a body": (
        f"POST / HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 99000000\r\n\r\n", 413, "64 MB",
    ),
    "no version": (f"GET / HTTP/9.9\r\nHost: {NAME}\r\n\r\n", 505, "请求有误"),
    "no host": ("GET / HTTP/1.1\r\n\r\n", 400, "请求有误"),
}  # fmt: skip


@pytest.mark.parametrize("what", TOO_MUCH)
def test_what_the_proxy_refuses_it_refuses_in_chinese(proxied: Proxied, what: str) -> None:
    raw, status, words = TOO_MUCH[what]
    with opened(proxied) as stream:
        stream.sendall(raw.encode())
        answer = http.client.HTTPResponse(stream)
        answer.begin()
        body = answer.read().decode()
    assert answer.status == status
    assert words in body and not ENGLISH.search(body)
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "nginx/" not in answer.headers["Server"]


def test_a_service_that_is_not_there_is_told_in_chinese(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with proxy(tmp_path, port) as ports:
        status, kind, body = told(ports, "/matters/1", "127.0.0.1")
        assert (status, kind) == (502, "text/html; charset=utf-8")
        assert "服务正在启动或暂时停止" in body and not ENGLISH.search(body)
        _, kind, body = told(ports, "/api/v1/matters", "127.0.0.1", Accept="application/json")
        assert (kind, "服务正在启动" in json.loads(body)["error"]) == ("application/json", True)
        # Its own pages are not asked for by their address.
        assert told(ports, "/drafting-said/html/502", "127.0.0.1")[0] == 404


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="未安装 Chromium，跳过浏览器测试")
def test_what_was_typed_is_there_again_after_a_refusal(
    patient: Proxied, chromium: playwright_api.Browser
) -> None:
    """The form is refused by the proxy; the page before it has the words still."""
    from playwright.sync_api import expect

    page = chromium.new_context(ignore_https_errors=True).new_page()
    page.goto(f"https://127.0.0.1:{patient.tls}/form")
    page.fill("textarea", "下一步将新建泊位20个。")
    with all_that_one_may(patient, "127.0.0.1"):
        page.click("button")
        expect(page.locator("p")).to_contain_text("填写的内容还在")
    page.go_back()
    expect(page.locator("textarea")).to_have_value("下一步将新建泊位20个。")
    page.context.close()
