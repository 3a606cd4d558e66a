"""A .docx as PDF, by LibreOffice where it is installed: the one kept ready, or a new one."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping

from drafting.errors import UserError
from drafting.programs import kept_office, libreoffice
from drafting.programs.running import TooSlow
from drafting.writing.printing.print_copy import is_ours, print_copy
from drafting.writing.printing.printed_whole import lost

MISSING = "本机没有安装 LibreOffice，不能生成 PDF；请先下载 Word 文件，用 Word 或 WPS 另存为 PDF。"
"""What is said where LibreOffice is not installed."""
_TIMEOUT = "生成 PDF 超过 {seconds:.0f} 秒仍未完成，已停止；请稍后再试，或先下载 Word 文件。"
_FAILED = "LibreOffice 未能生成 PDF；请先下载 Word 文件，用 Word 或 WPS 另存为 PDF。"

SECONDS = 60.0
"""Seconds that one paper may take."""

# PDF/A-2b (ISO 19005-2), the level that asks for the looks alone.
_ARCHIVAL = {"SelectPdfVersion": {"type": "long", "value": "2"}}
# Where no foreman deals turns: more than one at once only makes each slower.
_TURN = threading.Lock()


def office_available() -> bool:
    """Whether LibreOffice can be called."""
    return libreoffice.available()


def to_pdf(docx: bytes, timeout: float = SECONDS, *, archival: bool = False) -> bytes:
    """Convert one .docx, ``archival`` as PDF/A-2b.

    The office that is kept ready does it, where there is one; where it ended in the middle, or did
    not begin, a new LibreOffice is started for this one. Raises :class:`UserError` where
    LibreOffice is missing, fails, or is too slow.
    """
    made = _made(_for_print(docx), timeout, archival=archival)
    if is_ours(docx) and (missing := lost(docx, made)):
        other = _made(print_copy(docx, rows_free=True), timeout, archival=archival)
        return other if lost(docx, other) < missing else made
    return made


def _made(copy: bytes, timeout: float, *, archival: bool) -> bytes:
    try:
        options = _options(archival=archival)
        made = kept_office.convert(copy, "docx", "pdf", options, timeout)
    except kept_office.Unready:
        with _TURN:
            return _converted({"document": copy}, timeout, archival=archival)["document"]
    except TooSlow:
        raise UserError(_TIMEOUT.format(seconds=timeout)) from None
    if made is None:
        raise UserError(_FAILED)
    return made


def convert_all(
    files: Mapping[str, bytes], timeout: float = SECONDS, *, archival: bool = False
) -> dict[str, bytes]:
    """Convert several .docx in one start of LibreOffice; keys are plain names without suffix.

    Of papers of ours a copy is printed, so that their lines are Word's
    (:mod:`drafting.writing.printing.print_copy`), and again with the rows of tables free where the
    print lacks words of the paper. Raises :class:`UserError` where LibreOffice is missing, fails,
    or runs longer than ``timeout`` seconds.
    """
    copies = {name: _for_print(data) for name, data in files.items()}
    made = _converted(copies, timeout, archival=archival)
    short = {
        name: missing
        for name, data in files.items()
        if is_ours(data) and (missing := lost(data, made[name]))
    }
    if short:
        freed = {name: print_copy(files[name], rows_free=True) for name in short}
        again = _converted(freed, timeout, archival=archival)
        better = {one for one in short if lost(files[one], again[one]) < short[one]}
        made |= {name: again[name] for name in better}
    return made


def _converted(copies: Mapping[str, bytes], timeout: float, *, archival: bool) -> dict[str, bytes]:
    options = _options(archival=archival)
    target = f"pdf:writer_pdf_Export:{options}" if options else "pdf"
    try:
        results = libreoffice.convert(
            {f"{name}.docx": data for name, data in copies.items()}, target, timeout=timeout
        )
    except libreoffice.Missing:
        raise UserError(MISSING) from None
    except TooSlow:
        raise UserError(_TIMEOUT.format(seconds=timeout)) from None
    if results.keys() != copies.keys():
        raise UserError(_FAILED)
    return results


def _for_print(docx: bytes) -> bytes:
    return print_copy(docx) if is_ours(docx) else docx


def _options(*, archival: bool) -> str:
    return json.dumps(_ARCHIVAL) if archival else ""
