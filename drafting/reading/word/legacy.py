"""Old and foreign word processors' files (.doc .wps .rtf .odt) → lines, by LibreOffice."""

from __future__ import annotations

import re

from drafting.errors import UserError
from drafting.papers.plain.lines import Line, noted
from drafting.programs import libreoffice
from drafting.programs.running import TooSlow
from drafting.reading.archive_guard import open_zip, read_part
from drafting.reading.plain.mojibake import is_garbled
from drafting.reading.word import flat
from drafting.reading.word.docx import read_docx

_TIMEOUT = 60.0
# LibreOffice drops these fields from old files without a word.
_EQ_FIELD = re.compile(
    rb"\x13 {0,9}EQ |\x13\x00(?: \x00){0,9}E\x00Q\x00 \x00|\\fldinst[^{}]{0,80}\bEQ\b"
)
_UNREAD = "带圈字符、公式等（EQ 域）没有读出，请与原件核对。"
_GARBLED = "文件中的文字编码有误，读出来是乱码；请用 Word 或 WPS 打开，核对后另存为 .docx 再试。"
_ENCRYPTED = "文件已加密，请去掉密码后再试。"
_FIB_ENCRYPTED = 0x0100
_SECTOR = 512


def read_legacy(data: bytes, ending: str) -> list[Line]:
    """Return the lines of a file whose format ``ending`` (``doc``, ``rtf``, ``odt``) tells.

    Where LibreOffice is known to have lost something, the last line says so.

    Raises :class:`UserError` where it is encrypted, damaged, a trap or comes out as mojibake, and
    where LibreOffice is missing, naming the package that brings it.
    """
    made = as_docx(data, ending)
    if ending == "xml" and flat.MARK in data[:4096]:
        return read_docx(made)
    lines = read_docx(made)
    if ending == "xml" and lines[0].text.startswith("<?xml"):
        raise UserError("文件已损坏，或不是 Word 的 XML 文件；请另存为 .docx 后再试。")
    if is_garbled(line.text for line in lines):
        raise UserError(_GARBLED)
    return noted(lines, [_UNREAD]) if drops_formulas(data) else lines


def drops_formulas(data: bytes) -> bool:
    """Whether an old file has fields of formulas, which LibreOffice leaves out unsaid."""
    return _EQ_FIELD.search(data) is not None


def as_docx(data: bytes, ending: str) -> bytes:
    """Return a file whose format ``ending`` tells as a .docx. Raises as :func:`read_legacy`."""
    _guard(data, ending)
    if ending == "xml" and flat.MARK in data[:4096]:
        return flat.to_docx(data)
    try:
        made = libreoffice.convert({f"document.{ending}": data}, "docx", timeout=_TIMEOUT)
    except libreoffice.Missing:
        raise UserError(
            f"读取 .doc、.wps、.rtf、.odt 文件需要 LibreOffice：请安装软件包 {libreoffice.PACKAGE}"
            "（Debian/Ubuntu），或先另存为 .docx。"
        ) from None
    except TooSlow:
        raise UserError("打开文件用时过长，已停止；请另存为 .docx 后再试。") from None
    if "document" not in made:
        raise UserError("文件已损坏或设有密码，无法打开；请另存为 .docx 后再试。")
    return made["document"]


def _guard(data: bytes, ending: str) -> None:
    """Refuse, before LibreOffice sees it, what is encrypted or built to harm."""
    if ending == "odt":
        manifest = read_part(open_zip(data, " ODT 文档"), "META-INF/manifest.xml")
        if b"encryption-data" in (manifest or b""):
            raise UserError(_ENCRYPTED)
    if ending == "xml" and re.search(rb"<!(?:DOCTYPE|ENTITY)", data[:4096]):
        raise UserError("文件内部结构异常，为安全起见不予打开。")
    if ending == "doc" and is_encrypted_doc(data):
        raise UserError(_ENCRYPTED)


def is_encrypted_doc(data: bytes) -> bool:
    """Whether a binary .doc asks for a password: ``fEncrypted`` in its FIB ([MS-DOC] 2.5.2)."""
    for place in range(_SECTOR, min(len(data) - 12, 4 * 1024 * 1024), _SECTOR):
        if data[place : place + 2] == b"\xec\xa5":
            return bool(int.from_bytes(data[place + 10 : place + 12], "little") & _FIB_ENCRYPTED)
    return False
