"""Documents that a .docx takes in whole (``w:altChunk``): Word shows them at their place.

Source: ECMA-376 Part 1, 11.3.1 and 17.17.2.1. Only parts within the package are read; a document
taken in takes in none itself. What is not read is said in the text: it would be missed unseen.
"""

from __future__ import annotations

from collections.abc import Callable

from drafting.errors import UserError
from drafting.papers.plain.lines import Line
from drafting.reading.formats import Format, format_of
from drafting.reading.html.mht import read_mht
from drafting.reading.html.page import read_html
from drafting.reading.plain.text import read_text

MOST_CHUNKS = 50
_READERS: dict[Format, Callable[[bytes], list[Line]]] = {
    "html": read_html,
    "mht": read_mht,
    "text": read_text,
}


def lines_of_chunk(
    path: str, content: bytes | None, read_docx: Callable[[bytes], list[Line]] | None
) -> list[Line]:
    """Return the lines of the part at ``path``; ``read_docx`` reads a Word file, once only."""
    if content is None:
        return [_unread("文件不在文档里")]
    try:
        kind = format_of(content, path)
        reader = read_docx if kind == "docx" else _READERS.get(kind)
        return [_unread(f"格式 {kind}")] if reader is None else reader(content)
    except UserError as error:
        return [_unread(error.message.rstrip("。"))]


def _unread(reason: str) -> Line:
    return Line(f"［此处嵌入的文件没有读出：{reason}］")
