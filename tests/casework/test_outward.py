"""To where other systems may be told: anybody outside by https, inside what was opened only."""

from __future__ import annotations

import pytest

from casework.notices.addresses import Target, check_outward, opened, outward
from drafting.errors import UserError

KEY = "webhooks.allow"
ALLOW = "10.1.2.0/24，oa.example.gov.cn fd00:5::/32；127.0.0.1"


def refused(url: str, allow: str, *addresses: str) -> str:
    with pytest.raises(UserError) as caught:
        outward(url, opened(allow, KEY), lambda host, port: addresses)
    return caught.value.message


def led(url: str, allow: str, *addresses: str) -> Target:
    return outward(url, opened(allow, KEY), lambda host, port: addresses)


def test_anybody_outside_is_reached_by_https_alone() -> None:
    assert led("https://a.cn/x?k=1", "", "8.8.8.8") == Target(
        "https", "a.cn", 443, "8.8.8.8", "/x?k=1"
    )
    assert led("https://A.cn.:8443", "", "2400:3200::1", "8.8.8.8") == Target(
        "https", "a.cn", 8443, "2400:3200::1", "/"
    )
    assert "须用 https" in refused("http://a.cn/", "", "8.8.8.8")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",
        "10.8.0.9",
        "172.16.3.4",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "192.0.2.7",
        "198.18.0.1",
        "192.88.99.1",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "::1",
        "::",
        "fe80::1%eth0",
        "fec0::1",
        "fd12::7",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.8.0.9",
        "::ffff:169.254.169.254",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a08:9",
        "2002:7f00:1::",
        "2001:0:53aa:64c::1",
        "2001:db8::1",
        "::ffff:0:10.8.0.9",
        "::5efe:10.8.0.9",
        "2400:cb00::5efe:10.8.0.9",
        "2400:cb00::200:5efe:10.8.0.9",
        "3fff::1",
        "5f00::1",
        "192.0.0.8",
    ],
)
def test_nothing_inside_is_reached_by_any_name(address: str) -> None:
    assert "在内部" in refused("https://a.cn/", "", address)
    # One of several is enough: which of them is connected to is not the name's to say.
    assert "在内部" in refused("https://a.cn/", "", "8.8.8.8", address)


@pytest.mark.parametrize(
    "host",
    [
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "0x7f.0.0.1",
        "127.0.0.1.2",
        "10.0.0.01",
        "[::1%25lo]",
        "[::ffff:127.0.0.1",
        "a.cn%2e",
        "a..cn",
        "a_b@",
        "",
    ],
)
def test_an_address_in_an_odd_notation_is_none(host: str) -> None:
    assert refused(f"https://{host}/", "0.0.0.0/0", "8.8.8.8")


@pytest.mark.parametrize(
    "url",
    [
        "https://a.cn@127.0.0.1/",
        "https://a.cn:x@10.0.0.1/",
        "https://a.cn\\@10.0.0.1/",
        "https://a.cn#@10.0.0.1/",
        "https://a.cn/ x",
        "https://a.cn/\r\nX: y",
        "https://ａ.cn/",
        "ftp://a.cn/",
        "file:///etc/passwd",
        "gopher://a.cn/",
        "//a.cn/",
        "a.cn",
        "https://a.cn:0x1/",
        "https://a.cn:99999/",
    ],
)
def test_what_leads_elsewhere_than_it_looks_is_refused(url: str) -> None:
    assert refused(url, "0.0.0.0/0", "8.8.8.8")


def test_what_was_opened_is_reached_and_nothing_beside_it() -> None:
    assert led("http://10.1.2.3:8080/in", ALLOW, "10.1.2.3").address == "10.1.2.3"
    assert led("https://kb.cn/", ALLOW, "::ffff:10.1.2.200").address == "10.1.2.200"
    assert "在内部" in refused("http://10.1.3.3/", ALLOW, "10.1.3.3")
    assert led("https://kb.cn/", ALLOW, "fd00:5::9").address == "fd00:5::9"
    assert "在内部" in refused("https://kb.cn/", ALLOW, "fd00:6::9")
    # A host by its name: in the office's networks, neither this machine nor what is link-local.
    assert led("http://oa.example.gov.cn/x", ALLOW, "192.168.7.7").address == "192.168.7.7"
    assert "在内部" in refused("https://oa.example.gov.cn/", ALLOW, "169.254.169.254")
    assert "在内部" in refused("https://oa.example.gov.cn/", "oa.example.gov.cn", "127.0.0.1")
    assert "在内部" in refused("https://oa.example.gov.cn:444/", ALLOW, "192.168.7.7")
    assert "在内部" in refused("https://x.oa.example.gov.cn/", ALLOW, "192.168.7.7")
    assert led("http://127.0.0.1:9/", ALLOW, "127.0.0.1").address == "127.0.0.1"
    assert "在内部" in refused("http://127.0.0.2:9/", ALLOW, "127.0.0.2")


def test_a_name_is_resolved_once_and_what_was_compared_is_connected_to() -> None:
    asked = []

    def turning(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["8.8.8.8"] if len(asked) == 1 else ["127.0.0.1"]

    assert outward("https://a.cn/", opened("", KEY), turning).address == "8.8.8.8"
    assert asked == ["a.cn"]


@pytest.mark.parametrize(
    "text", ["10.1.2.0/33", "10.1.2.3/24", "https://a.cn", "a.cn/x", "u@a.cn", "钉钉", "010.1.2.3"]
)
def test_a_list_that_cannot_be_meant_is_said(text: str) -> None:
    with pytest.raises(UserError, match=r"webhooks\.allow"):
        opened(text, KEY)


def test_a_form_says_at_once_what_is_seen_without_asking_a_name_server() -> None:
    check_outward("https://a.cn/", opened("", KEY))
    check_outward("http://10.1.2.3/", opened(ALLOW, KEY))
    for url in (
        "http://a.cn/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://x.localhost/",
        "https://[::1]/",
    ):
        with pytest.raises(UserError):
            check_outward(url, opened("", KEY))
