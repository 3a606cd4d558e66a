"""The sign-on over TLS: a certificate of the office's own authority, and one that nobody vouches
for."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from oidc_fakes import CLIENT, lying

from casework.sign_on.provider import Provider
from drafting.errors import UserError
from storage.configuration import Oidc


def test_the_offices_own_authority_is_believed_where_it_is_named(
    context: ssl.SSLContext, certificate: Path
) -> None:
    with lying(context) as told:
        for ca_file, said in (("ca.pem", ""), ("", "对方证书不可信：不是可信机构签发")):
            chosen = Oidc(issuer=told.issuer, client_id=CLIENT, ca_file=ca_file)
            found = Provider(chosen, certificate).look()
            assert said in found and bool(said) == bool(found)


def test_the_secret_goes_to_no_one_whose_certificate_does_not_hold(
    context: ssl.SSLContext, certificate: Path, tmp_path: Path
) -> None:
    (tmp_path / "oidc.secret").write_text("secret", "utf-8")
    with lying(context) as told:
        chosen = Oidc(issuer=told.issuer, client_id=CLIENT, ca_file="ca.pem")
        with Provider(chosen, certificate).asking() as asking:
            said = asking.metadata()
        mistrusting = Oidc(issuer=told.issuer, client_id=CLIENT, secret_file="oidc.secret")
        with (
            pytest.raises(UserError, match="对方证书不可信"),
            Provider(mistrusting, tmp_path).asking() as asking,
        ):
            asking.redeem(said, "code", "verifier", "https://tian.example/back")
        assert "/token" not in told.asked and told.secret == ""
