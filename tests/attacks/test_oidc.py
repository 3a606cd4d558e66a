"""Coming in by OpenID Connect: forged, replayed, put off on somebody else, and held up."""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from attack_fakes import SECRET, UNIT, enter
from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey
from oidc_fakes import CLIENT, EC, RSA, Lying, hs256_with_the_public_key, lying, unsigned
from werkzeug.test import TestResponse

from casework import Casework
from casework.people import second_factor
from casework.people.sessions import Session
from casework.sign_on import provider
from storage import audit
from storage.configuration import Accounts, Configuration, Oidc
from web import create_app

Claims = dict[str, Any]
PAGES = "/login/platform"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casework.people.passwords.METHOD", "scrypt:1024:8:1")


@pytest.fixture
def told() -> Iterator[Lying]:
    with lying() as found:
        yield found


@pytest.fixture
def casework(tmp_path: Path) -> Iterator[Casework]:
    with Casework.open(tmp_path) as opened:
        opened.people.add("管理员", SECRET, unit=UNIT, roles=["系统管理"])
        opened.people.add("shen", SECRET, unit=UNIT, roles=["经办"])
        yield opened


def made(folder: Path, told: Lying, accounts: Accounts | None = None, **chosen: Any) -> Flask:
    oidc = Oidc(issuer=told.issuer, client_id=CLIENT, **chosen)
    app = create_app(folder, Configuration(accounts=accounts or Accounts(), oidc=oidc))
    app.testing = False
    return app


@pytest.fixture
def app(casework: Casework, tmp_path: Path, told: Lying) -> Flask:
    return made(tmp_path, told)


def begin(client: FlaskClient, more: str = "") -> str:
    """Press the button; return where the browser is sent."""
    answer = client.get(f"{PAGES}{more}")
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def back(client: FlaskClient, brought: dict[str, str]) -> TestResponse:
    return client.get(f"{PAGES}/back", query_string=brought)


def come(client: FlaskClient, told: Lying, sub: str = "u-1", **claims: Any) -> TestResponse:
    return back(client, told.consent(begin(client), sub, **claims))


def post(client: FlaskClient, path: str, page: str, **form: str) -> TestResponse:
    token = re.findall(r'name="csrf" value="([^"]+)"', client.get(page).text)[0]
    return client.post(path, data={"csrf": token, **form})


def is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def whys(casework: Casework) -> list[str]:
    found = casework.run(audit.entries, audit.Filters(action="统一登录"))
    return [one.detail for one in found]


def error_of(answer: TestResponse) -> str:
    return html.unescape("".join(re.findall(r'role="alert">([^<]+)<', answer.text)))


def sessions(casework: Casework) -> list[Session]:
    return casework.people.sessions()


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


# ------------------------------------------------------------------ whose account it is


def test_who_has_no_account_is_refused_or_gets_one_without_a_role(
    casework: Casework, tmp_path: Path, told: Lying
) -> None:
    refused = come(made(tmp_path, told).test_client(), told, preferred_username="lu")
    assert (refused.status_code, error_of(refused)) == (
        401, "“lu”还没有本系统的账号，或者已停用，请与管理员联系。",
    )  # fmt: skip
    assert casework.people.one("lu") is None
    client = made(tmp_path, told, new_accounts=True).test_client()
    assert come(client, told, preferred_username="lu").status_code == 302
    person = casework.people.one("lu")
    assert person is not None and (person.roles, person.unit) == (frozenset(), "")
    assert client.get("/archive").status_code == 403
    (entry,) = casework.run(audit.entries, audit.Filters(action="增加用户", what="用户 lu"))
    assert entry.who == "统一身份认证平台"


def test_the_first_account_is_never_made_by_a_provider(tmp_path: Path, told: Lying) -> None:
    """The first account is an administrator's: that must not be whoever comes first."""
    with Casework.open(tmp_path) as empty:
        client = made(tmp_path, told, new_accounts=True).test_client()
        answer = come(client, told)
        assert (answer.status_code, "还没有管理员" in error_of(answer)) == (401, True)
        assert not empty.people.any()


