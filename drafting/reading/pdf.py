"""PDF files → lines: from the text in them, or recognised where pages are scanned."""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path
from typing import Any

from drafting.model import UserError
from drafting.programs import TooSlow, run_program
from drafting.reading import ocr
from drafting.reading.lines import Line
from drafting.reading.pages import Page, Strip, to_paragraphs
from drafting.reading.scans.watching import tell

MAX_PAGES = 500
_TIMEOUT = 30.0
_MEMORY_MB = 1024
_LEAST_TEXT = 10
_WORKER = Path(__file__).with_name("pdf_worker.py")
_UNREADABLE = re.compile("[\ue000-\uf8ff\ufffd\u0000-\u0008\u000e-\u001f]")
_REASONS = {
    "password": "PDF 文件已加密，请去掉打开密码后再试。",
    "damaged": "PDF 文件已损坏，无法打开。",
    "pages": f"PDF 文件有 {{count}} 页，超过 {MAX_PAGES} 页，请拆分后再试。",
}


def read_pdf(data: bytes) -> list[Line]:
    """Return the paragraphs of a PDF file.

    Raises :class:`UserError` where it is damaged, encrypted, too long or too slow to open, or
    where it is scanned and cannot be recognised on this machine.
    """
    pages = _open(data)
    scanned = [number for number, page in enumerate(pages) if _is_scanned(page)]
    if scanned and len(scanned) == sum(bool(page["strips"] or page["pictures"]) for page in pages):
        ocr.require()
    read = [_page(page) for page in pages]
    if scanned and ocr.missing() is None:
        _recognise(data, scanned, read)
        ocr.refuse_unreadable(read)
    lines = to_paragraphs(read)
    if not lines:
        raise UserError("PDF 文件中没有文字。")
    return lines


def _open(data: bytes) -> list[dict[str, Any]]:
    answer = _ask(data, "text", MAX_PAGES, _TIMEOUT)
    try:
        found = json.loads(answer)
    except ValueError:
        # The worker was stopped by its memory limit or by the file itself.
        found = {"error": "damaged"}
    if "error" in found:
        raise UserError(_REASONS[found["error"]].format(**found))
    pages: list[dict[str, Any]] = found["pages"]
    return pages


def _ask(data: bytes, what: str, number: int, timeout: float) -> bytes:
    command = [sys.executable, "-I", str(_WORKER), what, str(number)]
    try:
        return run_program(command, timeout=timeout, memory_mb=_MEMORY_MB, data=data).output
    except TooSlow:
        raise UserError("打开 PDF 文件用时过长，已停止；文件可能已损坏。") from None


def _page(page: dict[str, Any]) -> Page:
    strips = () if _is_scanned(page) else tuple(Strip(*strip) for strip in page["strips"])
    return Page(page["width"], page["height"], strips)


def _is_scanned(page: dict[str, Any]) -> bool:
    """Whether a page holds a picture and no text to speak of, or text in an unreadable font."""
    text = "".join(strip[0] for strip in page["strips"])
    if len(text) >= _LEAST_TEXT:
        return len(_UNREADABLE.findall(text)) * 3 > len(text)
    return bool(page["pictures"])


def _recognise(data: bytes, scanned: list[int], pages: list[Page]) -> None:
    """Put the recognised pages into ``pages``. Raises :class:`UserError` as :mod:`ocr` does."""
    if len(scanned) > ocr.MAX_PAGES:
        raise UserError(
            f"扫描件有 {len(scanned)} 页，超过 {ocr.MAX_PAGES} 页，请拆分后再试。",
        )
    ends = time.monotonic() + ocr.TIMEOUT
    for done, number in enumerate(scanned, start=1):
        image = _ask(data, "picture", number, _TIMEOUT)
        if image:
            found = ocr.recognise(image, timeout=max(1.0, ends - time.monotonic()))
            pages[number] = found[0] if found else pages[number]
        tell(done, len(scanned))
