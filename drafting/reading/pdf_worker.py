"""The process that opens PDF files; run as a script by ``pdf.py``, never imported by it.

pdfium is not safe with threads, and a file made to harm must not harm the service: so it works in
a process of its own, under a time and memory limit. Standard input is the PDF. Standard output is,
for ``text``, one JSON object — ``{"error": …}`` or ``{"pages": [{"width", "height",
"pictures", "strips": [[text, left, right, top, bottom, size, cells], …]}, …]}``, places in points
from the top left — and for ``picture N`` page N (from 0) as a coloured PPM image of about 200
dots an inch.
"""

from __future__ import annotations

import ctypes
import json
import sys
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pypdfium2.raw as pdfium

_PASSWORD = 4
_DOTS_PER_POINT = 200 / 72
_MOST_DOTS = 5000
_MOST_CHARS = 60_000
_MOST_OBJECTS = 20_000
_WIDE = 0x2000
_COLUMN = 1.5

_Glyph = tuple[str, int, float, float, float, float]
"""A character, its place in pdfium's order, and its left, right, bottom and top."""


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
    if count > most_pages:
        return _say({"error": "pages", "count": count})
    return _say({"pages": [_page(document, number) for number in range(count)]})


def _say(answer: dict[str, Any]) -> int:
    sys.stdout.buffer.write(json.dumps(answer).encode("ascii"))
    return 0


def _page(document: Any, number: int) -> dict[str, Any]:
    page = pdfium.FPDF_LoadPage(document, number)
    if not page:
        return {"width": 0, "height": 0, "pictures": False, "strips": []}
    # A scanned page turned by /Rotate keeps its own coordinates for text: take the media box.
    height = pdfium.FPDF_GetPageHeightF(page)
    width = pdfium.FPDF_GetPageWidthF(page)
    text = pdfium.FPDFText_LoadPage(page)
    strips = list(_strips(text, height)) if text else []
    objects = min(pdfium.FPDFPage_CountObjects(page), _MOST_OBJECTS)
    pictures = any(
        pdfium.FPDFPageObj_GetType(pdfium.FPDFPage_GetObject(page, n))
        in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM)
        for n in range(objects)
    )
    if text:
        pdfium.FPDFText_ClosePage(text)
    pdfium.FPDF_ClosePage(page)
    return {"width": width, "height": height, "pictures": pictures, "strips": strips}


def _strips(text: Any, height: float) -> Iterator[list[Any]]:
    """Yield the lines of a page as pdfium parts them, each with its box and type size.

    The spaces that pdfium thinks of are left out: characters set wide are no words apart.
    """
    glyphs: list[_Glyph] = []
    for place in range(min(pdfium.FPDFText_CountChars(text), _MOST_CHARS)):
        char = chr(pdfium.FPDFText_GetUnicode(text, place) or 0xFFFD)
        if char in "\r\n":
            yield from _strip(text, glyphs, height)
            glyphs = []
        elif not (char == " " and pdfium.FPDFText_IsGenerated(text, place) == 1):
            glyphs.append((char, place, *_box(text, place)))
    yield from _strip(text, glyphs, height)


def _strip(text: Any, glyphs: list[_Glyph], height: float) -> Iterator[list[Any]]:
    """Yield what pdfium takes for one line: one strip, or several where it has stacked them."""
    if all(glyph[0].isspace() for glyph in glyphs):
        return
    size = pdfium.FPDFText_GetFontSize(text, glyphs[0][1])
    top, bottom = max(glyph[5] for glyph in glyphs), min(glyph[4] for glyph in glyphs)
    # The type size is 1 where the page is scaled: the height of the glyphs tells more then.
    size = size if size > 2 else max(1.0, top - bottom)
    back = [n for n in range(1, len(glyphs)) if glyphs[n][2] + size < glyphs[n - 1][2]]
    if back and top - bottom > 1.6 * size:
        # 文件 between the names of a joint head makes them one line for pdfium: they are two.
        starts = [0, *back]
        for start, end in zip(starts, [*back, len(glyphs)], strict=True):
            yield from _line(glyphs[start:end], size, height)
        return
    # A character from another font comes at the end of the line, wherever it stands.
    yield from _line(sorted(glyphs, key=lambda g: g[2]) if back else glyphs, size, height)


def _line(glyphs: list[_Glyph], size: float, height: float) -> Iterator[list[Any]]:
    shown = [glyph for glyph in glyphs if not glyph[0].isspace()]
    if shown:
        left, right = min(g[2] for g in shown), max(g[3] for g in shown)
        top, bottom = height - max(g[5] for g in shown), height - min(g[4] for g in shown)
        gaps = sum(b[2] - a[3] > _COLUMN * size for a, b in pairwise(shown))
        yield [_spell(glyphs, size), left, right, top, bottom, size, 1 + gaps]


def _spell(glyphs: list[_Glyph], size: float) -> str:
    """Join the characters, with a space where the gap is that of a word or a column."""
    kept: list[str] = []
    before: _Glyph | None = None
    for glyph in glyphs:
        if before and not glyph[0].isspace() and not before[0].isspace():
            wide = ord(before[0]) > _WIDE or ord(glyph[0]) > _WIDE
            kept += [" "] if glyph[2] - before[3] > (0.8 if wide else 0.2) * size else []
        kept.append(glyph[0])
        before = glyph
    # Lone surrogates come in pairs for characters beyond the first plane.
    joined = "".join(kept).encode("utf-16-le", "surrogatepass")
    return joined.decode("utf-16-le", "replace")


def _box(text: Any, place: int) -> tuple[float, float, float, float]:
    """Return left, right, bottom and top of a character's whole cell, not of its ink.

    The ink of a comma or bracket leaves half of its cell empty.
    """
    rect = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(text, place, ctypes.byref(rect))
    return rect.left, rect.right, rect.bottom, rect.top


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
