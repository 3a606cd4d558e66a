"""What stands printed on a page: strips of text and drawn lines, and how strips make rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from drafting.language.late import late
from drafting.reading.scans.judge import Verdict


@dataclass(frozen=True, slots=True)
class Strip:
    """One printed line, or a piece of it: its text and its place from the page's top left.

    ``cells`` counts what stands side by side on it. ``turned``: it stands otherwise than the page.
    """

    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float
    cells: int = 1
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line drawn on a page, across or down, as the box that it fills."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Page:
    """A page's printed lines. ``exact`` where places and sizes are given, not guessed; the strips
    then may come in any order, else in reading order. ``notes`` says what was left out of it,
    ``verdict`` how well a scanned page was read."""

    width: float
    height: float
    strips: tuple[Strip, ...]
    exact: bool = True
    rules: tuple[Rule, ...] = ()
    notes: tuple[str, ...] = ()
    verdict: Verdict = "readable"


_FARTHEST = 100_000.0
"""No page is so large, in points; what stands farther out stands on none."""


def is_placed(*values: float) -> bool:
    """Whether ``values`` can be places on a page: files made to harm give any numbers."""
    return all(abs(value) < _FARTHEST for value in values)


_CJK = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’…—"
_WIDE_END = late(f"[{_CJK}]$")
_WIDE_START = late(f"^[{_CJK}]")
_APART, _COLUMN = 0.5, 1.5


def join(above: str, below: str) -> str:
    """Join two lines of one paragraph: Chinese without a space, Latin words with one."""
    above, below = above.rstrip(), below.lstrip()
    if re.search(r"[A-Za-z]-$", above) and re.match(r"[a-z]", below):
        return f"{above[:-1]}{below}"
    if _WIDE_END.search(above) or _WIDE_START.search(below):
        return f"{above}{below}"
    if above[-1:].isdigit() and below[:1].isdigit():
        return f"{above}{below}"
    return f"{above} {below}"


def rows_of(strips: Iterable[Strip]) -> list[list[Strip]]:
    """Return what stands on one line together, from the top, each line from the left."""
    rows: list[list[Strip]] = []
    for strip in sorted(strips, key=lambda strip: (strip.top, strip.left)):
        if not strip.text.strip():
            continue
        home = next((row for row in reversed(rows[-6:]) if _beside(row, strip)), None)
        if home is None:
            rows.append([strip])
        else:
            home.append(strip)
    for row in rows:
        row.sort(key=lambda strip: strip.left)
    return sorted(rows, key=lambda row: min(strip.top for strip in row))


def _beside(row: Sequence[Strip], strip: Strip) -> bool:
    """Whether ``strip`` stands on the line of ``row``, over or under none of it."""
    return all(
        _shared(one, strip) > 0.5
        and (strip.left >= one.right - 0.5 * one.size or one.left >= strip.right - 0.5 * one.size)
        for one in row
    )


def _shared(one: Strip, other: Strip) -> float:
    """Return which share of the lower of two strips stands at the height of the other."""
    lower = max(min(one.bottom - one.top, other.bottom - other.top), 0.1)
    return (min(one.bottom, other.bottom) - max(one.top, other.top)) / lower


def side_by_side(one: Strip, other: Strip) -> bool:
    """Whether ``other`` stands at the right of ``one`` on the same line."""
    return _shared(one, other) > 0.6 and other.left >= one.right - 0.5 * one.size


def joined(row: Sequence[Strip]) -> Strip:
    """Return a row as one strip: cells of a table, name and date of a tail."""
    current, *rest = row
    for strip in rest:
        gap = strip.left - current.right
        latin = current.text[-1:].isascii() and strip.text[:1].isascii()
        space = " " if gap > (0.2 if latin else _APART) * strip.size else ""
        current = replace(
            current,
            text=f"{current.text}{space}{strip.text}",
            right=max(current.right, strip.right),
            top=min(current.top, strip.top),
            bottom=max(current.bottom, strip.bottom),
            cells=current.cells + strip.cells - 1 + (gap > _COLUMN * strip.size),
        )
    return current
