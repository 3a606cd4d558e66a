"""PDF files → lines: from the text in them, or recognised where pages are scanned."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from drafting.errors import UserError
from drafting.papers.plain.lines import Line, noted
from drafting.programs.running import TooSlow, run_program
from drafting.reading.pages.paragraphs import Page, Rule, Strip, to_paragraphs
from drafting.reading.pages.parts import is_placed
from drafting.reading.plain.legible import is_legible
from drafting.reading.scans import lines as ocr
from drafting.reading.scans.watching import tell

MAX_PAGES = 500
_TIMEOUT = 60.0
_MEMORY_MB = 1024
_LEAST_TEXT = 10
_LEAST_TEXT_ON_SCAN = 60
_LEAST_COVERED, _MOSTLY_COVERED, _OUTLINES = 0.02, 0.6, 150
_WORKER = Path(__file__).with_name("worker.py")
_REASONS = {
    "password": "PDF 文件已加密，请去掉打开密码后再试。",
    "damaged": "PDF 文件已损坏，无法打开。",
    "none": "PDF 文件里没有页面。",
    "pages": f"PDF 文件有 {{count}} 页，超过 {MAX_PAGES} 页，请拆分后再试。",
}


def read_pdf(data: bytes) -> list[Line]:
    """Return the paragraphs of a PDF file, notes on what could not be read on the first.

    Raises :class:`UserError` where it is damaged, encrypted, too long or too slow to open, or
    where it is scanned, or its text is none, and it cannot be recognised on this machine.
    """
    found, whole = _open(data)
    pages = [_page(page) for page in found]
    unread = [number for number, page in enumerate(found) if _needs_recognition(page)]
    garbled = [number for number in unread if _text(found[number])]
    if unread and len(unread) == sum(bool(_shows(page)) for page in found):
        _require(garbled)
    notes = [] if whole else ["表单中填写的内容没有读出，请对照原件。"]
    if unread and ocr.missing() is None:
        if late := _recognise(data, unread, pages):
            notes.append(f"第{_listed(late)}页需要识别，识别用时过长，没有读入。")
        ocr.refuse_unreadable(pages)
    elif unread:
        notes.append(
            f"第{_listed(unread)}页是扫描的图像或文字编码有误，本机未装识别程序，没有读入。"
        )
    if failed := [number for number, page in enumerate(found) if page.get("failed")]:
        notes.append(f"第{_listed(failed)}页已损坏，没有读入。")
    if marks := list(dict.fromkeys(mark for page in found for mark in page.get("left_out", ()))):
        notes.append(f"略去水印“{'”“'.join(marks[:4])}”。")
    lines = to_paragraphs(pages)
    if not lines:
        raise UserError("PDF 文件中没有文字。")
    return noted(lines, notes)


def drawn_page(data: bytes, number: int) -> bytes:
    """Return a page as a picture (PPM); b"" where it cannot be drawn."""
    return _ask(data, "picture", number, _TIMEOUT)


def _require(garbled: Sequence[int]) -> None:
    """Raise :class:`UserError` where nothing can be recognised, saying why that is needed."""
    try:
        ocr.require()
    except UserError as error:
        if not garbled:
            raise
        raise UserError(f"PDF 里的文字编码有误，取出的是乱码；{error.message}") from error


def _listed(numbers: Sequence[int]) -> str:
    shown = "、".join(str(number + 1) for number in numbers[:10])
    return f"{shown}等 {len(numbers)} " if len(numbers) > 10 else f" {shown} "


def _open(data: bytes) -> tuple[list[dict[str, Any]], bool]:
    """Return the pages and whether the fields of their forms were read."""
    for what in ("text", "plain"):
        # A worker that answers nothing was stopped by its memory limit or by the file itself: by
        # its form perhaps, without which the text may still be had.
        with suppress(ValueError):
            found = json.loads(_ask(data, what, MAX_PAGES, _TIMEOUT))
            if "error" in found:
                raise UserError(_REASONS[found["error"]].format(**found))
            return found["pages"], what == "text"
    raise UserError(_REASONS["damaged"])


def _ask(data: bytes, what: str, number: int, timeout: float) -> bytes:
    command = [sys.executable, "-I", str(_WORKER), what, str(number)]
    try:
        return run_program(command, timeout=timeout, memory_mb=_MEMORY_MB, data=data).output
    except TooSlow:
        raise UserError("打开 PDF 文件用时过长，已停止；文件可能已损坏。") from None


def _page(page: dict[str, Any]) -> Page:
    if page.get("failed") or _needs_recognition(page):
        return Page(page["width"], page["height"], ())
    strips = (
        Strip(text, left, right, top, bottom, size, turned=turned)
        for text, left, right, top, bottom, size, turned in page["strips"]
        if is_placed(left, right, top, bottom, size)
    )
    rules = tuple(Rule(*rule) for rule in page["rules"] if is_placed(*rule))
    return Page(page["width"], page["height"], tuple(strips), rules=rules)


def _text(page: dict[str, Any]) -> str:
    return "".join(strip[0] for strip in page["strips"])


def _shows(page: dict[str, Any]) -> bool:
    return bool(page["strips"]) or _is_drawn(page)


def _is_drawn(page: dict[str, Any]) -> bool:
    """Whether what a page shows is drawn: a picture over much of it, or letters as outlines."""
    return bool(page.get("covered", 0) > _LEAST_COVERED or page.get("paths", 0) > _OUTLINES)


def _needs_recognition(page: dict[str, Any]) -> bool:
    """Whether the page must be recognised: it is a picture with no text to speak of, or what its
    fonts give for text is none."""
    text = _text(page)
    if len(text) < _LEAST_TEXT:
        return _is_drawn(page)
    if page["covered"] > _MOSTLY_COVERED and len(text) < _LEAST_TEXT_ON_SCAN:
        # The mark of a scanning program, not the text of the page.
        return True
    return not is_legible(text)


def _recognise(data: bytes, scanned: list[int], pages: list[Page]) -> list[int]:
    """Put the recognised pages into ``pages`` and return those for which there was no time.

    Raises :class:`UserError` where they are too many, and as :mod:`ocr` does where nothing else
    was read.
    """
    if len(scanned) > ocr.MAX_PAGES:
        raise UserError(
            f"扫描件有 {len(scanned)} 页，超过 {ocr.MAX_PAGES} 页，请拆分后再试。",
        )
    ends = time.monotonic() + ocr.TIMEOUT
    for done, number in enumerate(scanned):
        image = drawn_page(data, number)
        if not image:
            continue
        try:
            found = ocr.recognise(image, timeout=max(1.0, ends - time.monotonic()))
        except UserError:
            if not any(page.strips for page in pages):
                raise
            return scanned[done:]
        pages[number] = found[0] if found else pages[number]
        tell(done + 1, len(scanned))
    return []
