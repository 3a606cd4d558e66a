"""The process that opens PDF files; run as a script by ``pdf.py``, never imported by it.

pdfium is not safe with threads, and a file made to harm must not harm the service: so it works in
a process of its own, under a time and memory limit. Standard input is the PDF. Standard output is,
for ``text``, one JSON object — ``{"error": …}`` or ``{"pages": [page, …]}`` — and for ``picture N``
page N (from 0) as a grey PGM image of about 200 dots an inch.

A page is ``{"width", "height", "covered", "paths", "strips": [[text, left, right, top, bottom,
size, turned], …], "rules": [[left, top, right, bottom], …], "left_out": [text, …]}``: places in
points from the top left of the page as it is read, that is turned until most of its text stands
upright; ``covered`` the share of it under pictures; ``turned`` whether a strip stands otherwise
than the page; ``rules`` the lines of its tables; ``left_out`` its watermarks.
"""

from __future__ import annotations

import ctypes
import json
import math
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

_PASSWORD = 4
_DOTS_PER_POINT = 200 / 72
_MOST_DOTS = 5000
_MOST_CHARS = 60_000
_MOST_OBJECTS = 20_000
_MOST_RULES = 3_000
_MOST_BARS = 500
_MOST_FIELDS = 2_000
_MOST_NESTED = 4
_WIDE = 0x2000
# Farther apart than this two words are no longer one piece; farther than _LATIN two Latin words
# are two, which a justified or narrow line sets at a fifth of the type size.
_COLUMN, _WORD, _LATIN = 1.0, 0.8, 0.12
_THOUGHT, _PRINTED = 1, 2
_TURN_TOLERANCE = 10
_PALE, _WHITE, _FAINT = 0.7, 0.97, 128
_LARGE = 1.5
_TICKED, _UNTICKED = "☑", "☐"
_SUPERSCRIPTS = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_INVISIBLE_FLAGS = 0x02 | 0x20
_SECRET_FIELD = 1 << 13

_Matrix = tuple[float, float, float, float, float, float]


class _Run(NamedTuple):
    """What the characters of one text object have in common."""

    size: float
    turn: int | None
    """By how many degrees it stands turned on the page, a multiple of 90; ``None``: aslant."""

    pale: bool
    watermark: bool


class _Glyph(NamedTuple):
    """A character with its cell, from the top left of the page that it stands upright on."""

    char: str
    left: float
    right: float
    base: float
    run: _Run
    spaced: int
    """Whether a space stands before it: one that was printed, or one that pdfium thinks of."""


