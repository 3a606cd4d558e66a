"""Characters at places on a page → pieces of printed line.

Used on both sides: by the reader of OFD files, and by the process that opens PDF files, which
loads it by its path. So it imports nothing but the standard library.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

_WIDE = 0x2000
# Farther apart than this two words are no longer one piece; farther than _LATIN two Latin words
# are two, which a justified or narrow line sets at a fifth of the type size.
_COLUMN, _WORD, _LATIN = 1.0, 0.8, 0.12
THOUGHT, PRINTED = 1, 2
"""A space that was inferred, or one that stands in the text."""

_TURN_TOLERANCE = 10
_PALE, _WHITE = 0.7, 0.97
_LARGE, _OFTEN = 1.5, 3
_LEAST_TEXT = 5
_MOST_BARS = 500
_MOST_MARKS = 20
_SUPERSCRIPTS = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")

Matrix = tuple[float, float, float, float, float, float]


class Run(NamedTuple):
    """What the characters of one text object have in common."""

    size: float
    turn: int | None
    """By how many degrees it stands turned on the page, a multiple of 90; ``None``: aslant."""

    pale: bool
    watermark: bool


class Glyph(NamedTuple):
    """A character with its cell, from the top left of the page that it stands upright on."""

    char: str
    left: float
    right: float
    base: float
    run: Run
    spaced: int
    """Whether a space stands before it: one that was printed, or one that pdfium thinks of."""


class Piece(NamedTuple):
    """Characters that stand together on one line."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float


def turn_of_direction(x: float, y: float) -> int | None:
    """Return by how many degrees clockwise text stands turned that runs towards ``x``, ``y``
    (downwards); ``None`` where it stands aslant."""
    degrees = math.degrees(math.atan2(y, x)) % 360
    nearest = round(degrees / 90) * 90
    return nearest % 360 if abs(degrees - nearest) <= _TURN_TOLERANCE else None


def is_pale(red: float, green: float, blue: float) -> bool:
    """Whether a colour (parts of 255) is light as a watermark's is, and not white."""
    return _PALE < (0.3 * red + 0.59 * green + 0.11 * blue) / 255 < _WHITE


def turning(turn: int, width: float, height: float) -> Matrix:
    """Return the matrix that sets text upright which stands turned clockwise by ``turn``."""
    return {
        90: (0, -1, 1, 0, 0, width),
        180: (-1, 0, 0, -1, width, height),
        270: (0, 1, -1, 0, height, 0),
    }[turn]


def times(first: Matrix, then: Matrix) -> Matrix:
    """Return the matrix of ``first`` and ``then`` one after the other."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (
        *(a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s),
        *(e * p + f * r + t, e * q + f * s + u),
    )


def placed(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """Return where ``matrix`` puts a point."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def box_of(
    matrix: Matrix, left: float, bottom: float, right: float, top: float
) -> tuple[float, ...]:
    """Return left, top, right and bottom on the upright page."""
    (x, y), (u, v) = placed(matrix, left, bottom), placed(matrix, right, top)
    return min(x, u), min(y, v), max(x, u), max(y, v)


def frame_of(turn: int) -> Matrix:
    """Return the matrix to a page of no size on which text turned by ``turn`` stands upright."""
    return turning(turn, 0, 0) if turn else (1, 0, 0, 1, 0, 0)


def turn_of(glyphs: Iterable[Glyph]) -> int:
    """Return by how much most of a page's text stands turned."""
    turns = Counter(glyph.run.turn for glyph in glyphs if glyph.run.turn is not None)
    if not turns:
        return 0
    turn, times = turns.most_common(1)[0]
    return turn if turn and times * 2 > sum(turns.values()) else 0


