"""Signatures by the Standard Webhooks specification 1.0.0, "Signature scheme", symmetric (``v1``).

Signed is ``id.timestamp.body`` with HMAC-SHA256; of several secrets each signs, so that a receiver
may change from one to the other in its own time.
"""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import secrets
from collections.abc import Sequence

PREFIX = "whsec_"
_SECRET_BYTES = 32


def new_secret() -> str:
    """Return a secret in the form in which the scheme writes them: ``whsec_`` and base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def headers(message: str, body: bytes, held: Sequence[str], now: dt.datetime) -> dict[str, str]:
    """Return the three headers of a message ``message`` that is tried at ``now``."""
    at = str(int(now.timestamp()))
    return {
        "webhook-id": message,
        "webhook-timestamp": at,
        "webhook-signature": " ".join(signature(one, message, at, body) for one in held),
    }


def signature(secret: str, message: str, at: str, body: bytes) -> str:
    """Return one signature, ``v1,`` and base64."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    made = hmac.digest(key, f"{message}.{at}.".encode() + body, "sha256")
    return "v1," + base64.b64encode(made).decode()
