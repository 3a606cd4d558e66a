"""Coming in by OpenID Connect: whose account it is, the session, leaving, who is away."""

from __future__ import annotations

import html
import json
import re
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from attack_fakes import SECRET, UNIT, enter
from flask import Flask
from oidc_browser import (
    PAGES,
    Claims,
    back,
    begin,
    come,
    error_of,
    is_in,
    made,
    post,
    sessions,
    whys,
)
from oidc_fakes import CLIENT, Lying, unsigned

from casework import Casework
from casework.people import second_factor
from casework.sign_on import provider
from storage.configuration import Accounts, Oidc
from storage.log import audit

pytestmark = pytest.mark.usefixtures("quick_passwords")


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
