"""Parsers for the fields of a form: dates, lists of names, numbers, the page to go on to."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from urllib.parse import urlsplit

from drafting.errors import UserError
from drafting.language.cleaning import typed_line, typed_text

# No matter in hand is dated before the republic; a slip of the key makes 0226 of 2026.
_UNSEEN = ("Cc", "Cf", "Zl", "Zp")
_YEARS = (1949, 2100)
_DATE = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?")


def parse_date(text: str, name: str, field: str) -> dt.date | None:
    """Read ``2026-03-15`` or ``2026年3月15日``; nothing is ``None``.

    Raises :class:`UserError` naming ``name`` (Chinese) and ``field`` for anything else.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if not text:
        return None
    found = _DATE.fullmatch(text)
    try:
        if not found:
            raise ValueError(text)
        date = dt.date(*(int(part) for part in found.groups()))
    except ValueError:
        raise UserError(f"{name}请写成 2026-03-15 或 2026年3月15日。", field=field) from None
    if not _YEARS[0] <= date.year <= _YEARS[1]:
        raise UserError(f"{name}的年份“{date.year}”不对，请核对。", field=field)
    return date


def split_names(text: str) -> tuple[str, ...]:
    """Return the names of a list written with line breaks, 、 or commas, none twice."""
    parts = (typed_line(part) for part in re.split(r"[\n、，,；;]", typed_text(text)))
    return tuple(dict.fromkeys(part for part in parts if part))


def parse_number(text: str | None) -> int:
    """Return a version or place from a form; what is no number of ours is 0."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def safe_path(target: str | None) -> str:
    """Return ``target`` where it is a path on this server, else the first page: no way out.

    Browsers leave control characters out of an address, and take a backslash for a slash: what has
    either in it may lead elsewhere than it seems to.
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return "/"
    if "\\" in target or any(unicodedata.category(char) in _UNSEEN for char in target):
        return "/"
    parts = urlsplit(target)
    return target if not parts.netloc and not parts.scheme else "/"
