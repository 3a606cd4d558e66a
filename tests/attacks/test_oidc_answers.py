"""OpenID Connect: what a provider, or who speaks in its name, answers: forged, replayed, put off on
somebody else."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from attack_fakes import UNIT
from flask import Flask
from joserfc.jwk import RSAKey
from oidc_browser import (
    PAGES,
    Claims,
    back,
    begin,
    come,
    error_of,
    is_in,
    made,
    sessions,
    whys,
)
from oidc_fakes import CLIENT, EC, RSA, Lying, hs256_with_the_public_key, lying, unsigned

from casework import Casework
from casework.sign_on import provider

pytestmark = pytest.mark.usefixtures("quick_passwords")


# ------------------------------------------------------------------ a token that is forged


def _set(**changed: Any) -> Callable[[Claims, Claims], None]:
    def forge(_: Claims, claims: Claims) -> None:
        for name, value in changed.items():
            if value is None:
                del claims[name]
            else:
                claims[name] = value

    return forge


def _at(**seconds: int) -> Callable[[Claims, Claims], None]:
    """Times by their distance from when the token is made."""

    def forge(_: Claims, claims: Claims) -> None:
        claims.update({name: int(time.time()) + off for name, off in seconds.items()})

    return forge


def _head(**changed: Any) -> Callable[[Claims, Claims], None]:
    def forge(header: Claims, _: Claims) -> None:
        header.update(changed)

    return forge


STRANGER = RSAKey.generate_key(2048, {"kid": "r1"})
FORGED: dict[str, tuple[Any, str]] = {
    "another nonce": (_set(nonce="n"), "nonce 不符"),
    "no nonce": (_set(nonce=None), "nonce 不符"),
    "a list for a nonce": (_set(nonce=["n"]), "nonce 不符"),
    "another audience": (_set(aud="other"), "不是给本系统的（aud）"),
    "an audience that begins the same": (_set(aud=f"{CLIENT}2"), "不是给本系统的（aud）"),
    "no audience": (_set(aud=None), "不是给本系统的（aud）"),
    "several audiences": (_set(aud=[CLIENT, "other"]), "没有写明是谁要的（azp）"),
    "another party": (_set(azp="other"), "是别的系统要的（azp）"),
    "another issuer": (_set(iss="http://evil.example"), "签发者（iss）不符"),
    "an issuer with a stroke": (_set(iss="/"), "签发者（iss）不符"),
    "expired": (_at(exp=-3600, iat=-7200), "已过期（exp）"),
    "of the future": (_at(iat=3600, exp=7200), "还没有生效（iat、nbf）"),
    "not yet good": (_at(nbf=3600), "还没有生效（iat、nbf）"),
    "without an end": (_set(exp=None), "没有写时间（exp、iat）"),
    "without a beginning": (_set(iat=None), "没有写时间（exp、iat）"),
    "a text for a time": (_set(exp="9999999999"), "exp 不是时间"),
    "true for a time": (_set(exp=True), "exp 不是时间"),
    "an endless time": (_set(exp=10**400), "exp 不是时间"),
    "no number for a time": (_set(nbf=float("nan")), "签名不符"),
    "no subject": (_set(sub=None), "没有 sub"),
    "a number for a subject": (_set(sub=1), "没有 sub"),
    "an empty subject": (_set(sub=""), "没有 sub"),
    "a logout notice": (_head(typ="logout+jwt"), "不是 ID token"),
    "an event": (_set(events={}), "不是 ID token"),
    "none": (unsigned, "签名算法不认（none）"),
    "the public key as a secret": (hs256_with_the_public_key, "签名算法不认（HS256）"),
    "an algorithm not offered": (_head(alg="PS256"), "签名算法不认（PS256）"),
    "a list for an algorithm": (lambda h, c: _joined({**h, "alg": ["RS256"]}, c), "签名算法不认"),
    "another key of that name": (
        lambda h, c: _lying_sign(h, c, STRANGER),
        "签名不符",
    ),
    "its own key in the header": (
        lambda h, c: _lying_sign(h | {"jwk": STRANGER.as_dict(private=False)}, c, STRANGER),
        "签名不符",
    ),
    "a key nobody knows": (_head(kid="r9"), "没有签名用的密钥"),
    "the other kind of key": (_head(kid="e1"), "没有签名用的密钥"),
    "an unknown demand": (
        lambda h, c: _joined(h | {"crit": ["x"], "x": 1}, c),
        "token 要求不认得的扩展",
    ),
    "no token": (lambda *_: "", "token 为空或过长"),
    "too long": (lambda *_: "a.b." + "c" * 20_000, "token 为空或过长"),
    "half a token": (lambda *_: "a.b", "不是 JWT"),
    "not of this world": (lambda *_: "提.案.答", "不是 JWT"),
    "a list for a header": (lambda h, c: _joined([1], c), "不是 JWT"),
    "a list for claims": (lambda h, c: _lying_sign(h, [1], RSA), "签名不符"),
    "changed after it was signed": (
        lambda h, c: _changed(_lying_sign(h, c, RSA), {**c, "preferred_username": "管理员"}),
        "签名不符",
    ),
}  # fmt: skip


def _lying_sign(header: Claims, claims: Any, key: Any) -> str:
    return Lying().sign(header, claims, key)


def _joined(header: Any, claims: Any) -> str:
    first, rest = unsigned({}, claims).split(".", 1)
    return f"{unsigned({}, header).split('.')[1]}.{rest}AAAA" if first else ""


def _changed(token: str, claims: Claims) -> str:
    header, _, signature = token.split(".")
    return f"{header}.{unsigned({}, claims).split('.')[1]}.{signature}"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Casework, Lying]]:
    """One for all forged tokens: they change nothing."""
    folder = tmp_path_factory.mktemp("forged")
    with lying() as told, Casework.open(folder) as casework:
        casework.people.add("管理员", roles=["系统管理"])
        casework.people.add("shen", unit=UNIT, roles=["经办"])
        yield made(folder, told), casework, told


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_token_opens_nothing(house: tuple[Flask, Casework, Lying], name: str) -> None:
    app, casework, told = house
    told.forge, why = FORGED[name]
    client, before = app.test_client(), len(whys(casework))
    answer = come(client, told)
    assert (answer.status_code, sessions(casework), is_in(client)) == (401, [], False)
    assert len(whys(casework)) == before + 1 and why in whys(casework)[0]
    assert error_of(answer).startswith("统一身份认证平台")
    # The same browser, told the truth, comes in.
    told.forge = lambda *_: None
    assert come(client, told).status_code == 302 and is_in(client)
    casework.people.end_session(sessions(casework)[0].id)


def test_what_is_right_is_believed_however_it_is_written(app: Flask, told: Lying) -> None:
    es = {"alg": "ES256", "kid": "e1", "typ": "JWT"}
    for forge in (
        _set(aud=[CLIENT]),
        _set(aud=[CLIENT, "other"], azp=CLIENT),
        _at(iat=40, exp=400),
        _at(exp=-20, iat=-300, nbf=-300),
        _head(x5t="certificate", own="word"),
        lambda header, _: header.pop("kid") and None,
        lambda _, claims: told.sign(es, claims, EC),
    ):
        told.forge = forge
        client = app.test_client()
        assert (come(client, told).status_code, is_in(client)) == (302, True)


def test_clocks_that_differ_too_much_are_said(
    casework: Casework, tmp_path: Path, told: Lying
) -> None:
    client = made(tmp_path, told, leeway=0).test_client()
    told.forge = _at(iat=100, exp=400)
    assert re.search(r"核对服务器的时钟（与平台相差约 \d+ 秒）", error_of(come(client, told)))


# ------------------------------------------------------------------ an answer that is another's


def test_an_answer_that_another_browser_asked_for_opens_nothing(app: Flask, told: Lying) -> None:
    """Login CSRF: the attacker has his own sign-on finished in somebody else's browser."""
    attacker, victim = app.test_client(), app.test_client()
    brought = told.consent(begin(attacker))
    begin(victim)
    answer = back(victim, brought)
    assert (answer.status_code, is_in(victim)) == (400, False)
    assert "不是从这个浏览器开始的" in error_of(answer)
    assert told.asked.count("/token") == 0
    assert back(app.test_client(), {}).status_code == 400
    assert back(victim, {**brought, "state": ""}).status_code == 400


