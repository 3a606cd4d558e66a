"""Tables as TOML text, in the shapes that a profile has; reading it back gives the same tables."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_LINE = 92
"""A list longer than this has an item a line."""


def to_toml(data: Mapping[str, Any], head: str = "") -> str:
    """Return ``data`` as TOML, behind ``head`` (comment lines).

    Values are texts, whole numbers, yes or no, days, lists and tables of these.
    """
    return "\n".join([*([head.rstrip(), ""] if head else []), *_table(data, "")]).strip() + "\n"


def _table(data: Mapping[str, Any], path: str) -> Iterator[str]:
    plain = {key: value for key, value in data.items() if not isinstance(value, Mapping)}
    tables = {key: value for key, value in data.items() if isinstance(value, Mapping)}
    if path and (plain or not tables):
        yield f"[{path}]"
    for key, value in plain.items():
        yield f"{key_of(key)} = {value_of(value)}"
    if (path and (plain or not tables)) or plain:
        yield ""
    for key, value in tables.items():
        yield from _table(value, f"{path}.{key_of(key)}" if path else key_of(key))


def key_of(key: str) -> str:
    """Return a key as TOML writes it."""
    return key if _BARE.fullmatch(key) else _text(key)


def value_of(value: Any) -> str:
    """Return a value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        inner = ", ".join(f"{key_of(key)} = {value_of(one)}" for key, one in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, Sequence):
        return _list([value_of(one) for one in value])
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)


def _list(items: list[str]) -> str:
    line = f"[{', '.join(items)}]"
    if len(line) <= _LINE or not items:
        return line
    return "[\n" + "".join(f"    {one},\n" for one in items) + "]"


def _text(text: str) -> str:
    # A text of JSON is one of TOML but for the character 127, which TOML wants escaped too.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
