"""The office's own sign-on by OpenID Connect: this program as a relying party.

The authorization code flow with PKCE (OpenID Connect Core 1.0 3.1, RFC 9700), logout begun here
(RP-Initiated Logout 1.0) and there (Back-Channel Logout 1.0). Signatures are joserfc's; why so:
``docs/decisions/sign-on.md``.
"""