def test_an_account_that_rests_or_is_removed_is_out(
    app: Flask, casework: Casework, told: Lying
) -> None:
    client = app.test_client()
    come(client, told)
    casework.people.change("shen", unit=UNIT, section="", roles=["经办"], active=False)
    assert not is_in(client) and come(client, told).status_code == 401
    casework.people.remove("shen")
    assert come(client, told).status_code == 401


def test_a_name_that_passes_to_somebody_else_takes_nothing_along(
    app: Flask, casework: Casework, told: Lying
) -> None:
    """The platform gives the name of who has left to a newcomer, who gets his papers by it."""
    assert come(app.test_client(), told, "u-1").status_code == 302
    newcomer = app.test_client()
    answer = come(newcomer, told, "u-2")
    assert (answer.status_code, "原先对应的是平台上的另一个人" in error_of(answer)) == (401, True)
    assert not is_in(newcomer)
    # Nor does who was renamed there get a second account.
    casework.people.add("lu", SECRET, unit=UNIT, roles=["经办"])
    answer = come(app.test_client(), told, "u-1", preferred_username="lu")
    assert "已经对应本系统的另一个用户" in error_of(answer)

    admin = enter(app, "管理员")[0]
    page = admin.get("/people/sign-on").text
    assert "u-1" in page and "shen" in page
    assert post(admin, "/people/sign-on/unbind", "/people/sign-on", name="shen").status_code == 302
    assert come(newcomer, told, "u-2").status_code == 302
    again = post(admin, "/people/sign-on/unbind", "/people/sign-on", name="nobody")
    assert again.status_code == 404
    # A new account of a removed one's name is bound anew.
    casework.people.remove("shen")
    casework.people.add("shen", SECRET, unit=UNIT, roles=["经办"])
    assert come(app.test_client(), told, "u-3").status_code == 302


@pytest.mark.parametrize(
    ("chosen", "claims", "said"),
    [
        ({}, {"preferred_username": ["shen"]}, "没有给出您的用户名（preferred_username）"),
        ({}, {"preferred_username": " "}, "没有给出您的用户名"),
        ({}, {"preferred_username": "s" * 33}, "没有给出您的用户名"),
        ({"name_claim": "email"}, {"email": "shen"}, "没有核实您的邮箱"),
        ({"name_claim": "email"}, {"email": "shen", "email_verified": "true"}, "没有核实您的邮箱"),
        ({}, {"preferred_username": "SHEN"}, "还没有本系统的账号"),
        ({"new_accounts": True}, {"preferred_username": "<b>"}, "用户名只能用"),
    ],
)
def test_a_name_that_is_none_is_no_account(
    casework: Casework, tmp_path: Path, told: Lying, chosen: Claims, claims: Claims, said: str
) -> None:
    client = made(tmp_path, told, **chosen).test_client()
    answer = come(client, told, **claims)
    assert (answer.status_code, said in error_of(answer)) == (401, True)
    assert {one.name for one in casework.people.listed()} == {"管理员", "shen"}


def test_information_about_another_is_not_put_in_its_place(
    app: Flask, told: Lying, casework: Casework
) -> None:
    told.claims = {"preferred_username": None}
    told.forge = lambda _, claims: claims.pop("preferred_username") and None
    told.userinfo = {"sub": "u-9", "preferred_username": "管理员"}
    assert come(app.test_client(), told).status_code == 401
    assert whys(casework) == ["用户信息是别人的（sub）"]
    told.userinfo = {"sub": "u-1", "preferred_username": "shen", "nonce": "x", "iss": "y"}
    assert come(client := app.test_client(), told).status_code == 302
    assert ">shen" in client.get("/account").text


