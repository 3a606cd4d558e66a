"""Images of pages → lines, by tesseract with simplified Chinese where it is installed."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from drafting.model import UserError
from drafting.programs import TooSlow, find_program, run_program
from drafting.reading.images import pixels
from drafting.reading.lines import Line
from drafting.reading.pages import Page, Strip, join, to_paragraphs
from drafting.reading.restore import restore

LANGUAGE = "chi_sim"
PACKAGES = ("tesseract-ocr", "tesseract-ocr-chi-sim")
"""The Debian packages that bring the program and its Chinese."""

MAX_PAGES = 30
TIMEOUT = 240.0
"""Seconds for all the pages of one file together."""

_MOST_PIXELS = 60_000_000
_MEMORY_MB = 1024
_LEAST_CONFIDENCE = 0
# A page that is read upright has hundreds of characters at 90; see _is_doubtful.
_FEW, _POOR = 20, 60.0
_SURE_TURN = 3.0
_Row = dict[str, str]
_SAYS_SOMETHING = re.compile(r"[\u4e00-\u9fff\d]")
_OPEN, _CLOSE = "〔［\\[【《〈(（「{", "〕］\\]】》〉)）」}"
_YEAR = re.compile(rf"[{_OPEN}]\s*((?:19|20)\d{{2}})\s*[{_CLOSE}]+\s*(\d{{1,4}})\s*号")
_LEVEL = re.compile(rf"^[{_OPEN}]([一二三四五六七八九十]{{1,3}}|\d{{1,2}})[{_CLOSE}]")
_SALUTED = re.compile(r"^((?:尊敬的)?[\u4e00-\u9fff、·]{2,40}(?:委员|代表))\s*[，,；;。.]$")
# The hyphen of an area code comes as 一 or as a dash of any width.
_PHONE = re.compile(r"(?<!\d)(0\d{2,3})\s*[一—–－﹣-]+\s*(\d{7,8})(?!\d)")
_ANSWERED = re.compile(r"如下\s*[;；。.]$")


def missing() -> str | None:
    """Return the Debian packages that are missing for recognition, or ``None``."""
    program = find_program("tesseract")
    if program is None:
        return " ".join(PACKAGES)
    return None if LANGUAGE in _languages(program) else PACKAGES[1]


def require() -> None:
    """Raise :class:`UserError`, naming the package, where nothing can be recognised."""
    if lacking := missing():
        raise UserError(
            f"这是扫描件或图片，识别文字需要 tesseract：请安装软件包 {lacking}（Debian/Ubuntu）。"
        )


def read_image(data: bytes) -> list[Line]:
    """Return the paragraphs on an image (PNG, JPEG, TIFF, BMP).

    Raises :class:`UserError` where it is damaged or too large, where nothing is on it, and where
    this machine cannot recognise text.
    """
    size = pixels(data)
    if size is None:
        raise UserError("图片已损坏，无法打开。")
    if size > _MOST_PIXELS:
        raise UserError("图片过大，请缩小到 6000 万像素以内再试。")
    require()
    lines = to_paragraphs(recognise(data, timeout=TIMEOUT))
    if not lines:
        raise UserError("图片上没有识别出文字。")
    return lines


def recognise(image: bytes, *, timeout: float) -> list[Page]:
    """Return the pages on ``image`` with their printed lines.

    Raises :class:`UserError` after ``timeout`` seconds, and where the program cannot read it.
    """
    end = time.monotonic() + timeout
    rows = _words(_run(image, ["--psm", "4", "tsv"], end, damaged="图片已损坏，无法打开。"))
    if _is_doubtful(rows) and (turn := _turn(image, end)):
        # --psm 1 turns the page by itself, but tells the places on the page as it lay.
        rows = _words(_run(image, ["--psm", "1", "tsv"], end, damaged="图片已损坏，无法打开。"))
        rows = [_turned(row, turn) for row in _framed(rows)]
    return _pages(rows)


def _run(image: bytes, how: list[str], end: float, *, damaged: str = "") -> str:
    """Return what tesseract prints until ``end`` of the clock; ``""`` where it fails and no
    message for that is given."""
    language = [] if how[:2] == ["--psm", "0"] else ["-l", LANGUAGE]
    try:
        done = run_program(
            ["tesseract", "stdin", "stdout", *language, *how],
            data=image,
            timeout=max(1.0, end - time.monotonic()),
            memory_mb=_MEMORY_MB,
            # By itself tesseract starts a thread a core and they wait for each other.
            environment={"OMP_THREAD_LIMIT": "1"},
        )
    except TooSlow:
        raise UserError("识别文字用时过长，已停止；请减少页数或降低分辨率后再试。") from None
    if done.code != 0 and damaged:
        raise UserError(damaged)
    return done.output.decode("utf-8", "replace") if done.code == 0 else ""


def _is_doubtful(rows: Sequence[_Row]) -> bool:
    """Whether so little was recognised, or with so little confidence, that the page may lie on
    its side: 23 was the confidence of such pages, 90 that of good ones."""
    words = [row for row in rows if row["level"] == "5" and row["text"].strip()]
    size = sum(len(row["text"]) for row in words)
    sure = sum(float(row["conf"]) * len(row["text"]) for row in words)
    return size < _FEW or sure / size < _POOR


def _turn(image: bytes, end: float) -> int:
    """Return by how many degrees, clockwise, the page must be turned to be read: 90, 180, 270.

    0 where it stands upright, or where that cannot be told.
    """
    told = _run(image, ["--psm", "0"], end)
    degrees = re.search(r"^Rotate: (90|180|270)$", told, re.M)
    surely = re.search(r"^Orientation confidence: ([\d.]+)$", told, re.M)
    return int(degrees[1]) if degrees and surely and float(surely[1]) >= _SURE_TURN else 0


def _framed(rows: Sequence[_Row]) -> Iterator[_Row]:
    """Give every row the size of its page, by which places are turned."""
    width = height = "0"
    for row in rows:
        if row["level"] == "1":
            width, height = row["width"], row["height"]
        yield {**row, "page_width": width, "page_height": height}


def _turned(row: _Row, degrees: int) -> _Row:
    """Return ``row`` with its place on the page turned clockwise by ``degrees``."""
    left, top = int(row["left"]), int(row["top"])
    width, height = int(row["width"]), int(row["height"])
    across, down = int(row["page_width"]), int(row["page_height"])
    right, below = across - left - width, down - top - height
    placed = {
        90: (below, left, height, width),
        180: (right, below, width, height),
        270: (top, right, height, width),
    }[degrees]
    names = ("left", "top", "width", "height")
    return {**row, **{name: str(value) for name, value in zip(names, placed, strict=True)}}


@lru_cache(maxsize=4)
def _languages(program: str) -> frozenset[str]:
    try:
        done = run_program([program, "--list-langs"], timeout=20, memory_mb=_MEMORY_MB)
    except TooSlow:
        return frozenset()
    return frozenset(done.output.decode("utf-8", "replace").split())


def _words(table: str) -> list[_Row]:
    return list(csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE))


def _pages(rows: Sequence[_Row]) -> list[Page]:
    pages = []
    for _, of_page in groupby(rows, key=lambda row: row["page_num"]):
        words = list(of_page)
        frame = words[0]
        strips = []
        for _, of_line in groupby(
            (row for row in words if row["level"] == "5"),
            key=lambda row: (row["block_num"], row["par_num"], row["line_num"]),
        ):
            strips += _strip(of_line)
        pages.append(Page(int(frame["width"]), int(frame["height"]), tuple(strips), exact=False))
    return pages


def _strip(words: Iterable[dict[str, str]]) -> list[Strip]:
    """Join the words of one printed line; far apart they keep a space."""
    text, left, right, top, bottom = "", 0, 0, 0, 0
    for word in words:
        printed = word["text"].strip()
        if not printed or float(word["conf"]) < _LEAST_CONFIDENCE:
            continue
        start, height = int(word["left"]), int(word["height"])
        if not text:
            left, top, bottom = start, int(word["top"]), int(word["top"]) + height
            text = printed
        else:
            apart = start - right > 1.2 * max(height, bottom - top)
            text = f"{text} {printed}" if apart else join(text, printed)
            top, bottom = min(top, int(word["top"])), max(bottom, int(word["top"]) + height)
        right = start + int(word["width"])
    text = mend(text)
    return [Strip(text, left, right, top, bottom, bottom - top)] if text else []


def mend(line: str) -> str:
    """Return a recognised line with the slips of recognition that admit one reading only.

    Mixed brackets around a year or a level number, half-width marks in Chinese; a line with
    neither Chinese nor a digit is a stain or a seal and comes back empty.
    """
    if not _SAYS_SOMETHING.search(line):
        return ""
    line = _PHONE.sub(r"\1-\2", line)
    line = _YEAR.sub(r"〔\1〕\2号", restore(line))
    line = _SALUTED.sub(r"\1：", _LEVEL.sub(r"（\1）", line))
    return _ANSWERED.sub("如下：", line)
