"""Responses that are files to download: never shown in the browser, their type never guessed."""

from __future__ import annotations

import io
import mimetypes
import re
from urllib.parse import quote

from flask import Response, send_file

from drafting.language.file_names import safe_file_name

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# Types that a browser would run; they go out as bytes even though they are downloads.
INERT = "application/octet-stream"
"""Bytes of which nothing is said."""
_NAME_CHARS = 200


def attachment(content: bytes, name: str, kind: str | None = None) -> Response:
    """Return ``content`` as a download under ``name``.

    The name stands twice (RFC 6266): as it is, by RFC 5987, and for what does not know that, by
    what letters and figures it has.
    """
    # Here, where all pass: a name may be as it was kept long ago, or as another program wrote it.
    name = safe_file_name(name, _NAME_CHARS)
    guessed = kind or mimetypes.guess_type(name)[0] or INERT
    if guessed.startswith("text/") or "xml" in guessed.removeprefix(DOCX):
        guessed = INERT
    response = send_file(
        io.BytesIO(content), mimetype=guessed, as_attachment=True, download_name=name, max_age=0
    )
    response.headers["Content-Disposition"] = disposition(name)
    return response


def disposition(name: str) -> str:
    """Return the header that names a download."""
    stem, dot, ending = name.rpartition(".")
    if not (stem and ending.isascii()):
        stem, dot, ending = name, "", ""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", stem).strip("-") or "file"
    plain += dot + re.sub(r"[^A-Za-z0-9]", "", ending)
    exact = quote(name, safe="", encoding="utf-8", errors="replace")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}"
