"""Pages saved as one file (.mht, .mhtml) → lines."""

from __future__ import annotations

import email
import email.policy
import posixpath
from email.message import Message

from drafting.errors import UserError
from drafting.papers.plain.lines import Line, to_lines
from drafting.reading.html.page import read_html
from drafting.reading.plain.decode import decode, patch

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
    pages = [part for part in message.walk() if part.get_content_type() == "text/html"]
    if pages:
        return read_html(_content(pages[0]), _frames(pages))
    plain = next((part for part in message.walk() if part.get_content_type() == "text/plain"), None)
    if plain is None or not (lines := to_lines(decode(_content(plain)))):
        raise UserError(_NO_PAGE)
    return lines


def _frames(pages: list[Message]) -> dict[str, bytes]:
    """Return the pages behind the first by the addresses by which it may name them."""
    base = str(pages[0].get("Content-Location") or "")
    frames: dict[str, bytes] = {}
    for part in pages[1:]:
        location = str(part.get("Content-Location") or "")
        names = {location, f"cid:{str(part.get('Content-ID') or '').strip('<> ')}"}
        # The page may name it from where it lies itself.
        names.add(location.removeprefix(posixpath.dirname(base) + "/"))
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and content.strip():
            frames.update(dict.fromkeys(names - {"", "cid:"}, _content(part)))
    return frames


def _content(part: Message) -> bytes:
    """Return a part's bytes, in UTF-8 with its mark where the part names its own charset."""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes) or not content.strip():
        raise UserError(_NO_PAGE)
    charset = (part.get_content_charset() or "").lower()
    if not charset or charset.startswith("utf"):
        return content
    try:
        text = patch(content, "gb18030" if charset.startswith("gb") else charset)
    except LookupError:
        return content
    return content if text is None else text.encode("utf-8-sig", "replace")