def test_roles_and_unit_follow_the_provider_where_it_is_said_so(
    casework: Casework, tmp_path: Path, told: Lying
) -> None:
    app = made(
        tmp_path, told, new_accounts=True, role_claim="groups", unit_claim="dept",
        roles="tian-clerk=经办; tian-lead=核稿；root=系统管理",
    )  # fmt: skip

    def roles_after(name: str, sub: str, **claims: Any) -> tuple[set[str], str]:
        told.userinfo = {"sub": sub}
        answer = come(app.test_client(), told, sub, preferred_username=name, **claims)
        assert answer.status_code == 302, whys(casework)
        person = casework.people.one(name)
        assert person is not None
        return set(person.roles), person.unit

    groups = ["tian-clerk", "tian-lead", "other"]
    assert roles_after("lu", "u-5", groups=groups, dept="丙局") == ({"经办", "核稿"}, "丙局")
    # 督办 is not among those named: what an administrator gave stays, what the provider took goes.
    casework.people.change("lu", unit="丙局", section="", roles=["核稿", "督办"], active=True)
    assert roles_after("lu", "u-5", groups="tian-clerk") == ({"经办", "督办"}, "丙局")
    assert roles_after("lu", "u-5", groups={"tian-lead": 1}) == ({"督办"}, "丙局")
    # The last administrator is not made none by a slip at the provider's, nor let in as one.
    told.userinfo = {"sub": "u-6"}
    refused = come(app.test_client(), told, "u-6", preferred_username="管理员", groups=[])
    assert (refused.status_code, "最后一个可用的系统管理账号" in error_of(refused)) == (401, True)
    (entry, *_) = casework.run(audit.entries, audit.Filters(action="修改用户"))
    assert entry.who in ("统一身份认证平台", "系统")


# ------------------------------------------------------------------ the second factor


def test_the_code_is_still_asked_for_unless_the_provider_has_done_it(
    casework: Casework, tmp_path: Path, told: Lying
) -> None:
    wanted = Accounts(second_factor="administrators")
    admin: Claims = {"sub": "u-8", "preferred_username": "管理员"}
    app = made(tmp_path, told, wanted)
    for claims in ({}, {"amr": ["otp"]}, {"acr": "mfa"}):
        client = app.test_client()
        answer = come(client, told, **admin, **claims)
        assert (answer.location, is_in(client)) == ("/login/code", False)
        assert "您的账号登录时除统一登录外，还要手机上的验证码" in client.get("/login/code").text
    trusting = made(tmp_path, told, wanted, second_factor="mfa; otp")
    for claims, done in (
        ({"amr": ["pwd", "otp"]}, True), ({"acr": "mfa"}, True),
        ({"amr": ["pwd"]}, False), ({"amr": "otp"}, False), ({"acr": ["mfa"]}, False),
    ):  # fmt: skip
        client = trusting.test_client()
        answer = come(client, told, **admin, **claims)
        assert (answer.location != "/login/code", is_in(client)) == (done, done), claims


