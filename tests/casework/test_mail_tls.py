"""The digest over TLS: to a server whose certificate holds, and to none whose does not."""

from __future__ import annotations

import contextlib
import shutil
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from mail_sink import Sink
from procedure_fakes import PROPOSAL

from casework import Casework
from casework.overview.mail import send_digests
from drafting.errors import UserError
from drafting.profile import load_profile
from storage.configuration import Mail

NAME = "localhost"


@pytest.fixture
def data(tmp_path: Path, certificate: Path, casework: Casework) -> Path:
    """A data folder with a matter that is overdue, a password file and the authority's file."""
    casework.create_matter(PROPOSAL)
    (tmp_path / "mail.password").write_text("secret\n", "utf-8")
    shutil.copy(certificate / "ca.pem", tmp_path / "ca.pem")
    return tmp_path


@contextlib.contextmanager
def running(sink: Sink) -> Iterator[Sink]:
    with sink:
        # A client that hangs up in the middle is what these tests are about.
        sink.handle_error = lambda *_: None  # type: ignore[method-assign]
        thread = threading.Thread(target=sink.serve_forever, daemon=True)
        thread.start()
        yield sink
        sink.shutdown()
        thread.join()


def settings(sink: Sink, security: str) -> Mail:
    return Mail(
        host=NAME,
        port=sink.port,
        security=security,
        ca_file="ca.pem",
        user="tian",
        password_file="mail.password",
        sender="tian@qinglan.example.cn",
        recipients="all@qinglan.example.cn",
    )


def send(casework: Casework, mail: Mail, data: Path) -> tuple[int, list[str]]:
    return send_digests(casework, mail, load_profile, data, PROPOSAL.due or PROPOSAL.assigned)  # type: ignore[arg-type]


def refused(casework: Casework, mail: Mail, data: Path, sink: Sink) -> str:
    """What is said; nothing must have been sent, the password least of all."""
    with pytest.raises(UserError) as raised:
        send(casework, mail, data)
    assert (sink.mails, sink.logins) == ([], [])
    return raised.value.message


@pytest.mark.parametrize(("security", "at_once"), [("starttls", False), ("tls", True)])
def test_password_and_digest_go_encrypted(
    casework: Casework, data: Path, context: ssl.SSLContext, security: str, at_once: bool
) -> None:
    with running(Sink(context, at_once=at_once)) as sink:
        assert send(casework, settings(sink, security), data) == (1, [])
        assert (len(sink.mails), sink.encrypted, len(sink.logins)) == (1, [True], 1)


@pytest.mark.parametrize(("security", "at_once"), [("starttls", False), ("tls", True)])
def test_a_certificate_that_nobody_vouches_for_is_refused(
    casework: Casework, data: Path, context: ssl.SSLContext, security: str, at_once: bool
) -> None:
    with running(Sink(context, at_once=at_once)) as sink:
        said = refused(casework, replace(settings(sink, security), ca_file=""), data, sink)
    assert "证书不可信（self-signed certificate）。请核对配置 mail.host、mail.ca_file。" in said


def test_a_certificate_of_another_name_is_refused(
    casework: Casework, data: Path, context: ssl.SSLContext
) -> None:
    with running(Sink(context)) as sink:
        mail = replace(settings(sink, "starttls"), host="127.0.0.1")
        assert "证书不可信（IP address mismatch" in refused(casework, mail, data, sink)


def test_a_server_without_starttls_gets_nothing_in_the_clear(
    casework: Casework, data: Path
) -> None:
    with running(Sink()) as sink:
        said = refused(casework, settings(sink, "starttls"), data, sink)
    assert said == (
        "与邮件服务器 localhost 加密不成（STARTTLS），没有发："
        "服务器不支持。请核对配置 mail.security。"
    )


def test_a_server_that_goes_on_in_the_clear_gets_nothing(casework: Casework, data: Path) -> None:
    with running(Sink(lies=True)) as sink:
        said = refused(casework, settings(sink, "starttls"), data, sink)
    assert "对方不是以加密应答。请核对配置 mail.security、mail.port。" in said


def test_an_authority_that_cannot_be_read_is_said(
    casework: Casework, data: Path, context: ssl.SSLContext
) -> None:
    (data / "ca.pem").write_text("no certificate", "utf-8")
    with running(Sink(context)) as sink:
        said = refused(casework, settings(sink, "starttls"), data, sink)
    assert said == "读不出 CA 证书文件“ca.pem”（mail.ca_file）。"
