"""A page of an OFD file → printed lines: text objects, drawn lines and pictures at their places.

Coordinates are millimetres from the top left, downwards; here they become points, as in a PDF, so
that both are understood by the same measures. Source: GB/T 33190-2016, chapters 7, 8, 9 and 11.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from lxml import etree

from drafting.reading.pages import glyphs as page_glyphs
from drafting.reading.pages.glyphs import Glyph, Matrix, Run
from drafting.reading.pages.parts import Page, Rule, Strip, is_placed

_POINTS = 72 / 25.4
_MOST_OBJECTS = 50_000
_MOST_CHARS = 60_000
_MOST_RULES = 3_000
_MOST_NESTED = 6
_MOST_REPEATED = 10_000
_WIDE = 0x2000
_THIN = 3.0
_FAINT = 128
_PATH = re.compile(r"[A-Za-z]|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass(frozen=True, slots=True)
class Resources:
    """What a page may use: names of pictures' parts and drawings, by their numbers."""

    pictures: Mapping[str, str]
    drawings: Mapping[str, etree._Element]


@dataclass(slots=True)
class _Found:
    """What was met on a page so far."""

    resources: Resources
    glyphs: list[Glyph] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    pictures: dict[str, None] = field(default_factory=dict)
    upright: list[Strip] = field(default_factory=list)
    objects: int = 0


def read_page(
    layers: Sequence[etree._Element], box: Sequence[float], resources: Resources
) -> tuple[Page, tuple[str, ...], list[str]]:
    """Return the page that ``layers`` (templates and its own content) print in ``box``, the
    pictures on it by the names of their parts, and the watermarks that were left out."""
    start: Matrix = (_POINTS, 0, 0, _POINTS, -box[0] * _POINTS, -box[1] * _POINTS)
    width, height = box[2] * _POINTS, box[3] * _POINTS
    found = _found_on(layers, start, resources)
    if turn := page_glyphs.turn_of(found.glyphs):
        # A table laid across the page: the page is read as a person would turn it.
        start = page_glyphs.times(start, page_glyphs.turning(turn, width, height))
        found = _found_on(layers, start, resources)
        width, height = (height, width) if turn in (90, 270) else (width, height)
    glyphs, marks = page_glyphs.without_watermarks(found.glyphs)
    bars = [[rule.left, rule.top, rule.right, rule.bottom] for rule in found.rules]
    strips = [Strip(*piece) for piece in page_glyphs.pieces_of(glyphs, 0, bars)]
    for other in (90, 180, 270):
        pieces = page_glyphs.pieces_of(glyphs, other, [])
        strips += [Strip(*page_glyphs.laid(piece, other), turned=True) for piece in pieces]
    strips += found.upright
    page = Page(width, height, tuple(strips), rules=tuple(found.rules))
    return page, tuple(found.pictures), marks


def numbers(text: str | None) -> list[float]:
    """Return the numbers in a list such as ``0 0 210 297``; none where one is no number."""
    try:
        found = [float(part) for part in (text or "").replace(",", " ").split()]
    except ValueError:
        return []
    return found if all(map(math.isfinite, found)) else []


def _found_on(layers: Sequence[etree._Element], start: Matrix, resources: Resources) -> _Found:
    found = _Found(resources)
    for layer in layers:
        content = layer.find("{*}Content")
        if content is not None:
            _walk(content, start, found, _MOST_NESTED)
    return found


def _walk(parent: etree._Element, matrix: Matrix, found: _Found, depth: int) -> None:
    """Take the objects below ``parent``, through layers, blocks and drawings used by number."""
    for item in parent:
        if not isinstance(item.tag, str) or item.get("Visible") == "false":
            continue
        found.objects += 1
        if found.objects > _MOST_OBJECTS:
            return
        kind = etree.QName(item).localname
        own = _own_matrix(item, matrix)
        if take := _TAKEN.get(kind):
            take(item, own, found)
        elif kind in ("Layer", "PageBlock", "CompositeObject") and depth:
            inner = _drawing(item, found) if kind == "CompositeObject" else item
            if inner is not None:
                _walk(inner, own, found, depth - 1)


def _drawing(item: etree._Element, found: _Found) -> etree._Element | None:
    drawing = found.resources.drawings.get(item.get("ResourceID", ""))
    return drawing.find("{*}Content") if drawing is not None else None


def _picture(item: etree._Element, _matrix: Matrix, found: _Found) -> None:
    if name := found.resources.pictures.get(item.get("ResourceID", "")):
        found.pictures[name] = None


def _own_matrix(item: etree._Element, outer: Matrix) -> Matrix:
    """Return the matrix from an object's own coordinates: its CTM, then its boundary's corner."""
    ctm = numbers(item.get("CTM"))
    boundary = numbers(item.get("Boundary"))
    matrix: Matrix = (
        (ctm[0], ctm[1], ctm[2], ctm[3], ctm[4], ctm[5]) if len(ctm) == 6 else _IDENTITY
    )
    corner = (boundary[0], boundary[1]) if len(boundary) == 4 else (0.0, 0.0)
    return page_glyphs.times(page_glyphs.times(matrix, (1, 0, 0, 1, *corner)), outer)


