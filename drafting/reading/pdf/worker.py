"""The process that opens PDF files; run as a script by ``pdf.py``, never imported by it.

pdfium is not safe with threads, and a file made to harm must not harm the service: so it works in
a process of its own, under a time and memory limit. Standard input is the PDF. Standard output is,
for ``text`` (and ``plain``: without what is filled into forms), one JSON object — ``{"error": …}``
or ``{"pages": [page, …]}`` — and for ``picture N`` page N (from 0) as a coloured PPM image of
about 200 dots an inch.

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
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdfium2.raw as pdfium

if TYPE_CHECKING:
    from drafting.reading.pages import glyphs as page_glyphs
    from drafting.reading.pages.glyphs import Glyph, Matrix, Piece, Run
else:
    # An isolated script finds nothing beside itself; at the end of the path it shadows nothing.
    sys.path.append(str(Path(__file__).resolve().parents[1] / "pages"))
    import glyphs as page_glyphs
    from glyphs import Glyph, Matrix, Piece, Run

_PASSWORD = 4
_DOTS_PER_POINT = 200 / 72
_MOST_DOTS = 5000
_MOST_CHARS = 60_000
_MOST_OBJECTS = 20_000
_MOST_RULES = 3_000
_MOST_FIELDS = 2_000
_MOST_NESTED = 4
_FAINT = 128
_TICKED, _UNTICKED = "☑", "☐"
_INVISIBLE_FLAGS = 0x02 | 0x20
_SECRET_FIELD = 1 << 13


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
    # pdfium keeps the address of this: it must live as long as the document.
    needed = pdfium.FPDF_FORMFILLINFO(version=2)
    form = None
    if sys.argv[1] != "plain":
        form = pdfium.FPDFDOC_InitFormFillEnvironment(document, ctypes.byref(needed))
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
    turn = page_glyphs.turn_of(glyphs)
    if turn:
        # A table laid across the page: the page is read as a person would turn it.
        upright = page_glyphs.times(upright, page_glyphs.turning(turn, width, height))
        glyphs = list(_glyphs(text, upright))
        width, height = (height, width) if turn in (90, 270) else (width, height)
    objects = list(_objects(page, upright, _MOST_NESTED))
    rules = _rules(objects)
    glyphs, left_out = page_glyphs.without_watermarks(glyphs)
    strips = [[*piece, False] for piece in page_glyphs.pieces_of(glyphs, 0, rules)]
    for other in (90, 180, 270):
        strips += [
            [*page_glyphs.laid(piece, other), True]
            for piece in page_glyphs.pieces_of(glyphs, other, [])
        ]
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


def _upright(page: Any, width: float, height: float) -> Matrix:
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


# ------------------------------------------------------------------ characters


def _glyphs(text: Any, upright: Matrix) -> Iterator[Glyph]:
    """Yield the characters of a page in the order of its content, spaces noted on the next.

    The cell is the whole advance, not the ink: the ink of a comma leaves half of its cell empty.
    """
    runs: dict[int, Run] = {}
    frames = {turn: page_glyphs.frame_of(turn) for turn in (0, 90, 180, 270)}
    rect, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    by_rect, by_x, by_y = ctypes.byref(rect), ctypes.byref(x), ctypes.byref(y)
    spaced, high = 0, ""
    for place in range(min(pdfium.FPDFText_CountChars(text), _MOST_CHARS)):
        char = chr(pdfium.FPDFText_GetUnicode(text, place) or 0xFFFD)
        if char.isspace() or char == "\u00ad":
            thought = pdfium.FPDFText_IsGenerated(text, place) == 1
            spaced = max(spaced, page_glyphs.THOUGHT if thought else page_glyphs.PRINTED)
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
        box = page_glyphs.box_of(upright, rect.left, rect.bottom, rect.right, rect.top)
        base = page_glyphs.placed(upright, x.value, y.value)
        if run.turn:
            box = page_glyphs.box_of(frames[run.turn], *box)
            base = page_glyphs.placed(frames[run.turn], *base)
        yield Glyph(char, box[0], box[2], base[1], run, spaced)
        spaced = 0


def _run(text: Any, place: int, owner: Any, upright: Matrix) -> Run:
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFText_GetMatrix(text, place, ctypes.byref(matrix)):
        matrix = pdfium.FS_MATRIX(1, 0, 0, 1, 0, 0)
    high = math.hypot(matrix.c, matrix.d) * math.hypot(upright[2], upright[3])
    given = pdfium.FPDFText_GetFontSize(text, place)
    size = max(1.0, min(abs(given) * high, 2000.0))
    a, b, c, d, _, _ = upright
    # A size below nothing turns the text about once more.
    sign = -1 if given < 0 else 1
    along = (sign * (matrix.a * a + matrix.b * c), sign * (matrix.a * b + matrix.b * d))
    turn = page_glyphs.turn_of_direction(*along)
    return Run(size, turn, _is_pale(text, place), _is_watermark(owner))


def _is_pale(text: Any, place: int) -> bool:
    """Whether a character is printed light, or lets through what is behind it."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    told = pdfium.FPDFText_GetFillColor(
        text, place, *(ctypes.byref(part) for part in (red, green, blue, alpha))
    )
    if not told:
        return False
    light = page_glyphs.is_pale(red.value, green.value, blue.value)
    return light or 0 < alpha.value < _FAINT


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