def without_watermarks(glyphs: list[Glyph]) -> tuple[list[Glyph], list[str]]:
    """Take out what lies behind or across the text, and return it by the word: what stands
    aslant, and what is light and large, or light and printed again and again."""
    plain = [glyph.run for glyph in glyphs if not glyph.run.pale]
    sizes = sorted(run.size for run in plain)
    usual = sizes[len(sizes) // 2] if sizes else 0.0
    has_text = sum(run.turn is not None for run in plain) >= _LEAST_TEXT
    kept: list[Glyph] = []
    out: dict[str, None] = {}
    words = list(_words(glyphs))
    pale = Counter(_spelled(word) for word in words if word[0].run.pale)
    for word in words:
        run, text = word[0].run, _spelled(word)
        light = run.pale and usual and (run.size > _LARGE * usual or pale[text] >= _OFTEN)
        if (run.turn is None and has_text) or run.watermark or light:
            out[text] = None
        else:
            kept += word
    return list(_levelled(kept)), list(out)[:_MOST_MARKS]


def _levelled(glyphs: Iterable[Glyph]) -> Iterator[Glyph]:
    """Yield the characters; those of a page that all stands aslant as if each line were level."""
    before: Glyph | None = None
    base = 0.0
    for glyph in glyphs:
        if glyph.run.turn is not None:
            yield glyph
            continue
        if before is None or not _near(before, glyph, 2.5):
            base = glyph.base
        before = glyph
        yield glyph._replace(base=base, run=glyph.run._replace(turn=0))


def _words(glyphs: Iterable[Glyph]) -> Iterator[list[Glyph]]:
    """Yield the characters by what was printed alike, one after the other, without a space."""
    word: list[Glyph] = []
    for glyph in glyphs:
        if word and (glyph.spaced or glyph.run != word[-1].run or not _near(word[-1], glyph)):
            yield word
            word = []
        word.append(glyph)
    if word:
        yield word


def _near(before: Glyph, glyph: Glyph, far: float = 1.0) -> bool:
    """Whether a character goes on where the one before ends; aslant that is told roughly."""
    size = far * before.run.size
    return abs(glyph.left - before.right) < size and abs(glyph.base - before.base) < size


def _spelled(word: Iterable[Glyph]) -> str:
    return "".join(glyph.char for glyph in word)


# ------------------------------------------------------------------ lines


def pieces_of(glyphs: list[Glyph], turn: int, rules: list[list[float]]) -> Iterator[Piece]:
    """Yield the pieces of line that the characters which stand turned by ``turn`` make up."""
    bars = [rule for rule in rules if rule[3] - rule[1] > rule[2] - rule[0]]
    # So many are a drawing and no table.
    bars = bars if len(bars) <= _MOST_BARS else []
    runs: list[list[Glyph]] = []
    for glyph in glyphs:
        if glyph.run.turn != turn:
            continue
        if runs and _follows(runs[-1][-1], glyph):
            runs[-1].append(glyph)
        else:
            runs.append([glyph])
    for line in _lines(runs):
        current: list[Glyph] = []
        middle = line[0].base - 0.4 * line[0].run.size
        crossing = [bar[0] for bar in bars if bar[1] < middle < bar[3]]
        for glyph in line:
            if current and _parts(current[-1], glyph, crossing):
                yield _piece(current)
                current = []
            current.append(glyph)
        yield _piece(current)


def _follows(before: Glyph, glyph: Glyph) -> bool:
    """Whether ``glyph`` goes on where ``before`` ends, on the same line."""
    size = max(before.run.size, glyph.run.size)
    return _level(before, glyph) and -0.4 * size < glyph.left - before.right < 0.6 * size


def _level(one: Glyph, other: Glyph) -> bool:
    """Whether two characters stand on one line, be one raised or smaller."""
    high, low = min(one.run.size, other.run.size), max(one.run.size, other.run.size)
    return abs(one.base - other.base) < (0.2 if high > 0.85 * low else 0.5) * low


def _lines(runs: list[list[Glyph]]) -> Iterator[list[Glyph]]:
    """Join runs that stand on one line, from left to right; twice printed ones count once."""
    lines: list[list[list[Glyph]]] = []
    for run in sorted(runs, key=lambda run: (round(run[0].base, 1), run[0].left)):
        home = next((line for line in reversed(lines[-12:]) if _level(line[0][0], run[0])), None)
        if home is None:
            lines.append([run])
        elif not any(_same(run, other) for other in home):
            home.append(run)
    for line in lines:
        yield [glyph for run in sorted(line, key=lambda run: run[0].left) for glyph in run]


def _same(one: list[Glyph], other: list[Glyph]) -> bool:
    """Whether a run is printed twice, a hair apart: bold without a bold font, or a shadow."""
    near = 0.25 * one[0].run.size
    return (
        abs(one[0].left - other[0].left) < near
        and abs(one[0].base - other[0].base) < near
        and [glyph.char for glyph in one] == [glyph.char for glyph in other]
    )


def _parts(before: Glyph, glyph: Glyph, bars: list[float]) -> bool:
    """Whether two neighbours on a line belong to different pieces: far apart, or with one of the
    ``bars`` that cross the line between them."""
    size = max(before.run.size, glyph.run.size)
    if glyph.left - before.right > _COLUMN * size:
        return True
    slack = 0.15 * size
    return bool(bars) and any(before.right - slack < bar < glyph.left + slack for bar in bars)


def _piece(glyphs: list[Glyph]) -> Piece:
    weights: Counter[float] = Counter(glyph.run.size for glyph in glyphs)
    size = weights.most_common(1)[0][0]
    base = next(glyph.base for glyph in glyphs if glyph.run.size == size)
    left, right = min(g.left for g in glyphs), max(g.right for g in glyphs)
    return Piece(
        _spell(glyphs, size, base), left, right, base - 0.88 * size, base + 0.12 * size, size
    )


def _spell(glyphs: list[Glyph], size: float, base: float) -> str:
    """Join the characters, with a space where the gap is that of a word or a column.

    Chinese set wide is no words apart: there a space that pdfium thinks of counts for nothing.
    """
    kept = [_raised(glyphs[0], size, base, "")]
    for before, glyph in pairwise(glyphs):
        if _is_apart(before, glyph, size):
            kept.append(" ")
        kept.append(_raised(glyph, size, base, before.char))
    return "".join(kept)


def _is_apart(before: Glyph, glyph: Glyph, size: float) -> bool:
    gap = (glyph.left - before.right) / max(size, 1)
    if gap > _WORD or (glyph.spaced == PRINTED and gap > 0):
        return True
    if ord(before.char[0]) > _WIDE or ord(glyph.char[0]) > _WIDE:
        return False
    return gap > 0.2 or glyph.spaced == PRINTED or (glyph.spaced == THOUGHT and gap > _LATIN)


def _raised(glyph: Glyph, size: float, base: float, before: str) -> str:
    """Return a small raised digit as a superscript: m2 and 103 would be other things."""
    raised = glyph.run.size < 0.8 * size and base - glyph.base > 0.2 * size
    return glyph.char.translate(_SUPERSCRIPTS) if raised and before else glyph.char


def laid(piece: Piece, turn: int) -> Piece:
    """Return a piece that stands turned with its place on the page."""
    back = frame_of((360 - turn) % 360)
    left, top, right, bottom = box_of(back, piece.left, piece.top, piece.right, piece.bottom)
    return piece._replace(left=left, right=right, top=top, bottom=bottom)
