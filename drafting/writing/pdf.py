"""A .docx as PDF, by LibreOffice where it is installed."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

from drafting.errors import UserError
from drafting.programs import libreoffice
from drafting.programs.running import TooSlow
from drafting.writing.print_copy import is_ours, print_copy

FONTS_CONF = Path(__file__).with_name("fonts.conf")

_MISSING = "本机没有安装 LibreOffice，不能生成 PDF；请先下载 Word 文件，用 Word 或 WPS 另存为 PDF。"
_TIMEOUT = "生成 PDF 超过 {seconds:.0f} 秒仍未完成，已停止；请稍后再试，或先下载 Word 文件。"
_FAILED = "LibreOffice 未能生成 PDF；请先下载 Word 文件，用 Word 或 WPS 另存为 PDF。"
_BUSY = "正在生成的 PDF 较多，请稍后再试，或先下载 Word 文件。"

_IN_QUEUE = 6
_QUEUE = threading.BoundedSemaphore(_IN_QUEUE)
_TURN = threading.Lock()


def office_available() -> bool:
    """Whether LibreOffice can be called."""
    return libreoffice.available()


def to_pdf_in_turn(docx: bytes, timeout: float = 60, patience: float = 90) -> bytes:
    """Convert one .docx when those asked for before are done: one at a time, few in the queue.

    Raises :class:`UserError` as :func:`convert_all` does, and where too many are waiting or the
    turn does not come within ``patience`` seconds.
    """
    if not office_available():
        raise UserError(_MISSING)
    if not _QUEUE.acquire(blocking=False):
        raise UserError(_BUSY)
    try:
        if not _TURN.acquire(timeout=patience):
            raise UserError(_BUSY)
        try:
            return to_pdf(docx, timeout)
        finally:
            _TURN.release()
    finally:
        _QUEUE.release()


def to_pdf(docx: bytes, timeout: float = 60) -> bytes:
    """Convert one .docx. Raises :class:`UserError` where LibreOffice is missing or too slow."""
    return convert_all({"document": docx}, timeout)["document"]


def convert_all(files: Mapping[str, bytes], timeout: float = 60) -> dict[str, bytes]:
    """Convert several .docx in one start of LibreOffice; keys are plain names without suffix.

    Of papers of ours a copy is printed, so that their lines are Word's
    (:mod:`drafting.writing.print_copy`). Raises :class:`UserError` where LibreOffice is missing,
    fails, or runs longer than ``timeout`` seconds.
    """
    copies = {
        f"{name}.docx": print_copy(data) if is_ours(data) else data for name, data in files.items()
    }
    try:
        results = libreoffice.convert(
            copies, "pdf", timeout=timeout, environment={"FONTCONFIG_FILE": str(FONTS_CONF)}
        )
    except libreoffice.Missing:
        raise UserError(_MISSING) from None
    except TooSlow:
        raise UserError(_TIMEOUT.format(seconds=timeout)) from None
    if results.keys() != files.keys():
        raise UserError(_FAILED)
    return results
