"""Compresses text: two bytes a character, with a dictionary of what such papers commonly say.

A section is too short for a compressor to learn from; with ``common.txt`` as dictionary, text takes
41 % of its bytes in UTF-8 instead of 57 %. The file is part of the data format and must never be
changed.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from pathlib import Path

import msgspec

from drafting.model import Document

# GB 18030 holds all of Unicode, and a Chinese character in two bytes instead of three.
_CODING = "gb18030"
# Level 6 takes a percent less and half as long again.
_LEVEL, _QUICK_LEVEL = 4, 1


def pack(text: str, *, quick: bool = False) -> bytes:
    """Return ``text`` in few bytes; ``quick`` spares time where it says most things twice."""
    # A copy spares reading the dictionary again, which takes as long as a section itself.
    packer = _packer(_QUICK_LEVEL if quick else _LEVEL).copy()
    return packer.compress(text.encode(_CODING, "replace")) + packer.flush()


def unpack(data: bytes) -> str:
    """Return the text that was packed."""
    unpacker = zlib.decompressobj(wbits=-15, zdict=_common())
    return (unpacker.decompress(data) + unpacker.flush()).decode(_CODING)


def read_record(record: bytes) -> Document:
    """Return the document of a row of the archive: its JSON, packed."""
    return msgspec.json.decode(unpack(record), type=Document)


@lru_cache(maxsize=2)
def _packer(level: int) -> zlib._Compress:
    return zlib.compressobj(level, wbits=-15, zdict=_common())


@lru_cache(maxsize=1)
def _common() -> bytes:
    path = Path(__file__).with_name("common.txt")
    return path.read_text("utf-8").encode(_CODING)[-32768:]