def _text(item: etree._Element, matrix: Matrix, found: _Found) -> None:
    given = numbers(item.get("Size"))
    size = given[0] if given else 0.0
    a, b, c, d, _, _ = matrix
    high = size * math.hypot(c, d)
    if not 0 < high < 5000:
        return
    scale = numbers(item.get("HScale"))
    stretch = scale[0] if scale and 0 < scale[0] < 20 else 1.0
    turned = numbers(item.get("CharDirection"))
    degrees = math.radians(turned[0] if turned else 0)
    along = (math.cos(degrees), math.sin(degrees))
    turn = page_glyphs.turn_of_direction(a * along[0] + c * along[1], b * along[0] + d * along[1])
    run = Run(high, turn, _is_pale(item), False)
    corner = (0.0, 0.0)
    for code in item.iter("{*}TextCode"):
        # A place that is not given is that of the code before.
        x, y = numbers(code.get("X")), numbers(code.get("Y"))
        corner = (x[0] if x else corner[0], y[0] if y else corner[1])
        placed = list(_placed(code, corner, size * stretch))
        if len(placed) > 1 and turn == 0 and _runs_down(placed):
            strip = _downwards(placed, matrix, high)
            if is_placed(strip.left, strip.top, strip.bottom):
                found.upright.append(strip)
        else:
            found.glyphs += _cells(placed, matrix, run)
        if len(found.glyphs) > _MOST_CHARS:
            return


def _placed(
    code: etree._Element, corner: tuple[float, float], size: float
) -> Iterator[tuple[str, float, float, float]]:
    """Yield each character with its place in the object, and how wide its cell is.

    Where no distances are given a character follows its neighbour by its own width.
    """
    across, down = _deltas(code.get("DeltaX")), _deltas(code.get("DeltaY"))
    left, base = corner
    text = code.text or ""
    for number, char in enumerate(text):
        width = size if ord(char) > _WIDE else size / 2
        step = across[number] if number < len(across) else 0.0 if down else width
        if 0 < step <= (width if ord(char) > _WIDE else 1.1 * size):
            # The cell of a Latin letter is as wide as the next one is far: W is no half square.
            width = step
        yield char, left, base, width
        left += step
        base += down[number] if number < len(down) else 0.0


def _deltas(text: str | None) -> list[float]:
    """Return the distances: ``g 3 5 7`` stands for three times 5, then 7."""
    deltas: list[float] = []
    parts = iter((text or "").replace(",", " ").split())
    try:
        for part in parts:
            if part == "g":
                times, value = int(next(parts, "")), float(next(parts, ""))
                deltas += [value] * max(0, min(times, _MOST_REPEATED))
            else:
                deltas.append(float(part))
    except ValueError:
        return []
    return deltas if all(map(math.isfinite, deltas)) else []


def _cells(
    placed: Sequence[tuple[str, float, float, float]], matrix: Matrix, run: Run
) -> Iterator[Glyph]:
    spaced = 0
    frame = page_glyphs.frame_of(run.turn or 0)
    for char, left, base, width in placed:
        if char.isspace():
            spaced = page_glyphs.PRINTED
            continue
        start = page_glyphs.placed(frame, *page_glyphs.placed(matrix, left, base))
        end = page_glyphs.placed(frame, *page_glyphs.placed(matrix, left + width, base))
        if not is_placed(*start, *end):
            continue
        yield Glyph(char, min(start[0], end[0]), max(start[0], end[0]), start[1], run, spaced)
        spaced = 0


def _runs_down(placed: Sequence[tuple[str, float, float, float]]) -> bool:
    """Whether upright characters stand below each other."""
    (_, left, top, size), *_, (_, right, bottom, _) = placed
    return abs(right - left) < 0.5 * size and bottom - top > 0.5 * size * (len(placed) - 1)


def _downwards(
    placed: Sequence[tuple[str, float, float, float]], matrix: Matrix, size: float
) -> Strip:
    """Return a line set downwards as one strip of the margin."""
    x, y = page_glyphs.placed(matrix, placed[0][1], placed[0][2])
    _, bottom = page_glyphs.placed(matrix, placed[-1][1], placed[-1][2])
    text = "".join(char for char, *_ in placed)
    return Strip(text, x, x + size, y - size, max(bottom, y), size, turned=True)


def _is_pale(item: etree._Element) -> bool:
    alpha = numbers(item.get("Alpha"))
    colour = item.find("{*}FillColor")
    if colour is not None:
        alpha = numbers(colour.get("Alpha")) or alpha
        value = numbers(colour.get("Value"))
        if len(value) == 3 and page_glyphs.is_pale(value[0], value[1], value[2]):
            return True
    # Text that lets everything through lies over a scan, to be searched.
    return bool(alpha) and 0 < alpha[0] < _FAINT


def _path(item: etree._Element, matrix: Matrix, found: _Found) -> None:
    """Take the straight lines of a path, across and down."""
    data = item.findtext("{*}AbbreviatedData") or ""
    for one, other in _segments(data[:200_000]):
        (x, y), (u, v) = page_glyphs.placed(matrix, *one), page_glyphs.placed(matrix, *other)
        if not is_placed(x, y, u, v):
            continue
        wide, high = abs(u - x), abs(v - y)
        if (wide < _THIN) != (high < _THIN) and len(found.rules) < _MOST_RULES:
            found.rules.append(Rule(min(x, u), min(y, v), max(x, u), max(y, v)))


def _segments(data: str) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """Yield the straight pieces of a path: M and S begin, L goes on, C goes back to the start."""
    start = here = (0.0, 0.0)
    tokens = _PATH.findall(data)
    places = [n for n, token in enumerate(tokens) if token.isalpha()]
    for at, end in pairwise([*places, len(tokens)]):
        name, values = tokens[at], [float(token) for token in tokens[at + 1 : end]]
        if name == "C" and here != start:
            yield here, start
            here = start
        elif name in "MSL" and len(values) >= 2:
            there = (values[-2], values[-1])
            if name == "L":
                yield here, there
            else:
                start = there
            here = there
        elif len(values) >= 2:
            here = (values[-2], values[-1])


_TAKEN: dict[str, Callable[[etree._Element, Matrix, _Found], None]] = {
    "TextObject": _text,
    "PathObject": _path,
    "ImageObject": _picture,
}
