"""Quotation marks that a program made straight, set curled again."""

from __future__ import annotations

import re

_QUOTES = (
    (re.compile('["＂]'), "“", "”"),
    (re.compile("(?<![A-Za-z])['＇]|['＇](?![A-Za-z])"), "‘", "’"),
)


def curled(line: str) -> str:
    """Return ``line`` with straight quotation marks in pairs as Chinese ones.

    A program that straightened them changed no word; taken over, they would be a slip.
    """
    for straight, opening, closing in _QUOTES:
        pieces = straight.split(line)
        if len(pieces) % 2:
            marks = (closing if number % 2 == 0 else opening for number in range(len(pieces)))
            line = "".join(
                f"{mark if number else ''}{piece}"
                for number, (mark, piece) in enumerate(zip(marks, pieces, strict=True))
            )
    return line
