"""A profile's text with other values in it: what did not change stands as it was, to the letter.

Comments, blank lines and the order of a file are whose who wrote it. A value is exchanged where it
stands; a new one goes to the end of its table. The result is read back: where it does not say what
it should (a shape that is not known here), the whole is written anew, and the comments go to its
head, so that none is lost.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from drafting.profile.writing import key_of, to_toml, value_of

MOVED = "# 原文件中的注释："
_MOST_LINES = 400
_MOST_MARKS = 50
"""A list of more lines is written anew; in a text of more # signs no comment is looked for."""
_Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One ``key = value`` of the text: its lines, and the comments behind it or in its midst."""

    path: _Path
    start: int
    end: int
    comments: tuple[str, ...] = ()


def patched(text: str, tables: Mapping[str, Any]) -> str:
    """Return ``text``, which is TOML or empty, changed to say ``tables`` with its comments kept."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        before = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return _anew(text, tables)
    if before == tables:
        return text
    if not text.strip():
        return to_toml(tables)
    lines = text.rstrip("\n").split("\n")
    try:
        changed = _changed(lines, before, tables)
        if tomllib.loads(changed) == tables:
            return changed
    except (tomllib.TOMLDecodeError, _Unknown):
        pass
    return _anew(text, tables)


class _Unknown(Exception):
    """The text has a shape that is not known here."""


def _changed(lines: list[str], before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    entries, headers = _read(lines)
    old, new = dict(_leaves(before)), dict(_leaves(after))
    put: dict[int, list[str]] = {}
    for entry in entries:
        value = new.get(entry.path)
        if value == old[entry.path]:
            continue
        for number in range(entry.start, entry.end):
            put[number] = []
        put[entry.start] = _exchanged(entry, value)
    for table, number in headers.items():
        if not _holds(after, table):
            put[number] = _comments(lines[number : number + 1])
    for path in new:
        if path not in old:
            at = _end_of(path[:-1], entries, headers)
            if at is None:
                lines += ["", f"[{'.'.join(map(key_of, path[:-1]))}]"]
                headers[path[:-1]] = at = len(lines) - 1
            # Before the first line of all there is no line to put it behind.
            line = _said(path[-1], new[path])
            if at < 0:
                put[0] = [line, *put.get(0, lines[:1])]
            else:
                put[at] = [*put.get(at, [lines[at]]), line]
    kept = (line for number, one in enumerate(lines) for line in put.get(number, [one]))
    return "\n".join(kept).strip("\n") + "\n"


def _exchanged(entry: _Entry, value: Any) -> list[str]:
    """Return the lines that stand for ``entry`` when it says ``value`` (``None``: nothing)."""
    if value is None:
        return list(entry.comments)
    said = _said(entry.path[-1], value)
    if entry.end - entry.start == 1:
        return ["  ".join([said, *entry.comments])]
    return [*entry.comments, said]


def _holds(tables: Mapping[str, Any], path: _Path) -> bool:
    found: Any = tables
    for part in path:
        found = found.get(part) if isinstance(found, Mapping) else None
    return isinstance(found, Mapping)


def _said(key: str, value: Any) -> str:
    return f"{key_of(key)} = {value_of(value)}"


def _end_of(table: _Path, entries: Sequence[_Entry], headers: Mapping[_Path, int]) -> int | None:
    """Return the line behind which a key of ``table`` goes; -1: before all, ``None``: nowhere."""
    own = [entry.end - 1 for entry in entries if entry.path[:-1] == table]
    if own:
        return max(own)
    return headers.get(table, None if table else -1)


def _read(lines: Sequence[str]) -> tuple[list[_Entry], dict[_Path, int]]:
    entries: list[_Entry] = []
    headers: dict[_Path, int] = {}
    table: _Path = ()
    for start, end, said in _statements(lines):
        first = lines[start].strip()
        if first.startswith("[["):
            raise _Unknown
        if first.startswith("["):
            table = _leaf(said)[0]
            headers[table] = start
            continue
        path, value = _leaf(said)
        if isinstance(value, Mapping) and value:
            raise _Unknown
        entries.append(_Entry((*table, *path), start, end, tuple(_comments(lines[start:end]))))
    return entries, headers


def _statements(lines: Sequence[str]) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Yield each header or ``key = value``: its lines, from and to, and what it says by itself."""
    start = 0
    while start < len(lines):
        line = lines[start].strip()
        if not line or line.startswith("#"):
            start += 1
            continue
        ends = range(start + 1, min(len(lines), start + _MOST_LINES) + 1)
        read = ((end, _loads("\n".join(lines[start:end]))) for end in ends)
        end, said = next(((end, said) for end, said in read if said is not None), (0, None))
        if said is None:
            raise _Unknown
        yield start, end, said
        start = end


def _comments(lines: Sequence[str]) -> list[str]:
    """Return the comments in ``lines``, which are one statement."""
    whole, found = _loads("\n".join(lines)), []
    for number, line in enumerate(lines):
        marks = [at for at, character in enumerate(line) if character == "#"]
        for at in marks[:_MOST_MARKS]:
            # A # in a text is none: without what follows, the statement says something else.
            shorter = [*lines[:number], line[:at], *lines[number + 1 :]]
            if _loads("\n".join(shorter)) == whole:
                found.append(line[at:].strip())
                break
    return found


def _loads(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _leaf(found: Mapping[str, Any]) -> tuple[_Path, Any]:
    """Return the one path in ``found``; a dotted key is one of several parts."""
    ((key, value),) = found.items()
    if isinstance(value, Mapping) and len(value) == 1:
        path, leaf = _leaf(value)
        return (key, *path), leaf
    return (key,), value


def _leaves(tables: Mapping[str, Any], path: _Path = ()) -> Iterator[tuple[_Path, Any]]:
    for key, value in tables.items():
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, (*path, key))
        else:
            yield (*path, key), value


def _anew(text: str, tables: Mapping[str, Any]) -> str:
    """Return ``tables`` written out, behind every comment of ``text``."""
    lines = text.split("\n")
    head = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    others = _all_comments(lines[head:])
    return to_toml(tables, "\n".join([*lines[:head], *([MOVED] if others else []), *others]))


def _all_comments(lines: Sequence[str]) -> list[str]:
    try:
        statements = {start: end for start, end, _ in _statements(lines)}
    except _Unknown:
        statements = {}
    found, number = [], 0
    while number < len(lines):
        end = statements.get(number, number + 1)
        if number in statements:
            found += _comments(lines[number:end])
        elif lines[number].strip().startswith("#"):
            found.append(lines[number].strip())
        number = end
    return found
