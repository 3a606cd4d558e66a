"""The fields of the form that was sent: read, cleaned, within limits, refused at their place.

A page keeps what was typed as values by field, and what is wrong with them as messages by field
(``""`` is the form as a whole); the macros of ``_forms.html`` show both again. That a form is the
page's own is made sure of before any page is asked (:mod:`web.access.security`).

What comes to no page (an error, a session that has ended) is given back by :func:`sent`: all that
was typed, and which files were chosen.
"""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import IO, Any, TypeVar
from urllib.parse import urlsplit

from flask import request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from drafting.errors import UserError
from drafting.language.cleaning import typed_line, typed_text
from drafting.language.file_names import safe_file_name
from drafting.language.limits import FILE_MAX_BYTES, megabytes
from web.field_titles import title_of
from web.form_bodies import MOST_BYTES, MOST_FIELDS, BoundedParser
from web.texts import parse_date, parse_number, safe_path

T = TypeVar("T")

UNITS_AT_MOST, UNIT_MAX_CHARS = 100, 60
"""Of a list of units, one a line."""

FILES_AT_ONCE = 30
GIVEN_BACK_MOST = 3 * MOST_BYTES
"""Of a form that was too large: who pasted a book finds it again."""


# ------------------------------------------------------------------ one field


def line(name: str) -> str:
    """Return what was typed in ``name``, cleaned, on one line."""
    return typed_line(request.form.get(name, ""))


def text(name: str) -> str:
    """Return what was typed in ``name``, cleaned, with its lines."""
    return typed_text(request.form.get(name, ""))


def number(name: str) -> int:
    """Return a version or place; what is no number of ours is 0."""
    return parse_number(request.form.get(name))


def day(name: str, title: str, field: str = "") -> dt.date | None:
    """Return a day, ``None`` where none was typed; raises :class:`UserError` at ``field``."""
    return parse_date(request.form.get(name, ""), title, field or name)


def lines(names: Iterable[str]) -> dict[str, str]:
    """Return what was typed in each of ``names``, on one line."""
    return {name: line(name) for name in names}


def files(name: str = "file") -> list[FileStorage]:
    """Return the files that were chosen in ``name``. Raises :class:`UserError` for more than are
    looked into while the page waits."""
    chosen = [one for one in request.files.getlist(name) if one.filename]
    if len(chosen) > FILES_AT_ONCE:
        raise UserError(f"一次最多选 {FILES_AT_ONCE} 个文件，请分几次上传。", field=name)
    return chosen


def uploaded(file: FileStorage, *, too_big: str, field: str = "file") -> tuple[str, bytes]:
    """Return the name and bytes of a file that was sent.

    Raises :class:`UserError` at ``field``, which says what to do as ``too_big`` does.
    """
    data = file.stream.read(FILE_MAX_BYTES + 1)
    if len(data) > FILE_MAX_BYTES:
        raise UserError(f"文件超过 {megabytes(FILE_MAX_BYTES)} MB{too_big}", field=field or None)
    return safe_file_name(file.filename or ""), data


# ------------------------------------------------------------------ what is wrong


def at_place(error: UserError, usual: str = "") -> dict[str, str]:
    """Return the message of ``error`` by the field that it names, else by the ``usual`` one."""
    return {error.field or usual: error.message}


def checked(errors: dict[str, str], name: str, read: Callable[[], T]) -> T | None:
    """Return what ``read`` gives; what it refuses is put into ``errors`` at ``name``."""
    try:
        return read()
    except UserError as error:
        errors[name] = error.message
        return None


def too_long(
    values: Mapping[str, str], limits: Mapping[str, int], titles: Mapping[str, str]
) -> dict[str, str]:
    """Return a message for each value that is longer than the limit of its field."""
    return {
        name: f"{titles[name]}不能超过{most}个字。"
        for name, most in limits.items()
        if len(values[name]) > most
    }


def too_many_units(units: tuple[str, ...], title: str) -> str:
    """Say what is wrong with a list of units, nothing where it is right."""
    if len(units) <= UNITS_AT_MOST and all(len(unit) <= UNIT_MAX_CHARS for unit in units):
        return ""
    return f"{title}单位请每行写一个，每个不超过{UNIT_MAX_CHARS}个字。"


# ------------------------------------------------------------------ what was sent, given back


SECRET = frozenset({"password", "again", "former"})
OWN = frozenset({"csrf", "resume"})
"""What is neither shown nor sent again: passwords, and what belongs to one showing of a page."""


@dataclass(frozen=True, slots=True)
class Typed:
    """One field as it is shown again."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it was sent: where to, its fields in order, the names of the files chosen.

    ``page`` is the path of the page it stood on, "" where the browser did not say or it was none
    of ours; ``secret``: passwords were among the fields, which are left out.
    """

    path: str
    fields: tuple[tuple[str, str], ...] = ()
    files: tuple[str, ...] = ()
    page: str = ""
    secret: bool = False

    @property
    def typed(self) -> list[Typed]:
        """What was typed or chosen, under its titles; those of one title are counted."""
        shown = [(title, text) for name, text in self.fields if text and (title := title_of(name))]
        many, seen = Counter(title for title, _ in shown), Counter[str]()
        found = []
        for title, text in shown:
            seen[title] += 1
            found.append(Typed(f"{title} {seen[title]}" if many[title] > 1 else title, text))
        return found

    @property
    def goes_again(self) -> bool:
        """Whether it can be sent again as it is: from one of our pages, with nothing left out."""
        return bool(self.page and self.fields) and not self.files and not self.secret


def sent() -> Sent:
    """Return the form of this request, whatever became of it; empty where none was sent."""
    if request.method != "POST":
        return Sent("")
    form, files = _parts()
    fields = [(name, value) for name, values in form.lists() for value in values]
    return Sent(
        request.full_path.rstrip("?"),
        tuple((name, value) for name, value in fields if name not in SECRET | OWN),
        tuple(one.filename for one in files.values() if one.filename),
        _own_page(),
        any(name in SECRET for name, _ in fields),
    )


def _parts() -> tuple[MultiDict[str, str], MultiDict[str, FileStorage]]:
    """Return the fields and files; of a form beyond the limits the fields all the same."""
    try:
        return request.form, request.files
    except RequestEntityTooLarge:
        body = request.environ["wsgi.input"]
        if not body.seekable():
            return MultiDict(), MultiDict()
        body.seek(0)
        # Files go nowhere; of a form with more in it than any of ours has, nothing is given back.
        parser = BoundedParser(
            _nowhere, max_form_memory_size=GIVEN_BACK_MOST, max_form_parts=MOST_FIELDS
        )
        try:
            return parser.parse_from_environ(request.environ)[1:]
        except RequestEntityTooLarge:
            return MultiDict(), MultiDict()


class _Nowhere(io.BytesIO):
    """A file that keeps nothing, and takes no place among the open ones: there may be thousands."""

    def write(self, data: Any) -> int:
        return len(data)


def _nowhere(*_: Any, **__: Any) -> IO[bytes]:
    return _Nowhere()


def _own_page() -> str:
    """Return the path of the page whose form this is, where the browser says that it is ours."""
    came = urlsplit(request.referrer or "")
    origin = urlsplit(request.origin or request.referrer or "")
    if {came.netloc, origin.netloc} != {request.host}:
        return ""
    return safe_path(f"{came.path}?{came.query}".rstrip("?"))