class _Piece(NamedTuple):
    """Characters that stand together on one line."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float


def main() -> int:
    """Answer what the command line asks about the PDF on standard input."""
    data = sys.stdin.buffer.read()
    most_pages = int(sys.argv[2])
    buffer = (ctypes.c_ubyte * len(data)).from_buffer_copy(data)
    pdfium.FPDF_InitLibraryWithConfig(pdfium.FPDF_LIBRARY_CONFIG(version=2))
    document = pdfium.FPDF_LoadMemDocument64(buffer, len(data), None)
    if not document:
        locked = pdfium.FPDF_GetLastError() == _PASSWORD
        return _say({"error": "password" if locked else "damaged"})
    if sys.argv[1] == "picture":
        return _picture(document, most_pages)
    count = pdfium.FPDF_GetPageCount(document)
    if count < 1:
        return _say({"error": "none"})
    if count > most_pages:
        return _say({"error": "pages", "count": count})
    form = pdfium.FPDFDOC_InitFormFillEnvironment(document, pdfium.FPDF_FORMFILLINFO(version=2))
    return _say({"pages": [_page(document, form, number) for number in range(count)]})


def _say(answer: dict[str, Any]) -> int:
    sys.stdout.buffer.write(json.dumps(answer).encode("ascii"))
    return 0


def _page(document: Any, form: Any, number: int) -> dict[str, Any]:
    page = pdfium.FPDF_LoadPage(document, number)
    if not page:
        return {"failed": True, "width": 0, "height": 0, "strips": []}
    width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
    upright = _upright(page, width, height)
    text = pdfium.FPDFText_LoadPage(page)
    glyphs = list(_glyphs(text, upright)) if text else []
    turn = _turn_of(glyphs)
    if turn:
        # A table laid across the page: the page is read as a person would turn it.
        upright = _times(upright, _turning(turn, width, height))
        glyphs = list(_glyphs(text, upright))
        width, height = (height, width) if turn in (90, 270) else (width, height)
    objects = list(_objects(page, upright, _MOST_NESTED))
    rules = _rules(objects)
    glyphs, left_out = _without_watermarks(glyphs)
    strips = [[*piece, False] for piece in _pieces(glyphs, 0, rules)]
    for other in (90, 180, 270):
        strips += [[*_laid(piece, other), True] for piece in _pieces(glyphs, other, [])]
    strips += [[*piece, False] for piece in _annotations(page, form, upright)]
    covered = sum(
        max(0.0, min(right, width) - max(left, 0)) * max(0.0, min(bottom, height) - max(top, 0))
        for kind, left, top, right, bottom in objects
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE
    )
    if text:
        pdfium.FPDFText_ClosePage(text)
    pdfium.FPDF_ClosePage(page)
    return {
        "width": width,
        "height": height,
        "covered": covered / max(width * height, 1),
        "paths": sum(kind == pdfium.FPDF_PAGEOBJ_PATH for kind, *_ in objects),
        "strips": strips,
        "rules": rules,
        "left_out": left_out,
    }


# ------------------------------------------------------------------ places


def _upright(page: Any, width: float, height: float) -> _Matrix:
    """Return the matrix from the page's own coordinates to points from its top left, as turned by
    its /Rotate and cut by its crop box. pdfium answers in whole numbers: hence the scale."""
    scale = 100

    def place(x: float, y: float) -> tuple[float, float]:
        across, down = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(
            *(page, 0, 0, int(width * scale), int(height * scale), 0, x, y),
            *(ctypes.byref(across), ctypes.byref(down)),
        )
        return across.value / scale, down.value / scale

    far = 1000
    (x, y), (ax, ay), (bx, by) = place(0, 0), place(far, 0), place(0, far)
    return (ax - x) / far, (ay - y) / far, (bx - x) / far, (by - y) / far, x, y


def _turning(turn: int, width: float, height: float) -> _Matrix:
    """Return the matrix that sets text upright which stands turned clockwise by ``turn``."""
    return {
        90: (0, -1, 1, 0, 0, width),
        180: (-1, 0, 0, -1, width, height),
        270: (0, 1, -1, 0, height, 0),
    }[turn]


def _times(first: _Matrix, then: _Matrix) -> _Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (
        *(a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s),
        *(e * p + f * r + t, e * q + f * s + u),
    )


def _placed(matrix: _Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _box(
    matrix: _Matrix, left: float, bottom: float, right: float, top: float
) -> tuple[float, ...]:
    """Return left, top, right and bottom on the upright page."""
    (x, y), (u, v) = _placed(matrix, left, bottom), _placed(matrix, right, top)
    return min(x, u), min(y, v), max(x, u), max(y, v)


# ------------------------------------------------------------------ characters


def _glyphs(text: Any, upright: _Matrix) -> Iterator[_Glyph]:
    """Yield the characters of a page in the order of its content, spaces noted on the next.

    The cell is the whole advance, not the ink: the ink of a comma leaves half of its cell empty.
    """
    runs: dict[int, _Run] = {}
    frames = {turn: _frame(turn) for turn in (0, 90, 180, 270)}
    rect, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    by_rect, by_x, by_y = ctypes.byref(rect), ctypes.byref(x), ctypes.byref(y)
    spaced, high = 0, ""
    for place in range(min(pdfium.FPDFText_CountChars(text), _MOST_CHARS)):
        char = chr(pdfium.FPDFText_GetUnicode(text, place) or 0xFFFD)
        if char.isspace() or char == "\u00ad":
            thought = pdfium.FPDFText_IsGenerated(text, place) == 1
            spaced = max(spaced, _THOUGHT if thought else _PRINTED)
            continue
        if "\ud800" <= char <= "\udbff":
            # Characters beyond the first plane come in two halves.
            high = char
            continue
        if "\udc00" <= char <= "\udfff":
            char = (high + char).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        owner = pdfium.FPDFText_GetTextObject(text, place)
        key = ctypes.addressof(owner.contents) if owner else -place
        if key not in runs:
            runs[key] = _run(text, place, owner, upright)
        run = runs[key]
        pdfium.FPDFText_GetLooseCharBox(text, place, by_rect)
        pdfium.FPDFText_GetCharOrigin(text, place, by_x, by_y)
        box = _box(upright, rect.left, rect.bottom, rect.right, rect.top)
        base = _placed(upright, x.value, y.value)
        if run.turn:
            box = _box(frames[run.turn], *box)
            base = _placed(frames[run.turn], *base)
        yield _Glyph(char, box[0], box[2], base[1], run, spaced)
        spaced = 0


def _frame(turn: int) -> _Matrix:
    """Return the matrix to a page of no size on which text turned by ``turn`` stands upright."""
    return _turning(turn, 0, 0) if turn else (1, 0, 0, 1, 0, 0)


def _run(text: Any, place: int, owner: Any, upright: _Matrix) -> _Run:
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFText_GetMatrix(text, place, ctypes.byref(matrix)):
        matrix = pdfium.FS_MATRIX(1, 0, 0, 1, 0, 0)
    high = math.hypot(matrix.c, matrix.d) * math.hypot(upright[2], upright[3])
    size = max(1.0, min(pdfium.FPDFText_GetFontSize(text, place) * high, 2000.0))
    a, b, c, d, _, _ = upright
    along = (matrix.a * a + matrix.b * c, matrix.a * b + matrix.b * d)
    degrees = math.degrees(math.atan2(along[1], along[0])) % 360
    nearest = round(degrees / 90) * 90
    turn = nearest % 360 if abs(degrees - nearest) <= _TURN_TOLERANCE else None
    return _Run(size, turn, _is_pale(text, place), _is_watermark(owner))


def _is_pale(text: Any, place: int) -> bool:
    """Whether a character is printed light, or lets through what is behind it."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    told = pdfium.FPDFText_GetFillColor(
        text, place, *(ctypes.byref(part) for part in (red, green, blue, alpha))
    )
    if not told:
        return False
    light = (0.3 * red.value + 0.59 * green.value + 0.11 * blue.value) / 255
    return 0 < alpha.value < _FAINT or _PALE < light < _WHITE


