"""Tokens of a provider, as the one function that believes them: whatever they say, and at what
time."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import RSAKey
from laws import tried

from casework.sign_on import tokens
from casework.sign_on.tokens import Expected, Refused

KEY = RSAKey.generate_key(2048, {"kid": "k"})
NOW = 1_790_000_000
EXPECTED = Expected("https://sso.example", "tian", NOW, 60, ["RS256"])
CLAIMS: dict[str, Any] = {
    "iss": "https://sso.example",
    "aud": "tian",
    "sub": "u",
    "nonce": "n",
    "iat": NOW,
    "exp": NOW + 300,
}

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=5,
)
NAMES = st.sampled_from([*CLAIMS, "azp", "nbf", "events", "x"])


def signed(claims: object, header: dict[str, Any] | None = None) -> str:
    registry = jws.JWSRegistry(algorithms=["RS256"], strict_check_header=False)
    head = {"alg": "RS256", "kid": "k"} | (header or {})
    return jws.serialize_compact(head, json.dumps(claims), KEY, registry=registry)


def read(token: str, expected: Expected = EXPECTED) -> Any:
    return tokens.identity(token, lambda _: [KEY], expected, "n")


@tried(60)
@given(st.dictionaries(NAMES, VALUES, min_size=1, max_size=4))
def test_whatever_a_token_says_it_is_refused_or_says_what_it_must(said: dict[str, Any]) -> None:
    """No claim, of whatever kind, is an error of the program, and none is believed by mistake."""
    try:
        found = read(signed(CLAIMS | said))
    except Refused as refused:
        assert refused.why and refused.message
        return
    assert (found["iss"], found["nonce"]) == (CLAIMS["iss"], "n")
    assert found["aud"] == "tian" or "tian" in found["aud"]
    assert found.get("azp") in (None, "tian") and isinstance(found["sub"], str)
    assert found["exp"] > NOW - 60 and found["iat"] <= NOW + 60
    assert "events" not in found


@tried(40)
@given(st.text(max_size=40) | st.binary(max_size=40).map(lambda raw: raw.decode("latin-1")))
def test_whatever_is_no_token_is_refused(text: str) -> None:
    for token in (text, f"{text}.{text}.{text}", f"{signed(CLAIMS)}{text or '.'}", f".{text}."):
        with pytest.raises(Refused):
            read(token)


@pytest.mark.parametrize(
    ("off", "good"),
    [(0, True), (359, True), (360, False), (-60, True), (-61, False)],
)
def test_the_leeway_is_what_is_configured_to_the_second(off: int, good: bool) -> None:
    """``off``: by how much this machine's clock is ahead of when the token was made."""
    expected = Expected("https://sso.example", "tian", NOW + off, 60, ["RS256"])
    if good:
        assert read(signed(CLAIMS), expected)["sub"] == "u"
        return
    with pytest.raises(Refused, match="核对服务器的时钟"):
        read(signed(CLAIMS), expected)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("groups", ["a"]),
        ("realm.roles", ["b"]),
        ("realm.roles.x", None),
        ("https://x.example/roles", ["c"]),
        ("groups.a", None),
        ("none", None),
        ("", None),
    ],
)
def test_a_claim_is_found_by_its_name_or_within_another(name: str, found: object) -> None:
    said = {
        "groups": ["a"],
        "realm": {"roles": ["b"]},
        "https://x.example/roles": ["c"],
        "": "nothing",
    }
    assert tokens.claim(said, name) == found


def test_a_long_header_of_certificates_is_read() -> None:
    assert read(signed(CLAIMS, {"x5c": ["A" * 4000]}))["sub"] == "u"
