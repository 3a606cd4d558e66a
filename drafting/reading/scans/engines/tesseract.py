"""A prepared page → its printed lines, by tesseract with simplified Chinese."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby

from drafting.errors import UserError
from drafting.programs.running import TooSlow, find_program, run_program
from drafting.reading.pages.paragraphs import Strip, join
from drafting.reading.scans.engines.nouns import Found
from drafting.reading.scans.engines.slips import correct
from drafting.reading.scans.pages.prepare import TOO_SLOW, Sheet

LANGUAGE = "chi_sim"
PACKAGES = ("tesseract-ocr", "tesseract-ocr-chi-sim")
"""The Debian packages that bring the program and its Chinese."""

_MEMORY_MB = 1024
_LEAST_CONFIDENCE = 0
_SURE_TURN = 3.0
_Row = dict[str, str]


def missing() -> str | None:
    """Return the Debian packages that are missing for recognition, or ``None``."""
    program = find_program("tesseract")
    if program is None:
        return " ".join(PACKAGES)
    return None if LANGUAGE in languages(program) else PACKAGES[1]


@lru_cache(maxsize=4)
def languages(program: str) -> frozenset[str]:
    """Return the languages that the tesseract at ``program`` has."""
    try:
        done = run_program([program, "--list-langs"], timeout=20, memory_mb=_MEMORY_MB)
    except TooSlow:
        return frozenset()
    # The first line says where they are.
    return frozenset(done.output.decode("utf-8", "replace").split("\n")[1:]) - {""}


def read(sheet: Sheet, end: float) -> Found:
    """Return what is printed on ``sheet``. Raises :class:`UserError` after ``end`` of the clock."""
    table = _run(sheet, ["-l", LANGUAGE, "--psm", "4", "tsv"], end)
    rows = list(csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE))
    words = [row for row in rows if row["level"] == "5" and row["text"].strip()]
    return Found(tuple(_strips(words)), tuple((w["text"], float(w["conf"])) for w in words))


def find_turn(sheet: Sheet, end: float) -> int:
    """Return by how many degrees, clockwise, the page must be turned to be read: 90, 180, 270.

    0 where it stands upright, or where that cannot be told.
    """
    told = _run(sheet, ["--psm", "0"], end)
    degrees = re.search(r"^Rotate: (90|180|270)$", told, re.M)
    surely = re.search(r"^Orientation confidence: ([\d.]+)$", told, re.M)
    return int(degrees[1]) if degrees and surely and float(surely[1]) >= _SURE_TURN else 0


def _run(sheet: Sheet, how: list[str], end: float) -> str:
    """Return what tesseract prints; ``""`` where it fails."""
    try:
        done = run_program(
            ["tesseract", "stdin", "stdout", *how],
            data=sheet.pgm,
            timeout=max(1.0, end - time.monotonic()),
            memory_mb=_MEMORY_MB,
            # By itself tesseract starts a thread a core and they wait for each other.
            environment={"OMP_THREAD_LIMIT": "1"},
        )
    except TooSlow:
        raise UserError(TOO_SLOW) from None
    return done.output.decode("utf-8", "replace") if done.code == 0 else ""


def _strips(words: Sequence[_Row]) -> list[Strip]:
    strips = []
    for _, of_line in groupby(words, key=lambda w: (w["block_num"], w["par_num"], w["line_num"])):
        strips += _strip(of_line)
    return strips


def _strip(words: Iterable[_Row]) -> list[Strip]:
    """Join the words of one printed line; far apart they keep a space."""
    text, left, right, top, bottom = "", 0, 0, 0, 0
    for word in words:
        if float(word["conf"]) < _LEAST_CONFIDENCE:
            continue
        printed, start, height = word["text"].strip(), int(word["left"]), int(word["height"])
        if not text:
            left, top, bottom = start, int(word["top"]), int(word["top"]) + height
            text = printed
        else:
            apart = start - right > 1.2 * max(height, bottom - top)
            text = f"{text} {printed}" if apart else join(text, printed)
            top, bottom = min(top, int(word["top"])), max(bottom, int(word["top"]) + height)
        right = start + int(word["width"])
    text = correct(text)
    return [Strip(text, left, right, top, bottom, bottom - top)] if text else []
