"""Excel workbooks (.xlsx, transitional and strict) → rows of text as a sheet shows them.

Read directly and row by row: openpyxl's streaming mode knows neither merged cells nor hidden rows,
and strict files are empty to it. Nothing outside the file is looked at.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from lxml import etree

from drafting.errors import UserError
from drafting.reading.archive_guard import open_zip, read_part
from drafting.reading.bounds import MOST_STRINGS, Rows
from drafting.reading.parts import parse_part
from drafting.reading.sheets.merged import MOST_COLUMNS, Merged, Range, column_of, ranges_of
from drafting.reading.sheets.numbers import shown

_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")

_PARSING: Mapping[str, bool] = {
    "resolve_entities": False,
    "no_network": True,
    "huge_tree": False,
}

Hidden = Literal["", "row", "sheet"]


class SheetRow(NamedTuple):
    """A row that says something: its sheet, its number as Excel counts, and its cells.

    ``hidden`` says whether the row (or its sheet) is hidden or filtered out. ``merged`` are the
    merged cells that reach into it; the first column of each begun above has that one's text.
    """

    sheet: str
    number: int
    cells: list[str]
    hidden: Hidden = ""
    merged: tuple[Range, ...] = ()

    @property
    def filled(self) -> frozenset[int]:
        """The columns whose text stands in a merged cell that begins in a row above."""
        above = (one.column for one in self.merged if one.row < self.number)
        return frozenset(column for column in above if "".join(self.cells[column : column + 1]))


@dataclass(frozen=True, slots=True)
class _Book:
    """What the sheets of a workbook share."""

    container: zipfile.ZipFile
    strings: Sequence[str]
    formats: Sequence[str]
    since_1904: bool


def workbook_rows(path: Path) -> Iterator[SheetRow]:
    """Yield the rows of all sheets; formulas by their last value, merged cells in all their rows.

    Raises :class:`UserError` where the file is none, damaged or a trap; :class:`KeyError`,
    :class:`ValueError`, ``etree.XMLSyntaxError`` and what zipfile raises on a damaged part.
    """
    container = open_zip(path, " Excel 工作簿（.xlsx）")
    if b"sheet.main+xml" not in (read_part(container, "[Content_Types].xml") or b""):
        raise ValueError("no workbook is named in the content types")
    part = next(
        (target for kind, target in _relations(container, "").values() if kind == "officeDocument"),
        "xl/workbook.xml",
    )
    root = _root(container, part)
    relations = _relations(container, part)
    properties = next(_named(root, "workbookPr"), None)
    book = _Book(
        container,
        _strings(container, _target(relations, "sharedStrings")),
        _formats(container, _target(relations, "styles")),
        properties is not None and properties.get("date1904") in ("1", "true"),
    )
    read: set[str] = set()
    for sheet in _named(root, "sheet"):
        kind, target = relations.get(_id(sheet), ("", ""))
        # A part named again and again would be read again and again.
        if kind == "worksheet" and target not in read:
            read.add(target)
            hidden: Hidden = "sheet" if sheet.get("state", "visible") != "visible" else ""
            yield from _rows(book, target, sheet.get("name", ""), hidden)


def _rows(book: _Book, part: str, name: str, sheet_hidden: Hidden) -> Iterator[SheetRow]:
    with book.container.open(part) as stream:
        merged = Merged(ranges_of(stream))
    last = 0
    with book.container.open(part) as stream:
        for _, row in etree.iterparse(
            Rows(stream, b"row"),
            tag="{*}row",
            resolve_entities=False,
            no_network=True,
            huge_tree=False,
        ):
            number = int(row.get("r") or last + 1)
            last = number
            cells = _cells(row, book)
            reaching = merged.fill(number, cells)
            hidden = sheet_hidden or ("row" if row.get("hidden") in ("1", "true") else "")
            found = SheetRow(name, number, cells, hidden, reaching)
            row.clear()
            while row.getprevious() is not None:
                del row.getparent()[0]
            filled = found.filled
            if any(cell for column, cell in enumerate(cells) if column not in filled):
                yield found


def _cells(row: etree._Element, book: _Book) -> list[str]:
    cells: list[str] = []
    for cell in row:
        place = _PLACE.fullmatch(cell.get("r") or "")
        column = column_of(place[1]) if place else len(cells)
        if column >= MOST_COLUMNS:
            break
        cells += [""] * (column + 1 - len(cells))
        cells[column] = _text(cell, book)
    return cells


def _text(cell: etree._Element, book: _Book) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _spelled(cell)
    value = next((child.text or "" for child in cell if _local(child) == "v"), "").strip()
    if not value:
        return ""
    if kind == "s":
        return book.strings[int(value)]
    if kind == "b":
        return "是" if value in ("1", "true") else "否"
    if kind in ("str", "e"):
        return _unescaped(value)
    if kind == "d":
        return value.partition("T")[0]
    style = int(cell.get("s") or 0)
    code = book.formats[style] if 0 <= style < len(book.formats) else ""
    return shown(value, code, since_1904=book.since_1904)


def _strings(container: zipfile.ZipFile, part: str) -> list[str]:
    strings: list[str] = []
    if not part:
        return strings
    with container.open(part) as stream:
        for _, item in etree.iterparse(
            Rows(stream, b"si"),
            tag="{*}si",
            resolve_entities=False,
            no_network=True,
            huge_tree=False,
        ):
            strings.append(_spelled(item))
            if len(strings) > MOST_STRINGS:
                most = MOST_STRINGS // 10_000
                raise UserError(f"工作簿里的文字超过 {most} 万处，请拆成几份再试。")
            item.clear()
            while item.getprevious() is not None:
                del item.getparent()[0]
    return strings


def _spelled(item: etree._Element) -> str:
    """Return the text of a string item, the readings printed above it left out."""
    texts = (node.text or "" for node in item.iter("{*}t") if _local(node.getparent()) != "rPh")
    return _unescaped("".join(texts)).strip()


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _formats(container: zipfile.ZipFile, part: str) -> list[str]:
    """Return the number format of each cell style: a code, or the number of one built in."""
    if not part:
        return []
    root = _root(container, part)
    own = {one.get("numFmtId", ""): one.get("formatCode", "") for one in _named(root, "numFmt")}
    styles = next(_named(root, "cellXfs"), None)
    numbers = [style.get("numFmtId", "0") for style in (styles if styles is not None else ())]
    return [own.get(number, number) for number in numbers]


def _root(container: zipfile.ZipFile, part: str) -> etree._Element:
    content = read_part(container, part)
    if content is None:
        raise KeyError(part)
    return parse_part(content)


def _relations(container: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Return ``{id: (kind, path)}`` of what belongs to ``part`` within the file."""
    folder, name = posixpath.split(part)
    content = read_part(container, posixpath.join(folder, "_rels", f"{name}.rels"))
    found = {}
    for item in parse_part(content) if content else ():
        target = item.get("Target", "")
        if item.get("TargetMode") == "External" or not target:
            continue
        path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
        kind = item.get("Type", "").rsplit("/", 1)[-1]
        found[item.get("Id", "")] = (kind, posixpath.normpath(path))
    return found


def _target(relations: Mapping[str, tuple[str, str]], wanted: str) -> str:
    return next((path for kind, path in relations.values() if kind == wanted), "")


def _named(root: etree._Element, name: str) -> Iterator[etree._Element]:
    return root.iter(f"{{*}}{name}")


def _id(sheet: etree._Element) -> str:
    """Return a sheet's relation: its attribute's namespace differs in strict files."""
    values = ((str(key), str(value)) for key, value in sheet.attrib.items())
    return next((value for key, value in values if key.endswith("relationships}id")), "")


def _local(node: etree._Element | None) -> str:
    return str(node.tag).rpartition("}")[2] if node is not None else ""
