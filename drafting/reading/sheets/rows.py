"""Tables of CSV and Excel files → rows of text, one at a time."""

from __future__ import annotations

import csv
import datetime as dt
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO

from lxml import etree

from drafting.errors import UserError
from drafting.reading.archive_guard import ZIP_ERRORS, open_zip
from drafting.reading.plain.decode import MAX_BYTES, encoding_of
from drafting.reading.sheets.xlsx import SheetRow, workbook_rows

Row = tuple[str, int, list[str]]
"""Sheet name (empty for CSV), the row's number as Excel counts it, and its cells."""

_SAMPLE = 256 * 1024
_LARGEST_WORKBOOK = 100 * 1024 * 1024
_DELIMITERS = ",\t;，"
_TITLE_LINES = 10
_MOST_LINE = 5_000_000
_MOST_CELLS = 200_000
_DAMAGED = "表格文件已损坏，无法打开。"
_EXCEL_EPOCH = dt.datetime(1899, 12, 30)


def csv_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a CSV file in whatever encoding and with whatever delimiter it has.

    Raises :class:`UserError` for an empty or damaged file, naming the row.
    """
    with path.open("rb") as raw:
        sample = raw.read(_SAMPLE)
    encoding = encoding_of(sample)
    csv.field_size_limit(MAX_BYTES)
    row = 0
    try:
        # A broken byte costs its character, which then shows; it does not cost the ledger.
        with path.open(encoding=encoding, errors="replace", newline="") as stream:
            lines = _Lines(stream, path.name)
            lines.delimiter = _delimiter(islice(lines, _TITLE_LINES))
            stream.seek(0)
            lines.begin(0)
            reader = csv.reader(lines, delimiter=lines.delimiter)
            for cells in reader:
                row = reader.line_num
                lines.begin(row)
                yield "", row, cells
    except csv.Error as error:
        raise UserError(f"台账第{row + 1}行不是有效的 CSV。", field=path.name) from error
    except UnicodeError as error:
        raise UserError(
            f"台账第{row + 1}行起有无法识别的字符，请另存为 UTF-8 后再试。", field=path.name
        ) from error


@dataclass(slots=True)
class _Lines:
    """The lines of a file, none too long and of one row not too many cells: 60 MB of commas would
    be sixty million cells. Raises :class:`UserError`."""

    stream: TextIO
    name: str
    delimiter: str = ""
    row: int = 0
    cells: int = 0

    def begin(self, row: int) -> None:
        """Count anew, after this row."""
        self.row, self.cells = row, 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.stream.readline(_MOST_LINE)
        if not line:
            raise StopIteration
        self.cells += line.count(self.delimiter) if self.delimiter else 0
        if len(line) == _MOST_LINE or self.cells > _MOST_CELLS:
            raise UserError(
                f"台账第{self.row + 1}行过长（超过 {_MOST_LINE // 10_000} 万字，或"
                f" {_MOST_CELLS // 10_000} 万格），没有读；请核对是不是一张表。",
                field=self.name,
            )
        return line


def _delimiter(lines: Iterable[str]) -> str:
    """Return what parts the columns: by the first line that has any; a title above has none."""
    for line in lines:
        found = max(_DELIMITERS, key=line.count)
        if found in line:
            return found
    return ","


def xlsx_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of every sheet of an Excel workbook (.xlsx) that a person sees.

    Raises as :func:`sheet_rows` does.
    """
    for row in sheet_rows(path):
        if not row.hidden:
            yield row.sheet, row.number, row.cells


def sheet_rows(path: Path) -> Iterator[SheetRow]:
    """Yield the rows of every sheet of an Excel workbook (.xlsx), the hidden ones marked.

    Raises :class:`UserError` where it is none, damaged, encrypted or a trap.
    """

    if path.stat().st_size > _LARGEST_WORKBOOK:
        raise UserError("Excel 台账超过 100 MB，请另存为 CSV 后再试。", field=path.name)
    with path.open("rb") as stream:
        head = stream.read(8)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise UserError(
            "文件已加密，或是旧版 .xls；请另存为未加密的 .xlsx 后再试。", field=path.name
        )
    _refuse_entities(open_zip(path, " Excel 工作簿（.xlsx）"))
    try:
        yield from workbook_rows(path)
    except (*ZIP_ERRORS, KeyError, IndexError, etree.XMLSyntaxError) as error:
        raise UserError(_DAMAGED, field=path.name) from error


def _refuse_entities(container: zipfile.ZipFile) -> None:
    """Refuse a workbook with a DTD in any part: Excel writes none."""
    for entry in container.infolist():
        if entry.filename.endswith((".xml", ".rels")):
            try:
                with container.open(entry) as stream:
                    head = stream.read(2048)
            except ZIP_ERRORS as error:
                raise UserError(_DAMAGED) from error
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                raise UserError("文件内部结构异常，为安全起见不予打开。")


def excel_day(number: str) -> dt.date | None:
    """Return the day that an Excel serial number (``45292``) stands for, or ``None``."""
    serial = number.isascii() and number.isdigit() and len(number) == 5
    if not serial or not 20_000 <= int(number) <= 80_000:
        return None
    return (_EXCEL_EPOCH + dt.timedelta(days=int(number))).date()
