"""The hash that chains the log: over an entry's own fields and the hash of the entry before it."""

from __future__ import annotations

import hashlib
import json

FUNCTION = "log_hash"
"""Under this name SQL knows it on every connection that :func:`storage.connect` opens."""


def link(chained: str, *fields: object) -> str:
    """Return the hash of ``fields`` after an entry whose hash is ``chained``."""
    canonical = json.dumps([chained, *fields], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
