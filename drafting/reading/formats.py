"""What a file is: told by its content first and by its ending where content does not tell.

Offices rename files, and their systems write web pages that they call .doc; so a file is read as
what it is, whatever it is called.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Literal

from drafting.errors import UserError
from drafting.reading.archive_guard import open_zip, read_part

Format = Literal["text", "html", "mht", "docx", "doc", "rtf", "odt", "xml", "pdf", "ofd", "image"]

SUFFIXES: dict[str, Format] = {
    ".txt": "text",
    ".md": "text",
    ".html": "html",
    ".htm": "html",
    ".mht": "mht",
    ".mhtml": "mht",
    ".docx": "docx",
    ".doc": "doc",
    ".wps": "doc",
    ".rtf": "rtf",
    ".odt": "odt",
    ".pdf": "pdf",
    ".ofd": "ofd",
    ".png": "image",
    ".jpg": "image",
    ".jpeg": "image",
    ".tif": "image",
    ".tiff": "image",
    ".bmp": "image",
}
"""Endings that can be read, with the format that each names."""

LEGACY: frozenset[Format] = frozenset({"doc", "rtf", "odt", "xml"})
"""Formats that LibreOffice reads for us."""

_KNOWN = ".docx、.doc、.wps、.rtf、.odt、.pdf、.ofd、.html、.mht、.txt 文件或图片"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
_OTHER = (
    (b"GIF8", "GIF 图片，请另存为 PNG 或 JPG 后再试"),
    (b"Rar!", "RAR 压缩包，请解压后再试"),
    (b"7z\xbc\xaf", "7z 压缩包，请解压后再试"),
    (b"\x1f\x8b", "gzip 压缩包，请解压后再试"),
    (b"SQLite format 3", "数据库"),
    (b"MZ\x90\x00", "程序"),
    (b"\x7fELF", "程序"),
)
_HTML = re.compile(
    rb"\s*(?:<!--.{0,500}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_MHT = re.compile(rb"(?:MIME-Version|From|Content-Type|Snapshot-Content-Location)\s*:", re.I)
_MHT_BODY = re.compile(rb"Content-Type\s*:\s*(?:multipart/related|text/html)", re.I)
_WORD_XML = re.compile(rb"<\?xml.{0,2000}?<(?:w:wordDocument|pkg:package|office:document)\b", re.S)
_ODT = b"application/vnd.oasis.opendocument.text"
_HAS_HAN = re.compile(rb"[\x80-\xff]")


def format_of(data: bytes, name: str) -> Format:
    """Return the format of ``data``, a file called ``name``.

    Raises :class:`UserError` where it is nothing that can be read, saying what it is.
    """
    suffix = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    named = SUFFIXES.get(suffix)
    told = _by_content(data, suffix)
    if told:
        return told
    if suffix == ".docm":
        raise UserError("文件含有宏（.docm），为安全起见不予打开；请另存为 .docx 后再试。")
    if named is None:
        raise UserError(f"暂不支持“{suffix or '无扩展名'}”文件，请改用 {_KNOWN}。")
    if not data.strip(b"\x00 \t\r\n"):
        raise UserError("文件是空的，没有可读的内容。")
    if named == "doc" and _HAS_HAN.search(data) and b"\x00" not in data:
        # Old systems export plain text under the name of Word.
        return "text"
    if named in ("pdf", "ofd", "image", "rtf", "odt", "doc"):
        raise UserError(f"文件已损坏，或不是 {suffix} 文件。")
    return named


def _by_content(data: bytes, suffix: str) -> Format | None:
    head = data[:4096]
    if data.startswith(_IMAGES) or (data.startswith(b"BM") and suffix == ".bmp"):
        return "image"
    if b"%PDF-" in data[:1024] and (data.startswith(b"%PDF-") or suffix == ".pdf"):
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _of_zip(data, suffix)
    if data.startswith(_OLE[:4]):
        return _of_ole(data)
    for magic, what in _OTHER:
        if data.startswith(magic):
            raise UserError(f"文件内容是{what}。")
    return _of_text(head)


def _of_text(head: bytes) -> Format | None:
    """Tell formats that are text by how they begin."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{\\rtf"):
        return "rtf"
    if _HTML.match(start):
        return "html"
    if _MHT.match(start) and _MHT_BODY.search(head):
        return "mht"
    return "xml" if _WORD_XML.match(start) else None


def _of_zip(data: bytes, suffix: str) -> Format:
    container = open_zip(data, " OFD 文件（.ofd）" if suffix == ".ofd" else " Word 文档（.docx）")
    names = set(container.namelist())
    if "OFD.xml" in names or suffix == ".ofd":
        return "ofd"
    if "content.xml" in names and "mimetype" in names:
        if (read_part(container, "mimetype") or b"").startswith(_ODT):
            return "odt"
        raise UserError("文件是 OpenDocument 表格或演示文稿，不是文字文档。")
    if suffix == ".docx" or any(name.startswith("word/") for name in names):
        return "docx"
    if any(name.startswith("xl/") for name in names):
        raise UserError("文件是 Excel 表格；台账请用“导入”，其他请另存为 .docx 后再试。")
    if any(name.startswith("ppt/") for name in names):
        raise UserError("文件是演示文稿，请另存为 PDF 后再试。")
    if "[Content_Types].xml" in names:
        return "docx"
    raise UserError("文件是压缩包；请用“导入”，或解压后再试。")


def _of_ole(data: bytes) -> Format:
    """Tell what an OLE container holds by the names of its streams, which are UTF-16."""

    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        raise UserError("文件已加密，请去掉密码后再试。")
    if holds("WordDocument"):
        return "doc"
    if holds("Workbook") or holds("Book"):
        raise UserError("文件是旧版 Excel 表格（.xls），请另存为 .xlsx 后再试。")
    if holds("PowerPoint Document"):
        raise UserError("文件是演示文稿，请另存为 PDF 后再试。")
    raise UserError("文件已加密或已损坏，无法识别；请另存为未加密的 .docx 后再试。")
