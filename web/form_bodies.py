"""Forms as browsers send them, taken apart in little memory.

Python's own reader makes an object of some fifty bytes of each percent-encoded byte: a text of
300,000 characters took 150 MB, and nothing bounded how long one may be.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO
from urllib.parse import unquote_to_bytes

import flask
import numpy as np
import numpy.typing as npt
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

FIELDS_AT_MOST = 50_000
ENCODED = "application/x-www-form-urlencoded"
_BYTES_EACH = 3
"""A byte of text that is percent-encoded takes so many."""
_SHORT, _BLOCK = 256, 1024 * 1024
_NO_DIGIT = 255
_DIGITS = np.full(256, _NO_DIGIT, np.uint8)
for _value, _digit in enumerate("0123456789abcdef"):
    _DIGITS[[ord(_digit), ord(_digit.upper())]] = _value

Bytes = npt.NDArray[np.uint8]
Parsed = tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]


class FormReader(FormDataParser):
    """Reads forms; bounds on size and number of fields hold however they are encoded."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> Parsed:
        """Return the stream, the fields and the files. Raises :class:`RequestEntityTooLarge`."""
        if mimetype != ENCODED:
            return super().parse(stream, mimetype, content_length, options)
        most = self.max_form_memory_size
        content = stream.read(-1 if most is None else _BYTES_EACH * most + 1)
        if most is not None and len(content) > _BYTES_EACH * most:
            raise RequestEntityTooLarge
        if content.count(b"&") >= FIELDS_AT_MOST:
            raise RequestEntityTooLarge
        return stream, self.cls(pairs(content)), self.cls()


class Request(flask.Request):
    """A request whose form is read so."""

    form_data_parser_class = FormReader
    _is_too_large = False

    def _load_form_data(self) -> None:
        """Read the form; one that was too large is so whenever it is asked for, and not what is
        left of it."""
        if self._is_too_large:
            raise RequestEntityTooLarge
        try:
            super()._load_form_data()
        except RequestEntityTooLarge:
            self._is_too_large = True
            raise


def pairs(content: bytes) -> Iterator[tuple[str, str]]:
    """Yield the fields of a form, as :func:`urllib.parse.parse_qsl` does."""
    start = 0
    while start < len(content):
        end = content.find(b"&", start)
        end = len(content) if end < 0 else end
        if end > start:
            name, _, value = content[start:end].partition(b"=")
            yield _text(name), _text(value)
        start = end + 1


def _text(encoded: bytes) -> str:
    # The name is Werkzeug's: what is no UTF-8 stays percent-encoded.
    return unquoted(encoded.replace(b"+", b" ")).decode("utf-8", "werkzeug.url_quote")


def unquoted(encoded: bytes) -> bytes:
    """Return what percent-encoded bytes stand for; a ``%`` without two digits stands for itself."""
    if len(encoded) < _SHORT or b"%" not in encoded:
        return unquote_to_bytes(encoded)
    pieces, start = [], 0
    while start < len(encoded):
        end = min(start + _BLOCK, len(encoded))
        # What begins at the end of a block is part of the next.
        last = encoded.rfind(b"%", start, end)
        if end < len(encoded) and last > end - 3:
            end = last
        pieces.append(_block(np.frombuffer(encoded, np.uint8, end - start, start)))
        start = end
    return b"".join(pieces)


def _block(codes: Bytes) -> bytes:
    digits = _DIGITS[codes]
    at = np.flatnonzero(codes[:-2] == ord("%"))
    at = at[(digits[at + 1] != _NO_DIGIT) & (digits[at + 2] != _NO_DIGIT)]
    found, kept = codes.copy(), np.ones(len(codes), np.bool_)
    found[at] = digits[at + 1] << 4 | digits[at + 2]
    kept[at + 1] = kept[at + 2] = False
    return found[kept].tobytes()
