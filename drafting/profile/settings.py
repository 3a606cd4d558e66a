"""The settings of a unit as a page shows and takes them: groups of named texts and choices.

Which settings there are, with their titles, says ``settings.toml``; of what kind each is, the
classes of :mod:`drafting.profile.nouns`. What a unit has is its own tables (what its file says);
what it does not say it has from the shipped profile that it stands on.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from drafting.errors import UserError
from drafting.profile.loading import base_of, merged
from drafting.profile.nouns import Profile
from drafting.profile.patterns import face_fault, fault_of

Kind = Literal["line", "area", "choice", "number", "list", "rows", "pairs"]
YES_NO = (("true", "是"), ("false", "否"))


@dataclass(frozen=True, slots=True)
class Column:
    """One part of a line: its key, what a line may say there, and whether it may say several.

    ``names`` are the values with what a page calls them, none where any word will do.
    """

    name: str
    names: tuple[tuple[str, str], ...] = ()
    several: bool = False
    day: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its key in the file, title and hint, and of what kind it is.

    ``choices`` are values with their names; ``columns`` the parts of a line of ``rows`` or
    ``pairs``. ``rare``: few units change it.
    """

    key: str
    title: str
    hint: str
    kind: Kind
    choices: tuple[tuple[str, str], ...] = ()
    columns: tuple[Column, ...] = ()
    slots: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    rare: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Settings that are shown and saved together."""

    name: str
    title: str
    settings: tuple[Setting, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting in two states, as a page says them; ``title`` names group and setting."""

    key: str
    title: str
    before: str
    after: str


@cache
def groups() -> tuple[Group, ...]:
    """Return the groups in their order."""
    with (Path(__file__).parent / "settings.toml").open("rb") as file:
        data = tomllib.load(file)["group"]
    return tuple(
        Group(one["name"], one["title"], tuple(_setting(line) for line in one["settings"]))
        for one in data
    )


@cache
def settings() -> Mapping[str, Setting]:
    """Return all settings by key."""
    return {one.key: one for group in groups() for one in group.settings}


# ------------------------------------------------------------------ values


def effective(own: Mapping[str, Any]) -> dict[str, Any]:
    """Return what holds for a unit whose own tables are ``own``."""
    return merged(base_of(own), own)


def shown(tables: Mapping[str, Any], setting: Setting) -> str:
    """Return the value of ``setting`` in ``tables`` as a form has it; "" where it has none."""
    value = _at(tables, setting.key)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if setting.kind == "rows":
        names = [one.name for one in setting.columns]
        rows = ([one.get(name, "") for name in names] for one in value if isinstance(one, Mapping))
        return "\n".join(_row(setting, row) for row in rows)
    if setting.kind == "pairs":
        return "\n".join(_row(setting, pair) for pair in value.items())
    if setting.kind == "list" and isinstance(value, list):
        return "\n".join(map(str, value))
    return str(value)


def taken(setting: Setting, text: str) -> Any:
    """Return the value that ``text`` says; raises :class:`UserError` at the setting's key."""
    said = _fault(setting, text)
    if said:
        joint = "" if said.startswith(("中的", "超过")) else "："
        raise UserError(f"{setting.title}{joint}{said}", field=setting.key)
    if setting.kind == "number":
        return int(text)
    if setting.kind == "choice":
        return {"true": True, "false": False}.get(text, text)
    if setting.kind == "list":
        return _lines(text)
    if setting.kind == "rows":
        names = [one.name for one in setting.columns]
        return [dict(zip(names, _parts(setting, line), strict=True)) for line in _lines(text)]
    if setting.kind == "pairs":
        return {str(key): value for key, value in (_parts(setting, line) for line in _lines(text))}
    return text