def _is_watermark(owner: Any) -> bool:
    """Whether a text object is marked as the watermark that it is."""
    if not owner:
        return False
    marks = pdfium.FPDFPageObj_CountMarks(owner)
    for number in range(min(max(marks, 0), 10)):
        mark = pdfium.FPDFPageObj_GetMark(owner, number)
        length = ctypes.c_ulong()
        buffer = ctypes.create_string_buffer(128)
        told = pdfium.FPDFPageObjMark_GetParamStringValue(
            mark, b"Subtype", ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), 128, length
        )
        if told and buffer.raw[: length.value].decode("utf-16-le", "replace")[:9] == "Watermark":
            return True
    return False


def _turn_of(glyphs: Iterable[_Glyph]) -> int:
    """Return by how much most of a page's text stands turned."""
    turns = Counter(glyph.run.turn for glyph in glyphs if glyph.run.turn is not None)
    if not turns:
        return 0
    turn, times = turns.most_common(1)[0]
    return turn if turn and times * 2 > sum(turns.values()) else 0


def _without_watermarks(glyphs: list[_Glyph]) -> tuple[list[_Glyph], list[str]]:
    """Take out what lies behind or across the text: aslant, or light and large."""
    sizes = sorted(glyph.run.size for glyph in glyphs if not glyph.run.pale)
    usual = sizes[len(sizes) // 2] if sizes else 0.0
    kept: list[_Glyph] = []
    out: dict[str, None] = {}
    words = ""
    for glyph in glyphs:
        run = glyph.run
        if not (
            (run.turn is None and sizes)
            or run.watermark
            or (run.pale and usual and run.size > _LARGE * usual)
        ):
            kept.append(glyph._replace(run=run._replace(turn=run.turn or 0)))
            continue
        if glyph.spaced and words:
            out[words] = None
            words = ""
        words += glyph.char
    if words:
        out[words] = None
    return kept, list(out)[:20]


# ------------------------------------------------------------------ lines


def _pieces(glyphs: list[_Glyph], turn: int, rules: list[list[float]]) -> Iterator[_Piece]:
    """Yield the pieces of line that the characters which stand turned by ``turn`` make up."""
    bars = [rule for rule in rules if rule[3] - rule[1] > rule[2] - rule[0]]
    # So many are a drawing and no table.
    bars = bars if len(bars) <= _MOST_BARS else []
    runs: list[list[_Glyph]] = []
    for glyph in glyphs:
        if glyph.run.turn != turn:
            continue
        if runs and _follows(runs[-1][-1], glyph):
            runs[-1].append(glyph)
        else:
            runs.append([glyph])
    for line in _lines(runs):
        current: list[_Glyph] = []
        for glyph in line:
            if current and _parts(current[-1], glyph, bars):
                yield _piece(current)
                current = []
            current.append(glyph)
        yield _piece(current)


def _follows(before: _Glyph, glyph: _Glyph) -> bool:
    """Whether ``glyph`` goes on where ``before`` ends, on the same line."""
    size = max(before.run.size, glyph.run.size)
    return _level(before, glyph) and -0.4 * size < glyph.left - before.right < 0.6 * size


def _level(one: _Glyph, other: _Glyph) -> bool:
    """Whether two characters stand on one line, be one raised or smaller."""
    high, low = min(one.run.size, other.run.size), max(one.run.size, other.run.size)
    return abs(one.base - other.base) < (0.2 if high > 0.85 * low else 0.5) * low


def _lines(runs: list[list[_Glyph]]) -> Iterator[list[_Glyph]]:
    """Join runs that stand on one line, from left to right; twice printed ones count once."""
    lines: list[list[list[_Glyph]]] = []
    for run in sorted(runs, key=lambda run: (round(run[0].base, 1), run[0].left)):
        home = next((line for line in reversed(lines[-12:]) if _level(line[0][0], run[0])), None)
        if home is None:
            lines.append([run])
        elif not any(_same(run, other) for other in home):
            home.append(run)
    for line in lines:
        yield [glyph for run in sorted(line, key=lambda run: run[0].left) for glyph in run]


def _same(one: list[_Glyph], other: list[_Glyph]) -> bool:
    """Whether a run is printed twice, a hair apart: bold without a bold font, or a shadow."""
    near = 0.25 * one[0].run.size
    return (
        abs(one[0].left - other[0].left) < near
        and abs(one[0].base - other[0].base) < near
        and [glyph.char for glyph in one] == [glyph.char for glyph in other]
    )


def _parts(before: _Glyph, glyph: _Glyph, bars: list[list[float]]) -> bool:
    """Whether two neighbours on a line belong to different pieces: far apart, or a bar between."""
    size = max(before.run.size, glyph.run.size)
    if glyph.left - before.right > _COLUMN * size:
        return True
    middle = glyph.base - 0.4 * size
    slack = 0.15 * size
    return any(
        before.right - slack < bar[0] < glyph.left + slack and bar[1] < middle < bar[3]
        for bar in bars
    )


def _piece(glyphs: list[_Glyph]) -> _Piece:
    weights: Counter[float] = Counter(glyph.run.size for glyph in glyphs)
    size = weights.most_common(1)[0][0]
    base = next(glyph.base for glyph in glyphs if glyph.run.size == size)
    left, right = min(g.left for g in glyphs), max(g.right for g in glyphs)
    return _Piece(
        _spell(glyphs, size, base), left, right, base - 0.88 * size, base + 0.12 * size, size
    )


def _spell(glyphs: list[_Glyph], size: float, base: float) -> str:
    """Join the characters, with a space where the gap is that of a word or a column.

    Chinese set wide is no words apart: there a space that pdfium thinks of counts for nothing.
    """
    kept = [_raised(glyphs[0], size, base, "")]
    for before, glyph in pairwise(glyphs):
        if _is_apart(before, glyph, size):
            kept.append(" ")
        kept.append(_raised(glyph, size, base, before.char))
    return "".join(kept)


def _is_apart(before: _Glyph, glyph: _Glyph, size: float) -> bool:
    gap = (glyph.left - before.right) / max(size, 1)
    if gap > _WORD or (glyph.spaced == _PRINTED and gap > 0):
        return True
    if ord(before.char[0]) > _WIDE or ord(glyph.char[0]) > _WIDE:
        return False
    return gap > 0.2 or (glyph.spaced > 0 and gap > _LATIN)


def _raised(glyph: _Glyph, size: float, base: float, before: str) -> str:
    """Return a small raised digit as a superscript: m2 and 103 would be other things."""
    raised = glyph.run.size < 0.8 * size and base - glyph.base > 0.2 * size
    return glyph.char.translate(_SUPERSCRIPTS) if raised and before else glyph.char


def _laid(piece: _Piece, turn: int) -> _Piece:
    """Return a piece that stands turned with its place on the page."""
    back = _frame((360 - turn) % 360)
    left, top, right, bottom = _box(back, piece.left, piece.top, piece.right, piece.bottom)
    return piece._replace(left=left, right=right, top=top, bottom=bottom)


# ------------------------------------------------------------------ lines drawn, pictures, forms


def _objects(parent: Any, matrix: _Matrix, depth: int) -> Iterator[tuple[Any, ...]]:
    """Yield kind, left, top, right and bottom of a page's pictures and paths, within forms too."""
    within_form = depth < _MOST_NESTED
    count = (
        pdfium.FPDFFormObj_CountObjects(parent)
        if within_form
        else pdfium.FPDFPage_CountObjects(parent)
    )
    take = pdfium.FPDFFormObj_GetObject if within_form else pdfium.FPDFPage_GetObject
    sides = [ctypes.c_float() for _ in range(4)]
    for number in range(min(max(count, 0), _MOST_OBJECTS)):
        one = take(parent, number)
        kind = pdfium.FPDFPageObj_GetType(one)
        if kind == pdfium.FPDF_PAGEOBJ_FORM and depth:
            inner = pdfium.FS_MATRIX()
            pdfium.FPDFPageObj_GetMatrix(one, ctypes.byref(inner))
            own = (inner.a, inner.b, inner.c, inner.d, inner.e, inner.f)
            yield from _objects(one, _times(own, matrix), depth - 1)
        elif kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_PATH):
            pdfium.FPDFPageObj_GetBounds(one, *(ctypes.byref(side) for side in sides))
            yield (kind, *_box(matrix, *(side.value for side in sides)))


