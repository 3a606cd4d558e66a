"""Paging of a long list: the number of the page comes from ``page`` in the address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request

Item = TypeVar("Item")

SHOWN = 50
"""Lines of a table on one page."""
WHOLE_MOST = 2_000
"""Lines of a table that is shown on one page, to be printed."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of a list: its items, its number from 1, how many pages and items there are."""

    items: tuple[Item, ...]
    number: int
    pages: int
    count: int


def wanted() -> int:
    """Return how many lines the address asks for: a page, or with ``whole`` the list to print."""
    return WHOLE_MOST if request.args.get("whole") else SHOWN


def cut(items: Sequence[Item], number: int, shown: int = SHOWN) -> Page[Item]:
    """Return page ``number`` of ``items``; the nearest there is where there is no such page."""
    return asked(lambda start, most: items[start : start + most], len(items), number, shown)


def asked(
    fetch: Callable[[int, int], Sequence[Item]], count: int, number: int, shown: int = SHOWN
) -> Page[Item]:
    """Return page ``number`` of ``count`` items that ``fetch`` gives by first place and length."""
    pages = max(1, -(-count // shown))
    number = min(max(number, 1), pages)
    return Page(tuple(fetch((number - 1) * shown, shown)), number, pages, count)


def page_of(items: Sequence[Item], number: int, shown: int = SHOWN) -> Page[Item]:
    """Return the page on which the item at place ``number`` (from 0) stands."""
    return cut(items, number // shown + 1, shown)
