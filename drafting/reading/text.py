"""Plain text → lines."""

from __future__ import annotations

from drafting.model import UserError
from drafting.reading.decode import decode
from drafting.reading.lines import Line, to_lines


def read_text(data: bytes) -> list[Line]:
    """Return the lines of a text file. Raises :class:`drafting.model.UserError` as decode does."""
    lines = to_lines(decode(data))
    if not lines:
        raise UserError("文件是空的，没有可读的内容。")
    return lines