def _rules(objects: Iterable[tuple[Any, ...]]) -> list[list[float]]:
    """Return the straight lines among the paths; a box counts as its four sides."""
    rules: list[list[float]] = []
    for kind, left, top, right, bottom in objects:
        if kind != pdfium.FPDF_PAGEOBJ_PATH or len(rules) > _MOST_RULES:
            continue
        wide, high = right - left, bottom - top
        if (wide < 3.0) != (high < 3.0):
            rules.append([left, top, right, bottom])
        elif wide >= 3.0 and high >= 3.0:
            rules += [[left, top, right, top], [left, bottom, right, bottom]]
            rules += [[left, top, left, bottom], [right, top, right, bottom]]
    return rules


def _annotations(page: Any, form: Any, upright: _Matrix) -> Iterator[_Piece]:
    """Yield what the fields of a form show, and text that was typed onto the page."""
    rect = pdfium.FS_RECTF()
    for number in range(min(max(pdfium.FPDFPage_GetAnnotCount(page), 0), _MOST_FIELDS)):
        annotation = pdfium.FPDFPage_GetAnnot(page, number)
        if not annotation:
            continue
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        hidden = pdfium.FPDFAnnot_GetFlags(annotation) & _INVISIBLE_FLAGS
        if not hidden and pdfium.FPDFAnnot_GetRect(annotation, ctypes.byref(rect)):
            place = _box(upright, rect.left, rect.bottom, rect.right, rect.top)
            if kind == pdfium.FPDF_ANNOT_WIDGET and form:
                yield from _written(_field(form, annotation), place)
            elif kind == pdfium.FPDF_ANNOT_FREETEXT:
                shown = _string(pdfium.FPDFAnnot_GetStringValue, annotation, b"Contents")
                yield from _written(shown, place)
        pdfium.FPDFPage_CloseAnnot(annotation)


