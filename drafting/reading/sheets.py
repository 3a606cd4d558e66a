"""Tables of CSV and Excel files → rows of text, one at a time."""

from __future__ import annotations

import csv
import datetime as dt
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from drafting.model import UserError
from drafting.reading.archive_guard import ZIP_ERRORS, open_zip
from drafting.reading.decode import MAX_BYTES, encoding_of

Row = tuple[str, int, list[str]]
"""Sheet name (empty for CSV), the row's number as Excel counts it, and its cells."""

_SAMPLE = 256 * 1024
_MOST_COLUMNS = 80
_MOST_BLANK_ROWS = 5_000
_LARGEST_WORKBOOK = 100 * 1024 * 1024
_DELIMITERS = ",\t;，"
_TITLE_LINES = 10
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
        with path.open(encoding=encoding, newline="") as stream:
            delimiter = _delimiter(islice(stream, _TITLE_LINES))
            stream.seek(0)
            reader = csv.reader(stream, delimiter=delimiter)
            for cells in reader:
                row = reader.line_num
                yield "", row, cells
    except csv.Error as error:
        raise UserError(f"台账第{row + 1}行不是有效的 CSV。", field=path.name) from error
    except UnicodeError as error:
        raise UserError(
            f"台账第{row + 1}行起有无法识别的字符，请另存为 UTF-8 后再试。", field=path.name
        ) from error


def _delimiter(lines: Iterable[str]) -> str:
    """Return what parts the columns: by the first line that has any; a title above has none."""
    for line in lines:
        found = max(_DELIMITERS, key=line.count)
        if found in line:
            return found
    return ","


def xlsx_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of every sheet of an Excel workbook (.xlsx); formulas by their last value.

    Raises :class:`UserError` where it is none, damaged, encrypted or a trap.
    """
    if path.stat().st_size > _LARGEST_WORKBOOK:
        raise UserError("Excel 台账超过 100 MB，请另存为 CSV 后再试。", field=path.name)
    data = path.read_bytes()
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UserError(
            "文件已加密，或是旧版 .xls；请另存为未加密的 .xlsx 后再试。", field=path.name
        )
    _refuse_entities(open_zip(data, " Excel 工作簿（.xlsx）"))
    del data
    try:
        yield from _workbook_rows(path)
    except _OPENPYXL_ERRORS as error:
        raise UserError(_DAMAGED, field=path.name) from error


# What openpyxl lets through of a damaged workbook: it trusts names, counts and indices in it.
_OPENPYXL_ERRORS = (
    *(*ZIP_ERRORS, KeyError, TypeError, IndexError, AttributeError, OverflowError, SyntaxError),
    AssertionError,
)


def _workbook_rows(path: Path) -> Iterator[Row]:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        workbook = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    try:
        for sheet in workbook.worksheets:
            # A cell far down or right makes openpyxl fill in all that is missing before it.
            blank = 0
            rows = sheet.iter_rows(values_only=True, max_col=_MOST_COLUMNS)
            for number, values in enumerate(rows, start=1):
                cells = [_shown(value) for value in values]
                blank = 0 if any(cells) else blank + 1
                if blank > _MOST_BLANK_ROWS:
                    break
                if not blank:
                    yield sheet.title, number, cells
    finally:
        workbook.close()


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


def _shown(value: object) -> str:
    """Return a cell's value as text: dates by day, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime | dt.date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def excel_day(number: str) -> dt.date | None:
    """Return the day that an Excel serial number (``45292``) stands for, or ``None``."""
    if not number.isdigit() or not 20_000 <= int(number) <= 80_000:
        return None
    return (_EXCEL_EPOCH + dt.timedelta(days=int(number))).date()
