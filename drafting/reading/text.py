"""Plain text → lines."""

from __future__ import annotations

from drafting.reading.decode import decode
from drafting.reading.lines import Line, to_lines


def read_text(data: bytes) -> list[Line]:
    """Return the lines of a text file. Raises :class:`drafting.model.UserError` as decode does."""
    return to_lines(decode(data))
