"""Web-page furniture: navigation, counters, share links, footers. None of it is text.

The patterns are data, in ``furniture.toml``; each must match a whole line.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path

from drafting.language.numbering import parse_label

_LONGEST = 400
_EDGES = re.compile(r"^[|｜•·●▪■□◆◇★☆▶►➤>*\s-]+(?=\S)|[|｜\s]+$")
_ORNAMENT = re.compile(r"[|｜•·●▪■□◆◇★☆▶►➤\-_=—━─*.\s:]+")


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    table = tomllib.loads(Path(__file__).with_name("furniture.toml").read_text("utf-8"))
    return {
        key: re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
        for key, patterns in table.items()
    }


def strip_edges(line: str) -> str:
    """Return ``line`` without table bars and bullets at its ends; ``""`` for a line of ornament."""
    if _ORNAMENT.fullmatch(line):
        return ""
    if line.startswith("——"):
        return line.rstrip("|｜ ")
    return _EDGES.sub("", line)


def is_furniture(line: str) -> bool:
    """Whether ``line`` belongs to the page and not to the document, wherever it stands."""
    return _is(line, "anywhere")


def opens_footer(line: str) -> bool:
    """Whether ``line`` opens the part of the page below the document."""
    return _is(line, "footer")


def may_open_footer(line: str) -> bool:
    """Whether ``line`` opens a footer unless the document goes on below it.

    A numbered line or a sentence is the document's: 一、畅通12345热线投诉渠道.
    """
    if parse_label(line) or line.endswith(("。", "；", "，")):
        return False
    return _is(line, "footer_unless_signed")


def _is(line: str, what: str) -> bool:
    return len(line) <= _LONGEST and bool(_patterns()[what].fullmatch(line))
