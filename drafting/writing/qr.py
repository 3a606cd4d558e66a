"""QR codes (ISO/IEC 18004) of an address, for a page and for a Word file."""

from __future__ import annotations

from io import BytesIO

import segno

QUIET_MODULES = 4
"""The margin that a scanner needs on every side (ISO/IEC 18004, 9.1)."""


def svg(address: str, label: str) -> str:
    """Return the code as an element for a page, which gives it its size; ``label`` is read out."""
    made: str = _code(address).svg_inline(
        omitsize=True, border=QUIET_MODULES, title=label, dark="#1f2328", light="#fff"
    )
    return made


def png(address: str, scale: int = 8) -> bytes:
    """Return the code as a picture in black and white; the same address gives the same bytes."""
    buffer = BytesIO()
    _code(address).save(buffer, kind="png", scale=scale, border=QUIET_MODULES)
    return buffer.getvalue()


def _code(address: str) -> segno.QRCode:
    # M: a sixth of the code may be soiled or creased on paper, and it stays small.
    return segno.make(address, error="m", micro=False)
