"""Synonyms of the trade: names of one unit, expressions for one notion (``words.toml``)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from drafting.errors import UserError
from drafting.language.likeness import segment
from drafting.model import Unit

FILE_NAME = "words.toml"
"""The table's name, in the package and in a data folder that extends it."""

_MOST_GROUPS = 12


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Groups of names that mean the same, the units among them with their fields, and topics.

    ``topics`` gives for words of a subject the field that they tell.
    """

    groups: tuple[tuple[str, ...], ...]
    units: tuple[tuple[Unit, str], ...]
    by_name: Mapping[str, int]
    pattern: re.Pattern[str]
    topics: Mapping[str, str]


def load(folder: Path | None = None) -> Lexicon:
    """Return the shipped table, extended by that of the data ``folder``, where there is one.

    Raises :class:`UserError` where the folder's table cannot be read.
    """
    own = folder / FILE_NAME if folder else None
    if own is None or not own.is_file():
        return _shipped()
    return _extended(own, own.stat().st_mtime_ns)


def alternatives(lexicon: Lexicon, text: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return ``(name as folded, its other names)`` for each known name in ``text``, each once.

    Of names within names the longest counts.
    """
    found: dict[int, str] = {}
    for match in lexicon.pattern.finditer(segment.fold(text)):
        found.setdefault(lexicon.by_name[match[0]], match[0])
        if len(found) == _MOST_GROUPS:
            break
    return [
        (name, tuple(other for other in lexicon.groups[group] if segment.fold(other) != name))
        for group, name in found.items()
    ]


def field_of(issuers: tuple[str, ...], subject: str = "") -> str:
    """Return the field (城市管理, 教育 …) of the first of ``issuers`` that the table knows.

    Where it knows none (a government, its office, a proposal) the ``subject`` tells: by the topic
    that it names first, of those that begin together by the longest.
    """
    return _field_of_unit(issuers) or _field_of_subject(subject)


def _field_of_subject(subject: str) -> str:
    found = _topic_pattern().search(subject)
    return _shipped().topics[found[0]] if found else ""


@lru_cache(maxsize=1)
def _topic_pattern() -> re.Pattern[str]:
    longest = sorted(_shipped().topics, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest)))


@lru_cache(maxsize=512)
def _field_of_unit(issuers: tuple[str, ...]) -> str:
    for issuer in issuers:
        plain = issuer.replace("（", "").replace("）", "")
        best, field = 0, ""
        for unit, name in _shipped().units:
            for known in (unit.name, *unit.short.split(), *unit.former):
                if len(known) > best and plain.endswith(known):
                    best, field = len(known), name
        if field:
            return field
    return ""


@lru_cache(maxsize=1)
def _shipped() -> Lexicon:
    path = Path(__file__).with_name(FILE_NAME)
    return _build([tomllib.loads(path.read_text("utf-8"))])


@lru_cache(maxsize=4)
def _extended(path: Path, _changed: int) -> Lexicon:
    shipped = Path(__file__).with_name(FILE_NAME)
    try:
        own = tomllib.loads(path.read_text("utf-8"))
        return _build([tomllib.loads(shipped.read_text("utf-8")), own])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(
            f"检索用词表“{path}”读不懂，请对照自带的 words.toml 检查写法。", field=str(path)
        ) from error


def _build(tables: list[dict[str, Any]]) -> Lexicon:
    units: list[tuple[Unit, str]] = []
    groups: list[tuple[str, ...]] = []
    for table in tables:
        for entry in table.get("unit", []):
            former = [name for old in entry.get("former", []) for name in _names(old)]
            short = entry.get("short", [])
            units.append(
                (Unit(entry["name"], " ".join(short), tuple(former)), entry.get("field", ""))
            )
            groups.append((entry["name"], *short, *former))
        groups += [tuple(entry["names"]) for entry in table.get("term", [])]
    groups = _joined(groups)
    by_name = {segment.fold(name): n for n, group in enumerate(groups) for name in group}
    longest = sorted(by_name, key=len, reverse=True)
    return Lexicon(
        tuple(groups),
        tuple(units),
        by_name,
        re.compile("|".join(map(re.escape, longest))),
        {
            word: entry["field"]
            for table in tables
            for entry in table.get("topic", [])
            for word in entry["words"]
        },
    )


def _names(entry: dict[str, Any]) -> list[str]:
    return [entry["name"], *entry.get("short", [])]


def _joined(groups: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Join groups that share a name: a unit's own table adds to the shipped one."""
    joined: list[tuple[str, ...]] = []
    for group in groups:
        same = next((n for n, other in enumerate(joined) if set(other) & set(group)), None)
        if same is None:
            joined.append(tuple(dict.fromkeys(group)))
        else:
            joined[same] = tuple(dict.fromkeys((*joined[same], *group)))
    return joined
