"""Whether a PDF shows all that its paper says: LibreOffice has been seen to lose rows of tables."""

from __future__ import annotations

import io
import threading
import zipfile
from collections import Counter

import pypdfium2
from lxml import etree

from drafting.writing.word.ooxml import qn

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)
# PDFium is not made for several threads.
_ALONE = threading.Lock()


def lost(docx: bytes, pdf: bytes) -> int:
    """Return how many Chinese characters of the paper's text the PDF shows too few of."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        root = etree.fromstring(archive.read("word/document.xml"), _PARSER)
    said = Counter(char for one in root.iter(qn("t")) for char in one.text or "" if _is_han(char))
    return (said - _shown(pdf)).total()


def _shown(pdf: bytes) -> Counter[str]:
    with _ALONE:
        document = pypdfium2.PdfDocument(pdf)
        try:
            pages = [page.get_textpage().get_text_range() for page in document]
        finally:
            document.close()
    return Counter(char for text in pages for char in text if _is_han(char))


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"
