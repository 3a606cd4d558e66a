"""Webhooks over TLS: to a receiver of the office's own authority, and to none that it does not
vouch for; receivers that take their time."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from authority import Authority
from procedure_fakes import PROPOSAL, store
from receiver import Receiver, receiver

from casework.notices.posting import Limits
from casework.webhooks import deliveries, hooks
from casework.webhooks.hooks import Hook
from desk.context import Context
from desk.exchange import sending
from desk.exchange.sending import Round
from storage.configuration import Webhooks

OPENED = "127.0.0.0/8, localhost"


@pytest.fixture
def authority(context: Context) -> Authority:
    return Authority(context.folder)


def send(context: Context, url: str, ca_file: str = "ca.pem") -> Round:
    """Have a matter registered that a system wants to hear of, and tell it."""
    now = dt.datetime.now(dt.UTC)
    made = Hook(0, "提案系统", url, ("matter.registered",), "")
    hooks.add(store(context), hooks.checked(made, OPENED), now)
    store(context).create_matter(PROPOSAL)
    # The clock is read again: what was written in the next second is due then.
    return sending.send_waiting(context, Webhooks(OPENED, ca_file), lambda: dt.datetime.now(dt.UTC))


def reason(context: Context) -> str:
    (one,) = store(context).run(deliveries.listed, ("等待",))
    return one.reason


def at(there: Receiver, host: str = "localhost") -> str:
    return f"https://{host}:{there.port}/in"


def test_a_receiver_of_the_offices_own_authority_is_told(
    context: Context, authority: Authority
) -> None:
    with receiver(authority.server()) as there:
        assert send(context, at(there)) == Round(1, 0)
    assert there.got[0].headers["Host"] == f"localhost:{there.port}"
    assert store(context).run(deliveries.listed, ("等待",)) == []


def test_one_that_is_known_by_its_address_alone_is_told(
    context: Context, authority: Authority
) -> None:
    with receiver(authority.server("127.0.0.1")) as there:
        assert send(context, at(there, "127.0.0.1")) == Round(1, 0)


def test_nobody_gets_a_word_whose_certificate_does_not_hold(
    context: Context, authority: Authority, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    stranger = Authority(other, authority._name.rfc4514_string().removeprefix("CN="))
    cases: list[tuple[ssl.SSLContext, str, str]] = [
        (stranger.server(), "ca.pem", "不是可信机构签发"),
        (authority.server(), "", "不是可信机构签发"),
        (authority.server("oa.example.gov.cn"), "ca.pem", "不是这个主机的"),
        (authority.server(expired=True), "ca.pem", "已过期"),
    ]
    for number, (speaks, ca_file, why) in enumerate(cases):
        with receiver(speaks) as there:
            made = Hook(0, f"系统{number}", at(there), ("matter.registered",), "")
            now = dt.datetime.now(dt.UTC)
            hooks.add(store(context), hooks.checked(made, OPENED), now)
            store(context).create_matter(PROPOSAL)
            chosen = Webhooks(OPENED, ca_file)
            found = sending.send_waiting(context, chosen, lambda now=now: now)  # type: ignore[misc]
            assert found == Round(0, 1)
            (one,) = (
                one
                for one in store(context).run(deliveries.listed, ("等待",))
                if one.hook_name == f"系统{number}"
            )
            assert one.reason == f"对方证书不可信：{why}。"
            assert there.got == []
            hooks.switch(store(context), one.hook, active=False)


def test_who_does_not_speak_tls_gets_nothing_in_the_clear(context: Context) -> None:
    Authority(context.folder)
    with receiver() as there:
        assert send(context, at(there)) == Round(0, 1)
    assert reason(context) == "对方不是以加密应答（https）。"
    assert there.got == []


def test_a_redirect_out_of_tls_is_not_followed(context: Context, authority: Authority) -> None:
    with receiver() as elsewhere, receiver(authority.server()) as there:
        there.status, there.headers = 307, {"Location": f"{elsewhere.url}/in"}
        assert send(context, at(there)) == Round(0, 1)
    assert reason(context) == "对方要转到别处（307），没有跟随。"
    assert (len(there.got), elsewhere.got) == (1, [])


def test_an_authority_that_is_not_there_is_said(context: Context, authority: Authority) -> None:
    with receiver(authority.server()) as there:
        assert send(context, at(there), "gone.pem") == Round(0, 1)
    assert reason(context) == "读不出 CA 证书文件“gone.pem”（ca_file）。"


@contextmanager
def silent() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def take() -> None:
            with listener.accept()[0]:
                over.wait(60)

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            over.set()
            thread.join()


def test_one_that_takes_its_time_is_left(
    context: Context, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Silent in the handshake, or a byte now and then: no step is long, and all of it is."""
    monkeypatch.setattr(sending, "LIMITS", Limits(step=30.0, total=1.0, most_bytes=4096, cut=True))
    with silent() as port:
        assert send(context, f"https://localhost:{port}/in") == Round(0, 1)
    assert reason(context) == "对方没有及时应答。"


def test_one_that_answers_byte_by_byte_is_left(
    context: Context, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "LIMITS", Limits(step=30.0, total=2.0, most_bytes=4096, cut=True))
    with receiver(authority.server()) as there:
        there.trickle = 0.05
        assert send(context, at(there)) == Round(0, 1)
    assert reason(context) == "对方没有及时应答。"
