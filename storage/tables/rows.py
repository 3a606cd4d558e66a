"""Rows out as files, in the shapes that sqlite-utils and datasette write and read.

``csv`` has a line of heads, ``json`` is one array with an object a line, ``jsonl`` an object a line
(``--csv``, the default, and ``--nl`` of sqlite-utils). Its own writers stand in its command line,
which loads click's and tabulate's whole apparatus; these give the same text (a test compares).
A ``csv`` is for spreadsheet programs: Excel takes one without a byte order mark for the system's
own encoding, and runs a cell that begins like a formula.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypeGuard, get_args

Kind = Literal["csv", "json", "jsonl"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_FORMULA = ("=", "+", "-", "@", "\t")


def is_kind(name: str) -> TypeGuard[Kind]:
    """Whether ``name`` is the name of a kind of file."""
    return name in KINDS


def content(
    rows: Iterable[Mapping[str, object]], kind: Kind, heads: Sequence[str]
) -> Iterator[bytes]:
    """Yield the bytes of a file of ``rows``, as :func:`lines` has its lines."""
    encoding = "utf-8-sig" if kind == "csv" else "utf-8"
    return codecs.iterencode(lines(rows, kind, heads), encoding)


def lines(rows: Iterable[Mapping[str, object]], kind: Kind, heads: Sequence[str]) -> Iterator[str]:
    """Yield the lines of a file of ``rows``; ``heads`` are the columns' titles in a ``csv``."""
    if kind == "csv":
        yield _csv_line(heads)
        for row in rows:
            yield _csv_line([_harmless(value) for value in row.values()])
    elif kind == "jsonl":
        for row in rows:
            yield json.dumps(row, ensure_ascii=False) + "\n"
    else:
        before = "["
        for row in rows:
            yield before + json.dumps(row, ensure_ascii=False)
            before = ",\n "
        yield "[]\n" if before == "[" else "]\n"


def _harmless(value: object) -> object:
    return f"'{value}" if str(value).startswith(_FORMULA) else value


def _csv_line(cells: Sequence[object]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
