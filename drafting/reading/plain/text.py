"""Plain text → lines."""

from __future__ import annotations

from drafting.errors import UserError
from drafting.papers.plain.lines import Line, to_lines
from drafting.reading.plain.decode import decode


def read_text(data: bytes) -> list[Line]:
    """Return the lines of a text file. Raises :class:`drafting.errors.UserError` as decode does."""
    lines = to_lines(decode(data))
    if not lines:
        raise UserError("文件是空的，没有可读的内容。")
    return lines