def with_values(
    own: Mapping[str, Any], values: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return ``own`` with ``values`` (a form's texts by key), and what is wrong by key.

    A value as the shipped profile has it is not written down, so that the unit goes on having
    what is shipped; one that is wrong leaves what stood.
    """
    base, result, errors = base_of(own), _copied(own), dict[str, str]()
    for key, text in values.items():
        setting = settings()[key]
        # A browser sends line ends of its own kind; what reads as before is as before.
        text = text.replace("\r\n", "\n").strip()
        if text == shown(effective(own), setting):
            continue
        try:
            value = taken(setting, text)
        except UserError as error:
            errors[key] = error.message
            continue
        if value == _at(base, key):
            _remove(result, key)
        else:
            _put(result, key, value)
    return result, errors


def without(own: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return ``own`` without what stands at ``key`` (``pronouns.by_ending[1]``: the whole list)."""
    result = _copied(own)
    _remove(result, key.split("[", 1)[0])
    return result


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Return what differs between two units' own tables, in the order of the page.

    What the page does not show is named by its key.
    """
    one, other = effective(before), effective(after)
    titled = {s.key: f"{g.title} · {s.title}" for g in groups() for s in g.settings}
    found = [
        Difference(key, title, _said(one, key), _said(other, key))
        for key, title in titled.items()
        if _at(one, key) != _at(other, key)
    ]
    leaves = {*_leaves(one), *_leaves(other)}
    keys = sorted(key for key in leaves if not any(f"{key}.".startswith(f"{t}.") for t in titled))
    return found + [
        Difference(key, key, str(_at(one, key) or ""), str(_at(other, key) or ""))
        for key in keys
        if _at(one, key) != _at(other, key)
    ]


def _said(tables: Mapping[str, Any], key: str) -> str:
    setting = settings()[key]
    text = "、".join(shown(tables, setting).splitlines())
    return dict(setting.choices).get(text, text)


# ------------------------------------------------------------------ one setting


def _setting(line: Mapping[str, Any]) -> Setting:
    hint, slots = _type_of(line["key"])
    choices = tuple((line.get("choices") or {}).items())
    item = get_args(hint)[0] if get_origin(hint) is tuple else None
    kind: Kind
    columns: tuple[Column, ...] = ()
    words: tuple[str, ...] = ()
    if hint is bool:
        kind, choices = "choice", YES_NO
    elif hint is int:
        kind = "number"
    elif item is not None and dataclasses.is_dataclass(item):
        kind = "rows"
        types = get_type_hints(item)
        columns = tuple(_column(one.name, types[one.name], choices) for one in fields(item))
    elif item is not None:
        kind, words = "list", get_args(item)
    elif get_origin(hint) is not None and get_origin(hint) is not Literal:
        kind = "pairs"
        columns = (Column(line["title"]), _column("", get_args(hint)[-1], choices))
    else:
        kind = "choice" if choices else "area" if line.get("long") else "line"
    return Setting(
        line["key"],
        line["title"],
        line.get("hint", ""),
        kind,
        choices if kind == "choice" else (),
        columns,
        slots,
        words,
        bool(line.get("rare")),
    )


def _column(name: str, kind: Any, names: tuple[tuple[str, str], ...]) -> Column:
    several = get_origin(kind) is tuple
    words = get_args(get_args(kind)[0] if several else kind)
    known = tuple((one, dict(names).get(one, one)) for one in words)
    return Column(name, known, several, kind is dt.date)


def _type_of(key: str) -> tuple[Any, frozenset[str]]:
    """Return the type at ``key``, and the slots that a sentence there may use."""
    kind: Any = Profile
    slots: frozenset[str] = frozenset()
    for part in key.split("."):
        if dataclasses.is_dataclass(kind):
            known = {one.name: one for one in dataclasses.fields(kind)}
            slots = known[part].metadata.get("slots", frozenset())
            kind = get_type_hints(kind)[part]
        else:
            kind = get_args(kind)[1]
    return kind, slots


def _fault(setting: Setting, text: str) -> str:
    if setting.kind == "number":
        return "" if text.isascii() and text.isdigit() and len(text) < 5 else "应为整数。"
    if setting.kind == "choice":
        return "" if text in dict(setting.choices) else "请从列出的几项中选一项。"
    if setting.kind == "list":
        other = [line for line in _lines(text) if setting.words and line not in setting.words]
        return f"“{other[0]}”不是{'、'.join(setting.words)}之一。" if other else ""
    if setting.kind in ("rows", "pairs"):
        return next((said for line in _lines(text) if (said := _row_fault(setting, line))), "")
    if setting.key.startswith("unit.") and not text:
        return "未填写。"
    if setting.key.startswith("style.") and setting.kind == "line":
        return face_fault(text)
    return fault_of(text, setting.slots) if setting.slots else ""


def _row_fault(setting: Setting, line: str) -> str:
    parts = _split(setting, line)
    if len(parts) < len(setting.columns):
        if setting.columns[-1].day:
            return f"“{line}”应为届次、空格、日期。"
        return f"“{line}”应有 {len(setting.columns)} 项，中间空一格。"
    return next(filter(None, map(_part_fault, setting.columns, parts)), "")


def _part_fault(column: Column, text: str) -> str:
    if column.day:
        return "" if _day(text) else f"“{text}”不是日期，应如 2026-01-12。"
    if not column.names:
        return ""
    known = [said for _, said in column.names]
    wrong = [one for one in _said_of(column, text) if one not in known]
    return f"“{wrong[0]}”不是{'、'.join(known)}之一。" if wrong else ""


def _split(setting: Setting, line: str) -> list[str]:
    """Return the parts of a line: of a pair its name may hold blanks, of a row its last part."""
    if setting.kind == "pairs":
        name, _, value = line.rpartition(" ")
        return ["".join(name.split()), value] if name else [value]
    return line.split(maxsplit=len(setting.columns) - 1)


def _parts(setting: Setting, line: str) -> list[Any]:
    """Return the values of a line, which is right."""
    return [_part(*pair) for pair in zip(setting.columns, _split(setting, line), strict=True)]


def _part(column: Column, text: str) -> Any:
    if column.day:
        return _day(text)
    values = {said: value for value, said in column.names}
    if column.several:
        return [values.get(one, one) for one in _said_of(column, text)]
    return values.get(text, text)


def _said_of(column: Column, text: str) -> list[str]:
    return re.split(r"[、，,\s]+", text.strip("、，, ")) if column.several else [text]


def _row(setting: Setting, values: Sequence[Any]) -> str:
    # Blanks part the columns: only the last can hold some.
    *first, last = (_shown_part(*pair) for pair in zip(setting.columns, values, strict=True))
    return " ".join([*("".join(part.split()) for part in first), last])


def _shown_part(column: Column, value: Any) -> str:
    said = dict(column.names)
    if column.several and isinstance(value, list):
        return "、".join(said.get(str(one), str(one)) for one in value)
    return said.get(str(value), str(value))


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _lines(text: str) -> list[str]:
    return [line for part in text.splitlines() if (line := " ".join(part.split()))]


# ------------------------------------------------------------------ tables


def _at(tables: Mapping[str, Any], key: str) -> Any:
    found: Any = tables
    for part in key.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return None
        found = found[part]
    return found


def _put(tables: dict[str, Any], key: str, value: Any) -> None:
    *path, last = key.split(".")
    for part in path:
        tables = tables.setdefault(part, {})
    tables[last] = value


def _remove(tables: dict[str, Any], key: str) -> None:
    first, _, rest = key.partition(".")
    if not rest:
        tables.pop(first, None)
    elif isinstance(tables.get(first), dict):
        _remove(tables[first], rest)
        if not tables[first]:
            del tables[first]


def _copied(tables: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: _copied(value) if isinstance(value, Mapping) else value
        for key, value in tables.items()
    }


def _leaves(tables: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in tables.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}"
