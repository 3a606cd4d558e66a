"""The hash that chains the log: over an entry's own fields and the hash of the entry before it."""

from __future__ import annotations

import hashlib
import json

NO_CHARACTER = "␀"
"""Stands for NUL where a log that has some is moved to PostgreSQL, which has no room for it."""
FUNCTION = "log_hash"
"""Under this name SQL knows it on every connection that :func:`storage.connect` opens."""


def link(chained: str, *fields: object) -> str:
    """Return the hash of ``fields`` after an entry whose hash is ``chained``."""
    canonical = json.dumps([chained, *fields], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def holds(found: str, chained: str, *fields: object) -> bool:
    """Whether ``found`` is the hash of ``fields``, or of what they were before they were moved."""
    if found == link(chained, *fields):
        return True
    if not any(isinstance(one, str) and NO_CHARACTER in one for one in fields):
        return False
    former = (one.replace(NO_CHARACTER, "\0") if isinstance(one, str) else one for one in fields)
    return found == link(chained, *former)