def _field(form: Any, annotation: Any) -> str:
    """Return what a field shows: what was typed or chosen, ☑ or ☐."""
    kind = pdfium.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON):
        # Where the field has no pictures of its states pdfium does not know which it is in.
        state = _string(pdfium.FPDFAnnot_GetStringValue, annotation, b"AS")
        ticked = pdfium.FPDFAnnot_IsChecked(form, annotation) or state not in ("", "Off")
        return _TICKED if ticked else _UNTICKED
    if kind in (pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX):
        chosen = [
            _string(pdfium.FPDFAnnot_GetOptionLabel, form, annotation, option)
            for option in range(min(max(pdfium.FPDFAnnot_GetOptionCount(form, annotation), 0), 500))
            if pdfium.FPDFAnnot_IsOptionSelected(form, annotation, option)
        ]
        if chosen:
            return "、".join(chosen)
    elif kind != pdfium.FPDF_FORMFIELD_TEXTFIELD:
        return ""
    if pdfium.FPDFAnnot_GetFormFieldFlags(form, annotation) & _SECRET_FIELD:
        return ""
    return _string(pdfium.FPDFAnnot_GetFormFieldValue, form, annotation)


def _string(ask: Any, *about: Any) -> str:
    """Return the UTF-16 text that a function of pdfium writes into a buffer."""
    length = ask(*about, None, 0)
    if not 2 < length < 1_000_000:
        return ""
    buffer = ctypes.create_string_buffer(length)
    ask(*about, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), length)
    return buffer.raw[: length - 2].decode("utf-16-le", "replace")


