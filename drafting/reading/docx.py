"""Word documents → lines.

The parts are read directly: numbering must become text, tracked changes must be taken as accepted,
and text boxes must stay where they are anchored — none of which a paragraph list gives. Nothing is
fetched: external relations are not followed, and the XML parser resolves no entities.
"""

from __future__ import annotations

import posixpath
import zipfile

from lxml import etree

from drafting.model import UserError
from drafting.reading.archive_guard import open_zip, read_part
from drafting.reading.docx_numbering import Numbering, W, parse_numbering
from drafting.reading.lines import Line, normalise_breaks, tidy
from drafting.reading.parts import parse_part

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_REL = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_MOST_COLUMNS = 60
_SKIPPED = frozenset(
    {f"{W}del", f"{W}moveFrom", f"{W}pPr", f"{W}rPr", f"{W}instrText", f"{W}delText"}
    | {f"{W}tblPr", f"{W}sectPr", f"{W}footnoteReference", f"{W}commentReference"}
    | {f"{_MC}Fallback"}
)


def read_docx(data: bytes) -> list[Line]:
    """Return the lines of a .docx: page header of the first page, then the body.

    Raises :class:`UserError` for a file that is none, is damaged, encrypted, or holds macros.
    """
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UserError("文件已加密，或是改了扩展名的旧版 .doc；请另存为未加密的 .docx 后再试。")
    container = open_zip(data, " Word 文档（.docx）")
    types = read_part(container, "[Content_Types].xml") or b""
    if b"macroEnabled" in types:
        raise UserError("文件含有宏（.docm），为安全起见不予打开；请另存为 .docx 后再试。")
    part = main_part(container)
    root = _parse(read_part(container, part))
    if root is None or (body := root.find(f"{W}body")) is None:
        raise UserError("文件已损坏，或不是 Word 文档（.docx）。")
    relations = relations_of(container, part)
    numbering = parse_numbering(
        related(container, relations, "numbering"), related(container, relations, "styles")
    )
    lines = _page_head(container, root, relations)
    _Collector(numbering, lines).blocks(body)
    if not lines:
        raise UserError("文档中没有文字；如果是扫描件，请先识别成文字。")
    return lines


def _parse(content: bytes | None) -> etree._Element | None:
    if content is None:
        return None
    return parse_part(content)