def test_a_code_that_was_stolen_opens_nothing(app: Flask, told: Lying, casework: Casework) -> None:
    """Put into a login of the thief's own: PKCE and the nonce bind it to whose it was."""
    victim, thief = app.test_client(), app.test_client()
    stolen = told.consent(begin(victim))
    own = told.consent(begin(thief), "thief")
    answer = back(thief, {**own, "code": stolen["code"]})
    assert (answer.status_code, is_in(thief)) == (401, False)
    assert whys(casework) == ["授权码不对、用过或过期"]


def test_an_answer_comes_back_once(app: Flask, told: Lying) -> None:
    client = app.test_client()
    brought = told.consent(begin(client))
    assert back(client, brought).status_code == 302
    before = told.asked.count("/token")
    assert back(client, brought).status_code == 400
    assert told.asked.count("/token") == before
    # With a state of its own, the code is still one that was used.
    own = told.consent(begin(app.test_client()))
    client = app.test_client()
    own["state"] = parse_qs(urlsplit(begin(client)).query)["state"][0]
    assert back(client, {**own, "code": brought["code"]}).status_code == 401


def test_an_answer_that_comes_too_late_or_twice_in_one_is_none(
    app: Flask, told: Lying, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = app.test_client()
    brought = told.consent(begin(client))
    doubled = [*brought.items(), ("code", "other")]
    assert client.get(f"{PAGES}/back", query_string=doubled).status_code == 400
    real = time.time
    monkeypatch.setattr("web.access.sign_on.time.time", lambda: real() + 601)
    assert back(client, brought).status_code == 400
    assert not is_in(client)


def test_the_answer_of_another_provider_is_not_taken_to_this_one(
    app: Flask, told: Lying, casework: Casework
) -> None:
    """Mix-up (RFC 9207): the code never leaves for the provider."""
    client = app.test_client()
    for iss in ("https://other.example", None):
        brought = told.consent(begin(client))
        del brought["iss"]
        answer = back(client, brought if iss is None else {**brought, "iss": iss})
        assert (answer.status_code, is_in(client)) == (401, False)
    assert set(whys(casework)) == {"应答来自别的平台（iss）"}
    assert "/token" not in told.asked


def test_several_tabs_do_not_hinder_each_other(app: Flask, told: Lying) -> None:
    client = app.test_client()
    first, *_, last = [told.consent(begin(client, f"?next=/archive?n={n}")) for n in range(4)]
    assert back(client, first).location == "/archive?n=0"
    # Those that are still open when one has come in end with the old cookie.
    assert back(client, last).status_code == 400
    other = app.test_client()
    for _ in range(7):
        begin(other)
    with other.session_transaction() as kept:
        assert len(kept["sign_on"]) == 4


# ------------------------------------------------------------------ keys


def test_keys_that_changed_are_fetched_and_invented_names_do_not_ask_again(
    app: Flask, told: Lying, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = [1000.0]
    monkeypatch.setattr("web.access.sign_on.Provider", lambda *a: _ticking(ticks, *a))
    come(client := app.test_client(), told)
    assert is_in(client)
    new = RSAKey.generate_key(2048, {"kid": "r2", "use": "sig"})
    told.keys = [new]
    told.forge = lambda header, claims: told.sign(header | {"kid": "r2"}, claims, new)
    assert come(client := app.test_client(), told).status_code == 401, (
        "asked less than a minute ago"
    )
    ticks[0] += provider.KEYS_AGAIN_SECONDS
    assert come(client := app.test_client(), told).status_code == 302
    # A key that was taken back is good no longer than it is remembered.
    told.forge = lambda *_: None
    ticks[0] += provider.KEYS_AGAIN_SECONDS
    assert come(app.test_client(), told).status_code == 401
    before = told.asked.count("/jwks")
    for number in range(25):
        told.forge = _head(kid=f"x{number}")
        come(app.test_client(), told)
        ticks[0] += 1.0
    assert told.asked.count("/jwks") - before <= 1


def _ticking(ticks: list[float], *args: Any) -> provider.Provider:
    return provider.Provider(*args, ticks=lambda: ticks[0])


@pytest.mark.filterwarnings("ignore:Key size")
def test_a_key_that_is_not_for_signing_or_too_short_signs_nothing(
    app: Flask, told: Lying, casework: Casework
) -> None:
    weak = RSAKey.generate_key(1024)
    signers = {"RS256": RSA, "ES256": EC}
    for key, said, alg in (
        (RSA, {"use": "enc"}, "RS256"),
        (RSA, {"alg": "PS256"}, "RS256"),
        (RSA, {"kty": "oct", "k": "AAAA"}, "RS256"),
        (RSA, {"n": "AQAB"}, "RS256"),
        (EC, {"crv": "P-384"}, "ES256"),
        (weak, {}, "RS256"),
    ):
        app.extensions.pop("sign_on", None)
        told.keys = [key.as_dict(private=False) | {"kid": "w"} | said]
        signer = weak if key is weak else signers[alg]
        told.forge = lambda h, c, k=signer, a=alg: told.sign(h | {"kid": "w", "alg": a}, c, k)
        assert come(app.test_client(), told).status_code == 401
    assert set(whys(casework)) == {"没有签名用的密钥"}


# ------------------------------------------------------------------ what a provider says of itself


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"issuer": "https://evil.example"}, "不一致"),
        ({"issuer": None}, "不一致"),
        ({"token_endpoint": None}, "缺少 token_endpoint"),
        ({"token_endpoint": "http://10.0.0.1/token"}, "不是 https 网址"),
        ({"token_endpoint": "https://evil.example/token"}, "请写进配置“oidc.hosts”"),
        ({"jwks_uri": "https://evil.example/jwks"}, "请写进配置“oidc.hosts”"),
        ({"jwks_uri": "file:///etc/passwd"}, "不是 https 网址"),
        ({"userinfo_endpoint": "https://evil.example/me"}, "请写进配置“oidc.hosts”"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "不是 https 网址"),
        ({"end_session_endpoint": "data:text/html,x"}, "不是 https 网址"),
        ({"id_token_signing_alg_values_supported": ["none", "HS256"]}, "一个也不认"),
    ],
)
def test_a_provider_that_leads_elsewhere_is_not_followed(
    app: Flask, told: Lying, changed: Claims, said: str
) -> None:
    told.metadata = changed
    answer = app.test_client().get(PAGES)
    assert (answer.status_code, said in error_of(answer)) == (503, True)
    assert set(told.asked) == {"/.well-known/openid-configuration"}


