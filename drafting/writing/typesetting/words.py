"""Splits text into the pieces that a line may break between, and measures them.

Widths are in points and follow the faces of the document: a Chinese character is one em, Latin
letters and digits have the widths of Times New Roman.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import lru_cache
from typing import Literal

from drafting.language.particulars import MARK
from drafting.writing import gbt9704 as gb

_PENDING = re.compile(f"({MARK})")
_LATIN_MARKS = re.compile("([!-~]*[\u00a0-\u1fff][!-\u1fff]*)")
_BOXES = re.compile("([□☐☑☒■]+)")
# 0789-8213306, 2026-05-18, 2025-2027, T9704-2012, Wi-Fi: within a word of ASCII, for what stands
# in an address is long and must break somewhere.
_ASCII_WORD = re.compile("[!-~]*-[!-~]*")
_ADDRESS = re.compile(r"www\.|//|@|\.[A-Za-z]{2,}")
_HYPHENATED = re.compile("[0-9A-Za-z]+(?:-[0-9A-Za-z]+)+(?![-])")

# Widths of U+0020–U+007E in Times New Roman, in thousandths of an em (Adobe font metrics).
_ASCII_WIDTHS = (
    "250 333 408 500 500 833 778 180 333 333 500 564 250 333 250 278 500 500 500 500 500 500 500"
    " 500 500 500 278 278 564 564 564 444 921 722 667 667 722 611 556 722 722 333 389 722 611 889"
    " 722 722 556 722 667 556 611 722 722 944 722 722 611 333 278 333 469 500 333 444 500 444 500"
    " 444 333 500 500 278 278 500 278 778 500 500 500 500 333 389 278 500 500 722 500 500 444 480"
    " 200 480 541"
)
# The same of U+00A0–U+00FF, of U+0391–U+03C9 and of the marks that Chinese texts use beside
# figures, as Liberation Serif has them, whose widths are those of Times New Roman (measured).
_LATIN_1_WIDTHS = (
    "250 333 500 500 500 500 200 500 333 760 276 500 564 0 760 500 400 549 300 300 333 536 453 250"
    " 333 300 310 500 750 750 750 444 722 722 722 722 722 722 889 667 611 611 611 611 333 333 333"
    " 333 722 722 722 722 722 722 722 564 722 722 722 722 722 722 556 500 444 444 444 444 444 444"
    " 667 444 444 444 444 444 278 278 278 278 500 500 500 500 500 500 500 549 500 500 500 500 500"
    " 500 500 500"
)
_GREEK_WIDTHS = (
    "722 667 578 643 611 611 722 722 333 722 725 889 722 643 722 722 556 365 582 611 722 731 722"
    " 738 743 333 722 524 420 523 269 495 524 509 442 471 420 414 523 479 269 504 485 536 452 446"
    " 500 505 499 396 539 402 495 577 444 626 658"
)
_MARK_WIDTHS = {"–": 500, "‘": 333, "’": 333, "“": 444, "”": 444, "′": 219, "″": 417, "•": 350}
_MARK_WIDTHS |= dict.fromkeys("≤≥≠√≈", 549) | {"∞": 713, "№": 954, "€": 500, "□": 604, "■": 604}
# Not in that face; another stands in for it (measured).
_MARK_WIDTHS |= dict.fromkeys("①②③④⑤⑥⑦⑧⑨⑩", 896) | {"℃": 1121}


def _table(first: str, widths: str) -> dict[str, float]:
    return {chr(ord(first) + index): int(one) / 1000 for index, one in enumerate(widths.split())}


_LATIN = (
    _table(" ", _ASCII_WIDTHS)
    | _table("\u00a0", _LATIN_1_WIDTHS)
    | _table("Α", _GREEK_WIDTHS)
    | {char: width / 1000 for char, width in _MARK_WIDTHS.items()}
)
# What the stand-ins of the Chinese faces set narrower than an em (measured).
_NARROW_HAN = {" ": 0.5, "–": 0.5, "€": 0.75, "•": 0.4}

Script = Literal["han", "latin"]


def split_pending(text: str) -> list[tuple[str, bool]]:
    """``text`` in pieces, each with whether it is a 【待核实：…】 mark."""
    pieces = _PENDING.split(text)
    return [(piece, index % 2 == 1) for index, piece in enumerate(pieces) if piece]


def split_latin_marks(text: str) -> list[tuple[str, bool]]:
    """``text`` in pieces, each with whether it is a Latin word with marks outside ASCII.

    3×5 and μg/m³ are such, which Word must not take from the Chinese face.
    """
    pieces = _LATIN_MARKS.split(text)
    return [(piece, index % 2 == 1) for index, piece in enumerate(pieces) if piece]


def held_hyphens(text: str) -> frozenset[int]:
    """The places of the hyphens of ``text`` behind which no line ends.

    A telephone, a date or a range in figures, the number of a standard and short words stay whole,
    as a typist binds them; long ones and web addresses do not.
    """
    if "-" not in text:
        return frozenset()
    found = []
    for word in _ASCII_WORD.finditer(text):
        if _ADDRESS.search(word[0]):
            continue
        for one in _HYPHENATED.finditer(word[0]):
            figures = any(char.isdigit() for char in one[0])
            if len(one[0]) <= (gb.HELD_CHARS if figures else gb.HELD_WORD_CHARS):
                start = word.start() + one.start()
                found += [start + at for at, char in enumerate(one[0]) if char == "-"]
    return frozenset(found)


def split_held(text: str) -> list[tuple[str, bool]]:
    """``text`` in pieces, each with whether it is a hyphen behind which no line ends."""
    pieces, at = [], 0
    for place in sorted(held_hyphens(text)):
        pieces += [(text[at:place], False), ("-", True)]
        at = place + 1
    return [(piece, held) for piece, held in (*pieces, (text[at:], False)) if piece]


def split_boxes(text: str) -> list[tuple[str, bool]]:
    """``text`` in pieces, each with whether it is boxes to be ticked (□☑)."""
    pieces = _BOXES.split(text)
    return [(piece, index % 2 == 1) for index, piece in enumerate(pieces) if piece]


# --------------------------------------------------------------------------- scripts and widths


def script(char: str) -> Script:
    """The script in whose face a character is set.

    ASCII, Latin-1 and Greek are Latin; “” … — ≥ ℃ and the like are Chinese: so Word chooses where
    the run says ``w:hint="eastAsia"``, whatever stands beside them.
    """
    return "latin" if ord(char) < 0x2000 else "han"


@lru_cache(maxsize=8192)
def em_width(char: str, script: Script = "han") -> float:
    """The width of one character in ems, in the Chinese or the Latin face."""
    if script == "latin" and char in _LATIN:
        return _LATIN[char]
    if script == "han" and char in _NARROW_HAN:
        return _NARROW_HAN[char]
    if unicodedata.combining(char) or unicodedata.category(char) in ("Cf", "Mn", "Me"):
        return 0.0
    wide = script == "han" or unicodedata.east_asian_width(char) in "WFA"
    return 1.0 if wide else 0.5


def edges(text: str, size_pt: float, tracking_pt: float = 0.0) -> tuple[list[float], list[float]]:
    """Where each character of ``text``, set in one line, begins and ends, without gaps between
    Chinese and Latin; the tracking stands behind each character.
    """
    begins, ends = [], []
    at = 0.0
    for char in text:
        begins.append(at)
        at += em_width(char, script(char)) * size_pt
        ends.append(at)
        at += tracking_pt
    return begins, ends


def width_pt(text: str, size_pt: float = gb.SIZE_3_PT, tracking_pt: float = 0.0) -> float:
    """How wide ``text`` is set."""
    return edges(text, size_pt, tracking_pt)[1][-1] + tracking_pt if text else 0.0


def body_width_pt(text: str) -> float:
    """How wide ``text`` is in the face and pitch of the body."""
    return width_pt(text, gb.SIZE_3_PT, gb.TRACKING_PT)


def han_date(date: dt.date) -> str:
    """``2026年1月2日``: Arabic figures, nothing padded (7.3.5.4)."""
    return f"{date.year}年{date.month}月{date.day}日"
