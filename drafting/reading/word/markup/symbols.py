"""Signs of symbol fonts (Wingdings, Symbol …) as Unicode; the boxes of forms among them.

Source: ECMA-376 Part 1, 17.3.3.30 (w:sym). A code stands alone (FE) or moved into the private use
area (F0FE). The table is data, in ``symbols.toml``.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

TICKED = "☑"
EMPTY = "☐"
_FIRST, _LAST = 0x20, 0xFF
_PRIVATE = range(0xF000, 0xF100)


@lru_cache(maxsize=1)
def _fonts() -> dict[str, str]:
    return tomllib.loads(Path(__file__).with_name("symbols.toml").read_text("utf-8"))


def is_symbol_font(font: str) -> bool:
    """Whether the letters of ``font`` are signs."""
    return font.lower() in _fonts()


def sign(font: str, code: int) -> str:
    """Return what ``code`` shows in ``font``; ``""`` where that is not known."""
    signs = _fonts().get(font.lower())
    own = code - 0xF000 if code in _PRIVATE else code
    if signs is None:
        return "" if code in _PRIVATE or not 0x20 <= code < 0x110000 else chr(code)
    return signs[own - _FIRST].strip() if _FIRST <= own <= _LAST else ""


def box(ticked: bool) -> str:
    """Return the box of a form."""
    return TICKED if ticked else EMPTY


def in_symbols(font: str, text: str) -> str:
    """Return ``text`` typed in a symbol font as the signs it shows; Chinese in it stays."""
    return "".join(
        sign(font, ord(one)) or one if one > " " and (ord(one) <= _LAST or ord(one) in _PRIVATE)
        else one
        for one in text
    )  # fmt: skip
