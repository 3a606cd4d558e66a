"""One login: what the browser is sent to the provider with, and what comes of its return.

Nothing is kept on the server between the two. The browser holds a random ``state`` in its signed
cookie; the verifier of PKCE and the nonce are computed of it with the service's key, so that any of
its processes can go on, and the cookie shows neither.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode, urlsplit

from casework.people.sign_ons import SignedOn
from casework.sign_on import tokens
from casework.sign_on.metadata import Metadata
from casework.sign_on.provider import Asking, Provider
from casework.sign_on.settings import parts
from casework.sign_on.tokens import Claims, Expected, Refused
from storage.configuration import Oidc

SECONDS = 600
"""For how long a login may take at the provider's."""
HINT_MAX_CHARS = 4000
"""Longer addresses are cut off by servers; the provider then asks whom it is to sign off."""
_SAID = {
    "access_denied": "您在统一身份认证平台上没有同意登录，或者没有使用本系统的权限。",
    "login_required": "统一身份认证平台要求重新登录，请再点一次。",
    "interaction_required": "统一身份认证平台要求您在它的页面上再操作一步，请再点一次。",
    "account_selection_required": "统一身份认证平台要求选择账号，请再点一次。",
    "consent_required": "统一身份认证平台要求您同意使用本系统，请再点一次并选择同意。",
    "temporarily_unavailable": "统一身份认证平台暂时不能登录，请稍后再试。",
    "server_error": "统一身份认证平台出了错，请稍后再试。",
    "unmet_authentication_requirements": "您在平台上的登录方式达不到要求，请改用更严格的方式。",
}
_REJECTED = "统一身份认证平台没有接受本系统的登录请求（{}），请告诉管理员。"


def new_state() -> str:
    """Return what a login is known by, which nobody can guess."""
    return secrets.token_urlsafe(32)


def address(
    said: Metadata, chosen: Oidc, state: str, redirect: str, key: bytes, language: str = "zh-CN"
) -> str:
    """Return where the browser is sent to sign on."""
    challenge = hashlib.sha256(_derived(key, "verifier", state).encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": chosen.client_id,
        "redirect_uri": redirect,
        "scope": " ".join(chosen.scopes.split()),
        "state": state,
        "nonce": _derived(key, "nonce", state),
        "code_challenge": _text(challenge),
        "code_challenge_method": "S256",
        "ui_locales": language,
    }
    joined = "&" if urlsplit(said.authorization).query else "?"
    return f"{said.authorization}{joined}{urlencode(asked)}"


def finish(
    provider: Provider, answer: Mapping[str, str], state: str, redirect: str, key: bytes
) -> SignedOn:
    """Return who has signed on, by what the browser brought back from the provider.

    ``state`` is the one that this browser was sent off with. Raises :class:`UserError`, a
    :class:`Refused` with what the log is to say where something is not as it must be.
    """
    with provider.asking() as asking:
        said = asking.metadata()
        _from_the_right_one(said, answer)
        if "error" in answer:
            raise Refused(f"平台答 {_code(answer['error'])}", error_message(answer["error"]))
        code = answer.get("code", "")
        if not 0 < len(code) <= 2000:
            raise Refused("没有授权码")
        given = asking.redeem(said, code, _derived(key, "verifier", state), redirect)
        token = given.get("id_token")
        if not isinstance(token, str):
            raise Refused("没有 ID token", "统一身份认证平台没有给身份凭证，请告诉管理员。")
        claims = tokens.identity(
            token,
            partial(asking.keys, said),
            expected(provider, said),
            _derived(key, "nonce", state),
        )
        return _signed_on(asking, said, claims, token, given)


def expected(provider: Provider, said: Metadata) -> Expected:
    """Return what a token of the provider must say just now."""
    chosen = provider.chosen
    return Expected(said.issuer, chosen.client_id, time.time(), chosen.leeway, said.algorithms)


def ended(provider: Provider, token: str) -> Claims:
    """Return whose sessions the provider says have ended. Raises :class:`UserError`."""
    with provider.asking() as asking:
        said = asking.metadata()
        return tokens.logout(token, partial(asking.keys, said), expected(provider, said))


def logout_address(said: Metadata, chosen: Oidc, id_token: str, state: str, redirect: str) -> str:
    """Return where the browser is sent to sign off at the provider's, "" where it offers none."""
    if not said.end_session:
        return ""
    asked = {"client_id": chosen.client_id, "post_logout_redirect_uri": redirect, "state": state}
    if 0 < len(id_token) <= HINT_MAX_CHARS:
        asked["id_token_hint"] = id_token
    joined = "&" if urlsplit(said.end_session).query else "?"
    return f"{said.end_session}{joined}{urlencode(asked)}"


def has_second_factor(chosen: Oidc, claims: Claims) -> bool:
    """Tell whether the provider says that it has asked for a second factor itself."""
    wanted = set(parts(chosen.second_factor))
    methods = claims.get("amr")
    said = [claims.get("acr"), *(methods if isinstance(methods, list) else ())]
    return any(isinstance(one, str) and one in wanted for one in said)


def error_message(error: str) -> str:
    """Return what a user is told of an error of the provider. Its own words are not shown: anyone
    can write a link with them."""
    return _SAID.get(error) or _REJECTED.format(_code(error))


def _code(error: str) -> str:
    return error if re.fullmatch(r"[a-z_]{1,50}", error) else "代码不明"


def _from_the_right_one(said: Metadata, answer: Mapping[str, str]) -> None:
    """RFC 9207: the answer of another provider is not taken to this one."""
    named = answer.get("iss")
    if named is None and not said.names_itself:
        return
    if named != said.issuer:
        raise Refused("应答来自别的平台（iss）")


def _signed_on(
    asking: Asking, said: Metadata, claims: Claims, token: str, given: Mapping[str, Any]
) -> SignedOn:
    chosen, subject = asking.provider.chosen, tokens.subject_of(claims)
    wanted = (chosen.name_claim, chosen.unit_claim, chosen.role_claim)
    access = given.get("access_token")
    lacking = any(one and tokens.claim(claims, one) is None for one in wanted)
    if lacking and said.userinfo and isinstance(access, str):
        more = asking.userinfo(said, access)
        # Core 5.3.2: without this another's information could be put in its place.
        if more.get("sub") != subject:
            raise Refused("用户信息是别人的（sub）")
        claims = {**more, **claims}
    sid = claims.get("sid")
    return SignedOn(subject, claims, token, sid if isinstance(sid, str) else "")


def _derived(key: bytes, what: str, state: str) -> str:
    return _text(hmac.digest(key, f"sign-on {what} {state}".encode(), "sha256"))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
