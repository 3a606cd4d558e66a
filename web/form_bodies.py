"""Forms as browsers send them, taken apart in little memory and within bounds.

The framework bounds no form that is not multipart: sixty megabytes of ``&`` would be parsed for
minutes into gigabytes, of anybody who comes by. And Python's own reader makes an object of some
fifty bytes of each percent-encoded byte: a text of 300,000 characters took 150 MB.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any
from urllib.parse import unquote_to_bytes

import numpy as np
import numpy.typing as npt
from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

MOST_BYTES = 8 * 1024 * 1024
"""Of a form that is not multipart, and of a field of one that is: 300,000 characters take 2.7 MB
where each byte is written as three."""

MOST_FIELDS = 5_000
ENCODED = "application/x-www-form-urlencoded"

_SHORT, _BLOCK = 256, 1024 * 1024
_NO_DIGIT = 255
_DIGITS = np.full(256, _NO_DIGIT, np.uint8)
for _value, _digit in enumerate("0123456789abcdef"):
    _DIGITS[[ord(_digit), ord(_digit.upper())]] = _value

Bytes = npt.NDArray[np.uint8]


class BoundedParser(FormDataParser):
    """A parser that refuses what is beyond ``max_form_memory_size`` and ``max_form_parts``."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> Any:
        """Return the stream, the fields and the files. Raises :class:`RequestEntityTooLarge`."""
        if mimetype != ENCODED:
            return super().parse(stream, mimetype, content_length, options)
        most = self.max_form_memory_size or MOST_BYTES
        # What is asked for is taken at once, however little comes of it.
        body = stream.read(min(content_length or 0, most) + 1)
        if len(body) > most or body.count(b"&") >= (self.max_form_parts or MOST_FIELDS):
            raise RequestEntityTooLarge
        return stream, self.cls(pairs(body)), self.cls()


class FormRequest(Request):
    """A request whose form is parsed within bounds; once it was refused it stays so."""

    form_data_parser_class = BoundedParser
    _refused: RequestEntityTooLarge | None = None

    def _load_form_data(self) -> None:
        if self._refused is not None:
            raise self._refused
        try:
            super()._load_form_data()
        except RequestEntityTooLarge as error:
            self._refused = error
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
