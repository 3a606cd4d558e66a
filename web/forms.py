"""The fields of the form that was sent: read, cleaned, within limits, refused at their place.

A page keeps what was typed as values by field, and what is wrong with them as messages by field
(``""`` is the form as a whole); the macros of ``_forms.html`` show both again. That a form is the
page's own is made sure of before any page is asked (:mod:`web.access.security`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from flask import request
from werkzeug.datastructures import FileStorage

from drafting.errors import UserError
from drafting.language.cleaning import typed_line, typed_text
from drafting.language.file_names import safe_file_name
from drafting.language.limits import FILE_MAX_BYTES, megabytes
from web.texts import parse_date, parse_number

T = TypeVar("T")

UNITS_AT_MOST, UNIT_MAX_CHARS = 100, 60
"""Of a list of units, one a line."""


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
