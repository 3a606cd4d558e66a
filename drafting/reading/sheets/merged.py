"""Cells of an Excel sheet that are one: which they are, and what each row of them shows.

openpyxl's reader of rows, which takes a file of any size, does not tell. Part as in ECMA-376-1,
18.3.1.55 (mergeCell).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, NamedTuple

MOST_COLUMNS = 80
"""So many columns of a sheet are looked at."""

_MOST_RANGES = 100_000
_RANGE = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^>]{0,200}?ref\s*=\s*[\"']"
    rb"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"
)
_CHUNK = 1 << 20
_OVERLAP = 400


class Range(NamedTuple):
    """Cells that are one: rows as Excel counts them, columns from 0, the last ones included."""

    row: int
    column: int
    last_row: int
    last_column: int


@dataclass(slots=True)
class Merged:
    """The merged cells of a sheet while its rows are gone through from above."""

    starts: Mapping[int, Sequence[Range]]
    _open: dict[Range, str] = field(default_factory=dict)

    def fill(self, number: int, cells: list[str]) -> tuple[Range, ...]:
        """Put into ``cells`` what those begun above say; return all that reach into the row."""
        self._open = {one: text for one, text in self._open.items() if one.last_row >= number}
        above = tuple(self._open)
        for one, text in self._open.items():
            if text:
                cells += [""] * (one.column + 1 - len(cells))
                cells[one.column] = cells[one.column] or text
        begun = tuple(self.starts.get(number, ()))
        for one in begun:
            if one.last_row > number:
                self._open[one] = cells[one.column] if one.column < len(cells) else ""
        return (*above, *begun)


def ranges_of(stream: IO[bytes]) -> dict[int, list[Range]]:
    """Return by its first row what is merged in the XML of a sheet.

    It stands behind the rows in the file; to search its bytes is quicker than to parse it twice.
    """
    found: dict[Range, None] = {}
    tail = b""
    while (chunk := stream.read(_CHUNK)) and len(found) < _MOST_RANGES:
        for match in _RANGE.finditer(tail + chunk):
            first, row, last, last_row = (part.decode() for part in match.groups())
            begin, end = column_of(first), min(column_of(last), MOST_COLUMNS - 1)
            if begin < MOST_COLUMNS:
                found[Range(int(row), begin, int(last_row), end)] = None
        tail = (tail + chunk)[-_OVERLAP:]
    starts: dict[int, list[Range]] = defaultdict(list)
    for one in found:
        starts[one.row].append(one)
    return starts


def column_of(letters: str) -> int:
    """Return the number of a column named by letters, A being 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
