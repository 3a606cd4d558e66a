"""Web-page furniture: navigation, counters, share links, footers. None of it is text.

The patterns are data, in ``furniture.toml``; each must match a whole line.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path

_EDGES = re.compile(r"^[|｜•·●▪■□◆◇★☆▶►➤>*\s-]+(?=\S)|[|｜\s]+$")
_ORNAMENT = re.compile(r"[|｜•·●▪■□◆◇★☆▶►➤\-_=—━─*.\s:]+")


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    table = tomllib.loads(Path(__file__).with_name("furniture.toml").read_text("utf-8"))
    anywhere, footer = (
        re.compile("|".join(f"(?:{pattern})" for pattern in table[key]))
        for key in ("anywhere", "footer")
    )
    return anywhere, footer


def strip_edges(line: str) -> str:
    """Return ``line`` without table bars and bullets at its ends; ``""`` for a line of ornament."""
    if _ORNAMENT.fullmatch(line):
        return ""
    if line.startswith("——"):
        return line.rstrip("|｜ ")
    return _EDGES.sub("", line)


def is_furniture(line: str) -> bool:
    """Whether ``line`` belongs to the page and not to the document, wherever it stands."""
    return len(line) <= 400 and bool(_patterns()[0].fullmatch(line))


def opens_footer(line: str) -> bool:
    """Whether ``line`` opens the part of the page below the document."""
    return len(line) <= 400 and line[-1:] != "。" and bool(_patterns()[1].fullmatch(line))