def test_the_code_after_a_sign_on_opens_what_was_asked_for(
    casework: Casework, tmp_path: Path, told: Lying
) -> None:
    client = made(tmp_path, told, Accounts(second_factor="all")).test_client()
    brought = told.consent(begin(client, "?next=/archive?q=停车"))
    assert back(client, brought).location == "/login/code"
    page = client.get("/login/code").text
    assert 'name="next" value="/archive?q=停车"' in html.unescape(page)
    secret = re.findall(r"<code>(\w+)</code>", page)[0]
    typed = second_factor.code(secret, int(time.time()) // 30)
    assert "恢复码" in post(client, "/login/code", "/login/code", code=typed).text
    assert is_in(client)
    (entry, *_) = casework.run(audit.entries, audit.Filters(action="登录"))
    assert entry.detail == "统一登录和验证码"
    # The provider ends it as it ends others.
    (session,) = sessions(casework)
    assert client.post(f"{PAGES}/ended", data={"logout_token": told.logout_token(sid="s-u-1")})
    assert sessions(casework) == [] and session.person == "shen"


def test_a_sign_on_that_has_ended_does_not_wait_for_its_code(
    casework: Casework, tmp_path: Path, told: Lying
) -> None:
    client = made(tmp_path, told, Accounts(second_factor="all")).test_client()
    come(client, told)
    client.get("/login/code")
    client.post(f"{PAGES}/ended", data={"logout_token": told.logout_token(sub="u-1")})
    assert "登录停留过久" in client.get("/login/code").text


# ------------------------------------------------------------------ the session


def test_the_session_is_a_new_one_and_the_former_ends(
    app: Flask, casework: Casework, told: Lying
) -> None:
    """Session fixation; and the next person at a browser."""
    client = app.test_client()
    client.get("/login")
    with client.session_transaction() as planted:
        before = dict(planted)
    come(client, told)
    with client.session_transaction() as kept:
        assert kept["token"] and kept.get("csrf") != before.get("csrf")
        assert "sign_on" not in kept
    casework.people.add("lu", SECRET, unit=UNIT, roles=["经办"])
    # Begun while nobody was in, finished when somebody is.
    other = app.test_client()
    brought = told.consent(begin(other), "u-2", preferred_username="lu")
    with other.session_transaction() as kept, client.session_transaction() as first:
        kept["token"] = first["token"]
    assert back(other, brought).status_code == 302
    assert {one.person for one in sessions(casework)} == {"lu"}


def test_nothing_asked_for_leads_out(app: Flask, told: Lying) -> None:
    for target in (
        "//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example",
        "javascript:alert(1)", "/%0d%0aLocation:%20https://evil.example", "/a\r\nb",
    ):  # fmt: skip
        client = app.test_client()
        answer = back(client, told.consent(begin(client, f"?next={quote(target)}")))
        assert answer.location in ("/", "/%0d%0aLocation:%20https://evil.example")
    # Who is in already goes on, as far as it stays here.
    assert client.get(f"{PAGES}?next=//evil.example").location == "/"


def test_what_is_asked_names_where_it_comes_back_whatever_the_browser_says(
    casework: Casework, tmp_path: Path, told: Lying
) -> None:
    """A forged Host header has the code sent nowhere else."""
    app = made(tmp_path, told, address="https://tian.example.gov.cn")
    location = app.test_client().get(PAGES, headers={"Host": "evil.example"}).location
    asked = parse_qs(urlsplit(location).query)
    assert asked["redirect_uri"] == ["https://tian.example.gov.cn/login/platform/back"]
    assert (asked["code_challenge_method"], len(asked["code_challenge"][0])) == (["S256"], 43)
    assert min(len(asked[one][0]) for one in ("state", "nonce")) == 43


def test_the_cookie_shows_neither_verifier_nor_nonce(app: Flask, told: Lying) -> None:
    client = app.test_client()
    asked = parse_qs(urlsplit(begin(client)).query)
    with client.session_transaction() as kept:
        said = json.dumps(dict(kept))
    assert asked["state"][0] in said and asked["nonce"][0] not in said
    seen: list[dict[str, str]] = []
    real = told.token
    told.token = lambda form: seen.append(dict(form)) or real(form)  # type: ignore[method-assign]
    back(client, told.consent(begin(client)))
    assert 43 <= len(seen[0]["code_verifier"]) <= 128
    assert seen[0]["code_verifier"] not in said


def test_any_process_of_the_service_finishes_what_another_began(
    casework: Casework, tmp_path: Path, told: Lying
) -> None:
    first, second = (made(tmp_path, told).test_client() for _ in range(2))
    brought = told.consent(begin(first))
    second.set_cookie("drafting", first.get_cookie("drafting").value)  # type: ignore[union-attr]
    assert back(second, brought).status_code == 302 and is_in(second)


def test_a_form_that_was_refused_is_taken_through_the_sign_on(
    app: Flask, casework: Casework, told: Lying
) -> None:
    client = app.test_client()
    come(client, told)
    page = client.get("/account").text
    token = re.findall(r'name="csrf" value="([^"]+)"', page)[0]
    for one in sessions(casework):
        casework.people.end_session(one.id)
    refused = client.post("/account/notices", data={"csrf": token, "quiet": "21:30-07:30"})
    assert refused.status_code == 401
    fields = dict(re.findall(r'name="(csrf|resume)" value="([^"]*)"', refused.text))
    fields = {one: html.unescape(value) for one, value in fields.items()}
    way = client.post(PAGES, data=fields).text
    assert "正在转到统一身份认证平台" in way
    url = html.unescape(re.findall(r'content="0;url=([^"]+)"', way)[0])
    held = back(client, told.consent(begin(client, url.removeprefix(PAGES))))
    assert (held.status_code, "21:30-07:30" in held.text) == (200, True)
    # Nobody else's browser gets it.
    assert "21:30" not in come(app.test_client(), told).text


# ------------------------------------------------------------------ leaving


def test_who_leaves_here_leaves_there(app: Flask, casework: Casework, told: Lying) -> None:
    client = app.test_client()
    come(client, told)
    answer = post(client, "/logout", "/account")
    (address,) = re.findall(r'content="0;url=([^"]+)"', answer.text)
    asked = parse_qs(urlsplit(html.unescape(address)).query)
    assert html.unescape(address).startswith(f"{told.issuer}/end?")
    assert asked["id_token_hint"][0].count(".") == 2
    assert (answer.headers["Cache-Control"], sessions(casework)) == ("no-store", [])
    assert not is_in(client)
    forged = client.get(f"{PAGES}/left?state=x", follow_redirects=True)
    assert "已退出本系统和" not in forged.text
    come(client, told)
    (address,) = re.findall(r'0;url=([^"]+)"', post(client, "/logout", "/account").text)
    state = parse_qs(urlsplit(html.unescape(address)).query)["state"][0]
    done = client.get(f"{PAGES}/left?state={state}", follow_redirects=True)
    assert "已退出本系统和统一身份认证平台" in done.text
    # Who came by a password has nothing to leave there.
    admin = enter(app, "管理员")[0]
    assert post(admin, "/logout", "/account").location == "/login"


def test_the_proof_kept_for_leaving_is_sealed(
    app: Flask, casework: Casework, told: Lying, tmp_path: Path
) -> None:
    tokens: list[str] = []
    told.forge = lambda header, claims: tokens.append(told.sign(header, claims)) or tokens[-1]
    come(app.test_client(), told)
    casework.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = b"".join(one.read_bytes() for one in tmp_path.glob("casework.db*"))
    assert tokens[0].encode() not in content and tokens[0].split(".")[2].encode() not in content


def test_a_provider_without_a_logout_is_said(app: Flask, told: Lying) -> None:
    told.metadata = {"end_session_endpoint": None}
    client = app.test_client()
    come(client, told)
    assert post(client, "/logout", "/account").location == "/login"
    assert "统一身份认证平台还没有退出" in client.get("/login").text


def test_what_the_provider_ends_is_ended(app: Flask, casework: Casework, told: Lying) -> None:
    casework.people.add("lu", SECRET, unit=UNIT, roles=["经办"])
    clients = [app.test_client() for _ in range(3)]
    come(clients[0], told, "u-1")
    come(clients[1], told, "u-1", sid="s-elsewhere")
    come(clients[2], told, "u-2", preferred_username="lu")
    stranger = app.test_client()

    def notify(token: str) -> int:
        return stranger.post(f"{PAGES}/ended", data={"logout_token": token}).status_code

    assert notify(told.logout_token(sid="s-u-1")) == 200
    assert [is_in(one) for one in clients] == [False, True, True]
    whole = told.logout_token(sub="u-1")
    assert notify(whole) == 200
    assert [is_in(one) for one in clients] == [False, False, True]
    found = casework.run(audit.entries, audit.Filters(action="统一身份认证平台通知退出"))
    assert [one.what for one in found] == ["用户 shen", "用户 shen"]
    # Sent again, it ends nothing that came after it.
    casework.db.execute("UPDATE sign_ons SET at = '2099-01-01T00:00:00.000+00:00'")
    assert notify(whole) == 200 and is_in(clients[2])


def test_a_forged_notice_ends_nothing(app: Flask, casework: Casework, told: Lying) -> None:
    client = app.test_client()
    come(client, told)
    event = "http://schemas.openid.net/event/backchannel-logout"
    now = int(time.time())
    stranger = app.test_client()
    forged = [
        told.logout_token(sub="u-1", iss="http://evil.example"),
        told.logout_token(sub="u-1", aud="other"),
        told.logout_token(sub="u-1", events={}),
        told.logout_token(sub="u-1", events={event: True}),
        told.logout_token(sub="u-1", nonce="n"),
        told.logout_token(sub="u-1", jti=None),
        told.logout_token(sub="u-1", iat=now - 3600, exp=None),
        told.logout_token(sub="u-1", exp=now - 3600),
        told.logout_token(sub="u-1", iat=now + 3600),
        told.logout_token(),
        told.logout_token(sub=7, sid=8),
        told.logout_token(sub="u-1")[:-4] + "AAAA",
        unsigned({}, {"iss": told.issuer}),
        "",
    ]
    for token in forged:
        answer = stranger.post(f"{PAGES}/ended", data={"logout_token": token})
        assert (answer.status_code, answer.headers["Cache-Control"]) == (400, "no-store"), token
    assert is_in(client)
    # An ID token, which the browser's owner has, is no notice.
    id_token = told.sign(
        {"alg": "RS256", "kid": "r1"},
        {"iss": told.issuer, "aud": CLIENT, "sub": "u-1", "iat": now, "exp": now + 60},
    )
    assert stranger.post(f"{PAGES}/ended", data={"logout_token": id_token}).status_code == 400
    assert stranger.get(f"{PAGES}/ended").status_code != 200
    assert is_in(client)


# ------------------------------------------------------------------ a provider that is away or slow


def test_a_provider_that_hangs_is_said_within_seconds_and_asked_no_more(
    app: Flask, told: Lying, casework: Casework, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider, "STEP_SECONDS", 0.2)
    told.wait = 30.0
    client = app.test_client()
    answer = client.get(PAGES)
    assert (answer.status_code, "没有及时应答" in error_of(answer)) == (503, True)
    asked = len(told.asked)
    assert client.get(PAGES).status_code == 503
    assert len(told.asked) == asked, "nobody waits again for who has just not answered"
    # Those who keep the accounts come in by their password.
    assert post(client, "/login", "/login", name="管理员", password=SECRET).status_code == 302


def test_few_wait_for_the_provider_at_once(tmp_path: Path, told: Lying) -> None:
    known = provider.Provider(Oidc(issuer=told.issuer, client_id=CLIENT), tmp_path)
    with known.asking(), known.asking(), known.asking():
        monkey = pytest.MonkeyPatch()
        monkey.setattr(provider, "_TURN_SECONDS", 0.01)
        with monkey.context(), pytest.raises(Exception, match="登录的人多"), known.asking():
            pass
        monkey.undo()
    with known.asking() as asking:
        assert asking.metadata().issuer == told.issuer


def test_a_provider_that_is_away_keeps_nobody_in_who_leaves(
    app: Flask, told: Lying, casework: Casework
) -> None:
    client = app.test_client()
    come(client, told)
    app.extensions.pop("sign_on")
    told.metadata = {"issuer": "x"}
    assert post(client, "/logout", "/account").location == "/login"
    assert sessions(casework) == []
    assert "请到平台上另行退出" in client.get("/login").text


@pytest.mark.parametrize(
    ("passwords", "admin", "clerk"),
    [("administrators", True, False), ("all", True, True), ("none", False, False)],
)
def test_who_may_still_use_a_password_is_said_once_for_all_ways(
    casework: Casework, tmp_path: Path, told: Lying, passwords: str, admin: bool, clerk: bool
) -> None:
    app = made(tmp_path, told, passwords=passwords)
    page = app.test_client().get("/login").text
    assert ('name="password"' in page) == admin
    for name, good in (("管理员", admin), ("shen", clerk)):
        client, link = app.test_client(), f"/invited/{casework.people.invite(name)}"
        answer = post(client, "/login", link, name=name, password=SECRET)
        assert (answer.status_code, is_in(client)) == (302 if good else 401, good)
        if not good:
            assert "请点“用统一身份登录”登录" in error_of(answer)
        client, new = app.test_client(), "另一句好记的话2026"
        assert post(client, link, link, password=new, again=new).status_code == 302
        assert is_in(client) == good
        casework.people.set_password(name, SECRET)
