"""Images of pages → lines: prepared, recognised, judged (:mod:`drafting.reading.scans`).

Nothing that cannot be read is given out as text: such a page is marked, or the file refused.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from drafting.errors import UserError
from drafting.papers.plain.lines import Line
from drafting.reading.pages.paragraphs import Page, to_paragraphs
from drafting.reading.scans.coverage import missed
from drafting.reading.scans.engines import rapid, tesseract
from drafting.reading.scans.engines.nouns import Found
from drafting.reading.scans.engines.slips import correct
from drafting.reading.scans.judge import Evidence, judge, weigh
from drafting.reading.scans.pages.prepare import DAMAGED, MAX_PIXELS, Sheet, prepare
from drafting.reading.scans.pages.sizes import pixels
from drafting.reading.scans.watching import tell

__all__ = [
    "MAX_PAGES", "TIMEOUT", "correct", "missing", "read_image", "recognise", "refuse_unreadable",
    "require",
]  # fmt: skip

MAX_PAGES = 30
TIMEOUT = 240.0
"""Seconds for all the pages of one file together."""

_UNREADABLE = "页面辨认不清，没有读出文字；请换一张更清楚、更端正的扫描件，或者对照原件录入。"


def missing() -> str | None:
    """Return the Debian packages that are missing for recognition, or ``None``."""
    return None if rapid.is_installed() else tesseract.missing()


def require() -> None:
    """Raise :class:`UserError`, naming the package, where nothing can be recognised."""
    if lacking := missing():
        raise UserError(
            f"这是扫描件或图片，识别文字需要 tesseract：请安装软件包 {lacking}（Debian/Ubuntu）。"
        )


def read_image(data: bytes) -> list[Line]:
    """Return the paragraphs on an image (PNG, JPEG, TIFF, BMP); pages in doubt bear a note.

    Raises :class:`UserError` where it is damaged or too large, where nothing can be read on it,
    and where this machine cannot recognise text.
    """
    size = pixels(data)
    if size is None:
        raise UserError(DAMAGED)
    if size > MAX_PIXELS:
        raise UserError("图片过大，请缩小到 6000 万像素以内再试。")
    require()
    pages = recognise(data, timeout=TIMEOUT)
    refuse_unreadable(pages)
    lines = to_paragraphs(pages)
    if not lines:
        raise UserError("图片上没有识别出文字。")
    return lines


def refuse_unreadable(pages: Sequence[Page]) -> None:
    """Raise :class:`UserError` where pages were recognised and none of ``pages`` gave text."""
    if any(page.verdict == "unreadable" for page in pages) and not any(p.strips for p in pages):
        raise UserError(_UNREADABLE)


def recognise(image: bytes, *, timeout: float) -> list[Page]:
    """Return the pages on ``image`` with their printed lines and the verdict on each.

    Raises :class:`UserError` after ``timeout`` seconds, where the image is damaged, and where it
    has more than :data:`MAX_PAGES` pages.
    """
    end = time.monotonic() + timeout
    pages: list[Page] = []
    count = 1
    while len(pages) < count:
        sheet = prepare(image, len(pages), end=end)
        count = sheet.pages
        if count > MAX_PAGES:
            raise UserError(f"扫描件有 {count} 页，超过 {MAX_PAGES} 页，请拆分后再试。")
        pages.append(_page(sheet, end))
        if count > 1:
            tell(len(pages), count)
    return pages


def _page(sheet: Sheet, end: float) -> Page:
    sheet, found, evidence = _upright(sheet, end)
    verdict = judge(evidence, sheet.ink)
    strips = found.strips if verdict in ("readable", "doubtful") else ()
    return Page(sheet.width, sheet.height, strips, exact=False, verdict=verdict)


def _upright(sheet: Sheet, end: float) -> tuple[Sheet, Found, Evidence]:
    """Read the page as it lies; where that gives no text, turned as well, and keep the better."""
    found = _read(sheet, end)
    evidence = _evidence(sheet, found)
    if judge(evidence, sheet.ink) in ("readable", "blank") or tesseract.missing():
        return sheet, found, evidence
    if not (turn := tesseract.find_turn(sheet, end)):
        return sheet, found, evidence
    turned = sheet.turned(turn)
    again = _read(turned, end)
    other = _evidence(turned, again)
    if _weight(other) > _weight(evidence):
        return turned, again, other
    return sheet, found, evidence


def _evidence(sheet: Sheet, found: Found) -> Evidence:
    return weigh(found.pieces, missed(sheet, found.strips))


def _weight(evidence: Evidence) -> float:
    return evidence.confidence * evidence.words


def _read(sheet: Sheet, end: float) -> Found:
    """Read by RapidOCR where it is installed, works and has the time; else by tesseract."""
    has_tesseract = tesseract.missing() is None
    if rapid.is_installed() and (not has_tesseract or end - time.monotonic() > rapid.RESERVE):
        if found := rapid.read(sheet, end):
            return found
        if not has_tesseract:
            raise UserError("RapidOCR 不能运行，扫描件没有识别；请管理员做一次安装检查。")
    return tesseract.read(sheet, end)
