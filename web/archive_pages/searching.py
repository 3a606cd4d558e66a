"""The parameters of a search in an address, and the marking of matches in its results."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict

from corpus import Narrowing
from drafting.language.cleaning import typed_line
from drafting.language.likeness.segment import fold
from drafting.model import ItemKind, Kind

if TYPE_CHECKING:
    from corpus import Narrowing

QUERY_MAX_CHARS = 2_000
FILTERS = (
    ("kind", "类别"),
    ("matter", "提案/建议"),
    ("year", "年份"),
    ("field", "领域"),
    ("unit", "单位"),
    ("result", "办理结果"),
)
"""The filters of a search: their name in an address and on the page."""

_MOST_VALUES = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as an address asks for it; ``picked`` are the filters' values, ``typed`` wants the
    question as it is typed, never corrected."""

    query: str
    shortened: bool
    newest: bool
    picked: dict[str, tuple[str, ...]]
    typed: bool = False

    @property
    def searchable(self) -> bool:
        """Whether there is anything to look for: a letter, a digit or a character."""
        return any(char.isalnum() for char in self.query)

    @property
    def narrowed(self) -> bool:
        """Whether any filter is set."""
        return any(self.picked.values())

    def narrowing(self, without: Iterable[int] = ()) -> Narrowing:
        """Return the filters as the archive takes them."""
        return Narrowing(
            kinds=self.picked["kind"],
            matters=self.picked["matter"],
            results=self.picked["result"],
            units=self.picked["unit"],
            fields=self.picked["field"],
            years=tuple(int(year) for year in self.picked["year"]),
            without=frozenset(without),
        )


def read(args: MultiDict[str, str]) -> Asked:
    """Read a search from the address; values that no filter can have are left out."""
    whole = typed_line(args.get("q", ""))
    picked = {
        name: tuple(
            dict.fromkeys(
                value
                for value in (typed_line(text)[:100] for text in args.getlist(name))
                if _is_value(name, value)
            )
        )[:_MOST_VALUES]
        for name, _ in FILTERS
    }
    return Asked(
        whole[:QUERY_MAX_CHARS],
        len(whole) > QUERY_MAX_CHARS,
        args.get("sort") == "new",
        picked,
        args.get("typed") == "1",
    )


def mark(text: str, words: Iterable[str]) -> Markup:
    """Return ``text`` with every one of ``words`` in marks, traditional or full-width too."""
    known = sorted({word for word in words if word.strip()}, key=len, reverse=True)
    if not known:
        return escape(text)
    parts, at = [], 0
    # Folding keeps the places: what is found in the folded text is marked in the original.
    for found in re.finditer("|".join(map(re.escape, known)), fold(text)):
        parts += [escape(text[at : found.start()]), Markup("<mark>")]
        parts += [escape(text[found.start() : found.end()]), Markup("</mark>")]
        at = found.end()
    return Markup("").join([*parts, escape(text[at:])])


def _is_value(name: str, value: str) -> bool:
    if name == "kind":
        return value in {kind.value for kind in Kind}
    if name == "matter":
        return value in get_args(ItemKind)
    if name == "year":
        return bool(re.fullmatch(r"(?:19|20)[0-9]{2}", value))
    return bool(value)
