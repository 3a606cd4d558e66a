"""Who has had much of the processor, and what takes long, is served by a process behind others."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, request

from bench.clerk import Clerk, start, stop
from casework import jobs
from desk.jobs.kinds import KINDS
from desk.jobs.nouns import Kind
from desk.jobs.running import ensure_running, leave_to
from service import aside, supervising
from service.calling import Calls
from service.spent import HALF_LIFE, MUCH, Spent
from service.turns import goes_aside
from storage.configuration import Configuration

pytestmark = pytest.mark.skipif(not supervising.ABLE, reason="只有 Linux 有几个进程")


def pages() -> Flask:
    """Say what was heard, and in which thread; a stream, and an end in the middle."""
    app = Flask(__name__)

    @app.route("/heard", methods=["GET", "POST"])
    def heard() -> Response:
        said = f"{request.remote_addr} {request.query_string.decode()} {request.headers['X-One']}"
        body = request.get_data()
        answer = Response(f"{said} {len(body)} {body[-3:]!r} {threading.current_thread().name}")
        answer.headers.add("Set-Cookie", "a=1")
        answer.headers.add("Set-Cookie", "b=2")
        return answer

    @app.get("/stream")
    def stream() -> Response:
        return Response((b"x" * 100_000 for _ in range(7)), mimetype="application/zip")

    return app


@contextmanager
def beside(app: Any, folder: Path, spends: Callable[[str, float], None]) -> Iterator[None]:
    """Have what is handed over served by threads of this process."""
    listener = aside.listen(folder)

    def serve() -> None:
        with suppress(OSError):
            aside.serve(app, listener, 4, spends)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
        listener.close()


def ask(
    app: Any, who: str, path: str, body: bytes = b"", method: str = ""
) -> tuple[str, Any, bytes]:
    """Ask as waitress does; ``who`` goes aside where it is not empty."""
    environ = {
        "REQUEST_METHOD": method or ("POST" if body else "GET"),
        "PATH_INFO": path,
        "QUERY_STRING": "q=%E5%81%9C",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "10.0.0.9",
        "HTTP_X_ONE": "h\xe4",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": BytesIO(),
    }
    told: list[Any] = []
    token = goes_aside.set(who)
    try:
        answer = app(environ, lambda status, headers, _=None: told.append((status, headers)))
    finally:
        goes_aside.reset(token)
    found = b"".join(answer)
    close = getattr(answer, "close", None)
    if close:
        close()
    return told[0][0], told[0][1], found


def test_a_request_that_goes_aside_is_answered_as_it_would_have_been_here(tmp_path: Path) -> None:
    here = pages()
    handing = aside.HandedOver(here, tmp_path)
    spent: list[str] = []
    with beside(here, tmp_path, lambda who, seconds: spent.append(who)):
        body = os.urandom(3_000_000)
        for asked in [("/heard", b""), ("/heard", body), ("/heard", b"", "HEAD"), ("/stream", b"")]:
            there, own = ask(handing, "@林知远", *asked), ask(handing, "", *asked)  # type: ignore[arg-type]
            mine = threading.current_thread().name.encode()
            assert there[0] == own[0]
            assert [one for one in there[1] if one[0] != "Content-Length"] == [
                one for one in own[1] if one[0] != "Content-Length"
            ]
            if mine in own[2]:
                assert mine not in there[2]
                assert there[2].rpartition(b" ")[0] == own[2].rpartition(b" ")[0]
            else:
                assert there[2] == own[2]
    assert spent == ["@林知远"] * 4


def test_where_nobody_listens_a_request_is_served_here(tmp_path: Path) -> None:
    handing = aside.HandedOver(pages(), tmp_path)
    assert ask(handing, "@林知远", "/heard", b"abc")[0] == "200 OK"


def test_where_the_process_aside_ends_reading_is_repeated_and_writing_is_not(
    tmp_path: Path,
) -> None:
    """What a form has done before the end is not known: it is never sent a second time."""
    asked: list[str] = []

    def here(environ: Any, start: Any) -> list[bytes]:
        asked.append(environ["REQUEST_METHOD"])
        start("200 OK", [])
        return [b"here"]

    handing = aside.HandedOver(here, tmp_path)
    listener = aside.listen(tmp_path)

    def end() -> None:
        for _ in range(2):
            stream, _ = listener.accept()
            stream.recv(10)
            stream.close()

    thread = threading.Thread(target=end)
    thread.start()
    status, headers, body = ask(handing, "@林知远", "/x", b"form")
    assert status == "503 Service Unavailable"
    assert dict(headers)["Content-Type"] == "text/html; charset=utf-8"
    assert "不知道是否已经办成" in body.decode()
    assert asked == []
    assert ask(handing, "@林知远", "/x") == ("200 OK", [], b"here")
    assert asked == ["GET"]
    thread.join()
    listener.close()


def test_processes_know_together_how_much_each_person_has_had() -> None:
    now = [100.0]
    spent = Spent(2, lambda: now[0])
    spent.add(0, "@甲", MUCH * 0.75)
    assert not spent.much("@甲")
    child = os.fork()
    if not child:
        spent.add(1, "@甲", MUCH * 0.75)
        os._exit(0)
    os.waitpid(child, 0)
    assert spent.much("@甲")
    assert spent.of("@甲") == pytest.approx(MUCH * 1.5)
    assert spent.of("@乙") == 0
    now[0] += HALF_LIFE
    assert spent.of("@甲") == pytest.approx(MUCH * 0.75)
    assert not spent.much("@甲")


def test_invented_names_without_end_fill_nothing_and_hide_nobody() -> None:
    now = [100.0]
    spent = Spent(1, lambda: now[0])
    for number in range(20_000):
        spent.add(0, f"10.0.{number // 256}.{number % 256}", 0.001)
        if number % 100 == 0:
            spent.add(0, "@甲", 0.05)
    assert spent.of("@甲") == pytest.approx(10.0)


def niceness(process: int) -> int:
    return os.getpriority(os.PRIO_PROCESS, process)


def test_one_process_steps_back_and_is_replaced_like_the_others(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[server]\nprocesses = 2\n")
    server, port = start(tmp_path / "data", config=config)

    def stepped_back() -> list[int]:
        listed = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        behind = niceness(server.pid) + aside.NICENESS
        return [
            one
            for one in map(int, listed)
            if niceness(one) == min(19, behind)
            and b"foreman" not in Path(f"/proc/{one}/cmdline").read_bytes()
        ]

    try:
        (before,) = stepped_back()
        os.kill(before, 9)
        clerk = Clerk(port)
        # Handed over at any moment, an import is taken by the one that comes after it.
        answer = clerk.upload("/archive/import", "一.txt", "停车".encode(), {}, field="files")
        assert answer.status == 302
        clerk.close()
        (after,) = stepped_back()
        assert after != before
    finally:
        stop(server)


def test_work_behind_the_pages_is_begun_by_the_process_that_is_called() -> None:
    calls, begun, heard = Calls(), list[str](), threading.Event()

    def begin(kind: Kind) -> None:
        begun.append(kind.name)
        heard.set()

    leave_to(calls.call)
    try:
        child = os.fork()
        if not child:
            # As a process that shows pages: called before anybody listens, and more than once.
            for name in (jobs.CHECK, jobs.CHECK, jobs.BATCH):
                ensure_running(Path("nowhere"), Configuration(), KINDS[name])
            os._exit(0)
    finally:
        leave_to(None)
    assert os.waitpid(child, 0)[1] == 0
    calls.listen(begin)
    assert heard.wait(60)
    assert begun[0] == jobs.CHECK
    assert job_threads() == []


def job_threads() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name.startswith(tuple(KINDS))]
