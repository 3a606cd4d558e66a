"""Where messages may go, and one request against a receiver that is unkind in every way."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from receiver import Receiver, receiver

from casework.notices import posting
from casework.notices.addresses import Allowed, Target, allowed_hosts, target
from casework.notices.posting import Limits, Request, post
from drafting.errors import UserError

QUICK = Limits(step=0.4, total=0.8)


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as found:
        yield found


def send(there: Receiver, limits: Limits = QUICK, path: str = "/hook?key=1") -> bytes:
    request = Request("POST", there.url + path, {"Content-Type": "text/plain"}, "你好".encode())
    return post(request, allowed_hosts(there.allowed), limits=limits)


def refused(url: str, allowed: str, *addresses: str) -> str:
    with pytest.raises(UserError) as caught:
        target(url, allowed_hosts(allowed), lambda host, port: addresses)
    return caught.value.message


def test_the_list_is_read() -> None:
    found = allowed_hosts(
        "oapi.example.cn；SMS.example.cn:8443=10.8.0.0/16, 10.9.0.0/16;\n[::1]:80"
    )
    assert [(one.host, one.port, [str(net) for net in one.networks]) for one in found] == [
        ("oapi.example.cn", 0, []),
        ("sms.example.cn", 8443, ["10.8.0.0/16", "10.9.0.0/16"]),
        ("::1", 80, []),
    ]
    assert allowed_hosts("") == []


@pytest.mark.parametrize(
    "text",
    ["a.cn=10.8.0.0/99", "a.cn:99999", "https://a.cn", "a.cn/x", "u@a.cn", "=10.0.0.0/8", "钉钉"],
)
def test_a_list_that_cannot_be_meant_is_said(text: str) -> None:
    with pytest.raises(UserError, match=r"notices\.allowed"):
        allowed_hosts(text)


def test_a_host_of_the_list_is_where_it_leads() -> None:
    found = target("https://a.cn/x?k=1", [Allowed("a.cn")], lambda host, port: ["8.8.8.8"])
    assert found == Target("https", "a.cn", 443, "8.8.8.8", "/x?k=1")
    inside = allowed_hosts("sms.cn:8443=10.8.0.0/16")
    found = target("https://sms.cn:8443", inside, lambda host, port: ["10.8.3.4", "10.8.3.5"])
    assert found == Target("https", "sms.cn", 8443, "10.8.3.4", "/")
    mapped = target("http://127.0.0.1:9/", [Allowed("127.0.0.1", 9)], lambda *_: ["127.0.0.1"])
    assert mapped == Target("http", "127.0.0.1", 9, "127.0.0.1", "/")


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://a.cn/", ""),
        ("https://b.cn/", "a.cn"),
        ("https://a.cn.evil.cn/", "a.cn"),
        ("https://a.cn:444/", "a.cn"),
        ("https://a.cn/", "a.cn:8443"),
        ("http://a.cn/", "a.cn:443"),
    ],
)
def test_what_is_not_listed_gets_nothing(url: str, allowed: str) -> None:
    assert "不在允许的主机之列（notices.allowed）" in refused(url, allowed, "8.8.8.8")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "224.0.0.1",
    ],
)
def test_a_name_that_leads_into_the_office_is_refused(address: str) -> None:
    assert "指向了内网地址" in refused("https://a.cn/", "a.cn", address)
    # One good address beside it does not help.
    assert "指向了内网地址" in refused("https://a.cn/", "a.cn", "8.8.8.8", address)


def test_a_host_within_the_office_stays_in_its_network() -> None:
    said = refused("https://sms.cn/", "sms.cn=10.8.0.0/16", "10.9.0.1")
    assert said == "主机“sms.cn”的地址 10.9.0.1 不在它的网段里（notices.allowed），没有发。"
    assert "不在它的网段里" in refused("https://sms.cn/", "sms.cn=10.8.0.0/16", "8.8.8.8")


def test_without_encryption_only_within_the_office() -> None:
    assert "须用 https" in refused("http://a.cn/", "a.cn", "8.8.8.8")
    assert "须用 https" in refused("http://a.cn/", "a.cn=8.8.8.0/24", "8.8.8.8")
    assert "须用 https" in refused("http://a.cn/", "a.cn=169.254.0.0/16", "169.254.169.254")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://a.cn/", "https://"),
        ("file:///etc/passwd", "https://"),
        ("a.cn/hook", "https://"),
        ("https://u:p@a.cn/", "用户名"),
        ("https://a.cn/#x", "用户名"),
        ("https://a.cn/ x", "空格"),
        ("https://a.cn/\r\nX: 1", "空格"),
        ("https://a.cn/钩", "汉字"),
        ("https://a.cn:x/", "写得不对"),
        ("https://[::1/", "写得不对"),
    ],
)
def test_an_address_that_is_none_is_said(url: str, said: str) -> None:
    assert said in refused(url, "a.cn", "8.8.8.8")


def test_a_name_that_nobody_knows_is_said() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(UserError, match=r"查不到主机“a\.cn”的地址"):
        target("https://a.cn/", [Allowed("a.cn")], unknown)


def test_the_connection_goes_to_the_address_that_was_compared(there: Receiver) -> None:
    asked = []

    def rebinding(host: str, port: int) -> list[str]:
        """Answers rightly once; a second question would get another answer."""
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    allowed = allowed_hosts(f"hook.example.cn:{there.port}=127.0.0.0/8")
    request = Request("POST", f"http://hook.example.cn:{there.port}/a", {}, b"x")
    assert post(request, allowed, limits=QUICK, resolver=rebinding) == there.answer
    assert asked == ["hook.example.cn"]
    assert there.got[0].headers["Host"] == f"hook.example.cn:{there.port}"


def test_a_request_arrives_as_it_was_made(there: Receiver) -> None:
    assert send(there) == b'{"errcode":0,"code":0}'
    (got,) = there.got
    assert (got.method, got.path, got.body.decode()) == ("POST", "/hook?key=1", "你好")
    assert got.headers["Content-Type"] == "text/plain"


def test_a_redirect_is_not_followed(there: Receiver) -> None:
    with receiver() as elsewhere:
        for status in (301, 302, 303, 307, 308):
            there.status, there.headers = status, {"Location": f"{elsewhere.url}/steal"}
            with pytest.raises(UserError, match=f"要转到别处（{status}），没有跟随"):
                send(there)
        assert elsewhere.got == []


def test_the_environments_proxy_is_not_used(
    there: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiver() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        send(there)
        assert (len(there.got), proxy.got) == (1, [])


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 503])
def test_an_error_of_the_receiver_is_said(there: Receiver, status: int) -> None:
    there.status = status
    with pytest.raises(UserError, match=f"对方应答 {status}。"):
        send(there)


def test_who_hangs_is_left(there: Receiver) -> None:
    there.hang = 20
    with pytest.raises(UserError, match="没有及时应答"):
        send(there)


def test_who_sends_a_byte_now_and_then_is_left_too(there: Receiver) -> None:
    there.trickle = 0.1
    begun = time.monotonic()
    with pytest.raises(UserError, match="没有及时应答"):
        send(there, Limits(step=5, total=0.6))
    assert time.monotonic() - begun < 4


def test_an_endless_answer_is_not_read(there: Receiver) -> None:
    there.answer = b"x" * (posting.ANSWER_MAX_BYTES + 1)
    with pytest.raises(UserError, match="过长"):
        send(there, Limits(5, 5))


def test_who_is_not_there_is_said() -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and not listening
        port = taken.getsockname()[1]
        with pytest.raises(UserError, match="连不上对方：对方没有开这个端口。"):
            post(Request("POST", f"http://127.0.0.1:{port}/"), [Allowed("127.0.0.1", port)])


def test_who_speaks_another_language_is_said(there: Receiver) -> None:
    request = Request("POST", f"https://127.0.0.1:{there.port}/", {}, b"secret")
    with pytest.raises(UserError, match="不是以加密应答"):
        post(request, allowed_hosts(there.allowed), limits=Limits(2, 4))
    assert there.got == []


def test_a_certificate_is_judged_under_the_name_that_was_asked_for(
    there: Receiver, certificate: Path, context: ssl.SSLContext
) -> None:
    """``certificate`` is that of ``localhost``; the connection goes to an address all the same."""
    with receiver(context) as safe:
        for name in ("localhost", "hook.example.cn"):
            allowed = allowed_hosts(f"{name}:{safe.port}=127.0.0.0/8")
            request = Request("POST", f"https://{name}:{safe.port}/x", {}, b"x")
            ask = partial(post, request, allowed, resolver=lambda *_: ["127.0.0.1"])
            if name == "localhost":
                assert ask(ca_file=certificate / "ca.pem") == safe.answer
            else:
                with pytest.raises(UserError, match="对方证书不可信：不是这个主机的。"):
                    ask(ca_file=certificate / "ca.pem")
            with pytest.raises(UserError, match="对方证书不可信：不是可信机构签发。"):
                ask()
            with pytest.raises(UserError, match=r"读不出 CA 证书文件“none\.pem”"):
                ask(ca_file=certificate / "none.pem")
        assert len(safe.got) == 1
