"""Text packed small: two bytes a character, and what every such paper says as a dictionary.

A section is too short for a compressor to learn from; with ``common.txt`` as what it has already
seen, text takes 41 % of its bytes in UTF-8 instead of 57 %. The file belongs to the format of the
data: it must never be changed.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from pathlib import Path

# GB 18030 holds all of Unicode, and a Chinese character in two bytes instead of three.
_CODING = "gb18030"


def pack(text: str) -> bytes:
    """Return ``text`` in few bytes."""
    packer = zlib.compressobj(6, wbits=-15, zdict=_common())
    return packer.compress(text.encode(_CODING, "replace")) + packer.flush()


def unpack(data: bytes) -> str:
    """Return the text that was packed."""
    unpacker = zlib.decompressobj(wbits=-15, zdict=_common())
    return (unpacker.decompress(data) + unpacker.flush()).decode(_CODING)


@lru_cache(maxsize=1)
def _common() -> bytes:
    path = Path(__file__).with_name("common.txt")
    return path.read_text("utf-8").encode(_CODING)[-32768:]
