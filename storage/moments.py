"""How both databases write a moment."""

import datetime as dt


def moment(text: str | None) -> dt.datetime | None:
    """Return the moment that a column tells; ``None`` where nothing has come yet."""
    return dt.datetime.fromisoformat(text) if text else None


def utc_now() -> str:
    """Return the moment in UTC, to the second, as ISO 8601: ``2026-11-28T08:00:24+00:00``."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
