"""What a provider says of itself (OpenID Connect Discovery 1.0), as far as it is used here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from casework.notices.addresses import Allowed, check_url
from casework.sign_on.settings import is_safe
from drafting.errors import UserError

PATH = "/.well-known/openid-configuration"
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""With which a token may be signed: by a private key only. ``none`` signs nothing, and with HS256
whoever knows what the provider publishes could sign."""
_MUST = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True)
class Metadata:
    """A provider: where it is asked what, and how it does things."""

    issuer: str
    authorization: str
    token: str
    keys: str
    userinfo: str
    end_session: str
    algorithms: tuple[str, ...]
    secret_in_body: bool
    """The client's secret goes into the form, for the provider does not know Basic."""
    names_itself: bool
    """Every answer names its issuer (RFC 9207)."""
    tells_of_logout: bool


def parse(raw: bytes, issuer: str, allowed: Sequence[Allowed]) -> Metadata:
    """Return what a document of discovery says.

    Raises :class:`UserError` where it is none, another's, or leads where nothing may be sent.
    """
    said = as_object(raw, "发现文档")
    if said.get("issuer") != issuer:
        raise UserError(
            "平台自称的地址（issuer）与配置“oidc.issuer”不一致，请照平台写的填，一字不差。"
        )
    if missing := [one for one in _MUST if not said.get(one)]:
        raise UserError(f"平台的发现文档里缺少 {'、'.join(missing)}。")
    asked = {
        one: _endpoint(said, one, allowed)
        for one in ("token_endpoint", "jwks_uri", "userinfo_endpoint")
    }
    # Where only the browser goes: any host, but safely.
    for one in ("authorization_endpoint", "end_session_endpoint"):
        if said.get(one) and not is_safe(str(said[one])):
            raise UserError(f"平台的 {one} 不是 https 网址。")
    offered = said.get("id_token_signing_alg_values_supported") or ["RS256"]
    algorithms = tuple(one for one in ALGORITHMS if one in offered)
    if not algorithms:
        raise UserError("平台的签名算法本系统一个也不认（认 RS、PS、ES 三类）。")
    methods = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Metadata(
        issuer=issuer,
        authorization=str(said["authorization_endpoint"]),
        token=asked["token_endpoint"],
        keys=asked["jwks_uri"],
        userinfo=asked["userinfo_endpoint"],
        end_session=str(said.get("end_session_endpoint") or ""),
        algorithms=algorithms,
        secret_in_body="client_secret_basic" not in methods,
        names_itself=said.get("authorization_response_iss_parameter_supported") is True,
        tells_of_logout=said.get("backchannel_logout_supported") is True,
    )


def as_object(raw: bytes, what: str) -> dict[str, Any]:
    """Return an object of JSON. Raises :class:`UserError` where the provider's ``what`` is none."""
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise UserError(f"平台给的{what}不合写法。")
    return said


def _endpoint(said: dict[str, Any], name: str, allowed: Sequence[Allowed]) -> str:
    url = str(said.get(name) or "")
    if not url:
        return ""
    if not is_safe(url):
        raise UserError(f"平台的 {name} 不是 https 网址。")
    try:
        check_url(url, allowed)
    except UserError as error:
        host = urlsplit(url).netloc
        raise UserError(
            f"平台的 {name} 在另一个主机（{host}），请写进配置“oidc.hosts”。"
        ) from error
    return url
