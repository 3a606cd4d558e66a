"""Pages saved as one file (.mht, .mhtml) → lines."""

from __future__ import annotations

import email
import email.policy
from email.message import Message

from drafting.model import UserError
from drafting.reading.decode import decode
from drafting.reading.html import read_html
from drafting.reading.lines import Line, to_lines

_MOST_PARTS = 2_000
_NO_PAGE = "网页归档文件（.mht）中没有可读的网页。"


def read_mht(data: bytes) -> list[Line]:
    """Return the lines of the page in a web archive, RFC 2557.

    Raises :class:`UserError` where no page is in it or the page says nothing.
    """
    if data.count(b"\n--") > _MOST_PARTS:
        raise UserError("网页归档文件（.mht）部分过多，为安全起见不予打开。")
    try:
        message = email.message_from_bytes(data, policy=email.policy.compat32)
    except RecursionError:
        raise UserError(_NO_PAGE) from None
    page = _first(message, "text/html")
    if page is not None:
        return read_html(_content(page))
    plain = _first(message, "text/plain")
    if plain is None or not (lines := to_lines(decode(_content(plain)))):
        raise UserError(_NO_PAGE)
    return lines


def _first(message: Message, kind: str) -> Message | None:
    return next((part for part in message.walk() if part.get_content_type() == kind), None)


def _content(part: Message) -> bytes:
    """Return a part's bytes, in UTF-8 with its mark where the part names its own charset."""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes) or not content.strip():
        raise UserError(_NO_PAGE)
    charset = (part.get_content_charset() or "").lower()
    if not charset or charset.startswith("utf"):
        return content
    try:
        text = content.decode("gb18030" if charset.startswith("gb") else charset)
    except (LookupError, UnicodeDecodeError):
        return content
    return text.encode("utf-8-sig", "replace")