# ------------------------------------------------------------------ lines drawn, pictures, forms


def _objects(parent: Any, matrix: Matrix, depth: int) -> Iterator[tuple[Any, ...]]:
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
            yield from _objects(one, page_glyphs.times(own, matrix), depth - 1)
        elif kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_PATH):
            pdfium.FPDFPageObj_GetBounds(one, *(ctypes.byref(side) for side in sides))
            yield (kind, *page_glyphs.box_of(matrix, *(side.value for side in sides)))


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


def _annotations(page: Any, form: Any, upright: Matrix) -> Iterator[Piece]:
    """Yield what the fields of a form show, and text that was typed onto the page."""
    if not form:
        return
    rect = pdfium.FS_RECTF()
    for number in range(min(max(pdfium.FPDFPage_GetAnnotCount(page), 0), _MOST_FIELDS)):
        annotation = pdfium.FPDFPage_GetAnnot(page, number)
        if not annotation:
            continue
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        hidden = pdfium.FPDFAnnot_GetFlags(annotation) & _INVISIBLE_FLAGS
        if not hidden and pdfium.FPDFAnnot_GetRect(annotation, ctypes.byref(rect)):
            place = page_glyphs.box_of(upright, rect.left, rect.bottom, rect.right, rect.top)
            if kind == pdfium.FPDF_ANNOT_WIDGET:
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


def _written(text: str, place: tuple[float, ...]) -> Iterator[Piece]:
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
        yield Piece(line.strip(), left, end, above, above + size, size)


def _picture(document: Any, number: int) -> int:
    page = pdfium.FPDF_LoadPage(document, number)
    if not page:
        return 1
    width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
    scale = min(_DOTS_PER_POINT, _MOST_DOTS / max(width, height, 1))
    columns, rows = max(1, int(width * scale)), max(1, int(height * scale))
    bitmap = pdfium.FPDFBitmap_CreateEx(columns, rows, pdfium.FPDFBitmap_BGR, None, 0)
    pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, columns, rows, 0xFFFFFFFF)
    # Colour tells a red seal from the signature under it.
    how = pdfium.FPDF_ANNOT | pdfium.FPDF_REVERSE_BYTE_ORDER
    pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, columns, rows, 0, how)
    stride = pdfium.FPDFBitmap_GetStride(bitmap)
    pixels = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * rows)
    out = sys.stdout.buffer
    out.write(b"P6\n%d %d\n255\n" % (columns, rows))
    for row in range(rows):
        out.write(pixels[row * stride : row * stride + 3 * columns])
    return 0


if __name__ == "__main__":
    sys.exit(main())
