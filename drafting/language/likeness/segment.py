"""Text → index terms: pairs of Chinese characters, whole Latin words and numbers.

SQLite's own tokenizers find nothing in Chinese (``unicode61`` takes a whole run as one token,
``trigram`` nothing below three characters), and loadable ones need an interpreter that may load
extensions. So text is segmented here. A term is a number, so that a text of a thousand characters
becomes an array in a few microseconds:

=====================  =====================================================
``a << 18 | b``        the characters ``a`` and ``b`` side by side
``c << 18``            ``c`` at the end of a run: what begins with ``c`` is one range of numbers
``1 << 40 | crc``      a Latin word or a number
=====================  =====================================================
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from pathlib import Path

import numpy as np
import numpy.typing as npt

VERSION = 3
"""Raise when the terms change: archives written with another version are indexed anew."""

BITS = 18
"""Bits of one character: enough for every Chinese character of Unicode."""

LATIN = 1 << 40
"""Codes from here on are Latin words and numbers."""

Codes = npt.NDArray[np.int64]
"""Terms in the order of the text."""

Points = npt.NDArray[np.uint32]
"""Folded characters in the order of the text; what belongs to no term is a space."""

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_RUNS = re.compile(rf"[{_HAN}]+|[a-z0-9]+(?:\.[0-9]+)*")
_LATIN_WORD = re.compile(rb"[a-z0-9]+(?:\.(?=[0-9])[a-z0-9]+)*")
_IS_HAN = re.compile(f"[{_HAN}]")
_SPACE, _DOT = 0x20, 0x2E
FIRST_HAN = 0x3007
"""From here on a folded character is Chinese; before it are only letters, digits and signs."""


def fold(text: str) -> str:
    """Return ``text`` as it is compared, character for character (lengths are the same).

    Traditional characters become simplified, full-width letters and digits half-width, capitals
    small; everything that is no part of a term becomes a space, but for the point.
    """
    return points(text).astype("<u4").tobytes().decode("utf-32-le")


def fold_all(texts: Sequence[str]) -> list[str]:
    """Return each of ``texts`` folded; of many short ones in a tenth of the time."""
    whole = fold("\0".join(texts))
    ends = accumulate(len(text) + 1 for text in texts)
    return [whole[end - len(text) - 1 : end - 1] for text, end in zip(texts, ends, strict=True)]


def points(text: str) -> Points:
    """Return the folded characters of ``text`` as numbers."""
    raw = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    rare = raw > 0xFFFF
    if not rare.any():
        return _table().take(raw)
    folded = _table()[np.where(rare, 0, raw)]
    return np.where(rare & (raw >> 16 >= 2) & (raw >> 16 <= 3), raw, folded).astype(np.uint32)


def codes(found: Points) -> Codes:
    """Return the terms of folded characters: pairs, ends of runs, words."""
    return placed(found)[0]


def placed(found: Points) -> tuple[Codes, Codes]:
    """Return the terms of folded characters, and where each begins; words stand last."""
    chinese = found >= FIRST_HAN
    han = chinese.nonzero()[0]
    after = np.zeros(len(found) + 1, np.int64)
    np.multiply(found, chinese, out=after[:-1])
    pairs = after[han] << BITS | after[han + 1]
    words, places = latin_words(found)
    return np.concatenate((pairs, words)), np.concatenate((han, places))


def characters(found: Points) -> Codes:
    """Return the Chinese characters among folded characters."""
    return found[found >= FIRST_HAN].astype(np.int64)


def latin_words(found: Points) -> tuple[Codes, Codes]:
    """Return the terms of the Latin words and numbers, and where each begins."""
    # Only the letters themselves, a space between two runs of them: a text has few, and looking
    # through the spaces of its Chinese takes longer than all else here.
    at = np.flatnonzero((found < FIRST_HAN) & (found != _SPACE))
    put = np.arange(len(at)) + np.cumsum(np.diff(at, prepend=at[:1]) > 1)
    letters = np.full(put[-1] + 1 if len(put) else 0, _SPACE, np.uint8)
    letters[put] = found[at]
    words, starts = [], []
    for word in _LATIN_WORD.finditer(letters.tobytes()):
        words.append(latin(word[0]))
        starts.append(word.start())
    places = at[np.searchsorted(put, np.array(starts, np.int64))]
    return np.array(words, np.int64), places


def latin(word: bytes) -> int:
    """Return the term of a folded Latin word or number."""
    return LATIN | zlib.crc32(word)


def is_pair(terms: Codes) -> npt.NDArray[np.bool_]:
    """Return which terms are pairs or words; the others only mark the end of a run."""
    return (terms >= LATIN) | (terms & ((1 << BITS) - 1) > 0)


def runs(text: str) -> Iterator[str]:
    """Yield the runs of Chinese characters and the Latin words and numbers of ``text``, folded."""
    for found in _RUNS.finditer(fold(text)):
        yield found[0]


def is_han(run: str) -> bool:
    """Whether a run is Chinese."""
    return bool(_IS_HAN.match(run))


def pairs(text: str) -> list[str]:
    """Return the terms of ``text`` as strings: characters in pairs, other words whole."""
    terms: list[str] = []
    for run in runs(text):
        if not is_han(run):
            terms.append(run)
        else:
            terms.extend(run[place : place + 2] for place in range(len(run) - 1))
    return terms


@lru_cache(maxsize=1)
def _table() -> Points:
    """Return what each character of the basic plane is folded to."""
    table = np.full(0x10000, _SPACE, np.uint32)
    for point in range(0x10000):
        # A character that stands for several (㎡, ㈠) is left to be a space: places must hold.
        plain = unicodedata.normalize("NFKC", chr(point)).lower()
        if len(plain) == 1 and (_IS_HAN.match(plain) or (plain.isascii() and plain.isalnum())):
            table[point] = ord(plain)
    table[_DOT] = table[0xFF0E] = _DOT
    simple = np.arange(0x10000, dtype=np.uint32)
    lines = Path(__file__).with_name("traditional.txt").read_text("utf-8").splitlines()
    for line in lines:
        one, _, others = line.partition(" ")
        if one != "#":
            simple[[ord(other) for other in others]] = ord(one)
    # Twice: a few simplified forms are themselves variants of another.
    basic = table <= 0xFFFF
    table[basic] = simple[simple[table[basic]]]
    return table
