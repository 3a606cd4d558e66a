"""Reading: bytes of any format met in an office → one :class:`~drafting.model.Document`.

Each format has a module that turns bytes into lines; ``structure.py`` turns lines into a document.
Nothing here knows of the database or of the web.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from drafting.errors import UserError
from drafting.model import Document
from drafting.papers.plain.lines import Line, normalise_breaks, noted, to_lines, unreadable
from drafting.papers.structure import build_document
from drafting.reading.bounds import refuse_long
from drafting.reading.formats import SUFFIXES as _SUFFIXES
from drafting.reading.formats import Format, format_of
from drafting.reading.html.mht import read_mht
from drafting.reading.html.page import read_html
from drafting.reading.ofd.document import read_ofd
from drafting.reading.pdf.document import read_pdf
from drafting.reading.plain.decode import MAX_BYTES, decode
from drafting.reading.plain.text import read_text
from drafting.reading.scans.lines import read_image
from drafting.reading.word.docx import read_docx
from drafting.reading.word.legacy import read_legacy

__all__ = [
    "MAX_BYTES",
    "SUFFIXES",
    "read_bytes",
    "read_file",
    "read_lines",
    "read_pasted",
    "read_raw_text",
]


_READERS: dict[Format, Callable[[bytes], list[Line]]] = {
    "text": read_text,
    "html": read_html,
    "mht": read_mht,
    "docx": read_docx,
    "doc": partial(read_legacy, ending="doc"),
    "rtf": partial(read_legacy, ending="rtf"),
    "odt": partial(read_legacy, ending="odt"),
    "xml": partial(read_legacy, ending="xml"),
    "pdf": read_pdf,
    "ofd": read_ofd,
    "image": read_image,
}
SUFFIXES = tuple(_SUFFIXES)
"""The file name endings that can be read."""


def read_bytes(data: bytes, name: str) -> Document:
    """Read a file's content as what it is; ``name`` tells its format where content does not.

    Raises :class:`UserError` where the format is unknown, the file too large, damaged or empty.
    """
    return build_document(_lines(data, name))


def read_lines(data: bytes, name: str) -> list[Line]:
    """Read a file's content into lines as they stand, nothing left out or understood yet.

    :func:`build_document` makes the document of them. Raises as :func:`read_bytes` does.
    """
    return _lines(data, name)


def read_file(path: Path) -> Document:
    """Read the file at ``path``. Raises :class:`UserError` as :func:`read_bytes` does."""
    return read_bytes(_content(path), path.name)


def read_raw_text(path: Path) -> str:
    """Return a file's text as it stands, nothing restored or left out: what is to be proofread.

    A text file keeps its very lines, so that places found in it are places in the file.
    """
    data = _content(path)
    if format_of(data, path.name) == "text":
        return normalise_breaks(decode(data))
    return "\n".join(line.text for line in _lines(data, path.name))


def _lines(data: bytes, name: str) -> list[Line]:
    if len(data) > MAX_BYTES:
        raise UserError(f"文件超过 {MAX_BYTES // 1024 // 1024} MB，请拆分后再试。", field=name)
    try:
        lines = _READERS[format_of(data, name)](data)
        refuse_long(lines)
        return noted(lines, [unreadable(lines)])
    except UserError as error:
        raise UserError(error.message, field=name) from error


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UserError(
                f"文件超过 {MAX_BYTES // 1024 // 1024} MB，请拆分后再试。", field=path.name
            )
        return path.read_bytes()
    except OSError as error:
        raise UserError("文件打不开，请检查路径和权限。", field=path.name) from error


def read_pasted(text: str) -> Document:
    """Read text pasted into a form. Raises :class:`UserError` where there is none."""
    lines = to_lines(text)
    if not lines:
        raise UserError("没有可读的内容。")
    return build_document(lines)