def test_an_answer_that_is_none_is_said(app: Flask, told: Lying, casework: Casework) -> None:
    client = app.test_client()
    for answer in (
        {"status": 500},
        {"status": 302},
        {"status": 200, "error": "server_error"},
        {"status": 200, "id_token": 7},
        {"status": 400, "error": "invalid_client"},
        {"status": 200, "id_token": "x" * 70_000},
    ):
        told.answer = answer
        app.extensions.pop("sign_on", None)
        found = come(client, told)
        assert (found.status_code, error_of(found)[:8]) == (401, "统一身份认证平台"), answer
    assert "平台不认本系统（invalid_client）" in whys(casework)
    assert not is_in(client)


def test_what_the_provider_refuses_is_said_in_our_own_words(app: Flask, told: Lying) -> None:
    client = app.test_client()
    for error, said in (
        ("access_denied", "您在统一身份认证平台上没有同意登录，或者没有使用本系统的权限。"),
        ("temporarily_unavailable", "统一身份认证平台暂时不能登录，请稍后再试。"),
        ("invalid_scope", "没有接受本系统的登录请求（invalid_scope），请告诉管理员。"),
        ("<b>请拨打</b>", "没有接受本系统的登录请求（代码不明），请告诉管理员。"),
    ):
        brought = told.consent(begin(client))
        del brought["code"]
        words = {"error": error, "error_description": "请把密码告诉客服"}
        answer = back(client, {**brought, **words})
        assert (answer.status_code, said in error_of(answer)) == (401, True)
        assert "请把密码" not in answer.text and "<b>" not in error_of(answer)
    # Without a login under way nobody is told anything that somebody else wrote.
    assert "access_denied" not in back(app.test_client(), {"error": "access_denied"}).text
