"""What a print lacks of its paper is found, and the paper is printed again with its rows free."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import docx
import pytest
from writing_samples import LETTER

from drafting.model import Block
from drafting.programs import kept_office
from drafting.writing import write_docx
from drafting.writing.printing import pdf
from drafting.writing.printing.print_copy import print_copy
from drafting.writing.printing.printed_whole import lost

TABLE = Block("table", rows=(("街道", "进展"), ("长宁街道", "完成"), ("学府街道", "在建")))
PAPER = write_docx(replace(LETTER, body=(*LETTER.body, TABLE)))


def text_of(document: bytes) -> bytes:
    """The text's part: a package bears the time at which it was written."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return archive.read("word/document.xml")


def printed(document: bytes, *, without: str = "") -> bytes:
    """A stand-in for a print: a PDF with the words of the paper, but for some."""
    said = "".join(one.text or "" for one in docx.Document(io.BytesIO(document)).element.iter()
                   if one.tag.endswith("}t"))  # fmt: skip
    shown = said.replace(without, "", 1) if without else said
    stream = io.BytesIO()
    codes = "".join(f"{ord(char):04X}" for char in shown)
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def"
        " 1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange"
        " <0000> <FFFF> <0000> endbfrange endcmap end end"
    )
    content = f"BT /F 8 Tf 10 800 Td <{codes}> Tj ET"
    objects = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 99999 900]/Contents 4 0 R"
        "/Resources<</Font<</F 5 0 R>>>>>>",
        f"<</Length {len(content)}>>stream\n{content}\nendstream",
        "<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[6 0 R]"
        "/ToUnicode 7 0 R>>",
        "<</Type/Font/Subtype/CIDFontType2/BaseFont/A/CIDSystemInfo<</Registry(Adobe)"
        "/Ordering(Identity)/Supplement 0>>/DW 1000>>",
        f"<</Length {len(cmap)}>>stream\n{cmap}\nendstream",
    )
    stream.write(b"%PDF-1.4\n")
    places = []
    for number, one in enumerate(objects, start=1):
        places.append(stream.tell())
        stream.write(f"{number} 0 obj{one}endobj\n".encode())
    start = stream.tell()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    stream.write(
        f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer<</Size {size}/Root 1 0 R>>\n"
        f"startxref\n{start}\n%%EOF".encode()
    )
    return stream.getvalue()


def test_what_is_lost_is_counted() -> None:
    assert lost(PAPER, printed(PAPER)) == 0
    assert lost(PAPER, printed(PAPER, without="学府街道")) == 4


def test_a_print_that_lost_a_row_is_made_again_with_rows_free(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[bytes] = []

    def convert(data: bytes, *_rest: object) -> bytes:
        asked.append(data)
        return printed(PAPER, without="学府街道" if len(asked) == 1 else "")

    monkeypatch.setattr(kept_office, "convert", convert)
    assert pdf.to_pdf(PAPER) == printed(PAPER)
    assert [text_of(one) for one in asked] == [
        text_of(print_copy(PAPER)),
        text_of(print_copy(PAPER, rows_free=True)),
    ]


def test_a_print_that_is_whole_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []

    def convert(data: bytes, *_rest: object) -> bytes:
        asked.append(data)
        return printed(PAPER)

    monkeypatch.setattr(kept_office, "convert", convert)
    assert pdf.to_pdf(PAPER) == printed(PAPER)
    assert [text_of(one) for one in asked] == [text_of(print_copy(PAPER))]
