"""Small PDF files written for tests: text at places, lines, fields, without any library."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

_FONT = (
    "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts["
    "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)"
    "/Ordering(GB1)/Supplement 4>>/DW 1000/W[1 95 500 814 939 500]>>]>>"
)


@dataclass
class PdfPage:
    """What a page shows: operators of its content stream, and its own entries."""

    content: list[str] = field(default_factory=list)
    entries: str = "/MediaBox[0 0 595 842]"
    fields: list[str] = field(default_factory=list)

    def text(
        self,
        words: str,
        x: float,
        y: float,
        size: float = 16,
        *,
        turn: tuple[float, ...] = (1, 0, 0, 1),
    ) -> PdfPage:
        """Print ``words`` with their base line's start at x, y from the bottom left."""
        code = words.encode("utf-16-be").hex()
        matrix = " ".join(map(str, turn))
        self.content.append(f"BT /F {size} Tf {matrix} {x} {y} Tm <{code}> Tj ET")
        return self

    def lines(self, words: Sequence[str], x: float, y: float, size: float = 16) -> PdfPage:
        """Print lines below each other, 1.8 type sizes apart."""
        for number, line in enumerate(words):
            self.text(line, x, y - 1.8 * size * number, size)
        return self

    def grid(self, xs: Sequence[float], ys: Sequence[float]) -> PdfPage:
        """Draw the lines of a table."""
        self.content += [f"{x} {min(ys)} m {x} {max(ys)} l S" for x in xs]
        self.content += [f"{min(xs)} {y} m {max(xs)} {y} l S" for y in ys]
        return self

    def widget(self, entries: str, left: float, bottom: float, right: float, top: float) -> PdfPage:
        """Add a form field."""
        place = f"/Rect[{left} {bottom} {right} {top}]"
        self.fields.append(f"<</Type/Annot/Subtype/Widget{place}/F 4{entries}>>")
        return self


def pdf(*pages: PdfPage, font: str = _FONT) -> bytes:
    """Return a PDF file of ``pages``."""
    objects = ["", "", font]
    kids, fields = [], []
    for page in pages:
        own = []
        for one in page.fields:
            objects.append(one)
            own.append(f"{len(objects)} 0 R")
        stream = zlib.compress("\n".join(page.content).encode())
        objects.append((f"<</Length {len(stream)}/Filter/FlateDecode>>stream\n", stream))
        objects.append(
            f"<</Type/Page/Parent 2 0 R{page.entries}/Annots[{' '.join(own)}]"
            f"/Resources<</Font<</F 3 0 R>>>>/Contents {len(objects)} 0 R>>"
        )
        kids.append(f"{len(objects)} 0 R")
        fields += own
    form = f"/AcroForm<</Fields[{' '.join(fields)}]/DA(/F 0 Tf)>>" if fields else ""
    objects[0] = f"<</Type/Catalog/Pages 2 0 R{form}>>"
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>"
    return _file(objects)


def _file(objects: Sequence[str | tuple[str, bytes]]) -> bytes:
    body = b"%PDF-1.6\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        if isinstance(content, tuple):
            content, stream = content
            body += f"{number} 0 obj{content}".encode() + stream + b"\nendstream endobj\n"
        else:
            body += f"{number} 0 obj{content}endobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    return (
        body
        + (
            f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
            f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF"
        ).encode()
    )
