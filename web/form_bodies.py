"""The body of a form, parsed within bounds: of one that is not multipart the framework has none.

Sixty megabytes of ``&`` would be parsed for minutes into gigabytes, of anybody who comes by.
"""

from __future__ import annotations

from binascii import a2b_qp
from typing import IO, Any, cast
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

MOST_BYTES = 8 * 1024 * 1024
"""Of a form that is not multipart, and of a field of one that is: 300,000 characters take 2.7 MB
where each byte is written as three."""

MOST_FIELDS = 5_000

_SMALL = 256 * 1024


class BoundedParser(FormDataParser):
    """A parser that refuses what is beyond ``max_form_memory_size`` and ``max_form_parts``."""

    def _parse_urlencoded(
        self, stream: IO[bytes], _mimetype: str, length: int | None, _options: dict[str, str]
    ) -> Any:
        most = self.max_form_memory_size or MOST_BYTES
        # What is asked for is taken at once, however little comes of it.
        body = stream.read(min(length or 0, most) + 1)
        if len(body) > most or body.count(b"&") >= (self.max_form_parts or MOST_FIELDS):
            raise RequestEntityTooLarge
        return stream, self.cls(fields(body)), self.cls()


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


def fields(body: bytes) -> list[tuple[str, str]]:
    """Return names and values of a form as browsers write it when it holds no file.

    The standard library takes fourteen bytes of memory for each byte of a long one.
    """
    if len(body) <= _SMALL:
        text = body.decode("utf-8", "replace")
        return cast(
            list[tuple[str, str]],
            parse_qsl(text, keep_blank_values=True, errors="werkzeug.url_quote"),
        )
    return _of_long(body)


def _of_long(body: bytes) -> list[tuple[str, str]]:
    parts = (one.partition(b"=") for one in body.split(b"&") if one)
    return [(_plain(name), _plain(value)) for name, _, value in parts]


def _plain(written: bytes) -> str:
    # Quoted-printable is the same but for the sign, and is decoded in one go.
    quoted = written.replace(b"=", b"=3D").replace(b"%", b"=").replace(b"+", b" ")
    return a2b_qp(quoted).decode("utf-8", "replace")
