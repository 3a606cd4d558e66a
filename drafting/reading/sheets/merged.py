"""How the sheets of an Excel workbook are laid out: which cells are one, what is hidden.

openpyxl's reader of rows, which takes a file of any size, does not tell. Parts and relations as in
ECMA-376-1, 18.3.1.55 (mergeCell), 18.2.19 (sheet) and 18.3.1.73 (row).
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from drafting.errors import UserError
from drafting.reading.archive_guard import ZIP_ERRORS, open_zip

_MOST_RANGES = 20_000


@dataclass(frozen=True, slots=True)
class Layout:
    """A sheet: ``merged`` are (first row, first column, last row, last column), counted from 1."""

    title: str
    hidden: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: frozenset[int] = frozenset()


def layouts(path: Path) -> dict[str, Layout]:
    """Return the layout of each sheet of a workbook, by its title.

    To be asked after :func:`drafting.reading.sheets.rows.xlsx_rows`, which refuses what is no
    workbook     or a trap. Raises :class:`UserError` for a damaged file.
    """
    try:
        with open_zip(path, " Excel 工作簿（.xlsx）") as container:
            return {one.title: one for one in _sheets(container)}
    except (*ZIP_ERRORS, ElementTree.ParseError, LookupError) as error:
        raise UserError("表格文件已损坏，无法打开。", field=path.name) from error


def _sheets(container: zipfile.ZipFile) -> Iterator[Layout]:
    relations = ElementTree.fromstring(container.read("xl/_rels/workbook.xml.rels"))
    targets = {one.get("Id", ""): one.get("Target", "") for one in relations}
    workbook = ElementTree.fromstring(container.read("xl/workbook.xml"))
    for sheet in workbook.iter():
        if _local(sheet.tag) != "sheet":
            continue
        relation = next((value for name, value in sheet.items() if _local(name) == "id"), "")
        target = targets.get(relation, "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
        hidden = sheet.get("state", "visible") != "visible"
        if part not in container.namelist():
            continue
        yield _layout(container, part, sheet.get("name", ""), hidden)


def _layout(container: zipfile.ZipFile, part: str, title: str, hidden: bool) -> Layout:
    merged: list[tuple[int, int, int, int]] = []
    rows: set[int] = set()
    with container.open(part) as stream:
        for _, element in ElementTree.iterparse(stream):
            name = _local(element.tag)
            if name == "mergeCell" and len(merged) < _MOST_RANGES:
                merged.append(_range(element.get("ref", "")))
            elif name == "row":
                if element.get("hidden") in ("1", "true") and (element.get("r") or "").isdigit():
                    rows.add(int(element.get("r", "0")))
                element.clear()
    return Layout(title, hidden, tuple(merged), frozenset(rows))


def _range(reference: str) -> tuple[int, int, int, int]:
    first, _, last = reference.partition(":")
    row, column = _cell(first)
    last_row, last_column = _cell(last or first)
    return row, column, last_row, last_column


def _cell(reference: str) -> tuple[int, int]:
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(reference[len(letters) :]), column


def _local(name: str) -> str:
    return name.rpartition("}")[2]