def relations_of(container: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Return ``{id: (type, target)}`` of the internal relations of ``part``."""
    folder, name = posixpath.split(part)
    root = _parse(read_part(container, posixpath.join(folder, "_rels", f"{name}.rels")))
    found = {}
    for item in root if root is not None else ():
        if item.tag == f"{_REL}Relationship" and item.get("TargetMode") != "External":
            target = item.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            kind = item.get("Type", "").rsplit("/", 1)[-1]
            found[item.get("Id", "")] = (kind, posixpath.normpath(path))
    return found


def main_part(container: zipfile.ZipFile) -> str:
    """Return the path of the part that holds the text; not every program calls it alike."""
    for kind, target in relations_of(container, "").values():
        if kind == "officeDocument":
            return target
    return "word/document.xml"


def related(
    container: zipfile.ZipFile, relations: dict[str, tuple[str, str]], kind: str
) -> etree._Element | None:
    """Return the part of this ``kind`` (``styles``) among ``relations``, or ``None``."""
    target = next((path for found, path in relations.values() if found == kind), None)
    return _parse(read_part(container, target)) if target else None


def _page_head(
    container: zipfile.ZipFile, root: etree._Element, relations: dict[str, tuple[str, str]]
) -> list[Line]:
    """Return the first page's header: letterheads keep the issuer's mark there."""
    section = root.find(f".//{W}sectPr")
    if section is None:
        return []
    references = {
        item.get(f"{W}type", "default"): item.get(f"{_R}id", "")
        for item in section.iterchildren(f"{W}headerReference")
    }
    titled = section.find(f"{W}titlePg") is not None
    target = relations.get(references.get("first" if titled else "default", ""), ("", ""))[1]
    header = _parse(read_part(container, target)) if target else None
    if header is None:
        return []
    lines: list[Line] = []
    _Collector(Numbering(), lines).blocks(header)
    return [Line(line.text, page_head=True) for line in lines]


class _Collector:
    """Walks the blocks of a part and appends lines; numbering counts on as it goes."""

    def __init__(self, numbering: Numbering, lines: list[Line]) -> None:
        self._numbering = numbering
        self._lines = lines
        self._carried = ""

    def blocks(self, parent: etree._Element) -> None:
        """Take the paragraphs and tables below ``parent``, through any wrapper."""
        for child in parent:
            if child.tag == f"{W}p":
                self._paragraph(child)
            elif child.tag == f"{W}tbl":
                self._table(child)
            elif child.tag not in _SKIPPED:
                self.blocks(child)

    def _paragraph(self, paragraph: etree._Element) -> None:
        parts: list[str] = []
        boxes: list[etree._Element] = []
        _gather(paragraph, parts, boxes)
        for box in boxes:
            self.blocks(box)
        text = self._carried + "".join(parts)
        self._carried = ""
        if paragraph.find(f"{W}pPr/{W}rPr/{W}del") is not None:
            # The mark at the paragraph's end is deleted: it runs on into the next one.
            self._carried = text
            return
        label = self._numbering.of(paragraph)
        for number, piece in enumerate(normalise_breaks(text).split("\n")):
            text = tidy(piece)
            if text:
                self._lines.append(Line(f"{label}{text}" if number == 0 else text))

    def _table(self, table: etree._Element) -> None:
        """Take a table as rows; one of a single column only lays out text."""
        rows = [
            [cell for cell in row.iter(f"{W}tc") if _nearest(cell, f"{W}tr") is row]
            for row in table.iterchildren(f"{W}tr")
            if row.find(f"{W}trPr/{W}del") is None
        ]
        if max((len(row) for row in rows), default=0) < 2:
            for row in rows:
                for cell in row:
                    self.blocks(cell)
            return
        for row in rows:
            texts = tuple(text for cell in row for text in self._cells(cell))
            if any(texts):
                joined = " ".join(text for text in texts if text)
                self._lines.append(Line(joined, cells=texts))

    def _cells(self, cell: etree._Element) -> list[str]:
        """Return a cell's text; one that spans columns is followed by empty ones, to keep place."""
        lines: list[Line] = []
        _Collector(self._numbering, lines).blocks(cell)
        span = cell.find(f"{W}tcPr/{W}gridSpan")
        wide = "" if span is None else span.get(f"{W}val", "")
        columns = min(int(wide), _MOST_COLUMNS) if wide.isdigit() else 1
        return ["\n".join(line.text for line in lines), *[""] * (columns - 1)]


def _gather(node: etree._Element, parts: list[str], boxes: list[etree._Element]) -> None:
    """Collect the text of a paragraph, and the text boxes anchored in it apart."""
    for child in node:
        tag = child.tag
        if tag == f"{W}t":
            parts.append(child.text or "")
        elif tag in (f"{W}tab", f"{W}ptab"):
            parts.append("\t")
        elif tag in (f"{W}br", f"{W}cr"):
            parts.append("\n")
        elif tag == f"{W}noBreakHyphen":
            parts.append("-")
        elif tag == f"{W}txbxContent":
            boxes.append(child)
        elif tag not in _SKIPPED and not (tag == f"{W}r" and _is_hidden(child)):
            _gather(child, parts, boxes)


def _is_hidden(run: etree._Element) -> bool:
    mark = run.find(f"{W}rPr/{W}vanish")
    return mark is not None and mark.get(f"{W}val", "true") not in ("0", "false", "off")


def _nearest(node: etree._Element, tag: str) -> etree._Element | None:
    return next(node.iterancestors(tag), None)
