"""Bounds on what one file may hold, looked at before anything is built of it.

A few hundred thousand bytes may unpack to ten million elements, of which a tree takes a gigabyte.
Depth needs no bound here: libxml2 stops at 256 by itself as long as ``huge_tree`` is off. Apart
from the readers, and without lxml: a start in 1.5 s is promised.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import IO

from drafting.errors import UserError
from drafting.papers.plain.lines import Line

if sys.platform != "win32":
    import resource

MOST_TAGS = 1_500_000
"""Of a part of a package. A report of 350 pages has some 300,000; each takes some 150 bytes."""

MOST_PAGE_TAGS = 600_000
"""Of a web page, which takes three times as much a tag."""

MOST_ATTRIBUTES = 3_000_000
MOST_PAGE_ATTRIBUTES = 1_000_000
"""Of a web page, those without a value too."""

MOST_ROW_TAGS = 200_000
"""Between the ends of two rows of a sheet: a row of 16,384 cells has some 80,000."""

MOST_STRINGS = 1_000_000
"""Of the strings that the cells of a workbook share."""

MOST_VALUES = 500_000
"""Of a text in JSON: seven million empty lists, 20 MB of it, take half a gigabyte."""
TOO_MANY_VALUES = f"里的值超过 {MOST_VALUES // 10_000} 万个"

MOST_LINES = 200_000
MOST_CHARS = 3_000_000
"""Of one file: the longest compilation of papers met has a tenth of it."""

_TAG = re.compile(rb"<[a-zA-Z][^<>]*")
_ATTRIBUTE = re.compile(rb"""[\s/]++[^\s/>="']++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"']++))?""")

FAILED_AT, ENDED_AT = 0.5, 0.9
"""Shares of the memory allowed from which a failure, and what looks like a success, is doubted."""


def refuse_complex(content: bytes, most_tags: int = MOST_TAGS) -> None:
    """Raise :class:`UserError` where XML or HTML has more tags or attributes than a file may."""
    tags = content.count(b"<")
    if tags > most_tags:
        raise UserError(_complex("标记", tags, most_tags))
    attributes = content.count(b'="') + content.count(b"='")
    if attributes > MOST_ATTRIBUTES:
        raise UserError(_complex("属性", attributes, MOST_ATTRIBUTES))


def refuse_complex_page(content: bytes) -> None:
    """Raise :class:`UserError` where a web page has more tags or attributes than one may."""
    refuse_complex(content, MOST_PAGE_TAGS)
    # In a page an attribute need not have a value, nor a value marks around it.
    if len(content) < 2 * MOST_PAGE_ATTRIBUTES:
        return
    found = 0
    for tag in _TAG.finditer(content):
        found += len(_ATTRIBUTE.findall(tag[0]))
        if found > MOST_PAGE_ATTRIBUTES:
            raise UserError(_complex("属性", found, MOST_PAGE_ATTRIBUTES))


def too_many_values(content: bytes) -> bool:
    """Whether a text in JSON has more values than one may: asked before anything is built of it."""
    return values(content) > MOST_VALUES


def values(content: bytes) -> int:
    """Return how many values a text in JSON has at most; what stands in its strings counts too."""
    return sum(map(content.count, (b",", b"[", b"{")))


def refuse_long(lines: Sequence[Line]) -> None:
    """Raise :class:`UserError` where a file has more lines or characters than one may."""
    if len(lines) > MOST_LINES:
        raise UserError(_long(f"{len(lines)} 段", f"{_many(MOST_LINES)}段"))
    characters = sum(len(line.text) for line in lines)
    if characters > MOST_CHARS:
        raise UserError(_long(f"{_many(characters)}字", f"{_many(MOST_CHARS)}字"))


class Rows:
    """A stream of a sheet's XML that is refused when too much stands between two ends of rows.

    A parser that goes row by row keeps what it has met since the last one.
    """

    def __init__(self, stream: IO[bytes], name: bytes) -> None:
        """``name`` is the element of a row."""
        self._stream, self._tags = stream, 0
        self._end = re.compile(rb"</(?:\w+:)?%s\s*>" % name)

    def read(self, size: int = -1) -> bytes:
        """Read on. Raises :class:`UserError`."""
        block = self._stream.read(size)
        last = 0
        for found in self._end.finditer(block):
            self._tags, last = 0, found.end()
        self._tags += block.count(b"<", last)
        if self._tags > MOST_ROW_TAGS:
            raise UserError(_complex("标记（一行里）", self._tags, MOST_ROW_TAGS))
        return block


def short_of_memory(share: float = FAILED_AT) -> bool:
    """Whether this process is limited and has come so far that memory may be what it lacked.

    libxml2 does not say: what it could not allocate looks like a damaged file.
    """
    if sys.platform == "win32":
        return False
    most, _ = resource.getrlimit(resource.RLIMIT_DATA)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return most != resource.RLIM_INFINITY and used > share * most


def _complex(what: str, found: int, most: int) -> str:
    return (
        f"文件内部结构过于复杂（{what} {_many(found)}个，超过 {_many(most)}个的上限），"
        "为安全起见不予打开。"
    )


def _long(found: str, most: str) -> str:
    return f"文件有 {found}，超过 {most}的上限，请拆分后再试。"


def _many(number: int) -> str:
    return f"{number // 10_000} 万" if number >= 10_000 else f"{number} "
