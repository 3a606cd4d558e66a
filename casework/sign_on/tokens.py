"""Tokens that a provider has signed: whether they are its own, for this program, and of now.

Pure: keys and the time are given. OpenID Connect Core 1.0 3.1.3.7, Back-Channel Logout 1.0 2.6,
RFC 8725 (best practice for JWT).
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casework.sign_on.metadata import ALGORITHMS
from drafting.errors import UserError

# joserfc takes 40 ms to load, and few offices sign on by a provider: only who reads a token pays.
if TYPE_CHECKING:
    from joserfc import jws
    from joserfc.jwk import Key

TOKEN_MAX_CHARS = 16 * 1024
RSA_MIN_BITS = 2048
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
_LOGOUT_TYPE = "logout+jwt"
LOGOUT_SECONDS = 600
"""For how long after it was made a token for a logout is good, where it does not end sooner."""
_LAST_TIME = 10**11
_CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}

Claims = Mapping[str, Any]
Keys = Callable[[str | None], Sequence["Key"]]
"""Gives the provider's keys, fetched anew where none has the name (``kid``) that is asked for."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token must say: whose it is and for whom, within ``leeway`` seconds of ``now``."""

    issuer: str
    client_id: str
    now: float
    leeway: int
    algorithms: Sequence[str]


class Refused(UserError):
    """A token that is not to be believed; ``why`` is for the log, not for the user."""

    def __init__(self, why: str, message: str = "") -> None:
        super().__init__(message or "统一身份认证平台的应答没有通过核验，没有登录。请重试一次。")
        self.why = why


def identity(token: str, keys: Keys, expected: Expected, nonce: str) -> Claims:
    """Return what an ID token says of who has signed on. Raises :class:`Refused`."""
    header, said = _signed(token, keys, expected)
    if str(header.get("typ", "")).casefold() == _LOGOUT_TYPE or "events" in said:
        raise Refused("不是 ID token")
    _whose(said, expected)
    _when(said, expected, must_end=True)
    given = said.get("nonce")
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), nonce.encode()):
        raise Refused("nonce 不符")
    subject_of(said)
    return said


def logout(token: str, keys: Keys, expected: Expected) -> Claims:
    """Return what a logout token says of whose sessions end. Raises :class:`Refused`."""
    _, said = _signed(token, keys, expected)
    _whose(said, expected)
    _when(said, expected, must_end=False)
    events = said.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(LOGOUT_EVENT), dict):
        raise Refused("不是退出通知")
    if "nonce" in said:
        raise Refused("退出通知里有 nonce")
    if not isinstance(said.get("jti"), str) or not said["jti"]:
        raise Refused("退出通知没有编号")
    if float(said["iat"]) + LOGOUT_SECONDS + expected.leeway < expected.now:
        raise Refused("退出通知过期")
    if not (isinstance(said.get("sid"), str) or isinstance(said.get("sub"), str)):
        raise Refused("退出通知没有写是谁")
    return said


def claim(said: Claims, name: str) -> Any:
    """Return a claim by its name, ``None`` where there is none; ``a.b`` is also ``b`` within ``a``,
    as some providers give roles."""
    if not name:
        return None
    if name in said:
        return said[name]
    first, _, rest = name.partition(".")
    inner = said.get(first)
    return claim(inner, rest) if rest and isinstance(inner, dict) else None


def subject_of(said: Claims) -> str:
    """Return who it is to the provider. Raises :class:`Refused`."""
    found = said.get("sub")
    if not isinstance(found, str) or not 0 < len(found) <= 255:
        raise Refused("没有 sub")
    return found


