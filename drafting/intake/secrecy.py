"""Files that are handed in: one whose head bears a 密级 is refused before any of it is kept."""

from __future__ import annotations

from drafting.language.secrecy import refuse_secrets
from drafting.model import Document
from drafting.papers.structure import build_document
from drafting.reading import read_lines


def read_open(data: bytes, name: str) -> Document:
    """Read a file that somebody hands in, unless its head bears a 密级: before any of it is kept.

    Raises :class:`UserError` for that, and as :func:`drafting.reading.read_bytes` does.
    """
    # The readers are expensive to import; asking for a mark alone does not need them.
    lines = read_lines(data, name)
    refuse_secrets(line.text for line in lines)
    return build_document(lines)
