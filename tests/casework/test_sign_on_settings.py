"""The section [oidc]: what cannot be meant is said when the service starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.sign_on.metadata import parse
from casework.sign_on.settings import allowed, check, is_safe, roles
from drafting.errors import UserError
from service.server import serve_forever
from storage.configuration import Configuration, Oidc, Server

ISSUER = "https://sso.example"


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"issuer": "http://sso.example"}, "须以 https:// 开头"),
        ({"issuer": "http://10.0.0.1"}, "须以 https:// 开头"),
        ({"issuer": "https://user@sso.example"}, "须以 https:// 开头"),
        ({"client_id": ""}, "“oidc.client_id”没有写"),
        ({"scopes": "profile"}, "里要有 openid"),
        ({"role_claim": "groups"}, "要一起写"),
        ({"roles": "a=经办"}, "要一起写"),
        ({"role_claim": "groups", "roles": "a=科员"}, "“a=科员”应如 tian-clerk=经办；角色有：经办"),
        ({"role_claim": "groups", "roles": "=经办"}, "“=经办”应如"),
        ({"hosts": "a b/c"}, "不像主机名"),
        ({"hosts": "h:99999"}, "不像主机名"),
        ({"secret_file": "none"}, "读不出“none”（oidc.secret_file）"),
        ({"secret_file": "two"}, "里不是一行密钥"),
        ({"ca_file": "none.pem"}, "读不出“none.pem”（oidc.ca_file）"),
    ],
)
def test_what_cannot_be_meant_is_said_with_its_place(
    tmp_path: Path, chosen: dict[str, str], said: str
) -> None:
    (tmp_path / "two").write_text("one\ntwo\n", "utf-8")
    configuration = Configuration(
        server=Server(port=0), oidc=Oidc(**({"issuer": ISSUER, "client_id": "tian"} | chosen))
    )
    with pytest.raises(UserError, match=said):
        check(configuration, tmp_path)
    with pytest.raises(UserError, match=said):
        serve_forever(tmp_path, configuration, with_samples=False, say=lambda _: None)


def test_without_an_issuer_nothing_is_asked_of_it(tmp_path: Path) -> None:
    check(Configuration(oidc=Oidc(scopes="", roles="?")), tmp_path)
    assert not Configuration().needs_accounts()
    assert Configuration(oidc=Oidc(issuer=ISSUER)).needs_accounts()


def test_roles_are_read_as_offices_write_them() -> None:
    written = Oidc(roles="tian-clerk=经办； cn=领导,ou=局=签发\nx = 系统管理;")
    assert roles(written) == {"tian-clerk": "经办", "cn=领导,ou=局": "签发", "x": "系统管理"}


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://sso.example/a?b=c", True),
        ("https://sso.example:8443", True),
        ("http://127.0.0.1:9", True),
        ("http://[::1]:9", True),
        ("http://localhost", True),
        ("http://sso.example", False),
        ("http://127.0.0.1.example", False),
        ("https://", False),
        ("https:///a", False),
        ("https://sso.example:x", False),
        ("https://a@sso.example", False),
        ("https://sso.例子", False),
        ("https://sso.example/\n", False),
        ("HTTP://sso.example", False),
        ("javascript:alert(1)", False),
        ("", False),
    ],
)
def test_only_what_nobody_reads_on_the_way_is_asked(url: str, safe: bool) -> None:
    assert is_safe(url) == safe


def test_hosts_that_are_named_may_be_asked_and_no_others() -> None:
    def document(keys: str) -> bytes:
        return (
            f'{{"issuer": "{ISSUER}", "authorization_endpoint": "{ISSUER}/a",'
            f' "token_endpoint": "{ISSUER}/t", "jwks_uri": "{keys}"}}'
        ).encode()

    chosen = Oidc(issuer=ISSUER, hosts="keys.example:8443； other.example")
    for keys in ("https://keys.example:8443/k", "https://other.example/k", f"{ISSUER}/k"):
        assert parse(document(keys), ISSUER, allowed(chosen)).keys == keys
    for keys in ("https://keys.example/k", "https://x.other.example/k", f"{ISSUER}:444/k"):
        with pytest.raises(UserError, match=r"请写进配置“oidc.hosts”"):
            parse(document(keys), ISSUER, allowed(chosen))
    found = parse(document(f"{ISSUER}/k"), ISSUER, allowed(chosen))
    assert (found.algorithms, found.secret_in_body, found.end_session) == (("RS256",), False, "")


@pytest.mark.parametrize("raw", [b"", b"[]", b"null", b"<html>", b"\xff", b"[" * 5000, b'{"a"'])
def test_what_is_no_document_is_said(raw: bytes) -> None:
    with pytest.raises(UserError, match="平台给的发现文档不合写法"):
        parse(raw, ISSUER, allowed(Oidc(issuer=ISSUER)))
