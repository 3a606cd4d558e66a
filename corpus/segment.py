"""Text → index terms: single characters, pairs of characters, whole Latin words and numbers.

SQLite's own tokenizers find nothing in Chinese (``unicode61`` takes a whole run as one token,
``trigram`` nothing below three characters), and loadable ones need an interpreter that may load
extensions. So text is segmented here and FTS5 is given terms parted by spaces.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

VERSION = 1
"""Raise when the terms change: archives written with another version are indexed anew."""

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(rf"[{_HAN}]+|[a-z0-9]+(?:\.[0-9]+)?")
_IS_HAN = re.compile(f"[{_HAN}]")


def runs(text: str) -> Iterator[str]:
    """Yield the runs of Chinese characters and the Latin words and numbers of ``text``.

    Full-width letters and digits count as half-width ones, capitals as small letters.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    for found in _RUNS.finditer(text.lower()):
        yield found[0]


def is_han(run: str) -> bool:
    """Whether a run is Chinese."""
    return bool(_IS_HAN.match(run))


def singles(text: str) -> list[str]:
    """Return the terms of the ``uni`` column: every Chinese character, every other word."""
    terms: list[str] = []
    for run in runs(text):
        terms.extend(run if is_han(run) else (run,))
    return terms


def pairs(text: str) -> list[str]:
    """Return the terms of the ``bi`` column: characters in pairs, other words whole."""
    terms: list[str] = []
    for run in runs(text):
        if not is_han(run):
            terms.append(run)
        else:
            terms.extend(run[place : place + 2] for place in range(len(run) - 1))
    return terms


def phrase(run: str) -> tuple[str, str]:
    """Return ``(column, FTS5 phrase)`` that finds ``run`` exactly; the phrase is quoted.

    One character is looked for among the singles, anything longer among the pairs.
    """
    if not is_han(run):
        return ("bi", quote(run))
    if len(run) == 1:
        return ("uni", quote(run))
    return ("bi", quote(" ".join(run[place : place + 2] for place in range(len(run) - 1))))


def quote(term: str) -> str:
    """Quote a term for MATCH: user text with ``"``, ``(``, ``-`` or AND must never be syntax."""
    return '"' + term.replace('"', '""') + '"'