def _signed(token: str, keys: Keys, expected: Expected) -> tuple[Claims, Claims]:
    """Return header and content of a token that one of the provider's keys has signed."""
    if not token or len(token) > TOKEN_MAX_CHARS:
        raise Refused("token 为空或过长")
    from joserfc import jws  # see above
    from joserfc.errors import JoseError

    header = _header(token)
    algorithm = header.get("alg")
    if algorithm not in expected.algorithms:
        raise Refused(f"签名算法不认（{_short(algorithm)}）")
    if "crit" in header:
        raise Refused("token 要求不认得的扩展")
    kid = header.get("kid")
    if kid is not None and not isinstance(kid, str):
        raise Refused("kid 不是文字")
    fitting = [one for one in keys(kid) if _fits(one, kid, str(algorithm))]
    if not fitting:
        raise Refused("没有签名用的密钥")
    for key in fitting:
        try:
            found = jws.deserialize_compact(token, key, registry=_registry([str(algorithm)]))
            said = json.loads(found.payload, parse_constant=_no_number)
        except (JoseError, ValueError, RecursionError):
            continue
        if not isinstance(said, dict):
            break
        return header, said
    raise Refused("签名不符")


def _header(token: str) -> Claims:
    from joserfc import jws  # see above
    from joserfc.errors import JoseError

    try:
        found = jws.extract_compact(token.encode("ascii"), registry=_registry(ALGORITHMS)).headers()
    except (JoseError, ValueError, RecursionError) as error:
        raise Refused("不是 JWT") from error
    if not isinstance(found, dict):
        raise Refused("不是 JWT")
    return found


def _registry(algorithms: Sequence[str]) -> jws.JWSRegistry:
    # Providers put a certificate or words of their own into the header; what is not known there
    # is ignored (RFC 7515 4), as long as nothing says that it must be understood.
    from joserfc import jws  # see above

    made = jws.JWSRegistry(algorithms=algorithms, strict_check_header=False)
    made.max_header_length = TOKEN_MAX_CHARS
    return made


def _no_number(text: str) -> float:
    raise ValueError(text)


def _fits(key: Key, kid: str | None, algorithm: str) -> bool:
    """Whether the key may have signed this: of that name, of the algorithm's kind, for signing."""
    from joserfc.jwk import ECKey, RSAKey  # see above

    said = key.as_dict(private=False)
    named = kid is None or said.get("kid") == kid
    meant = said.get("use", "sig") == "sig" and said.get("alg", algorithm) == algorithm
    if not named or not meant:
        return False
    if algorithm in _CURVES:
        return isinstance(key, ECKey) and said.get("crv") == _CURVES[algorithm]
    return isinstance(key, RSAKey) and key.public_key.key_size >= RSA_MIN_BITS


def _whose(said: Claims, expected: Expected) -> None:
    if said.get("iss") != expected.issuer:
        raise Refused("签发者（iss）不符")
    meant = said.get("aud")
    audience = [meant] if isinstance(meant, str) else meant
    if not isinstance(audience, list) or expected.client_id not in audience:
        raise Refused("不是给本系统的（aud）")
    party = said.get("azp")
    if party is None and len(audience) > 1:
        raise Refused("给几个系统的，没有写明是谁要的（azp）")
    if party is not None and party != expected.client_id:
        raise Refused("是别的系统要的（azp）")


def _when(said: Claims, expected: Expected, *, must_end: bool) -> None:
    times = {name: said.get(name) for name in ("exp", "iat", "nbf")}
    for name, value in times.items():
        if value is not None and not _is_time(value):
            raise Refused(f"{name} 不是时间")
    end, made, begin = times["exp"], times["iat"], times["nbf"]
    if made is None or (end is None and must_end):
        raise Refused("没有写时间（exp、iat）")
    now, leeway = expected.now, expected.leeway
    if end is not None and not end + leeway > now:
        raise Refused("已过期（exp）", _clock(now - end))
    ahead = max(made, begin or 0) - now
    if not ahead <= leeway:
        raise Refused("还没有生效（iat、nbf）", _clock(ahead))


def _is_time(value: object) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and 0 <= value < _LAST_TIME  # type: ignore[operator]


def _clock(seconds: float) -> str:
    off = "很多" if not abs(seconds) < 86_400 else f" {abs(seconds):.0f} 秒"
    return (
        "统一身份认证平台给的凭证不在有效时间内，没有登录。请重试一次；再不行，"
        f"请管理员核对服务器的时钟（与平台相差约{off}）。"
    )


def _short(value: object) -> str:
    text = str(value)[:20]
    return text if text.isascii() and text.isprintable() else "？"
