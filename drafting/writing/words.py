"""Text before it is set: cleaned of what no paper shows, cut where a mark or a line ends.

Widths are in points and follow the faces of the document: a Chinese character is one em, Latin
letters and digits have the widths of Times New Roman.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

from drafting.writing import gbt9704 as gb

# XML 1.0 allows no C0 controls but tab and line ends, no surrogates, no U+FFFE/U+FFFF; the
# zero-width and bidirectional controls are allowed but would stand unseen in a signed document.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\ufdd0-\ufdef\ufeff\ufff9-\uffff\ud800-\udfff]"
)
# Plane-ending noncharacters are left to lxml, which takes them: they print as nothing.
_LINE_ENDS = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile("[\t\u00a0\u2000-\u200a\u202f\u205f]")
_PENDING = re.compile("(【待核实[^】]*】)")

# Widths of U+0020–U+007E in Times New Roman, in thousandths of an em (Adobe font metrics).
_LATIN_WIDTHS = (
    "250 333 408 500 500 833 778 180 333 333 500 564 250 333 250 278 500 500 500 500 500 500 500"
    " 500 500 500 278 278 564 564 564 444 921 722 667 667 722 611 556 722 722 333 389 722 611 889"
    " 722 722 556 722 667 556 611 722 722 944 722 722 611 333 278 333 469 500 333 444 500 444 500"
    " 444 333 500 500 278 278 500 278 778 500 500 500 500 333 389 278 500 500 722 500 500 444 480"
    " 200 480 541"
)
_LATIN = tuple(int(width) / 1000 for width in _LATIN_WIDTHS.split())


def clean(text: str) -> str:
    """``text`` as one line: no control characters, line ends and tabs as single spaces."""
    return " ".join(part for part in (line.strip(" ") for line in clean_lines(text)) if part)


def clean_lines(text: str) -> list[str]:
    """``text`` without control characters, cut at its line ends; never empty."""
    lines = _LINE_ENDS.split(text)
    return [_SPACES.sub(" ", _UNPRINTABLE.sub("", line)) for line in lines]


def dropped(text: str) -> int:
    """How many characters of ``text`` no paper shows."""
    return len(_UNPRINTABLE.findall(text))


def split_pending(text: str) -> list[tuple[str, bool]]:
    """``text`` in pieces, each with whether it is a 【待核实：…】 mark."""
    pieces = _PENDING.split(text)
    return [(piece, index % 2 == 1) for index, piece in enumerate(pieces) if piece]


@lru_cache(maxsize=8192)
def em_width(char: str) -> float:
    """The width of one character in ems."""
    code = ord(char)
    if 0x20 <= code <= 0x7E:
        return _LATIN[code - 0x20]
    if unicodedata.combining(char) or unicodedata.category(char) in ("Cf", "Mn", "Me"):
        return 0.0
    return 1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.5


def gap_pt(left: str, right: str, size_pt: float, tracking_pt: float = 0.0) -> float:
    """What stands between two characters beside their own widths.

    Where Chinese meets figures or letters typesetters leave a gap, though not beside punctuation;
    and there the tracking of the first one falls away (LibreOffice, measured).
    """
    scripts = {_script(left), _script(right)}
    if "latin" not in scripts or len(scripts) == 1 or "" in scripts:
        return 0.0
    return (gb.LATIN_GAP_EM * size_pt if "han" in scripts else 0.0) - tracking_pt


@lru_cache(maxsize=8192)
def _script(char: str) -> str:
    if char.isascii():
        return "latin" if char.isalnum() or char == "%" else ""
    if unicodedata.category(char) == "Lo":
        return "han"
    return "mark" if unicodedata.east_asian_width(char) in "WF" else ""


def width_pt(text: str, size_pt: float = gb.SIZE_3_PT, tracking_pt: float = 0.0) -> float:
    """How wide ``text`` is set, gaps between Chinese and figures included."""
    width = sum(em_width(char) * size_pt + tracking_pt for char in text)
    pairs = pairwise(text)
    return width + sum(gap_pt(left, right, size_pt, tracking_pt) for left, right in pairs)


def body_width_pt(text: str) -> float:
    """How wide ``text`` is in the face and pitch of the body."""
    return width_pt(text, gb.SIZE_3_PT, gb.TRACKING_PT)


def han_date(date: dt.date) -> str:
    """``2026年1月2日``: Arabic figures, nothing padded (7.3.5.4)."""
    return f"{date.year}年{date.month}月{date.day}日"