def _written(text: str, place: tuple[float, ...]) -> Iterator[_Piece]:
    """Yield the lines of a field's text: one in the middle of its height, several from the top."""
    left, top, right, bottom = place
    lines = [line for line in text.splitlines() if line.strip()]
    size = max(4.0, min(12.0, (bottom - top) * 0.8))
    start = max(top, (top + bottom) / 2 - size / 2) if len(lines) == 1 else top + 0.2 * size
    if bottom - top > 3 * size:
        start = top + 0.2 * size
    for number, line in enumerate(lines):
        above = start + number * 1.3 * size
        end = min(max(right, left + size), left + size * len(line))
        yield _Piece(line.strip(), left, end, above, above + size, size)


def _picture(document: Any, number: int) -> int:
    page = pdfium.FPDF_LoadPage(document, number)
    if not page:
        return 1
    width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
    scale = min(_DOTS_PER_POINT, _MOST_DOTS / max(width, height, 1))
    columns, rows = max(1, int(width * scale)), max(1, int(height * scale))
    bitmap = pdfium.FPDFBitmap_CreateEx(columns, rows, pdfium.FPDFBitmap_Gray, None, 0)
    pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, columns, rows, 0xFFFFFFFF)
    pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, columns, rows, 0, pdfium.FPDF_ANNOT)
    stride = pdfium.FPDFBitmap_GetStride(bitmap)
    pixels = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * rows)
    out = sys.stdout.buffer
    out.write(b"P5\n%d %d\n255\n" % (columns, rows))
    for row in range(rows):
        out.write(pixels[row * stride : row * stride + columns])
    return 0


if __name__ == "__main__":
    sys.exit(main())
