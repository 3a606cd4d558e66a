"""A long list shown page by page: the number of the page comes from ``page`` in the address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")

SHOWN = 50
"""Lines of a table on one page."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of a list: its items, its number from 1, how many pages and items there are."""

    items: tuple[Item, ...]
    number: int
    pages: int
    count: int


def cut(items: Sequence[Item], number: int, shown: int = SHOWN) -> Page[Item]:
    """Return page ``number`` of ``items``; the nearest there is where there is no such page."""
    pages = max(1, -(-len(items) // shown))
    number = min(max(number, 1), pages)
    return Page(tuple(items[(number - 1) * shown : number * shown]), number, pages, len(items))


def page_of(items: Sequence[Item], number: int, shown: int = SHOWN) -> Page[Item]:
    """Return the page on which the item at place ``number`` (from 0) stands."""
    return cut(items, number // shown + 1, shown)
