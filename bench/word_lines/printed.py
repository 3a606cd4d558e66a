"""The lines of a printed paper, and the copy of it that an evaluation engine is given."""

from __future__ import annotations

import ctypes
import io
import math
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from drafting.writing import gbt9704 as gb

# Aliases of fontconfig do not reach the engines: they are told the stand-ins by name.
_STAND_INS = {
    gb.SONG_TITLE: "Noto Serif CJK SC",
    gb.FANGSONG: "AR PL SungtiL GB",
    gb.KAITI: "AR PL KaitiM GB",
    gb.HEITI: "Noto Sans CJK SC",
    gb.SONGTI: "Noto Serif CJK SC",
    gb.LATIN: "Liberation Serif",
}
_NOTICE_SECTION = (
    '<w:p><w:pPr><w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1440"'
    ' w:bottom="1440" w:left="1440" w:header="700" w:footer="700" w:gutter="0"/></w:sectPr>'
    "</w:pPr></w:p>"
)
_FOOTER = re.compile(r'w:footer="\d+"')
_SAME_LINE_PT = 4.0
_SAME_BASELINE_PT = 1.5
_TABLE_SIZES = tuple({size for size, *_ in (*gb.TABLE_SIZES, *gb.TABLE_SIZES_ACROSS)})
_NUMBER = re.compile(r"—\d+—")


def measuring_copy(docx: bytes) -> bytes:
    """The paper as an evaluation engine is given it: same text, same measures.

    The notice that an engine puts before the first paragraph gets a page of its own, and the one
    that it puts into each footer gets room below, so that neither moves a line of the paper.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.startswith("word/") and name.endswith(".xml"):
                text = data.decode()
                for face, stand_in in _STAND_INS.items():
                    text = text.replace(f'"{face}"', f'"{stand_in}"')
                if name == "word/document.xml":
                    text = text.replace("<w:body>", f"<w:body>{_NOTICE_SECTION}", 1)
                    first, _, rest = text.partition("</w:sectPr>")
                    rest = _FOOTER.sub('w:footer="300"', rest)
                    text = f"{first}</w:sectPr>{rest}"
                data = text.encode()
            new.writestr(name, data)
    return buffer.getvalue()


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line: its baseline from the top and its ends in points, its text without spaces."""

    y: float
    left: float
    right: float
    text: str


def printed_lines(pdf: Path | bytes) -> list[list[Line]]:
    """The lines of 三号 on each page, from the top; notices and page numbers are of other sizes."""
    document = pypdfium2.PdfDocument(pdf)
    return [_page_lines(page) for page in document]


def small_lines(pdf: Path | bytes) -> list[list[str]]:
    """What stands on each page in the sizes of tables, in the order of the file: cell by cell."""
    document = pypdfium2.PdfDocument(pdf)
    found = []
    for page in document:
        lines: list[str] = []
        baseline = -math.inf
        for y, _x, _right, char in _chars(page, _TABLE_SIZES):
            if abs(y - baseline) > _SAME_BASELINE_PT:
                lines.append("")
            baseline = y
            lines[-1] += char
        found.append(lines)
    return found


def _chars(
    page: pypdfium2.PdfPage, sizes: Iterable[float]
) -> Iterator[tuple[float, float, float, str]]:
    """The characters of the given sizes: baseline, left and right end, the character."""
    height, text = page.get_height(), page.get_textpage()
    left, right, bottom, top, x, y = (ctypes.c_double() for _ in range(6))
    for index in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text.raw, index)
        # Of a hyphen at a line's end pdfium makes a sign of its own.
        char = "-" if code == 2 else chr(code)
        if char.isspace() or (code < 32 and code != 2):
            continue
        size = pdfium.FPDFText_GetFontSize(text.raw, index)
        if all(abs(size - one) > 0.1 for one in sizes):
            continue
        pdfium.FPDFText_GetCharOrigin(text.raw, index, x, y)
        pdfium.FPDFText_GetCharBox(text.raw, index, left, right, bottom, top)
        yield height - y.value, x.value, right.value, char


def _page_lines(page: pypdfium2.PdfPage) -> list[Line]:
    lines: list[list[tuple[float, float, float, str]]] = []
    for one in sorted(_chars(page, (gb.SIZE_3_PT,))):
        if lines and one[0] - lines[-1][0][0] < _SAME_LINE_PT:
            lines[-1].append(one)
        else:
            lines.append([one])
    found = []
    for line in lines:
        line.sort(key=lambda one: one[1])
        shown = "".join(one[3] for one in line)
        found.append(Line(line[0][0], line[0][1], max(one[2] for one in line), shown))
    return found
