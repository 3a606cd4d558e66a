"""Servers that behave as no document says, and some as only real ones do: what the door makes of
each, and that none of them keeps it longer than its limits."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from certificates import context_of, make_certificate

from bench.model_server import Question, Reply, serving, streamed
from desk.local_model.door import Answered, Door
from drafting.errors import UserError
from storage.configuration import Model

MESSAGES = [{"role": "system", "content": ""}, {"role": "user", "content": "{}"}]
SAID = "我局已新建泊位120个𠮷。"
LIMIT = 20.0
"""Seconds within which a door of one second's limit has given up, on a slow machine too: who has no
limit waits for ever."""


def event(**delta: object) -> bytes:
    """Return an event with that delta, as most servers write it."""
    choices = [{"index": 0, "delta": delta, "finish_reason": None}]
    return b"data: " + json.dumps({"choices": choices}, ensure_ascii=False).encode() + b"\n\n"


BOMB = gzip.compress(b"0" * 5_000_000)
END = b'data: {"choices": [{"delta": {}, "finish_reason": "stop"}]}\n\ndata: [DONE]\n\n'


def asked(url: str, **more: object) -> tuple[str, Answered]:
    words: list[str] = []
    chosen = Model(url=url, name="m", **{"silence": 20, "timeout": 40, **more})  # type: ignore[arg-type]
    answered = Door(chosen, Path()).ask(MESSAGES, lambda one: words.append(one) is None)  # type: ignore[func-returns-value]
    return "".join(words), answered


def heard(pieces: Sequence[bytes], **more: object) -> tuple[str, Answered]:
    reply = Reply(list(pieces), **more)  # type: ignore[arg-type]
    with serving(lambda system, question: reply) as served:
        return asked(served.url)


WHOLE = {"choices": [{"message": {"content": SAID}, "finish_reason": "stop"}]}
PARTS = json.dumps({"choices": [{"delta": {"content": SAID}}]}, indent=1, ensure_ascii=False)


@pytest.mark.parametrize(
    "pieces",
    [
        [bytes([one]) for one in event(content=SAID) + END],
        [event(content=SAID).replace(b"\n", b"\r\n") + END.replace(b"\n", b"\r\n")],
        [bytes([one]) for one in (event(content=SAID) + END).replace(b"\n", b"\r\n")],
        [(event(content=SAID) + END).replace(b"\n", b"\r")],
        [b"\xef\xbb\xbf" + event(content=SAID), END],
        [b": ping\n\n: ping\n\n", event(content=SAID), b": OPENROUTER PROCESSING\n\n", END],
        [b"event: message\nid: 7\nretry: 10\n" + event(content=SAID), END],
        [event(content=SAID).replace(b"data: ", b"data:"), END],
        ["".join(f"data: {line}\n" for line in PARTS.split("\n")).encode() + b"\n", END],
        [event(content=SAID).replace(b"\n\n", b"\n"), END],
        [event(role="assistant", content=None), event(content=SAID), END],
        [event(reasoning_content="先想想。", content=None), event(content=SAID), END],
        [
            event(tool_calls=[{"function": {"name": "f", "arguments": "{"}}]),
            event(content=SAID),
            END,
        ],
        [event(content=[{"type": "text", "text": SAID}]), END],
        [event(content=SAID), END, b'data: {"choices": [], "usage": {"total_tokens": 9}}\n\n'],
        [b'data: {"choices": []}\n\n', event(content=SAID), END],
        [event(content=SAID[:4]), event(content=SAID[4:] + "\0"), END],
    ],
    ids="bytes crlf crlf-bytes cr bom comments fields no-space many-data-lines one-newline role "
    "reasoning tools parts usage-after usage-before nul".split(),
)
def test_a_stream_is_heard_however_it_is_written(pieces: list[bytes]) -> None:
    said, answered = heard(pieces)
    assert (said, answered.finished, answered.said) == (SAID, True, "")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (json.dumps(WHOLE), "application/json"),
        (json.dumps(WHOLE, indent=2, ensure_ascii=False), "text/plain"),
        (json.dumps(WHOLE), "text/html; charset=gbk"),
        ((event(content=SAID) + END).decode(), "application/json"),
        ((event(content=SAID) + END).decode(), ""),
    ],
    ids=["whole", "plain", "html", "stream called json", "stream called nothing"],
)
def test_what_an_answer_is_called_does_not_matter(body: str, kind: str) -> None:
    assert heard([body.encode()], kind=kind)[0] == SAID


def test_half_a_character_is_no_reason_to_fail() -> None:
    said, _ = heard([b'data: {"choices": [{"delta": {"content": "\\ud83d"}}]}\n\n', END])
    said.encode()
    assert heard([b'data: {"choices": [{"delta": {"content": "\xe6\xb3"}}]}\n\n', END])[0]


@pytest.mark.parametrize(
    ("pieces", "said"),
    [
        ([event(content=SAID)], "模型没有写完就停了"),
        ([event(content=SAID), b'data: {"choices": [{"delta": {}, "finish_reason": "length"}]}\n\n'
          b"data: [DONE]\n\n"], "写到了字数上限（model.tokens）"),
        ([event(content=SAID), b'data: {"choices": [{"finish_reason": "content_filter"}]}\n\n'],
         "模型没有写完就停了"),
    ],
    ids=["no end", "length", "filter"],
)  # fmt: skip
def test_an_answer_that_is_not_all_is_called_so(pieces: list[bytes], said: str) -> None:
    words, answered = heard(pieces)
    assert (words, answered.finished) == (SAID, False)
    assert answered.said.startswith(said)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(["<title>登录</title>".encode()], kind="text/html"), "约定的格式"),
        (Reply([]), "约定的格式"),
        (Reply([], status=204), "约定的格式"),
        (Reply([b"null"], kind="application/json"), "约定的格式"),
        (Reply([b"[]"], kind="application/json"), "约定的格式"),
        (Reply([b'{"choices": 7}'], kind="application/json"), "约定的格式"),
        (Reply([b'{"response": "ok"}\n' * 3], kind="application/x-ndjson"), "约定的格式"),
        (Reply([b"data: " + b"[" * 100_000 + b"\n\n"]), "约定的格式"),
        (Reply([b'data: {"choices": ' + b"9" * 5_000 + b"}\n\n"]), "约定的格式"),
        (Reply([event(content="一"), b"data: {half\n\n", event(content="二")]), "约定的格式"),
        (Reply([b'data: {"object": "error", "message": "oom"}\n\n']), "中途报错"),
        (Reply([b'event: error\ndata: {"error": "oom"}\n\n']), "中途报错"),
        (Reply([BOMB], headers={"content-encoding": "gzip"}), "经过压缩"),
        (Reply([b"data: \xff\xfe\n\n"]), "约定的格式"),
        (Reply(status=429, headers={"retry-after": "60"}), "模型服务忙"),
        (Reply(status=503, headers={"retry-after": "9" * 400}), "模型服务忙"),
        (Reply(status=502), "模型服务出错（502）"),
        (Reply(status=307, headers={"location": "/v1/elsewhere"}), "没有跟随"),
        (Reply([event(content="字" * 3_000)] * 1_200), "过长"),
    ],
    ids="login empty 204 null list choices ndjson deep digits half-event vllm event bomb bytes "
    "429-later 503-never 502 307 10MB".split(),
)  # fmt: skip
def test_a_hostile_answer_is_said_in_a_line(reply: Reply, said: str) -> None:
    with serving(lambda system, question: reply) as served, pytest.raises(UserError) as told:
        asked(served.url)
    assert said in told.value.message
    assert len(served.asked) == 1


@pytest.mark.parametrize("later", ["0", "\u00b2", "Wed, 21 Oct 2026 07:28:00 GMT", "-3", ""])
def test_a_busy_server_s_wish_is_read_whatever_it_is(later: str) -> None:
    replies = [Reply(status=429, headers={"retry-after": later}), Reply(streamed("好。"))]
    with serving(lambda system, question: replies.pop(0)) as served:
        assert asked(served.url)[0] == "好。"


def test_the_wait_that_a_busy_server_asks_for_is_kept() -> None:
    times: list[float] = []

    def busy(system: str, question: Question) -> Reply:
        times.append(time.monotonic())
        return Reply(status=429, headers={"retry-after": "1"}) if len(times) == 1 else Reply([END])

    with serving(busy) as served:
        asked(served.url)
    assert times[1] - times[0] >= 1


def test_nobody_is_asked_where_a_server_sends_us() -> None:
    with serving(lambda system, question: "好。") as other:
        moved = Reply(status=308, headers={"location": f"{other.url}/chat/completions"})
        with serving(lambda system, question: moved) as served, pytest.raises(UserError):
            asked(served.url)
    assert other.asked == []


def test_what_the_environment_says_of_proxies_and_certificates_leads_nowhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("default login somebody password secret\n", "utf-8")
    with serving(lambda system, question: "好。") as other:
        address = other.url.removesuffix("/v1")
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, address)
            monkeypatch.setenv(name.lower(), address)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
        with serving(lambda system, question: "好。") as served:
            assert asked(served.url)[0] == "好。"
    assert (len(served.asked), other.asked) == (1, [])
    assert not any(name.lower() == "authorization" for name in served.headers[0])


# ------------------------------------------------------------------ slow ones


@contextmanager
def raw(*pieces: bytes, pause: float = 0.0) -> Iterator[str]:
    """Serve bytes as they are, over and over the last of them, until the other side hangs up."""
    over = threading.Event()
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.2)

    def serve() -> None:
        while not over.is_set():
            try:
                client, _ = server.accept()
            except TimeoutError:
                continue
            with client:
                client.recv(65_536)
                _drip(client, pieces, pause, over)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/v1"
    finally:
        over.set()
        thread.join(10)
        server.close()


def _drip(
    client: socket.socket, pieces: Sequence[bytes], pause: float, over: threading.Event
) -> None:
    try:
        for piece in pieces:
            client.sendall(piece)
            over.wait(pause)
        while pieces and not over.wait(pause):
            client.sendall(pieces[-1])
    except OSError:
        return


HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"


@pytest.mark.parametrize(
    "pieces",
    [
        (b"HTTP/1.1 200 OK\r\nx: ", b"y"),
        (HEAD, b"x"),
        (HEAD, b": keep-alive\n\n"),
        (HEAD.replace(b"text/event-stream", b"application/json") + b"{", b" "),
        (HEAD, event(content="滴")),
    ],
    ids=["headers", "one line", "keep-alive", "whole", "words"],
)
def test_a_server_that_drips_for_ever_is_left_at_the_limit(pieces: tuple[bytes, ...]) -> None:
    with raw(*pieces, pause=0.05) as url:
        began = time.monotonic()
        with pytest.raises(UserError, match="到了时限"):
            asked(url, timeout=1, silence=30)
        assert time.monotonic() - began < LIMIT


def test_keeping_alive_is_no_word() -> None:
    silent = raw(HEAD, b": keep-alive\n\n", pause=0.05)
    with silent as url, pytest.raises(UserError, match="没有及时应答"):
        asked(url, timeout=60, silence=1)


def test_who_stops_a_silent_server_waits_for_nothing() -> None:
    with raw(HEAD, b"", pause=0.05) as url:
        chosen = Model(url=url, name="m", silence=90, timeout=90)
        began = time.monotonic()
        with pytest.raises(UserError, match="已停止"):
            Door(chosen, Path()).ask(
                MESSAGES, lambda _: True, cancelled=lambda: time.monotonic() - began > 0.3
            )
        assert time.monotonic() - began < LIMIT


def test_a_server_that_is_no_server_is_said() -> None:
    with raw(b"SSH-2.0-OpenSSH_9.6\r\n") as url, pytest.raises(UserError, match="中途断开"):
        asked(url)
    with pytest.raises(UserError, match="连不上"):
        asked("http://127.0.0.1:9/v1")


# ------------------------------------------------------------------ certificates and names


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


def _named(url: str, certificate: Path, name: str, **more: object) -> Door:
    port = url.rsplit(":", 1)[1]
    chosen = Model(url=f"https://{name}:{port}", name="m", silence=20, timeout=40, **more)  # type: ignore[arg-type]
    return Door(chosen, certificate, lambda host, port: ["127.0.0.1"])


def test_a_certificate_counts_for_its_name_and_from_its_authority(certificate: Path) -> None:
    with serving(lambda system, question: "好。", context_of(certificate)) as served:
        good = _named(served.url, certificate, "localhost", ca_file="ca.pem")
        assert good.ask(MESSAGES, lambda _: True).finished
        for bad in (
            _named(served.url, certificate, "localhost"),
            _named(served.url, certificate, "model.inside", ca_file="ca.pem"),
        ):
            with pytest.raises(UserError, match="证书不可信"):
                bad.ask(MESSAGES, lambda _: True)
        assert len(served.asked) == 1


def test_a_server_that_speaks_no_tls_is_told_nothing(certificate: Path) -> None:
    with serving(lambda system, question: "好。") as served, pytest.raises(UserError):
        _named(served.url, certificate, "localhost").ask(MESSAGES, lambda _: True)
    assert served.asked == []


@pytest.mark.parametrize(
    "addresses",
    [
        ["8.8.8.8"],
        ["127.0.0.1", "8.8.8.8"],
        ["::ffff:8.8.8.8"],
        ["64:ff9b::808:808"],
        ["64:ff9b::7f00:1"],
        ["2002:7f00:1::"],
        ["fe80::1%eth0"],
        ["fec0::1"],
        ["0.0.0.0"],
        ["::"],
        ["169.254.169.254"],
        ["100.64.0.1"],
        ["192.0.0.1"],
        ["198.18.0.1"],
        ["224.0.0.1"],
        ["255.255.255.255"],
        ["2001:db8::1"],
    ],
)
def test_no_other_address_counts_as_inside(addresses: list[str]) -> None:
    one = Door(Model(url="http://model.inside/v1", name="m"), Path(), lambda host, port: addresses)
    with pytest.raises(UserError, match="不在本机或内网"):
        one.ask(MESSAGES, lambda _: True)


def test_a_name_that_is_pointed_elsewhere_meanwhile_leads_nowhere() -> None:
    """Asked anew for each connection, and each time the address is compared that is reached."""
    answers = [["127.0.0.1"], ["203.0.113.9"]]
    with serving(lambda system, question: "好。") as served:
        port = served.url.rsplit(":", 1)[1]
        chosen = Model(url=f"http://model.inside:{port}", silence=20, timeout=40)
        one = Door(chosen, Path(), lambda host, port: answers.pop(0))
        # First for the list of models, then for the question itself.
        with pytest.raises(UserError, match="不在本机或内网"):
            one.ask(MESSAGES, lambda _: True)
    assert (served.asked, answers) == ([], [])
