"""What a page prints around its text: page numbers, running heads and feet, footnotes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from drafting.language.late import late
from drafting.reading.pages.parts import Page, Strip, joined, rows_of

_NUMBER = late(
    r"[-—–－―─一·•~\s]*(?:第\s*)?(?P<number>\d{1,4})\s*(?:页)?"
    r"\s*(?:[/／,，]?\s*(?:共\s*)?\d{1,4}\s*页?)?[-—–－―─一·•~\s]*"
)
_BARE = late(r"\d{1,4}")
_DIGITS = late(r"\d+")
_EDGE = 0.14
_ROWS_AT_EDGE = 2
_LONGEST = 60
_NOTE = late(
    r"(?:[①-⑳⑴-⒇*＊※†‡]|[\[［〔(（【]\s*\d{1,2}\s*[\]］〕)）】]|[¹²³⁴-⁹]|\d{1,2}\s*[\u4e00-\u9fff“《]|"
    r"注\s*[:：\d一二三四五六七八九]|备\s*注|(?:资料|数据|图片)?来源|说\s*明\s*[:：])"
)
_SMALLER = 0.9


@dataclass(frozen=True, slots=True)
class Margins:
    """By page, what of its strips (by ``id``) is no text; the heads once each; the footnotes."""

    left_out: tuple[frozenset[int], ...]
    heads: tuple[str, ...]
    notes: tuple[tuple[Strip, ...], ...]


@dataclass(slots=True)
class _Edge:
    """A line at the edge of a page."""

    page: int
    where: str
    line: Strip
    strips: list[Strip] = field(default_factory=list)
    outermost: bool = False
    apart: bool = False


def find_margins(pages: Sequence[Page], size: float) -> Margins:
    """Tell what belongs to the page and not to the text of ``pages``, set in type of ``size``."""
    notes = [_notes(page, size) for page in pages]
    edges: list[_Edge] = []
    for number, page in enumerate(pages):
        note_ids = set(map(id, notes[number]))
        edges += _edges(number, page, [s for s in page.strips if id(s) not in note_ids])
    gone: list[set[int]] = [set() for _ in pages]
    heads: dict[str, None] = {}
    numbers = _page_numbers(edges)
    running = _running([edge for edge in edges if id(edge) not in numbers], len(pages))
    for edge in edges:
        if id(edge) in numbers or id(edge) in running:
            gone[edge.page].update(map(id, edge.strips))
        head = edge.where == "top" and id(edge) in running
        if head and _shape(edge.line.text) not in set(map(_shape, heads)):
            heads[edge.line.text] = None
    left_out = tuple(frozenset(one) for one in gone)
    return Margins(left_out, tuple(heads), tuple(notes))


def _edges(number: int, page: Page, strips: Sequence[Strip]) -> list[_Edge]:
    """Return the lines in the margins at the top and at the bottom of a page."""
    rows = rows_of(strip for strip in strips if not strip.turned)
    lines = [joined(row) for row in rows]
    found = []
    for n, (row, line) in enumerate(zip(rows, lines, strict=True)):
        if n < _ROWS_AT_EDGE and line.bottom < _EDGE * page.height:
            gap = lines[n + 1].top - line.bottom if n + 1 < len(lines) else page.height
            found.append(_Edge(number, "top", line, row, n == 0, gap > line.size))
        elif n >= len(rows) - _ROWS_AT_EDGE and line.top > (1 - _EDGE) * page.height:
            gap = line.top - lines[n - 1].bottom if n else page.height
            found.append(_Edge(number, "bottom", line, row, n == len(rows) - 1, gap > line.size))
    return found


def _page_numbers(edges: Sequence[_Edge]) -> set[int]:
    """Return the edges (by ``id``) that are page numbers.

    One with dashes or 第…页 is; a bare number where it counts the pages, or stands apart from all.
    """
    found = {id(edge) for edge in edges if _NUMBER.fullmatch(edge.line.text)
             and not _BARE.fullmatch(edge.line.text)}  # fmt: skip
    bare = [edge for edge in edges if _BARE.fullmatch(edge.line.text)]
    steps: dict[int, set[int]] = defaultdict(set)
    for edge in bare:
        steps[int(edge.line.text) - edge.page].add(edge.page)
    for edge in bare:
        counts = len(steps[int(edge.line.text) - edge.page]) > 1
        if counts or (edge.outermost and edge.apart and len(edge.line.text) < 3):
            found.add(id(edge))
    return found


def _running(edges: Sequence[_Edge], pages: int) -> set[int]:
    """Return the edges (by ``id``) that most pages print at the same height, but for a number that
    counts the pages. A sentence is none, nor is a note, however often it is printed."""
    alike: dict[tuple[str, str], list[_Edge]] = defaultdict(list)
    for edge in edges:
        text = edge.line.text.strip()
        if not (edge.outermost or edge.apart):
            continue
        if 1 < len(text) < _LONGEST and not text.endswith(("。", "；")) and not _NOTE.match(text):
            alike[edge.where, _shape(text)].append(edge)
    found: set[int] = set()
    for group in alike.values():
        heights = sorted(edge.line.top for edge in group)
        usual = heights[len(heights) // 2]
        level = [edge for edge in group if abs(edge.line.top - usual) < 1.5 * edge.line.size]
        if len({edge.page for edge in level}) >= max(2, pages // 2) and _counts(level):
            found |= set(map(id, level))
    return found


def _counts(edges: Sequence[_Edge]) -> bool:
    """Whether each number in a repeated line is the same throughout, or counts the pages."""
    rows = [
        [(int(digits), edge.page) for digits in _DIGITS.findall(edge.line.text)] for edge in edges
    ]
    for column in zip(*rows, strict=False):
        same = len({number for number, _ in column}) == 1
        if not same and len({number - page for number, page in column}) > max(1, len(edges) // 3):
            return False
    return True


def _shape(text: str) -> str:
    return _DIGITS.sub("#", re.sub(r"\s+", "", text))


def _notes(page: Page, size: float) -> tuple[Strip, ...]:
    """Return the footnotes: small lines below all text, from the first that a note's mark opens."""
    if not page.exact:
        return ()
    rows = rows_of(strip for strip in page.strips if not strip.turned)
    lines = [joined(row) for row in rows]
    start = len(lines)
    while start and (
        lines[start - 1].size <= _SMALLER * size or _NUMBER.fullmatch(lines[start - 1].text)
    ):
        start -= 1
    while start < len(lines) and not _NOTE.match(lines[start].text):
        start += 1
    if not start:
        # A page all in small type is a page, not a note.
        return ()
    kept = [(row, line) for row, line in zip(rows[start:], lines[start:], strict=True)]
    while kept and _NUMBER.fullmatch(kept[-1][1].text):
        kept.pop()
    return tuple(strip for row, _ in kept for strip in row)


def opens_note(text: str) -> bool:
    """Whether a line opens a footnote, and does not carry one on."""
    return bool(_NOTE.match(text))
