"""A prepared page → its printed lines, by RapidOCR where the extra ``scans`` is installed."""

from __future__ import annotations

import importlib.util
import json
import sys
import time
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from drafting.errors import UserError
from drafting.programs.running import TooSlow, run_program
from drafting.reading.pages.paragraphs import Strip
from drafting.reading.scans.engines.nouns import Found
from drafting.reading.scans.engines.slips import correct
from drafting.reading.scans.pages.prepare import TOO_SLOW, Sheet

PACKAGE = "rapidocr_onnxruntime"
RESERVE = 120.0
"""Seconds left for a file under which the faster engine goes on, where there is one."""

_MEMORY_MB = 3072
_WORKER = Path(__file__).with_name("rapid_worker.py")
_GROWN = 1.35
"""How much higher than the type its boxes are."""

_SPREAD = 3.0
"""Its confidence of 94 stands for as many errors as one of 82 does with tesseract."""

_Box = tuple[str, float, float, float, float, float]
"""Text, confidence of 0 to 100, left, top, right, bottom."""


@lru_cache(maxsize=1)
def is_installed() -> bool:
    """Whether this interpreter has RapidOCR (``pip install reply-drafting-assistant[scans]``)."""
    return importlib.util.find_spec(PACKAGE) is not None


@lru_cache(maxsize=1)
def works() -> bool:
    """Whether its libraries load: OpenCV wants some of the system's that a server may lack."""
    try:
        trial = [sys.executable, "-I", "-c", f"import {PACKAGE}"]
        return run_program(trial, timeout=60, memory_mb=_MEMORY_MB).code == 0
    except TooSlow:
        return False


def command(sheet: Sheet) -> list[str]:
    """Return the command that reads the dots of ``sheet`` on its standard input."""
    return [sys.executable, "-I", str(_WORKER), str(sheet.width), str(sheet.height)]


def read(sheet: Sheet, end: float) -> Found | None:
    """Return what is printed on ``sheet``; ``None`` where the engine does not work.

    Raises :class:`UserError` after ``end`` of the clock.
    """
    try:
        done = run_program(
            command(sheet),
            data=sheet.dots,
            timeout=max(1.0, end - time.monotonic()),
            memory_mb=_MEMORY_MB,
            environment={"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )
    except TooSlow:
        raise UserError(TOO_SLOW) from None
    if done.code != 0:
        return None
    boxes: list[_Box] = [tuple(box) for box in json.loads(done.output)]
    rows = [box for row in _rows(boxes) for box in row]
    return Found(
        tuple(strip for box in rows for strip in _strip(box)),
        tuple((text, max(0.0, 100 - _SPREAD * (100 - sure))) for text, sure, *_ in rows),
    )


def _rows(boxes: Sequence[_Box]) -> Iterator[list[_Box]]:
    """Yield the boxes row by row, each from left to right: the engine orders them by their tops,
    which on one printed line differ by a few dots."""
    row: list[_Box] = []
    for box in sorted(boxes, key=lambda box: box[3] + box[5]):
        if row and (box[3] + box[5]) / 2 > row[0][5] - 0.25 * (row[0][5] - row[0][3]):
            yield sorted(row, key=lambda box: box[2])
            row = []
        row.append(box)
    if row:
        yield sorted(row, key=lambda box: box[2])


def _strip(box: _Box) -> list[Strip]:
    text, _, left, top, right, bottom = box
    text = correct(text.strip())
    height = (bottom - top) / _GROWN
    middle = (top + bottom) / 2
    if not text:
        return []
    return [Strip(text, left, right, middle - height / 2, middle + height / 2, height)]
